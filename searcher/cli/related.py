"""`searcher related`: what else does the archive have on the matter of this article?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.formats import print_hit
from searcher.cli.layout import counted, duration
from searcher.cli.named import article_named
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import one_line, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.related import Related

__all__ = ["command"]


@click.command(
    short_help="Find the background of an article.",
    epilog="Example: searcher related corpus/html/river-wend-flood.html --older",
)
@click.argument("article", metavar="ID|FILE|-")
@index_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Show at most N articles.",
)
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Leave out the first N articles.",
)
@click.option("--older", is_flag=True, help="Only what was published before its day.")
@click.option("--newer", is_flag=True, help="Only what was published after its day.")
@click.option("--copies", is_flag=True, help="Leave copies of the article in.")
@click.option(
    "--record", type=click.IntRange(min=1), metavar="N", help="Of a FILE of several: the Nth."
)
@json_option("the articles")
@click.option("--ids", is_flag=True, help="Print ids only, one on a line, for pipes.")
@quiet_option
def command(
    *,
    article: str,
    index: str,
    limit: int,
    offset: int,
    older: bool,
    newer: bool,
    copies: bool,
    record: int | None,
    as_json: bool,
    ids: bool,
    quiet: bool,
) -> int:
    """Find articles on the matter of an article, which need not be in the archive.

    It is given by its ID, as the beginning of an id that only one has, as a FILE, or as - for
    standard input. Copies of it are left out, and of articles that are copies of one another
    all but the best. Each answer says which words tie it to the article; the query that
    was made of them is printed too, to be edited and asked again.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    if as_json and ids:
        raise click.UsageError("--ids stands alone, without --json")
    if older and newer:
        raise click.UsageError("give --older or --newer, not both")
    with Archive.open(index) as archive:
        subject = article_named(archive, article, record)
        if (older or newer) and subject.date is None:
            raise click.UsageError(
                f"the article {one_line(article)} has no date, so nothing is older or newer; "
                "leave --older and --newer out"
            )
        related = archive.related(
            subject, limit=limit, offset=offset, older=older, newer=newer, copies=copies
        )
    if as_json:
        print_json(related.to_dict())
    elif ids:
        for found in related:
            stdout().line(one_line(found.hit.id))
    else:
        _print(related, offset, quiet=quiet)
    return 0 if related.articles else 1


def _print(related: Related, offset: int, *, quiet: bool) -> None:
    screen = stdout()
    for rank, found in enumerate(related, offset + 1):
        print_hit(screen, rank, found.hit, note=f"shares {', '.join(found.words)}")
    if quiet:
        return
    took = duration(related.took_ms / 1000)
    title = one_line(related.title) or related.id
    if not related.articles:
        stderr().line(f"nothing found that is related to {title}, {took}")
        return
    said = counted(related.total, "article") + (" shares" if related.total == 1 else " share")
    stderr().line(f"{said} words with {title}; {took}")
    stderr().line(f"asked: {one_line(related.query)}")
