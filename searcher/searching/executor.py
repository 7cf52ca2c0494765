"""What does an executor answer, whichever it is?"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from searcher.query import tree
from searcher.searching.budget import Budget
from searcher.searching.occurrences import Span
from searcher.searching.results import Found
from searcher.searching.snapshot import SegmentView

__all__ = ["Executor", "Match", "Ranking"]


class Match(NamedTuple):
    """One hit: where it lies in the snapshot, and its score."""

    segment: int
    number: int
    score: float


class Ranking(NamedTuple):
    """`total` articles match, `matching_all` of them all optional words; the best few."""

    total: int
    matching_all: int
    matches: list[Match]


class Executor(Protocol):
    """Answers query trees over one snapshot; serves one search at a time."""

    def search(
        self,
        query: tree.Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: str = "score",
        budget: Budget | None = None,
    ) -> Ranking:
        """Rank the articles that match `query` (`plain.PlainExecutor.search`)."""

    def hits(
        self,
        query: tree.Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: str = "score",
        budget: Budget | None = None,
    ) -> Found:
        """The articles that `search` ranks first, as they are shown."""

    def matched_positions(
        self, query: tree.Node, field: str, segment: SegmentView, number: int
    ) -> dict[int, list[Span]]:
        """For each scored leaf (by its place in the tree) where its words stand in a field."""
