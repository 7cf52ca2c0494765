"""Is every wrong byte of a native index an error, or no matter?

Bits are flipped and files cut at random, over all files of an index.  Whatever is then
asked is answered as before or refused; `check` finds every one.  How many is said in
`damage_cases.py`.  What is wrong under right checksums is for
`native/src/search/tests/damage.rs`.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher.codec.core import native_core
from tests.codec.damage_cases import (
    ASKED,
    CUTS,
    FLIPS,
    files_of,
    is_found,
    make_index,
    outcomes,
)

pytestmark = pytest.mark.skipif(native_core() is None, reason="needs the native core")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("damage") / "index"
    make_index(path, "native")
    return path


@pytest.fixture(scope="module")
def expected(index: Path) -> list[Any]:
    return [ask(index) for ask in ASKED]


def test_a_flipped_bit_is_refused_or_no_matter(index: Path, expected: list[Any]) -> None:
    random = Random("flips")
    files = files_of(index)
    seen: set[str] = set()
    for number in range(FLIPS):
        path = files[number % len(files)]
        data = path.read_bytes()
        place, bit = random.randrange(len(data)), random.randrange(8)
        flipped = bytearray(data)
        flipped[place] ^= 1 << bit
        path.write_bytes(flipped)
        try:
            seen.update(outcomes(index, expected, path.name))
            assert is_found(index, path.name)
        except BaseException as error:
            error.add_note(f"bit {bit} of byte {place:,} of {len(data):,} of {path.name}")
            raise
        finally:
            path.write_bytes(data)
    assert seen == {"refused", "answered"}
    assert list(outcomes(index, expected)) == ["answered"] * len(ASKED)


def test_a_cut_file_is_refused(index: Path, expected: list[Any]) -> None:
    random = Random("cuts")
    files = files_of(index)
    for number in range(CUTS):
        path = files[number % len(files)]
        data = path.read_bytes()
        length = random.choice((0, len(data) - 1, random.randrange(len(data))))
        path.write_bytes(data[:length])
        try:
            found = list(outcomes(index, expected, path.name))
            # What a search does not need that folds nothing.
            if not path.name.startswith(("sources", "_MAIN", "groups")):
                assert found == ["refused"] * len(ASKED)
            assert is_found(index, path.name)
        except BaseException as error:
            error.add_note(f"{path.name} cut to {length:,} of {len(data):,} bytes")
            raise
        finally:
            path.write_bytes(data)


def test_a_lengthened_file_is_refused(index: Path) -> None:
    for path in files_of(index):
        data = path.read_bytes()
        path.write_bytes(data + b"\0")
        assert is_found(index, path.name)
        path.write_bytes(data)
