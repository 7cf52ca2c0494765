"""`searcher show`: what does this article say?"""

from __future__ import annotations

import click

from searcher.archive import Archive
from searcher.cli.article import print_article
from searcher.cli.options import index_option, json_option
from searcher.cli.output import one_line, print_json, stderr, stdout

__all__ = ["command"]


@click.command(
    short_help="Print whole articles.",
    epilog="Example: searcher show $(searcher query --limit 1 --ids '\"humanitarian truce\"')",
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@index_option
@click.option("--query", "query", metavar="QUERY", help="Mark what QUERY matches.")
@click.option(
    "--width",
    type=click.IntRange(min=0),
    metavar="COLUMNS",
    help="Fold lines to this width; 0 leaves them whole.  [default: the terminal's]",
)
@click.option(
    "--versions",
    "with_versions",
    is_flag=True,
    help="Print how the text has changed, from its oldest version on.",
)
@json_option("each article on a line of its own")
def command(
    *,
    ids: tuple[str, ...],
    index: str,
    query: str | None,
    width: int | None,
    with_versions: bool,
    as_json: bool,
) -> int:
    """Print the articles with these IDs, as `searcher query` gives them.

    The beginning of an id will do if only one id begins so. Lines are folded to the
    width of a terminal; in a pipe they stay whole, unless --width says otherwise. What
    --query matches is coloured on a terminal, and stands between ** and ** in a pipe;
    with --json it is given as `marks`: runs of characters (start, end). With --versions
    the sentences that each version took out (-) and put in (+) follow.

    Exit codes: 0 all found, 1 not all found, 2 an error.
    """
    missing = 0
    shown = 0
    with Archive.open(index) as archive:
        for id in ids:
            try:
                article = archive.get(id)
                versions = archive.versions(article.id) if with_versions else []
                marks = archive.marks(article.id, query) if query else None
            except KeyError as error:
                stderr().line(f"searcher: {one_line(str(error.args[0]))}")
                missing += 1
                continue
            if as_json:
                values = article.to_dict()
                if with_versions:
                    values["versions"] = [version.to_dict() for version in versions[:-1]]
                print_json(values if marks is None else {**values, "marks": marks._asdict()})
            else:
                print_article(article, parted=shown > 0, marks=marks, width=width)
                if with_versions:
                    from searcher.cli.versions import print_versions

                    stdout().line()
                    print_versions(versions, width=width)
            shown += 1
    return 1 if missing else 0
