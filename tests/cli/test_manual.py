"""Is everything that can be typed in the manual page, and in docs/cli.md?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from searcher.cli.group import searcher
from searcher.cli.manual import manual_page
from searcher.cli.reference import reference_page

pytestmark = pytest.mark.same_without_core

DOCS = Path(__file__).parents[2] / "docs"
MANUAL = DOCS / "man" / "searcher.1"
REFERENCE = DOCS / "cli.md"


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(searcher, info_name="searcher", **searcher.context_settings)
    found: list[tuple[str, click.Command]] = [("", searcher)]
    for name in searcher.list_commands(context):
        command = searcher.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {inner}", below) for inner, below in command.commands.items()]
    return found


@pytest.mark.parametrize(("path", "page"), [(MANUAL, manual_page), (REFERENCE, reference_page)])
def test_a_page_is_what_the_commands_say_now(path: Path, page: Callable[[], str]) -> None:
    assert path.read_text(encoding="utf-8") == page(), "run make manual"


def test_the_pages_have_every_command_and_option() -> None:
    manual, reference = (path.read_text(encoding="utf-8") for path in (MANUAL, REFERENCE))
    for name, command in commands():
        in_manual, in_reference = manual, reference
        if name:
            in_manual = manual.partition(f'.SS "searcher {name}"')[2].partition("\n.S")[0]
            in_reference = reference.partition(f"## searcher {name}\n")[2].partition("\n## ")[0]
        assert in_manual and in_reference, name
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert option.replace("-", r"\-") in in_manual, f"{name} {option}"
                assert f"`{option}" in in_reference or f", {option}" in in_reference, option


def test_every_command_and_option_says_what_it_does() -> None:
    for name, command in commands():
        assert command.help and command.epilog, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert not parameter.hidden, f"{name} {parameter.name}"
                assert re.search(r"[.\]]$", parameter.help or ""), f"{name} {parameter.name}"


def test_no_line_of_the_page_is_read_as_a_request_that_it_is_not() -> None:
    for line in manual_page().splitlines():
        assert line, "an empty line breaks paragraphs"
        if line[0] in ".'":
            assert line.split()[0] in (".TH", ".SH", ".SS", ".B", ".TP", ".PP")
