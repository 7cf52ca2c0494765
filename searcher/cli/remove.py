"""`searcher remove`: how do I drop articles from the index?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from searcher.archive import Archive
from searcher.cli.layout import counted
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import one_line, print_json, stdout
from searcher.errors import SelectionError
from searcher.fields import FieldTable
from searcher.indexing.removing import Removal
from searcher.query.fields import field_names

__all__ = ["command"]

_SHOWN = 10


@click.command(
    short_help="Drop files, folders or articles from the index.",
    epilog="Example: searcher remove --dry-run old-news/ 1f6b09c2",
)
@click.argument("names", metavar="PATH|ID|QUERY...", nargs=-1)
@index_option
@click.option(
    "--query", "queries", metavar="QUERY", multiple=True, help="Drop what this finds. Repeatable."
)
@click.option("--all", "everything", is_flag=True, help="Let a query drop all articles there are.")
@click.option("--dry-run", is_flag=True, help="Change nothing, only say what would go.")
@json_option("what was removed")
@quiet_option
def command(
    *,
    names: tuple[str, ...],
    index: str,
    queries: tuple[str, ...],
    everything: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Drop articles from the index; files on the disk are not touched.

    A PATH is a file or folder that articles were read from; it need not be there any
    more. An ID is that of one article, or its beginning, four characters at least. What
    is both is an error. Anything else is a QUERY only if it names a field
    (source:reuters) or is a phrase in quotes; --query takes any. --all alone empties the
    index. If anything is unclear, nothing is dropped.

    What is dropped comes back when its file or folder is indexed again: leave it out with
    --exclude or in .searcherignore, or delete it.

    Exit codes: 0 done, 1 the query found nothing, 2 an error.
    """
    if everything and not names and not queries:
        queries = ("*",)
    if not names and not queries:
        raise click.UsageError("name what to drop: a path, an id, or --query")
    with Archive.open(index) as archive:
        named, asked = _told_apart(archive, names)
        asked += queries
        query = " OR ".join(f"({text})" for text in asked) if len(asked) > 1 else None
        if len(asked) == 1:
            query = asked[0]
        removal = archive.remove(*named, query=query, everything=everything, dry_run=dry_run)
    if as_json:
        print_json(removal.to_dict())
    elif not quiet:
        _print(removal)
    return 0 if removal.removed or removal.files or removal.moved or named else 1


def _told_apart(archive: Archive, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Those of `names` that the index holds, and those that can only be queries."""
    named: list[str] = []
    asked: list[str] = []
    for name in names:
        is_query = _is_query(name, archive.fields) and not _is_known(archive, name)
        (asked if is_query else named).append(name)
    return named, asked


def _is_known(archive: Archive, name: str) -> bool:
    try:
        archive.remove(name, dry_run=True)
    except SelectionError as error:
        return not error.is_unknown
    return True


def _is_query(text: str, fields: FieldTable) -> bool:
    is_phrase = len(text) > 2 and text.startswith('"') and text.endswith('"')
    names = "|".join(field_names(fields))
    return is_phrase or re.search(rf"(?:^|[\s(+-])(?:{names}):\S", text) is not None


def _print(removal: Removal) -> None:
    screen = stdout()
    would = "would be removed" if removal.dry_run else "removed"
    text = f"{counted(removal.removed, 'article')} {would}"
    if removal.files:
        text += f", of {counted(len(removal.files), 'file')}"
    if removal.moved:
        text += f"; {counted(removal.moved, 'article')} kept, from a copy of the file"
    screen.line(text)
    if removal.dry_run:
        for path in removal.files[:_SHOWN]:
            screen.line(f"  {one_line(path)}")
        if len(removal.files) > _SHOWN:
            screen.line(f"  and {len(removal.files) - _SHOWN:,} more (--json lists all)")
