"""Is everything that can be typed in the manual page?"""

from __future__ import annotations

from pathlib import Path

import click

from searcher.cli.group import searcher
from searcher.cli.manual import manual_page

PAGE = Path(__file__).parents[2] / "docs" / "man" / "searcher.1"


def test_the_page_has_every_command_and_option() -> None:
    kept = PAGE.read_text(encoding="utf-8")
    context = click.Context(searcher, info_name="searcher")
    for name in searcher.list_commands(context):
        section = kept.partition(f'.SS "searcher {name}"')[2].partition("\n.S")[0]
        assert section, f"{name}: run make manual"
        command = searcher.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert option.replace("-", r"\-") in section, f"{name} {option}: run make manual"


def test_no_line_of_the_page_is_read_as_a_request_that_it_is_not() -> None:
    for line in manual_page().splitlines():
        assert line, "an empty line breaks paragraphs"
        if line[0] in ".'":
            assert line.split()[0] in (".TH", ".SH", ".SS", ".B", ".TP", ".PP")
