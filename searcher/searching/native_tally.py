"""How does the native executor count?

`NativeTallies` is the half of `NativeExecutor` that answers how many of which; `tally.py` is
the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.snapshot import Snapshot
from searcher.searching.tally import Extreme, Tally, extremes, tally, tally_two

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeTallies"]

_T = TypeVar("_T")


class NativeTallies:
    """What is counted in the core."""

    _snapshot: Snapshot
    _searcher: _native.Searcher

    def _ask(self, understood: tree.Node, budget: Budget, ask: Callable[..., _T]) -> _T:
        """What `ask` answers of a plan and the seconds that it may take.

        Raises: what the error of the core means.
        """
        raise NotImplementedError

    def _found(self, understood: tree.Node, budget: Budget) -> list[set[int]]:
        found: list[set[int]] = [set() for _ in self._snapshot.segments]

        def ask(plan: _native.Plan, timeout_s: float | None) -> Any:
            return self._searcher.search(plan, None, "date", True, timeout_s, None)

        for match in self._ask(understood, budget, ask)[2]:
            found[match.segment].add(match.number)
        return found

    def tally(
        self,
        understood: tree.Node,
        axes: Sequence[Axis],
        *,
        limit: int | None,
        order: str,
        budget: Budget,
    ) -> tuple[int, list[Tally]]:
        """How many match, and how many have each value: see `Executor.tally`."""
        found, snapshot = self._found(understood, budget), self._snapshot
        options: dict[str, Any] = {"limit": limit, "order": order, "budget": budget}
        counted = [tally(snapshot, found, axis, **options) for axis in axes]
        return sum(map(len, found)), counted

    def tally_two(
        self, understood: tree.Node, period: Axis, column: Axis, budget: Budget
    ) -> dict[tuple[int | None, bytes | None], int]:
        """How many are of each period and have each value: see `Executor.tally_two`."""
        found = self._found(understood, budget)
        return tally_two(self._snapshot, found, period, column, budget=budget)

    def extremes(self, understood: tree.Node, column: Axis | None, budget: Budget) -> list[Extreme]:
        """The earliest and the latest of each value: see `Executor.extremes`."""
        found = self._found(understood, budget)
        return extremes(self._snapshot, found, column, budget=budget)
