"""Does `check` find what is wrong, and nothing where nothing is?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Archive, Article, IndexDamagedError, IndexMissingError, IndexStateError
from searcher.codec.contents import check_contents
from searcher.codec.generations import latest_generation
from searcher.codec.manifest import read_manifest
from searcher.codec.sources import read_sources
from searcher.codec.storage import DurableStorage
from searcher.indexing.writer import IndexWriter


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "news.txt").write_text("A headline\n\nSomething happened. And then more.\n")
    with Archive.create(tmp_path / "index") as archive:
        archive.index(tmp_path / "news.txt")
        for i in range(3):
            with archive.writer() as writer:
                writer.add(Article(f"Truce {i}", "A truce held.\n\nIt broke.", ("Jo Roe",), id="a"))
    return tmp_path / "index"


def files_of(index: Path) -> list[Path]:
    return [path for path in sorted(index.iterdir()) if path.stat().st_size]


def test_a_sound_index_is_sound(index: Path) -> None:
    report = Archive(str(index)).check()
    assert report.sound and report.generation == 4
    names = {file.name for file in report.files}
    assert {"_MAIN_4.toc", "manifest-4.json", "sources-4.json"} <= names
    assert sum(file.size_bytes for file in report.files) > 0


def test_an_empty_index_is_sound_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    Archive.create(tmp_path / "index").close()
    assert Archive(str(tmp_path / "index")).check().sound
    with pytest.raises(IndexMissingError):
        Archive(str(tmp_path / "none")).check()


def cut(data: bytes) -> bytes:
    return data[:-1]


def gone(data: bytes) -> None:
    return None


@pytest.mark.parametrize("damage", [cut, gone])
def test_a_file_that_was_cut_or_is_gone_is_named(
    index: Path, damage: Callable[[bytes], bytes | None]
) -> None:
    for path in files_of(index):
        data = path.read_bytes()
        damaged = damage(data)
        path.unlink()
        if damaged is not None:
            path.write_bytes(damaged)
        report = None
        try:
            report = Archive(str(index)).check()
        except IndexDamagedError:
            assert path.name.startswith("manifest") and damaged is None
        if report and path.suffix == ".toc" and damaged is None:
            assert report.sound  # as after a kill; Searcher does without it
        elif report:
            assert not report.sound, path.name
            assert path.name in str([file for file in report.files if file.error])
        path.write_bytes(data)
    assert Archive(str(index)).check().sound


@pytest.mark.parametrize("pattern", ["_MAIN_*.toc", "manifest-*.json", "sources-*.json"])
def test_any_flipped_bit_of_the_small_files_is_found(index: Path, pattern: str) -> None:
    path = next(index.glob(pattern))
    data = path.read_bytes()
    storage = DurableStorage(str(index), readonly=True)
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        with pytest.raises(IndexDamagedError):
            manifest = read_manifest(storage, latest_generation(str(index)))
            read_sources(str(index), manifest)
            check_contents(str(index), manifest)
    report = Archive(str(index)).check()
    assert [file.name for file in report.files if file.error] == [path.name]


def test_an_index_of_the_older_format_says_what_to_do(index: Path) -> None:
    path = next(index.glob("manifest-*.json"))
    old = {"format": 1, "generation": 4, "language": "en", "analysis": "1", "files": {}}
    path.write_text(json.dumps(old))
    next(index.glob("sources-*.json")).write_text(json.dumps({str(index.parent / "a.txt"): [1, 2]}))
    folder = index.parent
    for use in (Archive.open, lambda path: IndexWriter(str(path)), Archive.create):
        with pytest.raises(IndexStateError) as caught:
            use(index)
        assert not isinstance(caught.value, IndexDamagedError)
        if use is not Archive.create:
            assert "older Searcher" in str(caught.value) and str(index) in str(caught.value)
            assert f"searcher index {folder} --index NEW" in str(caught.value)
        assert "delete" not in str(caught.value)
