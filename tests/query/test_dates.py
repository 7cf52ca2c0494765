"""Dates in queries stand for days, and relative ones follow a clock that can be set."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.errors import QueryError
from searcher.query import DateRange, parse, parse_with_notes

pytestmark = pytest.mark.same_without_core

MONDAY = dt.datetime(2019, 4, 8, 15, 30, tzinfo=dt.UTC)


def days(query: str, now: dt.datetime = MONDAY) -> tuple[str, str]:
    tree = parse(query, now=now)
    assert isinstance(tree, DateRange)
    assert parse(str(tree)) == tree
    first, last = ("" if day is None else day.isoformat() for day in (tree.first, tree.last))
    return first, last


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("date:2019", "2019-01-01", "2019-12-31"),
        ("date:2019-04", "2019-04-01", "2019-04-30"),
        ("date:2020-02", "2020-02-01", "2020-02-29"),
        ("date:2019-12", "2019-12-01", "2019-12-31"),
        ("date:2019-04-08", "2019-04-08", "2019-04-08"),
        ("date:2019-4-8", "2019-04-08", "2019-04-08"),
        ("date:=2019-04", "2019-04-01", "2019-04-30"),
        ("date:2019-04-01..2019-04-15", "2019-04-01", "2019-04-15"),
        ("date:2019-04...2019-05", "2019-04-01", "2019-05-31"),
        ("date:..2019", "", "2019-12-31"),
        ("date:2019..", "2019-01-01", ""),
        ("date:>=2019-04", "2019-04-01", ""),
        ("date:>2019-04", "2019-05-01", ""),
        ("date:<2019-04", "", "2019-03-31"),
        ("date:<=2019-04", "", "2019-04-30"),
        ("since:2019-04", "2019-04-01", ""),
        ("until:2019-04-08", "", "2019-04-08"),
        ("until:2019", "", "2019-12-31"),
        ("date:0001", "0001-01-01", "0001-12-31"),
        ("date:9999-12", "9999-12-01", "9999-12-31"),
        ('date:"2019-04-01 .. 2019-04-15"', "2019-04-01", "2019-04-15"),
    ],
)
def test_calendar_dates_are_their_year_month_or_day(query: str, first: str, last: str) -> None:
    assert days(query) == (first, last)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("date:today", "2019-04-08", "2019-04-08"),
        ("date:Yesterday", "2019-04-07", "2019-04-07"),
        ('date:"this week"', "2019-04-08", "2019-04-14"),
        ('date:"last week"', "2019-04-01", "2019-04-07"),
        ('date:"this month"', "2019-04-01", "2019-04-30"),
        ('date:"last month"', "2019-03-01", "2019-03-31"),
        ('date:"this year"', "2019-01-01", "2019-12-31"),
        ('date:"last year"', "2018-01-01", "2018-12-31"),
        ('date:"last 1 day"', "2019-04-08", "2019-04-08"),
        ('date:"last 30 days"', "2019-03-10", "2019-04-08"),
        ('date:"last 2 weeks"', "2019-03-26", "2019-04-08"),
        ('date:"LAST  3  Months"', "2019-01-09", "2019-04-08"),
        ('date:"last 2 years"', "2017-04-09", "2019-04-08"),
        ("since:yesterday", "2019-04-07", ""),
        ('until:"last month"', "", "2019-03-31"),
        ('date:"last month..today"', "2019-03-01", "2019-04-08"),
        ("date:2019-04-01..yesterday", "2019-04-01", "2019-04-07"),
        ("date:<today", "", "2019-04-07"),
    ],
)
def test_relative_dates_count_from_the_clock(query: str, first: str, last: str) -> None:
    assert days(query) == (first, last)


UTC = dt.UTC
EAST = dt.timezone(dt.timedelta(hours=-5))


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        (
            "date:2016-01-09T13:00-05:00..2016-01-09T14:00-05:00",
            dt.datetime(2016, 1, 9, 13, tzinfo=EAST),
            dt.datetime(2016, 1, 9, 14, tzinfo=EAST),
        ),
        ("since:2016-01-09T13:00Z", dt.datetime(2016, 1, 9, 13, tzinfo=UTC), None),
        ("until:2016-1-9t13:00:05z", None, dt.datetime(2016, 1, 9, 13, 0, 5, tzinfo=UTC)),
        ("date:>=2016-01-09T13+0530", dt.datetime(2016, 1, 9, 7, 30, tzinfo=UTC), None),
        (
            "date:2016-01-09..2016-01-10T08:00:00.25-05:00",
            dt.date(2016, 1, 9),
            dt.datetime(2016, 1, 10, 8, 0, 0, 250_000, tzinfo=EAST),
        ),
        (
            'date:"2016-01-09 13:00 -05:00"',
            dt.datetime(2016, 1, 9, 13, tzinfo=EAST),
            dt.datetime(2016, 1, 9, 13, tzinfo=EAST),
        ),
        (
            "date:2016-01-09..2016-01-08T20:00Z",
            dt.date(2016, 1, 9),
            dt.datetime(2016, 1, 8, 20, tzinfo=UTC),
        ),
        (
            "date:>2016-01-09T13:00Z",
            dt.datetime(2016, 1, 9, 13, 0, 0, 1, tzinfo=UTC),
            None,
        ),
        (
            "date:<2016-01-09T13:00Z",
            None,
            dt.datetime(2016, 1, 9, 12, 59, 59, 999_999, tzinfo=UTC),
        ),
    ],
)
def test_a_time_with_an_offset_is_an_instant(
    query: str, first: dt.date | None, last: dt.date | None
) -> None:
    tree, notes = parse_with_notes(query)
    assert tree == DateRange(first, last)
    assert parse(str(tree)) == tree
    assert not notes


def test_a_time_without_an_offset_is_read_in_utc_and_a_note_says_so() -> None:
    tree, notes = parse_with_notes("oil date:2016-01-09T13:00..2016-01-10")
    assert parse("oil date:2016-01-09T13:00Z..2016-01-10") == tree
    assert [note.suggestion for note in notes] == ["oil date:2016-01-09T13:00Z..2016-01-10"]
    assert notes[0].text == "2016-01-09T13:00" and "UTC" in notes[0].message


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ('date:"March 2021"', "2021-03-01", "2021-03-31"),
        ('date:"4 March 2021"', "2021-03-04", "2021-03-04"),
        ('date:"March 4, 2021"', "2021-03-04", "2021-03-04"),
        ('date:"4th of MARCH 2021"', "2021-03-04", "2021-03-04"),
        ('date:"2021 March"', "2021-03-01", "2021-03-31"),
        ('date:"Thursday, March 4, 2021"', "2021-03-04", "2021-03-04"),
        ('date:"thu 4 Mar 2021"', "2021-03-04", "2021-03-04"),
        ('date:"past 7 days"', "2019-04-02", "2019-04-08"),
        ('date:"Sept. 2021"', "2021-09-01", "2021-09-30"),
        ("date:4-Mar-2021", "2021-03-04", "2021-03-04"),
        ("date:Mar-2021", "2021-03-01", "2021-03-31"),
        ('date:"May 2021"', "2021-05-01", "2021-05-31"),
        ('since:"March 2021"', "2021-03-01", ""),
        ('until:"March 2021"', "", "2021-03-31"),
        ('date:>="March 2021"', "2021-03-01", ""),
        ('date:<"March 2021"', "", "2021-02-28"),
        ('date:"March 2021..May 2021"', "2021-03-01", "2021-05-31"),
        ('date:"March 2021".."May 2021"', "2021-03-01", "2021-05-31"),
        ('date:2021-03.."May 2021"', "2021-03-01", "2021-05-31"),
        ('date:"March 2021"..2021-05-02', "2021-03-01", "2021-05-02"),
        ('date:"March 2021"..', "2021-03-01", ""),
        ('date:.."March 2021"', "", "2021-03-31"),
    ],
)
def test_dates_in_words_are_their_month_or_day(query: str, first: str, last: str) -> None:
    assert days(query) == (first, last)


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("pl", "4 marca 2021", "2021-03-04"),
        ("pl", "4 PAŹDZIERNIKA 2021", "2021-10-04"),
        ("ru", "4 марта 2021 г.", "2021-03-04"),
        ("ru", "4 мая 2021 года", "2021-05-04"),
        ("cs", "4. března 2021", "2021-03-04"),
        ("fi", "4. maaliskuuta 2021", "2021-03-04"),
        ("de-AT", "4. Jänner 2021", "2021-01-04"),
        ("de", "4. März 2021", "2021-03-04"),
        ("fr", "1er août 2021", "2021-08-01"),
        ("es", "4 de marzo de 2021", "2021-03-04"),
        ("ca", "4 d’abril de 2021", "2021-04-04"),
        ("pt", "4 de março de 2021", "2021-03-04"),
        ("hu", "2021. március 4-én", "2021-03-04"),
        ("lt", "2021 m. kovo 4", "2021-03-04"),
        ("eu", "2021eko martxoaren 4a", "2021-03-04"),
        ("tr", "4 Kasım 2021", "2021-11-04"),
        ("tr", "4 AĞUSTOS 2021", "2021-08-04"),
        ("el", "4 Μαρτίου 2021", "2021-03-04"),
        ("ar", "4 كانون الثاني 2021", "2021-01-04"),
        ("ga", "4 Meán Fómhair 2021", "2021-09-04"),
        ("hi", "4 मार्च 2021", "2021-03-04"),
        ("nb", "4. mars 2021", "2021-03-04"),
        ("pl", "4 March 2021", "2021-03-04"),
    ],
)
def test_months_are_named_in_the_language_of_the_archive_too(
    language: str, text: str, day: str
) -> None:
    only = dt.date.fromisoformat(day)
    assert parse(f'date:"{text}"', language=language) == DateRange(only, only)


def test_the_months_of_another_language_are_no_dates() -> None:
    with pytest.raises(QueryError, match="no date"):
        parse('date:"4 marca 2021"', language="ru")


def test_weeks_start_on_monday() -> None:
    sunday = dt.datetime(2019, 4, 7, tzinfo=dt.UTC)
    assert days('date:"this week"', sunday) == ("2019-04-01", "2019-04-07")


def test_months_back_from_the_end_of_a_month_stop_at_the_end_of_a_shorter_one() -> None:
    assert days('date:"last 1 month"', dt.datetime(2019, 3, 31)) == ("2019-03-01", "2019-03-31")
    assert days('date:"last 1 year"', dt.datetime(2020, 2, 29)) == ("2019-03-01", "2020-02-29")


def test_today_is_the_day_in_utc() -> None:
    new_york = dt.timezone(dt.timedelta(hours=-4))
    evening = dt.datetime(2019, 4, 8, 22, 0, tzinfo=new_york)
    assert days("date:today", evening) == ("2019-04-09", "2019-04-09")
    assert days("date:today", evening.replace(tzinfo=None)) == ("2019-04-08", "2019-04-08")


def test_the_clock_is_read_only_for_dates_that_count_from_it() -> None:
    def broken() -> dt.datetime:
        raise AssertionError

    assert parse("date:2019-04-08 truce", now=broken)
    with pytest.raises(AssertionError):
        parse("date:today", now=broken)


def test_the_clock_can_be_a_day_and_is_the_machine_s_by_default() -> None:
    day = dt.date(2011, 2, 17)
    assert parse("date:today", today=day) == DateRange(day, day)
    before = dt.datetime.now(dt.UTC).date()
    tree = parse("date:today")
    assert isinstance(tree, DateRange)
    assert tree.first is not None
    assert before <= tree.first <= dt.datetime.now(dt.UTC).date()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("date:2019-13", "no such month"),
        ("date:2019-00", "no such month"),
        ("date:2019-02-30", "no such day"),
        ("date:2019-02-29", "no such day"),
        ("date:2019-04-00", "no such day"),
        ("date:0000", "no such year"),
        ("date:19", "no date 19"),
        ("date:20190", "no date 20190"),
        ("date:2019-004", "no date 2019-004"),
        ("date:2019-1-1-1", "no date"),
        ("date:20190408", "did you mean 2019-04-08?"),
        ("date:2019/04/08", "did you mean 2019-04-08?"),
        ("date:08.04.2019", "no date"),
        ("date:someday", "no date someday"),
        ("date:last week", 'put such dates in quotes: date:"last week"'),
        ('date:"last 0 days"', "no date last 0 days"),
        ('date:"last 3 fortnights"', "no date last 3 fortnights"),
        ('date:"last 9999 years"', "outside the years 1 to 9999"),
        ("date:..", "needs a beginning or an end"),
        ("date:>2018..2019", "takes no >"),
        ("date:>", "the date is missing"),
        ("date:>9999", "there is no day after 9999-12-31"),
        ("date:<0001", "there is no day before 0001-01-01"),
        ("since:2018..2019", "no date 2018..2019"),
        ("since:>2018", "no date >2018"),
        ("date:２０１９", "no date"),
        ("date:2019-W14-1", "no date 2019-W14-1"),
        ("date:2019-02-30..2019-04-01", "no such day"),
        ("date:2016-01-09T25:00Z", "no such day, time or offset"),
        ("date:2016-02-30T10:00Z", "no such day, time or offset"),
        ("date:2016-01-09T10:00+24:00", "no such day, time or offset"),
        ("date:2016-01-09T10:00EST", "no date"),
        ("date:>9999-12-31T23:59:59.999999Z", "there is no instant after"),
        ("date:March 2021", 'put the whole date in quotes: date:"March 2021"'),
        ("date:4 March 2021", 'put the whole date in quotes: date:"4 March 2021"'),
        ('date:"4 March"', 'date:"4 March 2019"'),
        ("date:March", "has no year"),
        ("date:'March 2021'", 'date:"March 2021"'),
        ("date:'4 March 2021'", 'date:"4 March 2021"'),
        ('date:"Thursday March 2021"', "no date Thursday March 2021"),
        ('date:"Thursday"', "no date Thursday"),
        ('date:"4 March 2021 to 6 March 2021"', 'date:"4 March 2021..6 March 2021"'),
        ('date:"from 2021-03-04 until 2021-03-06"', "date:2021-03-04..2021-03-06"),
        ('date:"between May 2020 and 2021"', 'date:"May 2020..2021"'),
        ('date:"2006 - 2007"', "date:2006..2007"),
        ('date:"31 February 2021"', "no such day: 31 February 2021"),
        ('date:"March 0000"', "no such year"),
        ('date:"March 21 April 2021"', "no date"),
        ("date:04/03/2021", "write 2021-03-04 or 2021-04-03"),
        ("date:13/03/2021", "write 2021-03-13"),
        ("date:[2006 TO 2007]", "write date:2006..2007"),
    ],
)
def test_dates_that_cannot_be_are_refused(query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query, now=MONDAY)
    assert message in str(caught.value)
    assert caught.value.position == 0


_RELATIVE = ("today", "yesterday", "this week", "last week", "this month", "last month")
_COUNTED = st.builds(
    "last {} {}".format, st.integers(1, 9999), st.sampled_from(("days", "weeks", "months", "years"))
)


@settings(deadline=None)
@given(st.dates(), st.one_of(st.sampled_from((*_RELATIVE, "this year", "last year")), _COUNTED))
def test_a_relative_date_is_a_period_on_every_day_or_refused(today: dt.date, text: str) -> None:
    try:
        tree = parse(f'date:"{text}"', today=today)
    except QueryError as error:
        assert "outside the years" in error.reason
        return
    assert isinstance(tree, DateRange)
    assert tree.first is not None and tree.last is not None
    assert tree.first <= tree.last
    if text.startswith("this") or text[5:6].isdigit():
        assert tree.first <= today <= tree.last
