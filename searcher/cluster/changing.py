"""How is an archive on a cluster made and changed, by the methods that `Archive` has for it?

`ClusterChanges` is the part of `ClusterArchive` that writes.  What an index directory keeps for
itself, such as weights or groups of copies, is refused by name.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from searcher.cluster.transport import Transport
from searcher.errors import IndexStateError, SelectionError
from searcher.importing import InstalledOnly
from searcher.query import Node

if TYPE_CHECKING:
    from searcher.cluster.mapping import IndexFacts
    from searcher.cluster.writing import ClusterWriter
    from searcher.indexing.removing import Removal
    from searcher.indexing.report import Progress, Report

__all__ = ["ClusterChanges", "make_archive"]


def make_archive(
    url: str,
    *,
    language: str = "en",
    values: Sequence[str] = (),
    shards: int = 1,
    copies: int | None = None,
    exist_ok: bool = False,
) -> None:
    """Make an empty archive at the address `url`: see `creating.create_archive`."""
    with InstalledOnly():
        from searcher.cluster.creating import create_archive
    with Transport(url) as transport:
        create_archive(
            transport,
            language=language,
            values=values,
            shards=shards,
            copies=copies,
            exist_ok=exist_ok,
        )


class ClusterChanges:
    """What changes an archive on a cluster; mixed into `ClusterArchive`."""

    transport: Transport
    path: str
    _now: Callable[[], dt.datetime]

    if TYPE_CHECKING:

        @property
        def facts(self) -> IndexFacts: ...

        def forget(self) -> None: ...

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
        """Make the archive agree with the files and folders `paths`: see `Archive.index`.

        There is no commit and no lock: what is acknowledged stays if the run is broken off,
        and running it again completes it.  `memory_mb` and `threads` mean nothing here.

        Raises:
            ClusterError: the cluster cannot be reached for minutes, or takes nothing.
            ReadError, KeyboardInterrupt, TypeError, ValueError: as `Archive.index`.
        """
        with InstalledOnly():
            from searcher.cluster.writing import index_files
        try:
            return index_files(
                self.transport,
                self.facts,
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
        finally:
            self.forget()

    def writer(self, *, memory_mb: int | None = None, threads: int | None = None) -> ClusterWriter:
        """A session of changes: `with archive.writer() as writer: writer.add(article)`.

        Raises:
            ClusterError: the cluster cannot be reached.
        """
        with InstalledOnly():
            from searcher.cluster.writing import ClusterWriter
        self.forget()
        return ClusterWriter(self.transport, self.facts)

    def remove(
        self,
        *names: str | os.PathLike[str],
        query: str | Node | None = None,
        everything: bool = False,
        dry_run: bool = False,
    ) -> Removal:
        """Take out files, folders, articles, or what a query finds: see `Archive.remove`.

        Raises:
            SelectionError, QueryError: as `Archive.remove`; nothing is removed then.
            ClusterError: the cluster cannot be reached, or takes nothing.
        """
        with InstalledOnly():
            from searcher.cluster.writing import remove_named
        found: set[str] = set()
        if query is not None:
            archive: Any = self  # which reads too
            found = set(archive.ids(query))
            is_all = len(found) >= len(archive) > 0 and found.issuperset(archive.ids("*"))
            if is_all and not everything:
                raise SelectionError(
                    str(query),
                    f"finds all {len(found):,} articles of the archive",
                    hint="to remove them all, say so: --all, or everything=True",
                )
        try:
            given = [os.fspath(name) for name in names]
            return remove_named(self.transport, self.facts, given, ids=found, dry_run=dry_run)
        finally:
            self.forget()

    def check(self) -> Any:
        """A cluster looks after its own files.

        Raises:
            IndexStateError: always.
        """
        raise self._elsewhere(
            "cannot be checked from here",
            "searcher cluster status says what is missing, GET _cat/shards?v which shard;"
            " OpenSearch compares checksums itself when it reads",
        )

    def optimize(self) -> Any:
        """A cluster merges by itself.

        Raises:
            IndexStateError: always.
        """
        with InstalledOnly():
            from searcher.cluster.session import OPTIMIZING
        raise self._elsewhere("cannot be optimized from here", OPTIMIZING)

    def define_values(self, *names: str) -> None:
        """Give the archive value fields of its own; only those that it has already are taken.

        Raises:
            IndexStateError: there are others among them.
        """
        new = [name for name in names if name not in self.facts.fields.own]
        if new:
            raise self._elsewhere(
                f"gets no new field ({', '.join(new)}) once it is made",
                "make another archive with it, searcher cluster create --value, and index the"
                " files there",
            )

    def define_weights(self, weights: Mapping[str, float]) -> None:
        """Weights are given with each search.

        Raises:
            IndexStateError: always.
        """
        raise self._elsewhere("keeps no weights", "give them with each search: --weights")

    def define_groups(
        self, wanted: bool, *, cover: float | None = None, near_days: int | None = None
    ) -> None:
        """Copies are not looked for on a cluster.

        Raises:
            IndexStateError: they are wanted.
        """
        if wanted:
            raise self._elsewhere("has no groups of copies", "docs/cluster.md says what it has")

    def define_stories(self, wanted: bool) -> None:
        """Stories are not looked for on a cluster.

        Raises:
            IndexStateError: they are wanted.
        """
        if wanted:
            raise self._elsewhere("has no stories", "docs/cluster.md says what it has")

    def save_names(self, name: str, spellings: Sequence[str]) -> None:
        """Sets of names are not kept on a cluster.

        Raises:
            IndexStateError: always.
        """
        raise self._elsewhere("keeps no sets of names", "name the spellings: (haftar OR hifter)")

    def remove_names(self, name: str) -> None:
        """See `save_names`.

        Raises:
            IndexStateError: always.
        """
        raise self._elsewhere("keeps no sets of names", "there is none to remove")

    def watch(self, *paths: str | os.PathLike[str], **options: Any) -> Any:
        """Folders are not followed into a cluster.

        Raises:
            IndexStateError: always.
        """
        raise self._elsewhere(
            "does not follow folders", "run searcher index again and again, as from cron"
        )

    def _elsewhere(self, reason: str, hint: str) -> IndexStateError:
        return IndexStateError(self.path, f"an archive on a cluster {reason}", hint=hint)
