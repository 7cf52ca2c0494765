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
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.codec.generations import latest_generation
from searcher.errors import IndexMissingError, QueryError, SelectionError
from searcher.fields import FieldTable
from searcher.importing import InstalledOnly
from searcher.query import Node, parse_with_notes
from searcher.query.printing import text_of
from searcher.request import Request
from searcher.scoring import DEFAULT_SCORING, Scoring
from searcher.searching.budget import Budget
from searcher.searching.hidden import asks_for_hidden
from searcher.searching.pool import OPEN_ATTEMPTS, ViewPool
from searcher.searching.results import Results

if TYPE_CHECKING:  # writing is imported when something is written: cold queries count
    from searcher.article import Article
    from searcher.evaluation.reports import Evaluation
    from searcher.evaluation.topics import Topic
    from searcher.indexing.check import CheckReport
    from searcher.indexing.removing import Removal
    from searcher.indexing.report import Progress, Report
    from searcher.indexing.session import WriteSession
    from searcher.indexing.writer import IndexWriter
    from searcher.query.notes import Note
    from searcher.searching.explain import Explanation
    from searcher.searching.marks import Marks
    from searcher.searching.statistics import Statistics
    from searcher.searching.view import View

__all__ = ["Archive"]

_T = TypeVar("_T")


class Archive:
    """An archive of news articles in an index directory.

    Make one with `Archive.open`, `Archive.create` or `Archive.open_or_create`, and
    close it, or use it as a context manager.
    """

    def __init__(
        self,
        path: str,
        *,
        now: Callable[[], dt.datetime] | None = None,
        scoring: Scoring = DEFAULT_SCORING,
    ) -> None:
        self.path = path
        self._now = now or (lambda: dt.datetime.now(dt.UTC))
        self._views = ViewPool(path, scoring=scoring)

    # ------------------------------------------------------------ opening

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        now: Callable[[], dt.datetime] | None = None,
        scoring: Scoring = DEFAULT_SCORING,
    ) -> Archive:
        """Open the index in the directory `path`.

        Arguments:
            now: the clock that relative dates in queries are read by.
            scoring: the constants of the ranking.  Others than the default ones rank as
                surely and more slowly.

        Raises:
            IndexMissingError: there is no index.
            IndexDamagedError: it is broken, or something else.
        """
        archive = cls(os.fspath(path), now=now, scoring=scoring)
        archive._views.read(lambda view: None)
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
        max_file_mb: int | None = None,
        follow_links: bool | None = None,
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
        Arguments are those of `searcher.indexing.sync.sync`, and of `writer`.  `field_map`,
        `exclude`, `max_file_mb` and `follow_links` are kept: None means what was given before,
        an empty one, 0 or False forgets it.

        Raises:
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
            ReadError: one of `paths` does not exist, or cannot be indexed.
            KeyboardInterrupt: Ctrl-C was pressed; what was read until then is committed.
            TypeError, ValueError: `field_map` or `exclude` is not valid; nothing was changed.
        """
        with InstalledOnly():
            from searcher.indexing.sync import sync

        with self._session(memory_mb, threads) as session:
            return sync(
                session,
                [os.fspath(path) for path in paths],
                field_map=field_map,
                exclude=exclude,
                max_file_mb=max_file_mb,
                follow_links=follow_links,
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
        with InstalledOnly():
            from searcher.indexing.writer import IndexWriter

        return IndexWriter(self.path, memory_mb=memory_mb, threads=threads)

    def define_values(self, *names: str) -> None:
        """Give the archive value fields of its own, such as `country`, to be found by
        `country:fr` and `has:country`.

        Their values are those of the same name in `Article.metadata`; readers find them in
        records and pages by that name, or by a field map.  Articles that are there already
        are indexed again with what their `metadata` holds; the next run of `index` reads their
        files again, for what only the reader can find.

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
        with self._session() as session:
            session.define_values(*names)

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

        with self._session() as session:
            selection = select(session, [os.fspath(name) for name in names])
            if query is not None:
                found = set(self.ids(query))
                is_all = len(found) >= len(self) > 0 and found.issuperset(self.ids("*"))
                if is_all and not everything:
                    raise SelectionError(
                        str(query),
                        f"finds all {len(found):,} articles of the index",
                        hint="to remove them all, say so: --all, or everything=True",
                    )
                selection.ids |= found
            return remove(session, selection, dry_run=dry_run)

    def optimize(self) -> None:
        """Make one segment of the whole index: see `IndexWriter.optimize`.

        Worth its while after much was replaced or removed, or when the index will not
        change for long; an index keeps itself in order without it.

        Raises:
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
        """
        with self._session() as session:
            session.optimize()

    def _session(self, memory_mb: int | None = None, threads: int | None = None) -> WriteSession:
        with InstalledOnly():
            from searcher.indexing.session import WriteSession

        return WriteSession(self.path, memory_mb=memory_mb, threads=threads)

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
            ValueError, TypeError: limit, offset, sort or timeout is not one of these.
        """
        return self.answer(Request(query, limit=limit, offset=offset, sort=sort, timeout_s=timeout))

    def answer(self, request: Request) -> Results:
        """Answer `request`, which was made and checked before.

        Raises:
            QueryError, DeadlineError, IndexDamagedError: as `search`.
        """
        started = time.perf_counter()
        budget = Budget(request.timeout_s)
        asked, notes = self._parsed(request.query)
        understood, found = self._read(asked, lambda view: view.hits(asked, request, budget))
        total, matching_all, hits = found
        return Results(
            query=request.text,
            understood=text_of(understood),
            total=total,
            matching_all=matching_all,
            took_ms=(time.perf_counter() - started) * 1000,
            hits=hits,
            notes=notes,
        )

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
        request = Request(query, limit=limit, offset=offset, sort=sort, timeout_s=timeout)
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(query)
        return self._read(asked, lambda view: view.ids(asked, request, budget))

    def ranked(self, request: Request) -> list[tuple[str, float]]:
        """The ids of the articles that answer `request`, in order, with their scores.

        Raises:
            QueryError, DeadlineError, IndexDamagedError: as `search`.
        """
        budget = Budget(request.timeout_s)
        asked, _ = self._parsed(request.query)
        return self._read(asked, lambda view: view.ranked(asked, request, budget))

    def evaluate(
        self,
        topics: str | os.PathLike[str] | Sequence[Topic],
        qrels: str | os.PathLike[str] | Mapping[str, Mapping[str, int]],
        *,
        measures: Sequence[str] = (),
        topic_fields: Sequence[str] = (),
        syntax: bool = False,
        by_position: bool = False,
        id_field: str = "id",
        limit: int = 1000,
        timeout: float | None = None,
        **options: Any,
    ) -> Evaluation:
        """Ask `topics`, and hold what is found against the judgements `qrels`.

        Arguments:
            topics: a file of topics (TREC, SMART, JSON Lines, or id TAB query), or topics.
            qrels: a file of judgements (topic 0 article grade), or the grade of each article
                for each topic.
            measures: names as ir-measures has them; AP, nDCG@10, P@10 and R@1000 by default.
            topic_fields: which fields of a topic are asked, in a row; by default the first
                that there is of title, desc and narr.
            syntax: topics are queries; by default they are bare words.
            by_position: topics are called 1, 2, ... as they stand in their file.
            id_field: the field by whose value judgements name articles.
            limit: how many hits are looked at, 1 or more.
            timeout: seconds for each topic, as for `search`.
            options: whatever else `Request` takes.

        Raises:
            ReadError: a file cannot be read, or a line of it.
            EvaluationError: a measure or field is not known, or a topic cannot be asked.
            DeadlineError, IndexDamagedError: as `search`.

        Cost: a search for each topic; with another `id_field` every article is read once.
        """
        with InstalledOnly():
            from searcher.evaluation.evaluating import evaluate

        def rank(query: str | Node) -> list[tuple[str, float]]:
            return self.ranked(Request(query, limit=limit, timeout_s=timeout, **options))

        return evaluate(
            topics,
            qrels,
            rank=rank,
            ids=lambda: self.ids("*"),
            get=self.get,
            measures=measures,
            topic_fields=topic_fields,
            syntax=syntax,
            by_position=by_position,
            id_field=id_field,
        )

    def explain(self, query: str | Node, *, timeout: float | None = None) -> Explanation:
        """Say how `query` is understood, what each part of it finds, and what fails.

        Arguments:
            timeout: as for `search`.

        Raises:
            QueryError: the query cannot be understood, or costs more than one may.
            DeadlineError: it was not explained in time.
        """
        request = Request(query, timeout_s=timeout)
        budget = Budget(request.timeout_s)
        asked, notes = self._parsed(query)
        return self._read(asked, lambda view: view.explain(asked, request, notes, budget))

    def _read(self, asked: Node, use: Callable[[View], _T]) -> _T:
        """Run `use` on the newest commit; what may not be published is there if `asked` is
        about it."""

        def guarded(view: View) -> _T | None:
            if view.snapshot.hides_any and asks_for_hidden(asked):
                return None
            return use(view)

        found = self._views.read(guarded)
        return self._views.read(use, hides=False) if found is None else found

    def _parsed(self, query: str | Node) -> tuple[Node, tuple[Note, ...]]:
        """The tree of `query`, with what was probably meant otherwise."""
        if isinstance(query, Node):
            return query, ()
        language, fields = self._views.language, self._views.fields
        try:
            return parse_with_notes(query, now=self._now, language=language, fields=fields)
        except QueryError:
            if self.fields == fields:
                raise
            # A newer commit has fields that the one before had not.
            return parse_with_notes(query, now=self._now, language=language, fields=self.fields)

    def get(self, id: str) -> Article:
        """Return the whole article `id`; a beginning that only one id has will do.

        Raises:
            ArticleNotFoundError: no article, or more than one, has it; it is a KeyError too.
        """
        return self._views.read(lambda view: view.article(id))

    def versions(self, id: str) -> list[Article]:
        """The texts that the article `id` has had, the oldest first, and last the article.

        Raises:
            ArticleNotFoundError: as `get`.
        """
        return self._views.read(lambda view: view.versions(id))

    def marks(self, id: str, query: str | Node) -> Marks:
        """Say where in the article `id` the words of `query` stand: what a hit's snippet
        marks, in the whole article.  The article need not match the query as a whole.

        Raises:
            ArticleNotFoundError: no article, or more than one, has the id.
            QueryError: the query cannot be understood.
        """
        asked, _ = self._parsed(Request(query).query)
        return self._views.read(lambda view: view.marks(id, asked))

    def stats(self) -> Statistics:
        """Say what the index holds.  Cost: reads the dates of all articles."""

        with InstalledOnly():
            from searcher.searching.statistics import statistics_of

        return self._views.read(lambda view: statistics_of(view.snapshot))

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

        for _ in range(OPEN_ATTEMPTS):
            report = check_index(self.path)
            # A newer commit removes the files of the one that was being read.
            if report.sound or report.generation == latest_generation(self.path):
                break
        return report

    @property
    def language(self) -> str:
        """The language that words are stemmed in."""
        return self._views.read(lambda view: view.snapshot.language)

    @property
    def fields(self) -> FieldTable:
        """The fields of its articles, its own among them."""
        return self._views.read(lambda view: view.snapshot.fields)

    def __len__(self) -> int:
        """The number of articles."""
        return self._views.read(lambda view: view.snapshot.live_count)

    def __contains__(self, id: str) -> bool:
        try:
            return self.get(id).id == id
        except KeyError:
            return False

    def close(self) -> None:
        """Close the files that no search is using."""
        self._views.close()

    def __del__(self) -> None:
        if hasattr(self, "_views"):
            self.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
