"""What does an alert say when it rings?

`Ringing` is one delivery of one alert: the articles that arrived and answer it, and which
delivery it is.  `RunReport` is what came of running alerts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from searcher.searching.results import CopyOf, Hit

__all__ = ["AlertFailure", "Ringing", "RunReport"]


@dataclass(frozen=True, slots=True)
class Ringing:
    """One delivery of the alert `alert`.

    `run` names it, and is the same when it is tried again: a receiver that has a run already
    can drop it.  `at` is when it was made, `hits` the articles, the newest first.

    Where copies are folded each text is one hit, whose `copies` are the other new articles with
    it, all of them; `late_copies` are new articles with a text that was there before.  Each
    new article is in one delivery of an alert and no other, as one of these three.
    """

    alert: str
    run: str
    query: str
    understood: str
    at: dt.datetime
    hits: tuple[Hit, ...]
    late_copies: tuple[CopyOf, ...] = ()

    @property
    def articles(self) -> int:
        """How many articles are told, copies and all."""
        copies = sum(hit.copies.total for hit in self.hits if hit.copies is not None)
        return len(self.hits) + copies + len(self.late_copies)

    def to_dict(self) -> dict[str, Any]:
        """The delivery as JSON values."""
        return {
            "alert": self.alert,
            "run": self.run,
            "query": self.query,
            "understood": self.understood,
            "at": self.at.isoformat(timespec="seconds"),
            "total": len(self.hits),
            "articles": self.articles,
            "hits": [hit.to_dict() for hit in self.hits],
            "late_copies": [copy.to_dict() for copy in self.late_copies],
        }


@dataclass(frozen=True, slots=True)
class AlertFailure:
    """Why an alert could not be run; it is tried again, with all it has to tell."""

    alert: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """The failure as JSON values."""
        return {"alert": self.alert, "error": self.reason}


@dataclass(slots=True)
class RunReport:
    """What came of running alerts.

    `arrived` articles were not there at the run before, of any alert.  `ringings` are the
    deliveries, `finished` the names of those that a run before this one began and was killed
    in.  `failures` stop only their own alerts.
    """

    arrived: int = 0
    ringings: list[Ringing] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    failures: Sequence[AlertFailure] = ()

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "arrived": self.arrived,
            "ringings": [ringing.to_dict() for ringing in self.ringings],
            "finished": list(self.finished),
            "failures": [failure.to_dict() for failure in self.failures],
        }
