"""`searcher facets`: how are the articles that match spread over sources, bylines, years?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.asking import QueryCommand, list_notes, print_nothing_found, query_text
from searcher.cli.bars import Line, print_bars
from searcher.cli.layout import UNITS, counted, counted_units, duration, percent
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Styled, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.facets import Facet, FacetRow, Facets

__all__ = ["command"]


@click.command(
    cls=QueryCommand,
    short_help="Count the articles that match by source, byline, year.",
    epilog="Example: searcher facets 'truce OR ceasefire' --by source,year",
)
@click.argument("query", nargs=-1, required=True)
@index_option
@click.option(
    "--by",
    metavar="NAME,...",
    help="What to count by: byline, a field with values (source, section, language, those of "
    "your own), or year, month, week, day. By default source, byline, section, language, year.",
)
@click.option(
    "--value",
    "values",
    metavar="NAME",
    multiple=True,
    help="Count by this field too, as in country. May be repeated.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Show at most N rows of each.",
)
@click.option("--all", "every", is_flag=True, help="Show all rows.")
@click.option(
    "--sort",
    type=click.Choice(["count", "name"]),
    default="count",
    show_default=True,
    help="Most articles first, or by name.",
)
@click.option(
    "--count",
    "unit",
    type=click.Choice(list(UNITS)),
    default="articles",
    show_default=True,
    help="Count each text once, or each story, by its earliest article that matches.",
)
@click.option(
    "--share",
    is_flag=True,
    help="Show the share of all the archive has of each, and draw that.",
)
@seconds_option("Give the query up after S seconds.")
@json_option("the counts")
@click.option("--csv", "as_csv", is_flag=True, help="Print the counts as CSV.")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    by: str | None,
    values: tuple[str, ...],
    limit: int,
    every: bool,
    sort: str,
    unit: str,
    share: bool,
    timeout: float | None,
    as_json: bool,
    as_csv: bool,
    quiet: bool,
) -> int:
    """Count all articles that match QUERY by source, byline, section, language and year.

    Counts are exact. Articles that have no such value are a row of their own. An article with
    several values, such as two bylines, counts in each of their rows, which can then add up to
    more than the articles. A source of which the archive has twice as much has twice as many
    articles on anything: --share sets that off.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    if as_json and as_csv:
        raise click.UsageError("give --json or --csv, not both")
    chosen = by if by is not None else "" if values else _USUAL
    with Archive.open(index) as archive:
        try:
            facets = archive.facets(
                query_text(query),
                [*chosen.split(","), *values],
                limit=None if every else limit,
                sort=sort,
                timeout=timeout,
                count=unit,
                share=share,
            )
        except ValueError as error:
            raise click.UsageError(f"--{error}") from error
    if as_json:
        print_json(facets.to_dict())
    elif as_csv:
        _print_csv(facets, share=share)
    else:
        _print(facets, share=share)
    if not quiet and not as_json:
        list_notes(facets.notes)
        _print_summary(facets)
    return 0 if facets.total else 1


_USUAL = "source,byline,section,language,year"


def _print(facets: Facets, *, share: bool) -> None:
    screen = stdout()
    for facet in facets.facets if facets.total else ():
        kinds = counted(facet.values, "value")
        more = facet.values - len(facet.rows)
        screen.line(
            Styled(facet.by, "bold"),
            f"  {kinds}" + (f", {more:,} of them not shown" if more else ""),
        )
        lines = [_line(row, share=share) for row in facet.rows]
        if more:
            lines.append(_apart("(others)", facet.other, [""] * share))
        if facet.without:
            percents = [_percent(facet.share_without)] * share
            lines.append(_apart("(none)", facet.without, percents))
        print_bars(screen, lines)
        screen.line()


def _line(row: FacetRow, *, share: bool) -> Line:
    size = row.share if share else row.articles
    return Line(row.value, [f"{row.articles:,}", *[_percent(row.share)] * share], size)


def _apart(name: str, articles: int, percents: list[str]) -> Line:
    return Line(name, [f"{articles:,}", *percents], None, apart=True)


def _percent(share: float | None) -> str:
    return "-" if share is None else percent(share)


def _print_csv(facets: Facets, *, share: bool) -> None:
    from searcher.cli.spreadsheet import print_csv

    print_csv(
        ("by", "value", facets.unit, *(("archive", "share") if share else ())),
        (row for facet in facets.facets for row in _rows(facet, share=share)),
    )


def _rows(facet: Facet, *, share: bool) -> list[list[str | int | float | None]]:
    counted: list[tuple[str | None, int, int | None, float | None]] = [
        (row.value, row.articles, row.archive, row.share) for row in facet.rows
    ]
    if facet.without:
        counted.append((None, facet.without, facet.archive_without, facet.share_without))
    return [
        [facet.by, value, articles, *([archive, part and round(part, 6)] if share else [])]
        for value, articles, archive, part in counted
    ]


def _print_summary(facets: Facets) -> None:
    screen = stderr()
    took = duration(facets.took_ms / 1000)
    if not facets.total:
        print_nothing_found(facets.understood, took, facets.nothing)
        return
    said = counted_units(facets.total, facets.unit) + (
        " matches" if facets.total == 1 else " match"
    )
    several = [f.by for f in facets.facets if f.articles_counted > facets.total]
    if several:
        said += f"; some count in several rows of {' and '.join(several)}"
    screen.line(f"{said}; {took}")
    hidden = [f"{f.values - len(f.rows):,} of {f.by}" for f in facets.facets]
    left = [text for text, f in zip(hidden, facets.facets, strict=True) if f.values > len(f.rows)]
    if left:
        screen.line(f"not shown: {', '.join(left)}; --all shows every row")
