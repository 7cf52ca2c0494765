"""What must a session of changes offer, for folders of files to be kept in agreement with it?

`sync.py`, `run.py` and `removing.py` know no more of where articles go than this.  Two do it:
`WriteSession` for an index directory (`session.py`), and the one of `searcher/cluster`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.codec.sources import Sources
from searcher.fields import FieldTable
from searcher.indexing.building import Batch
from searcher.indexing.report import ArticleChange
from searcher.indexing.segment_kinds import SegmentKind

__all__ = ["Changes", "Held"]


class Held(Protocol):
    """What the last commit holds, by id and by file."""

    def file_of(self, id: str) -> str | None:
        """The file that the article `id` was read from."""

    def ids_beginning(self, beginning: str) -> list[str]:
        """The ids that begin so, in order."""

    def ids_of_file(self, path: str) -> set[str]:
        """The ids of the articles that were read from `path`."""

    def iter_ids_of_file(self, path: str) -> Iterator[str]:
        """The same one by one."""

    def files_within(self, path: str) -> set[str]:
        """The files that articles were read from: `path`, and those below it."""


class Changes(Protocol):
    """A session of changes: what it is given is there for others when it commits."""

    kind: SegmentKind
    analyzer: Analyzer
    fields: FieldTable
    sources: Sources
    gone_files: frozenset[str]

    @property
    def directory(self) -> str:
        """The index directory, which is no folder of articles; "" if it is none."""

    @property
    def committed(self) -> Held:
        """What the last commit holds."""

    def article(self, id: str) -> Article | None:
        """The article `id` as of the last commit; None if it is not there any more."""

    def add_articles(self, articles: list[Article]) -> None:
        """Add `articles`; each replaces the one with the same id."""

    def receive(self, payload: Any) -> Batch:
        """Make a batch of what `kind.digest` made of articles."""

    def add_batch(self, batch: Batch) -> list[ArticleChange]:
        """Add the articles of `batch`; return for each what it was."""

    def classify_batch(self, batch: Batch) -> list[ArticleChange]:
        """What `add_batch` would say, without adding."""

    def remove(self, id: str) -> bool:
        """Remove the article `id` and its versions; False if there is none."""

    def set_sources(self, sources: Sources) -> None:
        """Replace the list of files that the next commit records."""

    def commit(self, *, more_to_come: bool = False) -> None:
        """Make all changes durable and visible."""
