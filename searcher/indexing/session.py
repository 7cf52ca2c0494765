"""How do changes become a commit, so that nothing is lost?

`WriteSession` is the one process that writes an index.  It holds the write lock from
beginning to end, collects articles in memory up to a budget, and commits: new segment,
deletions, merges, manifest, and last the table of contents (see `plain_building.py`).
Readers see the old commit until the new one is complete; a killed session leaves the last
commit and an unlocked index behind, because the lock is the kernel's.

It takes articles by batches, tells what each of them is to the index, and keeps the list of
files they came from: all that `sync` and `removing` need.  `writer.py` is what users see.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from searcher.article import Article
from searcher.codec.contents import ManifestIndex, publish_contents
from searcher.codec.damage import damage_reported, unreadable_reported
from searcher.codec.generations import clean, contents_name, latest_generation
from searcher.codec.manifest import (
    GROUPING_OFF,
    GROUPING_ON,
    Manifest,
    publish_manifest,
    read_manifest,
)
from searcher.codec.schema import VERSION_MARK, make_schema
from searcher.codec.segment_records import record_of
from searcher.codec.sources import Sources, read_sources, write_sources
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import texts_name
from searcher.copies.verification import Rules
from searcher.errors import IndexStateError
from searcher.indexing.building import Batch, Resources, SegmentBuilder, usable_cores
from searcher.indexing.committed import CommittedArticles
from searcher.indexing.grouping import CommitGrouping
from searcher.indexing.lock import WriteLock
from searcher.indexing.report import ArticleChange
from searcher.indexing.seen import SeenIds
from searcher.indexing.segment_kinds import segment_kind
from searcher.indexing.turns import one_at_a_time
from searcher.indexing.versions import REPLACING, SUPERSEDED, classified, settle
from searcher.scoring import DEFAULT_SCORING

__all__ = ["WriteSession"]

_DEFAULT_MEMORY_MB = 256
_INDEXED_AT_ONCE = 256
_NOT_ADDED = "the articles cannot be added"


class WriteSession:
    """A session of changes to the index in `directory`; several threads may use it.

    A full memory budget commits, so a long session is a row of commits, each complete in
    itself.  What was not committed when it is closed is dropped.

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
        self.closed = True
        self._turn = threading.RLock()
        self.directory = directory
        self.kind = segment_kind(kind)
        latest_generation(directory)  # before anything is made in a directory of others
        with unreadable_reported(directory):
            self._storage = DurableStorage(directory)
        try:
            self._lock = WriteLock(self._storage)
        except BaseException:
            self._storage.release()
            raise
        self._committed = CommittedArticles(directory)
        self._failed: str | None = None
        try:
            self._manifest = self._read_manifest()
            with unreadable_reported(directory):
                self.sources = read_sources(directory, self._manifest)
            self.analyzer = self._manifest.analyzer
            self.fields = self._manifest.fields
            self._schema = make_schema(self.analyzer, self.fields)
            memory_mb = _DEFAULT_MEMORY_MB if memory_mb is None else memory_mb
            self._resources = Resources(max(1, threads or usable_cores()), memory_mb * 1_000_000)
            # Of the manifest that is written next.
            self._values = self._manifest.values
            self._weights = self._manifest.weights
            self._grouping = CommitGrouping()
            self._more_to_come = False
            self._builder = self._new_builder()
            self._removed: set[str] = set()
            self._written = SeenIds()
            # Of those, what was added since the last commit.
            self._uncommitted: set[str] = set()
            # Files that are not there any more: what they held is replaced by whatever comes.
            self.gone_files: frozenset[str] = frozenset()
            self._sources_changed = False
            self._open_segments()
            self._restore_contents()
        except BaseException:
            self._committed.close()
            self._lock.release()
            self._storage.release()
            raise
        self.closed = False

    def _new_builder(self) -> SegmentBuilder:
        scoring = DEFAULT_SCORING.with_weights(dict(self._weights))
        goes_on = self._grouping.goes_on(self._manifest)
        parts = (self.analyzer, self._resources, self.fields, scoring, goes_on)
        return self.kind.builder(self._storage, *parts)

    def _read_manifest(self) -> Manifest:
        with unreadable_reported(self.directory):
            generation = latest_generation(self.directory, self._storage)
            return read_manifest(self._storage, generation)

    def _open_segments(self) -> None:
        manifest, storage = self._manifest, self._storage
        self._index = ManifestIndex(storage, self._schema, manifest)
        storage.seal(manifest.files)
        with unreadable_reported(self.directory), damage_reported(self.directory):
            storage.compare_sizes()
            self._committed.open(storage, self._index.segments())
            self.has_versions = self._committed.has_value("status", SUPERSEDED)

    def _restore_contents(self) -> None:
        """Write the table of contents of a commit whose process was killed before it could."""
        # If it cannot be written now it is of no use to us, and the next commit writes one.
        with suppress(OSError):
            if not self._storage.directory.exists(contents_name(self._manifest.generation)):
                # It must never be durable before the manifest is, which may not be yet.
                self._storage.sync_directory()
                publish_contents(self._storage, self._schema, self._manifest)

    def check_usable(self) -> None:
        """Raise `IndexStateError` if the session is over, failed, or of another process."""
        self._lock.check_owner()
        reason = "is over" if self.closed else self._failed
        if reason:
            raise IndexStateError(
                self.directory, f"the session of changes {reason}", hint="begin a new one"
            )

    # -- what is there

    @property
    def committed(self) -> CommittedArticles:
        """What the last commit holds."""
        self.check_usable()
        return self._committed

    @one_at_a_time
    def article(self, id: str) -> Article | None:
        """The article `id` as of the last commit; None if it is not there any more."""
        return None if id in self._removed else self.committed.article(id)

    # -- changes

    @one_at_a_time
    def add_articles(self, articles: list[Article]) -> None:
        """Add `articles`; each replaces the one with the same id.

        Raises: whatever a value that no article can have makes analysis raise; nothing of
        them was added then.
        """
        self.check_usable()
        payload = self.kind.digest(articles, self.analyzer, self.fields)
        if self._committed.is_empty and self._added_as_new(payload):
            return
        self.add_batch(self.receive(payload))

    def _added_as_new(self, payload: Any) -> bool:
        """Add to an index that holds nothing yet: whatever is added is new, or supersedes
        what was added in this commit, which is the builder's own affair."""
        with self._failures_reported(_NOT_ADDED):
            added = self._builder.add_new(payload)
        if added:
            self._commit_if_full()
        return added

    @one_at_a_time
    def receive(self, payload: Any) -> Batch:
        """Make a batch of what `kind.digest` made of articles, here or in a worker."""
        self.check_usable()
        with self._failures_reported(_NOT_ADDED):
            return self._builder.receive(payload)

    @one_at_a_time
    def add_batch(self, batch: Batch) -> list[ArticleChange]:
        """Add the articles of `batch`; return for each what it was."""
        self.check_usable()
        changes = classified(batch, self._classify)
        last = {key.id: i for i, key in enumerate(batch.keys)}
        keep = [
            last[key.id] == i and change != ArticleChange.UNCHANGED
            for i, (change, key) in enumerate(zip(changes, batch.keys, strict=True))
        ]
        versions = settle(batch, changes, keep, self._replaced, self.gone_files)
        for place, key in enumerate(batch.keys):
            if keep[place] and changes[place] in REPLACING:
                self._removed.add(key.id)
            self._written.add(key.id)
            if keep[place]:
                self._uncommitted.add(key.id)
        with self._failures_reported(_NOT_ADDED):
            self._builder.add(batch, keep)
        self._add_versions(versions)
        self._commit_if_full()
        return changes

    def _replaced(self, id: str) -> Article | None:
        """The article `id` as it was before; it is committed first if it was added just now."""
        if id in self._uncommitted:  # at most one commit a batch: then nothing is
            self.commit(more_to_come=True)
        gone = id in self._uncommitted or id in self._removed
        return None if gone else self._committed.article(id)

    def _add_versions(self, versions: list[Article]) -> None:
        new = [article for article in versions if not self._committed.holds(article.id)]
        if new:
            with self._failures_reported(_NOT_ADDED):
                payload = self.kind.digest(new, self.analyzer, self.fields)
                self._builder.add(self._builder.receive(payload), [True] * len(new))
            self.has_versions = True

    def versions_of(self, id: str) -> list[str]:
        """The ids of the older versions of the article `id`, as of the last commit."""
        if not self.has_versions:
            return []
        found = self.committed.ids_beginning(id + VERSION_MARK)
        return [other for other in found if self._is_version(other, id)]

    def _is_version(self, other: str, id: str) -> bool:
        article = self._committed.article(other)
        return article is not None and article.metadata.get("version_of") == id

    def _commit_if_full(self) -> None:
        if self._builder.size_bytes >= self._resources.held_bytes:
            self.commit(more_to_come=True)

    @one_at_a_time
    def classify_batch(self, batch: Batch) -> list[ArticleChange]:
        """What `add_batch` would say, without adding."""
        self.check_usable()
        changes = classified(batch, self._classify)
        self._written.update(key.id for key in batch.keys)
        return changes

    def _classify(self, id: str, digest: int) -> ArticleChange:
        if id in self._written:
            return ArticleChange.REPEATED
        committed = self._committed.digest_of(id)
        if committed is None:
            return ArticleChange.ADDED
        if id in self._removed or committed != digest:
            return ArticleChange.UPDATED
        return ArticleChange.UNCHANGED

    @one_at_a_time
    def remove(self, id: str, *, keep_versions: bool = False) -> bool:
        """Remove the article `id` and, unless they are kept, its versions; False if there is
        none."""
        self.check_usable()
        found = self._builder.remove(id)
        found = found or (id not in self._removed and self._committed.holds(id))
        if found:
            self._removed.add(id)
            if not keep_versions:
                self._removed.update(self.versions_of(id))
            self._written.discard(id)
            self._uncommitted.discard(id)
        return found

    @one_at_a_time
    def define_values(self, *names: str) -> None:
        """Give the archive value fields of its own, and commit: see `Archive.define_values`.

        Cost: reads all articles, and indexes those again that have such a value.

        Raises:
            FieldError: one is no name for a field.
        """
        self.check_usable()
        new = [name for name in dict.fromkeys(names) if name not in self.fields.own]
        if not new:
            return
        fields = self.fields.with_values(*new)
        self.commit()
        self.fields = fields
        self._schema = make_schema(self.analyzer, fields)
        self._begin_again()
        having = self._committed.ids_with_metadata(new)
        for start in range(0, len(having), _INDEXED_AT_ONCE):
            ids = having[start : start + _INDEXED_AT_ONCE]
            articles = [article for id in ids if (article := self.article(id)) is not None]
            for id in ids:
                self.remove(id, keep_versions=True)
            self.add_articles(articles)
        # Only now: a run that ends before this leaves an archive without the fields, and not
        # one that finds some of its articles by them.
        self._values = fields.own
        self._write_commit(merge_all=False)

    @one_at_a_time
    def define_weights(self, weights: Mapping[str, float]) -> None:
        """Keep the constants of the ranking, and commit: see `Archive.define_weights`.

        Raises:
            ValueError: there is no such constant, or it cannot be that.
        """
        self.check_usable()
        DEFAULT_SCORING.with_weights(weights)
        kept = tuple((name, float(value)) for name, value in weights.items())
        if kept == self._weights:
            return
        self.commit()
        self._weights = kept
        self._begin_again()
        self._write_commit(merge_all=False)

    @one_at_a_time
    def define_groups(
        self, wanted: bool, *, cover: float | None = None, near_days: int | None = None
    ) -> None:
        """Look for copies from now on, or not, and commit: see `Archive.define_groups`."""
        self.check_usable()
        before = Rules.kept(self._manifest.rules)
        rules = before.with_values(cover=cover, near_days=near_days)
        if not wanted and self._manifest.grouping == GROUPING_OFF and rules == before:
            return
        self.commit()
        self._begin_again()
        with self._grouping.wanting(groups=wanted, rules=rules):
            self._write_commit(merge_all=False)

    @one_at_a_time
    def define_stories(self, wanted: bool) -> None:
        """Look for stories from now on, or not, and commit: see `Archive.define_stories`."""
        self.check_usable()
        if not wanted and not self._manifest.keeps_stories:
            return
        self.commit()
        self._begin_again()
        anew = wanted and self._manifest.grouping != GROUPING_ON
        with self._grouping.wanting(groups=anew or None, stories=wanted):
            self._write_commit(merge_all=False)

    @one_at_a_time
    def set_sources(self, sources: Sources) -> None:
        """Replace the list of files that the next commit records."""
        self.check_usable()
        self.sources = sources
        self._sources_changed = True

    # -- commits

    @one_at_a_time
    def commit(self, *, more_to_come: bool = False) -> None:
        """Make all changes durable and visible: see `IndexWriter.commit`.

        Arguments:
            more_to_come: another commit follows soon, and copies may wait for it.
        """
        self.check_usable()
        owes_groups = self._grouping.owes(self._manifest) and not more_to_come
        if self._has_changes or owes_groups:
            self._write_commit(merge_all=False, more_to_come=more_to_come)

    @one_at_a_time
    def optimize(self) -> None:
        """Commit, and make one segment of all: see `IndexWriter.optimize`."""
        self.check_usable()
        if self._has_changes or not self._committed.is_optimal:
            self._write_commit(merge_all=True)

    @property
    def _has_changes(self) -> bool:
        return not self._builder.is_empty or bool(self._removed) or self._sources_changed

    def _write_commit(self, *, merge_all: bool, more_to_come: bool = False) -> None:
        self._more_to_come = more_to_come
        self._check_newest()
        with self._failures_reported("the commit failed"):
            with damage_reported(self.directory):
                goes_on = self._grouping.goes_on(self._manifest)
                commit = self.kind.commit(self._index, self._publish, self.fields, goes_on)
            self._committed.delete_from(commit.segments, self._removed)
            with damage_reported(self.directory):  # merging reads other segments
                commit.write(self._builder, merge_all=merge_all)
        self._begin_again()

    def _check_newest(self) -> None:
        """Raise if another than this session has changed the index, lock or no lock."""
        found = latest_generation(self.directory, self._storage)
        if found != self._manifest.generation:
            raise IndexStateError(
                self.directory,
                f"was changed by another writer meanwhile (commit {found}; this session began "
                f"with {self._manifest.generation}), and nothing of this session was written",
                hint="begin a new session and add the articles again",
            )

    @contextmanager
    def _failures_reported(self, what: str) -> Iterator[None]:
        """Around what writes files: after a failure the index is the old one, or the new."""
        before = self._manifest
        try:
            yield
        except BaseException as error:
            if what == _NOT_ADDED and not isinstance(error, OSError):
                raise  # what was added before is as it was
            self._storage.abandon()
            if self._is_published(before):
                hint = "it can be searched, but might not survive a loss of power"
                if self._manifest is not before:
                    hint = "the commit itself is done and durable; the next one tidies up"
                self._failed = "has committed, and ended by a failure"
                self._builder = self._new_builder()  # what the old one wrote is the index's
            else:
                hint = "the last commit is intact; free space or mend the cause and try again"
                with suppress(OSError, IndexStateError):
                    self._builder.discard()
                with suppress(OSError):
                    clean(self._storage, before.generation, _names(before))
            if not isinstance(error, OSError):
                raise
            raise IndexStateError(
                self.directory, f"{what}: {error.strerror or error}", hint=hint
            ) from error

    def _is_published(self, before: Manifest) -> bool:
        """Whether a commit that was begun has become the index, however it ended.

        Where that cannot be told it is taken to be so, and nothing is removed.
        """
        if self._manifest is not before:
            return True
        try:
            return latest_generation(self.directory, self._storage) != before.generation
        except IndexStateError:
            return True

    def _begin_again(self) -> None:
        """Forget what has been committed."""
        self._failed = "lost sight of the index after its commit"
        self._builder = self._new_builder()
        self._removed = set()
        self._uncommitted = set()
        self._sources_changed = False
        self._committed.close()
        self._open_segments()
        self._failed = None

    def _publish(self, generation: int, segments: list[Any]) -> None:
        """Make `segments`, whose files are on disk, the index."""
        storage, before = self._storage, self._manifest
        records = tuple(map(record_of, segments))
        known = _names(before)
        new = {record.name for record in records} - known
        staying = {record.name for record in records} & known
        with damage_reported(self.directory):
            made = self._grouping.make(
                *(storage, self.analyzer, before, generation, segments),
                more_to_come=self._more_to_come,
            )
        files = {n: facts for n, facts in before.files.items() if n.split(".")[0] in staying}
        files |= {n: storage.facts_of(n) for n in storage.list() if n.split(".")[0] in new}
        texts = {texts_name(record.name) for record in records}
        if made.groups is not None:
            kept = files if self._grouping.goes_on(before) else {}
            files |= {n: storage.facts_of(n) for n in texts if n not in kept}
        elif made.grouping != GROUPING_ON:
            files = {n: facts for n, facts in files.items() if n not in texts}
        manifest = Manifest(
            generation,
            before.language,
            before.analysis,
            segments=records,
            files=files,
            sources=write_sources(storage, generation, self.sources),
            values=self._values,
            weights=self._weights,
            **made._asdict(),
        )
        storage.sync_directory()
        self._check_newest()
        publish_manifest(storage, manifest)
        self._manifest = manifest
        publish_contents(storage, self._schema, manifest)
        clean(storage, generation, _names(manifest))
        if made.grouping != GROUPING_ON:
            for name in texts.intersection(storage.list()):
                storage.delete_file(name)

    def _discard(self) -> None:
        # What cannot be removed belongs to no commit, and the next one removes it.
        with suppress(OSError, IndexStateError):
            if not self._is_published(self._manifest):
                self._builder.discard()

    def close(self) -> None:
        """Release the lock.  Changes that were not committed are dropped.

        In a process that was forked from the one that began the session this touches
        neither the lock nor any file.
        """
        # In a child a thread that is not there may have the turn, for ever.
        with self._turn if self._lock.is_held else nullcontext():
            self._close()

    def _close(self) -> None:
        if not self.closed:
            self.closed = True
            try:
                if self._lock.is_held:
                    self._discard()
                self._committed.close()
            finally:
                try:
                    self._lock.release()
                finally:
                    self._storage.release()

    def __enter__(self) -> WriteSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _names(manifest: Manifest) -> set[str]:
    return {record.name for record in manifest.segments}
