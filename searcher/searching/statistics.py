"""What does an index hold, in figures?"""

from __future__ import annotations

import datetime as dt
import os
import stat
from dataclasses import dataclass
from typing import Any

from searcher.codec.damage import damage_reported
from searcher.indexing.schema import MISSING_DATE
from searcher.indexing.sources import read_sources
from searcher.searching.executors import executor_name
from searcher.searching.snapshot import Snapshot

__all__ = ["Statistics", "statistics_of"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an index holds."""

    path: str
    articles: int
    deleted: int
    segments: int
    generation: int
    language: str
    size_bytes: int
    words: int
    first_date: dt.date | None
    last_date: dt.date | None
    undated: int
    files: int
    executor: str

    def to_dict(self) -> dict[str, Any]:
        """The statistics as JSON values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        for name in ("first_date", "last_date"):
            values[name] = values[name].isoformat() if values[name] else None
        return values


def statistics_of(snapshot: Snapshot) -> Statistics:
    """Count what `snapshot` holds.  Cost: reads the dates and lengths of all articles."""
    instants: list[int] = []
    words = undated = 0
    for segment in snapshot.segments:
        dates, lengths = segment.dates_us(), segment.lengths()
        for number in segment.live:
            words += lengths[number]
            if dates[number] == MISSING_DATE:
                undated += 1
            else:
                instants.append(dates[number])
    with os.scandir(snapshot.directory) as entries:
        statuses = [entry.stat(follow_symlinks=False) for entry in entries]
    size = sum(status.st_size for status in statuses if stat.S_ISREG(status.st_mode))
    with damage_reported(snapshot.directory):  # a column of junk may hold any number
        days = [_day(found(instants)) for found in (min, max)] if instants else [None, None]
    return Statistics(
        path=snapshot.directory,
        articles=snapshot.live_count,
        deleted=snapshot.document_count - snapshot.live_count,
        segments=len(snapshot.segments),
        generation=snapshot.generation,
        language=snapshot.language,
        size_bytes=size,
        words=words,
        first_date=days[0],
        last_date=days[1],
        undated=undated,
        files=len(read_sources(snapshot.directory, snapshot.manifest)),
        executor=executor_name(snapshot),
    )


def _day(instant_us: int) -> dt.date:
    return (_EPOCH + dt.timedelta(microseconds=instant_us)).date()
