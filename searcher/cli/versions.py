"""How has the text of an article changed, for people?

Each version is compared with the one before it, and only what changed is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from searcher.cli.differences import print_difference
from searcher.cli.layout import counted, date_and_time
from searcher.cli.output import Styled, stdout
from searcher.comparing.articles import compare_articles

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["print_versions"]


def print_versions(
    versions: Sequence[Article], *, changed: bool = True, width: int | None = None
) -> None:
    """Print what changed between each of `versions`, the oldest first, and the next."""
    screen = stdout()
    width = screen.width if width is None else width or None
    if len(versions) < 2:
        screen.line(Styled("It has one version.", "dim"))
        return
    screen.line(Styled(counted(len(versions), "version"), "bold"))
    for number, (old, new) in enumerate(pairwise(versions), 1):
        screen.line()
        screen.line(Styled(f"{_named(number, old)} -> {_named(number + 1, new)}", "dim"))
        diff = compare_articles(old, new)
        print_difference(diff, changed=changed, width=width, values=False)


def _named(number: int, article: Article) -> str:
    date = article.updated or article.date
    return f"version {number}" + (f", {date_and_time(date)}" if date else "")
