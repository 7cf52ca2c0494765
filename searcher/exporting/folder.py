"""How is a folder of files there whole, or not at all?

As a file is (`destination.py`): it is filled under another name beside its own, and renamed
when all of it is there.  A folder of that name may be there if it is empty; one that an export
made before is replaced if that is asked for.  What it was is known by a file in it,
`searcher-export.json`, and by its names: where a single file is in it that no export wrote, it
is somebody's folder and stays as it is.  Links are neither followed nor replaced.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator

from searcher.errors import ExportError
from searcher.exporting.destination import check_target, partial_name, sync_folder, written
from searcher.exporting.file_names import OURS
from searcher.exporting.jsonl import to_json

__all__ = ["MARK", "Folder", "open_folder"]

MARK = "searcher-export.json"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


class Folder:
    """A folder that is being filled.

    Arguments:
        place: where it is now.
        path: what it will be called.
    """

    def __init__(self, place: str, path: str) -> None:
        self._place = place
        self._path = path
        self.files = 0
        self.bytes = 0

    def add(self, name: str, text: str) -> None:
        """Write a file of `text`.

        Raises:
            ExportError: it cannot be written, or there is one of that name.
        """
        data = text.encode("utf-8")
        try:
            descriptor = os.open(os.path.join(self._place, name), _NEW | _BINARY, 0o666)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
        except OSError as error:
            raise written(os.path.join(self._path, name), error) from error
        self.files += 1
        self.bytes += len(data)


@contextlib.contextmanager
def open_folder(path: str, *, force: bool) -> Iterator[Folder]:
    """Make the folder `path`; what was put into it is there when the block has ended well.

    Arguments:
        force: replace one that an export made before.

    Raises:
        ExportError: something is in the way, or it cannot be written.
    """
    path = path.rstrip(os.sep) or path
    check_target(path, force=force, is_folder=True)
    _check_replaceable(path, force=force)
    partial = partial_name(path)
    try:  # from here on: Ctrl-C may come as soon as there is a folder
        try:
            os.mkdir(partial)
        except OSError as error:
            raise written(path, error) from error
        folder = Folder(partial, path)
        yield folder
        folder.add(MARK, to_json({"made_by": "searcher export", "articles": folder.files}) + "\n")
        sync_folder(partial)
        _publish(partial, path, force=force)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _check_replaceable(path: str, *, force: bool) -> bool:
    """Whether there is a folder of that name, which may be replaced then.

    Raises:
        ExportError: it may not.
    """
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            raise ExportError(path, "is there already, and no folder", hint="name a new folder")
        with os.scandir(path) as entries:
            is_empty = True
            has_mark = False
            foreign = None
            for entry in entries:
                is_empty = False
                has_mark |= entry.name == MARK
                is_ours = entry.name == MARK or OURS.fullmatch(entry.name)
                if not is_ours or not entry.is_file(follow_symlinks=False):
                    foreign = entry.name
                    break
    except FileNotFoundError:
        return False
    except OSError as error:
        raise written(path, error) from error
    if is_empty:
        return True
    if foreign is not None or not has_mark:
        what = "files that no export wrote" if foreign is None else f"{foreign!r}, for one"
        raise ExportError(path, f"is not empty: it holds {what}", hint="name a new folder")
    if not force:
        raise ExportError(path, "is there already", hint="name another, or replace it with --force")
    return True


def _publish(partial: str, path: str, *, force: bool) -> None:
    """Give the folder that is whole its name."""
    check_target(path, force=force, is_folder=True)
    old = None
    try:
        if _check_replaceable(path, force=force):
            old = partial_name(path)
            os.rename(path, old)
        os.rename(partial, path)
    except OSError as error:
        if old is not None:
            with contextlib.suppress(OSError):
                os.rename(old, path)
        raise written(path, error) from error
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)
    sync_folder(os.path.dirname(path) or os.curdir)
