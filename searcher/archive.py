"""How do I use all this from Python?

`Archive` is the library's front door: it opens an index directory, puts articles
in, and answers queries (`archive_reader.py`).  One `Archive` may be used from several
threads.

    from searcher import Archive

    archive = Archive.open_or_create("index")
    archive.index("corpus/")
    for hit in archive.search('"humanitarian truce"'):
        print(hit.score, hit.title)
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from searcher.archive_reader import ArchiveReader
from searcher.codec.generations import latest_generation
from searcher.errors import ClusterError, IndexMissingError, SelectionError
from searcher.importing import InstalledOnly
from searcher.query import Node
from searcher.scoring import DEFAULT_SCORING, Scoring

if TYPE_CHECKING:  # writing is imported when something is written: cold queries count
    from searcher.alerting.ringing import Ringing, RunReport
    from searcher.errors import IndexLockedError
    from searcher.indexing.arriving import Arriving
    from searcher.indexing.removing import Removal
    from searcher.indexing.report import Progress, Report
    from searcher.indexing.session import WriteSession
    from searcher.indexing.writer import IndexWriter
    from searcher.watching import WatchRound

__all__ = ["Archive"]


_ON_A_CLUSTER = ("opensearch://", "opensearch+http://")


class Archive(ArchiveReader):
    """An archive of news articles in an index directory.

    Make one with `Archive.open`, `Archive.create` or `Archive.open_or_create`, and
    close it, or use it as a context manager.
    """

    # ------------------------------------------------------------ opening

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        now: Callable[[], dt.datetime] | None = None,
        scoring: Scoring | None = None,
    ) -> Archive:
        """Open the index in the directory `path`.

        The address of a cluster, `opensearch://host:9200/news`, opens the archive there: a
        `ClusterArchive`, which has the same methods, is said to be an `Archive` for whoever
        checks types, and refuses by name what only a directory can do (docs/cluster.md).

        Arguments:
            now: the clock that relative dates in queries, and the age of articles, are read by.
            scoring: the constants of the ranking; those of the index if left out
                (`define_weights`).  Others than those rank as surely and more slowly.

        Raises:
            IndexMissingError: there is no index.
            IndexDamagedError: it is broken, or something else.
            ClusterError: the cluster does not answer, or opensearch-py is not installed.
        """
        if isinstance(path, str) and path.startswith(_ON_A_CLUSTER):
            with InstalledOnly():
                from searcher.cluster.archive import ClusterArchive

            return cast("Archive", ClusterArchive.open(path, now=now, scoring=scoring))
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
        shards: int | None = None,
        copies: int | None = None,
        now: Callable[[], dt.datetime] | None = None,
    ) -> Archive:
        """Make an empty index in the directory `path`, whose words are stemmed as `language`.

        Arguments:
            values: names of value fields that its articles have besides the usual ones, as in
                `country:fr`; see `define_values`.
            shards, copies: of an archive on a cluster, whose address `path` is then: into how
                many parts articles are divided, and how many times each is held.

        Raises:
            IndexStateError: the directory cannot be made, or is not empty.
            ClusterError: the archive is there already, or cannot be made.
            FieldError: one of `values` is no name for a field.
            ValueError: shards or copies are given for a directory.
        """
        if isinstance(path, str) and path.startswith(_ON_A_CLUSTER):
            with InstalledOnly():
                from searcher.cluster.archive import ClusterArchive

            made = ClusterArchive.create(
                path, language=language, values=values, shards=shards or 1, copies=copies, now=now
            )
            return cast("Archive", made)
        if shards is not None or copies is not None:
            raise ValueError("an index directory has no shards and copies; a cluster has")
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
        except ClusterError as error:
            if error.kind != "missing" or not isinstance(path, str):
                raise
            with InstalledOnly():
                from searcher.cluster.archive import ClusterArchive

            made = ClusterArchive.create(
                path, language=language, values=values, exist_ok=True, now=now
            )
            return cast("Archive", made)
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

    def watch(
        self,
        *paths: str | os.PathLike[str],
        every_s: float = 60.0,
        once: bool = False,
        alerts: bool = False,
        settle_s: float = 3.0,
        on_ring: Callable[[Ringing], None] | None = None,
        on_wait: Callable[[IndexLockedError], None] | None = None,
    ) -> Iterator[WatchRound]:
        """Make the index agree with `paths` again and again, as `index` does, and yield each
        round; whoever has seen enough stops asking.

        A file that is still being written is left for the next round, one that could not be
        read until it changes.  While another process writes the index, this waits.

        Arguments:
            every_s: seconds from round to round; sooner where a file has not settled.
            once: end after a round, or two where a file had not settled.
            alerts: run the alerts after each round.
            settle_s: seconds for which a file must not have changed.
            on_ring: as for `alerts.run`.
            on_wait: called when another process is writing.

        Raises:
            ReadError, IndexDamagedError: as `index`, of the first round; the error of a later
                one is in what it yields, and it is tried again.
            ValueError: the seconds are not more than 0.
        """
        with InstalledOnly():
            from searcher.indexing.sync import sync
        with InstalledOnly():
            from searcher.watching import watch

        names = [os.fspath(path) for path in paths]

        def index(arriving: Arriving) -> Report:
            with self._session() as session:
                return sync(session, names, arriving=arriving)

        def ring() -> RunReport:
            return self.alerts.run(on_ring=on_ring)

        yield from watch(
            index,
            ring if alerts else None,
            every_s=every_s,
            settle_s=settle_s,
            once=once,
            on_wait=on_wait,
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

    def define_weights(self, weights: Mapping[str, float]) -> None:
        """Rank by other constants from now on, for whoever opens the index.

        Arguments:
            weights: constants by their names in `searcher.scoring` (k1, b, title, body, byline,
                closeness, distance), such as `{"title": 3}`; the others are the usual ones,
                whatever was kept before, and all of them are if there are none.

        What is indexed from now on, and what `optimize` writes, is searched with them as
        quickly as with the usual ones.

        Raises:
            ValueError: there is no constant of such a name, or it is outside its range.
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.
        """
        DEFAULT_SCORING.with_weights(weights)
        with self._session() as session:
            session.define_weights(weights)

    def save_names(self, name: str, spellings: Sequence[str]) -> None:
        """Save `spellings` as a set of names, which `@name` stands for in queries.

        A set of that name that is there is replaced; it stays, whatever is indexed.

        Raises:
            NameSetError: a set cannot be called so, or they are no spellings, 1 to 100.
            IndexMissingError: there is no index.
            IndexStateError: it cannot be written.
        """
        with InstalledOnly():
            from searcher.codec.name_sets import save_name_set

        latest_generation(self.path)
        save_name_set(self.path, name, spellings)

    def remove_names(self, name: str) -> None:
        """Remove the set of names `name`.

        Raises:
            NameSetError: there is none.
            IndexStateError: it cannot be removed.
        """
        with InstalledOnly():
            from searcher.codec.name_sets import remove_name_set

        remove_name_set(self.path, name)

    def define_groups(
        self, wanted: bool, *, cover: float | None = None, near_days: int | None = None
    ) -> None:
        """Say whether copies of articles are looked for (`searcher/copies/`).

        They are from the beginning, unless more articles are indexed at once than Python can
        compare in a few minutes.

        Arguments:
            wanted: True makes the groups of all articles now, anew, however many they are, and
                keeps them up from then on; False drops them.
            cover: how much of the shorter of two texts the other must have, from .5 to 1, for
                them to be copies; .8 unless another is kept.
            near_days: how many days apart copies may be published that are not nearly the
                whole of each other; 3 unless another is kept.

        Raises:
            ValueError: these cannot be so.
            IndexLockedError: another process is writing this index.
            IndexDamagedError: the index is broken.

        Cost: without the core some milliseconds for each article the first time; where the
        fingerprints are there already, about half.
        """
        with self._session() as session:
            session.define_groups(wanted, cover=cover, near_days=near_days)

    def define_stories(self, wanted: bool) -> None:
        """Say whether stories are looked for among the texts (`searcher/copies/stories.py`).

        They are not unless it is asked for, because every commit reads all articles then.

        Arguments:
            wanted: True finds the stories of all articles now, and copies too if nobody looked
                for them, and keeps both up from then on; False drops the stories.

        Raises:
            IndexLockedError, IndexDamagedError: as `define_groups`.

        Cost: reads every text, now and in each commit.  Without the core that takes some five
        milliseconds each, and later commits of more than 5,000 texts have none, until they are
        asked for again.
        """
        with self._session() as session:
            session.define_stories(wanted)

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

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
