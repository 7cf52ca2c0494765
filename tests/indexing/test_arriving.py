"""Is a file left alone until it has settled?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from searcher import ReadError
from searcher.codec.sources import SourceFile, Sources
from searcher.indexing.arriving import Arriving
from searcher.indexing.folders import walk
from searcher.indexing.report import Report

pytestmark = pytest.mark.same_without_core


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Looks:
    """Looks at one folder, at times that are ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.sources = Sources()
        self.arriving = Arriving(3.0, clock=self.clock, time_of_day=lambda: self.clock.now)

    def write(self, name: str, text: str, *, time_s: float | None = None) -> None:
        path = self.folder / name
        path.write_text(text)
        time_s = self.clock.now if time_s is None else time_s
        os.utime(path, (time_s, time_s))

    def look(self, after_s: float = 0.0) -> list[str]:
        self.clock.now += after_s
        roots = [str(self.folder)]
        found = walk(roots, settings={}, index_directory="/nowhere")
        self.arriving.look(found, self.sources, roots)
        return sorted(os.path.relpath(path, self.folder) for path in found.files)


def test_a_file_of_some_age_has_settled(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    looks.write("old.txt", "a", time_s=900)
    looks.write("new.txt", "a")
    assert looks.look() == ["old.txt"] and looks.arriving.waiting == 1
    assert looks.look(3) == ["new.txt", "old.txt"] and looks.arriving.waiting == 0


def test_a_file_that_grows_has_not_settled_whatever_its_time_says(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    for size in range(1, 6):
        looks.write("grows.txt", "a" * size)
        assert looks.look(1) == []
    assert looks.look(3) == ["grows.txt"]


def test_a_time_to_come_does_not_keep_a_file_waiting_for_ever(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    looks.write("ahead.txt", "a", time_s=1e9)
    assert looks.look() == [] and looks.look(1) == []
    assert looks.look(2) == ["ahead.txt"]


def test_a_clock_that_is_set_back_does_not_either(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    looks.write("new.txt", "a")
    assert looks.look() == []
    looks.arriving._time_of_day = lambda: 0.0
    assert looks.look(3) == ["new.txt"]


def test_what_is_known_and_unchanged_need_not_settle(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    looks.write("known.txt", "a")
    status = (tmp_path / "known.txt").stat()
    looks.sources.files[str(tmp_path / "known.txt")] = SourceFile(
        status.st_size, status.st_mtime_ns
    )
    assert looks.look() == ["known.txt"] and looks.arriving.waiting == 0


def test_what_could_not_be_read_is_not_read_again_before_it_changes(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    looks.write("bad.json", "{", time_s=900)
    assert looks.look() == ["bad.json"]
    looks.arriving.note(Report(failed=[ReadError(str(tmp_path / "bad.json"), "cut")]))
    assert looks.look(60) == [] and looks.look(60) == []
    looks.write("bad.json", "{}", time_s=901)
    assert looks.look(60) == ["bad.json"]


def test_a_folder_that_is_empty_all_at_once_is_not_there(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    looks.sources.files[str(tmp_path / "gone.txt")] = SourceFile(1, 1)
    assert looks.look() == [] and looks.arriving.empty == (str(tmp_path),)
    looks.write("here.txt", "a", time_s=900)
    assert looks.look() == ["here.txt"] and not looks.arriving.empty
