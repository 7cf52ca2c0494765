"""What is shown of an article that matched?

Its short fields as they are stored, and the snippet that shows where it matched.  The
native executor makes the same of ten articles in one call (`native/src/python/hits.rs`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from searcher.analysis import Analyzer
from searcher.query import Node
from searcher.searching.executor import Executor, Match
from searcher.searching.results import Hit, Passage, metadata_of
from searcher.searching.snapshot import Snapshot
from searcher.searching.snippets import make_passage, make_snippet

__all__ = ["date_of", "hit_of", "make_hit"]


def make_hit(
    match: Match,
    query: Node,
    snapshot: Snapshot,
    executor: Executor,
    analyzer: Analyzer,
    *,
    passages: bool = False,
) -> Hit:
    """The hit for `match`, an answer to `query`, with the passage that its snippet shows if
    `passages` says so.  Cost: reads and analyses one article."""
    segment = snapshot.segments[match.segment]
    stored = segment.stored(match.number)
    body = stored["body"]
    matched = executor.matched_positions(query, "body", segment, match.number)
    spans = analyzer.spans(body)
    return hit_of(
        stored,
        match.score,
        make_snippet(body, spans, matched),
        (make_passage(body, spans, matched),) if passages else (),
    )


def hit_of(
    stored: Mapping[str, Any], score: float, snippet: str, passages: tuple[Passage, ...] = ()
) -> Hit:
    """The hit for an article, as it is stored."""
    return Hit(
        id=stored["id"],
        score=score,
        title=stored["title"],
        byline=tuple(stored.get("byline", ())),
        date=date_of(stored.get("date")),
        updated=date_of(stored.get("updated")),
        status=stored.get("status"),
        source=stored.get("source"),
        section=stored.get("section"),
        language=stored.get("language"),
        url=stored.get("url"),
        path=stored.get("path"),
        metadata=metadata_of(stored),
        snippet=snippet,
        passages=passages,
    )


def date_of(text: str | None) -> dt.date | None:
    """The date of an article, as it is stored."""
    if text is None:
        return None
    return (dt.date if len(text) == 10 else dt.datetime).fromisoformat(text)
