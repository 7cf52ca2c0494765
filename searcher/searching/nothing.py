"""Why did a query find nothing, as far as the archive can say?

What the archive covers, and how many articles each top-level part of the query finds by
itself: a part that finds none is why the whole does.  Counted within the budget of the query;
when that is spent, or the time has passed, the parts that were not reached have no number,
and the answer stands.

Parts of parts, and what was probably meant instead, are for `explain.py` and `suggesting.py`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from searcher.errors import DeadlineError, QueryError
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.coverage import Coverage
from searcher.searching.executor import Executor

__all__ = ["Nothing", "PartCount", "why_nothing"]

# Whoever joins more than these by AND has found nothing for a reason that a list hides.
_MOST_PARTS = 20


class PartCount(NamedTuple):
    """A top-level part of a query, and how many articles it finds by itself; None if they were
    not counted."""

    text: str
    articles: int | None

    def to_dict(self) -> dict[str, Any]:
        """The part as JSON values."""
        return self._asdict()


class Nothing(NamedTuple):
    """What there is to say of a query that found nothing.

    `coverage` is of the whole archive; `parts` are the first 20 parts of the query, and
    `more_parts` how many there are besides.  Of an exclusion the articles are those that it
    leaves.
    """

    coverage: Coverage
    parts: tuple[PartCount, ...]
    more_parts: int = 0

    @property
    def failing(self) -> tuple[str, ...]:
        """The parts that find nothing by themselves."""
        return tuple(part.text for part in self.parts if part.articles == 0)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "archive": self.coverage.to_dict(),
            "parts": [part.to_dict() for part in self.parts],
            "more_parts": self.more_parts,
            "failing": list(self.failing),
        }


def why_nothing(
    understood: tree.Node, executor: Executor, coverage: Coverage, budget: Budget
) -> Nothing:
    """What to say of `understood`, which no article matches.

    Cost: that of a search for each of its parts.
    """
    parts = _parts(understood)
    if len(parts) == 1:
        return Nothing(coverage, (PartCount(str(parts[0]), 0),))
    counted: list[PartCount] = []
    spent = not coverage.articles
    for part in parts[:_MOST_PARTS]:
        articles = None if coverage.articles else 0
        if not spent:
            asked = part.child if isinstance(part, tree.Required) else part
            if isinstance(asked, tree.Excluded):
                asked = tree.Not(asked.child)
            try:
                budget.check()
                request = Request(asked, limit=0)
                articles = executor.search(asked, request, budget=budget).total
            except (DeadlineError, QueryError):
                spent = True
        counted.append(PartCount(str(part), articles))
    return Nothing(coverage, tuple(counted), max(len(parts) - _MOST_PARTS, 0))


def _parts(node: tree.Node) -> tuple[tree.Node, ...]:
    """The top-level parts of a query; itself if it has none."""
    match node:
        case tree.And(children) | tree.Or(children) | tree.Group(children):
            return children
        case tree.Field(name, child):
            parts = _parts(child)
            if any(isinstance(part, tree.Required | tree.Excluded) for part in parts):
                return (node,)
            return tuple(tree.Field(name, part) for part in parts)
        case tree.Boost(child):
            return _parts(child)
    return (node,)
