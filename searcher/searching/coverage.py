"""Which time and how many articles does an archive cover?

An answer of nothing, of zero or of a first mention is worth what the archive covers: it is
said beside each of them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from searcher.codec.damage import damage_reported
from searcher.searching.snapshot import Snapshot

__all__ = ["Coverage", "coverage_of", "first_and_last_day", "has_live"]


class Coverage(NamedTuple):
    """How many articles there are, how many of them without a date, and the days of the first
    and the last of the others; None if there is none."""

    articles: int
    undated: int
    first: dt.date | None
    last: dt.date | None

    def to_dict(self) -> dict[str, Any]:
        """The coverage as JSON values."""
        return {
            "articles": self.articles,
            "undated": self.undated,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
        }


def coverage_of(snapshot: Snapshot) -> Coverage:
    """What `snapshot` covers.  Cost: reads the list of the articles that have a date."""
    dated = 0
    for segment in snapshot.segments:
        numbers = segment.documents_of("has", b"date")
        dated += len(numbers)
        if segment.deleted:
            dated -= sum(number in segment.deleted for number in numbers)
    with damage_reported(snapshot.directory):  # terms of junk may be no days
        first, last = first_and_last_day(snapshot)
    return Coverage(snapshot.live_count, snapshot.live_count - dated, first, last)


def first_and_last_day(snapshot: Snapshot) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last own day of an article that is shown."""
    days = snapshot.field_terms("date")
    first = next((day for day in days if has_live(snapshot, "date", day)), None)
    last = next((day for day in reversed(days) if has_live(snapshot, "date", day)), None)
    return _day(first) if first else None, _day(last) if last else None


def has_live(snapshot: Snapshot, field: str, value: bytes) -> bool:
    """Whether an article with that value is shown."""
    return any(
        number not in segment.deleted
        for segment in snapshot.segments
        for number in segment.documents_of(field, value)
    )


def _day(term: bytes) -> dt.date:
    return dt.date(int(term[:4]), int(term[4:6]), int(term[6:8]))
