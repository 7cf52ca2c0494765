"""Is the Rust house built as it says?  Its rooms in one order, and every `unsafe` accounted for."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.same_without_core

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "native" / "src"
FILES = sorted(SOURCES.rglob("*.rs"))
# Each room may use itself and the rooms before it; `lib.rs` says what each is for.
ORDER = [
    {"error", "hashing"},
    {"bytes"},
    {"scoring"},
    {"text", "container", "dictionary", "postings"},
    {"columns", "norms", "fingerprints"},
    {"store"},
    {"segment"},
    {"build", "merge", "search"},
    {"copies", "concordance"},
    {"python"},
]
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}
# Of tests only: it may use every room, and nothing but tests may use it.
FOR_TESTS = "testing"
# What is still the other way round.
BACKWARDS = {("error", "search")}  # what a search has spent is a part of an error
# As far above an `unsafe` as its reason may begin: the reason, and the statement up to it.
REASON_LINES = 10


def room_of(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0].removesuffix(".rs")


def is_for_tests(path: Path) -> bool:
    return (
        room_of(path) == FOR_TESTS
        or "tests" in path.parts
        or re.fullmatch(r"(.*_)?tests", path.stem) is not None
    )


def without_comments(text: str) -> str:
    """`text` with the same lines, and nothing but white space where a comment was."""
    return re.sub(r"//.*", "", text)


def without_tests(text: str) -> str:
    """What stands before the tests of a file, which are the last in it."""
    return text.partition("#[cfg(test)]\nmod tests {")[0]


def used_rooms(code: str) -> set[str]:
    """The rooms that follow `crate::`, one by one or several in braces."""
    found = set()
    for single, several in re.findall(r"\bcrate::(?:(\w+)|\{(.*?)\};)", code, re.S):
        found |= {single} if single else set(re.findall(r"(?:^|,)\s*(\w+)", several))
    return found


def modules() -> list[str]:
    """The rooms that `lib.rs` names, in its order."""
    code = without_comments((SOURCES / "lib.rs").read_text(encoding="utf-8"))
    return re.findall(r"^\s*(?:pub(?:\(crate\))? )?mod (\w+)", code, re.M)


def test_every_room_has_its_place_in_the_order() -> None:
    assert set(modules()) - {FOR_TESTS} == set(FLOOR)
    assert {room_of(path) for path in FILES} - {"lib", FOR_TESTS} == set(FLOOR)


def test_lib_says_what_every_room_is_for() -> None:
    said = "\n".join(
        line
        for line in (SOURCES / "lib.rs").read_text(encoding="utf-8").splitlines()
        if line.startswith("//! - ")
    )
    named = [room for line in said.splitlines() for room in re.findall(r"`(\w+)`", line)]
    assert set(named) == set(modules())
    floors = [FLOOR[room] for room in named if room != FOR_TESTS]
    assert floors == sorted(floors), "in the order of the rooms"


def test_rooms_use_only_those_before_them() -> None:
    backwards = set()
    for path in FILES:
        room = room_of(path)
        if room == "lib" or is_for_tests(path):
            continue
        for used in used_rooms(without_comments(without_tests(path.read_text(encoding="utf-8")))):
            assert used in FLOOR, f"{path} uses crate::{used}"
            if used != room and FLOOR[used] >= FLOOR[room]:
                backwards.add((room, used))
    assert backwards == BACKWARDS


def test_only_the_edge_to_python_knows_python() -> None:
    for path in FILES:
        if room_of(path) != "python":
            assert not re.search(r"\bpyo3\b", without_comments(path.read_text())), path


@pytest.mark.parametrize("path", [*FILES, *sorted((ROOT / "native" / "fuzz").rglob("*.rs"))])
def test_a_file_says_which_question_it_answers_and_is_not_long(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("//! "), path
    assert len(lines) <= 600, path


def test_no_example_in_the_docs_waits_to_be_run() -> None:
    """`doctest = false` in Cargo.toml: nothing would run it."""
    for path in FILES:
        fences = re.findall(r"^\s*//[/!] ```(.*)$", path.read_text(encoding="utf-8"), re.M)
        assert set(fences[::2]) <= {"text"} and not any(fences[1::2]), path


def unsafe_places() -> Iterator[tuple[Path, list[str], int]]:
    """Where `unsafe` stands: the file, its lines and the number of the line."""
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            code = re.sub(r'"(\\.|[^"\\])*"', '""', without_comments(line))
            if re.search(r"\bunsafe\b", code):
                yield path, lines, number


def test_every_unsafe_says_why_it_is_sound() -> None:
    places = list(unsafe_places())
    assert places
    for path, lines, number in places:
        above = lines[max(number - REASON_LINES, 0) : number]
        # A reason is of one statement: what ended one is above it.
        while ends := [i for i, line in enumerate(above) if re.search(r"^[^/]*[;}]$", line)]:
            above = above[ends[0] + 1 :]
        reasons = [line for line in above if re.match(r"\s*//[/ ]\s*(SAFETY:|# Safety)", line)]
        assert reasons, f"{path}:{number + 1}: no SAFETY comment"


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_tests_of_every_room_with_unsafe_run_under_the_sanitizer() -> None:
    filters = subprocess.run(
        ["make", "--silent", "native-unsafe"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    rooms = {f"{room_of(path)}::" for path, _, _ in unsafe_places()}
    assert set(filters) == rooms
    assert "python::" not in rooms, "the sanitizer runs the library's tests, without Python"
