"""How does the native executor count?

`NativeTallies` is the half of `NativeExecutor` that answers how many of which, in one call of
the core (`native/src/search/tally/`); `tally.py` is the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.snapshot import Snapshot
from searcher.searching.tally import Extreme, Tally

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeTallies"]

_T = TypeVar("_T")
_MOST_ROWS = 2**32
_new_tally: Callable[[Any], Tally] = partial(tuple.__new__, Tally)
_new_extreme: Callable[[Any], Extreme] = partial(tuple.__new__, Extreme)


class NativeTallies:
    """What is counted in the core."""

    _snapshot: Snapshot
    _searcher: _native.Searcher

    def _ask(self, understood: tree.Node, budget: Budget, ask: Callable[..., _T]) -> _T:
        """What `ask` answers of a plan and the seconds that it may take.

        Raises: what the error of the core means.
        """
        raise NotImplementedError

    def _groups_of(self, unit: str) -> tuple[_native.Groups, str]:
        """The texts, or stories, of all articles."""
        raise NotImplementedError

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
        asked = [self._number(axis) for axis in axes]
        limit = None if limit is None else min(limit, _MOST_ROWS)
        counted = None if once is None else self._groups_of(once)

        def ask(plan: _native.Plan, timeout_s: float | None) -> Any:
            return self._searcher.tally(plan, asked, limit, order, timeout_s, counted)

        total, found = self._ask(understood, budget, ask)
        return total, list(map(_new_tally, found))

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
        field = self._number(column)
        counted = None if once is None else self._groups_of(once)

        def ask(plan: _native.Plan, timeout_s: float | None) -> Any:
            return self._searcher.tally_two(plan, period.name, field, timeout_s, counted)

        return {(first, value): n for first, value, n in self._ask(understood, budget, ask)}

    def extremes(self, understood: tree.Node, column: Axis | None, budget: Budget) -> list[Extreme]:
        """The earliest and the latest of each value: see `Executor.extremes`."""
        field = None if column is None else self._number(column)

        def ask(plan: _native.Plan, timeout_s: float | None) -> Any:
            return self._searcher.extremes(plan, field, timeout_s)

        return list(map(_new_extreme, self._ask(understood, budget, ask)))

    def _number(self, axis: Axis) -> Any:
        """What the core knows an axis by: the number of a field, or the name of a period."""
        if axis.column is None:
            return axis.name
        return self._snapshot.fields.by_name[axis.column].number
