"""How does a program put its own articles in, and take articles out?

`IndexWriter` takes articles one at a time and hands them on by the batch; a session
(`session.py`) commits them.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Protocol

from searcher.article import Article, without_fault
from searcher.errors import ArticleError, SearcherError
from searcher.indexing.session import WriteSession
from searcher.indexing.turns import one_at_a_time

__all__ = ["IndexWriter", "WriterSession"]

_ADD_CHUNK = 64  # articles handed on at once


class WriterSession(Protocol):
    """What a writer needs of a session, of an index directory or another."""

    _turn: Any
    _lock: Any
    closed: bool

    def check_usable(self) -> None:
        """Raise `IndexStateError` if it is over."""

    def add_articles(self, articles: list[Article]) -> None:
        """Add `articles`; each replaces the one with the same id."""

    def remove(self, id: str) -> bool:
        """Remove the article `id`; False if there is none."""

    def commit(self) -> None:
        """Make all changes durable and visible."""

    def optimize(self) -> None:
        """Commit, and make one segment of all."""

    def close(self) -> None:
        """End; drop what was not committed."""


class IndexWriter:
    """A session of changes to the index in `directory`; use as a context manager.

    Leaving the block commits; leaving it by an exception drops what was not yet
    committed.  A full memory budget commits too, so a long session is a row of
    commits, each complete in itself.  Several threads may use one session.

    Arguments:
        memory_mb: megabytes of articles held in memory before a commit; 256 by default.
        threads: threads of the native core, the calling one among them; by default as many
            as there are cores to use.  With 1 the calling thread does all the work.
        kind: of the segments to make, "plain" or "native"; by default the native one if the
            core is there.

    Raises:
        IndexMissingError, IndexDamagedError: there is no usable index here.
        IndexLockedError: another process is writing it.
    """

    def __init__(
        self,
        directory: str,
        *,
        memory_mb: int | None = None,
        threads: int | None = None,
        kind: str | None = None,
    ) -> None:
        self._begin(WriteSession(directory, memory_mb=memory_mb, threads=threads, kind=kind))

    def _begin(self, session: WriterSession) -> None:
        self._session = session
        # Articles that wait are the session's too: who has its turn has them.
        self._turn, self._lock = self._session._turn, self._session._lock
        self._pending: list[Article] = []
        self._refused: tuple[Article, Exception] | None = None

    @one_at_a_time
    def add(self, article: Article) -> None:
        """Add `article`; it replaces the one with the same id.

        Raises:
            ArticleError: it is no `Article`, or one with values that none can have; what
                was added before stays.
        """
        self._session.check_usable()
        self._pending.append(without_fault(article))
        if len(self._pending) >= _ADD_CHUNK:
            self._hand_on()
            self._report_refused()

    @one_at_a_time
    def remove(self, id: str) -> bool:
        """Remove the article `id`; False if there is none."""
        self._session.check_usable()
        self._hand_on()
        return self._session.remove(id)

    @one_at_a_time
    def commit(self) -> None:
        """Make all changes durable and visible.  Cost: proportional to the changes,
        some 25 ms for the syncs, and at times a merge.

        Raises:
            ArticleError: an article could not be indexed; the others are committed.
            IndexStateError: it failed, and says whether the index is the old or the new one;
                or something else has changed the index, and nothing was written.
        """
        self._session.check_usable()
        self._hand_on()
        self._session.commit()
        self._report_refused()

    @one_at_a_time
    def optimize(self) -> None:
        """Commit, and make one segment of all, without what was replaced and removed.

        Searches are quickest on one segment, and disk space comes back; the policy of
        `commit` alone keeps a few segments and rewrites each article seldom.  Plain
        segments stay apart where one file would pass Whoosh's limit of 1.5 GB of stored
        articles.  Cost: reads and writes the whole index.
        """
        self._session.check_usable()
        self._hand_on()
        self._session.optimize()

    def close(self) -> None:
        """Release the lock.  Changes that were not committed are dropped.

        In a process that was forked from the one that began the session this touches
        neither the lock nor any file.
        """
        self._session.close()

    @property
    def closed(self) -> bool:
        """Whether the session is over."""
        return self._session.closed

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.close()

    def _hand_on(self) -> None:
        articles, self._pending = self._pending, []
        if not articles:
            return
        try:
            self._session.add_articles(articles)
        except (SearcherError, OSError, MemoryError):
            raise
        except Exception as error:  # whatever an invalid value raises in analysis
            if len(articles) == 1:
                self._refused = self._refused or (articles[0], error)
                return
            for article in articles:  # the others of the batch are good
                self._pending = [article]
                self._hand_on()

    def _report_refused(self) -> None:
        if self._refused is not None:
            (article, error), self._refused = self._refused, None
            raise ArticleError("id", f"values that can be indexed ({error})", article.id) from error
