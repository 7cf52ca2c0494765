"""Do facets, timelines and first mentions equal a count over all articles, on either path?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive, Article, DeadlineError, Facet, FieldError, QueryError
from searcher.analysis.values import fold_value
from searcher.codec.core import native_core
from searcher.searching.periods import PERIODS
from tests.reference.counting import counts_by, first_and_last, period_of, values_by
from tests.reference.oracle import Oracle

pytestmark = pytest.mark.same_without_core

EXECUTORS = ["off"] if native_core() is None else ["off", "auto"]
WORDS = ("truce", "oil", "port", "strike", "talks")
SOURCES = ("Meridian Wire", "MERIDIAN WIRE", "Northfield Gazette", "Straße", "=cmd")
NAMES = ("Ada Okafor", "José Núñez", "Li Wei", "ada okafor")
QUERIES = (
    *("truce", "oil port", "*", "truce AND NOT oil", '"truce oil"', "source:straße", "zeppelin"),
    *("date:2019-04", "byline:okafor", "truce w/5 port", "since:2018 truce", "has:byline"),
)


def date_of(random: Random) -> dt.date | None:
    """A date of a few months, a day or an instant with any offset; or an odd one, or none."""
    day = dt.date(2018, 12, 20) + dt.timedelta(days=random.randrange(130))
    kind = random.randrange(8)
    if kind < 2:
        return random.choice((None, dt.date.min, dt.date.max, dt.date(2016, 2, 29)))
    if kind < 5:
        return day
    zone = dt.timezone(dt.timedelta(hours=random.choice((-11, 0, 5, 13))))
    return dt.datetime(day.year, day.month, day.day, random.randrange(24), tzinfo=zone)


def articles_of(random: Random) -> list[Article]:
    """Articles, some of which may not be shown."""

    def words(most: int) -> str:
        return " ".join(random.choices(WORDS, k=random.randint(0, most)))

    return [
        Article(
            words(2),
            words(6),
            tuple(random.sample(NAMES, random.randint(0, 3))),
            date_of(random),
            random.choice((None, *SOURCES)),
            random.choice((None, "World", "Sport")),
            random.choice((None, "en", "fr")),
            status=random.choice((None, None, None, None, "withheld")),
            metadata=random.choice(({}, {"country": "fr"}, {"country": ("fr", "de", "FR")})),
            id=f"a{number:02}",
        )
        for number in range(random.randint(1, 25))
    ]


def built(folder: Path, articles: list[Article]) -> Archive:
    """An archive of two segments, with deleted and replaced articles in the first."""
    archive = Archive.create(folder / "index", values=["country"])
    half = len(articles) // 2
    with archive.writer() as writer:
        for article in articles[:half]:
            writer.add(article)
        writer.add(Article("truce oil port", "gone", ("Ada Okafor",), id="gone"))
        if articles[half:]:
            writer.add(Article("truce", "older", source="Elsewhere", id=articles[half].id))
    with archive.writer() as writer:
        for article in articles[half:]:
            writer.add(article)
        writer.remove("gone")
    return archive


@pytest.fixture(params=EXECUTORS)
def executor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SEARCHER_NATIVE", request.param)
    return str(request.param)


@pytest.mark.parametrize("seed", range(8))
def test_counts_equal_those_of_a_reader_of_all_articles(
    executor: str, seed: int, tmp_path: Path
) -> None:
    articles = articles_of(Random(seed))
    shown = [article for article in articles if article.status is None]
    archive = built(tmp_path, articles)
    oracle = Oracle(shown)
    for query in QUERIES:
        ids = set(archive.ids(query))
        assert ids == oracle.hits(archive._parsed(query)[0]), query
        matching = [article for article in shown if article.id in ids]
        check_facets(archive, query, matching, shown)
        check_timelines(archive, query, matching, shown)
        check_first(archive, query, matching, shown)
    archive.close()


def folded(value: str, by: str) -> str:
    return value if by in PERIODS else fold_value(value)


def check_facets(
    archive: Archive, query: str, matching: list[Article], shown: list[Article]
) -> None:
    names = ("source", "byline", "section", "language", "country", *PERIODS)
    found = archive.facets(query, names, limit=None)
    assert found.total == len(matching)
    assert (found.nothing is None) == bool(matching)
    for facet, by in zip(found.facets, names, strict=True):
        counts, without = counts_by(matching, by)
        rows = {folded(row.value, by): row.articles for row in facet.rows}
        assert rows == counts and len(facet.rows) == len(counts)
        assert (facet.by, facet.without, facet.values, facet.other) == (
            *(by, without, len(counts)),
            0,
        )
        assert facet.articles_counted == sum(counts.values()) + without
        assert sorted(facet.rows, key=lambda row: -row.articles) == list(facet.rows)
    shares = archive.facets(query, names, limit=None, share=True)
    assert [[r[:2] for r in f.rows] for f in shares.facets] == [
        [r[:2] for r in f.rows] for f in found.facets
    ]
    for facet, by in zip(shares.facets, names, strict=True):
        whole, without = counts_by(shown, by)
        for row in facet.rows:
            there = whole[folded(row.value, by)]
            assert (row.archive, row.share) == (there, row.articles / there)
        assert facet.archive_without == without
        assert facet.share_without == (facet.without / without if without else None)
    few = archive.facets(query, names, limit=1, sort="name")
    for facet, by in zip(few.facets, names, strict=True):
        counts, without = counts_by(matching, by)
        first = sorted(counts, key=lambda value: value.encode())[:1]
        assert [(folded(r.value, by), r.articles) for r in facet.rows] == [
            (value, counts[value]) for value in first
        ]
        assert facet.other == sum(counts.values()) - sum(counts[value] for value in first)


def check_timelines(
    archive: Archive, query: str, matching: list[Article], shown: list[Article]
) -> None:
    for by in PERIODS:
        counts, undated = counts_by(matching, by)
        there, archive_undated = counts_by(shown, by)
        found = archive.timeline(query, by=by)
        (series,) = found.series
        assert {p.label: p.articles for p in series.periods if p.articles} == counts
        assert (series.undated, series.archive_undated) == (undated, archive_undated)
        assert sum(p.articles or 0 for p in series.periods) + series.undated == series.total
        assert series.total == found.total == len(matching)
        whole = archive.timeline(query, by=by, whole=True).periods
        assert {p.label: p.archive for p in whole if p.archive} == there
        for period in (*series.periods, *whole):
            assert period.gap == (period.articles is None) == (not period.archive)
            assert period.first <= period.last
            if period.length == 1:
                assert period_of(period.first, by) == period_of(period.last, by) == period.label
            else:
                assert period.gap
        for before, after in pairwise(whole):
            assert before.last + dt.timedelta(days=1) == after.first
        check_split(archive, query, by, matching)


def check_split(archive: Archive, query: str, by: str, matching: list[Article]) -> None:
    found = archive.timeline(query, by=by, split="byline", limit=None)
    for series in found.series:
        name = None if series.value is None else fold_value(series.value)
        of_it = [
            a
            for a in matching
            if (name in values_by(a, "byline") if name else not values_by(a, "byline"))
        ]
        counts, undated = counts_by(of_it, by)
        assert {p.label: p.articles for p in series.periods if p.articles} == counts
        assert (series.total, series.undated) == (len(of_it), undated)
        assert [p.label for p in series.periods] == [p.label for p in found.series[0].periods]
    names = {s.value and fold_value(s.value) for s in found.series}
    expected: set[str | None] = {v for a in matching for v in values_by(a, "byline")}
    without = {None} if any(not values_by(a, "byline") for a in matching) else set()
    assert names == expected | without


def check_first(
    archive: Archive, query: str, matching: list[Article], shown: list[Article]
) -> None:
    for by in ("source", "byline", "country"):
        found = archive.first(query, by=by, limit=None)
        expected = first_and_last(matching, by)
        got = {
            mention.value and fold_value(mention.value): (
                mention.articles,
                mention.first and mention.first.id,
                mention.last and mention.last.id,
            )
            for mention in found.mentions
        }
        assert got == expected
        everything = {value for article in shown for value in values_by(article, by)}
        never = {fold_value(mention.value or "") for mention in found.never}
        assert never == everything - set(expected)
    ends = first_and_last(matching, "nothing at all").get(None, (0, None, None))
    assert (found.total, found.first and found.first.id, found.last and found.last.id) == ends


# ---------------------------------------------------------------- what is asked for


DAY = dt.date(2019, 4, 8)


def article(id: str, title: str = "Truce", **values: Any) -> Article:
    return Article(title, "", id=id, **values)


@pytest.fixture
def archive(executor: str, tmp_path: Path) -> Iterator[Archive]:
    made = Archive.create(tmp_path / "index", values=["country"])
    with made.writer() as writer:
        writer.add(article("a", date=DAY, source="Meridian Wire", byline=("Ada", "Li")))
        writer.add(article("b", date=dt.date(2019, 4, 30), source="meridian wire"))
        writer.add(article("c", "Oil", date=dt.date(2019, 7, 1), source="Gazette"))
        writer.add(article("d", source="Gazette", metadata={"country": ("fr", "de")}))
        writer.add(article("e", date=dt.date(2010, 1, 1), source="Herald", status="withheld"))
    yield made
    made.close()


def counts_in(facet: Facet) -> list[tuple[str, int]]:
    return [(row.value, row.articles) for row in facet.rows]


def test_an_article_with_two_bylines_counts_in_both_rows(archive: Archive) -> None:
    facet = archive.facets("truce", "byline").of("byline")
    assert counts_in(facet) == [("Ada", 1), ("Li", 1)]
    assert (facet.without, facet.articles_counted) == (2, 4)
    assert archive.facets("truce", "byline").total == 3


def test_values_are_written_as_the_newest_article_writes_them(archive: Archive) -> None:
    assert counts_in(archive.facets("*", "source").facets[0]) == [
        ("Gazette", 2),
        ("meridian wire", 2),  # as the newest does
    ]


def test_rows_are_cut_and_what_is_left_out_is_counted(archive: Archive) -> None:
    (facet,) = archive.facets("*", ["source"], limit=1).facets
    assert (facet.values, len(facet.rows), facet.other) == (2, 1, 2)
    assert archive.facets("*", "source", limit=0).facets[0].rows == ()


def test_fields_of_the_archives_own_are_counted(archive: Archive) -> None:
    facet = archive.facets("truce", "country").of("country")
    assert counts_in(facet) == [("de", 1), ("fr", 1)] and facet.without == 2
    archive.define_values("desk")
    assert archive.facets("truce", "desk,country").of("desk").without == 3
    with pytest.raises(FieldError):
        archive.define_values("source")


def test_what_may_not_be_published_is_never_counted_unless_it_is_asked_for(
    archive: Archive,
) -> None:
    assert archive.facets("*", "source").total == 4
    assert archive.timeline("*", by="year").periods[0].label == "2019"
    assert archive.first("*", by="source").coverage.first == DAY
    asked = archive.facets("status:withheld", "source")
    assert asked.total == 1 and counts_in(asked.facets[0]) == [("Herald", 1)]
    (row,) = archive.facets("status:withheld", "source", share=True).facets[0].rows
    assert (row.archive, row.share) == (1, 1.0)
    assert archive.timeline("status:withheld", by="year").periods[0].articles == 1


def test_a_status_has_to_be_asked_for_by_the_query_not_by_the_axis(archive: Archive) -> None:
    assert archive.facets("*", "status").facets[0].rows == ()


def test_what_is_no_axis_is_refused_with_those_that_are(archive: Archive) -> None:
    with pytest.raises(ValueError, match=r"source, .*byline, country, day, .*not 'title'"):
        archive.facets("*", "title")
    with pytest.raises(ValueError, match="by names one or more"):
        archive.facets("*", " ,")
    with pytest.raises(ValueError, match="sort is one of"):
        archive.facets("*", "source", sort="size")
    with pytest.raises(ValueError, match="not 'hour'"):
        archive.timeline("*", by="hour")
    with pytest.raises(ValueError, match="not 'month'"):
        archive.timeline("*", split="month")
    with pytest.raises(ValueError, match="not 'year'"):
        archive.first("*", by="year")
    with pytest.raises(TypeError, match="one query or more"):
        archive.timeline()
    with pytest.raises(QueryError):
        archive.facets("(", "source")
    with pytest.raises(ValueError, match="limit"):
        archive.first("*", limit=-1)


def test_a_time_that_has_passed_ends_a_count(archive: Archive) -> None:
    for ask in (
        lambda: archive.facets("truce", "source", timeout=1e-9),
        lambda: archive.timeline("truce", timeout=1e-9),
        lambda: archive.first("truce", by="source", timeout=1e-9),
    ):
        with pytest.raises(DeadlineError):
            ask()


# ---------------------------------------------------------------- time


def test_a_month_without_articles_in_the_archive_is_a_gap_and_has_no_count(
    archive: Archive,
) -> None:
    periods = archive.timeline("*", by="month").periods
    assert [(p.label, p.articles, p.length, p.gap) for p in periods] == [
        ("2019-04", 2, 1, False),
        ("2019-05..2019-06", None, 2, True),
        ("2019-07", 1, 1, False),
    ]
    assert periods[1].share is None and periods[0].share == 1.0
    assert (periods[1].first, periods[1].last) == (dt.date(2019, 5, 1), dt.date(2019, 6, 30))


def test_a_month_of_which_the_archive_has_other_articles_is_zero(archive: Archive) -> None:
    periods = archive.timeline("truce", by="month", whole=True).periods
    assert (periods[-1].label, periods[-1].articles, periods[-1].share) == ("2019-07", 0, 0.0)


def test_two_queries_share_their_periods(archive: Archive) -> None:
    found = archive.timeline("truce", "oil", by="month")
    assert found.totals == (3, 1) and found.total == 3
    assert [[p.articles for p in s.periods] for s in found.series] == [[2, None, 0], [0, None, 1]]
    assert [s.undated for s in found.series] == [1, 0]
    assert found.nothing is None


def test_a_source_that_publishes_on_weekdays_has_no_gap_on_sundays(
    executor: str, tmp_path: Path
) -> None:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for number in range(6 * 7):
            day = DAY + dt.timedelta(days=number)  # a Monday
            writer.add(article(f"wire {number}", date=day, source="Wire"))
            if day.weekday() != 6 and number not in (8, 9):
                writer.add(article(f"paper {number}", date=day, source="Paper"))
    found = archive.timeline("truce", by="day", split="source")
    assert [(s.value, s.total) for s in found.series] == [("Wire", 42), ("Paper", 34)]
    paper = found.series[1].periods
    assert [p.label for p in paper if p.gap] == ["2019-04-16", "2019-04-17"]
    silent = [p for p in paper if p.articles is None]
    assert {p.first.weekday() for p in silent if not p.gap} == {6} and len(silent) == 8
    assert not any(p.gap for p in found.series[0].periods)
    by_week = archive.timeline("truce", by="week", split="source", whole=True)
    assert not any(p.gap for s in by_week.series for p in s.periods)


def test_a_source_has_no_gap_outside_of_its_own_time(executor: str, tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for year in range(2000, 2010):
            writer.add(article(f"w{year}", date=dt.date(year, 1, 1), source="Wire"))
        for year in (2003, 2006):
            writer.add(article(f"p{year}", date=dt.date(year, 1, 1), source="Paper"))
    paper = archive.timeline("truce", by="year", split="source").series[1].periods
    assert [p.label for p in paper if p.gap] == ["2004", "2005"]
    assert [p.articles for p in paper] == [None] * 3 + [1, None, None, 1] + [None] * 3


def test_an_archive_of_one_odd_year_has_a_timeline_of_few_rows(
    executor: str, tmp_path: Path
) -> None:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        writer.add(article("a", date=dt.date.min))
        writer.add(article("b", date=dt.date.max))
        writer.add(article("c", date=DAY))
    for by in PERIODS:
        periods = archive.timeline("truce", by=by).periods
        assert len(periods) == 5 and sum(p.articles or 0 for p in periods) == 3
    assert [p.length for p in archive.timeline("*", by="year").periods] == [1, 2017, 1, 7979, 1]


# ---------------------------------------------------------------- first and nothing


def test_first_mentions_are_in_the_order_of_who_was_first(archive: Archive) -> None:
    found = archive.first("truce OR oil", by="source")
    assert [m.value for m in found.mentions] == ["meridian wire", "Gazette"]
    assert found.mentions[0].first and found.mentions[0].first.id == "a"
    assert found.mentions[0].last and found.mentions[0].last.id == "b"
    assert (found.mentions[1].articles, found.mentions[1].undated) == (2, 1)
    assert found.mentions[1].archive == (2, dt.date(2019, 7, 1), dt.date(2019, 7, 1))
    assert found.never == () and found.undated == 1
    never = archive.first("oil", by="source").never
    assert [(m.value, m.archive.articles) for m in never] == [("meridian wire", 2)]


def test_nothing_says_what_the_archive_covers_and_which_part_fails(archive: Archive) -> None:
    results = archive.search("truce AND zeppelin AND since:2019")
    assert results.nothing is not None and results.nothing.failing == ("zeppelin",)
    assert [(p.text, p.articles) for p in results.nothing.parts] == [
        ("truce", 3),
        ("zeppelin", 0),
        ("since:2019-01-01", 3),
    ]
    assert results.nothing.coverage == (4, 1, DAY, dt.date(2019, 7, 1))
    assert results.to_dict()["nothing"]["archive"] == {
        "articles": 4,
        "undated": 1,
        "first": "2019-04-08",
        "last": "2019-07-01",
    }
    assert archive.search("truce").nothing is None
    alone = archive.search("zeppelin").nothing
    assert alone and [(p.text, p.articles) for p in alone.parts] == [("zeppelin", 0)]
    excluded = archive.search("+oil -oil").nothing
    assert excluded and [(p.text, p.articles) for p in excluded.parts] == [
        ("+oil", 1),
        ("-oil", 3),
    ]
    titled = archive.search("title:(oil AND zeppelin)").nothing
    assert titled and titled.failing == ("title:zeppelin",)


def test_nothing_of_an_empty_archive(executor: str, tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    results = archive.search("truce oil")
    assert results.nothing and results.nothing.coverage == (0, 0, None, None)
    assert archive.facets("truce", "source,year").facets[1].rows == ()
    assert archive.timeline("truce", split="source", whole=True).series == ()
    assert archive.timeline("truce").periods == ()
    found = archive.first("truce", by="source")
    assert (found.total, found.first, found.mentions, found.never) == (0, None, (), ())


def test_long_queries_name_their_first_parts(archive: Archive) -> None:
    query = " AND ".join(f"zeppelin{number}" for number in range(25))
    nothing = archive.search(query).nothing
    assert nothing and len(nothing.parts) == 20 and nothing.more_parts == 5
