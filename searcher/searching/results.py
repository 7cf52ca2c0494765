"""What does an answer hold?

`Results` is the answer to a query and `Hit` one article of it, as values that belong
to no engine.  `make_hit` fills a hit from what is stored of the article, with the
snippet that shows where it matched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.searching.snippets import make_snippet

if TYPE_CHECKING:
    from searcher.analysis import Analyzer
    from searcher.query import Node
    from searcher.searching.executors import Executor
    from searcher.searching.plain import Match
    from searcher.searching.snapshot import Snapshot

__all__ = ["Found", "Hit", "Results", "make_hit"]


class Hit(NamedTuple):
    """One article that matched.

    `snippet` is the best stretch of its text, matched words between `**` and `**`.
    `date` is an aware datetime, or a date when only the day is known.
    """

    # A tuple, since the native core hands over the values of ten hits in one call, and any
    # other class would take them one by one.  `native/src/python/hits.rs` has the same order.
    id: str
    score: float
    title: str
    byline: tuple[str, ...]
    date: dt.datetime | dt.date | None
    source: str | None
    section: str | None
    url: str | None
    path: str | None
    snippet: str

    def to_dict(self) -> dict[str, Any]:
        """The hit as JSON values."""
        return {
            "id": self.id,
            "score": self.score,
            "title": self.title,
            "byline": list(self.byline),
            "date": self.date.isoformat() if self.date else None,
            "source": self.source,
            "url": self.url,
            "path": self.path,
            "snippet": self.snippet,
        }


@dataclass(frozen=True, slots=True)
class Results(Sequence[Hit]):
    """The answer to a query; a sequence of its hits.

    `total` articles match; `matching_all` of them hold all words of the query's
    keyword groups.  `understood` is the query as it was read, printed back.
    """

    query: str
    understood: str
    total: int
    matching_all: int
    took_ms: float
    hits: tuple[Hit, ...]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, index: Any) -> Any:
        return self.hits[index]

    def to_dict(self) -> dict[str, Any]:
        """The results as JSON values."""
        return {
            "query": self.query,
            "understood": self.understood,
            "total": self.total,
            "matching_all": self.matching_all,
            "took_ms": round(self.took_ms, 3),
            "hits": [hit.to_dict() for hit in self.hits],
        }


class Found(NamedTuple):
    """Hits, and how many articles match: see `Results`."""

    total: int
    matching_all: int
    hits: tuple[Hit, ...]


def make_hit(
    match: Match,
    query: Node,
    snapshot: Snapshot,
    executor: Executor,
    analyzer: Analyzer,
) -> Hit:
    """The hit for `match`, an answer to `query`.  Cost: reads and analyses one article."""
    segment = snapshot.segments[match.segment]
    stored = segment.stored(match.number)
    body = stored["body"]
    matched = executor.matched_positions(query, "body", segment, match.number)
    date: dt.date | None = None
    if text := stored.get("date"):
        date = (dt.date if len(text) == 10 else dt.datetime).fromisoformat(text)
    return Hit(
        id=stored["id"],
        score=match.score,
        title=stored["title"],
        byline=tuple(stored.get("byline", ())),
        date=date,
        source=stored.get("source"),
        section=stored.get("section"),
        url=stored.get("url"),
        path=stored.get("path"),
        snippet=make_snippet(body, analyzer.spans(body), matched),
    )
