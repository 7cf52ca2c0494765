"""How is one posting list asked for the positions of one document?

`TermPostings` is a decoded posting list with random access by document; a list of
several forms (the words of a stem, the words that fit a pattern) is the union of
theirs, with the positions of a document merged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from searcher.codec.postings import PostingList

__all__ = ["TermPostings", "UnionPostings"]

# Of more lists the positions are put together once, instead of asking each list every time.
_MOST_ASKED = 4


class TermPostings:
    """The postings of one form in one field of one segment."""

    __slots__ = ("_ends", "_list")

    def __init__(self, postings: PostingList) -> None:
        self._list = postings
        self._ends: list[int] | None = None

    @property
    def position_count(self) -> int:
        """The number of positions of all documents."""
        return len(self._list.positions)

    @property
    def ids(self) -> Sequence[int]:
        """The documents, ascending."""
        return self._list.ids

    def frequencies(self) -> dict[int, int]:
        """How often each document holds the form."""
        return dict(zip(self._list.ids, self._list.frequencies, strict=True))

    def positions(self, number: int) -> list[int]:
        """Where document `number` holds the form, ascending; empty if it does not."""
        ids = self._list.ids
        i = bisect_left(ids, number)
        if i == len(ids) or ids[i] != number:
            return []
        if self._ends is None:
            self._ends = list(accumulate(self._list.frequencies))
        end = self._ends[i]
        return list(self._list.positions[end - self._list.frequencies[i] : end])


class UnionPostings:
    """The postings of any of several forms."""

    __slots__ = ("_merged", "_parts", "frequencies")

    def __init__(self, parts: Sequence[TermPostings]) -> None:
        self._parts = parts
        self._merged: dict[int, list[int]] | None = None
        self.frequencies: dict[int, int] = parts[0].frequencies() if parts else {}
        for part in parts[1:]:
            for number, frequency in part.frequencies().items():
                self.frequencies[number] = self.frequencies.get(number, 0) + frequency

    def positions(self, number: int) -> list[int]:
        """Where document `number` holds one of the forms, ascending."""
        if len(self._parts) > _MOST_ASKED:
            if self._merged is None:
                self._merged = self._merge()
            return self._merged.get(number, [])
        found = [position for part in self._parts for position in part.positions(number)]
        if len(self._parts) > 1:
            found.sort()
        return found

    def _merge(self) -> dict[int, list[int]]:
        merged: dict[int, list[int]] = {}
        for part in self._parts:
            for number in part.ids:
                merged.setdefault(number, []).extend(part.positions(number))
        for positions in merged.values():
            positions.sort()
        return merged

    @property
    def is_ready(self) -> bool:
        """Whether positions can be asked for without putting lists together first."""
        return self._merged is not None or len(self._parts) <= _MOST_ASKED

    @property
    def work(self) -> int:
        """How many documents and positions its lists have."""
        return sum(len(part.ids) + part.position_count for part in self._parts)
