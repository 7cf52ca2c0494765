"""What is kept of questions to an archive, to be asked again?

`ArchiveKept` is what `ArchiveReader` has of that: alerts, which are asked of whatever arrives,
and records, which say what was asked and what came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.pool import OPEN_ATTEMPTS, ViewPool

if TYPE_CHECKING:
    from searcher.alerting.alerts import Alerts
    from searcher.query.notes import Note
    from searcher.recording.record import SearchRecord
    from searcher.recording.replay import Replay
    from searcher.searching.results import Results
    from searcher.searching.view import View

__all__ = ["ArchiveKept"]

_T = TypeVar("_T")


class ArchiveKept:
    """What is kept of questions to an archive."""

    path: str
    _now: Callable[[], dt.datetime]

    def __init__(self, path: str, *, now: Callable[[], dt.datetime] | None = None) -> None:
        raise NotImplementedError

    def answer(self, request: Request) -> Results:
        """The answer to a request."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the files that no search is using."""
        raise NotImplementedError

    def _pool(self) -> ViewPool:
        raise NotImplementedError

    def _read(self, asked: Node, use: Callable[[View], _T]) -> _T:
        raise NotImplementedError

    def _parsed(self, query: str | Node) -> tuple[Node, tuple[Note, ...]]:
        raise NotImplementedError

    @property
    def alerts(self) -> Alerts:
        """The queries that are asked of whatever arrives."""
        with InstalledOnly():
            from searcher.alerting.alerts import Alerts
        with InstalledOnly():
            from searcher.alerting.desk import DirectoryDesk

        return Alerts(
            self.path,
            desk=DirectoryDesk(self._pool().read),
            parsed=lambda query: self._parsed(query)[0],
            now=self._now,
        )

    def recorded(
        self, query: str | Node, *, note: str = "", **options: Any
    ) -> tuple[Results, SearchRecord]:
        """Answer `query` as `search` does, with a record of it that can be asked again.

        Arguments:
            note: what is to stand beside it.
            options: those of `search`.

        Raises: as `search`.

        Cost: three searches.
        """
        with InstalledOnly():
            from searcher.recording.taking import take

        timeout_s = options.pop("timeout", None)
        request = Request(query, timeout_s=timeout_s, **options)
        at = self._now().replace(microsecond=0)
        asked, _ = self._parsed(request.query)
        for _ in range(OPEN_ATTEMPTS):
            before = self._pool().read(lambda view: view.snapshot.identity)
            results = self.answer(request)
            budget = Budget(request.timeout_s)

            def use(view: View, budget: Budget = budget) -> tuple[SearchRecord, Any]:
                record = take(view, request, asked, budget, at=at, note=note)
                return record, view.snapshot.identity

            record, after = self._read(asked, use)
            if before == after:  # else it would be the record of another answer
                break
        return results, record

    def replay(self, record: SearchRecord, *, timeout: float | None = None) -> Replay:
        """Ask again what `record` is of, and say what differs and why.

        The query is read by the clock of the record, so that relative dates mean the same.

        Raises: as `search`.
        """
        with InstalledOnly():
            from searcher.recording.replay import compare
        with InstalledOnly():
            from searcher.recording.taking import take

        options = {name: value for name, value in record.options.items() if name != "query"}
        request = Request(record.query, timeout_s=timeout, **options)
        budget = Budget(request.timeout_s)
        at = self._now().replace(microsecond=0)
        then = type(self)(self.path, now=lambda: record.at)
        try:
            asked, _ = then._parsed(request.query)

            def use(view: View) -> Replay:
                now = take(view, request, asked, budget, at=at, note=record.note)
                return then._pool().read(
                    lambda everything: compare(record, now, view.snapshot, everything.snapshot),
                    hides=False,
                )

            return then._read(asked, use)
        finally:
            then.close()
