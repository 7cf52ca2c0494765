"""How is what an alert found handed over, so that a kill at any moment repeats nothing?

What is to be delivered first lies whole in a file (`stage`), which costs nothing if it is lost.
Then `alerts.json` says that this delivery is due, and where that file is.  Only then does it
become visible (`hand_over`), and at last `alerts.json` says that it is done.  A run that finds
a delivery due does not make it anew: it finishes that very one.

- Into a **folder**, and as a **feed**: the staged file, a hidden one beside its place, is
  renamed.  If it is not there any more, it was renamed; whatever became of it since, such as
  that a mailer took it away, it is not delivered twice.
- At the **end of a file**: the place where it began is known, so what is there of it already
  is not written again.

Both need the folder, or the file, to be the one that it was; another one in its place, such as
a disk that is not mounted, is an error, and is tried again.  (A file that was rotated away in
the moment of a kill is written to again: it is not known what the old one has.)

No link is followed on the way, neither for the file nor for a folder above it: where an alert is
delivered was sealed (`sealing.py`), and whoever puts a link there meanwhile would change that.

Not here: commands, and what is printed, which nothing can know to have been taken in
(`commands.py`, `alerts.py`).
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

from searcher.alerting.folder import AlertsFolder
from searcher.alerting.forms import MOST_ENTRIES, as_atom, as_json, as_letter, as_text, entries_of
from searcher.alerting.ringing import Ringing
from searcher.alerting.saved import Alert, Due
from searcher.codec.directory import Directory
from searcher.opening import check_regular

__all__ = ["forget", "free_run", "hand_over", "is_folder", "run_name", "stage"]

_SUFFIXES = {"text": "txt", "json": "json", "eml": "eml", "atom": "atom"}
_MAKERS: dict[str, Callable[[Ringing], bytes]] = {
    "text": as_text, "json": as_json, "eml": as_letter,
}  # fmt: skip


def run_name(alert: str, run: int) -> str:
    """What the delivery number `run` of an alert is called."""
    return f"{alert}-{run:06d}"


def is_folder(to: str) -> bool:
    """Whether an alert is delivered into the folder `to`, a file each time."""
    return to.endswith(os.sep)


def free_run(alert: Alert, run: int) -> int:
    """The number from `run` on whose file is not in the folder yet.

    Numbers begin again where alerts were removed and added again, and what was delivered
    before is not to be overwritten.
    """
    if alert.to is not None and is_folder(alert.to) and alert.form != "atom":
        while os.path.lexists(_place(alert, run)):
            run += 1
    return run


def stage(folder: AlertsFolder, alert: Alert, ringing: Ringing, due: Due) -> Due:
    """Write what is to be delivered, durably and invisibly; return how it will be handed over.

    Raises:
        OSError: it cannot be written, or its place is not what it should be.
    """
    if alert.to is None:
        return due
    if alert.form != "atom" and not is_folder(alert.to):
        folder.write(_kept(alert, "due"), _MAKERS[alert.form](ringing))
        with _parent_of(alert.to) as (parent, name):
            offset, device, inode = _end_of(parent, name)
        return replace(due, final=alert.to, offset=offset, device=device, inode=inode)
    data = _feed(folder, alert, ringing) if alert.form == "atom" else _MAKERS[alert.form](ringing)
    staged, final = _names(alert, due.run)
    assert staged is not None
    with _parent_of(final) as (parent, name):
        device, inode = parent.identity()
        _write_new(parent, os.path.basename(staged), data)
        parent.sync()
    return replace(due, staged=staged, final=final, device=device, inode=inode)


def hand_over(folder: AlertsFolder, alert: Alert, due: Due) -> None:
    """Make visible what `stage` wrote; what is visible already stays as it is.

    Raises:
        OSError: it cannot be done now.
    """
    if due.final is None:
        return
    if (due.staged, due.final) != _names(alert, due.run):
        raise OSError(
            errno.EPERM,
            "what is due was to go elsewhere than this alert does; pass it over with "
            f"searcher alert run --skip {alert.name}",
        )
    with _parent_of(due.final) as (parent, name):
        if due.staged is None:
            _append(parent, name, folder.read(_kept(alert, "due")), due)
            return
        if parent.identity() != (due.device, due.inode):
            raise OSError(
                errno.ENOENT,
                "another folder than the one that a delivery was begun in",
                parent.path,
            )
        with contextlib.suppress(FileNotFoundError):  # then it was renamed before
            parent.replace(os.path.basename(due.staged), name)
        parent.sync()


def forget(folder: AlertsFolder, alert: Alert, *, with_feed: bool = False) -> None:
    """Remove what a delivery that is done left in `folder`; the entries of a feed stay there
    for the next, unless they are to go too."""
    folder.remove(_kept(alert, "due"))
    if with_feed:
        folder.remove(f"{_kept(alert, 'feed')}.json")


def _kept(alert: Alert, what: str) -> str:
    return f"{what}-{alert.name}"


def _place(alert: Alert, run: int) -> str:
    assert alert.to is not None
    if not is_folder(alert.to):
        return alert.to
    name = alert.name if alert.form == "atom" else run_name(alert.name, run)
    return os.path.join(alert.to, f"{name}.{_SUFFIXES[alert.form]}")


def _names(alert: Alert, run: int) -> tuple[str | None, str]:
    """The file in which a delivery is staged, if beside its place, and what it becomes."""
    assert alert.to is not None
    if alert.form != "atom" and not is_folder(alert.to):
        return None, alert.to
    final = _place(alert, run)
    parent, name = os.path.split(final)
    return os.path.join(parent, f".{name}.{alert.name}.part"), final


@contextlib.contextmanager
def _parent_of(path: str) -> Iterator[tuple[Directory, str]]:
    """The folder that `path` lies in, opened, and its name there."""
    parent, name = os.path.split(path)
    with Directory(parent, follow=False) as directory:
        if os.path.realpath(parent) != parent:
            raise OSError(errno.ELOOP, "a link leads there now, which is not followed here", parent)
        yield directory, name


# ---------------------------------------------------------------- feeds


def _feed(folder: AlertsFolder, alert: Alert, ringing: Ringing) -> bytes:
    """The feed with what is new.  Its entries are kept, each once, so that the one after it
    can be made without reading what lies in a folder of others.

    They are kept before this delivery is due.  So one that came to nothing left its entries there,
    and is made again under the same name, with other copies beside other texts perhaps: what it
    left is no part of the feed.
    """
    kept = f"{_kept(alert, 'feed')}.json"
    before: list[dict[str, str]] = []
    # One that is damaged begins anew.
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError, RecursionError):
        before = [entry for entry in json.loads(folder.read(kept)) if _is_entry(entry)]
    new = entries_of(ringing)
    ids = {entry["id"] for entry in new}
    # Those that were kept before entries named their runs are of runs before this one.
    before = [{"run": "", **entry} for entry in before]
    before = [
        entry for entry in before if entry["run"] != ringing.run and entry.get("id") not in ids
    ]
    entries = [entry for entry in (*new, *before) if set(entry) == set(new[0])][:MOST_ENTRIES]
    folder.write(kept, json.dumps(entries).encode("ascii"))
    return as_atom(alert.name, alert.query, entries)


def _is_entry(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(said, str) for said in value.values())


# ---------------------------------------------------------------- files


def _end_of(parent: Directory, name: str) -> tuple[int, int, int]:
    """Where a file ends, and what tells it from another; 0 where it is not there."""
    try:
        status = parent.status(name)
    except FileNotFoundError:
        return 0, 0, 0
    check_regular(status, os.path.join(parent.path, name))
    return status.st_size, status.st_dev, status.st_ino


def _append(parent: Directory, name: str, data: bytes, due: Due) -> None:
    """Write `data` at the end of a file, but what is there of it from `due.offset` on."""
    descriptor = parent.open_or_create(name, append=True)
    try:
        status = os.fstat(descriptor)
        is_same = not due.inode or (status.st_dev, status.st_ino) == (due.device, due.inode)
        if is_same and status.st_size >= due.offset:
            os.lseek(descriptor, due.offset, os.SEEK_SET)
            there = _read_up_to(descriptor, len(data))
            # What somebody else wrote there meanwhile is not ours, so all of it is missing.
            if data.startswith(there):
                data = data[len(there) :]
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if not due.inode:
        parent.sync()


def _read_up_to(descriptor: int, most: int) -> bytes:
    pieces = []
    while most and (piece := os.read(descriptor, most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _write_new(parent: Directory, name: str, data: bytes) -> None:
    # What a run that was killed left there goes first, or a link that somebody put there.
    with os.fdopen(parent.create(name), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
