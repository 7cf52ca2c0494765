"""Does the search for hostile input see what it looks for?"""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from searcher import reading
from tests.fuzz import check
from tests.fuzz.seeds import NAMES, families, named

pytestmark = pytest.mark.same_without_core


def test_every_family_of_readers_has_seeds() -> None:
    modules = {format_.module.partition(".")[0] for format_ in reading.FORMATS}
    assert modules - set(families()) <= {"pdf"}


def test_a_seed_is_a_name_and_a_content() -> None:
    assert named(bytes([NAMES.index("a.json")]) + b"{}") == ("a.json", b"{}")


def test_what_is_no_error_of_ours_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check.problem_of(b"Harbour\n\nIt is open.", "a.txt") is None
    assert check.problem_of(b"{", "a.json") is None

    def broken(text: str, **_: object) -> None:
        raise KeyError(text)

    monkeypatch.setattr("searcher.reading.text.read_text", broken)
    problem = check.problem_of(b"Harbour\n\nIt is open.", "a.txt")
    assert problem is not None and problem[0].startswith("KeyError-")


def test_what_takes_too_long_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(text: str, **_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(check, "MOST_SECONDS", 0.02)
    monkeypatch.setattr("searcher.reading.text.read_text", endless)
    problem = check.problem_of(b"Harbour\n\nIt is open.", "a.txt")
    assert problem is not None and problem[0].startswith("_TooLong-")


def test_a_part_of_a_packed_file_is_changed_in_its_place() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "one")
        archive.writestr("b.txt", "two")
    unpacked = check.Unpacked.of(out.getvalue(), 1)
    assert unpacked is not None and unpacked.part == b"two"
    with zipfile.ZipFile(io.BytesIO(unpacked.packed(b"three"))) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [b"one", b"three"]
    unpacked = check.Unpacked.of(gzip.compress(b"one"), 0)
    assert unpacked is not None and gzip.decompress(unpacked.packed(b"two")) == b"two"
    assert check.Unpacked.of(b"PK\x03\x04 and no more", 0) is None
    assert check.Unpacked.of(b"text", 0) is None
