"""How do commands take a query, and what do they say of it besides their answer?

What several commands with a query share: words that begin with a minus are part of it, what
was probably meant otherwise is noted, and if it finds nothing, the archive's coverage and the
parts that fail are told.  Notes and coverage go to stderr.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from searcher.cli.layout import counted
from searcher.cli.output import one_line, stderr
from searcher.errors import QueryError

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.coverage import Coverage
    from searcher.searching.nothing import Nothing, PartCount

__all__ = ["QueryCommand", "covered", "list_notes", "print_nothing", "query_text"]

# What some letters mean in other commands, and how it is written here.
_LONG_OPTIONS = {
    **dict.fromkeys(("-n", "-l", "-m", "-k"), "--limit 5"),
    **dict.fromkeys(("-q", "-s"), "--quiet"),
    "-o": "--offset 10",
    "-f": "--format csv",
    "-i": "--index DIR",
    "-j": "--json",
    "-V": "searcher --version",
}
_NOT_AN_OPTION = "\0"


class QueryCommand(click.Command):
    """Takes `-word` as a part of the query, which leaves a word out, not as an option.

    One letter by itself is no word to leave out but the option of another tool.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        takes_value = {name for option in options if not option.is_flag for name in option.opts}
        letters = {name for option in options for name in option.opts if len(name) == 2}
        before = ["", *args]
        for last, arg in zip(before, args, strict=False):
            if arg == "--":
                break
            if _is_letter_option(arg, letters) and last not in takes_value:
                names = {"searcher", *(name for option in options for name in option.opts)}
                raise click.UsageError(_advice_on(arg, names), ctx=ctx)
        shielded = [
            _NOT_AN_OPTION + arg
            if _is_excluded_word(arg, letters) and last not in takes_value
            else arg
            for last, arg in zip(before, args, strict=False)
        ]
        return super().parse_args(ctx, shielded)


def _is_excluded_word(arg: str, letters: set[str]) -> bool:
    return len(arg) > 1 and arg[0] == "-" and arg[1] != "-" and arg not in letters


def _is_letter_option(arg: str, letters: set[str]) -> bool:
    """Whether `arg` looks like `-n`, `-n5` or `-n=5`: a letter and no more, or a number."""
    if len(arg) < 2 or arg[0] != "-" or not arg[1].isalpha() or arg in letters:
        return False
    rest = arg[2:].removeprefix("=")
    return arg[:2] not in letters and (not arg[2:] or rest.isdecimal())


def _advice_on(arg: str, names: set[str]) -> str:
    option = arg[:2]
    told = f"there is no option {option}"
    meant = _LONG_OPTIONS.get(option, "")
    if meant.split(" ")[0] in names:
        told += f"; write {meant}"
    return f"{told}; to leave out the word {arg[1:]}, put -- before the query"


def query_text(words: Sequence[str]) -> str:
    """The query that stands on the command line.

    Raises:
        QueryError: it is not text.
    """
    text = " ".join(word.removeprefix(_NOT_AN_OPTION) for word in words)
    if re.search("[\ud800-\udfff]", text):
        raise QueryError("the query is not UTF-8 text")
    return text


def list_notes(notes: Iterable[Note]) -> None:
    """Say what was probably meant otherwise; in JSON it stands beside the answer."""
    for note in notes:
        stderr().line(f"note: {one_line(str(note))}")


def print_nothing_found(understood: str, took: str, nothing: Nothing | None) -> None:
    """Say that nothing answers a query, and why."""
    stderr().line(f"nothing found for {one_line(understood)}, {took}")
    if nothing:
        print_nothing(nothing)


def print_nothing(nothing: Nothing) -> None:
    """Say what the archive covers, and what each part of the query finds by itself."""
    screen = stderr()
    if len(nothing.parts) > 1 and any(part.articles is not None for part in nothing.parts):
        parts = ", ".join(map(_part, nothing.parts))
        more = f", and {counted(nothing.more_parts, 'more part')}" if nothing.more_parts else ""
        screen.line(one_line(f"by itself finds: {parts}{more}"))
    screen.line(f"the archive has {covered(nothing.coverage)}")


def _part(part: PartCount) -> str:
    if part.articles is None:
        return f"{part.text} (not counted)"
    return f"{part.text} {counted(part.articles, 'article') if part.articles else 'none'}"


def covered(coverage: Coverage) -> str:
    """`105,300 articles, 2006-10-20 to 2013-11-19`."""
    said = counted(coverage.articles, "article")
    if coverage.first and coverage.last:
        said += f", {coverage.first.isoformat()} to {coverage.last.isoformat()}"
    if coverage.undated:
        said += f", {coverage.undated:,} without a date"
    return said
