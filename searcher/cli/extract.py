"""`searcher extract`: what would be read from this file?"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from searcher.cli.article import print_article, print_evidence
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

if TYPE_CHECKING:
    from searcher.article import Article
    from searcher.reading.explaining import Evidence

__all__ = ["command"]


@click.command(
    short_help="Print what would be read from files.",
    epilog="Example: searcher extract corpus/html/river-wend-flood.html --json",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@map_option
@value_option
@click.option(
    "--explain",
    "with_evidence",
    is_flag=True,
    help="Say for each field where it comes from, and how sure that is (0 to 1).",
)
@json_option("each article on a line of its own")
def command(
    *,
    files: tuple[str, ...],
    field_map: dict[str, str],
    values: tuple[str, ...],
    with_evidence: bool,
    as_json: bool,
) -> int:
    """Print the articles in each FILE as they are read, without an index.

    With --explain each field is followed by its origin: pages say things in several places.
    FILE may be - for standard input. What cannot be read is listed on stderr.

    Exit codes: 0 something was read, 2 nothing was, or an error.
    """
    from searcher.reading import MapUse, read, read_stream
    from searcher.reading.explaining import explain

    check_map(field_map, FIELDS.with_values(*values))
    uses: list[MapUse] = []
    failures: list[ReadError] = []
    shown = 0
    for file in files:
        try:
            asked: dict[str, Any] = {
                "field_map": field_map, "values": values, "on_error": failures.append,
            }  # fmt: skip
            found: Iterable[tuple[Article, tuple[Evidence, ...]]]
            if with_evidence and file != "-":
                found = explain(file, **asked)
            else:
                asked["on_map_use"] = uses.append
                articles = (
                    read_stream(sys.stdin.buffer, name=file, **asked)
                    if file == "-"
                    else read(file, **asked)
                )
                found = ((article, ()) for article in articles)
            for article, evidence in found:
                if as_json:
                    told = list(map(asdict, evidence))
                    print_json(article.to_dict() | ({"evidence": told} if with_evidence else {}))
                else:
                    print_article(article, parted=shown > 0)
                    print_evidence(evidence)
                shown += 1
        except ReadError as error:
            failures.append(error)
    list_failures(failures)
    for use in uses:
        for unused in use.unused:
            stderr().line(f"searcher: {use.path}: {unused}")
    return 0 if shown else 2
