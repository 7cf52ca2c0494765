"""Which of the articles that match were changed after they were published, and in what?

The older texts of an article stay in the index beside it (`indexing/versions.py`), so no
article is looked at that has none: they are found by their status.  Each version is compared
with the next, and what is listed is what matters most (`comparing/edits.py`): headlines and
figures.

An article matches if any of its versions does, so it is found by a word that is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from searcher.comparing.edits import Edit, edits_between

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = ["EditStep", "EditedArticle", "Edits", "edited_article"]


@dataclass(frozen=True, slots=True)
class EditStep:
    """What the version `number` of an article, from 2 on, changed of the one before it.

    `updated` says when it was made, or published, as far as is known; `before_id` and
    `after_id` are the ids of the two versions.
    """

    number: int
    updated: dt.datetime | dt.date | None
    before_id: str
    after_id: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class EditedArticle:
    """An article with headlines or figures that were others in an older version."""

    id: str
    title: str
    date: dt.datetime | dt.date | None
    source: str | None
    url: str | None
    path: str | None
    versions: int
    steps: tuple[EditStep, ...]

    def to_dict(self) -> dict[str, Any]:
        """The article as JSON values."""
        return {
            "id": self.id,
            "title": self.title,
            "date": self.date.isoformat() if self.date else None,
            "source": self.source,
            "url": self.url,
            "path": self.path,
            "versions": self.versions,
            "steps": [
                {
                    "number": step.number,
                    "updated": step.updated.isoformat() if step.updated else None,
                    "before_id": step.before_id,
                    "after_id": step.after_id,
                    "edits": [edit.to_dict() for edit in step.edits],
                }
                for step in self.steps
            ],
        }


@dataclass(frozen=True, slots=True)
class Edits(Sequence[EditedArticle]):
    """Silent edits; a sequence of articles, the latest first.

    `total` articles have some, of `with_versions` that match and have versions at all;
    `articles` are as many as were asked for.
    """

    query: str
    total: int
    with_versions: int
    articles: tuple[EditedArticle, ...]

    def __iter__(self) -> Iterator[EditedArticle]:
        return iter(self.articles)

    def __len__(self) -> int:
        return len(self.articles)

    def __getitem__(self, index: Any) -> Any:
        return self.articles[index]

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON values."""
        return {
            "query": self.query,
            "total": self.total,
            "with_versions": self.with_versions,
            "articles": [article.to_dict() for article in self.articles],
        }


def edited_article(versions: Sequence[Article]) -> EditedArticle | None:
    """The edits of an article by its versions, the oldest first; None if there are none."""
    steps = []
    for number, (old, new) in enumerate(pairwise(versions), 2):
        edits = edits_between(old, new)
        if edits:
            when = new.updated or new.date
            steps.append(EditStep(number, when, old.id, new.id, tuple(edits)))
    if not steps:
        return None
    article = versions[-1]
    return EditedArticle(
        id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        url=article.url,
        path=article.path,
        versions=len(versions),
        steps=tuple(steps),
    )
