"""How many texts, or stories, have each value and are of each time?

`UnitCounter` counts as an executor does (`Executor.tally`), but each text once, however many
copies of it match, or each story: by the earliest article of it that matches, which is the one
that an answer folded by texts shows.  So the rows of a time add up to all texts that match.

What the archive has of a time, which is what these are compared with, are the texts that have an
article of that time, copies too: of no time do more match than there are.

The native executor finds the earliest in the core (`native/src/search/folding/earliest.rs`);
`earliest` is the definition.
"""

from __future__ import annotations

from collections.abc import Sequence

from searcher.codec.groups import NO_LEAD
from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.copies import known_groups, known_stories, order_of
from searcher.searching.executor import Executor
from searcher.searching.snapshot import Snapshot
from searcher.searching.tally import Key, Tally, keys_of

__all__ = ["UnitCounter", "Units", "earliest"]


class Units:
    """The text, or the story, of each document of a snapshot.

    Arguments:
        unit: "texts" or "stories".

    Raises:
        IndexStateError: copies, or stories, were not looked for.
    """

    def __init__(self, snapshot: Snapshot, unit: str) -> None:
        groups = known_groups(snapshot)
        self._bases = groups.bases
        self._units = known_stories(snapshot).firsts if unit == "stories" else groups.leads

    def of(self, place: int, number: int) -> int:
        """That of one document, given by segment and number."""
        through = self._bases[place] + number
        unit = self._units[through]
        return through if unit == NO_LEAD else unit


def earliest(snapshot: Snapshot, found: Sequence[set[int]], units: Units) -> list[set[int]]:
    """The earliest of the documents `found` of each text, or story, by segment.

    Cost: some microseconds for each.
    """
    members: dict[int, list[tuple[int, int]]] = {}
    for place, documents in enumerate(found):
        for number in documents:
            members.setdefault(units.of(place, number), []).append((place, number))
    shown: list[set[int]] = [set() for _ in found]
    for places in members.values():
        place, number = places[0]
        if len(places) > 1:
            place, number = min(places, key=lambda at: order_of(snapshot, *at))
        shown[place].add(number)
    return shown


class UnitCounter:
    """Counts over one snapshot.

    Arguments:
        unit: "texts" or "stories".

    Raises:
        IndexStateError: copies, or stories, were not looked for.
    """

    def __init__(self, snapshot: Snapshot, executor: Executor, unit: str) -> None:
        self._snapshot = snapshot
        self._executor = executor
        self._unit = unit
        self._units = Units(snapshot, unit)

    def tally(
        self,
        understood: tree.Node,
        axes: Sequence[Axis],
        *,
        limit: int | None,
        order: str,
        budget: Budget,
    ) -> tuple[int, list[Tally]]:
        """How many match, and how many of them have each value: see `Executor.tally`."""
        return self._executor.tally(
            understood, axes, limit=limit, order=order, budget=budget, once=self._unit
        )

    def tally_two(
        self, understood: tree.Node, period: Axis, column: Axis, budget: Budget
    ) -> dict[tuple[int | None, bytes | None], int]:
        """How many are of each period and have each value: see `Executor.tally_two`."""
        return self._executor.tally_two(understood, period, column, budget, once=self._unit)

    def along(self, axis: Axis, budget: Budget) -> dict[Key | None, int]:
        """How many there are in the archive with an article of each value.

        Cost: goes through all articles once.
        """
        budget.allow_for(self._snapshot.document_count)
        there: set[tuple[int, Key | None]] = set()
        for place, segment in enumerate(self._snapshot.segments):
            keys = keys_of(segment, axis, budget)
            for number in segment.live:
                unit = self._units.of(place, number)
                there.update((unit, key) for key in keys[number] or (None,))
        found: dict[Key | None, int] = {}
        for _, key in there:
            found[key] = found.get(key, 0) + 1
        return found

    def in_archive(
        self, period: Axis, split: Axis | None, budget: Budget
    ) -> dict[bytes | None, dict[int | None, int]]:
        """How many there are in the archive, by value and period, with an article of both.

        Cost: goes through all articles once.
        """
        budget.allow_for(self._snapshot.document_count)
        there: set[tuple[int, bytes | None, int | None]] = set()
        for place, segment in enumerate(self._snapshot.segments):
            periods = keys_of(segment, period, budget)
            values = keys_of(segment, split, budget) if split else [()] * segment.count
            for number in segment.live:
                unit = self._units.of(place, number)
                for first in periods[number] or (None,):
                    for value in values[number] or (None,):
                        there.add((unit, value, first))  # type: ignore[arg-type]
        found: dict[bytes | None, dict[int | None, int]] = {}
        for _, value, first in there:
            of_value = found.setdefault(value, {})
            of_value[first] = of_value.get(first, 0) + 1
        return found
