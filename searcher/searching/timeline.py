"""When were the articles that match published, and when is the archive itself silent?

Articles are counted by their own printed day, in days, weeks, months or years of the
calendar, over all that match and exactly, by the executor (`tally.py` is the definition).
Beside each count stands how many articles the archive has of that time, because twice as
many articles on oil mean little where the archive is twice as large.

A time of which the archive has nothing is a **gap** and has no count: nobody can say that
nothing was written then.  Gaps that follow each other are one period, so an archive with one
article of the year 1 has a timeline of few rows.  Split by source, a time of which a source
has nothing has no count for it either, and is a gap where the source should have something:
between its first and its last article, and by day on those days of the week on which it has
articles three times out of four, over four weeks or more.  (So a paper without a Sunday
edition has no gap every Sunday.)

Articles without a date are counted apart.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor
from searcher.searching.periods import (
    day_at,
    first_day,
    last_day_at,
    next_period,
    span_label,
)
from searcher.searching.tally import NAME

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.coverage import Coverage
    from searcher.searching.nothing import Nothing
    from searcher.searching.unit_counts import UnitCounter

__all__ = [
    "Counted",
    "Extent",
    "Timeline",
    "TimelinePeriod",
    "TimelineSeries",
    "chosen_values",
    "count_archive",
    "count_periods",
    "extent_of",
    "make_series",
]

Value = bytes | None
# On how many of the Mondays a source must have something for Monday to be a day of it, and
# over how many weeks.
_USUAL = 0.75
_FEWEST_WEEKS = 4
_WEEK = 7


class TimelinePeriod(NamedTuple):
    """One day, week, month or year, or a gap of several: from `first` to `last`, both included.

    `label` is its name, and what `date:` takes, but for weeks.  `articles` match, None where
    the archive (or the source) has nothing; `archive` is how many there are in all.  `gap`
    says that there should be some.  `length` is how many periods it stands for, more than one
    only where the archive is silent.
    """

    label: str
    first: dt.date
    last: dt.date
    length: int
    articles: int | None
    archive: int
    gap: bool

    @property
    def share(self) -> float | None:
        """The part of the articles of that time that match; None where there are none."""
        return None if self.articles is None else self.articles / self.archive

    def to_dict(self) -> dict[str, Any]:
        """The period as JSON values."""
        return {
            "period": self.label,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "length": self.length,
            "articles": self.articles,
            "archive": self.archive,
            "share": None if self.share is None else round(self.share, 6),
            "gap": self.gap,
        }


_new_period: Callable[[Any], TimelinePeriod] = partial(tuple.__new__, TimelinePeriod)


class TimelineSeries(NamedTuple):
    """The timeline of one query, or of one value in it.

    `value` is the value where the timeline is split, and None of articles that have none.
    `total` articles match, `undated` of them have no date; `archive` and `archive_undated` are
    the same of the whole archive, or of what it has with that value.  All series of a timeline
    have the same periods.
    """

    query: str
    understood: str
    value: str | None
    total: int
    undated: int
    archive: int
    archive_undated: int
    periods: tuple[TimelinePeriod, ...]

    def to_dict(self) -> dict[str, Any]:
        """The series as JSON values."""
        values = self._asdict()
        values["periods"] = [period.to_dict() for period in self.periods]
        return values


class Timeline(NamedTuple):
    """When what queries find was published.

    `by` is the period and `split` the field that the series are of, if any; `values` is how
    many values that has among the articles that match, and `other` how many times the values
    that have no series of their own count.  `total` is of articles, of each query.  `nothing`
    says why the queries may have found nothing, if all did.  `unit` says what is counted:
    "articles", or "texts" or "stories", which all that is called articles here are then.
    """

    by: str
    split: str | None
    coverage: Coverage
    took_ms: float
    series: tuple[TimelineSeries, ...]
    totals: tuple[int, ...]
    values: int = 0
    other: int = 0
    notes: tuple[Note, ...] = ()
    nothing: Nothing | None = None
    unit: str = "articles"

    @property
    def periods(self) -> tuple[TimelinePeriod, ...]:
        """Those of the first series, which is all there is of one query that is not split."""
        return self.series[0].periods if self.series else ()

    @property
    def total(self) -> int:
        """How many articles the first query finds."""
        return self.totals[0]

    def to_dict(self) -> dict[str, Any]:
        """The timeline as JSON values."""
        return {
            "by": self.by,
            "split": self.split,
            **({} if self.unit == "articles" else {"count": self.unit}),
            "archive": self.coverage.to_dict(),
            "totals": list(self.totals),
            "values": self.values,
            "other": self.other,
            "took_ms": round(self.took_ms, 3),
            "notes": [note.to_dict() for note in self.notes],
            "nothing": self.nothing.to_dict() if self.nothing else None,
            "series": [series.to_dict() for series in self.series],
        }


class Span(NamedTuple):
    """Periods from the one that begins with the day `first` to the one that begins with `last`:
    one, or several of which the archive has nothing; and how they are shown."""

    first: int
    last: int
    label: str
    first_date: dt.date
    last_date: dt.date
    length: int


class Extent:
    """The time of an archive, in periods.

    Arguments:
        archive: how many articles there are of each period that has any, by its first day.
    """

    def __init__(self, archive: Mapping[int, int], by: str) -> None:
        self.by = by
        self.archive = archive
        self.spans = tuple(_spans(sorted(archive), by))
        self._firsts = [span.first for span in self.spans]

    def between(self, first: int, last: int) -> slice:
        """Which spans are from the period that begins with `first` to the one with `last`."""
        return slice(bisect_left(self._firsts, first), bisect_right(self._firsts, last))

    @cached_property
    def without_matches(self) -> tuple[TimelinePeriod, ...]:
        """The periods of a query that finds nothing: zeros, and gaps."""
        return _periods(self.spans, {}, self.archive, None)

    def periods(self, found: Mapping[int | None, int], shown: slice) -> tuple[TimelinePeriod, ...]:
        """The periods that are shown of a query, with what was found of each."""
        periods = list(self.without_matches)
        for place, first in enumerate(self._firsts):
            articles = found.get(first)
            if articles:
                label, first_date, last_date, length, _, there, _ = periods[place]
                periods[place] = _new_period(
                    (label, first_date, last_date, length, articles, there, False)
                )
        return tuple(periods[shown])

    def with_others(self, others: Iterable[Extent]) -> Extent:
        """The time of this archive and of others, mostly the same."""
        more = [other for other in others if other is not self]
        if not more:
            return self
        return Extent({first: 1 for extent in (self, *more) for first in extent.archive}, self.by)


class Counted(NamedTuple):
    """What was counted for one query: articles by value and period, None for none of either,
    and the same of the whole archive.  Where nothing is split, all are of the value None.
    `extent` is the time of the archive, whatever the values."""

    query: str
    understood: str
    total: int
    found: Mapping[Value, Mapping[int | None, int]]
    archive: Mapping[Value, Mapping[int | None, int]]
    extent: Extent


# ---------------------------------------------------------------- counting


def count_periods(
    understood: tree.Node,
    period: Axis,
    split: Axis | None,
    executor: Executor | UnitCounter,
    budget: Budget,
) -> tuple[int, dict[Value, dict[int | None, int]]]:
    """How many articles match, and by value and period; see `Counted`.

    Raises:
        QueryError, DeadlineError: as `Executor.search`.
    """
    total, (counted,) = executor.tally(understood, (period,), limit=None, order=NAME, budget=budget)
    if split is not None:
        found: dict[Value, dict[int | None, int]] = {}
        pairs = executor.tally_two(understood, period, split, budget)
        for (first, value), articles in pairs.items():
            found.setdefault(value, {})[first] = articles
        return total, found
    by_period: dict[int | None, int] = dict(counted.rows)  # type: ignore[arg-type]
    if counted.without:
        by_period[None] = counted.without
    return total, {None: by_period}


def count_archive(
    period: Axis, split: Axis | None, executor: Executor | UnitCounter, budget: Budget
) -> tuple[dict[Value, dict[int | None, int]], Extent]:
    """What the whole archive has, by value and period, and the time that it has anything of.

    Raises:
        QueryError, DeadlineError: as `Executor.search`.
    """

    def counted(column: Axis | None) -> dict[Value, dict[int | None, int]]:
        if hasattr(executor, "in_archive"):
            return executor.in_archive(period, column, budget)
        return count_periods(tree.Everything(), period, column, executor, budget)[1]

    found = counted(split)
    # An article with two values is one article.
    return found, extent_of(found if split is None else counted(None), period.name)


def extent_of(found: Mapping[Value, Mapping[int | None, int]], by: str) -> Extent:
    """The time that articles were counted in, which are not split."""
    counts = found.get(None, {})
    return Extent({first: n for first, n in counts.items() if first is not None}, by)


# ---------------------------------------------------------------- making series


def chosen_values(counted: Sequence[Counted], limit: int | None) -> tuple[list[Value], int, int]:
    """The values that get a series: those with most articles, then in their own order, and
    last those articles that have none; how many values there are; how often the others count.
    """
    sums: dict[bytes, int] = {}
    has_none = False
    for of_query in counted:
        for value, by_period in of_query.found.items():
            if value is None:
                has_none = True
            else:
                sums[value] = sums.get(value, 0) + sum(by_period.values())
    ranked = sorted(sums, key=lambda value: (-sums[value], value))
    chosen: list[Value] = [*ranked[:limit]]
    other = sum(sums.values()) - sum(sums[value] for value in ranked[:limit])
    return ([*chosen, None] if has_none else chosen), len(sums), other


def make_series(
    counted: Sequence[Counted],
    values: Sequence[Value],
    *,
    is_split: bool,
    whole: bool,
    written: Mapping[Value, str | None],
) -> Iterator[TimelineSeries]:
    """A series of each query and each of `values`, over the same periods.

    Arguments:
        whole: from the first to the last article of the archive, and not of those that match.
        written: how values are shown.
    """
    extent = counted[0].extent.with_others(of_query.extent for of_query in counted[1:])
    shown = slice(None) if whole else _matched(extent, counted, values)
    spans = extent.spans[shown]
    for of_query in counted:
        for value in values:
            found = of_query.found.get(value, {})
            archive = of_query.archive.get(value, {})
            if extent is of_query.extent and not is_split:
                periods = extent.periods(found, shown)
            elif not is_split:
                periods = _periods(spans, found, of_query.extent.archive, None)
            else:
                publishes = _Publishing({} if value is None else archive, extent.by)
                periods = _periods(spans, found, archive, publishes)
            yield TimelineSeries(
                query=of_query.query,
                understood=of_query.understood,
                value=written.get(value),
                total=sum(found.values()),
                undated=found.get(None, 0),
                archive=sum(archive.values()),
                archive_undated=archive.get(None, 0),
                periods=periods,
            )


def _matched(extent: Extent, counted: Sequence[Counted], values: Sequence[Value]) -> slice:
    """Which spans are from the first to the last article that matches and is shown."""
    firsts = [
        first
        for of_query in counted
        for value in values
        for first in of_query.found.get(value, ())
        if first is not None
    ]
    return extent.between(min(firsts), max(firsts)) if firsts else slice(0)


def _spans(there: Sequence[int], by: str) -> Iterator[Span]:
    """The periods that the archive has something of, and what lies between them."""
    before: int | None = None
    for first in there:
        if before is not None and (start := next_period(before, by)) != first:
            yield _span(start, first_day(first - 1, by), by)
        yield _span(first, first, by)
        before = first


def _span(first: int, last: int, by: str) -> Span:
    names = span_label(first, last, by)
    return Span(first, last, names, day_at(first), last_day_at(last, by), _count(first, last, by))


def _count(first: int, last: int, by: str) -> int:
    """How many periods there are from `first` to `last`."""
    if by in ("day", "week"):
        return (last - first) // (1 if by == "day" else _WEEK) + 1
    start, end = day_at(first), day_at(last)
    if by == "year":
        return end.year - start.year + 1
    return (end.year - start.year) * 12 + end.month - start.month + 1


def _periods(
    spans: Sequence[Span],
    found: Mapping[int | None, int],
    archive: Mapping[int, int] | Mapping[int | None, int],
    publishes: _Publishing | None,
) -> tuple[TimelinePeriod, ...]:
    """The periods of one series; where `publishes` is None, whatever is silent is a gap."""
    periods = []
    for span in spans:
        first, _, label, first_date, last_date, length = span
        there = archive.get(first, 0)
        gap = not there and (publishes is None or publishes.should_have(span))
        articles = found.get(first, 0) if there else None
        periods.append((label, first_date, last_date, length, articles, there, gap))
    return tuple(map(_new_period, periods))


class _Publishing:
    """When should one source have something?"""

    def __init__(self, archive: Mapping[int | None, int], by: str) -> None:
        days = sorted(first for first in archive if first is not None)
        self._by = by
        self._first, self._last = (days[0], days[-1]) if days else (0, -1)
        self._weekdays: set[int] = set()
        if by == "day" and days and self._last - self._first + 1 >= _FEWEST_WEEKS * _WEEK:
            had = [0] * _WEEK
            for day in days:
                had[day % _WEEK] += 1
            for weekday in range(_WEEK):
                # The first day of the extent that is one, and how many follow.
                start = self._first + (weekday - self._first) % _WEEK
                there_were = (self._last - start) // _WEEK + 1
                if had[weekday] >= _USUAL * there_were:
                    self._weekdays.add(weekday)

    def should_have(self, span: Span) -> bool:
        """Whether there should be an article in one of these periods."""
        first, last = max(span.first, self._first), min(span.last, self._last)
        if first > last:
            return False
        if self._by != "day":
            return True
        if last - first >= _WEEK:
            return bool(self._weekdays)
        return any(day % _WEEK in self._weekdays for day in range(first, last + 1))
