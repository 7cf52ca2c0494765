"""`searcher extract`: what would be read from this file?"""

from __future__ import annotations

import sys

import click

from searcher.cli.article import print_article
from searcher.cli.options import (
    check_map,
    json_option,
    list_failures,
    map_option,
    value_option,
)
from searcher.cli.output import print_json, stderr
from searcher.errors import ReadError
from searcher.fields import FIELDS

__all__ = ["command"]


@click.command(
    short_help="Print what would be read from files.",
    epilog="Example: searcher extract corpus/html/river-wend-flood.html --json",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@map_option
@value_option
@json_option("each article on a line of its own")
def command(
    *, files: tuple[str, ...], field_map: dict[str, str], values: tuple[str, ...], as_json: bool
) -> int:
    """Print the articles in each FILE as they are read, without an index.

    FILE may be - for standard input. What cannot be read is listed on stderr.

    Exit codes: 0 something was read, 2 nothing was, or an error.
    """
    from searcher.reading import MapUse, read, read_stream

    check_map(field_map, FIELDS.with_values(*values))
    uses: list[MapUse] = []
    failures: list[ReadError] = []
    shown = 0
    for file in files:
        try:
            if file == "-":
                found = read_stream(
                    sys.stdin.buffer,
                    name=file,
                    field_map=field_map,
                    values=values,
                    on_error=failures.append,
                    on_map_use=uses.append,
                )
            else:
                found = read(
                    file,
                    field_map=field_map,
                    values=values,
                    on_error=failures.append,
                    on_map_use=uses.append,
                )
            for article in found:
                if as_json:
                    print_json(article.to_dict())
                else:
                    print_article(article, parted=shown > 0)
                shown += 1
        except ReadError as error:
            failures.append(error)
    list_failures(failures)
    for use in uses:
        for unused in use.unused:
            stderr().line(f"searcher: {use.path}: {unused}")
    return 0 if shown else 2
