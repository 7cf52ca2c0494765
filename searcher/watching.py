"""How does an archive follow a folder that others write into?

By looking again and again, which works on every file system, network drives included, and costs
a look at each name; what the kernel tells of changes would be sooner there, and lost elsewhere.
Each round indexes what has come, changed and gone (`indexing/arriving.py` says which files have
all of their bytes), and then runs the alerts.

Another process that writes the index is waited for.  What goes wrong in one round, such as a
drive that is away, is said and tried again in the next; only the first round raises, since
what is wrong with it is mostly how it was asked for.  An index that is damaged ends it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from searcher.alerting.ringing import RunReport
from searcher.errors import IndexDamagedError, IndexLockedError, IndexMissingError, SearcherError
from searcher.indexing.arriving import Arriving
from searcher.indexing.report import Report

__all__ = ["WatchRound", "watch"]

_LOCK_PAUSES_S = 0.1, 2.0
_LEAST_PAUSE_S = 0.05
# A program that is started again and again ends sometime.
_ONCE_LOCK_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class WatchRound:
    """What one round did.

    `report` is that of indexing, `alerts` that of the alerts, None where there is none;
    `waiting` files have not settled yet; `empty` are folders whose files are all gone at once,
    as if a drive were not there, so that their articles stay; `error` is what went wrong.
    """

    report: Report | None
    alerts: RunReport | None
    waiting: int = 0
    empty: tuple[str, ...] = ()
    error: Exception | None = None

    @property
    def has_news(self) -> bool:
        """Whether there is anything to say of it."""
        report, alerts = self.report, self.alerts
        is_changed = report is not None and any(
            (report.added, report.updated, report.moved, report.removed, report.failed)
        )
        has_rung = alerts is not None and any((alerts.ringings, alerts.finished, alerts.failures))
        return is_changed or has_rung or bool(self.empty) or self.error is not None

    def to_dict(self) -> dict[str, Any]:
        """The round as JSON values."""
        return {
            "index": None if self.report is None else self.report.to_dict(),
            "waiting": self.waiting,
            "empty": list(self.empty),
            "alerts": None if self.alerts is None else self.alerts.to_dict(),
            "error": None if self.error is None else str(self.error),
        }


def watch(
    index: Callable[[Arriving], Report],
    run_alerts: Callable[[], RunReport] | None,
    *,
    every_s: float,
    settle_s: float,
    once: bool,
    on_wait: Callable[[IndexLockedError], None] | None,
) -> Iterator[WatchRound]:
    """Index again and again; yield each round when it is over.

    Arguments:
        index: makes the index agree with the folder, but for what the `Arriving` takes out.
        run_alerts: runs the alerts; None for none.
        every_s: seconds from the beginning of one round to that of the next; after a round with
            files that have not settled, no more than it takes them to.
        settle_s: seconds for which a file must not have changed.
        once: end after a round, or two where a file had not settled.
        on_wait: called when another process is writing the index, once for each time.

    Raises:
        ValueError: the seconds are not more than 0.
        SearcherError, OSError: the first round cannot be done, or the index is damaged.
    """
    if not every_s > 0 or not settle_s > 0:
        raise ValueError("every_s and settle_s are more than 0 seconds")
    arriving = Arriving(settle_s)
    rounds = 0
    while True:
        started = time.monotonic()
        report: Report | None = None
        alerts: RunReport | None = None
        problem: Exception | None = None
        try:
            report = _indexed(index, arriving, on_wait, _ONCE_LOCK_WAIT_S if once else None)
            arriving.note(report)
            alerts = None if run_alerts is None else run_alerts()
        except (IndexDamagedError, IndexMissingError):
            raise
        except (SearcherError, OSError) as error:
            if not rounds and report is None:
                raise
            problem = error
        rounds += 1
        yield WatchRound(report, alerts, arriving.waiting, arriving.empty, problem)
        if once and (rounds == 2 or not arriving.waiting):
            return
        pause_s = started + every_s - time.monotonic()
        if arriving.waiting:
            pause_s = settle_s if once else min(settle_s, pause_s)
        time.sleep(max(_LEAST_PAUSE_S, pause_s))


def _indexed(
    index: Callable[[Arriving], Report],
    arriving: Arriving,
    on_wait: Callable[[IndexLockedError], None] | None,
    wait_s: float | None,
) -> Report:
    pause_s, longest_s = _LOCK_PAUSES_S
    began = time.monotonic()
    has_said = False
    while True:
        try:
            return index(arriving)
        except IndexLockedError as error:
            if wait_s is not None and time.monotonic() - began > wait_s:
                raise
            if on_wait is not None and not has_said:
                on_wait(error)
            has_said = True
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, longest_s)
