"""`searcher edits`: which articles were changed after they were published, and in what?"""

from __future__ import annotations

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, date_and_time, day, wrap
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Screen, Styled, one_line, print_json, stderr, stdout
from searcher.searching.silent_edits import EditedArticle

__all__ = ["command"]

_INDENT = "   "


@click.command(
    short_help="List headlines and figures that were changed.",
    epilog="Example: searcher edits 'ferry OR flood' --limit 20",
)
@click.argument("query", nargs=-1, required=True)
@index_option
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Show at most N articles.",
)
@seconds_option("Give up after S seconds.")
@json_option("the articles, with their edits,")
@quiet_option
def command(
    *,
    query: tuple[str, ...],
    index: str,
    limit: int,
    timeout: float | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """List silent edits: headlines and figures that are others in the versions of an article.

    QUERY finds articles by any of their versions, also by words that are gone since. Older
    versions are kept when a file is indexed again with another text. For all that changed
    there is `searcher diff ID`.

    Exit codes: 0 edits found, 1 none, 2 an error.
    """
    with Archive.open(index) as archive:
        found = archive.edits(" ".join(query), limit=limit, timeout=timeout)
        has_groups = archive.has_groups
    if as_json:
        print_json(found.to_dict())
        return 0 if found.articles else 1
    screen = stdout()
    for article in found:
        _print_article(screen, article)
    if not quiet:
        said = (
            f"{counted(found.total, 'article')} with changed headlines or figures, "
            f"of {counted(found.with_versions, 'article')} with versions"
        )
        stderr().line(f"{said} that {'matches' if found.with_versions == 1 else 'match'}")
        if not found.with_versions:
            kept = "an earlier text is kept where an article was indexed again with another"
            updates = "updates that are articles of their own: searcher query 'has:versions ...'"
            stderr().line(f"{kept}; {updates}" if has_groups else kept)
    return 0 if found.articles else 1


def _print_article(screen: Screen, article: EditedArticle) -> None:
    width = screen.width and screen.width - len(_INDENT)
    for line in wrap(article.title or "(no headline)", width):
        screen.line(Styled(line, "bold"))
    facts = [article.source, article.date and day(article.date), article.id]
    screen.line(_INDENT, Styled(" · ".join(one_line(fact) for fact in facts if fact), "dim"))
    for step in article.steps:
        when = date_and_time(step.updated) if step.updated else "at an unknown time"
        screen.line(_INDENT, Styled(f"version {step.number}, {when}", "dim"))
        for edit in step.edits:
            changed = f"{edit.kind}: "
            if edit.kind == "figure":
                changed += f"{one_line(edit.before)} -> {one_line(edit.after)}"
                screen.line(_INDENT, changed)
            for sign, text, style in (("-", edit.was, "removed"), ("+", edit.now, "added")):
                for line in wrap(text, width and width - 2):
                    screen.line(_INDENT, Styled(f"{sign} {line}", style))  # type: ignore[arg-type]
    screen.line()
