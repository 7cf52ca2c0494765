"""How are days and times written on a page?

As British newspapers write them: 22 May 2009, 10:00 UTC.  A date that is known to the day stays
a day; an instant is shown in UTC with the article's own clock beside it, where they differ.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

__all__ = ["MONTHS", "clock", "day", "period", "read", "span"]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day(date: dt.date | None) -> str:
    """The own day of `date`: `22 May 2009`."""
    if date is None:
        return "no date"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year:04}"


def clock(date: dt.date | None) -> str:
    """The time of day, if it is known: `10:00 UTC (06:00 at -04:00)`."""
    if not isinstance(date, dt.datetime):
        return ""
    utc = date.astimezone(dt.UTC)
    offset = date.utcoffset()
    if not offset:
        return f"{utc:%H:%M} UTC"
    minutes = int(offset.total_seconds() // 60)
    sign = "+" if minutes >= 0 else "\u2212"
    own = f"{date:%H:%M} at {sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    if utc.date() != date.date():
        return f"{own}, {utc.day} {MONTHS[utc.month - 1]} {utc:%H:%M} UTC"
    return f"{utc:%H:%M} UTC ({own})"


def read(text: str) -> dt.datetime:
    """An instant in ISO 8601."""
    return dt.datetime.fromisoformat(text)


def period(by: str, first: dt.date) -> str:
    """The name of the period that begins with `first`: `May 2009`, `week of 4 May 2009`."""
    if by == "year":
        return f"{first.year:04}"
    if by == "month":
        return f"{MONTHS[first.month - 1]} {first.year:04}"
    return f"week of {day(first)}" if by == "week" else day(first)


@lru_cache(maxsize=4_096)  # a timeline has a hundred, and the next one the same
def span(by: str, first: dt.date, last: dt.date, length: int) -> str:
    """The name of one period, or of several in a row."""
    if length == 1:
        return period(by, first)
    if by in ("day", "week"):
        return f"{day(first)} to {day(last)}"
    return f"{period(by, first)} to {period(by, last)}"
