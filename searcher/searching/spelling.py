"""How are values written that the index has folded?

Terms of value fields are folded, so that `source:reuters` finds `REUTERS`.  What is shown is
how an article writes the value: the newest that has it, of equally new ones the one with the
smallest digest, which is the same in either kind of segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, takewhile
from typing import Any

from searcher.analysis.values import fold_value
from searcher.importing import InstalledOnly
from searcher.searching.results import metadata_of
from searcher.searching.snapshot import SegmentView, Snapshot

__all__ = ["Spellings", "spelt"]

_MOST_KEPT = 50_000


class Spellings:
    """How the values of a snapshot are written.

    Cost: of each value an article is read, once.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[tuple[str, bytes], str] = {}

    def of(self, column: str, term: bytes) -> str:
        """How the value `term` of the field `column` is written; folded if no article is shown
        that has it."""
        key = (column, term)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            found = self._known[key] = self._look(column, term)
        return found

    def _look(self, column: str, term: bytes) -> str:
        best: tuple[int, int] | None = None
        written = term.decode("utf-8")
        for segment in self._snapshot.segments:
            found = _newest(segment, segment.documents_of(column, term))
            if found is not None and (best is None or found[0] < best):
                best = found[0]
                written = spelt(segment.stored(found[1]), column, term)
        return written


def _newest(segment: SegmentView, documents: Sequence[int]) -> tuple[tuple[int, int], int] | None:
    """The newest of some documents that is shown, with what it is compared by."""
    dates, digests = segment.dates_us(), segment.digests()
    live: Iterator[int] = (number for number in documents if number not in segment.deleted)
    if segment.core is not None:  # these are numbered from the newest to the oldest
        first = next(live, None)
        if first is None:
            return None
        newest = dates[first]
        live = chain((first,), takewhile(lambda number: dates[number] == newest, live))
    return min((((-dates[n], digests[n]), n) for n in live), default=None)


def spelt(stored: Mapping[str, Any], column: str, term: bytes) -> str:
    """How an article writes the value that is folded to `term`."""
    if column == "credit":
        with InstalledOnly():
            from searcher.agencies import agency_title

        return agency_title(term.decode("utf-8"))
    field = "byline" if column == "name" else column
    given = stored.get(field) or metadata_of(stored).get(field) or ()
    texts = (given,) if isinstance(given, str) else given
    folded = term.decode("utf-8")
    return next((text for text in texts if fold_value(text) == folded), folded)
