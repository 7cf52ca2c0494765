"""`searcher query`: which articles answer this?"""

from __future__ import annotations

import re

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, day, duration, marked, near_path, wrap
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import Screen, Styled, one_line, print_json, stderr, stdout
from searcher.errors import QueryError
from searcher.searching.results import Hit, Results

__all__ = ["command"]

_INDENT = "   "
_TAKE_VALUES = {"--index", "--limit", "--offset", "--sort"}
_NOT_AN_OPTION = "\0"


class _QueryCommand(click.Command):
    """Takes `-word` as a part of the query, which leaves a word out, not as an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before = ["", *args]
        shielded = [
            _NOT_AN_OPTION + arg if _is_excluded_word(arg) and last not in _TAKE_VALUES else arg
            for last, arg in zip(before, args, strict=False)
        ]
        return super().parse_args(ctx, shielded)


def _is_excluded_word(arg: str) -> bool:
    return len(arg) > 1 and arg[0] == "-" and arg[1] != "-" and arg != "-h"


@click.command(
    cls=_QueryCommand,
    epilog="Example: searcher query '\"humanitarian truce\" since:2019-04' --limit 5",
)
@click.argument("query", nargs=-1, required=True)
@index_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Show at most N articles.",
)
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Leave out the first N articles.",
)
@click.option(
    "--sort",
    type=click.Choice(["score", "date", "-date"]),
    default="score",
    show_default=True,
    help="Best first, oldest first or newest first.",
)
@json_option("the results")
@click.option("--ids", is_flag=True, help="Print ids only, one on a line, for pipes.")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    limit: int,
    offset: int,
    sort: str,
    as_json: bool,
    ids: bool,
    quiet: bool,
) -> int:
    """Find articles that answer QUERY.

    Words match their inflections, and more of them is better. "Words in quotes" match
    as a phrase, -word leaves articles out, AND, OR and NOT do what they say, and
    title:, byline:, source:, since: and until: look in one place. Quote the whole
    query for the shell: '"humanitarian truce" -football'.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    if as_json and ids:
        raise click.UsageError("--json and --ids exclude each other")
    text = " ".join(word.removeprefix(_NOT_AN_OPTION) for word in query)
    if re.search("[\ud800-\udfff]", text):
        raise QueryError("the query is not UTF-8 text")
    with Archive.open(index) as archive:
        results = archive.search(text, limit=limit, offset=offset, sort=sort)
    if as_json:
        print_json(results.to_dict())
    elif ids:
        for hit in results:
            stdout().line(one_line(hit.id))
    else:
        screen = stdout()
        for rank, hit in enumerate(results, offset + 1):
            _print_hit(screen, rank, hit)
        if not quiet:
            stderr().line(_summary(results, offset))
    return 0 if results.total else 1


def _print_hit(screen: Screen, rank: int, hit: Hit) -> None:
    width = screen.width and screen.width - len(_INDENT)
    number = f"{rank}. "
    first, *rest = wrap(hit.title or "(no headline)", width)
    screen.line(number.ljust(len(_INDENT)), Styled(first, "bold"))
    for line in rest:
        screen.line(_INDENT, Styled(line, "bold"))
    facts = [hit.source, hit.date and day(hit.date), ", ".join(hit.byline)]
    if any(facts):
        for line in wrap(" · ".join(fact for fact in facts if fact), width):
            screen.line(_INDENT, line)
    for pieces in marked(wrap(hit.snippet, width), has_colour=screen.has_colour):
        screen.line(_INDENT, *pieces)
    place = near_path(hit.path) if hit.path else hit.url
    screen.line(
        _INDENT, Styled(f"{one_line(place)}  {one_line(hit.id)}" if place else hit.id, "dim")
    )
    screen.line()


def _summary(results: Results, offset: int) -> str:
    took = duration(results.took_ms / 1000)
    if not results.total:
        return f"nothing found for {one_line(results.understood)}, {took}"
    said = counted(results.total, "article") + (" matches" if results.total == 1 else " match")
    if results.matching_all != results.total:
        said += f" ({results.matching_all:,} hold all the words)"
    if len(results) < results.total:
        if results.hits:
            said += f"; {offset + 1:,} to {offset + len(results):,} shown"
        if results.hits and offset + len(results) < results.total:
            said += f", the next with --offset {offset + len(results)}"
    return f"{said}; {took}"
