"""How are the articles that match spread over sources, names, sections, years?

All that match are counted, not the best few, exactly, by the executor (`tally.py` is the
definition).  Articles that have no such value are a row of their own, and an article with
two bylines counts in both rows: rows of such a field can add up to more than the articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.periods import label
from searcher.searching.spelling import Spellings
from searcher.searching.tally import Key, Tally

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.nothing import Nothing

__all__ = ["Facet", "FacetRow", "Facets", "count_facets"]


class FacetRow(NamedTuple):
    """So many articles have this value, as one of them writes it; of a period its name."""

    value: str
    articles: int


class Facet(NamedTuple):
    """The articles that match, counted by one field or period.

    `rows` are the first values, `values` how many different ones there are, `other` what the
    counts of those that are not shown add up to, and `without` how many articles have none.
    """

    by: str
    rows: tuple[FacetRow, ...]
    values: int
    other: int
    without: int

    @property
    def articles_counted(self) -> int:
        """What all counts add up to: the articles, or more where some have several values."""
        return sum(row.articles for row in self.rows) + self.other + self.without

    def to_dict(self) -> dict[str, Any]:
        """The facet as JSON values."""
        return {
            "by": self.by,
            "values": self.values,
            "rows": [row._asdict() for row in self.rows],
            "other": self.other,
            "without": self.without,
        }


class Facets(NamedTuple):
    """The facets of a query, in the order that they were asked for.

    `total` articles match, whichever rows they count in; `understood` is the query as it was
    read, `notes` say what of it was probably meant otherwise, and `nothing` why it may have
    found nothing, if it did.  `unit` says what is counted: "articles", or "texts" or "stories",
    which all that is called articles here are then.
    """

    query: str
    understood: str
    total: int
    took_ms: float
    facets: tuple[Facet, ...]
    notes: tuple[Note, ...] = ()
    nothing: Nothing | None = None
    unit: str = "articles"

    def of(self, by: str) -> Facet:
        """The facet along `by`.

        Raises:
            KeyError: it was not asked for.
        """
        for facet in self.facets:
            if facet.by == by:
                return facet
        raise KeyError(by)

    def to_dict(self) -> dict[str, Any]:
        """The facets as JSON values."""
        return {
            "query": self.query,
            "understood": self.understood,
            **({} if self.unit == "articles" else {"count": self.unit}),
            "total": self.total,
            "took_ms": round(self.took_ms, 3),
            "notes": [note.to_dict() for note in self.notes],
            "nothing": self.nothing.to_dict() if self.nothing else None,
            "facets": [facet.to_dict() for facet in self.facets],
        }


def count_facets(
    understood: tree.Node,
    axes: Sequence[Axis],
    executor: Executor,
    spellings: Spellings,
    budget: Budget,
    *,
    limit: int | None,
    order: str,
) -> tuple[int, tuple[Facet, ...]]:
    """How many articles match, and their facets along `axes`.

    Raises:
        QueryError, DeadlineError: as `Executor.search`.

    Cost: that of finding all that match, and a look into the columns for each; of values that
    are shown for the first time an article is read.
    """
    total, tallies = executor.tally(understood, axes, limit=limit, order=order, budget=budget)
    facets = []
    for axis, counted in zip(axes, tallies, strict=True):
        budget.enter("reading how values are written")
        facets.append(_facet(axis, counted, spellings))
    return total, tuple(facets)


def _facet(axis: Axis, counted: Tally, spellings: Spellings) -> Facet:
    rows = tuple(
        FacetRow(_written(axis, key, spellings), articles) for key, articles in counted.rows
    )
    other = counted.sum - sum(row.articles for row in rows)
    return Facet(axis.name, rows, counted.values, other, counted.without)


def _written(axis: Axis, key: Key, spellings: Spellings) -> str:
    if isinstance(key, int):
        return label(key, axis.name)
    return spellings.of(axis.column or "", key)
