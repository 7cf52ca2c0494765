"""How does the native executor fold answers by texts and stories?

`NativeFolding` is the part of `NativeExecutor` that answers in texts, in one call of the core
(`native/src/search/folding/`); `copies.py` is the definition.  The core is told once which
articles are copies of which.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

from searcher.codec.core import NativeCore
from searcher.codec.damage import REBUILD
from searcher.errors import IndexDamagedError
from searcher.importing import InstalledOnly
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import UNIT_OF_GROUP, Folded, FoldedRanking, Match
from searcher.searching.recency import Recency
from searcher.searching.results import MOST_LISTED, Copies, CopyOf, Counts, Hit, hits_of
from searcher.searching.snapshot import Snapshot
from searcher.searching.snippets import SNIPPET_WORDS

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeFolding"]

_NO_COPIES = Copies(0, ())
_new_copy: Callable[[tuple[Any, ...]], CopyOf] = partial(tuple.__new__, CopyOf)
_new_match: Callable[[tuple[int, int, float]], Match] = partial(tuple.__new__, Match)
_new_folded: Callable[[tuple[Match, int]], Folded] = partial(tuple.__new__, Folded)


class NativeFolding:
    """What is folded in the core."""

    _core: NativeCore
    _snapshot: Snapshot
    _searcher: _native.Searcher

    def _ask(self, understood: tree.Node, budget: Budget, ask: Callable[..., Any]) -> Any:
        """What `ask` answers of a plan and the seconds that it may take.

        Raises: what the error of the core means.
        """
        raise NotImplementedError

    def _within_index(self, request: Request) -> tuple[int | None, int]:
        """Limit and offset as numbers that the core can hold."""
        raise NotImplementedError

    def _aging(self, recency: Recency) -> _native.Recency:
        """`recency` as the core reads it."""
        raise NotImplementedError

    def folded(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> FoldedRanking:
        """Rank the texts, or stories, that match: see `Executor.folded`."""
        budget = Budget(request.timeout_s) if budget is None else budget
        groups, unit = self._groups_of(UNIT_OF_GROUP[request.group])
        limit, offset = self._within_index(request)
        aging = None if recency is None else self._aging(recency)

        def ask(plan: _native.Plan, timeout_s: float | None) -> Any:
            parts = (plan, groups, unit, limit, offset, request.sort, timeout_s, aging)
            return self._searcher.folded(*parts)

        return _ranking_of(*self._ask(understood, budget, ask))

    def folded_hits(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> tuple[FoldedRanking, tuple[Hit, ...]]:
        """The same, and the articles as they are shown: see `Executor.folded_hits`."""
        budget = Budget(request.timeout_s) if budget is None else budget
        groups, unit = self._groups_of(UNIT_OF_GROUP[request.group])
        limit, offset = self._within_index(request)
        aging = None if recency is None else self._aging(recency)

        def ask(plan: _native.Plan, timeout_s: float | None) -> Any:
            parts = (plan, groups, unit, limit, offset, request.sort, MOST_LISTED, SNIPPET_WORDS)
            return self._searcher.folded_hits(*parts, timeout_s, aging, request.passages)

        *found, rows, others = self._ask(understood, budget, ask)
        copies = [self._copies_of(*one) if one[0] else _NO_COPIES for one in others]
        return _ranking_of(*found), hits_of(rows, request.passages, copies)

    def _copies_of(self, total: int, listed: list[tuple[int, _native._ShortRow]]) -> Copies:
        groups = self._snapshot.groups
        assert groups is not None
        articles = [_new_copy((*row, groups.cover_of(number))) for number, row in listed]
        return Copies(total, tuple(articles))

    def _groups_of(self, unit: str) -> tuple[_native.Groups, str]:
        """The groups of all articles, as the core reads them, and the unit.

        Raises:
            IndexStateError: texts, or stories, are not known.
        """
        if unit == "stories":
            _late().known_stories(self._snapshot)
        else:
            _late().known_groups(self._snapshot)
        return self._groups, unit

    @cached_property
    def _groups(self) -> _native.Groups:
        groups, stories = self._snapshot.groups, self._snapshot.stories
        assert groups is not None
        counts = [segment.count for segment in self._snapshot.segments]
        firsts = None if stories is None else stories.firsts.tobytes()
        try:
            return self._core.Groups(counts, groups.leads.tobytes(), firsts)
        except ValueError as error:
            raise IndexDamagedError(self._snapshot.directory, str(error), hint=REBUILD) from error


@cache
def _late() -> Any:
    """What only folding needs, found once: to look where modules come from takes long."""
    with InstalledOnly():
        from searcher.searching import copies

    return copies


def _ranking_of(
    total: int,
    matching_all: int,
    texts: int,
    stories: int | None,
    rows: list[tuple[int, int, float, int]],
) -> FoldedRanking:
    # Of tuples: a class itself takes its values one by one, and several times as long.
    folded = [_new_folded((_new_match(row[:3]), row[3])) for row in rows]
    return FoldedRanking(total, matching_all, Counts(total, texts, stories), folded)
