"""Is a file known by what it holds?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from searcher.indexing.twins import digest_of

pytestmark = pytest.mark.same_without_core

LARGE = (64 << 20) + 1


def test_small_files_are_told_apart_by_every_byte(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"a" * 3_000_000)
    other.write_bytes(b"a" * 3_000_000)
    assert digest_of(str(one)) == digest_of(str(other)) != ""
    other.write_bytes(b"a" * 2_999_999 + b"b")
    assert digest_of(str(one)) != digest_of(str(other))


def test_a_large_file_is_told_by_its_size_its_time_and_pieces_of_it(tmp_path: Path) -> None:
    file, moved = tmp_path / "dump.jsonl", tmp_path / "moved.jsonl"
    with file.open("wb") as stream:
        stream.truncate(LARGE)
    before = digest_of(str(file))
    file.rename(moved)
    assert digest_of(str(moved)) == before
    os.utime(moved, ns=(1, 1))
    assert digest_of(str(moved)) != before
    os.utime(moved, ns=(1, 1))
    timed = digest_of(str(moved))
    with moved.open("r+b") as stream:
        stream.seek(LARGE - 1)
        stream.write(b"x")
    os.utime(moved, ns=(1, 1))
    assert digest_of(str(moved)) != timed


def test_a_file_without_an_end_is_hashed_at_once(tmp_path: Path) -> None:
    """Thirty gigabytes would take half a minute; this counts what is read instead."""
    file = tmp_path / "endless.jsonl"
    with file.open("wb") as stream:
        stream.truncate(30 << 30)
    pieces: list[None] = []
    assert digest_of(str(file), lambda: pieces.append(None))
    assert pieces == []


def test_what_cannot_be_read_has_no_hash(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "fifo")
    for name in ("empty", "fifo", "missing"):
        assert digest_of(str(tmp_path / name)) == ""
