"""Does opening an index run code that someone put there?  Are files synced?"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article


class Bomb:
    """A pickle of this touches a file when it is loaded."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path(self.path),)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        writer.add(Article("Truce", "A truce held.", id="a"))
    return tmp_path / "index"


def replace_pickles(path: Path, bomb: bytes) -> None:
    """Put `bomb` in the place of everything in a table of contents that is unpickled."""
    data = path.read_bytes()
    start = data.index(b"\x80\x02c")  # the schema, pickled with protocol 2
    path.write_bytes(data[:start] + bomb + bomb)


def test_no_pickle_is_read_and_nothing_imported_or_run_from_an_index(
    index: Path, tmp_path: Path
) -> None:
    touched = tmp_path / "touched"
    replace_pickles(next(index.glob("_MAIN_*.toc")), pickle.dumps(Bomb(str(touched)), 2))
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(index)], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "1 2\n", done.stderr
    assert not touched.exists()


# What is imported and compiled on the way is Searcher's own: the first time warms it up.
WATCHED = """
import os, sys
from searcher import Archive, Article

def use():
    with Archive.open(sys.argv[1]) as archive:
        archive.search("truce")
        archive.stats()
        archive.check()
        return archive.search("truce").total, archive.stats().articles

watching = False
def hook(event, args):
    if watching and event in ("pickle.find_class", "exec", "compile", "import", "marshal.loads"):
        print(event, args)
        os._exit(3)

with Archive.open(sys.argv[1]) as archive, archive.writer() as writer:
    writer.add(Article("Oil", "No words of it.", id="b"))
use()
sys.addaudithook(hook)
watching = True
found = use()
with Archive.open(sys.argv[1]) as archive, archive.writer() as writer:
    pass
watching = False
print(*found)
"""


def test_every_file_of_a_commit_is_synced_before_it_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, str]] = []
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        target = Path(f"/proc/self/fd/{descriptor}").resolve()
        events.append(("sync", target.name))
        real_fsync(descriptor)

    def rename(old: str, new: str, **options: Any) -> None:
        events.append(("rename", Path(new).name))
        real_rename(old, new, **options)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to tell which file was synced")
    archive = Archive.create(tmp_path / "index")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    with archive.writer() as writer:
        writer.add(Article("Truce", "A truce held.", id="a"))
    commit = events.index(("rename", "manifest-1.json"))
    contents = events.index(("rename", "_MAIN_1.toc"))
    synced = {name for kind, name in events[:commit] if kind == "sync"}
    files = {p.name for p in (tmp_path / "index").iterdir()} - {
        *("MAIN_WRITELOCK", "_MAIN_1.toc", "manifest-1.json")
    }
    # The native core syncs its files itself, before it returns.
    assert {name for name in files if not name.endswith((".tmp", ".nseg"))} <= synced
    # The directory before the manifest, and again after it and before the table of contents.
    assert {"index", "manifest-1.json.tmp"} <= synced
    assert ("sync", "index") in events[commit:contents]
    assert ("sync", "index") in events[contents:]
