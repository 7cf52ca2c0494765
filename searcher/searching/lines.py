"""Where do the words of a query stand in all articles that match, a line for each place?

Keywords in context, as concordances have them since Luhn, "Keyword-in-context index for
technical literature" (1960): the place in the middle, its neighbours on both sides, sorted by
what stands to the left or to the right, so that the ways in which a word is used come together.

A place is a run of positions that the executor says a part of the query matches
(`Executor.positions`): a word, a phrase, or both sides of `a w/5 b` together.  Every place has
offsets into the stored text.  All of them are counted; of those that are not wanted nothing is
kept, so memory grows with what is asked for and not with what is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from searcher.analysis import Analyzer
from searcher.analysis.tokens import token_spans
from searcher.codec.schema import article_of
from searcher.query import Node, tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.occurrences import Span
from searcher.searching.plain import scored_leaves
from searcher.searching.snapshot import Snapshot

__all__ = ["LINE_SORTS", "LINE_UNITS", "Line", "Lines", "find_lines"]

LINE_SORTS = ("document", "left", "right", "date", "-date")
LINE_UNITS = ("characters", "words")
_FIELDS: Sequence[Literal["title", "body"]] = ("title", "body")
# Articles whose positions are asked for at once.
_AT_ONCE = 256
# Neighbours that lines are sorted by.
_NEIGHBOURS = 6


class Line(NamedTuple):
    """A place where a query matched: `match` stands at `start` to `end` of `field` of the
    article, `left` and `right` beside it, as they stand in the text."""

    id: str
    title: str
    date: dt.datetime | dt.date | None
    source: str | None
    url: str | None
    path: str | None
    field: Literal["title", "body"]
    start: int
    end: int
    left: str
    match: str
    right: str

    def to_dict(self) -> dict[str, Any]:
        """The line as JSON values."""
        return {**self._asdict(), "date": self.date.isoformat() if self.date else None}


@dataclass(frozen=True, slots=True)
class Lines(Sequence[Line]):
    """Lines in context; a sequence of lines, in the order that was asked for.

    `total` places are in `articles` articles; `lines` are as many as were asked for.
    """

    query: str
    understood: str
    total: int
    articles: int
    took_ms: float
    lines: tuple[Line, ...]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, index: Any) -> Any:
        return self.lines[index]

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON values."""
        return {
            "query": self.query,
            "understood": self.understood,
            "total": self.total,
            "articles": self.articles,
            "took_ms": round(self.took_ms, 3),
            "lines": [line.to_dict() for line in self.lines],
        }


class _Place(NamedTuple):
    """Where an article lies, which field, and the runs of positions in it."""

    segment: int
    number: int
    field: Literal["title", "body"]
    runs: list[Span]


def find_lines(
    understood: Node,
    request: Request,
    snapshot: Snapshot,
    executor: Executor,
    analyzer: Analyzer,
    budget: Budget,
    *,
    sort: str,
    width: int,
    unit: str,
) -> tuple[int, int, list[Line]]:
    """How many places there are, in how many articles, and the lines that `request` asks for.

    Arguments:
        sort: one of `LINE_SORTS`; "document" is the best article first, lines as they stand.
        width: how much of the text is on either side, in `unit`.
        unit: one of `LINE_UNITS`.

    Raises: as `Executor.search`.

    Cost: to look up the places in all articles that match; to read the articles of the lines
    that are returned, or sorted by neighbours all of them.
    """
    order = sort if sort in ("date", "-date") else "score"
    everything = Request(understood, limit=None, sort=order, timeout_s=request.timeout_s)
    ranking = executor.search(understood, everything, count=False, budget=budget)
    documents = [(match.segment, match.number) for match in ranking.matches]
    wanted = None if request.limit is None else request.offset + request.limit
    by_neighbours = sort in ("left", "right")
    total = articles = 0
    kept: list[tuple[tuple[Any, ...], Line]] = []
    for rank, places in enumerate(_places(understood, documents, executor, budget)):
        count = sum(len(place.runs) for place in places)
        articles += bool(count)
        for place in places:
            if by_neighbours or wanted is None or total < wanted:
                budget.enter("reading lines", f"{rank:,} of {len(documents):,} articles")
                most = None if by_neighbours or wanted is None else wanted - total
                kept += _lines(place, most, rank, snapshot, analyzer, sort, width, unit)
            total += len(place.runs)
        if by_neighbours and wanted is not None and len(kept) > 4 * wanted + 1_000:
            kept.sort(key=lambda one: one[0])
            del kept[wanted:]
    if by_neighbours:
        kept.sort(key=lambda one: one[0])
    return total, articles, [line for _, line in kept[request.offset : wanted]]


def _places(
    understood: Node, documents: Sequence[tuple[int, int]], executor: Executor, budget: Budget
) -> Iterator[list[_Place]]:
    """The places in each document, title before body."""
    leaves = [leaf.node for leaf in scored_leaves(understood)]
    for start in range(0, len(documents), _AT_ONCE):
        budget.enter("finding places", f"{start:,} of {len(documents):,} articles")
        some = documents[start : start + _AT_ONCE]
        found = [executor.positions(understood, field, some, budget=budget) for field in _FIELDS]
        for (segment, number), *by_field in zip(some, *found, strict=True):
            yield [
                _Place(segment, number, field, runs)
                for field, matched in zip(_FIELDS, by_field, strict=True)
                if (runs := _runs(matched, leaves))
            ]


def _runs(matched: Mapping[int, Sequence[Span]], leaves: Sequence[Node]) -> list[Span]:
    """The runs of all parts of a query, each once; the sides of a proximity in one."""
    found: set[Span] = set()
    for number, runs in matched.items():
        node = leaves[number]
        if isinstance(node, tree.Near):
            found.update(_joined(runs, node.distance))
        else:
            found.update(runs)
    return sorted(found)


def _joined(runs: Sequence[Span], distance: int) -> list[Span]:
    """The sides of pairs as runs that span both: each side stands in a pair."""
    joined: list[Span] = []
    is_pair = False
    for first, last in sorted(runs):
        if joined and not is_pair and first <= joined[-1][1] + distance:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            is_pair = True
            continue
        if joined and is_pair and first <= joined[-1][1]:
            continue  # a side that two pairs share
        joined.append((first, last))
        is_pair = False
    return joined


def _lines(
    place: _Place,
    most: int | None,
    rank: int,
    snapshot: Snapshot,
    analyzer: Analyzer,
    sort: str,
    width: int,
    unit: str,
) -> Iterator[tuple[tuple[Any, ...], Line]]:
    """The first lines of one field of an article, each with what it is sorted by."""
    stored = snapshot.segments[place.segment].stored(place.number)
    article = article_of(stored)
    text: str = stored[place.field]
    spans = token_spans(text)
    for first, last in place.runs[:most]:
        start, end = spans[first][0], spans[last][1]
        if unit == "words":
            left = spans[max(0, first - width)][0] if width else start
            right = spans[min(len(spans) - 1, last + width)][1] if width else end
        else:
            left, right = max(0, start - width), end + width
        line = Line(
            id=article.id,
            title=article.title,
            date=article.date,
            source=article.source,
            url=article.url,
            path=article.path,
            field=place.field,
            start=start,
            end=end,
            left=text[left:start],
            match=text[start:end],
            right=text[end:right],
        )
        order = (rank, _FIELDS.index(place.field), start)
        yield (*_key(text, spans, first, last, sort, analyzer), *order), line


def _key(
    text: str, spans: Sequence[Span], first: int, last: int, sort: str, analyzer: Analyzer
) -> tuple[list[str], ...]:
    """The forms that a line is sorted by: the nearest neighbour first, then the match."""
    if sort not in ("left", "right"):
        return ()
    some = spans[max(0, first - _NEIGHBOURS) : first][::-1]
    others = spans[last + 1 : last + 1 + _NEIGHBOURS]
    left = analyzer.forms_of([text[a:b] for a, b in some])
    right = analyzer.forms_of([text[a:b] for a, b in others])
    return (left, right) if sort == "left" else (right, left)
