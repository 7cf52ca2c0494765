"""`searcher watch`: how does my archive follow a folder that others write into?"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import click

from searcher.archive import Archive
from searcher.cli.alert import print_report, print_ringing
from searcher.cli.index import summary
from searcher.cli.layout import counted
from searcher.cli.options import index_option, json_option, list_failures, quiet_option
from searcher.cli.output import flush_streams, one_line, print_json, stderr, stdout
from searcher.cli.termination import termination_as_interrupt
from searcher.errors import IndexLockedError

if TYPE_CHECKING:
    from searcher.alerting.ringing import Ringing
    from searcher.watching import WatchRound

__all__ = ["command"]

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(s|min|m|h)?")
_UNITS_S = {None: 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_LEAST_S = 0.1


def _seconds(context: click.Context, parameter: click.Parameter, value: str) -> float:
    found = _DURATION.fullmatch(value.strip())
    seconds = float(found[1]) * _UNITS_S[found[2]] if found else 0.0
    if seconds < _LEAST_S:
        raise click.BadParameter(f"{value} is no time such as 30s, 5m or 1h.", context, parameter)
    return seconds


@click.command(
    short_help="Follow folders that others write into.",
    epilog="Example: searcher watch incoming/ --every 30s --alerts",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--every",
    "every_s",
    metavar="TIME",
    default="60s",
    show_default=True,
    callback=_seconds,
    help="Look so often: 30s, 5m, 1h.",
)
@click.option(
    "--settle",
    "settle_s",
    metavar="TIME",
    default="3s",
    show_default=True,
    callback=_seconds,
    help="Read a file when it has not changed for so long.",
)
@click.option("--once", is_flag=True, help="Look once and end, for cron and timers.")
@click.option("--alerts", is_flag=True, help="Run the alerts after each look.")
@index_option
@json_option("each look that found something, as a line,")
@quiet_option
def command(
    *,
    paths: tuple[str, ...],
    every_s: float,
    settle_s: float,
    once: bool,
    alerts: bool,
    index: str,
    as_json: bool,
    quiet: bool,
) -> int:
    """Index what comes, changes and goes at each PATH, as `searcher index` does, until stopped.

    A file that is still being written is left for the next look. While another process
    writes the index, this waits. A drive that is away, or suddenly empty, drops nothing; what
    goes wrong is said and tried again. What `index` keeps for a PATH (--map, --exclude) holds.
    Ctrl-C and SIGTERM end it, with what was read committed.

    Exit codes: 0 stopped, or done with --once; 2 an error, with --once also in an alert.
    """

    def deliver(ringing: Ringing) -> None:
        if as_json:
            print_json(ringing.to_dict())
        else:
            print_ringing(ringing)
        flush_streams()  # once this returns it counts as told

    def wait(error: IndexLockedError) -> None:
        if not quiet:
            holder = f" (process {error.holder})" if error.holder else ""
            stderr().line(f"waiting: another process is writing the index{holder}")

    is_failed = False
    try:
        with termination_as_interrupt(), Archive.open_or_create(index) as archive:
            rounds = archive.watch(
                *paths,
                every_s=every_s,
                settle_s=settle_s,
                once=once,
                alerts=alerts,
                on_ring=deliver,
                on_wait=wait,
            )
            for found in rounds:
                is_failed = _has_failed(found)
                if found.has_news:
                    if as_json:
                        print_json(_as_json(found))
                    else:
                        _print(archive, found, quiet=quiet)
                flush_streams()
            if found.waiting and not quiet:
                stderr().line(f"{counted(found.waiting, 'file')} still being written: next time")
    except KeyboardInterrupt:
        if not quiet:
            stderr().line("stopped; what was read is kept")
        return 0
    return 2 if is_failed else 0


def _has_failed(found: WatchRound) -> bool:
    return found.error is not None or bool(found.alerts and found.alerts.failures)


def _as_json(found: WatchRound) -> dict[str, Any]:
    """A look as JSON values; of deliveries their names, since each has a line of its own, or
    went elsewhere."""
    values = {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), **found.to_dict()}
    if found.alerts is not None:
        values["alerts"]["ringings"] = [ringing.run for ringing in found.alerts.ringings]
    return values


def _print(archive: Archive, found: WatchRound, *, quiet: bool) -> None:
    screen = stderr()
    if found.error is not None:
        screen.line(f"searcher: {one_line(str(found.error))}; tried again at the next look")
    for folder in found.empty:
        screen.line(
            f"searcher: {one_line(folder)} is empty all at once, as if its drive were not there; "
            f"its articles stay until: searcher remove {one_line(folder)}"
        )
    if found.report is not None:
        list_failures(found.report.failed)
        if not quiet:
            said = summary(found.report, has_paths=True)
            stdout().line(f"{time.strftime('%H:%M:%S')} {said}")
    if found.alerts is not None:
        for failure in found.alerts.failures:
            screen.line(f"searcher: alert {failure.alert}: {one_line(failure.reason)}")
        if not quiet and found.alerts.ringings:
            print_report(found.alerts, {alert.name: alert for alert in archive.alerts.saved()})
