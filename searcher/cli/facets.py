"""`searcher facets`: how are the articles that match spread over sources, bylines, years?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.asking import QueryCommand, list_notes, print_nothing_found, query_text
from searcher.cli.bars import Line, print_bars
from searcher.cli.layout import UNITS, counted, counted_units, duration
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Styled, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.facets import Facet, Facets

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
    timeout: float | None,
    as_json: bool,
    as_csv: bool,
    quiet: bool,
) -> int:
    """Count all articles that match QUERY by source, byline, section, language and year.

    Counts are exact. Articles that have no such value are a row of their own. An article with
    several values, such as two bylines, counts in each of their rows, which can then add up to
    more than the articles.

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
            )
        except ValueError as error:
            raise click.UsageError(f"--{error}") from error
    if as_json:
        print_json(facets.to_dict())
    elif as_csv:
        _print_csv(facets)
    else:
        _print(facets)
    if not quiet and not as_json:
        list_notes(facets.notes)
        _print_summary(facets)
    return 0 if facets.total else 1


_USUAL = "source,byline,section,language,year"


def _print(facets: Facets) -> None:
    screen = stdout()
    for facet in facets.facets if facets.total else ():
        kinds = counted(facet.values, "value")
        more = facet.values - len(facet.rows)
        screen.line(
            Styled(facet.by, "bold"),
            f"  {kinds}" + (f", {more:,} of them not shown" if more else ""),
        )
        lines = [Line(row.value, [f"{row.articles:,}"], row.articles) for row in facet.rows]
        if more:
            lines.append(Line("(others)", [f"{facet.other:,}"], None, apart=True))
        if facet.without:
            lines.append(Line("(none)", [f"{facet.without:,}"], None, apart=True))
        print_bars(screen, lines)
        screen.line()


def _print_csv(facets: Facets) -> None:
    from searcher.cli.spreadsheet import print_csv

    print_csv(
        ("by", "value", facets.unit),
        (row for facet in facets.facets for row in _rows(facet)),
    )


def _rows(facet: Facet) -> list[tuple[str, str | None, int]]:
    rows: list[tuple[str, str | None, int]] = [
        (facet.by, row.value, row.articles) for row in facet.rows
    ]
    if facet.without:
        rows.append((facet.by, None, facet.without))
    return rows


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
