"""Dates in queries stand for days, and relative ones follow a clock that can be set."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.errors import QueryError
from searcher.query import DateRange, parse

MONDAY = dt.datetime(2019, 4, 8, 15, 30, tzinfo=dt.UTC)


def days(query: str, now: dt.datetime = MONDAY) -> tuple[str, str]:
    tree = parse(query, now=now)
    assert isinstance(tree, DateRange)
    assert parse(str(tree)) == tree
    return tuple("" if day is None else day.isoformat() for day in (tree.first, tree.last))


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
        ("date:2019..2018", "ends before it begins; write date:2018..2019"),
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
        ("date:2019-04-02..2019-04-01", "write date:2019-04-01..2019-04-02"),
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
