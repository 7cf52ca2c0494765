"""How do articles get into an archive on a cluster, from Python?

The same as into an index directory: `index` makes the archive agree with folders of files by the
same `sync`, `remove_named` takes out by the same rules, `ClusterWriter` takes a program's own
articles.  Only the session below is another (`session.py`).

What the cluster refuses of an article (a 400) is in the report with its file and the reason, is not
counted as added, and its file is read again by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from searcher.cluster.mapping import IndexFacts
from searcher.cluster.session import ClusterSession
from searcher.cluster.transport import Transport
from searcher.errors import ArticleError, ReadError
from searcher.indexing.interrupts import IndexingInterrupted
from searcher.indexing.removing import Removal, remove, select
from searcher.indexing.report import Progress, Report
from searcher.indexing.sync import sync
from searcher.indexing.writer import IndexWriter

__all__ = ["ClusterWriter", "index_files", "remove_named"]


def index_files(
    transport: Transport,
    facts: IndexFacts,
    paths: Sequence[str],
    *,
    field_map: Mapping[str, str] | None = None,
    exclude: Sequence[str] | None = None,
    max_file_mb: int | None = None,
    follow_links: bool | None = None,
    force: bool = False,
    dry_run: bool = False,
    prune: bool = False,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    **feed_options: Any,
) -> Report:
    """Make the archive agree with the files and folders `paths`: see `Archive.index`.

    Raises:
        ClusterError: the cluster cannot be reached, or takes nothing; running again completes
            what was begun.
        ReadError, TypeError, ValueError, KeyboardInterrupt: as `Archive.index`.
    """
    with ClusterSession(transport, facts, **feed_options) as session:
        try:
            report = sync(
                session,
                paths,
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
        except IndexingInterrupted as interrupted:
            _tell_refused(session, interrupted.report)
            raise
        _tell_refused(session, report)
        return report


def _tell_refused(session: ClusterSession, report: Report) -> None:
    for refusal in session.refusals:
        report.changes[refusal.change] -= 1
        where = refusal.path or f"article {refusal.id}"
        reason = f"the cluster refuses article {refusal.id}: {refusal.reason}"
        report.failed.append(ReadError(where, reason))


def remove_named(
    transport: Transport,
    facts: IndexFacts,
    names: Iterable[str],
    *,
    ids: Iterable[str] = (),
    dry_run: bool = False,
) -> Removal:
    """Take out what `names` are, and the articles `ids`: see `Archive.remove`.

    Raises:
        SelectionError: a name is neither a path nor an id, or is both.
        ClusterError: the cluster cannot be reached, or takes nothing.
    """
    with ClusterSession(transport, facts) as session:
        selection = select(session, names)
        selection.ids |= set(ids)
        return remove(session, selection, dry_run=dry_run)


class ClusterWriter(IndexWriter):
    """A session of changes to an archive on a cluster; use as a context manager.

    As an `IndexWriter`, with what a cluster is: what was sent stays, whether the block is left by
    an exception or not, and there is no lock.

    Raises:
        ClusterError: the index is not there, or the cluster cannot be reached.
    """

    def __init__(self, transport: Transport, facts: IndexFacts, **feed_options: Any) -> None:
        self._cluster_session = ClusterSession(transport, facts, **feed_options)
        self._begin(self._cluster_session)

    def commit(self) -> None:
        """Return when all that was added is on the disks of the cluster, and is found.

        Raises:
            ArticleError: the cluster refuses an article; the others are there.
            ClusterError: the cluster could not be reached for minutes, or takes nothing.
        """
        super().commit()
        refusals, self._cluster_session.refusals = self._cluster_session.refusals, []
        if refusals:
            said = f"values that the cluster takes ({refusals[0].reason})"
            more = f" and {len(refusals) - 1:,} more" if len(refusals) > 1 else ""
            raise ArticleError("id", said + more, refusals[0].id)
