"""How do changes get into an archive on a cluster, so that nothing is lost?

`ClusterSession` offers what `WriteSession` offers for an index directory, so the same `sync`, the
same `remove` and the same `IndexWriter` work with it.  What differs is the commit.  A cluster has
none: a document is there, on the disks of all copies, when it is acknowledged (`feeding.py`), and
so is what was acknowledged before a run was killed.  `commit` waits for that, then writes which
files have been read, then lets searches see it (`_refresh`; never `refresh=wait_for`, which hangs
where an operator has turned refreshing off).  Running again completes what was broken off.

Two sessions may write at once; of two texts with one identity the later stays.  Versions are
microseconds of the clock at the beginning, counted up, and always larger than what is there, so a
clock that is behind loses nothing.
"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import Any, NamedTuple

from searcher.article import Article
from searcher.cluster.feeding import RETRY_S, Action, Feed
from searcher.cluster.file_list import FileList
from searcher.cluster.holding import ClusterArticles, HeldArticle, indices_of
from searcher.cluster.mapping import IndexFacts, document_id
from searcher.cluster.preparing import CLUSTER_KIND, Prepared, PreparedBatch, prepare
from searcher.cluster.transport import Transport
from searcher.codec.schema import VERSION_MARK
from searcher.codec.sources import Sources
from searcher.errors import IndexStateError
from searcher.indexing.building import Batch
from searcher.indexing.report import ArticleChange
from searcher.indexing.seen import SeenIds
from searcher.indexing.turns import one_at_a_time
from searcher.indexing.versions import SUPERSEDED, classified, settle

__all__ = ["ClusterSession", "Refusal"]

OPTIMIZING = (
    "a cluster merges by itself; for an index that will not change, its operator can ask: "
    "POST INDEX/_forcemerge?max_num_segments=1"
)


class Refusal(NamedTuple):
    """An article that the cluster did not take, what it would have been, and why not."""

    id: str
    path: str | None
    change: ArticleChange
    reason: str


class _Owner:
    """Which process a session belongs to: threads that send are not in a forked one."""

    def __init__(self, address: str) -> None:
        self._address, self._process = address, os.getpid()

    def check_owner(self) -> None:
        """Raise in a process that was forked from the one that began the session."""
        if self._process != os.getpid():
            raise IndexStateError(
                self._address,
                f"the session of changes belongs to process {self._process}",
                hint="open the archive and begin a session of its own in this process",
            )


class ClusterSession:
    """A session of changes to the archive at `transport`; several threads may use it.

    Arguments:
        facts: the language, the analysis and the fields of the archive.
        feed_options: those of `Feed`, for tests.

    `refusals` are the articles that the cluster did not take; they cost nothing but themselves.

    Raises:
        ClusterError: the index is not there, or cannot be read whole.
    """

    def __init__(self, transport: Transport, facts: IndexFacts, **feed_options: Any) -> None:
        self.closed = True
        self._transport = transport
        self._address = str(transport.address)
        self._turn = threading.RLock()
        self._lock = _Owner(self._address)
        self.kind = CLUSTER_KIND
        self.analyzer, self.fields = facts.analyzer, facts.fields
        indices, self._index = indices_of(transport)
        self._next_version = time.time_ns() // 1000
        self._articles = ClusterArticles(transport, indices)
        self._articles.refresh()
        self._files = FileList(transport, self._version)
        self.sources = self._files.read(self._articles)
        self.gone_files: frozenset[str] = frozenset()
        self._was_empty = self._articles.is_empty
        self.has_versions = not self._was_empty and self._articles.has_value("status", SUPERSEDED)
        self._written = SeenIds()
        self._removed: set[str] = set()
        # What is on its way: where, and as what.
        self._uncommitted: set[str] = set()
        self.refusals: list[Refusal] = []
        self._failed: str | None = None
        self._feed = Feed(transport, on_refused=self._note_refused, **feed_options)
        # From here on a node that dies ends it no sooner than its bulks.
        self._articles.patience_s = feed_options.get("retry_s", RETRY_S)
        self.closed = False

    def __repr__(self) -> str:
        return f"ClusterSession({self._address!r})"

    @property
    def directory(self) -> str:
        """There is none."""
        return ""

    def check_usable(self) -> None:
        """Raise `IndexStateError` if the session is over, failed, or of another process."""
        self._lock.check_owner()
        reason = "is over" if self.closed else self._failed
        if reason:
            raise IndexStateError(
                self._address, f"the session of changes {reason}", hint="begin a new one"
            )

    # -- what is there

    @property
    def committed(self) -> ClusterArticles:
        """What the cluster holds."""
        self.check_usable()
        return self._articles

    @one_at_a_time
    def article(self, id: str) -> Article | None:
        """The article `id`; None if it is not there any more."""
        return None if id in self._removed else self.committed.article(id)

    # -- changes

    @one_at_a_time
    def add_articles(self, articles: list[Article]) -> None:
        """Add `articles`; each replaces the one with the same id."""
        self.add_batch(PreparedBatch(prepare(articles, self.analyzer, self.fields)))

    def receive(self, payload: Any) -> Batch:
        """Make a batch of what `prepare` made of articles, here or in a worker."""
        self.check_usable()
        return PreparedBatch(payload)

    @one_at_a_time
    def add_batch(self, batch: Batch) -> list[ArticleChange]:
        """Add the articles of `batch`; return for each what it was."""
        self.check_usable()
        assert isinstance(batch, PreparedBatch)
        held = self._look_up(batch)
        changes = self._classified(batch, held)
        last = {key.id: i for i, key in enumerate(batch.keys)}
        keep = [
            last[key.id] == i and change != ArticleChange.UNCHANGED
            for i, (change, key) in enumerate(zip(changes, batch.keys, strict=True))
        ]
        versions = settle(batch, changes, keep, self._replaced, self.gone_files)
        for place, key in enumerate(batch.keys):
            self._written.add(key.id)
            if keep[place]:
                self._send(key, held.get(key.id), changes[place])
        for key in prepare(versions, self.analyzer, self.fields):
            self._send(key, None, ArticleChange.UNCHANGED)
            self.has_versions = True
        return changes

    @one_at_a_time
    def classify_batch(self, batch: Batch) -> list[ArticleChange]:
        """What `add_batch` would say, without adding."""
        self.check_usable()
        assert isinstance(batch, PreparedBatch)
        changes = self._classified(batch, self._look_up(batch))
        self._written.update(key.id for key in batch.keys)
        return changes

    def _look_up(self, batch: PreparedBatch) -> dict[str, HeldArticle]:
        """What is there of the articles of `batch`; in an empty archive nothing is."""
        ids = dict.fromkeys(key.id for key in batch.keys)
        if self._was_empty:
            ids = {id: None for id in ids if id in self._written}
        return self._articles.look_up(ids)

    def _classified(
        self, batch: PreparedBatch, held: dict[str, HeldArticle]
    ) -> list[ArticleChange]:
        def classify(id: str, digest: int) -> ArticleChange:
            if id in self._written:
                return ArticleChange.REPEATED
            found = held.get(id)
            if found is None:
                return ArticleChange.ADDED
            if id in self._removed or found.digest != digest:
                return ArticleChange.UPDATED
            return ArticleChange.UNCHANGED

        return classified(batch, classify)

    def _replaced(self, id: str) -> Article | None:
        if id in self._uncommitted:
            self._drain()
        return self.article(id)

    def _send(self, key: Prepared, held: HeldArticle | None, change: ArticleChange) -> None:
        if key.source is None:
            self.refusals.append(Refusal(key.id, key.path, change, key.refusal))
            return
        self._begin()
        version = max(self._version(), held.version + 1 if held else 0)
        index = held.index if held else self._index
        self._removed.discard(key.id)
        self._uncommitted.add(key.id)
        mark = (key.id, key.path, change)
        self._feed.add(Action(index, document_id(key.id), version, key.source, mark))

    @one_at_a_time
    def remove(self, id: str, *, keep_versions: bool = False) -> bool:
        """Remove the article `id` and, unless they are kept, its versions; False if there is
        none."""
        self.check_usable()
        if id in self._uncommitted:
            self._drain()
        ids = [id, *([] if keep_versions else self.versions_of(id))]
        found = self._articles.look_up(ids)
        is_there = id in found and id not in self._removed
        for other, held in found.items():
            self._begin()
            version = max(self._version(), held.version + 1)
            self._feed.add(Action(held.index, document_id(other), version, None))
            self._removed.add(other)
        self._written.discard(id)
        return is_there

    def versions_of(self, id: str) -> list[str]:
        """The ids of the older versions of the article `id`, as of the last commit."""
        if not self.has_versions:
            return []
        return self._articles.ids_beginning(id + VERSION_MARK)

    @one_at_a_time
    def set_sources(self, sources: Sources) -> None:
        """Replace the list of files that the next commit records."""
        self.check_usable()
        self.sources = sources

    # -- commits

    @one_at_a_time
    def commit(self, *, more_to_come: bool = False) -> None:
        """Return when all changes are on the disks of the cluster, and are found.

        Raises:
            ClusterError: the cluster could not be reached for minutes, or does not take
                anything; what was acknowledged stays, and running again completes it.
        """
        self.check_usable()
        self._drain()
        self._mark_refused()
        for action in list(self._files.changes(self.sources)):
            self._begin()
            self._feed.add(action)
        if not more_to_come:
            # Only when the list is there is nothing owed any more.
            self._drain()
            for action in self._files.end():
                self._feed.add(action)
        self._drain()
        self._articles.refresh()
        self._removed = set()

    def optimize(self) -> None:
        """Say that a cluster does this itself.

        Raises:
            IndexStateError: always.
        """
        raise IndexStateError(self._address, "cannot be optimized from here", hint=OPTIMIZING)

    def _mark_refused(self) -> None:
        """Files with articles that were refused are read again by the next run."""
        for refusal in self.refusals:
            source = self.sources.files.get(refusal.path or "")
            if source is not None and not source.failures:
                source.failures = (refusal.reason[:300],)

    def _begin(self) -> None:
        for action in self._files.begin():
            # Before anything of the run: what it leaves if it is killed is looked for.
            self._feed.add(action)
            self._drain()

    def _drain(self) -> None:
        try:
            self._feed.drain()
        except BaseException:
            self._failed = "has failed; what was acknowledged is there"
            raise
        self._uncommitted = set()

    def _note_refused(self, action: Action, reason: str) -> None:
        if isinstance(action.mark, tuple):
            id, path, change = action.mark
            self.refusals.append(Refusal(id, path, change, reason))
        elif action.source is not None:
            name = json.loads(action.source).get("name", action.id)
            self.refusals.append(Refusal("", name, ArticleChange.UNCHANGED, reason))

    def _version(self) -> int:
        self._next_version += 1
        return self._next_version

    def close(self) -> None:
        """End.  What was not sent is dropped; what was acknowledged stays."""
        if not self.closed:
            self.closed = True
            self._feed.close()

    def __enter__(self) -> ClusterSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
