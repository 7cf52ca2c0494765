"""Do two executors answer one query alike, to the last bit?

`difference` asks everything that an executor can be asked about a query: all matches,
totals alone, pages by score and by date, the best few without totals, the positions
to mark in some of the matches, and what is counted of all.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from searcher.query import Node
from searcher.request import SORTS, Request
from searcher.searching.axes import axes_of, axis_names
from searcher.searching.budget import Budget
from searcher.searching.periods import PERIODS
from searcher.searching.snapshot import Snapshot

__all__ = ["difference", "difference_of_counts"]

_LIMITS = (0, 1, 2, 3, 10, 100, 1000)
_OFFSETS = (0, 0, 0, 1, 4)


def difference(
    snapshot: Snapshot, plain: Any, native: Any, query: Node, random: Random
) -> str | None:
    """What `native` answers otherwise than `plain`; None if nothing."""
    expected = plain.search(query, Request(query, limit=None))
    found = native.search(query, Request(query, limit=None))
    if found != expected:
        return f"answered {_first(found, expected)}"
    total = native.search(query, Request(query, limit=0)).total
    if total != expected.total:
        return f"counted {total}, should be {expected.total}"
    limit, offset = random.choice(_LIMITS), random.choice(_OFFSETS)
    sort = random.choice(SORTS)
    request = Request(query, limit=limit, offset=offset, sort=sort)
    page = native.search(query, request)
    page_expected = plain.search(query, request)
    if page != page_expected:
        return f"{limit} from {offset} by {sort}: {_first(page, page_expected)}"
    best = native.search(query, Request(query, limit=limit), count=False).matches
    if best != expected.matches[:limit]:
        return f"the best {limit} are {best}, should be {expected.matches[:limit]}"
    for match in random.sample(expected.matches, min(3, len(expected.matches))):
        segment = snapshot.segments[match.segment]
        for field in ("title", "body", "byline"):
            marked = native.matched_positions(query, field, segment, match.number)
            marked_expected = plain.matched_positions(query, field, segment, match.number)
            if marked != marked_expected:
                return f"marked {marked} in {field} of {match}, should be {marked_expected}"
    return difference_of_counts(snapshot, plain, native, query, random)


def difference_of_counts(
    snapshot: Snapshot, plain: Any, native: Any, query: Node, random: Random
) -> str | None:
    """What `native` counts otherwise than `plain`; None if nothing."""
    axes = axes_of(axis_names(snapshot.fields), snapshot.fields)
    columns = [axis for axis in axes if axis.column is not None]
    period, column = random.choice(axes_of(PERIODS, snapshot.fields)), random.choice(columns)
    asked: dict[str, Callable[[Any], Any]] = {
        "facets": lambda executor: executor.tally(
            query, axes, limit=None, order="count", budget=Budget()
        ),
        "first facets": lambda executor: executor.tally(
            query, axes, limit=3, order="name", budget=Budget()
        ),
        f"{period.name} and {column.name}": lambda executor: executor.tally_two(
            query, period, column, Budget()
        ),
        f"first of {column.name}": lambda executor: executor.extremes(query, column, Budget()),
        "first": lambda executor: executor.extremes(query, None, Budget()),
    }
    for name, ask in asked.items():
        found, expected = ask(native), ask(plain)
        if found != expected:
            return f"{name}: {found}, should be {expected}"[:2000]
    return None


def _first(found: Any, expected: Any) -> str:
    """Where two rankings part: whole ones of real archives fill a screen."""
    if len(expected.matches) <= 100:
        return f"{found}, should be {expected}"
    pairs = list(zip(found.matches, expected.matches, strict=False))
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))
    counts = [(r.total, r.matching_all, len(r.matches)) for r in (found, expected)]
    return (
        f"{found.matches[at : at + 2]} at {at}, should be {expected.matches[at : at + 2]}; "
        f"total, matching all, matches: {counts[0]}, should be {counts[1]}"
    )
