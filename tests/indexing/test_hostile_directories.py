"""Does anything but a file of ours, under any name in an index directory, do harm?

Links, FIFOs, folders and devices take the place of each file, and of each that the next
commit makes.  Whatever is asked ends at once, in an answer or an error that names the index,
and what the links lead to is as it was.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searcher import Archive, Article, SearcherError
from searcher.codec.core import find_core

pytestmark = [
    pytest.mark.same_without_core,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and FIFOs"),
]

KINDS = ["off"] if find_core().module is None else ["auto", "off"]
NEXT = (
    "manifest-3.json", "manifest-3.json.tmp", "sources-3.json", "_MAIN_3.toc", "_MAIN_3.toc.tmp",
    "MAIN.tmp", "MAIN_zzzz.nseg", "MAIN_zzzz.trm",
)  # fmt: skip


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEARCHER_NATIVE", request.param)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("A headline\n\nA truce held.\n")
    (tmp_path / "victim").write_text("years of work")
    with Archive.create(tmp_path / "index") as archive:
        archive.index(tmp_path / "news")
        with archive.writer() as writer:
            writer.add(Article("Truce", "Another truce.", id="a"))
    return tmp_path / "index"


@pytest.fixture(autouse=True)
def no_hangs() -> Iterator[None]:
    signal.alarm(120)
    yield
    signal.alarm(0)


def add(index: Path) -> None:
    with Archive.open(index) as archive, archive.writer() as writer:
        writer.add(Article("New", "Brand new.", id="new"))
        writer.remove("a")


ASKED: dict[str, Callable[[Path], object]] = {
    "search": lambda index: Archive.open(index).search("truce"),
    "stats": lambda index: Archive.open(index).stats(),
    "check": lambda index: Archive(str(index)).check(),
    "create": lambda index: Archive.create(index),
    "index": lambda index: Archive.open_or_create(index).index(index.parent / "news", force=True),
    "add": add,
    "optimize": lambda index: Archive.open(index).optimize(),
}
PLACED: dict[str, Callable[[Path, Path], object]] = {
    "a link to a file": lambda path, around: path.symlink_to(around / "victim"),
    "a link to a folder": lambda path, around: path.symlink_to(around / "news"),
    "a link to nothing": lambda path, around: path.symlink_to(around / "nowhere"),
    "a link to itself": lambda path, around: path.symlink_to(path),
    "a link to zeros": lambda path, around: path.symlink_to("/dev/zero"),
    "a FIFO": lambda path, around: os.mkfifo(path),
    "a folder": lambda path, around: path.mkdir(),
}


@pytest.mark.parametrize("kind", PLACED)
def test_what_is_no_file_of_ours_does_no_harm(kind: str, index: Path) -> None:
    around = index.parent
    for name in (*sorted(os.listdir(index)), *NEXT):
        for ask in ASKED.values():
            copy = Path(shutil.copytree(index, around / "copy", symlinks=True))
            path = copy / name
            path.unlink(missing_ok=True)
            PLACED[kind](path, around)
            try:
                ask(copy)
            except SearcherError as error:
                assert str(copy) in str(error), error
                assert "delete the" not in str(error)
            shutil.rmtree(copy)
            assert (around / "victim").read_text() == "years of work", name
            assert os.listdir(around / "news") == ["a.txt"], name
            assert not (around / "nowhere").exists(), name


@pytest.mark.parametrize("kind", PLACED)
def test_what_is_no_directory_is_no_index(kind: str, index: Path) -> None:
    path = index.parent / "other"
    PLACED[kind](path, index.parent)
    for name, ask in ASKED.items():
        if kind == "a folder" and name in ("create", "index"):
            continue  # an empty folder becomes an index
        with pytest.raises(SearcherError) as caught:
            ask(path)
        assert str(path) in str(caught.value)
    assert os.listdir(index.parent / "news") == ["a.txt"]
    assert (index.parent / "victim").read_text() == "years of work"
    assert not (index.parent / "nowhere").exists()


def test_a_lock_with_another_name_outside_is_not_emptied(index: Path) -> None:
    lock = index / "MAIN_WRITELOCK"
    lock.unlink()
    lock.hardlink_to(index.parent / "victim")
    with pytest.raises(SearcherError, match="MAIN_WRITELOCK is no file of Searcher's"):
        add(index)
    assert (index.parent / "victim").read_text() == "years of work"


def test_a_lock_that_holds_anything_else_is_locked_and_left_as_it_is(index: Path) -> None:
    (index / "MAIN_WRITELOCK").write_text("not the number of a process")
    add(index)
    assert (index / "MAIN_WRITELOCK").read_text() == "not the number of a process"
    assert "new" in Archive.open(index)


def test_files_that_were_planted_beside_a_segment_are_not_its(index: Path) -> None:
    before = Archive.open(index).get("a")
    for path in list(index.glob("MAIN_*.*")):
        for extension in ("boundaries.col", "_byline_len.col", "digest.col", "seg", "vps", "x.col"):
            planted = index / f"{path.name.split('.')[0]}.{extension}"
            if not planted.exists():
                planted.write_bytes(b"\xff" * 64)
    with Archive.open(index) as archive:
        assert archive.get("a") == before
        assert archive.search("truce").total == 2
        assert archive.search("byline:x").total == 0
        assert archive.check().sound
    add(index)
    with Archive.open(index) as archive:
        archive.optimize()
        assert archive.check().sound and "new" in archive
    assert not list(index.glob("*.x.col"))
