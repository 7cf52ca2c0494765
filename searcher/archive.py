"""How do I use all this from Python?

`Archive` is the library's front door: it opens an index directory, puts articles
in, and answers queries.  One `Archive` may be used from several threads; each
search takes a snapshot of the newest commit from a pool and gives it back.

    from searcher import Archive

    archive = Archive.open_or_create("index")
    archive.index("corpus/")
    for hit in archive.search('"humanitarian truce"'):
        print(hit.score, hit.title)
"""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.analysis import Analyzer
from searcher.codec.damage import cannot_be_read, file_damaged
from searcher.codec.generations import ManifestIdentity, NewestGeneration, latest_generation
from searcher.errors import ArticleNotFoundError, IndexMissingError, QueryError, SelectionError
from searcher.fields import FIELDS, FieldTable
from searcher.importing import InstalledOnly
from searcher.query import Node, parse_with_notes
from searcher.query.printing import text_of
from searcher.query.rewrite import drop_stop_words
from searcher.searching.budget import Budget
from searcher.searching.choice import choose_executor
from searcher.searching.executor import Executor
from searcher.searching.plain import SORTS, PlainExecutor
from searcher.searching.results import Results
from searcher.searching.snapshot import SegmentView, Snapshot

if TYPE_CHECKING:  # writing is imported when something is written: cold queries count
    from searcher.article import Article
    from searcher.indexing.check import CheckReport
    from searcher.indexing.removing import Removal
    from searcher.indexing.report import Progress, Report
    from searcher.indexing.writer import IndexWriter
    from searcher.query.notes import Note
    from searcher.searching.explain import Explanation
    from searcher.searching.marks import Marks
    from searcher.searching.statistics import Statistics

__all__ = ["Archive"]

_OPEN_ATTEMPTS = 50
_MOST_VERIFIED = 10_000
_IDS_BETWEEN_CHECKS = 256
_T = TypeVar("_T")


class Archive:
    """An archive of news articles in an index directory.

    Make one with `Archive.open`, `Archive.create` or `Archive.open_or_create`, and
    close it, or use it as a context manager.
    """

    def __init__(self, path: str, *, now: Callable[[], dt.datetime] | None = None) -> None:
        self.path = path
        self._now = now or (lambda: dt.datetime.now(dt.UTC))
        self._pool: list[tuple[Snapshot, Executor]] = []
        self._pool_lock = threading.Lock()
        self._newest = NewestGeneration(path)
        # The files that were compared with their checksums.
        self._verified: set[Any] = set()
        self._analyzer: Analyzer | None = None
        # Of the snapshot that was opened last.
        self._fields = FIELDS

    # ------------------------------------------------------------ opening

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], *, now: Callable[[], dt.datetime] | None = None
    ) -> Archive:
        """Open the index in the directory `path`.

        Arguments:
            now: the clock that relative dates in queries are read by.

        Raises:
            IndexMissingError: there is no index.
            IndexDamagedError: it is broken, or something else.
        """
        archive = cls(os.fspath(path), now=now)
        archive._with_snapshot(lambda snapshot, executor: None)
        return archive

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        language: str = "en",
        values: Sequence[str] = (),
        now: Callable[[], dt.datetime] | None = None,
    ) -> Archive:
        """Make an empty index in the directory `path`, whose words are stemmed as `language`.

        Arguments:
            values: names of value fields that its articles have besides the usual ones, as in
                `country:fr`; see `define_values`.

        Raises:
            IndexStateError: the directory cannot be made, or is not empty.
            FieldError: one of `values` is no name for a field.
        """
        with InstalledOnly():
            from searcher.indexing.creating import create_index

        create_index(os.fspath(path), language=language, values=values)
        return cls.open(path, now=now)

    @classmethod
    def open_or_create(
        cls,
        path: str | os.PathLike[str],
        *,
        language: str = "en",
        values: Sequence[str] = (),
        now: Callable[[], dt.datetime] | None = None,
    ) -> Archive:
        """Open the index in `path`, or make one if there is none.

        `values` that an index that is there does not have are defined in it.

        Raises:
            IndexStateError, FieldError: as `open` and `create`.
        """
        try:
            archive = cls.open(path, now=now)
            archive.define_values(*values)
            return archive
        except IndexMissingError:
            with InstalledOnly():
                from searcher.indexing.creating import create_index

            # Another process may have made it meanwhile.
            create_index(os.fspath(path), language=language, values=values, exist_ok=True)
            return cls.open(path, now=now)

    # ------------------------------------------------------------ writing

    def index(
        self,
        *paths: str | os.PathLike[str],
        field_map: Mapping[str, str] | None = None,
        exclude: Sequence[str] | None = None,
        force: bool = False,
        dry_run: bool = False,
        prune: bool = False,
        workers: int | None = None,
        memory_mb: int | None = None,
        threads: int | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Report:
        """Make the index agree with the files and folders `paths`.

        New and changed files are read, unchanged ones skipped, articles of vanished
        ones removed.  A file that cannot be read is reported and stops nothing.
        Arguments are those of `searcher.indexing.sync.sync`, and of `writer`.  `field_map`
        and `exclude` are kept: None means what was given before, an empty one forgets it.

        Raises:
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
            ReadError: one of `paths` does not exist, or cannot be indexed.
            KeyboardInterrupt: Ctrl-C was pressed; what was read until then is committed.
            TypeError, ValueError: `field_map` or `exclude` is none; nothing was changed.
        """
        with InstalledOnly():
            from searcher.indexing.sync import sync

        with self._writer(memory_mb, threads, commit=False) as writer:
            return sync(
                writer,
                [os.fspath(path) for path in paths],
                field_map=field_map,
                exclude=exclude,
                force=force,
                dry_run=dry_run,
                prune=prune,
                workers=workers,
                on_progress=on_progress,
            )

    def writer(self, *, memory_mb: int | None = None, threads: int | None = None) -> IndexWriter:
        """A session of changes: `with archive.writer() as writer: writer.add(article)`.

        Leaving the block commits; an exception drops what was not committed.

        Arguments:
            memory_mb: megabytes held in memory before a commit.
            threads: threads that the native core works in, yours among them; with 1 yours
                does everything.  By default as many as there are cores to use.

        Raises:
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
        """
        return self._writer(memory_mb, threads, commit=True)

    def define_values(self, *names: str) -> None:
        """Give the archive value fields of its own, such as `country`, to be found by
        `country:fr` and `has:country`.

        Their values are those of the same name in `Article.metadata`; readers find them in
        records and pages by that name, or by a field map.  Articles that are there already
        are indexed again; those of files that were read before the field was known have the
        values that their readers kept, so index such files again with `force`.

        Arguments:
            names: 1 to 40 small letters, digits and `_`, a letter first; those that the
                archive has already are passed over.

        Raises:
            FieldError: one is no name for a field; nothing was changed.
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
        """
        if set(names) <= set(self.fields.own):
            return
        self.fields.with_values(*(name for name in names if name not in self.fields.own))
        with self._writer(commit=False) as writer:
            writer.define_values(*names)

    def remove(
        self,
        *names: str | os.PathLike[str],
        query: str | Node | None = None,
        everything: bool = False,
        dry_run: bool = False,
    ) -> Removal:
        """Remove articles; nothing on the disk but the index is touched.

        What is removed comes back when its file or folder is indexed again.

        Arguments:
            names: paths of files and folders, which need not be there any more; ids of
                articles, or beginnings of four characters that only one id has.
            query: remove what it finds too.
            everything: without it, a query that finds all articles is an error.
            dry_run: change nothing, only say what would be removed.

        Raises:
            SelectionError: a name is neither a path nor an id, or it is both, or a query
                finds all; nothing is removed then.
            QueryError: the query cannot be understood.
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
        """
        with InstalledOnly():
            from searcher.indexing.removing import remove, select

        with self._writer(commit=False) as writer:
            selection = select(writer, [os.fspath(name) for name in names])
            if query is not None:
                found = set(self.ids(query))
                if found and len(found) == len(self) and not everything:
                    raise SelectionError(
                        str(query),
                        f"finds all {len(found):,} articles of the index",
                        hint="to remove them all, say so: --all, or everything=True",
                    )
                selection.ids |= found
            return remove(writer, selection, dry_run=dry_run)

    def optimize(self) -> None:
        """Make one segment of the whole index: see `IndexWriter.optimize`.

        Worth its while after much was replaced or removed, or when the index will not
        change for long; an index keeps itself in order without it.

        Raises:
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
        """
        with self._writer(None, commit=False) as writer:
            writer.optimize()

    def _writer(
        self, memory_mb: int | None = None, threads: int | None = None, *, commit: bool
    ) -> IndexWriter:
        with InstalledOnly():
            from searcher.indexing.writer import DEFAULT_MEMORY_MB, IndexWriter

        return IndexWriter(
            self.path,
            memory_mb=DEFAULT_MEMORY_MB if memory_mb is None else memory_mb,
            threads=threads,
            commit_on_exit=commit,
        )

    # ------------------------------------------------------------ searching

    def search(
        self,
        query: str | Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: str = "score",
        timeout: float | None = None,
    ) -> Results:
        """Answer `query`.

        Arguments:
            query: text in the query language, or a tree.
            limit: hits to return, 0 or more; None returns all.
            offset: how many of the best hits to leave out.
            sort: "score", "date" (oldest first) or "-date" (newest first).
            timeout: seconds, more than 0, after which the query is given up; None for as long
                as it takes, which is bounded by what a query may cost.

        Raises:
            QueryError: the query cannot be understood, or costs more than one may.
            DeadlineError: it was not answered in time.
            IndexDamagedError: the index is broken.
            ValueError: limit, offset, sort or timeout is not one of these.
        """
        budget = Budget(timeout)
        started = time.perf_counter()
        text = query if isinstance(query, str) else str(query)

        def answer(snapshot: Snapshot, executor: Executor) -> Results:
            understood = self._understand(asked, self._analyzer_for(snapshot))
            budget.check()
            found = executor.hits(understood, limit=limit, offset=offset, sort=sort, budget=budget)
            return Results(
                query=text,
                understood=text_of(understood),
                total=found.total,
                matching_all=found.matching_all,
                took_ms=(time.perf_counter() - started) * 1000,
                hits=found.hits,
                notes=notes,
            )

        asked, notes = self._ask(query, limit, offset, sort)
        return self._with_snapshot(answer)

    def ids(
        self,
        query: str | Node,
        *,
        limit: int | None = None,
        offset: int = 0,
        sort: str = "score",
        timeout: float | None = None,
    ) -> list[str]:
        """The ids of the articles that match, in order, and nothing else of them.

        Arguments and errors are those of `search`; all ids are returned by default.
        """

        def answer(snapshot: Snapshot, executor: Executor) -> list[str]:
            understood = self._understand(asked, self._analyzer_for(snapshot))
            budget.check()
            ranking = executor.search(
                understood, limit=limit, offset=offset, sort=sort, budget=budget
            )
            ids: list[str] = []
            for match in ranking.matches:
                if not len(ids) % _IDS_BETWEEN_CHECKS:
                    budget.enter("reading ids", f"{len(ids):,} of {len(ranking.matches):,}")
                ids.append(snapshot.segments[match.segment].id(match.number))
            return ids

        budget = Budget(timeout)
        asked, _ = self._ask(query, limit, offset, sort)
        return self._with_snapshot(answer)

    def explain(self, query: str | Node, *, timeout: float | None = None) -> Explanation:
        """Say how `query` is understood, what each part of it finds, and what fails.

        Arguments:
            timeout: as for `search`.

        Raises:
            QueryError: the query cannot be understood, or costs more than one may.
            DeadlineError: it was not explained in time.
        """
        with InstalledOnly():
            from searcher.searching.explain import explain

        budget = Budget(timeout)
        text = query if isinstance(query, str) else str(query)
        asked, notes = self._ask(query, None, 0, "score")

        def answer(snapshot: Snapshot, _: Executor) -> Explanation:
            analyzer = self._analyzer_for(snapshot)
            understood = self._understand(asked, analyzer)
            # Parts of a query are taken apart in Python, whichever executor answers whole ones.
            executor = PlainExecutor(snapshot, analyzer)
            budget.check()
            return explain(text, understood, snapshot, executor, analyzer, notes, budget=budget)

        return self._with_snapshot(answer)

    def _understand(self, asked: Node, analyzer: Analyzer) -> Node:
        return drop_stop_words(asked, analyzer.stop_words, lambda text: tuple(analyzer.forms(text)))

    def _ask(
        self, query: str | Node, limit: int | None, offset: int, sort: str
    ) -> tuple[Node, tuple[Note, ...]]:
        if sort not in SORTS:
            raise ValueError(f"sort is one of {', '.join(SORTS)}, not {sort!r}")
        if offset < 0 or (limit is not None and limit < 0):
            raise ValueError("limit and offset are 0 or more")
        if not isinstance(query, str):
            if not isinstance(query, Node):
                raise TypeError(f"a query is a text or a tree of nodes, not {query!r}")
            return query, ()
        language = self._analyzer.language if self._analyzer else self.language
        fields = self._fields
        try:
            return parse_with_notes(query, now=self._now, language=language, fields=fields)
        except QueryError:
            if self.fields == fields:
                raise
            # A newer commit has fields that the one before had not.
            return parse_with_notes(query, now=self._now, language=language, fields=self._fields)

    def get(self, id: str) -> Article:
        """Return the whole article `id`; a beginning that only one id has will do.

        Raises:
            ArticleNotFoundError: no article, or more than one, has it; it is a KeyError too.
        """

        with InstalledOnly():
            from searcher.codec.schema import article_of

        def read(snapshot: Snapshot, _: Executor) -> dict[str, Any]:
            segment, number = _the_one(snapshot, id)
            return segment.stored(number)

        return article_of(self._with_snapshot(read))

    def marks(self, id: str, query: str | Node) -> Marks:
        """Say where in the article `id` the words of `query` stand: what a hit's snippet
        marks, in the whole article.  The article need not match the query as a whole.

        Raises:
            ArticleNotFoundError: no article, or more than one, has the id.
            QueryError: the query cannot be understood.
        """
        with InstalledOnly():
            from searcher.searching.marks import find_marks

        asked, _ = self._ask(query, None, 0, "score")

        def find(snapshot: Snapshot, executor: Executor) -> Marks:
            analyzer = self._analyzer_for(snapshot)
            understood = self._understand(asked, analyzer)
            return find_marks(*_the_one(snapshot, id), understood, executor, analyzer)

        return self._with_snapshot(find)

    def stats(self) -> Statistics:
        """Say what the index holds.  Cost: reads the dates of all articles."""

        with InstalledOnly():
            from searcher.searching.statistics import statistics_of

        return self._with_snapshot(lambda snapshot, _: statistics_of(snapshot))

    def check(self) -> CheckReport:
        """Say for every file of the index whether it is what was written.

        Unlike everything else this may be asked of an index that cannot be opened:
        `Archive(path).check()`.  Cost: reads all of it.

        Raises:
            IndexMissingError: there is no index.
            IndexStateError: it has native segments, and the native core is missing.
        """
        with InstalledOnly():
            from searcher.indexing.check import check_index

        for _ in range(_OPEN_ATTEMPTS):
            report = check_index(self.path)
            # A newer commit removes the files of the one that was being read.
            if report.sound or report.generation == latest_generation(self.path):
                break
        return report

    @property
    def language(self) -> str:
        """The language that words are stemmed in."""
        return self._with_snapshot(lambda snapshot, _: snapshot.language)

    @property
    def fields(self) -> FieldTable:
        """The fields of its articles, its own among them."""
        return self._with_snapshot(lambda snapshot, _: snapshot.fields)

    def __len__(self) -> int:
        """The number of articles."""
        return self._with_snapshot(lambda snapshot, _: snapshot.live_count)

    def __contains__(self, id: str) -> bool:
        try:
            return self.get(id).id == id
        except KeyError:
            return False

    def close(self) -> None:
        """Close the snapshots that no search is using."""
        with self._pool_lock:
            pool, self._pool = self._pool, []
        for snapshot, _ in pool:
            snapshot.close()

    def __del__(self) -> None:
        if hasattr(self, "_pool"):
            self.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ snapshots

    def _with_snapshot(self, use: Callable[[Snapshot, Executor], _T]) -> _T:
        """Run `use` on the newest commit, again if a newer one removes files under it."""
        for attempt in range(_OPEN_ATTEMPTS):
            generation, identity = self._newest.identified()
            try:
                pair = self._borrow(identity)
                try:
                    found = use(*pair)
                except BaseException:
                    pair[0].close()
                    raise
            except FileNotFoundError as error:
                missing = error
                # The first few times the listing itself may have been between two commits.
                if attempt > 2 and generation == latest_generation(self.path):
                    break
            except OSError as error:
                raise cannot_be_read(self.path, error) from error
            else:
                with self._pool_lock:
                    self._pool.append(pair)
                return found
        name = os.path.basename(os.fsdecode(missing.filename or "a file"))
        raise file_damaged(self.path, name, "is missing") from missing

    def _borrow(self, identity: ManifestIdentity | None) -> tuple[Snapshot, Executor]:
        """Take a snapshot of the commit with that manifest from the pool, or open the newest.

        A number would not do: a backup that was put in the place of the index has its own.
        Whoever takes it puts it back or closes it.
        """
        stale = []
        try:
            with self._pool_lock:
                while self._pool:
                    pair = self._pool.pop()
                    if pair[0].identity == identity:
                        return pair
                    stale.append(pair)
        finally:
            for snapshot, _ in stale:
                snapshot.close()
        if len(self._verified) > _MOST_VERIFIED:
            self._verified = set()  # of files that are gone long since
        snapshot = Snapshot(self.path, verified=self._verified)
        self._fields = snapshot.fields
        return snapshot, choose_executor(snapshot, self._analyzer_for(snapshot))

    def _analyzer_for(self, snapshot: Snapshot) -> Analyzer:
        analyzer = self._analyzer
        if analyzer is None or analyzer.language != snapshot.language:
            analyzer = self._analyzer = Analyzer(snapshot.language)
        return analyzer


def _the_one(snapshot: Snapshot, id: str) -> tuple[SegmentView, int]:
    """Where the article `id` lies, or the only one whose id begins so."""
    found = snapshot.find(id)
    if id in found:
        return found[id]
    if not found:
        raise ArticleNotFoundError(id, f"no article has the id {id}")
    if len(found) > 1:
        several = ", ".join(sorted(found))
        raise ArticleNotFoundError(id, f"several ids begin with {id}: {several}")
    return next(iter(found.values()))
