"""How are articles added, replaced and removed, so that nothing is lost?

`IndexWriter` is the one process that writes an index.  It holds Whoosh's write
lock from beginning to end, collects articles in memory up to a budget, and
commits: new segment, deletions, merges, manifest, and last the table of contents
(see `plain_building.py`).  Readers see the old commit until the new one is complete; a
killed writer leaves the last commit and an unlocked index behind, because the
lock is the kernel's.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import TracebackType
from typing import Any

from searcher.analysis import Analyzer
from searcher.article import Article, storable_path, without_fault
from searcher.codec.contents import ManifestIndex, publish_contents
from searcher.codec.damage import cannot_be_read, damage_reported, file_damaged
from searcher.codec.generations import clean, contents_name, latest_generation
from searcher.codec.manifest import Manifest, publish_manifest, read_manifest
from searcher.codec.schema import make_schema
from searcher.codec.segment_lookup import SegmentLookup
from searcher.codec.segment_records import record_of
from searcher.codec.sources import Sources, read_sources, write_sources
from searcher.codec.storage import DurableStorage
from searcher.errors import ArticleError, IndexStateError, SearcherError
from searcher.indexing.building import Batch, Resources, SegmentBuilder, usable_cores
from searcher.indexing.creating import create_index
from searcher.indexing.lock import WriteLock
from searcher.indexing.report import ArticleChange
from searcher.indexing.segment_kinds import SegmentKind, segment_kind
from searcher.indexing.turns import one_at_a_time

__all__ = ["DEFAULT_MEMORY_MB", "IndexWriter", "create_index"]

DEFAULT_MEMORY_MB = 256
_ADD_CHUNK = 64  # articles handed to the builder at once by `add`
_NOT_ADDED = "the articles cannot be added"


class IndexWriter:
    """A session of changes to the index in `directory`; use as a context manager.

    Leaving the block commits; leaving it by an exception drops what was not yet
    committed.  A full memory budget commits too, so a long session is a row of
    commits, each complete in itself.  Several threads may use one session.

    Arguments:
        memory_mb: megabytes of articles held in memory before a commit.
        threads: threads of the native core, the calling one among them; by default as many
            as there are cores to use.  With 1 the calling thread does all the work.
        commit_on_exit: False leaves commits to the caller.
        kind: of the segments to make; by default the native one if the core is there.

    Raises:
        IndexMissingError, IndexDamagedError: there is no usable index here.
        IndexLockedError: another process is writing it.
    """

    def __init__(
        self,
        directory: str,
        *,
        memory_mb: int = DEFAULT_MEMORY_MB,
        threads: int | None = None,
        commit_on_exit: bool = True,
        kind: SegmentKind | None = None,
    ) -> None:
        self.closed = True
        self._turn = threading.RLock()
        self.directory = directory
        self.kind = kind or segment_kind()
        self._commit_on_exit = commit_on_exit
        latest_generation(directory)  # before anything is made in a directory of others
        with self._reading():
            self._storage = DurableStorage(directory)
        try:
            self._lock = WriteLock(self._storage)
        except BaseException:
            self._storage.release()
            raise
        self._lookups: list[SegmentLookup] = []
        self._failed: str | None = None
        try:
            self._manifest = self._read_manifest()
            with self._reading():
                self.sources = read_sources(directory, self._manifest)
            self.analyzer = Analyzer(self._manifest.language)
            self.fields = self._manifest.fields
            self._schema = make_schema(self._manifest.language, self.fields)
            self._resources = Resources(max(1, threads or usable_cores()), memory_mb * 1_000_000)
            self._builder = self._new_builder()
            self._removed: set[str] = set()
            self._written: set[str] = set()
            self._sources_changed = False
            # Of the manifest that is written next.
            self._values = self._manifest.values
            self._pending: list[Article] = []
            self._refused: tuple[Article, Exception] | None = None
            self._open_segments()
            self._restore_contents()
        except BaseException:
            self._close_lookups()
            self._lock.release()
            self._storage.release()
            raise
        self.closed = False

    def _new_builder(self) -> SegmentBuilder:
        return self.kind.builder(self._storage, self.analyzer, self._resources, self.fields)

    def _read_manifest(self) -> Manifest:
        with self._reading():
            generation = latest_generation(self.directory, self._storage)
            manifest = read_manifest(self._storage, generation)
        if manifest.analysis != Analyzer.version:
            raise IndexStateError(
                self.directory,
                f"was made with analysis rules {manifest.analysis[:40]}, "
                f"this Searcher has {Analyzer.version}",
                hint="index the articles again into a new directory: "
                "searcher index PATH --index NEW",
            )
        return manifest

    def _open_segments(self) -> None:
        manifest, storage = self._manifest, self._storage
        self._index = ManifestIndex(storage, self._schema, manifest)
        storage.seal(manifest.files)
        with self._reading(), damage_reported(self.directory):
            storage.compare_sizes()
            for segment in self._index._segments():
                self._lookups.append(SegmentLookup(storage, segment))

    def _restore_contents(self) -> None:
        """Write the table of contents of a commit whose process was killed before it could."""
        # If it cannot be written now it is of no use to us, and the next commit writes one.
        with suppress(OSError):
            if not self._storage.directory.exists(contents_name(self._manifest.generation)):
                # It must never be durable before the manifest is, which may not be yet.
                self._storage.sync_directory()
                publish_contents(self._storage, self._schema, self._manifest)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Around the reading of files: what cannot be read is an error that names it."""
        try:
            yield
        except FileNotFoundError as error:  # nobody else removes files while we have the lock
            name = os.path.basename(os.fsdecode(error.filename or "a file"))
            raise file_damaged(self.directory, name, "is missing") from error
        except OSError as error:
            raise cannot_be_read(self.directory, error) from error

    def _check_usable(self) -> None:
        self._lock.check_owner()
        reason = "is over" if self.closed else self._failed
        if reason:
            raise IndexStateError(
                self.directory, f"the session of changes {reason}", hint="begin a new one"
            )

    # -- changes

    @one_at_a_time
    def add(self, article: Article) -> None:
        """Add `article`; it replaces the one with the same id.

        Raises:
            ArticleError: it is no `Article`, or one with values that none can have; what
                was added before stays.
        """
        self._check_usable()
        self._pending.append(without_fault(article))
        if len(self._pending) >= _ADD_CHUNK:
            self._flush_pending()
            self._report_refused()

    def _flush_pending(self) -> None:
        articles, self._pending = self._pending, []
        if not articles:
            return
        try:
            self._add_articles(articles)
        except (SearcherError, OSError, MemoryError):
            raise
        except Exception as error:  # whatever a value that is none raises in analysis
            if len(articles) == 1:
                self._refused = self._refused or (articles[0], error)
                return
            for article in articles:  # the others of the batch are good
                self._pending = [article]
                self._flush_pending()

    def _report_refused(self) -> None:
        if self._refused is not None:
            (article, error), self._refused = self._refused, None
            raise ArticleError("id", f"values that can be indexed ({error})", article.id) from error

    def _add_articles(self, articles: list[Article]) -> None:
        payload = self.kind.digest(articles, self.analyzer, self.fields)
        if not self._lookups and self._added_as_new(payload):
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
        self._check_usable()
        with self._failures_reported(_NOT_ADDED):
            return self._builder.receive(payload)

    @one_at_a_time
    def add_batch(self, batch: Batch) -> list[ArticleChange]:
        """Add the articles of `batch`; return for each what it was."""
        self._check_usable()
        changes = self._classify_batch(batch)
        last = {key.id: i for i, key in enumerate(batch.keys)}
        keep = [
            last[key.id] == i and change != ArticleChange.UNCHANGED
            for i, (change, key) in enumerate(zip(changes, batch.keys, strict=True))
        ]
        for key, change in zip(batch.keys, changes, strict=True):
            if change == ArticleChange.UPDATED or key.id in self._written:
                self._removed.add(key.id)
            self._written.add(key.id)
        with self._failures_reported(_NOT_ADDED):
            self._builder.add(batch, keep)
        self._commit_if_full()
        return changes

    def _commit_if_full(self) -> None:
        if self._builder.size_bytes >= self._resources.held_bytes:
            self.commit()

    @one_at_a_time
    def classify_batch(self, batch: Batch) -> list[ArticleChange]:
        """What `add_batch` would say, without adding."""
        self._check_usable()
        changes = self._classify_batch(batch)
        self._written.update(key.id for key in batch.keys)
        return changes

    def _classify_batch(self, batch: Batch) -> list[ArticleChange]:
        changes: list[ArticleChange] = []
        seen: set[str] = set()
        for key in batch.keys:
            repeated = key.id in seen
            seen.add(key.id)
            changes.append(
                ArticleChange.REPEATED if repeated else self._classify(key.id, key.digest)
            )
        return changes

    def _classify(self, id: str, digest: int) -> ArticleChange:
        if id in self._written:
            return ArticleChange.REPEATED
        with self._reading():
            for lookup in self._lookups:
                for number in lookup.find("id", id):
                    if id in self._removed:
                        return ArticleChange.UPDATED
                    return (
                        ArticleChange.UNCHANGED
                        if lookup.digest(number) == digest
                        else ArticleChange.UPDATED
                    )
        return ArticleChange.ADDED

    @one_at_a_time
    def remove(self, id: str) -> bool:
        """Remove the article `id`; False if there is none."""
        self._check_usable()
        self._flush_pending()
        found = self._builder.remove(id)
        with self._reading():
            for lookup in self._lookups:
                if lookup.find("id", id) and id not in self._removed:
                    found = True
        if found:
            self._removed.add(id)
            self._written.discard(id)
        return found

    @one_at_a_time
    def define_values(self, *names: str) -> None:
        """Give the archive value fields of its own, and commit: see `Archive.define_values`.

        Cost: reads all articles, and indexes those again that have such a value.

        Raises:
            FieldError: one is no name for a field.
        """
        self._check_usable()
        new = [name for name in dict.fromkeys(names) if name not in self.fields.own]
        if not new:
            return
        fields = self.fields.with_values(*new)
        self.commit()
        self.fields = fields
        self._schema = make_schema(self._manifest.language, fields)
        self._begin_again()
        with self._reading():
            having = [id for lookup in self._lookups for id in lookup.ids_with_metadata(new)]
        for id in having:
            with self._reading():
                articles = (lookup.article_with(id) for lookup in self._lookups)
                article = next(found for found in articles if found is not None)
            self.remove(id)
            self.add(article)
        self._flush_pending()
        # Only now: a run that ends before this leaves an archive without the fields, and not
        # one that finds some of its articles by them.
        self._values = fields.own
        self._write_commit(merge_all=False)

    # -- what is there

    @one_at_a_time
    def ids_of_file(self, path: str) -> set[str]:
        """The ids of the articles that were read from `path`, as of the last commit."""
        self._check_usable()
        with self._reading():
            return {
                lookup.id_of(number)
                for lookup in self._lookups
                for number in lookup.find("file", storable_path(path))
            }

    @one_at_a_time
    def file_of(self, id: str) -> str | None:
        """The file that the article `id` was read from, as of the last commit."""
        self._check_usable()
        with self._reading():
            for lookup in self._lookups:
                for number in lookup.find("id", id):
                    return lookup.path_of(number)
        return None

    def is_empty(self) -> bool:
        """True if no commit has put an article here."""
        self._check_usable()
        return not self._lookups

    @one_at_a_time
    def files_within(self, path: str) -> set[str]:
        """The files that articles were read from, `path` or below it, as of the last commit."""
        path = storable_path(path)
        below = path.rstrip(os.sep) + os.sep
        found = {path} if self.ids_of_file(path) else set()
        for lookup in self._lookups:
            found.update(lookup.live_terms("file", below))
        return found

    @one_at_a_time
    def ids_beginning(self, beginning: str) -> list[str]:
        """The ids that begin so, in order, as of the last commit."""
        found: set[str] = set()
        for lookup in self._lookups:
            found.update(lookup.live_terms("id", storable_path(beginning)))
        return sorted(found)

    @one_at_a_time
    def article(self, id: str) -> Article | None:
        """The article `id` as of the last commit; None if it is not there any more."""
        if id not in self._removed:
            for lookup in self._lookups:
                for number in lookup.find("id", id):
                    return lookup.article(number)
        return None

    @one_at_a_time
    def set_sources(self, sources: Sources) -> None:
        """Replace the list of files that the next commit records."""
        self._check_usable()
        self.sources = sources
        self._sources_changed = True

    # -- commits

    @one_at_a_time
    def commit(self) -> None:
        """Make all changes durable and visible.  Cost: proportional to the changes,
        some 25 ms for the syncs, and at times a merge.

        Raises:
            ArticleError: an article could not be indexed; the others are committed.
            IndexStateError: it failed, and says whether the index is the old or the new one;
                or something else has changed the index, and nothing was written.
        """
        self._check_usable()
        self._flush_pending()
        if not self._builder.is_empty or self._removed or self._sources_changed:
            self._write_commit(merge_all=False)
        self._report_refused()

    @one_at_a_time
    def optimize(self) -> None:
        """Commit, and make one segment of all, without what was replaced and removed.

        Searches are quickest on one segment, and disk space comes back; the policy of
        `commit` alone keeps a few segments and rewrites each article seldom.  Plain
        segments stay apart where one file would pass Whoosh's limit of 1.5 GB of stored
        articles.  Cost: reads and writes the whole index.
        """
        self._check_usable()
        self._flush_pending()
        segments = [lookup.segment for lookup in self._lookups]
        is_one = len(segments) < 2 and not any(segment.deleted_count() for segment in segments)
        if is_one and self._builder.is_empty and not (self._removed or self._sources_changed):
            return
        self._write_commit(merge_all=True)

    def _write_commit(self, *, merge_all: bool) -> None:
        self._check_newest()
        with self._failures_reported("the commit failed"):
            with damage_reported(self.directory):
                commit = self.kind.commit(self._index, self._publish, self.fields)
            with self._reading():
                self._delete_from(commit.segments)
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
        self._sources_changed = False
        self._close_lookups()
        self._open_segments()
        self._failed = None

    def _delete_from(self, segments: Iterable[Any]) -> None:
        lookups = {lookup.segment.segment_id(): lookup for lookup in self._lookups}
        for segment in segments:
            lookup = lookups[segment.segment_id()]
            for id in self._removed:
                for number in lookup.find("id", id):
                    segment.delete_document(number)

    def _publish(self, generation: int, segments: list[Any]) -> None:
        """Make `segments`, whose files are on disk, the index."""
        storage, before = self._storage, self._manifest
        records = tuple(map(record_of, segments))
        known = _names(before)
        new = {record.name for record in records} - known
        staying = {record.name for record in records} & known
        files = {n: facts for n, facts in before.files.items() if n.split(".")[0] in staying}
        files |= {n: storage.facts_of(n) for n in storage.list() if n.split(".")[0] in new}
        manifest = Manifest(
            generation,
            before.language,
            segments=records,
            files=files,
            sources=write_sources(storage, generation, self.sources),
            values=self._values,
        )
        storage.sync_directory()
        self._check_newest()
        publish_manifest(storage, manifest)
        self._manifest = manifest
        publish_contents(storage, self._schema, manifest)
        clean(storage, generation, _names(manifest))

    def _discard(self) -> None:
        # What cannot be removed belongs to no commit, and the next one removes it.
        with suppress(OSError, IndexStateError):
            if not self._is_published(self._manifest):
                self._builder.discard()

    def _close_lookups(self) -> None:
        lookups, self._lookups = self._lookups, []
        for lookup in lookups:
            with suppress(OSError):  # it was only read from
                lookup.close()

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
                self._close_lookups()
            finally:
                try:
                    self._lock.release()
                finally:
                    self._storage.release()

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._commit_on_exit:
                self.commit()
        finally:
            self.close()


def _names(manifest: Manifest) -> set[str]:
    return {record.name for record in manifest.segments}
