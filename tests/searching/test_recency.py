"""Do recent articles go before older ones, as much as was asked, on both paths?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.codec.schema import MISSING_DATE
from searcher.query import parse
from searcher.request import Request
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.recency import Ages, Recency
from searcher.searching.snapshot import Snapshot

needs_core = pytest.mark.skipif(
    native_core() is None, reason="the native core is not built, or off"
)
DAY_US = 86_400_000_000
NEWEST = dt.datetime(2020, 6, 30, 12, tzinfo=dt.UTC)
NEWEST_US = int(NEWEST.timestamp()) * 1_000_000
WORDS = ("harbour", "storm", "truce", "ferry", "the", "of", "island", "night")


def dated(days: float) -> dt.datetime:
    return NEWEST - dt.timedelta(days=days)


def test_a_half_life_leaves_three_quarters_and_great_age_a_half() -> None:
    recency = Recency(10.0, NEWEST_US)
    assert recency.factor(NEWEST_US) == 1.0
    assert recency.factor(NEWEST_US + 5 * DAY_US) == 1.0
    assert recency.factor(NEWEST_US - DAY_US + 1) == 1.0
    assert recency.factor(NEWEST_US - 10 * DAY_US) == 0.75
    assert recency.factor(NEWEST_US - 20 * DAY_US) == 0.625
    assert recency.factor(NEWEST_US - 100_000 * DAY_US) == pytest.approx(0.5)
    assert recency.factor(MISSING_DATE) == recency.factor(NEWEST_US - 100_000 * DAY_US)


def test_of_equal_articles_the_newer_is_first_and_a_much_better_one_before_both(
    tmp_path: Path,
) -> None:
    with Archive.create(tmp_path / "index", now=lambda: NEWEST) as archive:
        with archive.writer() as writer:
            writer.add(Article("Harbour", "The harbour froze over.", date=dated(400), id="best"))
            writer.add(Article("Ice", "The harbour was shut early.", date=dated(300), id="old"))
            writer.add(Article("Ice", "The harbour was shut today.", date=dated(0), id="new"))
            writer.add(Article("Ice", "The harbour was shut once.", id="undated"))
        assert archive.ids("harbour") == ["best", "new", "old", "undated"]
        assert archive.ids("harbour", recent=30) == ["new", "best", "old", "undated"]
        plain, aged = archive.search("harbour"), archive.search("harbour", recent=30)
        assert plain.half_life_days is None
        assert aged.half_life_days == 30
        assert (aged.total, aged.understood) == (plain.total, plain.understood)
        scores = {hit.id: hit.score for hit in plain}
        for hit in aged:
            age = {"best": 400, "old": 300, "new": 0, "undated": 10**6}[hit.id]
            assert hit.score == scores[hit.id] * ((1.0 + 2.0 ** (-age / 30)) / 2.0)
        by_date = archive.search("harbour", recent=30, sort="date")
        assert {hit.id: hit.score for hit in by_date} == {hit.id: hit.score for hit in aged}


def test_what_is_dated_in_the_future_makes_nothing_older(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index", now=lambda: NEWEST) as archive:
        with archive.writer() as writer:
            writer.add(Article("Ice", "The harbour was shut.", date=dated(0), id="new"))
            writer.add(Article("Ice", "The harbour is shut.", date=dated(-4000), id="to come"))
        plain, aged = archive.search("harbour"), archive.search("harbour", recent=1)
        assert [hit.score for hit in aged] == [hit.score for hit in plain]


def test_auto_ages_only_queries_whose_best_hits_are_new(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index", now=lambda: NEWEST) as archive:
        with archive.writer() as writer:
            for day in range(200):
                storm = "The storm came in. " if day < 20 else ""
                calm = "The harbour was calm. " * (1 + day % 7)
                writer.add(Article("Log", storm + calm, date=dated(day)))
        assert archive.search("storm", recent="auto").half_life_days == pytest.approx(9.5)
        assert archive.search("harbour", recent="auto", sort="date").half_life_days is None
        assert archive.search("nothing", recent="auto").half_life_days is None


def test_a_half_life_is_a_number_of_days_above_nothing() -> None:
    for value in (0, -1, float("nan"), float("inf"), "soon", 10**400):
        with pytest.raises(ValueError, match="recent is a half-life"):
            Request("truce", recent=value)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="recent is a half-life"):
        Request("truce", recent=[])  # type: ignore[arg-type]
    assert Request("truce", recent=3).recent == 3.0
    assert Request("truce", recent="auto").recent == "auto"


@pytest.fixture(scope="module")
def dated_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three segments of articles that are up to three years old."""
    path = tmp_path_factory.mktemp("dated") / "index"
    random = Random(3)
    with Archive.create(path, now=lambda: NEWEST) as archive:
        for part in range(3):
            with archive.writer() as writer:
                for number in range(400 * (3 - part)):
                    body = " ".join(random.choices(WORDS, k=random.randrange(1, 90)))
                    title = " ".join(random.choices(WORDS, k=random.randrange(5)))
                    date = random.choice([None, dated(random.randrange(-5, 2000) / 2)])
                    writer.add(Article(title, body, date=date, id=f"{part}-{number}"))
    return path


@needs_core
@pytest.mark.parametrize("half_life_days", [0.5, 20.0, 3000.0])
def test_both_executors_age_alike(half_life_days: float, dated_index: Path) -> None:
    snapshot = Snapshot(str(dated_index))
    analyzer = Analyzer("en")
    plain, native = PlainExecutor(snapshot, analyzer), NativeExecutor(snapshot, analyzer)
    recency = Ages(snapshot).recency(half_life_days, NEWEST_US)
    queries = ["truce", "harbour storm", "harbour AND storm", '"harbour storm"', "stor* OR truce^3"]
    for text in queries:
        for sort in ("score", "date", "-date"):
            whole = Request(parse(text), limit=None, sort=sort)
            every = plain.search(parse(text), whole, recency=recency)
            for limit in (1, 10, 200, None):
                request = Request(parse(text), limit=limit, sort=sort)
                expected = every._replace(matches=every.matches[:limit])
                assert native.search(parse(text), request, recency=recency) == expected, text
                unseen = native.search(parse(text), request, count=False, recency=recency)
                assert unseen.matches == expected.matches, text
    snapshot.close()
