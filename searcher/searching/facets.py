"""How are the articles that match spread over sources, names, sections, years?

All that match are counted, not the best few, exactly, by the executor (`tally.py` is the
definition).  Articles that have no such value are a row of their own, and an article with
two bylines counts in both rows: rows of such a field can add up to more than the articles.

Where shares are asked for, beside each count stands how many articles the whole archive has of
that value, as a timeline has it of each period: a paper of which there is twice as much has twice
as many articles on anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.periods import label
from searcher.searching.spelling import Spellings
from searcher.searching.tally import NAME, Key, Tally

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.nothing import Nothing
    from searcher.searching.unit_counts import UnitCounter

__all__ = ["Facet", "FacetRow", "Facets", "Whole", "count_facets", "whole_of"]

Whole = Mapping[Key | None, int]
"""How many articles the archive has of each value, None of those that have none."""


class FacetRow(NamedTuple):
    """So many articles have this value, as one of them writes it; of a period its name.

    `archive` is how many articles have it in all, where shares were asked for.
    """

    value: str
    articles: int
    archive: int | None = None

    @property
    def share(self) -> float | None:
        """The part of the archive's articles with this value that match; None if not asked for."""
        return None if not self.archive else self.articles / self.archive

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON values; what was not asked for is left out."""
        values: dict[str, Any] = {"value": self.value, "articles": self.articles}
        if self.archive is not None:
            share = None if self.share is None else round(self.share, 6)
            values |= {"archive": self.archive, "share": share}
        return values


class Facet(NamedTuple):
    """The articles that match, counted by one field or period.

    `rows` are the first values, `values` how many different ones there are, `other` what the
    counts of those that are not shown add up to, and `without` how many articles have none.
    `archive_without` is how many have none in the whole archive, where shares were asked for.
    """

    by: str
    rows: tuple[FacetRow, ...]
    values: int
    other: int
    without: int
    archive_without: int | None = None

    @property
    def share_without(self) -> float | None:
        """The part of the archive's articles without a value that match; None if there are none,
        or it was not asked for."""
        return None if not self.archive_without else self.without / self.archive_without

    @property
    def articles_counted(self) -> int:
        """What all counts add up to: the articles, or more where some have several values."""
        return sum(row.articles for row in self.rows) + self.other + self.without

    def to_dict(self) -> dict[str, Any]:
        """The facet as JSON values."""
        return {
            "by": self.by,
            "values": self.values,
            "rows": [row.to_dict() for row in self.rows],
            "other": self.other,
            "without": self.without,
            **({} if self.archive_without is None else {"archive_without": self.archive_without}),
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
    executor: Executor | UnitCounter,
    spellings: Spellings,
    budget: Budget,
    *,
    limit: int | None,
    order: str,
    whole: Callable[[Axis], Whole] | None = None,
) -> tuple[int, tuple[Facet, ...]]:
    """How many articles match, and their facets along `axes`.

    Arguments:
        whole: says what the archive has along an axis, if shares are wanted (`whole_of`).

    Raises:
        QueryError, DeadlineError: as `Executor.search`.

    Cost: that of finding all that match, and a look into the columns for each; of values that
    are shown for the first time an article is read.
    """
    total, tallies = executor.tally(understood, axes, limit=limit, order=order, budget=budget)
    facets = []
    for axis, counted in zip(axes, tallies, strict=True):
        budget.enter("reading how values are written")
        there = None if whole is None else whole(axis)
        facets.append(_facet(axis, counted, spellings, there))
    return total, tuple(facets)


def whole_of(
    kept: dict[Axis, Whole], counter: Any, budget: Budget, axis: Axis, *, unit: str = "articles"
) -> Whole:
    """How many articles the archive has of each value, or texts or stories.

    Arguments:
        kept: what was counted before; what is counted now is put in.
        counter: of articles an `Executor`, of other units a `UnitCounter`.

    Cost: the first time, goes through all articles.
    """
    if axis not in kept:
        kept[axis] = (
            _whole(axis, counter, budget) if unit == "articles" else counter.along(axis, budget)
        )
    return kept[axis]


def _whole(axis: Axis, executor: Executor, budget: Budget) -> Whole:
    everything = tree.Everything()
    _, (counted,) = executor.tally(everything, (axis,), limit=None, order=NAME, budget=budget)
    found: dict[Key | None, int] = dict(counted.rows)
    found[None] = counted.without
    return found


def _facet(axis: Axis, counted: Tally, spellings: Spellings, whole: Whole | None) -> Facet:
    rows = tuple(
        FacetRow(
            _written(axis, key, spellings), articles, None if whole is None else whole.get(key, 0)
        )
        for key, articles in counted.rows
    )
    other = counted.sum - sum(row.articles for row in rows)
    without = None if whole is None else whole.get(None, 0)
    return Facet(axis.name, rows, counted.values, other, counted.without, without)


def _written(axis: Axis, key: Key, spellings: Spellings) -> str:
    if isinstance(key, int):
        return label(key, axis.name)
    return spellings.of(axis.column or "", key)
