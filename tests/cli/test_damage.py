"""What happens when the index, or a file to read, is not what it should be."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher import Archive

from .helpers import Done, quick, run, snapshot_of

COMMANDS = {
    "query": ("query", "truce"),
    "query by date": ("query", '"humanitarian truce" since:2011', "--sort", "date"),
    "show": ("show",),
    "stats": ("stats",),
    "index": ("index",),
}
READING = [name for name in COMMANDS if name != "index"]


def run_on(name: str, index: Path, files: Path, *, id: str = "0") -> Done:
    words: dict[str, list[object]] = {"show": [id], "index": [files]}
    return quick(*COMMANDS[name], *words.get(name, []), "--index", index)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "new.txt").write_text("A headline\n\nSomething happened.\n")
    return folder


def assert_refused(done: Done, *, says: str = "") -> None:
    assert done.code == 2 and done.out == ""
    assert done.err.startswith("searcher: ") and len(done.err.splitlines()) == 1
    assert says in done.err


@pytest.mark.parametrize("name", READING)
def test_a_missing_or_empty_directory_is_no_index(name: str, tmp_path: Path, files: Path) -> None:
    assert_refused(run_on(name, tmp_path / "nowhere", files), says="searcher index")
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".gitignore").write_text("*\n")
    assert_refused(run_on(name, tmp_path / "empty", files), says="searcher index")


def test_indexing_makes_a_missing_index_and_fills_an_empty_directory(
    tmp_path: Path, files: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".gitignore").write_text("*\n")
    for name in ("nowhere/deep", "empty"):
        assert run_on("index", tmp_path / name, files).code == 0
        assert quick("query", "happened", "--index", tmp_path / name).code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_a_directory_of_other_files_is_refused_and_left_alone(
    name: str, tmp_path: Path, files: Path
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.doc").write_text("years of work")
    assert_refused(run_on(name, foreign, files), says="thesis.doc")
    assert snapshot_of(foreign) == {"thesis.doc": b"years of work"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_in_place_of_the_index_is_refused(name: str, tmp_path: Path, files: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert_refused(run_on(name, tmp_path / "file", files))
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_index_of_stock_whoosh_is_refused_and_left_alone(
    name: str, tmp_path: Path, files: Path
) -> None:
    from whoosh import fields
    from whoosh import index as whoosh_index

    stock = tmp_path / "stock"
    stock.mkdir()
    found = whoosh_index.create_in(str(stock), fields.Schema(text=fields.TEXT(stored=True)))
    writer = found.writer()
    writer.add_document(text="truce")
    writer.commit()
    found.close()
    before = snapshot_of(stock)
    assert_refused(run_on(name, stock, files))
    assert snapshot_of(stock) == before


def truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def empty(data: bytes) -> bytes:
    return b""


def garbage(data: bytes) -> bytes:
    return random.Random(len(data)).randbytes(len(data))


def sprinkle(data: bytes) -> bytes:
    noise = random.Random(len(data))
    damaged = bytearray(data)
    for _ in range(max(1, len(data) // 200)):
        damaged[noise.randrange(len(data))] = noise.randrange(256)
    return bytes(damaged)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("damage", [truncate, empty, garbage, sprinkle])
def test_a_damaged_index_is_one_message(
    name: str,
    damage: Callable[[bytes], bytes],
    own_index: Path,
    truce_id: str,
    files: Path,
    tmp_path: Path,
) -> None:
    whole = snapshot_of(own_index)
    for file, data in whole.items():
        if not data:
            continue
        index = Path(shutil.copytree(own_index, tmp_path / "damaged"))
        (index / file).write_bytes(damage(data))
        done = run_on(name, index, files, id=truce_id)  # no traceback, whatever else
        assert done.code in (0, 1, 2)
        if done.code == 2:
            assert done.err.startswith("searcher: ") and len(done.err.splitlines()) == 1
        # A file of another size is noticed by every command that depends on it.
        depends = not file.startswith(("sources", "_MAIN"))
        if file.startswith("groups") and name in ("show", "stats"):
            depends = False  # one article, or all of them, whatever is a copy of what
        if damage in (truncate, empty) and depends:
            assert_refused(done)
        if damage is garbage and file.endswith("json") and name == "index":
            assert_refused(done)
        shutil.rmtree(index)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_missing_file_of_the_index_is_one_message(
    name: str, own_index: Path, truce_id: str, files: Path, tmp_path: Path
) -> None:
    for file in snapshot_of(own_index):
        if not file.endswith((".nseg", ".trm", "_stored.col")):
            continue  # the others are missed in the same way, and a missed file costs a second
        index = Path(shutil.copytree(own_index, tmp_path / "damaged"))
        (index / file).unlink()
        assert_refused(run_on(name, index, files, id=truce_id))
        shutil.rmtree(index)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", COMMANDS)
def test_an_index_that_may_not_be_read_is_one_message(
    name: str, own_index: Path, files: Path
) -> None:
    own_index.chmod(0)
    try:
        assert_refused(run_on(name, own_index, files))
    finally:
        own_index.chmod(0o755)


# ---------------------------------------------------------------- files to read

# The files of corpus/malformed that hold an article all the same.
READABLE = {
    "escape-sequences.txt",
    "impossible-date.jsonl",
    "line-3-is-not-json.jsonl",
    "lone-surrogates.json",
    "truncated-gzip.jsonl.gz",
}
UNHARMED = READABLE - {"line-3-is-not-json.jsonl", "truncated-gzip.jsonl.gz"}


def test_each_malformed_file_is_a_listed_failure_and_stops_nothing(
    corpus: Path, tmp_path: Path
) -> None:
    for file in sorted((corpus / "malformed").iterdir()):
        done = run("extract", file)
        assert done.returncode == (0 if file.name in READABLE else 2), file.name
        assert (file.name.encode() in done.stderr) == (file.name not in UNHARMED)
        indexed = quick("index", file, "--index", tmp_path / file.name)
        assert indexed.code == done.returncode, file.name
        assert (file.name in indexed.err) == (file.name not in UNHARMED)


# ---------------------------------------------------------------- two at a time


def test_a_second_indexer_fails_at_once_and_names_the_first(own_index: Path, files: Path) -> None:
    with Archive.open(own_index) as archive, archive.writer():
        started = time.monotonic()
        done = run("index", files, "--index", own_index)
        assert time.monotonic() - started < 10
        assert done.returncode == 2 and done.stdout == b""
        assert f"process {os.getpid()}".encode() in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert run("query", "truce", "--index", own_index).returncode == 0
    assert run("index", files, "--index", own_index).returncode == 0
