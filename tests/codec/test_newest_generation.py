"""Is the newest commit found at once, though the directory is not listed each time?"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from searcher.codec.generations import NewestGeneration
from searcher.errors import IndexMissingError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere it is always listed")


class _Directory:
    """A directory with contents, whose listings are counted, and a clock to set."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.now = 1000.0
        self.listings = 0
        list_directory = os.listdir

        def counted(directory: str) -> list[str]:
            self.listings += 1
            return list_directory(directory)

        monkeypatch.setattr(os, "listdir", counted)
        monkeypatch.setattr(time, "monotonic", lambda: self.now)

    def commit(self, generation: int) -> None:
        (self.path / f"manifest-{generation}.json").touch()
        (self.path / f"manifest-{generation - 1}.json").unlink(missing_ok=True)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Directory:
    return _Directory(tmp_path, monkeypatch)


def test_a_directory_that_rests_is_not_listed_again(directory: _Directory) -> None:
    directory.commit(1)
    newest = NewestGeneration(str(directory.path))
    assert newest() == 1
    directory.now += 10
    assert newest() == 1
    listings = directory.listings
    assert [newest() for _ in range(5)] == [1] * 5
    assert directory.listings == listings


def test_every_commit_is_seen_at_once_however_close_they_are(directory: _Directory) -> None:
    directory.commit(1)
    newest = NewestGeneration(str(directory.path))
    for generation in range(2, 200):
        # Now and then there was time enough to trust a listing.
        if generation % 3 == 0:
            directory.now += 10
        newest()
        newest()
        directory.commit(generation)
        assert newest() == generation


def test_a_change_that_leaves_the_times_is_seen(
    directory: _Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NewestGeneration, "_marks", lambda _: (1, 1, 1, 1))
    directory.commit(1)
    newest = NewestGeneration(str(directory.path))
    # Within the grain of the times, two seconds at most, commits may have the same.
    for generation in range(2, 6):
        assert newest() == generation - 1
        directory.now += 0.4
        directory.commit(generation)
        assert newest() == generation
    directory.now += 2.6
    assert newest() == 5
    listings = directory.listings
    assert newest() == 5
    assert directory.listings == listings


def test_a_directory_put_in_the_place_of_another_is_seen(directory: _Directory) -> None:
    one = directory.path / "one"
    one.mkdir()
    (one / "manifest-1.json").touch()
    newest = NewestGeneration(str(one))
    newest()
    directory.now += 10
    assert [newest(), newest()] == [1, 1]
    other = directory.path / "other"
    other.mkdir()
    (other / "manifest-7.json").touch()
    os.utime(other, ns=(one.stat().st_atime_ns, one.stat().st_mtime_ns))
    one.rename(directory.path / "old")
    other.rename(one)
    assert newest() == 7


def test_a_directory_that_is_gone_is_missing(directory: _Directory) -> None:
    directory.commit(1)
    newest = NewestGeneration(str(directory.path))
    newest()
    directory.now += 10
    newest()
    directory.commit(2)
    (directory.path / "manifest-2.json").unlink()
    with pytest.raises(IndexMissingError):
        newest()
    directory.path.rmdir()
    with pytest.raises(IndexMissingError):
        newest()
