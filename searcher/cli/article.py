"""How is a whole article shown, to people and to programs?

`show` and `extract` print the same, so that what was read can be held against what the
index gives back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searcher.cli.layout import date_and_time, wrap
from searcher.cli.output import Screen, Styled, one_line, stdout

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["article_json", "print_article"]

_LABEL_WIDTH = 9


def article_json(article: Article) -> dict[str, Any]:
    """An article as JSON values."""
    return {
        "id": article.id,
        "title": article.title,
        "byline": list(article.byline),
        "date": article.date.isoformat() if article.date else None,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "section": article.section,
        "body": article.body,
        "path": article.path,
        "record": article.record,
        "date_text": article.date_text,
        "encoding": article.encoding,
    }


def print_article(article: Article, *, parted: bool) -> None:
    """Print a whole article; `parted` draws a line above it."""
    screen = stdout()
    width = screen.width
    if parted:
        screen.line()
        screen.line(Styled("-" * (width or 40), "dim"))
        screen.line()
    for line in wrap(article.title or "(no headline)", width):
        screen.line(Styled(line, "bold"))
    screen.line()
    _fact(screen, "by", ", ".join(article.byline))
    _fact(screen, "date", date_and_time(article.date) if article.date else article.date_text)
    _fact(screen, "source", article.source)
    _fact(screen, "section", article.section)
    _fact(screen, "language", article.language)
    _fact(screen, "url", article.url)
    record = f", record {article.record}" if article.record else ""
    _fact(screen, "path", article.path and article.path + record)
    _fact(screen, "id", article.id)
    for paragraph in article.body.split("\n\n"):
        if paragraph.strip():
            screen.line()
            # Line breaks inside a paragraph carry meaning in tables and verse.
            for text in paragraph.split("\n"):
                for line in wrap(text, width):
                    screen.line(line)


def _fact(screen: Screen, label: str, value: str | None) -> None:
    if value:
        screen.line(Styled(label.ljust(_LABEL_WIDTH), "dim"), one_line(value))
