"""How is a whole article shown, to people and to programs?

`show` and `extract` print the same, so that what was read can be held against what the
index gives back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from searcher.cli.layout import MARK, date_and_time, marked, wrap
from searcher.cli.output import Screen, Styled, one_line, stdout

if TYPE_CHECKING:
    from searcher.article import Article
    from searcher.reading.html import Evidence
    from searcher.searching.marks import Marks

__all__ = ["print_article", "print_evidence"]

_LABEL_WIDTH = 9


def print_article(
    article: Article, *, parted: bool, marks: Marks | None = None, width: int | None = None
) -> None:
    """Print a whole article.

    Arguments:
        parted: draw a line above it.
        marks: what to mark in it: in colour where there is any, else between `MARK`s.
        width: the columns to fold lines to; the terminal's by default, and none in a pipe.
            0 leaves lines whole.
    """
    screen = stdout()
    width = screen.width if width is None else width or None
    title, body, byline = article.title, article.body, list(article.byline)
    if marks is not None:
        title, body = _with_marks(title, marks.title), _with_marks(body, marks.body)
        byline = [_with_marks(*pair) for pair in zip(byline, marks.byline, strict=True)]
    if parted:
        screen.line()
        screen.line(Styled("-" * (width or 40), "dim"))
        screen.line()
    for line in wrap(title or "(no headline)", width):
        screen.line(Styled(line.replace(MARK, "") if screen.has_colour else line, "bold"))
    screen.line()
    _fact(screen, "by", ", ".join(byline), has_marks=marks is not None)
    _fact(screen, "date", date_and_time(article.date) if article.date else article.date_text)
    _fact(screen, "updated", date_and_time(article.updated) if article.updated else None)
    _fact(screen, "status", article.status)
    _fact(screen, "source", article.source)
    _fact(screen, "section", article.section)
    _fact(screen, "language", article.language)
    _fact(screen, "url", article.url)
    for name, value in article.metadata.items():
        _fact(screen, name, value if isinstance(value, str) else "; ".join(value))
    record = f", record {article.record}" if article.record else ""
    _fact(screen, "path", article.path and article.path + record)
    _fact(screen, "id", article.id)
    for paragraph in body.split("\n\n"):
        if paragraph.strip():
            screen.line()
            # Line breaks inside a paragraph carry meaning in tables and verse.
            lines = [line for text in paragraph.split("\n") for line in wrap(text, width)]
            colours = screen.has_colour and marks is not None
            for pieces in marked(lines, has_colour=colours):
                screen.line(*pieces)


def print_evidence(evidence: Sequence[Evidence]) -> None:
    """Print where each field comes from, a line each, and how sure it is."""
    screen = stdout()
    if evidence:
        screen.line()
    for found in evidence:
        sure = f"{found.confidence:.2f}"
        screen.line(
            Styled(f"{found.field.ljust(_LABEL_WIDTH - 1)} {sure}  ", "dim"),
            f"{one_line(found.value)}  ",
            Styled(f"({one_line(found.origin)})", "dim"),
        )


def _with_marks(text: str, runs: Sequence[tuple[int, int]]) -> str:
    """`text` with `MARK` before and after each run.

    Marks do not reach over a line break, and the text's own runs of the mark's character are
    shortened, so that the marks are never ambiguous.
    """
    pieces: list[str] = []
    position = 0
    for start, end in runs:
        pieces.append(_unmarked(text[position:start]))
        inside = _unmarked(text[start:end])
        pieces.append(re.sub(r"[^\n]+", lambda line: f"{MARK}{line[0]}{MARK}", inside))
        position = end
    pieces.append(_unmarked(text[position:]))
    return "".join(pieces)


def _unmarked(text: str) -> str:
    return re.sub(r"\*{2,}", "*", text)


def _fact(screen: Screen, label: str, value: str | None, *, has_marks: bool = False) -> None:
    if value:
        (pieces,) = marked([one_line(value)], has_colour=screen.has_colour and has_marks)
        screen.line(Styled(label.ljust(_LABEL_WIDTH - 1) + " ", "dim"), *pieces)
