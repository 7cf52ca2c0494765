"""Which instant is a date with a time, as in `2016-01-09T13:00-05:00`?

ISO 8601 as results print it: the day, `T` (or a blank), hours, and if wanted minutes,
seconds and a fraction; then the offset from UTC, `Z` or `+05:30`.  A time without an
offset is taken in UTC, and a note says so: nothing else is known of it.

What it does not do: names of zones, which mean different offsets in different places.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

__all__ = ["read_instant"]


@cache
def _instant() -> re.Pattern[str]:
    """Return what an instant looks like; compiled when the first date with a time is read."""
    return re.compile(
        r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]|[ ]{1,3})"
        r"(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?"
        r"[ ]{0,3}(?:([Zz])|([+-])(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?)?)?",
        re.ASCII,
    )


def read_instant(text: str) -> tuple[dt.datetime, bool] | None:
    """The instant that `text` is and whether it names its offset; None if it looks otherwise.

    Raises:
        ValueError: there is no such day, time or offset.
    """
    found = _instant().fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(g or 0) for g in found.groups()[:6])
    zone = dt.UTC
    if sign := found[9]:
        hours, minutes, seconds = (int(g or 0) for g in found.groups()[9:12])
        if minutes > 59 or seconds > 59:
            raise ValueError("minutes and seconds of an offset go to 59")
        offset = dt.timedelta(
            hours=hours, minutes=minutes, seconds=seconds, microseconds=_micros(found[13])
        )
        zone = dt.timezone(-offset if sign == "-" else offset)
    moment = dt.datetime(year, month, day, hour, minute, second, _micros(found[7]), tzinfo=zone)
    return moment, bool(found[8] or sign)


def _micros(fraction: str | None) -> int:
    return int((fraction or "").ljust(6, "0"))
