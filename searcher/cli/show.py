"""`searcher show`: what does this article say?"""

from __future__ import annotations

import click

from searcher.archive import Archive
from searcher.cli.article import article_json, print_article
from searcher.cli.options import index_option, json_option
from searcher.cli.output import one_line, print_json, stderr

__all__ = ["command"]


@click.command(
    short_help="Print whole articles.",
    epilog="Example: searcher show $(searcher query --limit 1 --ids '\"humanitarian truce\"')",
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@index_option
@json_option("each article on a line of its own")
def command(*, ids: tuple[str, ...], index: str, as_json: bool) -> int:
    """Print the articles with these IDs, as `searcher query` gives them.

    The beginning of an id will do if only one id begins so.

    Exit codes: 0 all found, 1 not all found, 2 an error.
    """
    missing = 0
    shown = 0
    with Archive.open(index) as archive:
        for id in ids:
            try:
                article = archive.get(id)
            except KeyError as error:
                stderr().line(f"searcher: {one_line(str(error.args[0]))}")
                missing += 1
                continue
            if as_json:
                print_json(article_json(article))
            else:
                print_article(article, parted=shown > 0)
            shown += 1
    return 1 if missing else 0
