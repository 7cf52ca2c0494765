"""`searcher first`: who wrote of it first, and who never?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.asking import QueryCommand, covered, list_notes, print_nothing_found, query_text
from searcher.cli.formats import print_hit
from searcher.cli.layout import counted, day, duration, wrap
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Screen, Styled, one_line, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.first import Covered, FirstMentions, Mention
    from searcher.searching.results import Hit

__all__ = ["command"]

_INDENT = "   "


@click.command(
    cls=QueryCommand,
    short_help="Find the earliest and the latest article that match.",
    epilog="Example: searcher first '\"humanitarian truce\"' --by source",
)
@click.argument("query", nargs=-1, required=True)
@index_option
@click.option(
    "--by",
    metavar="NAME",
    help="The same of each source (byline, section, ...), in the order of who was first, and "
    "who never.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="With --by: at most N sources.",
)
@seconds_option("Give the query up after S seconds.")
@json_option("the articles")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    by: str | None,
    limit: int,
    timeout: float | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find the earliest and the latest article that match QUERY, and say what the archive
    covers: it cannot know what was written before it begins.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    with Archive.open(index) as archive:
        try:
            found = archive.first(query_text(query), by=by, limit=limit, timeout=timeout)
        except ValueError as error:
            raise click.UsageError(f"--{error}") from error
    if as_json:
        print_json(found.to_dict())
    else:
        if by is None:
            _print_ends(found)
        else:
            _print_mentions(found)
        if not quiet:
            list_notes(found.notes)
            _print_summary(found)
    return 0 if found.total else 1


def _print_ends(found: FirstMentions) -> None:
    screen = stdout()
    if found.first:
        print_hit(screen, 1, found.first, note="the earliest")
    if found.last and found.first and found.last.id != found.first.id:
        print_hit(screen, 2, found.last, note="the latest")


def _print_mentions(found: FirstMentions) -> None:
    screen = stdout()
    for rank, mention in enumerate(found.mentions, 1):
        name = f"(no {found.by})" if mention.value is None else one_line(mention.value)
        articles = counted(mention.articles, "article")
        screen.line(f"{rank}. ".ljust(len(_INDENT)), Styled(name, "bold"), f"  {articles}")
        _print_end(screen, "first", mention.first)
        if mention.last and mention.first and mention.last.id != mention.first.id:
            _print_end(screen, "last", mention.last)
        if mention.undated:
            undated = counted(mention.undated, "article")
            screen.line(_INDENT, f"{undated} without a date")
        screen.line(_INDENT, Styled(f"archive: {_covered(mention.archive)}", "dim"))
        screen.line()
    if found.never:
        screen.line(Styled("never", "bold"))
        for mention in found.never:
            _print_never(screen, mention)
        screen.line()


def _print_end(screen: Screen, which: str, hit: Hit | None) -> None:
    if hit is None:
        return
    when = day(hit.date) if hit.date else "no date"
    width = screen.width and screen.width - len(_INDENT)
    for line in wrap(f"{which} {when}  {hit.title or '(no headline)'}  {hit.id}", width):
        screen.line(_INDENT, line)


def _print_never(screen: Screen, mention: Mention) -> None:
    said = f"{one_line(mention.value or '')}  archive: {_covered(mention.archive)}"
    screen.line(_INDENT, said)


def _covered(covered: Covered) -> str:
    said = counted(covered.articles, "article")
    if covered.first and covered.last:
        said += f", {covered.first.isoformat()} to {covered.last.isoformat()}"
    return said


def _print_summary(found: FirstMentions) -> None:
    screen = stderr()
    took = duration(found.took_ms / 1000)
    if not found.total:
        print_nothing_found(found.understood, took, found.nothing)
        return
    said = counted(found.total, "article") + (" matches" if found.total == 1 else " match")
    if found.undated:
        said += f", {found.undated:,} of them without a date"
    screen.line(f"{said}; {took}")
    if found.by and found.values > len(found.mentions):
        screen.line(f"{found.values - len(found.mentions):,} more of {found.by} have it")
    if found.by and found.never_values > len(found.never):
        screen.line(f"{found.never_values - len(found.never):,} more of {found.by} never had it")
    if found.coverage.first:
        screen.line(f"nothing before {found.coverage.first.isoformat()} in this archive")
    screen.line(f"the archive has {covered(found.coverage)}")
