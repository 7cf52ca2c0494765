"""Which executor answers?

The native one, where the core is there and every segment is a native one; else the
plain one.  Both give the same articles in the same order with the same scores.
"""

from __future__ import annotations

from typing import Protocol

from searcher.analysis import Analyzer
from searcher.codec.native import find_core
from searcher.query import tree
from searcher.searching.occurrences import Span
from searcher.searching.plain import PlainExecutor, Ranking
from searcher.searching.results import Found
from searcher.searching.snapshot import SegmentView, Snapshot

__all__ = ["Executor", "choose_executor", "executor_name"]


class Executor(Protocol):
    """Answers query trees over one snapshot; serves one search at a time."""

    def search(
        self, query: tree.Node, *, limit: int | None = 10, offset: int = 0, sort: str = "score"
    ) -> Ranking:
        """Rank the articles that match `query` (`PlainExecutor.search`)."""

    def hits(
        self, query: tree.Node, *, limit: int | None = 10, offset: int = 0, sort: str = "score"
    ) -> Found:
        """The articles that `search` ranks first, as they are shown."""

    def matched_positions(
        self, query: tree.Node, field: str, segment: SegmentView, number: int
    ) -> dict[int, list[Span]]:
        """For each scored leaf (by its place in the tree) where its words stand in a field."""


def executor_name(snapshot: Snapshot) -> str:
    """The executor that answers over `snapshot`, with the reason if it is the plain one."""
    core = find_core()
    plain = sum(segment.core is None for segment in snapshot.segments)
    if core.module is not None and plain:
        count = len(snapshot.segments)
        return f"plain ({plain} of {count} segment{'' if count == 1 else 's'} not native)"
    return str(core)


def choose_executor(snapshot: Snapshot, analyzer: Analyzer) -> Executor:
    """An executor over `snapshot`."""
    if executor_name(snapshot) == "native":
        from searcher.searching.native import (  # type: ignore[import-not-found,unused-ignore]
            NativeExecutor,
        )

        executor: Executor = NativeExecutor(snapshot, analyzer)
        return executor
    return PlainExecutor(snapshot, analyzer)
