"""What does `man searcher` say?

One page in the language of man(7), made of what the commands say of themselves, so that it
cannot fall behind them: `make manual` writes docs/man/searcher.1, which is installed with
the package, and a test compares it.  `reference.py` writes the same for the web.

Not click-man, which knows no commands that are imported when they are asked for, and cuts
their first lines.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import click

from searcher import __version__
from searcher.cli.group import searcher
from searcher.cli.query import EXAMPLES

__all__ = ["EXIT_CODES", "PURPOSE", "VARIABLES", "Described", "described", "main", "manual_page"]

PURPOSE = (
    "Point Searcher at a folder of news articles and it is searchable in seconds, by "
    "keyword, phrase, byline and date."
)
EXIT_CODES = (
    ("0", "Done, or something was found."),
    ("1", "Nothing was found."),
    ("2", "An error, with a message on standard error."),
    ("130", "Interrupted with Ctrl-C."),
)
VARIABLES = (
    ("SEARCHER_INDEX", "The index directory where --index is not given."),
    (
        "SEARCHER_NATIVE",
        "auto (use the native core if it is there), off, or require (fail without it).",
    ),
    ("SEARCHER_DEBUG", "If set, unforeseen errors are shown with all that led to them."),
    ("NO_COLOR", "If set, no colours on a terminal."),
)


class Described(NamedTuple):
    """What one command says of itself.

    `usage` is what follows its name, `options` are each as it is typed and what it does.
    """

    name: str
    usage: str
    paragraphs: list[str]
    options: list[tuple[str, str]]
    example: str


def described() -> tuple[Described, list[Described]]:
    """`searcher` itself, and its commands in their order."""
    top = click.Context(searcher, info_name="searcher", **searcher.context_settings)
    commands = []
    for name in searcher.list_commands(top):
        command = searcher.get_command(top, name)
        assert command is not None
        context = click.Context(command, top, info_name=name)
        commands.append(_described(command, context))
        if isinstance(command, click.Group):
            for inner, below in command.commands.items():
                inside = click.Context(below, context, info_name=f"{name} {inner}")
                commands.append(_described(below, inside))
    return _described(searcher, top), commands


def _described(command: click.Command, context: click.Context) -> Described:
    text = inspect.cleandoc(command.help or "").split("\b")[0]
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", text.strip())]
    options = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):
            options.append(record)
    return Described(
        context.info_name or "",
        " ".join(command.collect_usage_pieces(context)),
        paragraphs,
        [(typed, meaning) for typed, meaning in options if "--help" not in typed],
        command.epilog or "",
    )


def manual_page() -> str:
    """The page as roff source."""
    top, commands = described()
    lines = [
        f'.TH SEARCHER 1 "" "Searcher {__version__}" "Searcher"',
        ".SH NAME",
        r"searcher \- search the news archive that you hold yourself",
        ".SH SYNOPSIS",
        r".B searcher",
        r"\fICOMMAND\fR [\fIOPTION\fR]... [\fIARGUMENT\fR]...",
        ".SH DESCRIPTION",
        _escaped(PURPOSE),
        *_entries("OPTIONS", top.options),
        ".SH COMMANDS",
    ]
    for command in commands:
        lines += _command(command)
    lines += [*_entries("QUERIES", EXAMPLES)]
    lines += [*_entries("EXIT STATUS", EXIT_CODES), *_entries("ENVIRONMENT", VARIABLES)]
    return "\n".join(lines) + "\n"


def _command(command: Described) -> Iterator[str]:
    yield f'.SS "searcher {command.name}"'
    yield rf"\fBsearcher {command.name}\fR {_escaped(command.usage)}"
    for paragraph in command.paragraphs:
        if not paragraph.startswith("Exit codes:") or command.name == "index":
            yield ".PP"
            yield _escaped(paragraph)
    for typed, meaning in command.options:
        yield ".TP"
        yield rf"\fB{_escaped(typed)}\fR"
        yield _escaped(meaning)
    if command.example:
        yield ".PP"
        yield _escaped(command.example)


def _entries(heading: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
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
