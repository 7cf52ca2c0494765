"""`searcher copies`: who else has the text of this article, and who had it first?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, date_and_time, near_path
from searcher.cli.options import index_option, json_option, quiet_option
from searcher.cli.output import Styled, one_line, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.copies import GroupedArticle

__all__ = ["command"]


@click.command(
    short_help="List the articles with the text of one.",
    epilog="Example: searcher copies 3f2a --json",
)
@click.argument("id", metavar="ID")
@index_option
@json_option("the articles")
@click.option("--ids", is_flag=True, help="Print ids only, one on a line, for pipes.")
@quiet_option
def command(*, id: str, index: str, as_json: bool, ids: bool, quiet: bool) -> int:
    """List the articles that have the text of the article ID, in order of publication.

    The text may be cut, retouched, framed by a footer or a local lead, or badly scanned.
    Beside each article stand the hours after the first, how much of the text it has,
    which agency it names, and how many words it cut, added and changed. What was revised
    (an update, a correction) is a version, and listed below.

    The beginning of an id will do. Exit codes: 0 others have the text, 1 nobody else, 2 an
    error.
    """
    if as_json and ids:
        raise click.UsageError("--ids stands alone, without --json")
    with Archive.open(index) as archive:
        group = archive.copies(id)
    if as_json:
        print_json(group.to_dict())
    elif ids:
        for article in group.articles:
            stdout().line(one_line(article.id))
    else:
        for article in group.articles:
            _print(article)
        if group.versions:
            stdout().line(Styled("versions", "bold"))
            for article in group.versions:
                _print(article)
        if not quiet:
            versions = f", {counted(len(group.versions), 'version')}" if group.versions else ""
            stderr().line(f"{counted(len(group.articles), 'article')} with this text{versions}")
    return 0 if len(group.articles) > 1 or group.versions else 1


def _print(article: GroupedArticle) -> None:
    screen = stdout()
    screen.line(Styled(one_line(article.title or "(no headline)"), "bold"))
    after = None
    if article.hours_after:
        sign = "after" if article.hours_after > 0 else "before"
        after = f"{abs(article.hours_after):,.1f} h {sign} the first"
    edits = [
        f"{number:,} {what}"
        for number, what in (
            (article.cut, "words cut"),
            (article.added, "added"),
            (article.changed, "changed"),
        )
        if number
    ]
    facts = [
        article.source,
        article.date and date_and_time(article.date),
        after,
        article.credit and f"credits {article.credit}",
        "the first" if article.kind == "lead" else f"{100 * article.cover:.0f} % of the text",
        ", ".join(edits),
    ]
    screen.line("   ", one_line(" \u00b7 ".join(fact for fact in facts if fact)))
    place = near_path(article.path) if article.path else article.url
    said = f"{one_line(place)}  {one_line(article.id)}" if place else one_line(article.id)
    screen.line("   ", Styled(said, "dim"))
