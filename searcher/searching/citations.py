"""What is a citation of words that an article holds?

The words themselves and where they stand, in the terms of the Web Annotation Data Model: a text
quote selector (`exact`, with `prefix` and `suffix`) and a text position selector (`start`, `end`)
together, so that either can be checked by the other.  Offsets count code points of the stored
text, `end` exclusive; `body[start:end] == exact`, always.  The hash is that of the whole stored
body, in UTF-8, so that whoever holds the article knows whether it is still the one that was
cited, and `generation` names the commit that it was read from.

Source: W3C, "Web Annotation Data Model" (2017), 4.2.4 and 4.2.5.
"""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from searcher.headline import is_first_sentence

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["Citation", "body_hash", "cite"]

# Characters beside the cited words, cut where a word ends.
_BESIDE = 60


class Citation(NamedTuple):
    """Words of an article, and where they stand: at `start` to `end` of its stored `field`.

    `title` is the headline that was printed.  Where there was none it is empty, and `begins` is
    the sentence that a reader put in its place.
    """

    id: str
    title: str
    byline: tuple[str, ...]
    date: dt.datetime | dt.date | None
    source: str | None
    url: str | None
    field: Literal["title", "body"]
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    body_sha256: str
    generation: int
    begins: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The citation as JSON values."""
        values = self._asdict()
        values["byline"] = list(self.byline)
        values["date"] = self.date.isoformat() if self.date else None
        return values


def body_hash(article: Article) -> str:
    """SHA-256 of the stored body in UTF-8, in hexadecimal digits."""
    return sha256(article.body.encode("utf-8")).hexdigest()


def cite(
    article: Article, field: Literal["title", "body"], start: int, end: int, generation: int
) -> Citation:
    """The citation of what stands at `start` to `end` of a field of `article`.

    Cost: that of hashing the body.
    """
    text = article.title if field == "title" else article.body
    begins = article.title if is_first_sentence(article.title, article.body) else None
    return Citation(
        id=article.id,
        title="" if begins else article.title,
        byline=article.byline,
        date=article.date,
        source=article.source,
        url=article.url,
        field=field,
        exact=text[start:end],
        prefix=text[_back_to_word(text, start) : start],
        suffix=text[end : _on_to_word(text, end)],
        start=start,
        end=end,
        body_sha256=body_hash(article),
        generation=generation,
        begins=begins,
    )


def _back_to_word(text: str, start: int) -> int:
    """Where the text beside begins, not inside a word if that can be helped."""
    first = max(0, start - _BESIDE)
    while 0 < first < start and not text[first - 1].isspace():
        first += 1
    return first if first < start else max(0, start - _BESIDE)


def _on_to_word(text: str, end: int) -> int:
    last = min(len(text), end + _BESIDE)
    while end < last < len(text) and not text[last].isspace():
        last -= 1
    return last if last > end else min(len(text), end + _BESIDE)
