"""How has the text of an article changed, for people?

Each version is compared with the one before it, headline and paragraphs as they stand:
what was taken out begins with `-`, what was put in with `+`, and what stayed is counted.
Paragraphs are matched as `difflib` matches lines (Ratcliff and Obershelp, 1988).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from searcher.cli.layout import counted, date_and_time, wrap
from searcher.cli.output import Style, Styled, one_line, stdout

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["print_versions"]

_STYLES: dict[str, Style] = {"-": "removed", "+": "added", " ": "dim"}


def print_versions(versions: Sequence[Article], *, width: int | None = None) -> None:
    """Print what changed between each of `versions`, the oldest first, and the next."""
    screen = stdout()
    width = screen.width if width is None else width or None
    screen.line()
    if len(versions) < 2:
        screen.line(Styled("It has one version.", "dim"))
        return
    screen.line(Styled(counted(len(versions), "version"), "bold"))
    for number, (old, new) in enumerate(pairwise(versions), 1):
        screen.line()
        screen.line(Styled(f"{_named(number, old)} -> {_named(number + 1, new)}", "dim"))
        for sign, text in _changes(_paragraphs(old), _paragraphs(new)):
            for line in wrap(one_line(text), width and width - 2):
                screen.line(Styled(f"{sign} {line}", _STYLES[sign]))


def _named(number: int, article: Article) -> str:
    date = article.updated or article.date
    return f"version {number}" + (f", {date_and_time(date)}" if date else "")


def _paragraphs(article: Article) -> list[str]:
    return [article.title, *filter(str.strip, article.body.split("\n\n"))]


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield " ", f"({counted(end - start, 'paragraph')} as before)"
            continue
        yield from (("-", text) for text in old[start:end])
        yield from (("+", text) for text in new[new_start:new_end])
