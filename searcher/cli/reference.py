"""What does docs/cli.md say?

Every command and every option, made of what the commands say of themselves, as the manual
page is (`manual.py`): `make manual` writes both, and a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searcher.cli.manual import EXIT_CODES, PURPOSE, VARIABLES, Described, described
from searcher.cli.query import EXAMPLES

__all__ = ["main", "reference_page"]


def reference_page() -> str:
    """The page as Markdown."""
    top, commands = described()
    names = ", ".join(
        f"[`{command.name}`](#searcher-{command.name.replace(' ', '-')})" for command in commands
    )
    lines = [
        "# The command line",
        "",
        PURPOSE,
        "",
        f"The commands are {names}. Each says with `--help` what stands here, and so does "
        "`man searcher`. This page is made by `make manual`; to change it, change what the "
        "commands say.",
        "",
        *_table("option", top.options),
    ]
    for command in commands:
        lines += _command(command)
    lines += [
        "## Queries",
        "",
        "[The query language](query-language.md) has all of it.",
        "",
        *_table("query", EXAMPLES),
        "## Exit codes",
        "",
        *_table("code", EXIT_CODES),
        "## Environment",
        "",
        *_table("variable", VARIABLES),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _command(command: Described) -> Iterator[str]:
    yield from (f"## searcher {command.name}", "")
    yield from ("```", f"searcher {command.name} {command.usage}", "```", "")
    for paragraph in command.paragraphs:
        yield from (_escaped(paragraph), "")
    yield from _table("option", command.options)
    if command.example:
        kind, _, typed = command.example.partition(": ")
        yield from (f"{kind}:", "", "```", typed, "```", "")


def _table(kind: str, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from (f"| {kind} | |", "|---|---|")
    for name, meaning in entries:
        yield f"| {_cell(f'`{name}`')} | {_cell(_escaped(meaning))} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _escaped(text: str) -> str:
    """`text` as Markdown takes it: no sign of it is markup; code stays code, and options are."""
    parts = re.split(r"(`[^`]*`|(?<![\w-])--[a-z][a-z-]*)", text)
    for place, part in enumerate(parts):
        if part.startswith("--"):
            parts[place] = f"`{part}`"
        elif not part.startswith("`"):
            parts[place] = re.sub(r"([\\*_<>\[\]])", r"\\\1", part)
    return "".join(parts)


def main() -> None:
    """Write the page to standard output."""
    from searcher.cli.output import stdout

    stdout().line(reference_page().rstrip("\n"))


if __name__ == "__main__":
    main()
