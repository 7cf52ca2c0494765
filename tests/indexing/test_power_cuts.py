"""What is on the disk after a power cut, and is it the old commit or the new one?

The calls of one operation are recorded (`faulty_calls.c`).  For a cut after each of them the
states that a disk may be in are drawn: the names that were made, renamed and removed in a
directory since its last fsync are each there or not, in any combination, and files that were
not fsynced hold nothing, a half, zeros, a flipped bit, or all.  Each must open as the old
commit or the new, and as the new one once the operation has returned.
`SEARCHER_POWER_CUTS` (default 40) is how many are tried for each operation and kind.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from searcher.codec.core import find_core
from tests.indexing.fault_session import contents, write_more
from tests.indexing.test_faults import KINDS, WRITING, fault, library, pytestmark, run

__all__ = ["library", "pytestmark"]

POWER_CUTS = int(os.environ.get("SEARCHER_POWER_CUTS", "40"))
LOCK = "MAIN_WRITELOCK"


@dataclass
class Disk:
    """What is durable, and what is not yet.  Paths are relative; names lead to numbers."""

    durable: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[str, str, str, int]] = field(default_factory=list)
    now: dict[str, int] = field(default_factory=dict)
    synced: set[int] = field(default_factory=set)
    folders: set[int] = field(default_factory=set)

    def add(self, path: str, number: int, *, is_folder: bool = False) -> None:
        self.now[path] = number
        if is_folder:
            self.folders.add(number)
        self.pending.append(("add", path, "", number))

    def rename(self, old: str, new: str) -> None:
        number = self.now[new] = self.now.pop(old)
        self.pending.append(("rename", old, new, number))

    def remove(self, path: str) -> None:
        if path in self.now:
            self.pending.append(("remove", path, "", self.now.pop(path)))

    def sync(self, path: str) -> None:
        if path in self.now and self.now[path] not in self.folders:
            self.synced.add(self.now[path])
            return
        done = [change for change in self.pending if os.path.dirname(change[1]) == path]
        self.pending = [change for change in self.pending if change not in done]
        for change in done:
            apply(self.durable, change)

    def state(self, random: Random) -> dict[str, int]:
        """One of the sets of names that may be there after a cut."""
        names = dict(self.durable)
        for change in self.pending:
            if random.random() < 0.5:
                apply(names, change)
        return names


def apply(names: dict[str, int], change: tuple[str, str, str, int]) -> None:
    kind, path, new, number = change
    if kind == "remove":
        names.pop(path, None)
    elif kind == "add":
        names[path] = number
    else:
        names.pop(path, None)
        names[new] = number


def cuts(log: str, root: Path, before: Path) -> Iterator[tuple[Disk, bool]]:
    """The disk before each recorded call, and after the last; whether all was done by then."""
    disk = Disk()
    number = 0
    for there in sorted(before.rglob("*")):
        disk.add(str(there.relative_to(before)), number, is_folder=there.is_dir())
        disk.synced.add(number)
        number += 1
    disk.durable, disk.pending = dict(disk.now), []
    for line in log.splitlines():
        call, place, other = line.split("\t")
        if not Path(place).is_relative_to(root) or LOCK in place:
            continue
        yield disk, False
        path = str(Path(place).relative_to(root)).removeprefix(".")
        number += 1
        if call == "create":
            disk.add(path, number)
        elif call in ("mkdir", "mkdirat"):
            disk.add(path, number, is_folder=True)
        elif call in ("rename", "renameat"):
            disk.rename(path, str(Path(path).parent / Path(other).name))
        elif call in ("unlink", "unlinkat", "rmdir"):
            disk.remove(path)
        elif call in ("fsync", "fdatasync"):
            disk.sync(path)
    yield disk, True


def build(
    target: Path, names: dict[str, int], disk: Disk, data: dict[int, bytes], random: Random
) -> None:
    target.mkdir()
    for path, number in sorted(names.items()):
        place = target / path
        if not place.parent.is_dir():
            continue  # the folder above it is not there
        if number in disk.folders:
            place.mkdir()
            continue
        whole = data.get(number, b"made and removed again")
        if number not in disk.synced:
            flipped = bytearray(whole or b"x")
            flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
            choices = (b"", whole[: len(whole) // 2], bytes(len(whole)), bytes(flipped), whole)
            whole = random.choice(choices)
        place.write_bytes(whole)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", WRITING)
def test_a_power_cut_leaves_the_old_state_or_the_new(
    library: Path, tmp_path: Path, kind: str, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "native" and find_core().module is None:
        pytest.skip("the native core is not here")
    monkeypatch.setenv("SEARCHER_NATIVE", "off" if kind == "plain" else "require")
    folder = tmp_path / "run"
    (whole,) = run(library, folder, kind, operation, [{**fault(0, 0), "log": True}])
    assert whole["said"]["faults"] == []
    before, after = folder / "template", folder / "after"
    new, old = whole["said"]["contents"], contents(before / "new" / "index")
    log, root = (folder / "log").read_text(), folder / "trial0"
    count = sum(1 for _ in cuts(log, root, before))
    data = files_of(before, after, log, root)
    random = Random(f"{kind} {operation}")
    places = [random.randrange(count) for _ in range(POWER_CUTS)]
    chosen = {*places, count - 1}
    tries = {place: max(1, places.count(place)) for place in chosen}
    seen = set()
    for place, (disk, is_done) in enumerate(cuts(log, root, before)):
        for _ in range(tries.get(place, 0)):
            target = tmp_path / "state"
            build(target, disk.state(random), disk, data, random)
            path = target / "new" / "index"
            found = contents(path)
            assert found in ((new,) if is_done else (old, new)), (place, sorted(os.listdir(path)))
            seen.add(found == new)
            write_more(path, "more")
            assert contents(path) == {**(found or {}), "more": "story more"}
            shutil.rmtree(target)
    assert True in seen


def files_of(before: Path, after: Path, log: str, root: Path) -> dict[int, bytes]:
    """What each file holds once it is written; files are never changed later."""
    data: dict[int, bytes] = {}
    for disk, _ in cuts(log, root, before):
        for folder, names in ((before, disk.durable), (after, disk.now)):
            for path, number in names.items():
                if number not in data and (folder / path).is_file():
                    data[number] = (folder / path).read_bytes()
    return data
