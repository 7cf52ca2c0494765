"""What is the form of each answer?

One struct for each, which is its JSON, what is checked and what `openapi.py` writes down.  Dates
are texts as in ISO 8601.  Functions beside them make a struct of what the archive says.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from searcher.article import Article
from searcher.searching.results import Copies, Hit
from searcher.serving.links import ArticleLink, Links

__all__ = ["CopyShape", "HitShape", "PassageShape", "date_precision", "hit_shape"]


class PassageShape(msgspec.Struct):
    """A stretch of an article's body, exactly as it is stored: `body[start:end]`; `marks` are the
    runs of characters in `text` that the query matched."""

    start: int
    end: int
    text: str
    marks: list[tuple[int, int]]


class CopyShape(msgspec.Struct):
    """An article with the text of a hit."""

    id: str
    title: str
    source: str | None
    date: str | None
    url: str | None
    permalink: str


class CopiesShape(msgspec.Struct):
    """The other articles with the text of a hit: how many, and the first of them."""

    total: int
    articles: list[CopyShape]


class HitShape(msgspec.Struct, kw_only=True):
    """An article that was found.

    `date` is as known: a day stays a day, and `date_precision` says which it is.
    """

    id: str
    score: float
    title: str
    byline: list[str]
    date: str | None
    date_precision: str | None
    source: str | None
    section: str | None
    language: str | None
    url: str | None
    permalink: str
    passages: list[PassageShape]
    copies: CopiesShape | None = None


def date_precision(date: dt.datetime | dt.date | None) -> str | None:
    """Whether an article's date is known to the "second" or to the "day"."""
    if date is None:
        return None
    return "second" if isinstance(date, dt.datetime) else "day"


def hit_shape(hit: Hit, passages: list[PassageShape], link: ArticleLink, links: Links) -> HitShape:
    """A hit, as it is answered.

    Arguments:
        link: to any article of this search.
    """
    return HitShape(
        id=hit.id,
        score=hit.score,
        title=hit.title,
        byline=list(hit.byline),
        date=hit.date.isoformat() if hit.date else None,
        date_precision=date_precision(hit.date),
        source=hit.source,
        section=hit.section,
        language=hit.language,
        url=hit.url,
        permalink=links.to(link.changed(id=hit.id)),
        passages=passages,
        copies=None if hit.copies is None else _copies_shape(hit.copies, link, links),
    )


def _copies_shape(copies: Copies, link: ArticleLink, links: Links) -> CopiesShape:
    return CopiesShape(
        copies.total,
        [
            CopyShape(
                id=copy.id,
                title=copy.title,
                source=copy.source,
                date=copy.date.isoformat() if copy.date else None,
                url=copy.url,
                permalink=links.to(link.changed(id=copy.id)),
            )
            for copy in copies.articles
        ],
    )


def article_values(article: Article, *, show_paths: bool) -> dict[str, object]:
    """An article as `searcher show --json` prints it, without where it lies on this machine."""
    values = article.to_dict()
    if not show_paths:
        for name in ("path", "record"):
            values.pop(name, None)
    return values
