"""`searcher lines`: in which words do people speak of this?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import bidirectional

import click

from searcher.archive import Archive
from searcher.cli.asking import QueryCommand, query_text
from searcher.cli.layout import columns, counted, day, duration
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import (
    RightToLeft,
    Screen,
    Styled,
    one_line,
    print_json,
    stderr,
    stdout,
)
from searcher.direction import direction_of

if TYPE_CHECKING:
    from searcher.searching.lines import Line, Lines

__all__ = ["command"]

_COLUMNS = (
    *("id", "date", "source", "title", "field", "start", "end", "left", "match", "right"),
    *("url", "path"),
)
# Keeps what stands beside it in its place, where words of a line run from right to left.
_MARK = "\u200e"
_DATE_COLUMNS = 10
_ID_COLUMNS = 8
_LEAST_COLUMNS = 8


@click.command(
    cls=QueryCommand,
    short_help="Print every place where a query matched, in its context.",
    epilog="Example: searcher lines truce --sort right --limit 20",
)
@click.argument("query", nargs=-1, required=True)
@index_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    metavar="N",
    help="Print at most N lines; all are counted.",
)
@click.option("--all", "every", is_flag=True, help="Print all lines.")
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Leave out the first N lines.",
)
@click.option(
    "--sort",
    type=click.Choice(["document", "left", "right", "date", "-date"]),
    default="document",
    show_default=True,
    help="The best article first, by the words to the left or to the right, or by date.",
)
@click.option(
    "--width",
    type=click.IntRange(min=0, max=10_000),
    default=40,
    show_default=True,
    metavar="N",
    help="Characters on either side; on a terminal as many as there is room for.",
)
@click.option(
    "--words",
    type=click.IntRange(min=0, max=10_000),
    metavar="N",
    help="Words on either side, instead of characters.",
)
@seconds_option("Give up after S seconds.")
@json_option("the lines, with offsets into the stored text,")
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    limit: int,
    every: bool,
    offset: int,
    sort: str,
    width: int,
    words: int | None,
    timeout: float | None,
    as_json: bool,
    as_csv: bool,
    quiet: bool,
) -> int:
    """Print keywords in context: a line for each place where a part of QUERY matched.

    The place stands in the middle, with what is on both sides of it; date and the beginning
    of the article's id come first. Of `a w/5 b` both sides are one place. Sorted by left or
    right neighbours, all articles that match are read, which takes a while if they are many.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    if as_json and as_csv:
        raise click.UsageError("give --json or --csv, not both")
    with Archive.open(index) as archive:
        lines = archive.lines(
            query_text(query),
            limit=None if every else limit,
            offset=offset,
            sort=sort,
            width=width if words is None else words,
            unit="characters" if words is None else "words",
            timeout=timeout,
        )
    if as_json:
        print_json(lines.to_dict())
    elif as_csv:
        from searcher.cli.spreadsheet import print_csv

        print_csv(_COLUMNS, (_cells(line) for line in lines))
    else:
        _print(lines)
    if not quiet and not as_json:
        _print_summary(lines)
    return 0 if lines.total else 1


def _cells(line: Line) -> list[str | int | None]:
    values = line.to_dict()
    return [values[name] for name in _COLUMNS]


def _print(lines: Lines) -> None:
    """The lines, the places one below the other; a line goes in the direction of its own
    script, so what is before the place stands on the right of it in Arabic."""
    screen = stdout()
    rows = [(line, _flat(line.left), _flat(line.match), _flat(line.right)) for line in lines]
    most = max((columns(left) for _, left, _, _ in rows), default=0)
    if screen.width is not None:
        room = screen.width - _DATE_COLUMNS - _ID_COLUMNS - 4
        # A place in the middle of what room there is, and longer ones reach to the right.
        most = min(most, max(_LEAST_COLUMNS, room * 2 // 5))
    shown = []
    for line, left, match, right in rows:
        left = _last_columns(left, most)
        left = " " * (most - columns(left)) + left
        if screen.width is not None:
            rest = room - most - columns(match)
            right = _first_columns(right, max(_LEAST_COLUMNS, rest))
        shown.append((line, left, match, right, direction_of(left + match + right) == "rtl"))
    # A line that runs from right to left begins at the right edge of the longest of them.
    widest = max((columns(m + right) for _, _, m, right, is_rtl in shown if is_rtl), default=0)
    for line, left, match, right, is_rtl in shown:
        if is_rtl:
            right += " " * (widest - columns(match + right))
            pieces = (left, Styled(match, "match"), right)
            screen.line(_place(line), "  ", RightToLeft(pieces))
        else:
            _print_line(screen, line, left, match, right)


def _place(line: Line) -> Styled:
    when = day(line.date) if line.date else ""
    id = f"{one_line(line.id)[:_ID_COLUMNS]:{_ID_COLUMNS}}"
    return Styled(f"{when:{_DATE_COLUMNS}} {id}", "dim")


def _print_line(screen: Screen, line: Line, left: str, match: str, right: str) -> None:
    mark = _MARK if any(bidirectional(c) in ("R", "AL") for c in left + match + right) else ""
    screen.line(_place(line), f"  {mark}{left}{mark}", Styled(match, "match"), mark, right)


def _flat(text: str) -> str:
    """A text on one line, its blanks as they are at its ends, which touch the place."""
    flat = one_line(" ".join(text.split()))
    if not flat:
        return " " if text else ""
    before, behind = text[0].isspace(), text[-1].isspace()
    return f"{' ' if before else ''}{flat}{' ' if behind else ''}"


def _last_columns(text: str, most: int) -> str:
    """The end of a text in so many columns."""
    start = max(0, len(text) - most)
    while columns(text[start:]) > most:
        start += 1
    return text[start:]


def _first_columns(text: str, most: int) -> str:
    """The beginning of a text in so many columns."""
    end = min(len(text), most)
    while columns(text[:end]) > most:
        end -= 1
    return text[:end]


def _print_summary(lines: Lines) -> None:
    took = duration(lines.took_ms / 1000)
    if not lines.total:
        stderr().line(f"nothing found for {one_line(lines.understood)}, {took}")
        return
    said = f"{counted(lines.total, 'place')} in {counted(lines.articles, 'article')}"
    if len(lines) < lines.total:
        said += f", of which {len(lines):,} are shown"
    stderr().line(f"{said}; {took}")
