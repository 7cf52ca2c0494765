"""What does `man searcher` say?

One page in the language of man(7), made of what the commands say of themselves, so that it
cannot fall behind them: `make manual` writes docs/man/searcher.1, which is installed with
the package, and a test compares it.

Not click-man, which knows no commands that are imported when they are asked for, and cuts
their first lines.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from searcher import __version__
from searcher.cli.group import searcher
from searcher.cli.query import EXAMPLES

__all__ = ["main", "manual_page"]

_EXIT_CODES = (
    ("0", "Done, or something was found."),
    ("1", "Nothing was found."),
    ("2", "An error, with a message on standard error."),
    ("130", "Interrupted with Ctrl-C."),
)
_VARIABLES = (
    ("SEARCHER_INDEX", "The index directory where --index is not given."),
    (
        "SEARCHER_NATIVE",
        "auto (use the native core if it is there), off, or require (fail without it).",
    ),
    ("SEARCHER_DEBUG", "If set, unforeseen errors are shown with all that led to them."),
    ("NO_COLOR", "If set, no colours on a terminal."),
)


def manual_page() -> str:
    """The page as roff source."""
    lines = [
        f'.TH SEARCHER 1 "" "Searcher {__version__}" "Searcher"',
        ".SH NAME",
        r"searcher \- search the news archive that you hold yourself",
        ".SH SYNOPSIS",
        r".B searcher",
        r"\fICOMMAND\fR [\fIOPTION\fR]... [\fIARGUMENT\fR]...",
        ".SH DESCRIPTION",
        _escaped(
            "Point Searcher at a folder of news articles and it is searchable in seconds, by "
            "keyword, phrase, byline and date."
        ),
        ".SH COMMANDS",
    ]
    top = click.Context(searcher, info_name="searcher")
    for name in searcher.list_commands(top):
        command = searcher.get_command(top, name)
        assert command is not None
        lines += _command(command, click.Context(command, top, info_name=name))
    lines += [".SH QUERIES"]
    for query, meaning in EXAMPLES:
        lines += [".TP", rf"\fB{_escaped(query)}\fR", _escaped(meaning)]
    lines += [*_entries("EXIT STATUS", _EXIT_CODES), *_entries("ENVIRONMENT", _VARIABLES)]
    return "\n".join(lines) + "\n"


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f'.SS "searcher {context.info_name}"'
    usage = " ".join(command.collect_usage_pieces(context))
    yield rf"\fBsearcher {context.info_name}\fR {_escaped(usage)}"
    text = inspect.cleandoc(command.help or "").split("\b")[0]
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if not paragraph.startswith("Exit codes:") or context.info_name == "index":
            yield ".PP"
            yield _escaped(" ".join(paragraph.split()))
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record and parameter.name != "help":
            yield ".TP"
            yield rf"\fB{_escaped(record[0])}\fR"
            yield _escaped(record[1])
    if command.epilog:
        yield ".PP"
        yield _escaped(command.epilog)


def _entries(heading: str, entries: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield f".SH {heading}"
    for name, meaning in entries:
        yield ".TP"
        yield rf"\fB{_escaped(name)}\fR"
        yield _escaped(meaning)


def _escaped(text: str) -> str:
    """`text` as roff takes it: no line of it is a request, and hyphens stay hyphens."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", text)


def main() -> None:
    """Write the page to standard output."""
    from searcher.cli.output import stdout

    stdout().line(manual_page().rstrip("\n"))


if __name__ == "__main__":
    main()
