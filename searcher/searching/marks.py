"""Where in a whole article do the words of a query stand?

The executor knows the positions of what matched (`matched_positions`); the analyzer knows
at which characters of the text the word of a position begins and ends.  Snippets mark the
same words in a stretch of the body (`snippets.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.codec.schema import NAME_GAP
from searcher.query import Node
from searcher.searching.executor import Executor
from searcher.searching.occurrences import Span
from searcher.searching.snapshot import SegmentView

__all__ = ["Marks", "find_marks", "find_title_marks"]


class Marks(NamedTuple):
    """Runs of characters (start, end) that a query matched, ascending, none touching.

    `byline` has the runs in each name.
    """

    title: tuple[Span, ...]
    body: tuple[Span, ...]
    byline: tuple[tuple[Span, ...], ...]


def find_marks(
    segment: SegmentView, number: int, query: Node, executor: Executor, analyzer: Analyzer
) -> Marks:
    """The marks of `query` in one document.  Cost: reads and analyses the article."""
    stored = segment.stored(number)
    names: Sequence[str] = stored.get("byline", ())
    runs = {
        field: [
            run
            for found in executor.matched_positions(query, field, segment, number).values()
            for run in found
        ]
        for field in ("title", "body", "byline")
    }
    return Marks(
        title=_characters(stored["title"], runs["title"], analyzer),
        body=_characters(stored["body"], runs["body"], analyzer),
        byline=tuple(
            _characters(
                name,
                [
                    (first - i * NAME_GAP, last - i * NAME_GAP)
                    for first, last in runs["byline"]
                    if first // NAME_GAP == i
                ],
                analyzer,
            )
            for i, name in enumerate(names)
        ),
    )


def find_title_marks(
    titles: Mapping[tuple[int, int], str], query: Node, executor: Executor, analyzer: Analyzer
) -> dict[tuple[int, int], tuple[Span, ...]]:
    """The marks of `query` in the headlines of several documents, given by segment and number.

    Cost: analyses the headlines; no article is read.
    """
    found = executor.positions(query, "title", list(titles))
    marked = {}
    for (place, title), leaves in zip(titles.items(), found, strict=True):
        runs = [run for some in leaves.values() for run in some]
        marked[place] = _characters(title, runs, analyzer) if runs else ()
    return marked


def _characters(text: str, runs: Iterable[Span], analyzer: Analyzer) -> tuple[Span, ...]:
    tokens = analyzer.spans(text)
    joined: list[Span] = []
    for first, last in sorted(set(runs)):
        start, end = tokens[first][0], tokens[last][1]
        if joined and not text[joined[-1][1] : start].strip(" "):
            before = joined.pop()
            start, end = before[0], max(before[1], end)
        joined.append((start, end))
    return tuple(joined)
