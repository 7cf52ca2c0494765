"""How many of some articles have each value, and which of them came first?

The definition of what both executors count, in obvious Python over the columns of segments:
for each document its values of a field, and its own day.  An article with two values counts
for both; one without any is counted apart.  The native executor counts the same without
handing over the documents (`native/src/search/tally/`).

    tally       along one axis, the first rows in order
    tally_two   along two at once: so many of this source in that month
    extremes    for each value the earliest and the latest article

What is not here: what rows are called, and what the archive as a whole has (`facets.py`,
`timeline.py`, `first.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from searcher.codec.schema import MISSING_DATE, NO_DAY
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.periods import first_day
from searcher.searching.snapshot import SegmentView, Snapshot

__all__ = [
    "COUNT",
    "NAME",
    "ORDERS",
    "Extreme",
    "Key",
    "Place",
    "Tally",
    "extremes",
    "keys_of",
    "tally",
    "tally_two",
]

Key = bytes | int
"""A value as the index writes it, or the number of the first day of a period."""
Place = tuple[int, int]
"""A document of a snapshot: its segment, and its number there."""
COUNT, NAME = "count", "name"
ORDERS = (COUNT, NAME)
# Units of work (`budget.py`) for a document that is counted along one axis, and for a document
# of a segment whose column is made.
_COUNTED = 6
_COLUMN = 4


class Tally(NamedTuple):
    """Articles counted along one axis.

    `without` have no value; `values` is how many different ones there are, and `sum` what all
    of their counts add up to, which is more than there are articles where some have several.
    `rows` are the first values with their counts: most articles first and then by the value,
    or by the value alone, in the order of bytes or of time.
    """

    without: int
    values: int
    sum: int
    rows: list[tuple[Key, int]]


class Extreme(NamedTuple):
    """The articles that have one value: how many, how many of them have no date, and the
    earliest and the latest of the others by instant, of equal ones the smallest id."""

    value: bytes | None
    articles: int
    undated: int
    first: Place | None
    last: Place | None


def tally(
    snapshot: Snapshot,
    found: Sequence[set[int]],
    axis: Axis,
    *,
    limit: int | None,
    order: str,
    budget: Budget,
) -> Tally:
    """Count the documents `found`, by segment, along `axis`, and return `limit` rows or all."""
    counts: dict[Key, int] = {}
    without = 0
    for segment, documents in zip(snapshot.segments, found, strict=True):
        keys_by_number = keys_of(segment, axis, budget)
        budget.charge(_COUNTED * len(documents))
        for number in documents:
            keys = keys_by_number[number]
            without += not keys
            for key in keys:
                counts[key] = counts.get(key, 0) + 1
    rows = sorted(counts.items())
    if order == COUNT:
        rows.sort(key=lambda row: -row[1])
    return Tally(without, len(rows), sum(counts.values()), rows[:limit])


def tally_two(
    snapshot: Snapshot, found: Sequence[set[int]], period: Axis, column: Axis, *, budget: Budget
) -> dict[tuple[int | None, bytes | None], int]:
    """Count the documents `found` by period and by value; None stands for having none."""
    counts: dict[tuple[int | None, bytes | None], int] = {}
    for segment, documents in zip(snapshot.segments, found, strict=True):
        periods, values = keys_of(segment, period, budget), keys_of(segment, column, budget)
        budget.charge(2 * _COUNTED * len(documents))
        for number in documents:
            for first in periods[number] or (None,):
                for value in values[number] or (None,):
                    pair: tuple[int | None, bytes | None] = (first, value)  # type: ignore[assignment]
                    counts[pair] = counts.get(pair, 0) + 1
    return counts


def extremes(
    snapshot: Snapshot, found: Sequence[set[int]], column: Axis | None, *, budget: Budget
) -> list[Extreme]:
    """Of the documents `found` the earliest and the latest of each value, in the order of
    values; those without a value come last, and are all if `column` is None."""
    groups: dict[bytes | None, list[Place]] = {}
    for place, documents in enumerate(found):
        segment = snapshot.segments[place]
        values = keys_of(segment, column, budget) if column else [()] * segment.count
        budget.charge(2 * _COUNTED * len(documents))
        for number in documents:
            for value in values[number] or (None,):
                groups.setdefault(value, []).append((place, number))  # type: ignore[arg-type]

    def instant(at: Place) -> int:
        return snapshot.segments[at[0]].dates_us()[at[1]]

    def earliest(places: list[Place], instant_us: int) -> Place:
        tied = [at for at in places if instant(at) == instant_us]
        return min(tied, key=lambda at: snapshot.segments[at[0]].id(at[1]))

    answers = []
    for value in sorted(groups, key=lambda value: (value is None, value or b"")):
        places = groups[value]
        dated = [at for at in places if instant(at) != MISSING_DATE]
        first = last = None
        if dated:
            instants = [instant(at) for at in dated]
            first, last = earliest(dated, min(instants)), earliest(dated, max(instants))
        answers.append(Extreme(value, len(places), len(places) - len(dated), first, last))
    return answers


def keys_of(segment: SegmentView, axis: Axis, budget: Budget) -> Sequence[Sequence[Key]]:
    """For each document of `segment` what it counts for."""

    def make() -> Sequence[Sequence[Key]]:
        budget.charge(_COLUMN * segment.count)
        return _periods(segment, axis) if axis.column is None else _values(segment, axis.column)

    return segment.kept(f"keys {axis.name}", make)


def _periods(segment: SegmentView, axis: Axis) -> list[tuple[int, ...]]:
    days = segment.days()
    keys: dict[int, tuple[int, ...]] = {
        day: () if day == NO_DAY else (first_day(day, axis.name),) for day in set(days)
    }
    return [keys[day] for day in days]


def _values(segment: SegmentView, column: str) -> list[tuple[bytes, ...]]:
    each = [(term,) for term in segment.field_terms(column)]
    values: list[tuple[bytes, ...]] = [()] * segment.count
    for number, ordinal in zip(*segment.ordinals(column), strict=True):
        values[number] += each[ordinal]
    return values
