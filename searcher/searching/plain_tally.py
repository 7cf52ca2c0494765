"""How does the plain executor count?

`PlainTallies` is the half of `PlainExecutor` that answers how many of which, from the documents
that match and what `tally.py` counts of them; with texts, or stories, once, from the earliest of
each (`unit_counts.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from searcher.importing import InstalledOnly
from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.snapshot import Snapshot
from searcher.searching.tally import Extreme, Tally, extremes, tally, tally_two

__all__ = ["PlainTallies"]


class PlainTallies:
    """What is counted in Python."""

    _snapshot: Snapshot

    def found(self, understood: tree.Node, budget: Budget) -> list[set[int]]:
        """The documents of each segment that match."""
        raise NotImplementedError

    def _found_once(
        self, understood: tree.Node, budget: Budget, once: str | None
    ) -> list[set[int]]:
        if once is None:
            return self.found(understood, budget)
        with InstalledOnly():
            from searcher.searching.unit_counts import Units, earliest

        units = Units(self._snapshot, once)  # first, since it may not be known
        return earliest(self._snapshot, self.found(understood, budget), units)

    def tally(
        self,
        understood: tree.Node,
        axes: Sequence[Axis],
        *,
        limit: int | None,
        order: str,
        budget: Budget,
        once: str | None = None,
    ) -> tuple[int, list[Tally]]:
        """How many match, and how many have each value: see `Executor.tally`."""
        found, snapshot = self._found_once(understood, budget, once), self._snapshot
        options: dict[str, Any] = {"limit": limit, "order": order, "budget": budget}
        counted = [tally(snapshot, found, axis, **options) for axis in axes]
        return sum(map(len, found)), counted

    def tally_two(
        self,
        understood: tree.Node,
        period: Axis,
        column: Axis,
        budget: Budget,
        *,
        once: str | None = None,
    ) -> dict[tuple[int | None, bytes | None], int]:
        """How many are of each period and have each value: see `Executor.tally_two`."""
        found = self._found_once(understood, budget, once)
        return tally_two(self._snapshot, found, period, column, budget=budget)

    def extremes(self, understood: tree.Node, column: Axis | None, budget: Budget) -> list[Extreme]:
        """The earliest and the latest of each value: see `Executor.extremes`."""
        found = self.found(understood, budget)
        return extremes(self._snapshot, found, column, budget=budget)
