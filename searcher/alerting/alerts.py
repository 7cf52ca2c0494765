"""How do I keep queries that are asked of whatever arrives?

`Alerts` is what `archive.alerts` gives: it adds, lists, tries and removes alerts, and runs them.

    archive.alerts.add("sahel", "niger OR mali", to="alerts/", form="eml")
    report = archive.alerts.run()

A run first notes what has arrived since the last one, of whatever alert (`fresh.py`); then each
alert is told of all arrivals since it was last told.  An alert that cannot be run (a field that
the archive has not any more, a full disk, a program that fails) stops nothing but itself and
stays where it is, so nothing is lost.

What is promised, whatever is killed and whenever: every article that arrives and answers when
it is told is delivered **exactly once** into folders, feeds and files (`delivery.py`); to a
program **at least once**, and under one name (`commands.py`); to a caller at least once too, for
a delivery is noted only after `on_ring` has returned.

Nothing is run and nothing is written but what this user asked for on this machine
(`sealing.py`); what came with a stranger's archive, or was moved, waits for `trust`.
"""

from __future__ import annotations

import datetime as dt
import os
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace as changed
from typing import Any, Literal

from searcher.alerting import delivery
from searcher.alerting.arrivals import Arrivals, ArrivalsDamagedError
from searcher.alerting.commands import CommandFailedError, run_command
from searcher.alerting.desk import Desk
from searcher.alerting.folder import AlertsFolder, folder_beside, read_saved
from searcher.alerting.fresh import restricted
from searcher.alerting.rehearsal import Rehearsal
from searcher.alerting.ringing import AlertFailure, Ringing, RunReport
from searcher.alerting.saved import FOLDS, FORMS, MOST_ALERTS, Alert, Due, Standing, check_name
from searcher.alerting.sealing import check_seal, is_sealed, seal_of
from searcher.errors import AlertError, IndexStateError, QueryError, SearcherError
from searcher.query import Node
from searcher.searching.budget import Budget
from searcher.searching.hidden import asks_for_hidden

__all__ = ["Alerts"]

# A delivery has no more articles, or none of them would be read; the rest makes the next.
MOST_IN_A_DELIVERY = 1000
WAIT_S = 600.0
_QUERY_TIMEOUT_S = 60.0
_COMMAND_TIMEOUT_S = 60.0


class Alerts:
    """The alerts of the index in the directory `index`.

    Arguments:
        desk: the archive that is asked, a `Desk` (`desk.py`); archives make these objects, and
            nobody else has to know what they give them.
        parsed: what makes a tree of a query.
        now: the clock.
        folder: where they are kept; beside the index if left out.
    """

    def __init__(
        self,
        index: str,
        *,
        desk: Any,
        parsed: Callable[[str], Node],
        now: Callable[[], dt.datetime],
        folder: str | None = None,
    ) -> None:
        self.folder = folder_beside(index) if folder is None else os.path.abspath(folder)
        self._desk: Desk = desk
        self._parsed = parsed
        self._now = now

    # ------------------------------------------------------------ which there are

    def saved(self) -> tuple[Alert, ...]:
        """The alerts, in the order in which they were added.

        Raises:
            AlertError: what is kept of them is damaged or cannot be read.
        """
        return tuple(found.alert for found in read_saved(self.folder).standings.values())

    def untrusted(self) -> tuple[Alert, ...]:
        """Those of them that are not delivered until they are trusted: they go to a place or a
        program, and were not added by this user for this folder on this machine.

        Raises:
            AlertError: what is kept of them, or the key of this user, cannot be read.
        """
        found = read_saved(self.folder).standings.values()
        return tuple(s.alert for s in found if not is_sealed(self.folder, s.alert, s.seal))

    def trust(self, *alerts: Alert) -> tuple[Alert, ...]:
        """Let alerts deliver to where they say, as if they were added here: of an archive that
        was moved, or that came from somebody else.

        Arguments:
            alerts: as `saved` or `untrusted` gave them, and as you have looked at them.

        Returns them with their places as they are now, behind any links.

        Raises:
            AlertError: one is not there any more, or not as it was looked at; or its place
                cannot be used.  None is trusted then.
        """
        with AlertsFolder(self.folder, wait_s=WAIT_S) as folder:
            found = []
            for alert in alerts:
                standing = folder.saved.find(alert.name)
                if standing.alert != alert:
                    raise AlertError(
                        alert.name,
                        "it was changed meanwhile",
                        hint="look at it again: searcher alert list",
                    )
                place = _place_of(alert.name, alert.to, alert.form, alert.command)
                found.append((standing, changed(alert, to=place)))
            seals = [seal_of(self.folder, alert) for _, alert in found]
            for (standing, alert), seal in zip(found, seals, strict=True):
                standing.alert, standing.seal = alert, seal
                # What another user's run had begun is made anew.
                due = standing.due
                standing.due = due and Due(due.run, due.through, due.held)
            folder.save()
        return tuple(alert for _, alert in found)

    def add(
        self,
        name: str,
        query: str,
        *,
        to: str | os.PathLike[str] | None = None,
        form: str = "text",
        command: Sequence[str] = (),
        sources: Sequence[str] = (),
        group: Literal["copies", "none"] = "copies",
        replace: bool = False,
    ) -> Alert:
        """Keep `query` as the alert `name`, for what arrives from now on.

        In its keyword groups every word must be there, as in `+niger +election`.

        Arguments:
            to: a folder, for a file each time; or a file, which is written on at its end, or
                as a feed anew.  It is made, in a folder that is there, if its name ends
                with a separator.  None for what only `run` returns.
            form: "text", "json", "atom", "eml" (into a folder), or "command".
            command: with the form "command": a program and its arguments; no shell runs it.
            sources: the publications that it is asked of; all if left out.
            group: "copies" to tell each text once, with its copies named beside it, where the
                archive knows of copies; "none" for each article by itself.
            replace: change an alert of that name, which stays where it has come to.

        An alert with a place or a command is sealed with a key of this user, which is made
        when there is none.

        Raises:
            AlertError: the name cannot be one, or is taken; what is found cannot be
                delivered as asked; or there can be no key.
            QueryError: the query cannot be understood, or asks for what may not be published.
        """
        if isinstance(sources, str) or isinstance(command, str):
            raise TypeError("sources and command are lists of texts, not a text")
        if group not in FOLDS:
            raise ValueError(f"group is one of {', '.join(FOLDS)}, not {group!r}")
        place = _place_of(name, to, form, command)
        node = restricted(self._parsed(query), sources)
        if asks_for_hidden(node):
            raise QueryError(
                "an alert rings for what may be published, so it cannot ask for status",
                query=query,
                end=len(query),
                suggestion="leave status out",
            )
        with AlertsFolder(self.folder, wait_s=WAIT_S) as folder:
            saved = folder.saved
            before = saved.standings.get(name) if replace else None
            check_name(name, () if before else saved.standings)
            if len(saved.standings) >= MOST_ALERTS and not before:
                raise AlertError(name, f"there are {MOST_ALERTS:,} alerts", hint="remove some")
            self._take(folder)
            added = self._now().astimezone(dt.UTC).isoformat(timespec="seconds")
            alert = Alert(name, query, tuple(sources), place, tuple(command), form, added, group)
            seal = seal_of(self.folder, alert)
            if before is None:
                saved.standings[name] = Standing(alert, saved.arrived, seal=seal)
            else:
                try:
                    check_seal(self.folder, before.alert, before.seal)
                    self._end_delivery(folder, before, RunReport())
                except AlertError:  # its place is gone, so it is made again, for the new one
                    due = before.due
                    before.due = due and Due(due.run, due.through, due.held)
                before.alert, before.seal = alert, seal
            folder.save()
        return alert

    def remove(self, *names: str) -> None:
        """Forget alerts; what they have delivered stays.

        Raises:
            AlertError: there is none of one of these names; nothing was removed then.
        """
        with AlertsFolder(self.folder, wait_s=WAIT_S) as folder:
            gone = [folder.saved.find(name) for name in names]
            for standing in gone:
                del folder.saved.standings[standing.alert.name]
            folder.save()
            for standing in gone:
                delivery.forget(folder, standing.alert, with_feed=True)

    def skip(self, *names: str) -> int:
        """Count all that is in the archive now as reported, and deliver nothing: after an old
        archive was added, or its files moved.  Returns how many articles had arrived.

        Arguments:
            names: of alerts; all if left out.

        Raises:
            AlertError: there is none of that name.
        """
        with AlertsFolder(self.folder, wait_s=WAIT_S) as folder:
            saved = folder.saved
            chosen = [saved.find(name) for name in names] or list(saved.standings.values())
            try:
                arrived = self._take(folder)
            except AlertError:  # what was noted is damaged: note anew, for all
                chosen = list(saved.standings.values())
                saved.arrived, saved.arrivals_crc, saved.segments = 0, 0, {}
                arrived = self._take(folder)
            for standing in chosen:
                standing.position, standing.held, standing.due = saved.arrived, (), None
            folder.save()
        return arrived

    def rehearse(
        self, query: str, *, sources: Sequence[str] = (), days: int = 90, sample: int = 5
    ) -> Rehearsal:
        """Say how often an alert for `query`, or the alert of that name, would have rung.

        Arguments:
            query: the name of an alert, or a query.
            days: of publication, counted back from the last one in the archive.
            sample: how many of the newest articles are shown.

        Raises:
            QueryError: the query cannot be understood.
        """
        for alert in self.saved():
            if alert.name == query and not sources:
                query, sources = alert.query, alert.sources
        asked = restricted(self._parsed(query), sources)
        today = self._now().astimezone(dt.UTC).date()
        return self._desk.rehearse(
            query, asked, Budget(_QUERY_TIMEOUT_S), today=today, days=days, shown=sample
        )

    # ------------------------------------------------------------ running

    def run(
        self,
        *names: str,
        on_ring: Callable[[Ringing], None] | None = None,
        wait_s: float = WAIT_S,
    ) -> RunReport:
        """Deliver what has arrived since the last run.

        Arguments:
            names: of the alerts to run; all if left out.
            on_ring: called with each delivery of an alert that has no place of its own, before
                it is noted as made; if it raises, it is made again by the next run.
            wait_s: seconds to wait for another run.

        Raises:
            AlertError: there is no such alert, what is kept of them is damaged, or another run
                takes longer than that.
            IndexMissingError, IndexDamagedError: the index cannot be read.

        Cost: to read the ids of segments that are new, and a search for each alert if
        anything has arrived.
        """
        if not names and not os.path.lexists(self.folder):
            return RunReport()
        with AlertsFolder(self.folder, wait_s=wait_s) as folder:
            saved = folder.saved
            chosen = [saved.find(name) for name in names] or list(saved.standings.values())
            report = RunReport(arrived=self._take(folder))
            failures = []
            for standing in chosen:
                try:
                    while self._ring(folder, standing, report, on_ring):
                        pass
                except IndexStateError:
                    raise
                except SearcherError as error:
                    reason = str(error)
                    if isinstance(error, AlertError):  # which the failure names by itself
                        reason = error.reason + (f"; {error.hint}" if error.hint else "")
                    failures.append(AlertFailure(standing.alert.name, reason))
            folder.save()  # where alerts stand that had nothing to tell
            report.failures = tuple(failures)
        return report

    def _take(self, folder: AlertsFolder) -> int:
        """Note what has arrived; return how many articles."""
        saved = folder.saved
        before = saved.arrived
        now_s = time.time()  # which embargoes are held against too
        try:
            arrivals = Arrivals(folder.directory, saved.arrived, saved.arrivals_crc)
            try:
                segments = self._desk.note(saved.segments, arrivals, folder.directory, now_s)
                if (arrivals.count, segments) != (saved.arrived, saved.segments):
                    arrivals.sync()
                    saved.arrived, saved.arrivals_crc = arrivals.count, arrivals.checksum
                    saved.segments = segments
                    folder.save()
            finally:
                arrivals.close()
        except ArrivalsDamagedError as error:
            raise AlertError(
                folder.path,
                f"the list of what has arrived is damaged: {error}",
                hint="count what is in the archive as reported: searcher alert run --skip",
            ) from error
        return saved.arrived - before

    def _ring(
        self,
        folder: AlertsFolder,
        standing: Standing,
        report: RunReport,
        on_ring: Callable[[Ringing], None] | None,
    ) -> bool:
        """Make the next delivery of an alert, if there is one; say whether there may be more."""
        alert = standing.alert
        check_seal(self.folder, alert, standing.seal)
        if self._end_delivery(folder, standing, report):
            return True
        due = standing.due
        if due is None and standing.position >= folder.saved.arrived and not standing.held:
            return False
        through = folder.saved.arrived if due is None else due.through
        ringing, due = self._found(folder, standing, through, due)
        if ringing is None:
            standing.position, standing.held, standing.due = due.through, due.held, None
            return due.through < folder.saved.arrived
        with _failures_reported(alert):
            if alert.command:
                folder.check_trusted()
            standing.due = delivery.stage(folder, alert, ringing, due)
        folder.save()
        with _failures_reported(alert):
            if alert.command:
                run_command(alert.command, ringing, timeout_s=_COMMAND_TIMEOUT_S)
            delivery.hand_over(folder, alert, standing.due)
        if alert.to is None and not alert.command and on_ring is not None:
            on_ring(ringing)  # whatever it raises is the caller's, and stops the run
        self._note_delivered(folder, standing)
        report.ringings.append(ringing)
        return True

    def _end_delivery(self, folder: AlertsFolder, standing: Standing, report: RunReport) -> bool:
        """Finish a delivery to a file that a killed run began; False if there is none."""
        due = standing.due
        if due is None or due.final is None:
            return False
        with _failures_reported(standing.alert):
            delivery.hand_over(folder, standing.alert, due)
        self._note_delivered(folder, standing)
        report.finished.append(delivery.run_name(standing.alert.name, due.run))
        return True

    def _note_delivered(self, folder: AlertsFolder, standing: Standing) -> None:
        due = standing.due
        assert due is not None
        standing.position, standing.held, standing.runs = due.through, due.held, due.run
        standing.due = None
        folder.save()
        delivery.forget(folder, standing.alert)

    def _found(
        self, folder: AlertsFolder, standing: Standing, through: int, due: Due | None
    ) -> tuple[Ringing | None, Due]:
        """What is to be delivered of the arrivals before `through`, and how far that leads."""
        saved, alert = folder.saved, standing.alert
        arrivals = Arrivals(folder.directory, saved.arrived, saved.arrivals_crc)
        try:
            keys = [*standing.held, *arrivals.between(standing.position, through)]
            # A delivery that is tried again has others behind it.
            behind = set(arrivals.between(through, saved.arrived))
        finally:
            arrivals.close()
        asked = restricted(self._parsed(alert.query), alert.sources)

        understood, hits, late, end, waiting = self._desk.answered(
            asked,
            keys,
            behind,
            Budget(_QUERY_TIMEOUT_S),
            folder=folder.directory,
            most=MOST_IN_A_DELIVERY,
            folds=alert.group != "none",
        )
        held = (*waiting, *standing.held[end:])
        through = standing.position + max(0, end - len(standing.held))
        run = delivery.free_run(alert, standing.runs + 1) if due is None else due.run
        due = Due(run, through, held)
        if not hits and not late:
            return None, due
        at = self._now().astimezone(dt.UTC)
        name = delivery.run_name(alert.name, run)
        ringing = Ringing(alert.name, name, alert.query, understood, at, tuple(hits), tuple(late))
        return ringing, due


@contextmanager
def _failures_reported(alert: Alert) -> Iterator[None]:
    """Turn what stands in the way of a delivery into an error of the alert."""
    try:
        yield
    except (CommandFailedError, OSError) as error:
        reason = str(error)
        if isinstance(error, OSError) and error.strerror:
            where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
            reason = where + error.strerror
        hint = "mend the cause; it is tried again at the next run"
        raise AlertError(alert.name, reason, hint=hint) from error


def _place_of(
    name: str, to: str | os.PathLike[str] | None, form: str, command: Sequence[str]
) -> str | None:
    """The place that is kept: absolute and behind all links, a folder with a separator at its
    end."""
    if form not in FORMS:
        raise AlertError(
            name, f"no form is called {form!r}", hint=f"take one of {', '.join(FORMS)}"
        )
    if (form == "command") != bool(command):
        raise AlertError(
            name,
            "a command is given with the form command, and only with it",
            hint=f"write --format command --to {shlex.quote(shlex.join(command) or 'PROGRAM ...')}",
        )
    if to is None:
        if form not in ("text", "json", "command"):
            raise AlertError(name, f"{form} is delivered to a place", hint="say where with --to")
        return None
    if form == "command":
        raise AlertError(name, "a command has no place besides", hint="leave it out")
    path = os.fspath(to)
    place = os.path.realpath(path)
    try:
        if path.endswith((os.sep, "/")) and not os.path.isdir(place):
            os.mkdir(place)
        if os.path.isdir(place):
            return os.path.join(place, "")
        if not os.path.isdir(os.path.dirname(place)):
            raise AlertError(name, f"there is no folder for {place}", hint="make it first")
        if os.path.lexists(place) and not os.path.isfile(place):
            raise AlertError(name, f"{place} is no regular file", hint="name another")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AlertError(name, f"{place}: {reason}", hint="name another place") from error
    if form == "eml":
        raise AlertError(
            name, "letters are delivered into a folder", hint=f"write --to {shlex.quote(path)}/"
        )
    return place
