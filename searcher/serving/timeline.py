"""Which marks on paper show when articles were published?

Counts become the geometry of a small chart: one path of bars for a query, or a line for each of
several; a path of the times that the archive is silent in; labels below, each as wide as its
bars.  The templates print it as SVG, which is drawn without script, prints, and follows the
colours of the reader.  The numbers themselves stand in a table beside it, which is what people
who do not see the chart read, and where the script takes them from.

Every period has the same width, a run of silent ones too: the library has them as one.  A chart
has at most `MOST_PERIODS`; of more, `choose_period` takes longer ones.

What it does not do: count (`Archive.timeline`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from searcher.searching.timeline import Timeline, TimelinePeriod
from searcher.serving import dates

__all__ = [
    "HEIGHT",
    "MOST_PERIODS",
    "UNIT",
    "Chart",
    "Label",
    "Row",
    "choose_period",
    "draw",
    "fitting",
]

UNIT = 10
"""How wide a period is, in the units of the chart."""
HEIGHT = 100
MOST_PERIODS = 400
_MOST_LABELS = 13
_MOST_WEIGHT = 60
# A label that is narrower than this part of the chart has no room for its text.
_NARROWEST = 0.05
# Up to so many days between the first and the last article, and what they are counted by.
_PERIODS = (("day", 62), ("week", 730), ("month", 4200), ("year", 10**7))
# What periods are labelled by, the finest first.
_STEPS = {
    "day": ("day", "month", "year", "five years", "decade"),
    "week": ("month", "year", "five years", "decade"),
    "month": ("year", "five years", "decade", "century"),
    "year": ("year", "five years", "decade", "century"),
}
_NAMES = tuple(name for name, _ in _PERIODS)
_MOST_SILENT = 0.25
# Beside a bar on each side, where there are so many.
_SPACES = ((16, 3), (40, 2), (150, 1))
_DAYS_OF = {"day": 1, "week": 7, "month": 30, "year": 365}


class Row(NamedTuple):
    """A period in the table: its name, its days, the articles of each query (None where the
    archive has nothing), all articles, and how often one of them matches the first query."""

    name: str
    first: dt.date
    last: dt.date
    articles: tuple[int | None, ...]
    archive: int
    share: float | None


_new_row: Callable[[Any], Row] = partial(tuple.__new__, Row)


class Label(NamedTuple):
    """What stands below some bars; `text` is empty where there is no room for it."""

    text: str
    weight: int
    first: dt.date
    last: dt.date


class Chart(NamedTuple):
    """A chart and its table.

    `bars` and `gaps` are paths, `lines` one path for each query where there are several; all in
    a box `width` by `HEIGHT`.  `peak` is the row with most, by what is drawn; `undated` the
    articles without a date of each query.
    """

    by: str
    share: bool
    width: int
    bars: str
    gaps: str
    lines: tuple[str, ...]
    labels: tuple[Label, ...]
    rows: tuple[Row, ...]
    peak: Row | None
    undated: tuple[int, ...]
    silent: tuple[str, ...]

    @property
    def first(self) -> dt.date:
        """The first day."""
        return self.rows[0].first

    @property
    def last(self) -> dt.date:
        """The last day."""
        return self.rows[-1].last


def choose_period(wanted: str | None, first: dt.date | None, last: dt.date | None) -> str:
    """By what to count the time from `first` to `last`: what is `wanted`, unless that would be
    more than `MOST_PERIODS`."""
    days = 0 if first is None or last is None else (last - first).days + 1
    if wanted in _NAMES:
        for name in _NAMES[_NAMES.index(wanted) :]:
            if days / _DAYS_OF[name] <= MOST_PERIODS:
                return name
        return "year"
    return next(name for name, most in _PERIODS if days <= most)


def is_sparse(timeline: Timeline) -> bool:
    """Whether so many periods are silent that longer ones would say more."""
    silent = sum(period.articles is None for period in timeline.periods)
    return silent > _MOST_SILENT * len(timeline.periods)


def fitting(ask: Callable[[str], Timeline], wanted: str | None) -> tuple[Timeline, str]:
    """The timeline by the period that is wanted or, if none is, by the one that fits.

    Arguments:
        ask: counts by a period.
    """
    timeline = ask("month")
    if not timeline.periods:
        return timeline, "month"
    by = choose_period(wanted, timeline.periods[0].first, timeline.periods[-1].last)
    timeline = timeline if by == "month" else ask(by)
    while not wanted and by != "year" and is_sparse(timeline):
        by = _NAMES[_NAMES.index(by) + 1]
        timeline = ask(by)
    return timeline, by


def draw(timeline: Timeline, *, share: bool = False) -> Chart | None:
    """The chart of a timeline that is not split; None if no article has a date.

    Arguments:
        share: draw which part of the articles of each time match, not how many do.
    """
    many = [series.periods for series in timeline.series]
    if not many or not many[0]:
        return None
    rows = _rows(timeline.by, many)
    heights = [[_value(period, share) for period in periods] for periods in many]
    top = max((value for values in heights for value in values if value), default=0)
    scaled = [
        [None if value is None else (value / top if top else 0) for value in values]
        for values in heights
    ]
    is_one = len(many) == 1
    highest = max(range(len(rows)), key=lambda place: heights[0][place] or 0)
    return Chart(
        by=timeline.by,
        share=share,
        width=len(rows) * UNIT,
        bars=_bars(scaled[0]) if is_one else "",
        gaps=_gaps([period.articles is None for period in many[0]]),
        lines=() if is_one else tuple(map(_line, scaled)),
        labels=_labels(timeline.by, many[0]),
        rows=rows,
        peak=rows[highest] if top else None,
        undated=tuple(series.undated for series in timeline.series),
        silent=tuple(row.name for row in rows if row.articles[0] is None),
    )


def _rows(by: str, many: Sequence[Sequence[TimelinePeriod]]) -> tuple[Row, ...]:
    rows = []
    each = zip(*[[period.articles for period in periods] for periods in many], strict=True)
    # Taken apart at once: by name it takes twice as long, a hundred times a page.
    for (_, first, last, length, found, archive, _), articles in zip(many[0], each, strict=True):
        share = None if found is None else found / archive
        name = dates.span(by, first, last, length)
        rows.append(_new_row((name, first, last, articles, archive, share)))
    return tuple(rows)


def _value(period: TimelinePeriod, share: bool) -> float | None:
    return period.share if share else period.articles


def _bars(values: Sequence[float | None]) -> str:
    """Bars as one path; what is there at all is at least a hair high."""
    # A few bars as wide as their periods would be blocks, and many would be hairs.
    space = next((space for most, space in _SPACES if len(values) <= most), 0)
    end = f"h{UNIT - 2 * space}V{HEIGHT}z"
    return "".join(
        [
            f"M{place * UNIT + space} {HEIGHT}v-{_number(max(1.5, value * HEIGHT))}{end}"
            for place, value in enumerate(values)
            if value
        ]
    )


def _line(values: Sequence[float | None]) -> str:
    """A line through the middles of the periods, broken where the archive is silent."""
    path = []
    is_down = False
    for place, value in enumerate(values):
        if value is None:
            is_down = False
            continue
        y = _number(HEIGHT - value * (HEIGHT - 2) - 1)
        path.append(f"{'L' if is_down else 'M'}{place * UNIT + UNIT // 2} {y}")
        if not is_down:
            path.append("h.1")  # one period between two silences is a dot
        is_down = True
    return "".join(path)


def _gaps(silent: Sequence[bool]) -> str:
    path = [
        f"M{place * UNIT} 0h{UNIT}V{HEIGHT}h-{UNIT}z"
        for place, is_gap in enumerate(silent)
        if is_gap
    ]
    return "".join(path)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _labels(by: str, periods: Sequence[TimelinePeriod]) -> tuple[Label, ...]:
    """The fewest labels that say the most: by month, year, decade or century."""
    steps = _STEPS[by]
    groups: list[list[TimelinePeriod]] = []
    step = steps[0]
    for step in steps:
        groups = [list(some) for _, some in groupby(periods, key=lambda p: _group(step, p.first))]
        if len(groups) <= _MOST_LABELS:
            break
    most = max(map(len, groups))
    scale = min(1.0, _MOST_WEIGHT / most)
    return tuple(
        Label(
            _label(step, group[0].first, group[-1].last)
            if len(group) >= _NARROWEST * len(periods)
            else "",
            max(1, round(len(group) * scale)),
            group[0].first,
            group[-1].last,
        )
        for group in groups
    )


def _group(step: str, day: dt.date) -> tuple[int, ...]:
    if step == "day":
        return day.year, day.month, day.day
    if step == "month":
        return day.year, day.month
    return (day.year // {"year": 1, "five years": 5, "decade": 10, "century": 100}[step],)


def _label(step: str, first: dt.date, last: dt.date) -> str:
    if step == "day":
        return str(first.day)
    if step == "month":
        return dates.MONTHS[first.month - 1][:3]
    if step == "year" or first.year == last.year:
        return f"{first.year:04}"
    if step == "five years":
        return f"{first.year:04}\u2013{last.year % 100:02}"
    return f"{first.year // 10 * 10:04}s" if step == "decade" else f"{first.year // 100 * 100:04}s"
