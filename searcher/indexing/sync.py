"""How does an index come to agree with folders of files?

`sync` walks what it is given, compares every file with the list of files read
before (size and modification time), reads what is new or changed, and removes
the articles of files that are gone.  Articles are compared by a hash of all they
say, so a file that was only touched changes nothing.  With `dry_run` it does all
of this except to write.

What it never does: follow links to folders, open anything but regular files, or
remove an article because its file could not be read this time.
"""

from __future__ import annotations

import fnmatch
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from searcher.article import Article, storable_path
from searcher.errors import ReadError
from searcher.indexing.building import Batch
from searcher.indexing.sources import Source
from searcher.indexing.workers import ArticlesTask, FilesTask, Outcome, WorkerPool
from searcher.indexing.writer import Change, IndexWriter
from searcher.reading import detect, is_candidate, read

__all__ = ["IGNORE_FILE", "Progress", "Report", "sync"]

IGNORE_FILE = ".searcherignore"
# A file of many articles above this size is parsed here, and digested by the workers,
# so that one large dump still keeps every core busy.
_LARGE_FILE_BYTES = 4_000_000
_TASK_FILES = 32
_PACKED_RATIO = 5  # text in a gzip or xz file, against its size
_TASK_BYTES = 1_500_000
# Below this much to read, starting processes costs more than they save (measured: 0.2 s).
_PARALLEL_BYTES = 4_000_000
_COMMIT_EVERY_S = 60.0


@dataclass(slots=True)
class Report:
    """What a run did: numbers of articles, and of files; `failed` has its reasons."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    repeated: int = 0
    failed: list[ReadError] = field(default_factory=list)
    files: int = 0
    files_unchanged: int = 0
    bytes_read: int = 0
    took_s: float = 0.0
    dry_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "repeated": self.repeated,
            "failed": [
                {"path": e.path, "record": e.record, "line": e.line, "reason": e.reason}
                for e in self.failed
            ],
            "files": self.files,
            "files_unchanged": self.files_unchanged,
            "bytes_read": self.bytes_read,
            "took_s": round(self.took_s, 3),
            "dry_run": self.dry_run,
        }


@dataclass(slots=True)
class Progress:
    """How far a run has come: bytes of files, out of how many, and articles."""

    bytes_done: int
    bytes_total: int
    articles: int
    path: str


@dataclass(slots=True)
class _File:
    path: str
    size: int
    modified_ns: int


def sync(
    writer: IndexWriter,
    paths: Sequence[str],
    *,
    field_map: Mapping[str, str] | None = None,
    exclude: Sequence[str] = (),
    force: bool = False,
    dry_run: bool = False,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Make the index of `writer` agree with the files under `paths`, and commit.

    Arguments:
        field_map: for JSON: article field to the key it is found under.
        exclude: globs of names or relative paths to leave out.
        force: read all files, the unchanged too.
        dry_run: change nothing, only report.
        workers: processes that read; None decides by the work and cores.
        on_progress: called now and then with how far the run has come.

    Raises:
        ReadError: one of `paths` does not exist.
    """
    started = time.monotonic()
    report = Report(dry_run=dry_run)
    roots = [os.path.abspath(path) for path in paths]
    found = {file.path: file for root in roots for file in _walk(root, exclude, report)}
    run = _Run(writer, report, dry_run, found, on_progress)
    run.remove_vanished(roots)
    changed = [file for file in found.values() if force or not run.is_unchanged(file)]
    report.files = len(found)
    report.files_unchanged = len(found) - len(changed)
    run.bytes_total = report.bytes_read = sum(file.size for file in changed)
    if workers is None:
        workers = (os.cpu_count() or 1) if run.bytes_total > _PARALLEL_BYTES else 0
    with WorkerPool(workers, writer.path, writer.analyzer) as pool:
        for task, outcome in pool.map(run.tasks(changed, field_map)):
            run.take(task, outcome)
    if not dry_run:
        writer.commit()
    report.took_s = time.monotonic() - started
    return report


# ---------------------------------------------------------------- the files


def _walk(root: str, exclude: Sequence[str], report: Report) -> Iterator[_File]:
    try:
        status = os.stat(root)
    except OSError as error:
        raise ReadError(root, error.strerror or "cannot be read", hint="check the path") from error
    if not stat.S_ISDIR(status.st_mode):
        yield _File(root, status.st_size, status.st_mtime_ns)
        return
    yield from _walk_folder(root, root, list(exclude), report)


def _walk_folder(root: str, folder: str, patterns: list[str], report: Report) -> Iterator[_File]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        report.failed.append(ReadError(folder, error.strerror or "cannot be listed"))
        return
    if any(entry.name == IGNORE_FILE for entry in entries):
        prefix = os.path.relpath(folder, root)
        patterns = patterns + _read_ignore_file(os.path.join(folder, IGNORE_FILE), prefix)
    for entry in entries:
        relative = os.path.relpath(entry.path, root)
        if entry.name.startswith(".") or _is_excluded(entry.name, relative, patterns):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk_folder(root, entry.path, patterns, report)
            elif is_candidate(entry.path):
                status = entry.stat()
                if stat.S_ISREG(status.st_mode):
                    yield _File(entry.path, status.st_size, status.st_mtime_ns)
        except OSError as error:
            report.failed.append(ReadError(entry.path, error.strerror or "cannot be read"))


def _read_ignore_file(path: str, prefix: str) -> list[str]:
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file]
    patterns = [line.rstrip("/") for line in lines if line and not line.startswith("#")]
    return [
        os.path.normpath(os.path.join(prefix, pattern)) if "/" in pattern else pattern
        for pattern in patterns
    ]


def _is_excluded(name: str, relative: str, patterns: Iterable[str]) -> bool:
    return any(
        fnmatch.fnmatch(name, pattern) or fnmatch.fnmatch(relative, pattern) for pattern in patterns
    )


# ---------------------------------------------------------------- the run


@dataclass(slots=True)
class _FileTask(ArticlesTask):
    """Some articles of a large file; `is_last` comes after all of them."""

    path: str = ""
    is_last: bool = False


class _Run:
    """The state of one `sync`."""

    def __init__(
        self,
        writer: IndexWriter,
        report: Report,
        dry_run: bool,
        found: dict[str, _File],
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.writer = writer
        self.report = report
        self.dry_run = dry_run
        self.found = found
        self.bytes_total = 0
        self._bytes_done = 0
        self._articles = 0
        self._on_progress = on_progress
        self._sources = dict(writer.sources)
        self._last_commit = time.monotonic()
        # The file whose articles are coming in, and what is known of it so far.
        self._ids: set[str] = set()
        self._file_bytes = 0
        self._failures: dict[str, list[ReadError]] = {}
        self._file_of_id: dict[str, str] = {}
        self._shadows: dict[str, set[str]] = {}

    def is_unchanged(self, file: _File) -> bool:
        source = self._sources.get(file.path)
        return source is not None and (source.size, source.modified_ns) == (
            file.size,
            file.modified_ns,
        )

    def remove_vanished(self, roots: Sequence[str]) -> None:
        """Remove the articles of files under `roots` that are there no more."""
        for path in sorted(self._sources.keys() - self.found.keys()):
            if any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots):
                for id in self.writer.ids_of_file(path):
                    self._remove(id)
                self._forget(path)

    def _forget(self, path: str) -> None:
        for shadowed in self._sources.pop(path).shadows:
            self._sources.pop(shadowed, None)  # so that it is read again
        self._record_sources()

    def _remove(self, id: str) -> None:
        self.report.removed += 1
        if not self.dry_run:
            self.writer.remove(id)

    def _record_sources(self) -> None:
        if not self.dry_run:
            self.writer.set_sources(self._sources)

    # -- tasks out

    def tasks(
        self, files: Sequence[_File], field_map: Mapping[str, str] | None
    ) -> Iterator[FilesTask | _FileTask]:
        paths: list[str] = []
        size = 0
        for file in files:
            weight = file.size * (_PACKED_RATIO if file.path.endswith((".gz", ".xz")) else 1)
            if weight > _LARGE_FILE_BYTES and self._holds_many(file.path):
                if paths:
                    yield FilesTask(paths, field_map)
                    paths, size = [], 0
                yield from self._large_file(file, field_map)
                continue
            paths.append(file.path)
            size += weight
            if len(paths) >= _TASK_FILES or size >= _TASK_BYTES:
                yield FilesTask(paths, field_map)
                paths, size = [], 0
        if paths:
            yield FilesTask(paths, field_map)

    def _holds_many(self, path: str) -> bool:
        try:
            return detect(path).many
        except ReadError:
            return False  # the worker that reads it reports it

    def _large_file(self, file: _File, field_map: Mapping[str, str] | None) -> Iterator[_FileTask]:
        failures = self._failures.setdefault(file.path, [])
        articles: list[Article] = []
        size = 0
        try:
            for article in read(file.path, field_map=field_map, on_error=failures.append):
                articles.append(article)
                size += len(article.body)
                if size >= _TASK_BYTES:
                    yield _FileTask(articles, file.path)
                    articles, size = [], 0
        except ReadError as error:
            failures.append(error)
        if articles:
            yield _FileTask(articles, file.path)
        yield _FileTask([], file.path, is_last=True)

    # -- outcomes in

    def take(self, task: FilesTask | _FileTask, outcome: Outcome) -> None:
        """Put what a task brought into the index."""
        batch = self.writer.receive(outcome.payload)
        self._add(batch)
        if isinstance(task, _FileTask) and task.is_last:
            self._finish_file(task.path, self._ids, self._failures.pop(task.path))
            self._ids = set()
        elif isinstance(task, FilesTask):
            start = 0
            keys = batch.keys
            for path, count, failures in zip(
                task.paths, outcome.counts, outcome.failures, strict=True
            ):
                ids = {key.id for key in keys[start : start + count]}
                self._finish_file(path, ids, failures)
                start += count
        else:
            self._ids.update(key.id for key in batch.keys)
            self._file_bytes += batch.text_bytes
            self._report_progress(task.path)
        if not self.dry_run and time.monotonic() - self._last_commit > _COMMIT_EVERY_S:
            self.writer.commit()
            self._last_commit = time.monotonic()

    def _add(self, batch: Batch) -> None:
        if not batch.keys:
            return
        if self.dry_run:
            changes = self.writer.classify_batch(batch)
        else:
            changes = self.writer.add_batch(batch)
        for key, change in zip(batch.keys, changes, strict=True):
            setattr(self.report, change, getattr(self.report, change) + 1)
            if change == Change.REPEATED or change == Change.UPDATED:
                self._note_shadow(key.id, key.path)
            if key.path is not None:
                self._file_of_id[key.id] = key.path
        self._articles += len(batch.keys)

    def _note_shadow(self, id: str, path: str | None) -> None:
        other = self._file_of_id.get(id) or self.writer.file_of(id)
        if path is None or other is None or other == path:
            return
        self._shadows.setdefault(path, set()).add(other)

    def _finish_file(self, path: str, ids: set[str], failures: list[ReadError]) -> None:
        file = self.found[path]
        self.report.failed += failures
        if failures:
            # Its old articles stay: what cannot be read today may be readable tomorrow.
            self._sources.pop(path, None)
        else:
            for id in self.writer.ids_of_file(path) - ids:
                # An article that moved to another file in this run is not gone.
                if self._file_of_id.get(id, storable_path(path)) == storable_path(path):
                    self._remove(id)
            shadows = tuple(sorted(self._shadows.pop(path, ())))
            self._sources[path] = Source(file.size, file.modified_ns, shadows)
        self._record_sources()
        self._bytes_done += file.size
        self._file_bytes = 0
        self._report_progress(path)

    def _report_progress(self, path: str) -> None:
        if self._on_progress:
            # Of a large file that is still being read its size is the most it can add;
            # a compressed one holds more text than that.
            part = min(self._file_bytes, self.found[path].size) if self._file_bytes else 0
            done = self._bytes_done + part
            self._on_progress(Progress(done, self.bytes_total, self._articles, path))
