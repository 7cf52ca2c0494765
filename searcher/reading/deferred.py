"""Which articles of a large file are read later, by somebody else?

A crawl or an archive is one file of a million pages: to take it apart costs a hundredth of
what reading its pages does.  With `Options.defer` a reader of such a file hands on the pages
themselves, as `Deferred` parts in the place of the articles that they hold, and whoever gets
them reads each with `read`, in another process and with a bound on its time if need be.

A part says all that its article takes from where it lay, so it makes no difference to the
article, its number and its identity who reads it, and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, cast, runtime_checkable

from searcher.article import Article, article_id
from searcher.reading.source import Options

__all__ = ["Deferred", "Placed", "in_place_of_article", "placed"]


@runtime_checkable
class Deferred(Protocol):
    """A part of a file that holds at most one article; it can be pickled."""

    @property
    def path(self) -> str:
        """The file that it is a part of."""

    @property
    def url(self) -> str | None:
        """Where it was fetched, if the file says so."""

    @property
    def size_bytes(self) -> int:
        """How much there is to read."""

    @property
    def label(self) -> str:
        """Which part of the file it is, for messages."""

    def read(self, options: Options) -> Iterator[Article]:
        """Yield its article, and report what is wrong with it."""


def in_place_of_article(part: Deferred) -> Article:
    """`part`, where a stream of articles was asked to have such parts too."""
    return cast(Article, part)


@dataclass(frozen=True, slots=True)
class Placed:
    """A deferred part of a member of another file (`nesting.py`)."""

    inner: Deferred
    path: str
    record: int
    member: str
    url: str | None

    @property
    def size_bytes(self) -> int:
        return self.inner.size_bytes

    @property
    def label(self) -> str:
        return f"{self.member}, {self.inner.label}"

    def read(self, options: Options) -> Iterator[Article]:
        for article in self.inner.read(options):
            yield placed(article, self.path, self.record, self.member, self.url)


def placed(article: Article, path: str, record: int, member: str, url: str | None) -> Article:
    """`article`, read from a member of a file, as one of that file."""
    is_derived = article.id == article_id(article)
    within = article.metadata.get("member")
    whole = f"{member}/{within}" if isinstance(within, str) else member
    return replace(
        article,
        url=article.url or url,
        path=path,
        record=record,
        id="" if is_derived else article.id,
        metadata={**article.metadata, "member": whole},
    )
