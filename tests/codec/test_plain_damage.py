"""Is every wrong byte of a plain index an error, or no matter?

As for native indexes (`test_native_damage.py`).  What is wrong under right checksums is for
`test_plain_hostile.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive, Article, IndexDamagedError
from searcher.indexing.writer import IndexWriter
from tests.codec.damage_cases import (
    ASKED,
    CUTS,
    FLIPS,
    files_of,
    is_found,
    make_index,
    outcomes,
)

BLOCK_BYTES = 4096


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("damage") / "index"
    make_index(path, "plain")
    assert not list(path.glob("*.nseg"))
    return path


@pytest.fixture(scope="module")
def expected(index: Path) -> list[Any]:
    return [ask(index) for ask in ASKED]


@contextmanager
def replaced(path: Path, data: bytes | bytearray, note: str) -> Iterator[None]:
    """Within, `path` holds `data`."""
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    except BaseException as error:
        error.add_note(f"{path.name}, {len(before):,} bytes: {note}")
        raise
    finally:
        path.write_bytes(before)


def segment_files(index: Path) -> list[Path]:
    return [path for path in files_of(index) if path.name.startswith("MAIN_")]


def extension(path: Path) -> str:
    return path.name.partition(".")[2]


def refused_or_alike(index: Path, expected: list[Any], path: Path) -> set[str]:
    """Ask, and check; a segment's file that is not what was written is never of no matter
    to `check`."""
    seen = set(outcomes(index, expected, path.name))
    assert is_found(index, path.name)
    return seen


def test_a_flipped_bit_is_refused_or_no_matter(index: Path, expected: list[Any]) -> None:
    random = Random("flips")
    files = files_of(index)
    seen: set[str] = set()
    for number in range(FLIPS):
        path = files[number % len(files)]
        flipped = bytearray(path.read_bytes())
        place, bit = random.randrange(len(flipped)), random.randrange(8)
        flipped[place] ^= 1 << bit
        with replaced(path, flipped, f"bit {bit} of byte {place:,}"):
            seen |= refused_or_alike(index, expected, path)
    assert seen == {"refused", "answered"}
    assert list(outcomes(index, expected)) == ["answered"] * len(ASKED)


def test_a_block_of_zeros_is_refused_or_no_matter(index: Path, expected: list[Any]) -> None:
    random = Random("blocks")
    files = files_of(index)
    for number in range(CUTS):
        path = files[number % len(files)]
        data = path.read_bytes()
        start = random.randrange(0, len(data), 512)
        end = min(len(data), start + BLOCK_BYTES)
        if data[start:end].count(0) == end - start:
            continue
        with replaced(path, data[:start] + bytes(end - start) + data[end:], f"zeros at {start:,}"):
            refused_or_alike(index, expected, path)


def test_a_cut_or_lengthened_file_is_refused(index: Path, expected: list[Any]) -> None:
    random = Random("cuts")
    files = segment_files(index)
    for number in range(CUTS):
        path = files[number % len(files)]
        data = path.read_bytes()
        length = random.choice((0, len(data) - 1, random.randrange(len(data))))
        for changed in (data[:length], data + random.randbytes(random.choice((1, 4096)))):
            with replaced(path, changed, f"of {len(changed):,} bytes"):
                assert refused_or_alike(index, expected, path) == {"refused"}


def test_swapped_files_of_two_segments_are_refused(index: Path, expected: list[Any]) -> None:
    files = segment_files(index)
    pairs = [
        (one, other)
        for one, other in combinations(files, 2)
        if extension(one) == extension(other) and one.read_bytes() != other.read_bytes()
    ]
    extensions = {extension(one) for one, _ in pairs}
    assert {"trm", "pst", "stm", "_stored.col", "date.col", "_body_len.col"} <= extensions
    seen: set[str] = set()
    for one, other in Random("swaps").sample(pairs, min(CUTS, len(pairs))):
        data = one.read_bytes()
        with replaced(one, other.read_bytes(), "swapped"), replaced(other, data, "swapped"):
            seen |= set(outcomes(index, expected))
            assert is_found(index, one.name) and is_found(index, other.name)
    assert "refused" in seen


def test_a_file_of_an_older_commit_is_refused(tmp_path: Path) -> None:
    index = tmp_path / "index"
    Archive.create(index).close()
    older: dict[str, bytes] = {}
    for text in ("A truce held.", "A truce broke."):  # of one length, so that sizes fit
        with IndexWriter(str(index), kind="plain") as writer:
            writer.add(Article("Truce", text, id="a"))
        older = older or {extension(path): path.read_bytes() for path in segment_files(index)}
    answer = [ask(index) for ask in STALE_ASKED]
    stale = 0
    for path in segment_files(index):
        if path.read_bytes() == older[extension(path)]:
            continue
        stale += 1
        with replaced(path, older[extension(path)], "of the commit before"):
            assert is_found(index, path.name)
            for ask, right in zip(STALE_ASKED, answer, strict=True):
                assert refused(ask, index) or ask(index) == right
    assert stale >= len(("trm", "pst", "stm", "_stored.col"))


def body_of(index: Path) -> str:
    with Archive.open(index) as archive:
        return archive.get("a").body


def totals(index: Path) -> list[int]:
    with Archive.open(index) as archive:
        return [archive.search(query).total for query in ("held", "broke", "brok*", "=broke")]


STALE_ASKED: list[Any] = [body_of, totals]


def refused(ask: Any, index: Path) -> bool:
    try:
        ask(index)
    except IndexDamagedError as error:
        assert str(index) in str(error) and "MAIN_" in str(error)
        return True
    return False
