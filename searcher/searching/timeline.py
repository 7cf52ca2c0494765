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
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

__all__ = [
    "Counted",
    "Timeline",
    "TimelinePeriod",
    "TimelineSeries",
    "count_periods",
    "periods_of_archive",
]

Value = bytes | None
Counts = Mapping[int, int]
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
    says why the queries may have found nothing, if all did.
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
            "archive": self.coverage.to_dict(),
            "totals": list(self.totals),
            "values": self.values,
            "other": self.other,
            "took_ms": round(self.took_ms, 3),
            "notes": [note.to_dict() for note in self.notes],
            "nothing": self.nothing.to_dict() if self.nothing else None,
            "series": [series.to_dict() for series in self.series],
        }


class Counted(NamedTuple):
    """What was counted for one query: articles by value and period, None for none of either,
    and the same of the whole archive.  Where nothing is split, all are of the value None."""

    query: str
    understood: str
    total: int
    found: Mapping[Value, Mapping[int | None, int]]
    archive: Mapping[Value, Mapping[int | None, int]]
    whole: Counts
    """Articles of the archive by period, whatever their values."""


# ---------------------------------------------------------------- counting


def count_periods(
    understood: tree.Node, period: Axis, split: Axis | None, executor: Executor, budget: Budget
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


def periods_of_archive(found: Mapping[Value, Mapping[int | None, int]]) -> dict[int, int]:
    """The periods that something was counted in, with how much that was."""
    whole: dict[int, int] = {}
    for by_period in found.values():
        for first, articles in by_period.items():
            if first is not None:
                whole[first] = whole.get(first, 0) + articles
    return whole


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
    by: str,
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
    there = sorted({first for of_query in counted for first in of_query.whole})
    spans = list(_spans(there, _range_of(counted, values, there, whole=whole), by))
    for of_query in counted:
        for value in values:
            found = of_query.found.get(value, {})
            archive = of_query.archive.get(value, {})
            publishes = _Publishing({} if value is None else archive, by) if is_split else None
            periods = tuple(
                _period(span, found, archive, of_query.whole, publishes, by) for span in spans
            )
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


class _Span(NamedTuple):
    """Periods from the one that begins with `first` to the one that begins with `last`."""

    first: int
    last: int
    length: int


def _range_of(
    counted: Sequence[Counted], values: Sequence[Value], there: Sequence[int], *, whole: bool
) -> tuple[int, int] | None:
    if whole:
        return (there[0], there[-1]) if there else None
    firsts = [
        first
        for of_query in counted
        for value in values
        for first in of_query.found.get(value, ())
        if first is not None
    ]
    return (min(firsts), max(firsts)) if firsts else None


def _spans(there: Iterable[int], among: tuple[int, int] | None, by: str) -> Iterator[_Span]:
    """The periods that the archive has something of, and what lies between them."""
    if among is None:
        return
    before: int | None = None
    for first in there:
        if not among[0] <= first <= among[1]:
            continue
        if before is not None and (start := next_period(before, by)) != first:
            last = first_day(first - 1, by)
            yield _Span(start, last, _count(start, last, by))
        yield _Span(first, first, 1)
        before = first


def _count(first: int, last: int, by: str) -> int:
    """How many periods there are from `first` to `last`."""
    if by in ("day", "week"):
        return (last - first) // (1 if by == "day" else _WEEK) + 1
    start, end = day_at(first), day_at(last)
    if by == "year":
        return end.year - start.year + 1
    return (end.year - start.year) * 12 + end.month - start.month + 1


def _period(
    span: _Span,
    found: Mapping[int | None, int],
    archive: Mapping[int | None, int],
    whole: Counts,
    publishes: _Publishing | None,
    by: str,
) -> TimelinePeriod:
    there = archive.get(span.first, 0)
    if publishes is not None:
        gap = not there and publishes.should_have(span)
    else:
        gap = not whole.get(span.first)
    return TimelinePeriod(
        label=span_label(span.first, span.last, by),
        first=day_at(span.first),
        last=last_day_at(span.last, by),
        length=span.length,
        articles=found.get(span.first, 0) if there else None,
        archive=there,
        gap=gap,
    )


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

    def should_have(self, span: _Span) -> bool:
        """Whether there should be an article in one of these periods."""
        first, last = max(span.first, self._first), min(span.last, self._last)
        if first > last:
            return False
        if self._by != "day":
            return True
        if last - first >= _WEEK:
            return bool(self._weekdays)
        return any(day % _WEEK in self._weekdays for day in range(first, last + 1))
