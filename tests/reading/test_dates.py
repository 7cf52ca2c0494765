"""Dates as pages, wires and exports write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.reading.dates import DateError, find_date, from_number, parse_date

UTC = dt.UTC


def at(*parts: int, minutes: int = 0) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))  # type: ignore[arg-type,misc]


DAY = dt.date(2019, 4, 8)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019-04-08", DAY),
        ("20190408", DAY),
        ("2019/04/08", DAY),
        ("2019.4.8", DAY),
        ("8.4.2019", DAY),
        ("08.04.2019", DAY),
        ("April 8, 2019", DAY),
        ("Apr. 8, 2019", DAY),
        ("8 April 2019", DAY),
        ("8th of April 2019", DAY),
        ("Monday, April 8th, 2019", DAY),
        ("Montag, 8. April 2019", DAY),
        ("lunes, 8 de abril de 2019", DAY),
        ("lundi 8 avril 2019", DAY),
        ("lunedì 8 aprile 2019", DAY),
        ("8 de abril de 2019", DAY),
        ("maandag 8 april 2019", DAY),
        ("2019年4月8日", DAY),
        ("2019-04-08T14:30:00Z", at(2019, 4, 8, 14, 30)),
        ("2019-04-08T14:30:00+02:00", at(2019, 4, 8, 14, 30, minutes=120)),
        ("2019-04-08 14:30:00 -0400", at(2019, 4, 8, 14, 30, minutes=-240)),
        ("2019-04-08T14:30:00.123Z", at(2019, 4, 8, 14, 30, 0, 123000)),
        ("2019-04-08 14:30", at(2019, 4, 8, 14, 30)),
        ("2019-04-08T14:30+0530", at(2019, 4, 8, 14, 30, minutes=330)),
        ("2019-04-08T24:00:00Z", at(2019, 4, 9)),
        ("2016-12-31T23:59:60Z", at(2016, 12, 31, 23, 59, 59)),
        ("Mon, 08 Apr 2019 14:30:00 +0000", at(2019, 4, 8, 14, 30)),
        ("Mon, 8 Apr 2019 14:30:00 EST", at(2019, 4, 8, 14, 30, minutes=-300)),
        ("Monday, 8 April 2019 14:30 BST", at(2019, 4, 8, 14, 30, minutes=60)),
        ("14:30 BST, 8 April 2019", at(2019, 4, 8, 14, 30, minutes=60)),
        ("April 8, 2019 at 2:30 p.m. ET", at(2019, 4, 8, 14, 30, minutes=-300)),
        ("8. April 2019, 14:30 Uhr", at(2019, 4, 8, 14, 30)),
        ("26-FEB-1987 15:01:01.79", at(1987, 2, 26, 15, 1, 1, 790000)),
        (" 9-APR-1987 00:01:57.39", at(1987, 4, 9, 0, 1, 57, 390000)),
        ("1554733800", at(2019, 4, 8, 14, 30)),
    ],
)
def test_a_date_is_read(text: str, value: dt.date) -> None:
    got = parse_date(text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "2019-02-31",
        "31 February 2019",
        "2019-13-01",
        "2019-04-08T25:00:00Z",
        "8 April 19",
        "May",
        "yesterday",
        "",
        "0001-01-01T00:00:00Z",
        "04/08/2019",
        "12",
        "99999999",
        "8 April 2019 and more",
    ],
)
def test_what_is_no_date_or_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        parse_date(text)


def test_an_ambiguous_date_is_read_when_the_caller_knows_the_order() -> None:
    assert parse_date("04/08/2019", day_first=True) == dt.date(2019, 8, 4)
    assert parse_date("04/08/2019", day_first=False) == dt.date(2019, 4, 8)
    assert parse_date("25/08/2019") == dt.date(2019, 8, 25)


def test_a_date_is_found_in_a_line() -> None:
    assert find_date("Published on 8 April 2019 by the desk") == DAY
    assert find_date("Nothing of the kind") is None


def test_numbers_are_seconds_milliseconds_or_days() -> None:
    assert from_number(1554733800) == from_number(1554733800000) == at(2019, 4, 8, 14, 30)
    assert from_number(20190408) == DAY
    for bad in (float("nan"), float("inf"), 1e300, -1e18):
        with pytest.raises(DateError):
            from_number(bad)


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_a_date_error(text: str) -> None:
    try:
        value = parse_date(text)
    except DateError:
        return
    assert not isinstance(value, dt.datetime) or value.utcoffset() is not None


@given(st.datetimes(dt.datetime(1400, 1, 1), dt.datetime(2199, 12, 31), timezones=st.just(UTC)))
def test_iso_dates_come_back(value: dt.datetime) -> None:
    assert parse_date(value.isoformat()) == value
