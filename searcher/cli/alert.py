"""`searcher alert`: what is new that I asked to be told of?"""

from __future__ import annotations

import datetime as dt
import shlex
from typing import TYPE_CHECKING, Literal

import click

from searcher.alerting.forms import LATE_COPIES, counted_news, named
from searcher.archive import Archive
from searcher.cli.formats import print_hit
from searcher.cli.layout import counted, wrap
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import Styled, flush_streams, one_line, print_json, stderr, stdout
from searcher.errors import AlertError

if TYPE_CHECKING:
    from searcher.alerting.rehearsal import Rehearsal
    from searcher.alerting.ringing import Ringing, RunReport
    from searcher.alerting.saved import Alert

__all__ = ["command", "print_report", "print_ringing"]

_FORMS = ("text", "json", "atom", "eml", "command")
_WEEK = 7
_BAR = 40


class _AlertCommands(click.Group):
    """The commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_AlertCommands,
    name="alert",
    short_help="Tell what is new that answers saved queries.",
    epilog="Example: searcher alert add sahel 'niger OR mali' --to alerts/ --format eml",
)
def command() -> None:
    """Keep queries that are asked of whatever arrives, and deliver what they find.

    An alert rings once for each article that is new in the archive, whatever its date; not for
    one that is read again or changed. Copies of a text are told as one. In a row of words every
    word must be there. `test` says how often a query would have rung, `add` keeps it, and `run`,
    after each `index` or by cron, delivers what is new. What is kept lies beside the index, in
    DIR.alerts; of an archive on a cluster among your own state, ~/.local/state/searcher/alerts.
    """


@command.command(
    short_help="Keep a query, for what arrives from now on.",
    epilog="Example: searcher alert add oil 'opec w/10 cut*' --to oil.atom --format atom",
)
@click.argument("name", metavar="NAME")
@click.argument("query", metavar="QUERY")
@click.option(
    "--to",
    metavar="PLACE",
    help="Where to: a folder (a file each time), a file, or, with --format command, a program "
    "and its arguments, which no shell runs. Without it `run` prints.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    help="As what: lines for people, JSON, an Atom feed, letters (EML, into a folder), or JSON "
    "on the standard input of a program.",
)
@click.option(
    "--source", "sources", metavar="NAME", multiple=True, help="Of this publication. Repeatable."
)
@click.option(
    "--group",
    type=click.Choice(("copies", "none")),
    default="copies",
    show_default=True,
    help="Tell each text once and name its copies, or each article by itself.",
)
@click.option(
    "--replace", is_flag=True, help="Change an alert of that name; it stays where it has come to."
)
@index_option
@json_option("the alert")
def add(
    *,
    name: str,
    query: str,
    to: str | None,
    form: str,
    sources: tuple[str, ...],
    group: Literal["copies", "none"],
    replace: bool,
    index: str,
    as_json: bool,
) -> int:
    """Keep QUERY as the alert NAME, for what arrives from now on.

    A file as PLACE is written on at its end; as a feed it is made anew, with the newest 500
    articles. A PLACE that ends with / is a folder, and made if it is not there. Into files,
    folders and feeds each article is delivered exactly once, whatever is killed; a program may
    be told twice under one name (SEARCHER_ALERT_RUN), and is told again if it fails.

    What an alert runs or writes it does on this machine and for you only; in a copy of the
    archive, or by another user, it must be trusted first (`trust`).
    """
    command: list[str] = []
    if form == "command":
        try:
            command = shlex.split(to or "")
        except ValueError as error:
            raise click.UsageError(f"--to cannot be read as a program: {error}") from error
        if not command:
            raise click.UsageError("say which program with --to")
        to = None
    with Archive.open(index) as archive:
        alert = archive.alerts.add(
            name,
            query,
            to=to,
            form=form,
            command=command,
            sources=sources,
            group=group,
            replace=replace,
        )
        rehearsal = archive.alerts.rehearse(name, sample=0)
    if as_json:
        print_json(alert.to_dict())
        return 0
    screen = stderr()
    screen.line(f"{alert.name}: asks {one_line(rehearsal.understood)}; {_frequency(rehearsal)}")
    return 0


@command.command(
    "list", short_help="Show the alerts.", epilog="Example: searcher alert list --json"
)
@index_option
@json_option("the alerts")
def show(*, index: str, as_json: bool) -> int:
    """Show the alerts, and where each is delivered.

    Exit codes: 0 found, 1 there are none, 2 an error.
    """
    with Archive.open(index) as archive:
        alerts = archive.alerts.saved()
        strange = {alert.name for alert in archive.alerts.untrusted()}
    if as_json:
        print_json([{**a.to_dict(), "trusted": a.name not in strange} for a in alerts])
    else:
        for alert in alerts:
            stdout().line(Styled(alert.name, "bold"), f"  {one_line(alert.query)}")
            stdout().line(f"   {_described(alert)}")
            if alert.name in strange:
                stdout().line("   not delivered: it was not added here by you (alert trust)")
    return 0 if alerts else 1


@command.command(
    short_help="Deliver what is new.",
    epilog="Example: searcher index news/ --quiet; searcher alert run --quiet",
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--skip", is_flag=True, help="Count what is there as reported; deliver nothing of it."
)
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=600.0,
    show_default=True,
    metavar="S",
    help="Wait at most S seconds for another run to end.",
)
@index_option
@json_option("each delivery, and each failure, as a line")
@quiet_option
def run(
    *, names: tuple[str, ...], skip: bool, wait_s: float, index: str, as_json: bool, quiet: bool
) -> int:
    """Deliver what has arrived since the last run; of all alerts if none is named.

    Safe to run at any time: two at once take turns, and one that is killed repeats nothing and
    loses nothing. An alert that cannot be run stops only itself, and is tried again.

    Exit codes: 0 something is new, 1 nothing is, 2 an alert failed, or another error.
    """
    with Archive.open(index) as archive:
        if skip:
            arrived = archive.alerts.skip(*names)
            if not quiet:
                stderr().line(f"{counted(arrived, 'article')} counted as reported")
            return 0

        def deliver(ringing: Ringing) -> None:
            if as_json:
                print_json(ringing.to_dict())
            else:
                print_ringing(ringing)
            flush_streams()  # once this returns it counts as told

        report = archive.alerts.run(*names, on_ring=deliver, wait_s=wait_s)
        places = {alert.name: alert for alert in archive.alerts.saved()}
    if as_json:
        for ringing in report.ringings:
            if _is_delivered(places.get(ringing.alert)):
                print_json(ringing.to_dict())
        for failure in report.failures:
            print_json(failure.to_dict())
    for failure in report.failures:
        stderr().line(f"searcher: alert {failure.alert}: {one_line(failure.reason)}")
    if not quiet and not as_json:
        print_report(report, places)
    return 2 if report.failures else 0 if report.ringings or report.finished else 1


@command.command(
    short_help="Say how often a query would have rung.",
    epilog="Example: searcher alert test 'opec w/10 cut*' --days 30",
)
@click.argument("query", metavar="NAME|QUERY")
@click.option(
    "--days",
    type=click.IntRange(min=1, max=36600),
    default=90,
    show_default=True,
    metavar="N",
    help="Of the last N days of the archive.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="Show the N newest articles.",
)
@click.option(
    "--source", "sources", metavar="NAME", multiple=True, help="Of this publication. Repeatable."
)
@index_option
@json_option("the counts of each day, and the articles")
def test(
    *, query: str, days: int, sample: int, sources: tuple[str, ...], index: str, as_json: bool
) -> int:
    """Say how often an alert would have rung in the last days of the archive.

    Days are those of publication, counted back from the newest article.

    Exit codes: 0 it would have rung, 1 it would not, 2 an error.
    """
    with Archive.open(index) as archive:
        found = archive.alerts.rehearse(query, sources=sources, days=days, sample=sample)
    if as_json:
        print_json(found.to_dict())
    else:
        _print_rehearsal(found)
    return 0 if found.in_days else 1


@command.command(
    short_help="Let alerts deliver that were not added here by you.",
    epilog="Example: searcher alert list; searcher alert trust oil",
)
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@index_option
@json_option("the alerts")
@quiet_option
def trust(*, names: tuple[str, ...], index: str, as_json: bool, quiet: bool) -> int:
    """Let alerts deliver to where they say, after you have looked at them.

    An archive that was unpacked, copied or moved may bring alerts with it, and they run programs
    and write files as you. So those that you did not add here are not delivered: `list` and `run`
    name them and say what they would do. With NAME they do it from now on.
    """
    with Archive.open(index) as archive:
        saved = {alert.name: alert for alert in archive.alerts.saved()}
        for name in names:
            if name not in saved:
                raise AlertError(
                    name, "there is no such alert", hint="searcher alert list shows all"
                )
        alerts = archive.alerts.trust(*(saved[name] for name in dict.fromkeys(names)))
    if as_json:
        print_json([{**alert.to_dict(), "trusted": True} for alert in alerts])
    elif not quiet:
        for alert in alerts:
            stderr().line(f"{alert.name}: {_described(alert)}")
    return 0


@command.command(short_help="Forget alerts.", epilog="Example: searcher alert remove oil")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@index_option
@quiet_option
def remove(*, names: tuple[str, ...], index: str, quiet: bool) -> int:
    """Forget alerts; what they have delivered stays."""
    with Archive.open(index) as archive:
        archive.alerts.remove(*dict.fromkeys(names))
    if not quiet:
        stderr().line(f"{counted(len(set(names)), 'alert')} removed")
    return 0


def _described(alert: Alert) -> str:
    said = [f"added {alert.added[:10]}"]
    if alert.sources:
        said.append(f"of {', '.join(alert.sources)}")
    if alert.command:
        said.append(f"to the program {shlex.join(alert.command)}")
    else:
        said.append(f"{alert.form} to {alert.to}" if alert.to else f"{alert.form}, printed")
    return one_line("; ".join(said))


def _is_delivered(alert: Alert | None) -> bool:
    """Whether it has a place of its own, so that nothing was printed."""
    return alert is not None and (alert.to is not None or bool(alert.command))


def print_ringing(ringing: Ringing) -> None:
    """Print one delivery for people."""
    screen = stdout()
    news = f"{ringing.alert}: {counted_news(ringing)} for {ringing.query}"
    for line in wrap(news, screen.width):
        screen.line(Styled(line, "bold"))
    screen.line()
    for rank, hit in enumerate(ringing.hits, 1):
        copies = hit.copies.articles if hit.copies else ()
        also = "also: " + "; ".join(map(named, copies)) if copies else None
        print_hit(screen, rank, hit._replace(copies=None), note=also)
    if ringing.late_copies:
        screen.line(LATE_COPIES)
        for copy in ringing.late_copies:
            for line in wrap(named(copy), screen.width and screen.width - 3):
                screen.line("   ", line)
        screen.line()


def print_report(report: RunReport, places: dict[str, Alert]) -> None:
    """Say what was delivered elsewhere than to the terminal, or that nothing was."""
    screen = stderr()
    for name in report.finished:
        screen.line(f"{name}: finished, after a run that was stopped")
    for ringing in report.ringings:
        if _is_delivered(alert := places.get(ringing.alert)):
            assert alert is not None
            where = alert.to or shlex.join(alert.command)
            screen.line(f"{ringing.run}: {counted_news(ringing)}, to {one_line(where)}")
    if not report.ringings:
        arrived = counted(report.arrived, "article")
        screen.line(f"nothing new for any alert; {arrived} arrived")


def _frequency(found: Rehearsal) -> str:
    if found.first is None:
        return "the archive has no dated article to try it on"
    if not found.in_days:
        return f"it would not have rung in the last {counted(found.days, 'day')} of the archive"
    return (
        f"in the last {counted(found.days, 'day')} of the archive it would have rung for "
        f"{counted(found.in_days, 'article')} on {counted(len(found.counts), 'day')}, "
        f"{found.mean:.1f} a day, at most {found.most:,}"
    )


def _print_rehearsal(found: Rehearsal) -> None:
    screen = stdout()
    for rank, hit in enumerate(found.sample, 1):
        print_hit(screen, rank, hit)
    if found.first is not None and found.last is not None:
        _print_weeks(found, found.first, found.last)
    note = stderr()
    note.line(f"asks {one_line(found.understood)}; {_frequency(found)}")
    undated = f", {found.undated:,} of them without a date" if found.undated else ""
    note.line(f"{counted(found.total, 'article')} in all of the archive{undated}")


def _print_weeks(found: Rehearsal, first: dt.date, last: dt.date) -> None:
    """A bar for each week, the last of seven days that end with the last day."""
    weeks: list[tuple[dt.date, int]] = []
    for number in range(-(-found.days // _WEEK)):
        end = last.toordinal() - number * _WEEK
        days = range(max(first.toordinal(), end - _WEEK + 1), end + 1)
        counts = (found.counts.get(dt.date.fromordinal(day), 0) for day in days)
        weeks.append((dt.date.fromordinal(days[0]), sum(counts)))
    most = max((count for _, count in weeks), default=0) or 1
    screen = stdout()
    for day, count in reversed(weeks):
        bar = "█" * -(-count * _BAR // most)
        screen.line(f"{day.isoformat()}  {count:>7,}  {bar}".rstrip())
