"""`searcher translate`: what is this query of another tool here?"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import click

from searcher.cli.options import json_option, quiet_option
from searcher.cli.output import one_line, print_json, stderr, stdout
from searcher.errors import QueryError
from searcher.query import DIALECTS, translate

if TYPE_CHECKING:
    from searcher.query import Translation

__all__ = ["command"]

_MOST_LINE_BYTES = 1 << 20


@click.command(
    short_help="Say a query of another tool in this language.",
    epilog="Example: searcher translate 'HEADLINE(oil) w/5 price! and date geq 2019'",
)
@click.argument("query", nargs=-1)
@click.option(
    "--from",
    "dialect",
    type=click.Choice(("auto", *DIALECTS)),
    default="auto",
    show_default=True,
    help="Whose query it is; auto goes by its signs. lucene is Elasticsearch and OpenSearch too.",
)
@json_option("the translation")
@click.option(
    "-f",
    "--file",
    "queries",
    type=click.File("rb"),
    help="Translate the queries in this file, one on a line (- for standard input), each to a "
    "line of JSON.",
)
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    dialect: str,
    as_json: bool,
    queries: BinaryIO | None,
    quiet: bool,
) -> int:
    """Print QUERY, which was written for Nexis, Factiva, a search engine of Lucene's family or
    Media Cloud, as a query for here. Quote the whole query for the shell.

    What could not be said, or not quite, is told with its place on standard error.

    Exit codes: 0 all of it was said, 1 a part was left out or changed, 2 nothing could be
    said, or an error.
    """
    if bool(query) == (queries is not None):
        raise click.UsageError("give either a query or --file")
    if queries is not None:
        return _translate_all(queries, dialect)
    found = translate(" ".join(query), dialect)
    if as_json:
        print_json(found.to_dict())
    elif found.translated is not None:
        stdout().line(one_line(found.translated))
    if not (as_json or quiet):
        _print_remarks(found)
    return _code(found)


def _code(found: Translation) -> int:
    if found.translated is None:
        return 2
    return 0 if found.is_whole else 1


def _print_remarks(found: Translation) -> None:
    screen = stderr()
    screen.line(f"read as {found.dialect}")
    for loss in found.losses:
        screen.line(f"at {loss.position}: {one_line(str(loss))}")
    for note in found.notes:
        screen.line(f"note: {one_line(note)}")
    if found.translated is None:
        screen.line("nothing of it can be said here")


def _translate_all(queries: BinaryIO, dialect: str) -> int:
    """Translate each line; one that cannot be read gets an object that says why."""
    code = 0
    for line in iter(lambda: queries.readline(_MOST_LINE_BYTES), b""):
        text = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            found = translate(text, dialect)
        except QueryError as error:
            code = 2
            reason = {"position": error.position, "reason": error.reason}
            print_json({"query": text, "error": {**reason, "suggestion": error.suggestion}})
            continue
        print_json(found.to_dict())
        code = max(code, _code(found))
    return code
