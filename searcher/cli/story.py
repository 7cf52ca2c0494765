"""`searcher story`: which texts are about the event of this article, and what ties them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searcher.archive import Archive
from searcher.cli.layout import counted, date_and_time, near_path
from searcher.cli.options import index_option, json_option, quiet_option, seconds_option
from searcher.cli.output import Styled, one_line, print_json, stderr, stdout

if TYPE_CHECKING:
    from searcher.searching.stories import StoryArticle

__all__ = ["command"]


@click.command(
    short_help="List the texts about the event of an article.",
    epilog="Example: searcher story 3f2a --json",
)
@click.argument("id", metavar="ID")
@index_option
@seconds_option("Give it up after S seconds.")
@json_option("the texts")
@click.option("--ids", is_flag=True, help="Print ids only, one on a line, for pipes.")
@quiet_option
def command(
    *, id: str, index: str, timeout: float | None, as_json: bool, ids: bool, quiet: bool
) -> int:
    """List the texts that are about the event of the article ID, in order of publication.

    Texts of the same days whose words are alike are one story. First come the words that tie
    it: those that half of its texts have and that are rare in the archive. Each text is shown
    by the earliest article that has it, with the number of its copies and the words that tie
    it to the others.

    Stories are looked for once somebody asks: searcher groups --stories. The beginning of an
    id will do. Exit codes: 0 there are others, 1 it stands alone, 2 an error.
    """
    if as_json and ids:
        raise click.UsageError("--ids stands alone, without --json")
    with Archive.open(index) as archive:
        story = archive.story(id, timeout=timeout)
    if as_json:
        print_json(story.to_dict())
    elif ids:
        for text in story.texts:
            stdout().line(one_line(text.id))
    else:
        if story.words:
            stdout().line(Styled(one_line("tied by: " + ", ".join(story.words)), "bold"))
        for text in story.texts:
            _print(text)
        if not quiet:
            texts = counted(len(story.texts), "text")
            stderr().line(f"{texts} in this story, {counted(story.article_count, 'article')}")
    return 0 if len(story.texts) > 1 else 1


def _print(text: StoryArticle) -> None:
    screen = stdout()
    screen.line(Styled(one_line(text.title or "(no headline)"), "bold"))
    copies = "1 copy" if text.copies == 1 else f"{text.copies:,} copies"
    facts = [
        text.source,
        text.date and date_and_time(text.date),
        copies if text.copies else None,
        ", ".join(text.words),
    ]
    said = one_line(" \u00b7 ".join(fact for fact in facts if fact))
    if said:
        screen.line("   ", said)
    place = near_path(text.path) if text.path else text.url
    where = f"{one_line(place)}  {one_line(text.id)}" if place else one_line(text.id)
    screen.line("   ", Styled(where, "dim"))
