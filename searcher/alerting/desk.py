"""What do alerts ask of an archive?

Which articles have arrived, which of some arrivals answer a query, and what of a query's past is
known.  `Desk` says how that is asked, whatever the archive is; `DirectoryDesk` answers for an index
directory, by what `fresh.py`, `folding.py` and `rehearsal.py` make of a view of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from searcher.alerting.arrivals import Arrivals
from searcher.alerting.folding import told
from searcher.alerting.fresh import answers, note_arrivals, places_of
from searcher.alerting.rehearsal import Rehearsal, rehearse
from searcher.codec.directory import Directory
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.searching.budget import Budget
from searcher.searching.results import CopyOf, Hit
from searcher.searching.view import View

__all__ = ["Answered", "Desk", "DirectoryDesk", "Seen", "first_of"]

Seen = Mapping[str, int | None]
"""How far the parts of an index have been looked at (`SavedAlerts.segments`)."""


class Answered(NamedTuple):
    """What an alert is to be told of some arrivals.

    `understood` is the query as it was asked, `hits` and `late` are what is told; of the arrivals
    the first `end` are done with, but those that are `waiting`: they are not there to be asked
    about, because they were removed or withheld just now, and are asked about when they are.
    """

    understood: str
    hits: list[Hit]
    late: list[CopyOf]
    end: int
    waiting: tuple[int, ...]


class Desk(Protocol):
    """An archive as alerts ask it.

    Raises (all methods): QueryError, DeadlineError: as a search; IndexStateError: the archive
    cannot be read.
    """

    def note(
        self, seen: Seen, arrivals: Arrivals, folder: Directory, now_s: float
    ) -> dict[str, int | None]:
        """Add to `arrivals` what is in the archive and may be published and was never seen.

        Arguments:
            seen: what the last run has returned.
            folder: that of the alerts, where more may be kept of arrivals.
            now_s: what embargoes are held against.

        Returns what is seen from now on.
        """

    def answered(
        self,
        asked: Node,
        keys: Sequence[int],
        behind: Collection[int],
        budget: Budget,
        *,
        folder: Directory,
        most: int,
        folds: bool,
    ) -> Answered:
        """Which of the arrivals `keys` answer `asked`; at most the first `most` are told.

        Arguments:
            behind: arrivals that are told another time, and are no older texts yet.
            folds: tell each text once.
        """

    def rehearse(
        self,
        text: str,
        asked: Node,
        budget: Budget,
        *,
        today: dt.date,
        days: int,
        shown: int,
    ) -> Rehearsal:
        """How often an alert for `asked` would have rung: see `rehearsal.rehearse`."""


class DirectoryDesk:
    """An index directory as alerts ask it.

    Arguments:
        read: runs a function on a view of the newest commit, and again if a newer one comes.
    """

    def __init__(self, read: Callable[..., Any]) -> None:
        self._read = read

    def note(
        self, seen: Seen, arrivals: Arrivals, folder: Directory, now_s: float
    ) -> dict[str, int | None]:
        """See `Desk`.  Cost: that of `fresh.note_arrivals`."""

        def note(view: View) -> dict[str, int | None]:
            arrivals.rewind()  # of another commit, which went away
            return note_arrivals(view.snapshot, seen, arrivals, now_s)

        found: dict[str, int | None] = self._read(note)
        return found

    def answered(
        self,
        asked: Node,
        keys: Sequence[int],
        behind: Collection[int],
        budget: Budget,
        *,
        folder: Directory,
        most: int,
        folds: bool,
    ) -> Answered:
        """See `Desk`.  Cost: a search that returns all of its hits."""

        def find(view: View) -> Answered:
            places = places_of(view.snapshot, {*keys, *behind})
            later = {place for key, place in places.items() if key in behind}
            ordered = {key: places[key] for key in keys if key in places}
            found = answers(view, asked, ordered, budget, later=later)
            chosen, end = first_of(list(found.matches), keys, most)
            hits, late = told(view, found, chosen, folds=folds)
            waiting = tuple(key for key in keys[:end] if key not in places)
            return Answered(text_of(found.understood), hits, late, end, waiting)

        found: Answered = self._read(find)
        return found

    def rehearse(
        self,
        text: str,
        asked: Node,
        budget: Budget,
        *,
        today: dt.date,
        days: int,
        shown: int,
    ) -> Rehearsal:
        """See `Desk`."""
        found: Rehearsal = self._read(
            lambda view: rehearse(view, text, asked, budget, today=today, days=days, shown=shown)
        )
        return found


def first_of(ringing: Sequence[int], keys: Sequence[int], most: int) -> tuple[list[int], int]:
    """The first `most` of the arrivals that answer, and how many of `keys` are done with then."""
    end = len(keys) if len(ringing) <= most else keys.index(ringing[most])
    return list(ringing[:most]), end
