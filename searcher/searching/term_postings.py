"""How is one posting list asked for the positions of one document?

`TermPostings` is a decoded posting list with random access by document; a list of
several forms (the words of a stem, the words that fit a pattern) is the union of
theirs, with the positions of a document merged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
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

    def each(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Each document with the positions of the form in it, ascending."""
        end = 0
        for number, frequency in zip(self._list.ids, self._list.frequencies, strict=True):
            start, end = end, end + frequency
            yield number, self._list.positions[start:end]

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
            for number, positions in part.each():
                found = merged.get(number)
                if found is None:
                    merged[number] = list(positions)
                else:
                    found.extend(positions)
        for found in merged.values():
            found.sort()
        return merged

    @property
    def is_ready(self) -> bool:
        """Whether positions can be asked for without putting lists together first."""
        return self._merged is not None or len(self._parts) <= _MOST_ASKED

    @property
    def asked(self) -> int:
        """How many lists are asked for the positions of a document."""
        return len(self._parts) if len(self._parts) <= _MOST_ASKED else 1

    @property
    def documents(self) -> int:
        """How many documents its lists have together."""
        return sum(len(part.ids) for part in self._parts)

    @property
    def positions_count(self) -> int:
        """How many positions its lists have together."""
        return sum(part.position_count for part in self._parts)
