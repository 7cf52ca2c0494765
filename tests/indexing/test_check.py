"""Does `check` find what is wrong, and nothing where nothing is?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Archive, Article, IndexDamagedError, IndexMissingError
from searcher.indexing import manifest as manifests
from searcher.indexing.sources import read_sources


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
        except IndexMissingError:
            assert path.suffix == ".toc" and damaged is None
        except IndexDamagedError:
            assert path.suffix == ".toc" and damaged is None
        if report:
            assert not report.sound, path.name
            assert path.name in str([file for file in report.files if file.error])
        path.write_bytes(data)
    assert Archive(str(index)).check().sound


@pytest.mark.parametrize("pattern", ["_MAIN_*.toc", "manifest-*.json", "sources-*.json"])
def test_any_flipped_bit_of_the_small_files_is_found(index: Path, pattern: str) -> None:
    path = next(index.glob(pattern))
    data = path.read_bytes()
    for place in range(len(data)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        generation = manifests.latest_generation(str(index))
        with pytest.raises(IndexDamagedError):
            manifest = manifests.read_manifest(str(index), generation)
            read_sources(str(index), manifest)
            Archive.open(index)
    report = Archive(str(index)).check()
    assert [file.name for file in report.files if file.error] == [path.name]


def test_a_manifest_from_before_there_were_checksums_is_read(index: Path) -> None:
    path = next(index.glob("manifest-*.json"))
    text = path.read_text()
    path.write_text(text[: text.index(',"contents"')] + "}")
    assert Archive(str(index)).check().sound
    assert Archive.open(index).search("truce").total == 1
