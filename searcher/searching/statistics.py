"""What does an index hold, in figures?"""

from __future__ import annotations

import datetime as dt
import os
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
    """What an index holds.

    `sources` and `languages` are how many articles each has, the most frequent first, as the
    articles spell them; `unsourced` and `no_language` articles
    have none.
    """

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
    sources: dict[str, int]
    languages: dict[str, int]
    unsourced: int
    no_language: int
    files: int
    executor: str

    def to_dict(self) -> dict[str, Any]:
        """The statistics as JSON values."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
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
        size = sum(entry.stat().st_size for entry in entries if entry.is_file())
    with damage_reported(snapshot.directory):  # a column of junk may hold any number
        days = [_day(found(instants)) for found in (min, max)] if instants else [None, None]
    sources, languages = (_values_of(snapshot, field) for field in ("source", "language"))
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
        sources=sources,
        languages=languages,
        unsourced=snapshot.live_count - sum(sources.values()),
        no_language=snapshot.live_count - sum(languages.values()),
        files=len(read_sources(snapshot.directory, snapshot.manifest)),
        executor=executor_name(snapshot),
    )


def _values_of(snapshot: Snapshot, field: str) -> dict[str, int]:
    """How many live articles have each value of `field`, the most frequent first."""
    counts: dict[bytes, int] = {}
    spelt: dict[bytes, str] = {}
    for segment in snapshot.segments:
        for term in segment.field_terms(field):
            postings = segment.postings(field, term)
            live = [n for n in postings.ids if n not in segment.deleted] if postings else []
            if live:
                counts[term] = counts.get(term, 0) + len(live)
                # Terms are folded; how the value is written stands in the articles.
                spelt.setdefault(term, str(segment.stored(live[0])[field]))
    ranked = sorted(counts, key=lambda term: (-counts[term], term))
    return {spelt[term]: counts[term] for term in ranked}


def _day(instant_us: int) -> dt.date:
    return (_EPOCH + dt.timedelta(microseconds=instant_us)).date()
