"""How does an index come to agree with folders of files?

`sync` lists what is there (`folders.py`), compares every file with the list of files read
before (size and modification time), reads what is new or changed, and removes the articles
of files that are gone.  Articles are compared by a hash of all they say, so a file that was
only touched changes nothing; files by a hash of their bytes, so that a file that moved or
is a copy is known again (`twins.py`).  With `dry_run` it does all of this except to write.

What it never does: follow links to folders unless it is told to, open anything but regular
files, remove an article because its file could not be read this time, or leave a file out
without a word.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from searcher.codec.settings import is_within, is_within_any, with_given
from searcher.codec.sources import Sources
from searcher.errors import ReadError
from searcher.indexing.arriving import Arriving
from searcher.indexing.changes import Changes
from searcher.indexing.folders import check_path, walk
from searcher.indexing.interrupts import (
    HeldInterrupt,
    IndexingInterrupted,
    Stopped,
    interrupts_held,
)
from searcher.indexing.planning import Planner
from searcher.indexing.pruning import absent_roots
from searcher.indexing.report import Progress, Report
from searcher.indexing.run import Run
from searcher.indexing.workers import WorkerPool
from searcher.reading.boilerplate import PageOutline
from searcher.reading.field_map import check_field_map

__all__ = ["Progress", "Report", "sync"]

# Below this much to read, starting processes costs more than they save (measured: 0.2 s).
_PARALLEL_BYTES = 4_000_000


def sync(
    session: Changes,
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
    arriving: Arriving | None = None,
) -> Report:
    """Make the index of `writer` agree with the files under `paths`, and commit.

    Arguments:
        field_map: for JSON: article field to the key it is found under.  It is kept for
            these paths; None keeps what was given before, an empty one forgets it.
        exclude: globs of names or relative paths to leave out; kept in the same way.
        max_file_mb: leave out files of more megabytes; kept in the same way, 0 for any size.
        follow_links: follow links to folders, each folder once; kept in the same way.
        force: read all files, the unchanged too.
        dry_run: change nothing, only report.
        prune: drop the articles of files that are gone, wherever they were.  Where a whole
            folder is gone that `paths` do not name, they stay, and it is reported.
        workers: processes that read; None decides by the work and cores.
        on_progress: called now and then with how far the run has come.
        arriving: leaves out the files that are still being written.

    Raises:
        ReadError: one of `paths` does not exist, or is nothing that can be indexed.
        IndexingInterrupted: Ctrl-C was pressed; what was read until then is committed.
        TypeError, ValueError: `field_map` or `exclude` is not valid; nothing was changed.
    """
    check_field_map(field_map, session.fields)
    if max_file_mb is not None and max_file_mb < 0:
        raise ValueError(f"max_file_mb is 0 or more megabytes, not {max_file_mb!r}")
    if isinstance(exclude, str | bytes):  # each of its characters would be a glob
        raise TypeError(f"exclude is a list of globs, not {exclude!r}; write [{exclude!r}]")
    started = time.monotonic()
    with interrupts_held() as held:
        report = Report(dry_run=dry_run)
        if not all(paths):  # which `abspath` would take for the current folder
            raise ReadError("''", "no path", hint="name a file or folder; . is this one")
        roots = list(dict.fromkeys(os.path.abspath(path) for path in paths))
        sources = session.sources.copy()
        roots, gone_roots = _present(roots, session, sources, prune=prune)
        for root in roots:
            given = field_map, exclude, max_file_mb, follow_links
            settings = with_given(sources.roots, root, *given)
            if os.path.isdir(root) or any(option is not None for option in given):
                sources.roots[root] = settings
        found = walk(
            roots,
            settings=sources.roots,
            index_directory=session.directory,
            on_folder=lambda: _stop_at_once(held, report),
        )
        if arriving is not None:
            arriving.look(found, sources, roots)
        report.failed += found.failed.values()
        if prune:
            absent = absent_roots(sources, [*roots, *gone_roots])
            found.unknown |= absent.keys()
            report.failed += absent.values()
        named = frozenset([*roots, *gone_roots])
        planner = Planner(
            sources,
            found,
            named,
            own_fields=session.fields.own,
            prune=prune,
            force=force,
            on_piece=held.check,
        )
        report.files = len(found.files)
        report.files_unchanged = report.files - len(planner.changed) - len(planner.left_out)
        report.files_retried = planner.retried
        run = Run(session, report, sources, found, planner, named, held, on_progress)
        if workers is None:
            workers = (os.cpu_count() or 1) if run.bytes_total > _PARALLEL_BYTES else 0
        # Leaving the pool by an exception ends its processes without waiting for them.
        with (
            suppress(Stopped),
            WorkerPool(workers, session.kind, session.analyzer, session.fields) as pool,
        ):
            outlines: list[PageOutline] = []
            for _, outcome in pool.map(run.samples()):
                outlines += outcome.payload
                held.check()
            run.learn(outlines)
            for task, outcome in pool.map(run.tasks()):
                run.take(task, outcome)
                held.check()
        if not held.is_asked:
            for root in [root for root in sources.roots if is_within_any(root, gone_roots)]:
                del sources.roots[root]
        run.finish()
        if not dry_run:
            session.commit()
        report.took_s = time.monotonic() - started
        if held.signal_number is not None:
            raise IndexingInterrupted(report, held.signal_number)
    return report


def _stop_at_once(held: HeldInterrupt, report: Report) -> None:
    """Nothing has been read yet, so there is nothing to keep."""
    if held.signal_number is not None:
        raise IndexingInterrupted(report, held.signal_number)


def _present(
    roots: Sequence[str], session: Changes, sources: Sources, *, prune: bool
) -> tuple[list[str], list[str]]:
    """Those of `roots` that are there, and those that are gone and shall be dropped."""
    present, gone = [], []
    for root in roots:
        try:
            check_path(root, session.directory)
        except FileNotFoundError as error:
            files = [path for path in sources.files if is_within(path, root)]
            is_known = bool(files) or root in sources.roots
            if not (is_known and prune):
                hint = "check the path"
                if is_known:
                    articles = sum(sources.files[path].articles for path in files)
                    hint = (
                        f"the index holds {articles:,} of its articles; drop them with: "
                        f"searcher remove {shlex.quote(root)}"
                        if articles
                        else "the index holds none of its articles any more; check the path"
                    )
                raise ReadError(root, error.strerror or "no such file", hint=hint) from error
            gone.append(root)
        else:
            present.append(root)
    return present, gone
