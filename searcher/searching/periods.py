"""Which day, week, month or year is that?

Days are numbers, counted from 1970-01-01, as columns of an index hold them.  A period is
known by its first day.  Weeks begin on Monday and are named as ISO 8601 has them
(`2019-W15`); months and years are those of the calendar, not runs of 30 or 365 days.

Nothing here knows of time zones: an article's day is the one that is printed beside it.
"""

from __future__ import annotations

import datetime as dt

from whoosh.reading import CorruptIndexError

__all__ = [
    "PERIODS",
    "day_at",
    "first_day",
    "label",
    "last_day_at",
    "next_period",
    "span_label",
]

PERIODS = ("day", "week", "month", "year")
_EPOCH = dt.date(1970, 1, 1).toordinal()
_MONDAY = 3  # 1970 began on a Thursday
_LAST = dt.date.max.toordinal() - _EPOCH


def day_at(number: int) -> dt.date:
    """The day with that number.

    Raises:
        CorruptIndexError: no calendar has it, so that no Searcher wrote it.
    """
    try:
        return dt.date.fromordinal(number + _EPOCH)
    except (ValueError, OverflowError):
        raise CorruptIndexError(f"day {number} since 1970 is in no calendar") from None


def first_day(day: int, period: str) -> int:
    """The number of the first day of the period that `day` is in."""
    if period == "day":
        return day
    if period == "week":
        return day - (day + _MONDAY) % 7
    date = day_at(day)
    if period == "month":
        return day - date.day + 1
    return dt.date(date.year, 1, 1).toordinal() - _EPOCH


def next_period(first: int, period: str) -> int:
    """The first day of the period after the one that begins with `first`.

    After the last year that dates can have this is a number that no day has.
    """
    if period == "day":
        return first + 1
    if period == "week":
        return first + 7
    date = day_at(first)
    year, month = (date.year, date.month + 1) if period == "month" else (date.year + 1, 1)
    if month > 12:
        year, month = year + 1, 1
    if year > dt.MAXYEAR:
        return _LAST + 1
    return dt.date(year, month, 1).toordinal() - _EPOCH


def last_day_at(first: int, period: str) -> dt.date:
    """The last day of the period that begins with the day `first`."""
    return day_at(min(next_period(first, period) - 1, _LAST))


def label(first: int, period: str) -> str:
    """The name of the period: `2019-04-08`, `2019-W15`, `2019-04`, `2019`."""
    date = day_at(first)
    if period == "week":
        year, week, _ = date.isocalendar()
        return f"{year:04}-W{week:02}"
    length = {"day": 10, "month": 7, "year": 4}[period]
    return date.isoformat()[:length]


def span_label(first: int, last: int, period: str) -> str:
    """The name of the periods from `first` to `last`, which is the name of one if they are."""
    name = label(first, period)
    return name if first == last else f"{name}..{label(last, period)}"
