"""`searcher timeline`: when were the articles that match published?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.asking import QueryCommand, covered, list_notes, print_nothing, query_text
from searcher.cli.bars import Line, print_bars
from searcher.cli.layout import UNITS, counted, duration, percent
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Styled, one_line, print_json, stderr, stdout
from searcher.searching.periods import PERIODS

if TYPE_CHECKING:
    from searcher.searching.timeline import Timeline, TimelinePeriod, TimelineSeries

__all__ = ["command"]

_NOT_TOLD = "-"


@click.command(
    cls=QueryCommand,
    short_help="Count the articles that match by day, week, month or year.",
    epilog="Example: searcher timeline truce --with ceasefire --by year --share",
)
@click.argument("query", nargs=-1, required=True)
@index_option
@click.option(
    "--by",
    type=click.Choice(PERIODS),
    default="month",
    show_default=True,
    help="The length of a row.",
)
@click.option(
    "--with",
    "others",
    metavar="QUERY2",
    multiple=True,
    help="Compare with this query. May be repeated.",
)
@click.option(
    "--split",
    metavar="NAME",
    help="A timeline of each source (byline, section, ...), those with most articles first.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="With --split: at most N sources.",
)
@click.option("--share", is_flag=True, help="Show and draw the part of all articles of that time.")
@click.option(
    "--whole", is_flag=True, help="Over all the time of the archive, not only of the matches."
)
@click.option(
    "--count",
    "unit",
    type=click.Choice(list(UNITS)),
    default="articles",
    show_default=True,
    help="Count each text once, or each story, by its earliest article that matches.",
)
@seconds_option("Give a query up after S seconds.")
@json_option("the counts")
@click.option("--csv", "as_csv", is_flag=True, help="Print the counts as CSV.")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    by: str,
    others: tuple[str, ...],
    split: str | None,
    limit: int,
    share: bool,
    whole: bool,
    unit: str,
    timeout: float | None,
    as_json: bool,
    as_csv: bool,
    quiet: bool,
) -> int:
    """Count all articles that match QUERY by the day, week, month or year of publication.

    Articles count on their own printed day, and those without a date are told apart. Beside
    each count stands how many articles the archive has of that time. Where the archive has
    none a gap is shown and no count: nobody can say that nothing was written then. With
    --split source, a gap is also where one source has nothing and usually has something.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    if as_json and as_csv:
        raise click.UsageError("give --json or --csv, not both")
    with Archive.open(index) as archive:
        try:
            timeline = archive.timeline(
                query_text(query),
                *(query_text([other]) for other in others),
                by=by,
                split=split,
                limit=limit,
                whole=whole,
                timeout=timeout,
                count=unit,
            )
        except ValueError as error:
            raise click.UsageError(str(error).replace("by is", "--split is", 1)) from error
    if as_json:
        print_json(timeline.to_dict())
    elif as_csv:
        _print_csv(timeline)
    elif split is None:
        _print_together(timeline, share=share)
    else:
        _print_split(timeline, share=share)
    if not quiet and not as_json:
        list_notes(timeline.notes)
        _print_summary(timeline)
    return 0 if any(timeline.totals) else 1


def _print_together(timeline: Timeline, *, share: bool) -> None:
    """Each period once, with a row of each query below the other."""
    if not any(timeline.totals):
        return
    several = len(timeline.series) > 1
    lines = []
    for rows in zip(*(series.periods for series in timeline.series), strict=True):
        for number, (series, period) in enumerate(zip(timeline.series, rows, strict=True)):
            if period.gap and number:
                continue
            name = period.label if not number else ""
            second = series.query if several and not period.gap else ""
            lines.append(_line(name, period, share=share, second=second))
    for number, series in enumerate(timeline.series):
        if series.undated:
            second = series.query if several else ""
            name = "(no date)" if second or not number else ""
            lines.append(_undated(name, series, share=share, second=second))
    print_bars(stdout(), lines)


def _print_split(timeline: Timeline, *, share: bool) -> None:
    """A block for each value, all drawn to one scale."""
    screen = stdout()
    several = len(timeline.totals) > 1
    blocks = []
    for series in timeline.series:
        lines = [_line(name, period, share=share) for name, period in _joined(series.periods)]
        if series.undated:
            lines.append(_undated("(no date)", series, share=share))
        blocks.append((series, lines))
    sizes = [line.size for _, lines in blocks for line in lines if line.size is not None]
    for series, lines in blocks:
        title = f"(no {timeline.split})" if series.value is None else one_line(series.value)
        said = f"  {counted(series.total, 'article')}"
        if several:
            said += f" for {one_line(series.query)}"
        if gaps := sum(period.length for period in series.periods if period.gap):
            said += f", {counted(gaps, timeline.by)} with a gap"
        screen.line(Styled(title, "bold"), said)
        print_bars(screen, lines, largest=max(sizes, default=0))
        screen.line()


def _joined(periods: Sequence[TimelinePeriod]) -> Iterator[tuple[str, TimelinePeriod]]:
    """Periods with their names; those in a row that have no count are one."""
    for (is_counted, _), run in groupby(periods, lambda p: (p.articles is not None, p.gap)):
        together = list(run)
        if is_counted or len(together) == 1:
            yield from ((period.label, period) for period in together)
        else:
            first, last = (period.label for period in (together[0], together[-1]))
            yield f"{first.partition('..')[0]}..{last.rpartition('..')[2]}", together[0]


def _line(name: str, period: TimelinePeriod, *, share: bool, second: str = "") -> Line:
    if period.articles is None:
        told = "gap" if period.gap else _NOT_TOLD
        return Line(name, [told, *([_NOT_TOLD] * share)], None, second, apart=True)
    numbers = [f"{period.articles:,}"]
    if not share:
        return Line(name, numbers, period.articles, second)
    return Line(name, [*numbers, percent(period.share or 0.0)], period.share, second)


def _undated(name: str, series: TimelineSeries, *, share: bool, second: str = "") -> Line:
    numbers = [f"{series.undated:,}"]
    if share:
        there = series.archive_undated
        numbers.append(percent(series.undated / there) if there else _NOT_TOLD)
    return Line(name, numbers, None, second, apart=True)


def _print_csv(timeline: Timeline) -> None:
    from searcher.cli.spreadsheet import print_csv

    split = [timeline.split] if timeline.split else []
    header = ["period", "first", "last", "length", "query", *split]
    print_csv([*header, timeline.unit, "archive", "share", "gap"], _rows(timeline))


def _rows(timeline: Timeline) -> Iterator[list[str | int | float | None]]:
    for series in timeline.series:
        value = [series.value] if timeline.split else []
        for period in series.periods:
            row = period.to_dict()
            yield [
                *(row[name] for name in ("period", "first", "last", "length")),
                series.query,
                *value,
                *(row[name] for name in ("articles", "archive", "share")),
                "yes" if period.gap else "no",
            ]
        if series.undated:
            there = series.archive_undated
            share = round(series.undated / there, 6)
            yield [None] * 4 + [series.query, *value, series.undated, there, share, "no"]


def _print_summary(timeline: Timeline) -> None:
    screen = stderr()
    took = duration(timeline.took_ms / 1000)
    if not any(timeline.totals):
        asked = " and ".join(dict.fromkeys(one_line(s.understood) for s in timeline.series))
        screen.line(f"nothing found{f' for {asked}' if asked else ''}, {took}")
        if timeline.nothing:
            print_nothing(timeline.nothing)
        return
    said = " and ".join(f"{total:,}" for total in timeline.totals)
    unit = timeline.unit
    noun = f"{UNITS[unit]} matches" if timeline.totals == (1,) else f"{unit} match"
    screen.line(f"{said} {noun}; {took}")
    if timeline.split and timeline.other:
        shown = len({series.value for series in timeline.series if series.value is not None})
        screen.line(
            f"not shown: {timeline.values - shown:,} more of {timeline.split}, which count "
            f"{timeline.other:,} times; --limit shows more"
        )
    screen.line(f"the archive has {covered(timeline.coverage)}")
