"""What does Ctrl-C do while a run reads?"""

from __future__ import annotations

import os
import signal
import sys
import weakref
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.indexing import run
from searcher.indexing.interrupts import Stopped, interrupts_held
from searcher.indexing.report import Progress


class _TakenApart:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))  # the handler runs between two instructions of this


class _Weakly:
    """Something that can be referred to weakly."""


def _interrupt(_: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    sum(range(1000))


def test_the_first_is_noted_and_the_second_is_raised() -> None:
    with interrupts_held() as held:
        held.check()
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Stopped):
            held.check()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            sum(range(1000))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_one_while_an_object_is_taken_apart_is_not_printed_and_lost() -> None:
    """What is raised there would be an unraisable exception, which pytest makes an error."""
    with interrupts_held() as held:
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
        thing = _TakenApart()
        del thing
        with pytest.raises(KeyboardInterrupt):
            held.check()


def test_one_that_was_lost_there_ends_the_run_at_its_next_place(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with interrupts_held() as held:
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
        things = {_Weakly(): 1}
        reference = weakref.ref(next(iter(things)), _interrupt)
        things.clear()
        assert reference() is None
        with pytest.raises(KeyboardInterrupt):
            held.check()
    assert capfd.readouterr() == ("", "")


def test_what_else_is_raised_there_is_still_printed(capfd: pytest.CaptureFixture[str]) -> None:
    hook, sys.unraisablehook = sys.unraisablehook, sys.__unraisablehook__
    try:
        with interrupts_held():
            thing = _Weakly()
            reference = weakref.ref(thing, lambda _: 1 // 0)
            del thing
        assert reference() is None
        assert sys.unraisablehook is sys.__unraisablehook__
    finally:
        sys.unraisablehook = hook
    assert "ZeroDivisionError" in capfd.readouterr().err


@pytest.mark.parametrize("before", [0, 1])
def test_stats_count_a_file_that_was_not_read_to_its_end(
    tmp_path: Path, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that a small file is a large one, of a dozen parts.
    monkeypatch.setattr(run, "_LARGE_FILE_BYTES", 40_000)
    monkeypatch.setattr(run, "_TASK_BYTES", 15_000)
    folder = tmp_path / "news"
    folder.mkdir()
    with Archive.create(tmp_path / "index") as archive:
        if before:
            (folder / "a.txt").write_text("Harbour\n\nThe board has voted.\n")
            archive.index(folder)
        lines = [
            f'{{"title": "Story {i}", "body": "Text {i} {" of some length" * 20}."}}\n'
            for i in range(600)
        ]
        (folder / "B.jsonl").write_text("".join(lines))
        sent: list[Progress] = []

        def stop(progress: Progress) -> None:
            if progress.articles > before and not sent:
                sent.append(progress)
                os.kill(os.getpid(), signal.SIGINT)

        with interrupts_held(), pytest.raises(KeyboardInterrupt):
            archive.index(folder, workers=0, on_progress=stop)
        found = archive.stats()
        assert before < found.articles < 600 + before
        assert (found.files, found.files_unfinished) == (before, 1)
        assert found.to_dict()["files_unfinished"] == 1
        archive.index(folder)
        found = archive.stats()
        assert (found.articles, found.files) == (600 + before, 1 + before)
        assert found.files_unfinished == 0


def test_articles_of_a_program_are_of_no_file(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Harbour", "The board.", path=str(tmp_path / "a.txt")))
        assert (archive.stats().files, archive.stats().files_unfinished) == (0, 0)
