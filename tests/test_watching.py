"""Does an archive follow a folder, whatever happens to either?"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from searcher import Archive, IndexLockedError, ReadError, Ringing, WatchRound


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    (tmp_path / "news").mkdir()
    write(tmp_path, "one")
    with Archive.create(tmp_path / "index") as made:
        yield made


def write(folder: Path, name: str, text: str = "The truce holds.") -> None:
    path = folder / "news" / f"{name}.txt"
    path.write_text(f"Headline {name}\n\n{text}\n")
    os.utime(path, (1_600_000_000, 1_600_000_000 + len(text)))


def watched(archive: Archive, folder: Path, **options: object) -> Iterator[WatchRound]:
    given = {"every_s": 0.01, "settle_s": 0.01, **options}
    return archive.watch(folder / "news", **given)  # type: ignore[arg-type]


def counts(found: WatchRound) -> tuple[int, int, int]:
    assert found.report is not None
    return found.report.added, found.report.updated, found.report.removed


def test_each_round_takes_in_what_came_changed_and_went(archive: Archive, tmp_path: Path) -> None:
    rounds = watched(archive, tmp_path)
    assert counts(next(rounds)) == (1, 0, 0)
    quiet = next(rounds)
    assert counts(quiet) == (0, 0, 0) and not quiet.has_news
    write(tmp_path, "two")
    assert counts(next(rounds)) == (1, 0, 0)
    write(tmp_path, "two", "The truce is over.")
    assert counts(next(rounds)) == (0, 1, 0)
    (tmp_path / "news" / "two.txt").unlink()
    assert counts(next(rounds)) == (0, 0, 1)


def test_alerts_are_run_after_each_round(archive: Archive, tmp_path: Path) -> None:
    told: list[Ringing] = []
    archive.alerts.add("truce", "truce")
    rounds = watched(archive, tmp_path, alerts=True, on_ring=told.append)
    assert next(rounds).has_news
    assert [hit.title for ringing in told for hit in ringing.hits] == ["Headline one"]
    assert next(rounds).alerts is not None and len(told) == 1


def test_a_round_without_news_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    archive.alerts.add("truce", "truce")
    rounds = watched(archive, tmp_path, alerts=True)
    next(rounds), next(rounds)

    def times() -> dict[str, int]:
        paths = [*tmp_path.glob("index*"), *tmp_path.glob("index*/*")]
        return {
            str(path): path.stat().st_mtime_ns
            for path in paths
            if path.name not in ("lock", "MAIN_WRITELOCK")
        }

    before = times()
    next(rounds)
    assert times() == before


def test_a_lock_that_another_holds_is_waited_for(archive: Archive, tmp_path: Path) -> None:
    waited: list[IndexLockedError] = []
    writer = archive.writer()
    threading.Timer(0.5, writer.close).start()
    rounds = watched(archive, tmp_path, on_wait=waited.append)
    assert counts(next(rounds)) == (1, 0, 0)
    assert len(waited) == 1 and waited[0].holder == os.getpid()


def test_a_folder_that_is_away_is_said_and_comes_back(archive: Archive, tmp_path: Path) -> None:
    rounds = watched(archive, tmp_path)
    next(rounds)
    os.rename(tmp_path / "news", tmp_path / "away")
    found = next(rounds)
    assert isinstance(found.error, ReadError) and found.report is None and found.has_news
    (tmp_path / "news").mkdir()
    assert next(rounds).empty == (str(tmp_path / "news"),)
    assert len(archive) == 1
    (tmp_path / "news").rmdir()
    os.rename(tmp_path / "away", tmp_path / "news")
    assert next(rounds).error is None and len(archive) == 1


def test_a_folder_that_was_never_there_is_an_error_at_once(
    archive: Archive, tmp_path: Path
) -> None:
    with pytest.raises(ReadError):
        next(archive.watch(tmp_path / "nothing"))
    with pytest.raises(ValueError, match="more than 0"):
        next(archive.watch(tmp_path / "news", every_s=0))


def test_once_waits_for_a_file_to_settle_and_ends(archive: Archive, tmp_path: Path) -> None:
    os.utime(tmp_path / "news" / "one.txt")
    rounds = list(watched(archive, tmp_path, once=True, settle_s=0.3, every_s=60))
    assert [found.waiting for found in rounds] == [1, 0]
    assert counts(rounds[-1]) == (1, 0, 0)
    assert len(list(watched(archive, tmp_path, once=True, every_s=60))) == 1


def test_once_leaves_what_does_not_settle(archive: Archive, tmp_path: Path) -> None:
    is_over = threading.Event()
    os.utime(tmp_path / "news" / "one.txt")

    def grow() -> None:
        with (tmp_path / "news" / "one.txt").open("a") as file:
            while not is_over.wait(0.02):
                file.write("x")
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        rounds = list(watched(archive, tmp_path, once=True, settle_s=1.5))
    finally:
        is_over.set()
        writer.join()
    assert len(rounds) == 2 and rounds[-1].waiting == 1 and len(archive) == 0


def test_it_rests_between_rounds(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr("searcher.watching.time.sleep", rests.append)
    rounds = watched(archive, tmp_path, every_s=3600, settle_s=7)
    next(rounds), next(rounds)
    assert len(rests) == 1 and 3000 < rests[0] <= 3600
    os.utime(tmp_path / "news" / "one.txt")  # not settled: sooner
    next(rounds), next(rounds)
    assert len(rests) == 3 and rests[2] == 7
