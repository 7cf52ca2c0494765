"""`searcher diff`: what is different between these two articles?"""

from __future__ import annotations

import itertools

import click

from searcher.archive import Archive
from searcher.article import Article
from searcher.cli.differences import named, print_difference
from searcher.cli.named import article_in_file, article_named, is_file
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import Styled, print_json, stderr, stdout
from searcher.comparing.articles import ArticleDiff, compare_articles

__all__ = ["command"]


@click.command(
    short_help="Compare two articles, word by word.",
    epilog="Example: searcher diff --changed corpus/text/libya-truce-2019-04-08.txt "
    "corpus/html/libya-rivals-agree-night-time-pause.html",
)
@click.argument("a", metavar="ID|FILE|-")
@click.argument("b", metavar="[ID|FILE|-]", required=False)
@index_option
@click.option("--changed", is_flag=True, help="Show what changed only, and count what stayed.")
@click.option(
    "--width",
    type=click.IntRange(min=0),
    metavar="COLUMNS",
    help="Fold lines to this width; 0 leaves them whole.  [default: the terminal's]",
)
@json_option("the spans, with offsets into both texts,")
@quiet_option
def command(
    *,
    a: str,
    b: str | None,
    index: str,
    changed: bool,
    width: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show how one article became another: what was taken out (-) and put in (+).

    Each is given by its ID, as the beginning of an id that only one has, as a FILE, or as -
    for standard input; two files need no index. With one ID alone the versions of that
    article are compared, each with the one before it. On a terminal the words that changed
    are coloured in their sentences. With --json the spans cover both texts: what stayed of
    the first, with what was added in place of the rest, is the second to the last character.

    Exit codes: 0 they are different, 1 headline and text are the same, 2 an error.
    """
    if a == "-" == b:
        raise click.UsageError("standard input holds one article; give the other as a file or id")
    screen = stdout()
    columns = screen.width if width is None else width or None
    if b is None:
        if is_file(a):
            raise click.UsageError("give two articles, or one id, to compare its versions")
        return _compare_versions(a, index, changed, columns, as_json=as_json, quiet=quiet)
    if is_file(a) and is_file(b):
        pair = article_in_file(a), article_in_file(b)
    else:
        with Archive.open(index) as archive:
            pair = article_named(archive, a), article_named(archive, b)
    diff = compare_articles(*pair)
    if as_json:
        print_json(diff.to_dict(changed=changed))
    else:
        if not quiet:
            old, new = named(diff)
            screen.line(Styled(f"--- {old}", "dim"))
            screen.line(Styled(f"+++ {new}", "dim"))
        print_difference(diff, changed=changed, width=columns)
        if diff.is_same and not quiet:
            stderr().line("headline and text are the same")
    return 1 if diff.is_same else 0


def _compare_versions(
    id: str, index: str, changed: bool, width: int | None, *, as_json: bool, quiet: bool
) -> int:
    with Archive.open(index) as archive:
        versions: list[Article] = archive.versions(id)
    pairs = itertools.pairwise(versions)
    diffs: list[ArticleDiff] = [compare_articles(old, new) for old, new in pairs]
    if as_json:
        print_json([diff.to_dict(changed=changed) for diff in diffs])
    elif diffs:
        from searcher.cli.versions import print_versions

        print_versions(versions, changed=changed, width=width or 0)
    elif not quiet:
        stderr().line("the article has one version, and nothing to compare it with")
    return 0 if diffs else 1
