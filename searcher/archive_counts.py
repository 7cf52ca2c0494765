"""How many of the articles of an archive are of which source, time, first mention?

`ArchiveCounts` is what `ArchiveReader` answers by counting all articles that match, and not
by ranking them: facets, timelines, first mentions; and which articles have one text, or are
about one event.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.codec.manifest import GROUPING_NONE
from searcher.fields import FIELDS, FieldTable
from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.request import Request
from searcher.searching.axes import axes_of, axis_names
from searcher.searching.budget import Budget
from searcher.searching.periods import PERIODS
from searcher.searching.tally import ORDERS

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.axes import Axis
    from searcher.searching.copies import TextGroup
    from searcher.searching.coverage import Coverage
    from searcher.searching.facets import Facets
    from searcher.searching.first import FirstMentions
    from searcher.searching.nothing import Nothing
    from searcher.searching.stories import Story
    from searcher.searching.timeline import Counted, Timeline
    from searcher.searching.view import View

__all__ = ["ArchiveCounts"]

_T = TypeVar("_T")
_UNITS = ("articles", "texts", "stories")


class ArchiveCounts:
    """What is counted of an archive."""

    @property
    def fields(self) -> FieldTable:
        """The fields of its articles, its own among them."""
        raise NotImplementedError

    def _read(self, asked: Node, use: Callable[[View], _T]) -> _T:
        raise NotImplementedError

    def _parsed(self, query: str | Node) -> tuple[Node, tuple[Note, ...]]:
        raise NotImplementedError

    def _view(self, use: Callable[[View], _T]) -> _T:
        raise NotImplementedError

    @property
    def has_groups(self) -> bool:
        """Whether copies of articles were looked for."""
        return self._view(lambda view: view.snapshot.manifest.groups is not None)

    @property
    def copies_left_out(self) -> bool:
        """Whether copies were not looked for though nobody said so: there were too many
        articles, or an older Searcher made the index."""
        return self._view(lambda view: view.snapshot.manifest.grouping == GROUPING_NONE)

    def copies(self, id: str) -> TextGroup:
        """The articles with the text of the article `id`: who had it first, what each cut and
        added, and versions of it.

        Raises:
            ArticleNotFoundError: as `get`.
            IndexStateError: copies were not looked for (`define_groups`).
        """
        return self._view(lambda view: view.copies(id))

    @property
    def has_stories(self) -> bool:
        """Whether stories were looked for."""
        return self._view(lambda view: view.snapshot.manifest.stories is not None)

    def story(self, id: str, *, timeout: float | None = None) -> Story:
        """The texts about the event of the article `id`, in order of publication, and the words
        that tie them.

        Arguments:
            timeout: as for `search`.

        Raises:
            ArticleNotFoundError: as `get`.
            IndexStateError: stories were not looked for (`define_stories`).
            DeadlineError: it was not answered in time.
        """
        budget = Budget(Request("*", timeout_s=timeout).timeout_s)
        return self._view(lambda view: view.story(id, budget))

    def facets(
        self,
        query: str | Node,
        by: str | Sequence[str],
        *,
        limit: int | None = 10,
        sort: str = "count",
        timeout: float | None = None,
        count: str = "articles",
        share: bool = False,
    ) -> Facets:
        """How all articles that match are spread over sources, bylines, sections, years.

        Arguments:
            by: what they are counted by, one or more: `byline`, the fields that have one value
                (`source`, `section`, `language`, the archive's own), `year`, `month`, `week`,
                `day`.
            limit: rows of each; None returns all.
            sort: "count" (most articles first, then by name) or "name".
            timeout: as for `search`.
            count: "articles"; or "texts" or "stories", each by the earliest article of it that
                matches.
            share: say of each row how many articles the whole archive has of it, too
                (`FacetRow.share`); or texts or stories, those that have an article of it.

        Raises:
            ValueError: articles cannot be counted so.
            IndexStateError: copies, or stories, were not looked for.
            QueryError, DeadlineError, IndexDamagedError: as `search`.

        Cost: that of finding all that match, and a look into a column for each; for shares, the
        first time, that of counting all articles.
        """
        started = time.perf_counter()
        request, budget = _counting(query, limit, timeout)
        if sort not in ORDERS:
            raise ValueError(f"sort is one of {', '.join(ORDERS)}, not {sort!r}")
        unit = _unit(count)
        axes = self._axes(by)
        asked, notes = self._parsed(query)
        understood, total, facets, nothing = self._read(
            asked,
            lambda view: view.facets(
                asked, axes, budget, limit=limit, order=sort, unit=unit, share=share
            ),
        )
        took_ms = (time.perf_counter() - started) * 1000
        answer: Facets = _late().facets.Facets(
            request.text, text_of(understood), total, took_ms, facets, notes, nothing, unit
        )
        return answer

    def timeline(
        self,
        *queries: str | Node,
        by: str = "month",
        split: str | None = None,
        limit: int | None = 10,
        whole: bool = False,
        timeout: float | None = None,
        count: str = "articles",
    ) -> Timeline:
        """When the articles that match were published, by their own printed days.

        Arguments:
            queries: one, or several to compare.
            by: "day", "week", "month" or "year".
            split: a field, such as "source", each of whose values gets a timeline of its own.
            limit: how many values do, those with most articles; None for all.
            whole: over all the time of the archive, and not from the first match to the last.
            timeout: as for `search`, for each query.
            count: "articles"; or "texts" or "stories", each at the time of the earliest article
                of it that matches, beside all that have an article of that time.

        Raises:
            ValueError: articles cannot be counted so.
            IndexStateError: copies, or stories, were not looked for.
            TypeError: there is no query.
            QueryError, DeadlineError, IndexDamagedError: as `search`.

        Cost: that of finding all that match, and a look into the columns for each.
        """
        started = time.perf_counter()
        if not queries:
            raise TypeError("a timeline is of one query or more")
        unit = _unit(count)
        (period,) = axes_of([by], FIELDS, among=PERIODS)
        timeline = _late().timeline
        column = None if split is None else self._value_axis(split)
        counted: list[Counted] = []
        notes: list[Note] = []
        why: list[Nothing | None] = []
        coverage: Coverage | None = None
        for query in queries:
            request, budget = _counting(query, limit, timeout)
            asked, noted = self._parsed(query)
            text = request.text

            def use(
                view: View, asked: Node = asked, text: str = text, budget: Budget = budget
            ) -> tuple[Any, ...]:
                return *view.count_periods(text, asked, period, column, unit, budget), view.coverage

            of_query, nothing, covered = self._read(asked, use)
            counted.append(of_query)
            notes += noted
            why.append(nothing)
            coverage = coverage or covered
        values, number, other = timeline.chosen_values(counted, limit)
        written: dict[Any, str | None] = {}
        if column is None:
            values, number = [None], 0
        else:
            written = self._read(asked, lambda view: view.written(column, values))
        series = timeline.make_series(
            counted, values, is_split=column is not None, whole=whole, written=written
        )
        assert coverage is not None
        answer: Timeline = timeline.Timeline(
            by=by,
            split=None if column is None else column.name,
            coverage=coverage,
            series=tuple(series),
            totals=tuple(of_query.total for of_query in counted),
            values=number,
            other=other,
            notes=tuple(notes),
            nothing=why[0] if all(why) else None,
            took_ms=(time.perf_counter() - started) * 1000,
            unit=unit,
        )
        return answer

    def first(
        self,
        query: str | Node,
        *,
        by: str | None = None,
        limit: int | None = 10,
        timeout: float | None = None,
    ) -> FirstMentions:
        """The earliest and the latest article that match, and what the archive covers.

        Arguments:
            by: a field, such as "source": the same of each of its values, in the order of who
                was first, and which values have articles but none that match.
            limit: how many values of each kind; None for all.
            timeout: as for `search`.

        Raises:
            ValueError: `by` is no field that articles are counted by.
            QueryError, DeadlineError, IndexDamagedError: as `search`.

        Cost: that of finding all that match, and to read two articles for each value.
        """
        started = time.perf_counter()
        request, budget = _counting(query, limit, timeout)
        column = None if by is None else self._value_axis(by)
        asked, notes = self._parsed(query)

        def use(view: View) -> tuple[Any, ...]:
            return *view.first(asked, column, budget, limit=limit), view.coverage

        understood, found, nothing, coverage = self._read(asked, use)
        answer: FirstMentions = _late().first.FirstMentions(
            query=request.text,
            understood=text_of(understood),
            coverage=coverage,
            by=None if column is None else column.name,
            notes=notes,
            nothing=nothing,
            took_ms=(time.perf_counter() - started) * 1000,
            **found._asdict(),
        )
        return answer

    def _axes(self, by: str | Sequence[str]) -> tuple[Axis, ...]:
        try:
            return axes_of(by, _IN_ALL)
        except ValueError:  # it may be a field of the archive's own
            return axes_of(by, self.fields)

    def _value_axis(self, by: str) -> Axis:
        among = [name for name in axis_names(self.fields) if name not in PERIODS]
        (axis,) = axes_of([by], self.fields, among=among)
        return axis


_IN_ALL = FIELDS.without_credits()
"""What the articles of any index may be counted by."""


def _counting(
    query: str | Node, limit: int | None, timeout: float | None
) -> tuple[Request, Budget]:
    """A request that is counted for, checked, and what it may cost from now on."""
    request = Request(query, limit=limit, timeout_s=timeout)
    return request, Budget(request.timeout_s)


def _unit(count: str) -> str:
    if count not in _UNITS:
        raise ValueError(f"count is one of {', '.join(_UNITS)}, not {count!r}")
    return count


@cache
def _late() -> Any:
    """What only counting needs: found once, since to look where modules come from takes longer
    than many a count."""
    with InstalledOnly():
        from searcher.searching import facets, first, timeline

    return SimpleNamespace(facets=facets, first=first, timeline=timeline)
