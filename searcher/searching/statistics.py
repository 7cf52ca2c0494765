"""What does an index hold, in figures?"""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from searcher.analysis import Analyzer
from searcher.analysis.values import fold_value
from searcher.codec.damage import damage_reported
from searcher.codec.manifest import GROUPING_ON, Manifest
from searcher.codec.schema import MISSING_DATE
from searcher.codec.sources import Sources, read_sources
from searcher.copies.verification import Rules
from searcher.searching.choice import executor_name
from searcher.searching.coverage import first_and_last_day, has_live
from searcher.searching.snapshot import Snapshot
from searcher.searching.spelling import Spellings

__all__ = ["Statistics", "statistics_of"]

# Of files whose reading did not end, so many are looked for.
_LOOKED_FOR = 20


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an index holds; `first_date` and `last_date` are days of articles as printed.

    `sources` and `languages` are how many articles each has, the most frequent first, as the
    articles spell them, `values` the same of the other fields that are counted by value;
    `unsourced` and `no_language` articles have none.  `files` are those
    that were read, `files_unfinished` those of which articles are there, but whose reading was
    interrupted before their end, `failed` has the reasons of those that could not be read,
    or not all of them, `left_out` counts by kind what was not read, and `settings` has what
    is kept for each folder and file that was named.  `analysis` names the rules of text
    analysis that the index was made with.  `hidden` counts by status the articles that no
    search finds unless it asks for them; they are in none of the other numbers.  `weights` are
    the constants of the ranking that the index has of its own, `copies` by which rules texts are
    copies there.
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
    failed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    files_unfinished: int = 0
    analysis: str = Analyzer.version
    weights: Mapping[str, float] = field(default_factory=dict)
    copies: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The statistics as JSON values."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        for name in ("first_date", "last_date"):
            values[name] = values[name].isoformat() if values[name] else None
        return values


def statistics_of(snapshot: Snapshot) -> Statistics:
    """Count what `snapshot` holds.  Cost: reads the dates and lengths of all articles."""
    words = undated = 0
    for segment in snapshot.segments:
        dates, lengths = segment.dates_us(), segment.lengths()
        for number in segment.live:
            words += lengths[number]
            undated += dates[number] == MISSING_DATE
    with os.scandir(snapshot.directory) as entries:
        statuses = [entry.stat(follow_symlinks=False) for entry in entries]
    size = sum(status.st_size for status in statuses if stat.S_ISREG(status.st_mode))
    read = read_sources(snapshot.directory, snapshot.manifest)
    with damage_reported(snapshot.directory):  # terms of junk may be no days
        first_date, last_date = first_and_last_day(snapshot)
    values = {
        name: _values_of(snapshot, name)
        for name in snapshot.fields.values
        if snapshot.fields.by_name[name].facet
    }
    sources, languages = values.pop("source"), values.pop("language")
    return Statistics(
        path=snapshot.directory,
        articles=snapshot.live_count,
        deleted=sum(len(segment.removed) for segment in snapshot.segments),
        segments=len(snapshot.segments),
        generation=snapshot.generation,
        language=snapshot.language,
        size_bytes=size,
        words=words,
        first_date=first_date,
        last_date=last_date,
        undated=undated,
        sources=sources,
        languages=languages,
        unsourced=snapshot.live_count - sum(sources.values()),
        no_language=snapshot.live_count - sum(languages.values()),
        files=sum(not source.failures for source in read.files.values()),
        failed={path: source.failures for path, source in read.files.items() if source.failures},
        left_out=read.left_out_by_kind(),
        settings={root: found.to_dict() for root, found in sorted(read.roots.items())},
        executor=executor_name(snapshot),
        values=values,
        hidden=_hidden_by_status(snapshot),
        weights=dict(snapshot.manifest.weights),
        files_unfinished=_unfinished(snapshot, read),
        analysis=snapshot.manifest.analysis,
        copies=_rules_of(snapshot.manifest),
    )


def _rules_of(manifest: Manifest) -> dict[str, float]:
    """By which rules texts are copies, where copies are looked for."""
    if manifest.grouping != GROUPING_ON:
        return {}
    return Rules.kept(manifest.rules).to_dict()


def _unfinished(snapshot: Snapshot, read: Sources) -> int:
    """How many files have articles here and were not read to their end.

    A program may give its articles paths too, but hardly of files that are there.
    """
    if sum(source.articles for source in read.files.values()) >= snapshot.live_count:
        return 0
    finished = {fold_value(path).encode("utf-8", "replace") for path in read.files}
    begun = [
        path
        for path in snapshot.field_terms("path")
        if path not in finished
        and os.path.isabs(path.decode("utf-8", "replace"))
        and has_live(snapshot, "path", path)
    ]
    return len(begun) if any(_is_there(snapshot, path) for path in begun[:_LOOKED_FOR]) else 0


def _is_there(snapshot: Snapshot, path: bytes) -> bool:
    """Whether there is a file of that path, which was folded, as an article spells it."""
    for segment in snapshot.segments:
        postings = segment.postings("path", path)
        if postings:
            return os.path.isfile(segment.stored(postings.ids[0])["path"])
    return False


def _hidden_by_status(snapshot: Snapshot) -> dict[str, int]:
    counts: dict[str, int] = {}
    for segment in snapshot.segments:
        for term in segment.field_terms("status") if segment.hidden else ():
            postings = segment.postings("status", term)
            if found := segment.hidden.intersection(postings.ids if postings else ()):
                status = term.decode("utf-8")
                counts[status] = counts.get(status, 0) + len(found)
    return dict(sorted(counts.items()))


def _values_of(snapshot: Snapshot, field: str) -> dict[str, int]:
    """How many live articles have each value of `field`, the most frequent first."""
    counts: dict[bytes, int] = {}
    spellings = Spellings(snapshot)
    for segment in snapshot.segments:
        for term in segment.field_terms(field):
            postings = segment.postings(field, term)
            live = [n for n in postings.ids if n not in segment.deleted] if postings else []
            if live:
                counts[term] = counts.get(term, 0) + len(live)
    ranked = sorted(counts, key=lambda term: (-counts[term], term))
    return {spellings.of(field, term): counts[term] for term in ranked}
