"""Does opening an index run code that someone put there?  Are files synced?"""

from __future__ import annotations

import os
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article, IndexDamagedError
from searcher.codec.storage import DurableStorage
from searcher.indexing import manifest as manifests


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


def replace_pickle(path: Path, bomb: bytes) -> None:
    """Put `bomb` in place of the last pickle of a Whoosh file."""
    data = path.read_bytes()
    start = data.rindex(b"\x80\x05")
    # A dictionary ends with the length of its pickle, which says where that begins.
    length = b"" if path.suffix == ".toc" else struct.pack(">i", len(bomb))
    path.write_bytes(data[:start] + bomb + length)


def seal(index: Path) -> None:
    """Make the manifest fit the files, as a stranger who sends an index would."""
    generation = manifests.latest_generation(str(index))
    manifest = manifests.read_manifest(str(index), generation)
    manifest.files = {name: (index / name).stat().st_size for name in manifest.files}
    manifest.contents = zlib.crc32((index / f"_MAIN_{generation}.toc").read_bytes())
    manifest.write(DurableStorage(str(index)))


@pytest.mark.parametrize("pattern", ["_MAIN_*.toc"])
def test_a_pickle_in_an_index_is_not_run(index: Path, tmp_path: Path, pattern: str) -> None:
    touched = tmp_path / "touched"
    path = next(index.glob(pattern), None)
    if path is None:
        pytest.skip("native segments hold no pickles")
    replace_pickle(path, pickle.dumps(Bomb(str(touched))))
    seal(index)
    with pytest.raises(IndexDamagedError, match="refused to load"):
        Archive.open(index).search("truce")
    assert not touched.exists()


def test_a_schema_in_an_index_is_not_loaded(index: Path, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    path = next(index.glob("_MAIN_*.toc"))
    data = path.read_bytes()
    start = data.index(b"\x80\x02c")  # the schema, pickled with protocol 2
    bomb = pickle.dumps(Bomb(str(touched)), 2)
    path.write_bytes(data[:start] + bomb + data[start + len(bomb) :])
    seal(index)
    assert Archive.open(index).search("truce").total == 1
    assert not touched.exists()


def test_every_file_of_a_commit_is_synced_before_it_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, str]] = []
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        target = Path(f"/proc/self/fd/{descriptor}").resolve()
        events.append(("sync", target.name))
        real_fsync(descriptor)

    def rename(old: str, new: str) -> None:
        events.append(("rename", Path(new).name))
        real_rename(old, new)

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to tell which file was synced")
    archive = Archive.create(tmp_path / "index")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    with archive.writer() as writer:
        writer.add(Article("Truce", "A truce held.", id="a"))
    commit = events.index(("rename", "_MAIN_1.toc"))
    synced = {name for kind, name in events[:commit] if kind == "sync"}
    files = {p.name for p in (tmp_path / "index").iterdir()} - {"MAIN_WRITELOCK", "_MAIN_1.toc"}
    # The native core syncs its files itself, before it returns.
    assert {name for name in files if not name.endswith((".tmp", ".nseg"))} <= synced
    # The directory before the contents file, and again after its rename.
    assert "index" in synced
    assert ("sync", "index") in events[commit:]


def test_a_class_that_is_no_segment_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(pickle.dumps(Bomb(str(tmp_path / "touched"))))
    file = DurableStorage(str(tmp_path)).open_file("file")
    with file, pytest.raises(pickle.UnpicklingError, match="refused to load"):
        file.read_pickle()
