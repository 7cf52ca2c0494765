"""Does one bad file stop the others?  Real processes, ended in the middle of one."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from searcher.analysis import Analyzer
from searcher.errors import SearcherError
from searcher.indexing.segment_kinds import segment_kind
from searcher.indexing.workers import ArticlesTask, FilesTask, Outcome, WorkerPool


@pytest.fixture(params=["plain", "native"])
def path(request: pytest.FixtureRequest) -> str:
    if request.param == "native":
        pytest.importorskip("searcher.codec._native")
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good files on either side of one that takes a second or more."""
    for name in ("a", "b", "y", "z"):
        (tmp_path / f"{name}.txt").write_text(f"Harbour {name}\n\nThe harbour is open again.\n")
    line = "<p class='a b c'>Some more text of <i>it</i>, which is long enough to be read.</p>"
    page = line * 30_000
    (tmp_path / "slow.html").write_text(f"<html><body>{page}</body></html>")
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(map(str, folder.iterdir()))


def failed(outcome: Outcome) -> dict[str, str]:
    return {Path(error.path).name: error.reason for errors in outcome.failures for error in errors}


def test_a_record_that_takes_too_long_is_listed_and_the_others_are_read(
    folder: Path, path: str
) -> None:
    with WorkerPool(1, segment_kind(path), Analyzer("en"), record_seconds=0.2) as pool:
        outcomes = [outcome for _, outcome in pool.map([FilesTask(files(folder))] * 2)]
    for outcome in outcomes:
        assert outcome.counts == [1, 1, 0, 1, 1]
        assert failed(outcome) == {"slow.html": "takes longer than 0.2 seconds to read"}


def test_what_a_file_held_before_the_record_that_takes_too_long_is_kept(tmp_path: Path) -> None:
    slow = ["<p>word</p>" * 4_000_000]
    records = [{"title": f"T{number}", "body": "text of it"} for number in range(5)]
    lines = [json.dumps(record) + "\n" for record in [*records, {"title": "T", "body": slow}]]
    (tmp_path / "a.jsonl").write_text("".join(lines))
    (tmp_path / "b.txt").write_text("Harbour\n\nThe harbour is open again.\n")
    with WorkerPool(1, segment_kind("plain"), Analyzer("en"), record_seconds=0.5) as pool:
        ((_, outcome),) = pool.map([FilesTask(files(tmp_path))])
    assert outcome.counts[1] == 1
    assert "takes longer" in failed(outcome)["a.jsonl"]


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not bound memory")
def test_a_record_that_takes_too_much_memory_is_listed_and_its_child_goes_on(
    tmp_path: Path, path: str
) -> None:
    for name in ("a", "z"):
        (tmp_path / f"{name}.txt").write_text(f"Harbour {name}\n\nThe harbour is open again.\n")
    (tmp_path / "large.txt").write_text("Harbour\n\n" + "The harbour is open again. " * 800_000)
    with WorkerPool(1, segment_kind(path), Analyzer("en"), record_bytes=10_000_000) as pool:
        pids = set()
        for _, outcome in pool.map([FilesTask(files(tmp_path))] * 2):
            pids.add(pool._children[0]._process.pid)
            assert outcome.counts == [1, 0, 1]
            assert failed(outcome) == {"large.txt": "takes too much memory to read"}
        assert len(pids) == 1
    if path == "native":  # the plain path's inversion of twenty megabytes takes long
        with WorkerPool(1, segment_kind(path), Analyzer("en")) as pool:
            ((_, outcome),) = pool.map([FilesTask(files(tmp_path))])
        assert outcome.counts == [1, 1, 1]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.parametrize("sent", ["SIGKILL", "SIGSEGV"])
def test_a_file_that_ends_its_process_is_listed_and_the_others_are_read(
    folder: Path, sent: str
) -> None:
    pool = WorkerPool(1, segment_kind("plain"), Analyzer("en"))

    def end_it() -> None:
        while not pool._children or pool._children[0]._at.position != 2:
            time.sleep(0.005)
        os.kill(pool._children[0]._process.pid, getattr(signal, sent))

    killer = threading.Thread(target=end_it, daemon=True)
    with pool:
        killer.start()
        outcomes = [outcome for _, outcome in pool.map([FilesTask(files(folder))] * 2)]
    assert outcomes[0].counts == [1, 1, 0, 1, 1]
    assert sent in failed(outcomes[0])["slow.html"]
    assert outcomes[1].counts == [1, 1, 1, 1, 1]


def test_processes_that_cannot_start_are_an_error_and_no_hang(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    if not os.path.exists("/bin/false"):
        pytest.skip("needs /bin/false")
    with (
        pytest.raises(SearcherError, match="--workers 0"),
        WorkerPool(2, segment_kind("plain"), Analyzer("en")) as pool,
    ):
        list(pool.map([FilesTask(files(folder))] * 9))


def test_outcomes_come_in_the_order_of_tasks(folder: Path, path: str) -> None:
    paths = files(folder)
    tasks: list[FilesTask | ArticlesTask] = [FilesTask([paths[n % 2]]) for n in range(20)]
    with WorkerPool(2, segment_kind(path), Analyzer("en")) as pool:
        done = list(pool.map(tasks))
    assert [task for task, _ in done] == tasks
    assert all(outcome.counts == [1] for _, outcome in done)


def test_the_keys_of_a_map_that_no_record_has_are_told_by_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"hed": "A", "lede": "text"}\n' * 2)
    (tmp_path / "b.txt").write_text("Harbour\n\nThe harbour is open again.\n")
    task = FilesTask(files(tmp_path), {"title": "hed", "body": "ledee"})
    for processes in (0, 1):
        with WorkerPool(processes, segment_kind("plain"), Analyzer("en")) as pool:
            ((_, outcome),) = pool.map([task])
        use, none = outcome.map_uses
        assert none is None and use is not None
        assert use.unused == (("body", "ledee", "lede"),)
        assert str(use.unused[0]).endswith("(for body); did you mean lede?")
