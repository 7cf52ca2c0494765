"""The day that is shown is the day that is searched, whatever the offset and the executor."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.analysis import Analyzer
from searcher.archive import Archive
from searcher.article import Article
from searcher.codec.core import native_core
from searcher.query import DateRange, Not, parse
from searcher.request import Request
from searcher.searching.executor import Executor
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.oracle import Oracle

_MOST = dt.timedelta(hours=23, minutes=59)
_BEGIN = dt.datetime(2019, 4, 5)
_END = dt.datetime(2019, 4, 12)


def _kinds() -> list[str]:
    return ["plain"] if native_core() is None else ["plain", "native"]


def executor_over(snapshot: Snapshot, kind: str) -> Executor:
    analyzer = Analyzer(snapshot.language)
    if kind == "plain":
        return PlainExecutor(snapshot, analyzer)
    from searcher.searching.native import NativeExecutor

    return NativeExecutor(snapshot, analyzer)


def dates() -> st.SearchStrategy[dt.date | None]:
    """Dates of one week, with every offset that there is, days alone, and the calendar's ends."""
    offsets = st.one_of(
        st.sampled_from((-_MOST, _MOST, dt.timedelta(), dt.timedelta(hours=-5))),
        st.timedeltas(-_MOST, _MOST),
    )
    zones = offsets.map(dt.timezone)
    return st.one_of(
        st.datetimes(_BEGIN, _END, timezones=zones),
        st.datetimes(_BEGIN, _END, timezones=zones),
        st.builds(
            lambda day, zone: dt.datetime(2019, 4, day, tzinfo=zone), st.integers(5, 12), zones
        ),
        st.dates(_BEGIN.date(), _END.date()),
        st.sampled_from((dt.date.min, dt.date.max)),
        zones.map(lambda zone: dt.datetime.min.replace(tzinfo=zone)),
        zones.map(lambda zone: dt.datetime.max.replace(tzinfo=zone)),
        st.none(),
    )


def ends() -> st.SearchStrategy[dt.date | None]:
    """Ends of ranges: mostly days of the week that the articles are of."""
    days = st.dates(_BEGIN.date(), _END.date())
    return st.one_of(days, days, days, dates())


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_ranges_of_days_and_instants_find_what_lies_in_them(data: Any) -> None:
    published = data.draw(st.lists(dates(), min_size=1, max_size=30))
    articles = [
        Article(f"Truce {i}", "A truce held.", date=date, id=f"a{i:02}")
        for i, date in enumerate(published)
    ]
    with TemporaryDirectory() as directory:
        archive = Archive.create(Path(directory) / "index")
        half = len(articles) // 2
        for batch in (articles[:half], articles[half:]):
            with archive.writer() as writer:
                for article in batch:
                    writer.add(article)
        oracle = Oracle(articles)
        snapshot = Snapshot(archive.path)
        executors = {kind: executor_over(snapshot, kind) for kind in _kinds()}
        for _ in range(12):
            first, last = data.draw(ends()), data.draw(ends())
            for asked in (
                DateRange(first, last),
                DateRange(first, None),
                DateRange(None, last),
                DateRange(first, first),
                Not(DateRange(first, last)),
            ):
                expected = oracle.hits(asked)
                for kind, executor in executors.items():
                    found = executor.search(asked, Request(asked, limit=None))
                    ids = {snapshot.segments[m.segment].id(m.number) for m in found.matches}
                    assert ids == expected, (kind, asked)
                    assert found.total == len(expected), (kind, asked)
        snapshot.close()
        archive.close()


@pytest.mark.parametrize("native", ["auto", "off"])
def test_every_article_is_found_under_the_day_that_is_printed_beside_it(
    native: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", native)
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for i in range(400):
            zone = dt.timezone(dt.timedelta(minutes=(i * 37) % 2879 - 1439))
            date = dt.datetime(2019, 1, 1, tzinfo=zone) + dt.timedelta(minutes=i * 211)
            writer.add(Article("Truce", f"Article {i}.", date=date, id=f"a{i}"))
    by_day: dict[str, set[str]] = {}
    for hit in archive.search("*", limit=None):
        by_day.setdefault(hit.to_dict()["date"][:10], set()).add(hit.id)
    for day, ids in by_day.items():
        assert set(archive.ids(f"truce date:{day}")) == ids
    months = {day[:7] for day in by_day}
    for month in months:
        expected = set().union(*(ids for day, ids in by_day.items() if day.startswith(month)))
        assert set(archive.ids(f"truce date:{month}")) == expected
    assert archive.stats().first_date == dt.date.fromisoformat(min(by_day))
    assert archive.stats().last_date == dt.date.fromisoformat(max(by_day))


def test_sorting_is_by_instant_and_a_day_sorts_at_its_beginning(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    east, west = (dt.timezone(dt.timedelta(hours=hours)) for hours in (12, -12))
    with archive.writer() as writer:
        writer.add(Article("Truce", "", date=dt.datetime(2019, 4, 9, 11, tzinfo=east), id="early"))
        writer.add(Article("Truce", "", date=dt.date(2019, 4, 9), id="day"))
        writer.add(Article("Truce", "", date=dt.datetime(2019, 4, 8, 13, tzinfo=west), id="late"))
    assert archive.ids("truce", sort="date") == ["early", "day", "late"]
    assert archive.ids("date:2019-04-09", sort="date") == ["early", "day"]
    assert archive.ids("date:2019-04-08") == ["late"]
    instants = "date:2019-04-08T23:00Z..2019-04-09T00:00Z"
    assert archive.ids(instants, sort="date") == ["early", "day"]
    assert archive.ids("date:2019-04-09..2019-04-08T23:30Z") == ["early"]
    assert archive.ids("date:2019-04-08T23:30Z..2019-04-08") == ["late"]


def test_statistics_leave_out_the_days_of_articles_that_are_gone(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for day in range(1, 31):
            writer.add(Article("Truce", "", date=dt.date(2019, 4, day), id=f"d{day}"))
    with archive.writer() as writer:
        writer.remove("d1")
        writer.remove("d30")
    stats = archive.stats()
    assert (stats.first_date, stats.last_date) == (dt.date(2019, 4, 2), dt.date(2019, 4, 29))


def test_months_are_read_in_the_language_of_the_archive(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index", language="pl")
    with archive.writer() as writer:
        writer.add(Article("Rozejm", "", date=dt.date(2021, 3, 4), id="a"))
    assert archive.ids('date:"4 marca 2021"') == archive.ids('date:"March 2021"') == ["a"]
    again = Archive.open(archive.path)
    assert again.search('since:"marzec 2021"').total == 1
    assert again.explain('date:"marzec 2021"').understood == "date:2021-03"


def test_results_and_explanations_hold_the_notes(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    results = archive.search("oil NEAR gas")
    assert [note.suggestion for note in results.notes] == ["oil NEAR/5 gas"]
    assert results.to_dict()["notes"] == [note.to_dict() for note in results.notes]
    assert archive.explain("oil NEAR gas").notes == results.notes
    assert archive.explain("oil NEAR gas").to_dict()["notes"] == results.to_dict()["notes"]
    for plain in ("oil NEAR/5 gas", parse("oil NEAR gas")):
        assert archive.search(plain).notes == ()
        assert archive.search(plain).to_dict()["notes"] == []
