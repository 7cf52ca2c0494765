"""Does the index hold what was added, and nothing that was removed or dropped?"""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searcher import Archive, Article, ArticleError, IndexLockedError, IndexStateError
from searcher.codec.core import native_core
from searcher.indexing.merging import MERGE_FACTOR
from searcher.indexing.writer import IndexWriter
from searcher.searching.snapshot import Snapshot


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "index")


def bodies(archive: Archive) -> dict[str, str]:
    return {id: archive.get(id).body for id in archive.ids("*")}


def test_an_added_article_is_found_whole(archive: Archive) -> None:
    article = Article("Truce", "A truce held.", ("Ada Okafor",), url="https://example.org/1")
    with archive.writer() as writer:
        writer.add(article)
    assert archive.get(article.id) == article


def test_the_last_of_two_articles_with_one_id_wins(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.add(Article("One", "first version", id="a"))
        writer.add(Article("Two", "second version", id="a"))
    assert bodies(archive) == {"a": "second version"}
    assert archive.search("first").total == 0


def test_an_article_added_again_later_replaces_the_old(archive: Archive) -> None:
    for text in ("first", "second", "third"):
        with archive.writer() as writer:
            writer.add(Article("T", text, id="a"))
    assert bodies(archive) == {"a": "third"}


def test_removing_and_adding_in_one_session_leaves_the_added(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.add(Article("T", "old", id="a"))
    with archive.writer() as writer:
        assert writer.remove("a")
        assert not writer.remove("a")
        writer.add(Article("T", "new", id="a"))
    assert bodies(archive) == {"a": "new"}


def test_adding_and_removing_in_one_session_leaves_nothing(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.add(Article("T", "old", id="a"))
        assert writer.remove("a")
    assert bodies(archive) == {}
    assert archive.search("old").total == 0


def test_an_exception_drops_what_was_not_committed(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.add(Article("T", "kept", id="a"))
    with pytest.raises(RuntimeError), archive.writer() as writer:
        writer.add(Article("T", "lost", id="b"))
        raise RuntimeError
    assert bodies(archive) == {"a": "kept"}
    with archive.writer() as writer:  # and the lock is free again
        writer.add(Article("T", "later", id="c"))
    assert set(bodies(archive)) == {"a", "c"}


def test_a_full_memory_budget_commits_in_between(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    with archive.writer(memory_mb=1) as writer:
        for i in range(1500):
            writer.add(Article(f"Story {i}", f"word{i} and some more words " * 150, id=str(i)))
        writer.add(Article("Again", "the first story has changed", id="0"))
    assert archive.stats().generation > 2
    assert len(archive) == 1500
    assert archive.search("word0").total == 0
    assert archive.search("word1499").total == 1


def test_segments_are_merged_and_nothing_changes(archive: Archive) -> None:
    expected = {}
    for i in range(3 * MERGE_FACTOR):
        with archive.writer() as writer:
            for j in range(4):
                expected[f"{i}-{j}"] = f"truce number {i} and {j}"
                writer.add(Article("T", expected[f"{i}-{j}"], ("Jo Roe",), id=f"{i}-{j}"))
            if i:
                writer.remove(f"{i - 1}-0")
                del expected[f"{i - 1}-0"]
    assert bodies(archive) == expected
    assert archive.stats().segments <= MERGE_FACTOR
    assert archive.search('"truce number 3 and"').total == 3
    assert archive.search("byline:roe").total == len(expected)


def test_optimizing_makes_one_segment_without_what_is_gone(archive: Archive) -> None:
    for number in range(5):
        with archive.writer() as writer:
            writer.add(Article("T", f"truce number {number}", id=str(number)))
            writer.add(Article("Often", f"version {number}", id="often"))
    before, stats = bodies(archive), archive.stats()
    assert stats.segments > 1 and stats.deleted
    archive.optimize()
    stats = archive.stats()
    assert (stats.segments, stats.deleted) == (1, 0)
    assert bodies(archive) == before == {**before, "often": "version 4"}
    archive.optimize()
    assert archive.stats().generation == stats.generation


def test_optimizing_in_a_session_takes_its_changes_with_it(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.add(Article("T", "old", id="a"))
        writer.add(Article("T", "gone", id="b"))
    with archive.writer() as writer:
        writer.add(Article("T", "new", id="a"))
        writer.remove("b")
        writer.optimize()
        assert bodies(archive) == {"a": "new"}
        writer.add(Article("T", "later", id="c"))
    assert bodies(archive) == {"a": "new", "c": "later"}


def test_an_archive_that_was_begun_on_the_plain_path_is_native_when_optimized(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if native_core() is None:
        pytest.skip("the native core is not here")
    monkeypatch.setenv("SEARCHER_NATIVE", "off")
    archive = Archive.create(tmp_path / "index")
    for number in range(3):
        with archive.writer() as writer:
            writer.add(Article("T", f"truce number {number}", id=str(number)))
    expected = bodies(archive)
    monkeypatch.setenv("SEARCHER_NATIVE", "require")
    archive = Archive.open(tmp_path / "index")
    archive.optimize()
    stats = archive.stats()
    assert (stats.segments, stats.executor) == (1, "native")
    assert bodies(archive) == expected


def test_files_of_older_commits_are_removed(archive: Archive) -> None:
    for i in range(2 * MERGE_FACTOR):
        with archive.writer() as writer:
            writer.add(Article("T", f"text {i}", id=str(i)))
    names = os.listdir(archive.path)
    assert sum(name.endswith(".toc") for name in names) == 1
    assert sum(name.startswith("manifest-") for name in names) == 1
    assert len({n.split(".")[0] for n in names if "." in n and n.startswith("MAIN_")}) == (
        archive.stats().segments
    )


def test_a_second_writer_is_refused_at_once_and_told_who_has_the_lock(archive: Archive) -> None:
    with archive.writer():
        started = time.monotonic()
        with pytest.raises(IndexLockedError) as caught:
            archive.writer()
        assert time.monotonic() - started < 2
        assert caught.value.holder == os.getpid()


def test_an_index_is_not_made_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(IndexStateError, match="already holds files"):
        Archive.create(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_full_disk_leaves_the_last_commit_and_a_free_lock(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive.writer() as writer:
        writer.add(Article("T", "kept", id="a"))
    calls = 0
    real = os.fsync

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == fail_at:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    for fail_at in range(1, 30):
        calls = 0
        try:
            with archive.writer() as writer:
                writer.add(Article("T", f"text {fail_at}", id="b"))
        except IndexStateError as error:
            assert "No space left" in str(error)
            assert set(bodies(archive)) in ({"a"}, {"a", "b"})
    assert set(bodies(archive)) == {"a", "b"}


WRITE_FOR_EVER = """
import sys
from searcher import Archive, Article
archive = Archive.open(sys.argv[1])
n = 0
while True:
    with archive.writer() as writer:
        for i in range(20):
            writer.add(Article("T", f"batch{n} part{i}", id=f"{n}-{i}"))
    print(n, flush=True)
    n += 1
"""


def test_a_killed_writer_loses_no_acknowledged_batch_and_leaves_no_half(tmp_path: Path) -> None:
    for round_ in range(8):
        path = tmp_path / f"index{round_}"
        archive = Archive.create(path)
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        acknowledged = -1
        for line in child.stdout:
            acknowledged = int(line)
            if acknowledged >= round_:
                break
        time.sleep(0.013 * round_)
        child.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, child.stdout.read().split())])
        child.wait()
        child.stdout.close()
        found = len(archive)
        assert found % 20 == 0
        assert found >= 20 * (acknowledged + 1)
        with archive.writer() as writer:  # the lock died with its holder
            writer.add(Article("T", "afterwards", id="z"))
        assert archive.search("afterwards").total == 1


def test_searches_during_commits_see_whole_commits(tmp_path: Path) -> None:
    path = tmp_path / "index"
    archive = Archive.create(path)
    child = subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(path)], stdout=subprocess.DEVNULL
    )
    try:
        seen: list[int] = []
        started = time.monotonic()
        # A busy machine takes long to begin with.
        while (took := time.monotonic() - started) < 3 or (took < 60 and not seen[-1]):
            with Archive.open(path) as fresh:
                total = fresh.search("*", limit=1).total
            assert total % 20 == 0
            assert total == archive.search("part7").total * 20 or total <= len(archive)
            seen.append(total)
        assert seen == sorted(seen)
        assert seen[-1] > seen[0]
    finally:
        child.kill()
        child.wait()


def test_one_archive_serves_several_threads(archive: Archive) -> None:
    with archive.writer() as writer:
        for i in range(300):
            writer.add(
                Article(f"Story {i}", f"truce talks in town{i % 7} and port{i % 11}", id=str(i))
            )
    queries = [f"town{i} port{j}" for i in range(7) for j in range(3)]
    expected = {q: [(h.id, h.score) for h in archive.search(q)] for q in queries}
    wrong: list[str] = []

    def work(start: int) -> None:
        for i in range(40):
            query = queries[(start + i) % len(queries)]
            if [(h.id, h.score) for h in archive.search(query)] != expected[query]:
                wrong.append(query)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


operations = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("remove"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("commit"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(operations)
def test_any_sequence_of_changes_equals_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, int, int]]
) -> None:
    archive = Archive.create(tmp_path_factory.mktemp("index") / "index")
    model: dict[str, str] = {}
    with archive.writer() as writer:
        for kind, key, version in changes:
            if kind == "add":
                model[str(key)] = f"version{version} of story{key}"
                writer.add(Article("T", model[str(key)], id=str(key)))
            elif kind == "remove":
                assert writer.remove(str(key)) == (model.pop(str(key), None) is not None)
            else:
                writer.commit()
    assert bodies(archive) == model
    for text in model.values():
        assert archive.search(f'"{text}"').total == 1
    with_snapshot = Snapshot(archive.path)
    assert with_snapshot.live_count == len(model)
    with_snapshot.close()


TASKS = Path("/proc/self/task")


@pytest.mark.skipif(native_core() is None, reason="threads are those of the native core")
@pytest.mark.skipif(not TASKS.exists(), reason="threads are counted in /proc")
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_session_has_the_threads_it_was_given(tmp_path: Path, threads: int) -> None:
    articles = [Article(f"T {i % 97}", f"w{i} common " * 30, id=str(i)) for i in range(3000)]
    before = len(list(TASKS.iterdir()))
    with Archive.create(tmp_path) as archive:
        with archive.writer(threads=threads) as writer:
            for article in [*articles, *articles[:100]]:
                writer.add(article)
            assert len(list(TASKS.iterdir())) - before == threads - 1
        assert len(archive) == len(articles)
        assert archive.ids("w2718") == ["2718"]
        assert archive.get("99") == articles[99]


# ---------------------------------------------------------------- what is no article


KINDS = ["plain", "native"] if native_core() else ["plain"]


class Broken(Article):
    """One whose fields say what no article can."""


def broken(**values: object) -> Article:
    article = Broken("Broken", "broken story", id="broken")
    for name, value in values.items():
        object.__setattr__(article, name, value)
    return article


NO_ARTICLES = [
    "oops",
    None,
    {"title": "T", "body": "B"},
    broken(title=7),
    broken(body=None),
    broken(byline=("Ana", 7)),
    broken(date="2021-03-04"),
    broken(record="first"),
    broken(url=b"https://e.org"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", NO_ARTICLES, ids=range(len(NO_ARTICLES)))
def test_what_is_no_article_is_refused_at_once_and_the_others_stay(
    kind: str, wrong: object, tmp_path: Path
) -> None:
    archive = Archive.create(tmp_path / "index")
    with IndexWriter(archive.path, kind=kind) as writer:
        for number in range(100):
            writer.add(Article("Good", "good story", id=f"good{number}"))
            if number % 30 == 5:
                with pytest.raises(ArticleError):
                    writer.add(wrong)  # type: ignore[arg-type]
    assert len(archive) == archive.search("good").total == 100


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_the_builder_refuses_costs_no_other_article(kind: str, tmp_path: Path) -> None:
    class Wrong(dt.tzinfo):
        calls = 0

        def utcoffset(self, date: dt.datetime | None) -> dt.timedelta:
            Wrong.calls += 1
            if Wrong.calls > 1:
                raise RuntimeError("no offset today")
            return dt.timedelta()

        def dst(self, date: dt.datetime | None) -> None:
            return None

        def tzname(self, date: dt.datetime | None) -> str:
            return "wrong"

    archive = Archive.create(tmp_path / "index")
    writer = IndexWriter(archive.path, kind=kind)
    for number in range(10):
        writer.add(Article("Good", "good story", id=f"good{number}"))
    writer.add(Article("Wrong", "wrong", date=dt.datetime(2021, 3, 4, tzinfo=Wrong()), id="wrong"))
    with pytest.raises(ArticleError, match="no offset today"):
        writer.commit()
    assert len(archive) == 10
    writer.add(Article("Good", "good story", id="later"))
    writer.close()
    with IndexWriter(archive.path, kind=kind) as writer:
        writer.add(Article("Good", "good story", id="later"))
    assert len(archive) == 11


@pytest.mark.parametrize("kind", ["auto", "off"])
def test_threads_that_share_a_session_lose_no_article(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", kind)
    refused: list[Exception] = []
    archive = Archive.create(tmp_path / "index")

    def add(writer: IndexWriter, thread: int) -> None:
        try:
            for number in range(300):
                writer.add(Article("Turns", f"words {number}", id=f"{thread}-{number}"))
                if number % 100 == 99:
                    writer.commit()
        except Exception as error:
            refused.append(error)

    with archive, archive.writer() as writer:
        threads = [threading.Thread(target=add, args=(writer, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert refused == []
    assert len(archive) == 1200
