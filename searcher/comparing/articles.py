"""What of an article changed?

Headline and body, to the character (`texts.py`), and what else is known of an article, value
by value.  Identity is no content: the ids and places of the two may be any.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.comparing.texts import TextDiff, compare_texts

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["ArticleDiff", "ChangedValue", "compare_articles"]

_COMPARED = ("byline", "date", "updated", "source", "section", "language")


class ChangedValue(NamedTuple):
    """A value of an article that is another in the second; None where there is none."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ArticleDiff:
    """How the article `a` became `b`: the texts, and the values that are others."""

    a: Article
    b: Article
    title: TextDiff
    body: TextDiff
    values: tuple[ChangedValue, ...]

    @property
    def is_same(self) -> bool:
        """Whether headline and body are the same, to the character."""
        return not self.title.changes and not self.body.changes

    def to_dict(self, *, changed: bool = False) -> dict[str, Any]:
        """The difference as JSON values.

        Arguments:
            changed: leave out the spans that stayed the same.
        """
        return {
            "a": _named(self.a),
            "b": _named(self.b),
            "same": self.is_same,
            "values": [value._asdict() for value in self.values],
            "title": _spans(self.title, changed),
            "body": _spans(self.body, changed),
        }


def compare_articles(a: Article, b: Article) -> ArticleDiff:
    """Say how `a` became `b`.  Cost: see `texts.compare_texts`."""
    values = [
        ChangedValue(name, before, after)
        for name in _COMPARED
        if (before := _text(a, name)) != (after := _text(b, name))
    ]
    title, body = compare_texts(a.title, b.title), compare_texts(a.body, b.body)
    return ArticleDiff(a, b, title, body, tuple(values))


def _text(article: Article, name: str) -> str | None:
    value = getattr(article, name)
    if isinstance(value, dt.date):
        return value.isoformat()
    return ", ".join(value) or None if isinstance(value, tuple) else value


def _named(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "date": _text(article, "date"),
        "updated": _text(article, "updated"),
        "source": article.source,
        "url": article.url,
        "path": article.path,
    }


def _spans(diff: TextDiff, changed: bool) -> list[dict[str, Any]]:
    """The spans, with what was taken out and put in, so that nobody has to count characters."""
    found = []
    for span in diff.changes if changed else diff.spans:
        values: dict[str, Any] = {
            "kind": span.kind,
            "a": [span.a_start, span.a_end],
            "b": [span.b_start, span.b_end],
        }
        if span.kind != "same":
            values["removed"] = diff.a[span.a_start : span.a_end]
            values["added"] = diff.b[span.b_start : span.b_end]
        found.append(values)
    return found
