"""How do the files of a run come into the index, and the list of sources stay true?

`Run` makes tasks of what the planner decides, puts what comes back into the index, and
keeps the list of sources true after each file, so that a commit at any moment is one that
the next run can go on from.  A file stands in the list when all of it is in the index.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from searcher.article import Article, named_after, storable_path
from searcher.codec.settings import is_within_any
from searcher.codec.sources import LeftOutFile, SourceFile, Sources
from searcher.errors import ReadError
from searcher.indexing.building import Batch
from searcher.indexing.changes import Changes
from searcher.indexing.folders import FoundFile, Walk
from searcher.indexing.interrupts import HeldInterrupt, Stopped
from searcher.indexing.planning import Plan, Planner
from searcher.indexing.report import ArticleChange, LeftOutPath, Progress, Report, UnusedMapKey
from searcher.indexing.sampling import samples
from searcher.indexing.seen import SeenIds
from searcher.indexing.workers import (
    ArticlesTask,
    FilesTask,
    Outcome,
    SampleOfPartsTask,
    SampleTask,
)
from searcher.reading import MAX_LISTED, LeftOut, MapUse, UnusedKey, read
from searcher.reading.boilerplate import PageOutline, learn
from searcher.reading.compression import SUFFIXES
from searcher.reading.deferred import Deferred
from searcher.reading.formats import READERS
from searcher.reading.recognition import refusal

__all__ = ["Run"]

# A file of many articles above this size is parsed here, and digested by the workers,
# so that one large dump still keeps every core busy.
_LARGE_FILE_BYTES = 4_000_000
_TASK_FILES = 32
_PACKED_RATIO = 5  # text in a gzip or xz file, against its size
_TASK_BYTES = 1_500_000
_MOVED_AT_ONCE = 256
# A run that is killed loses what it read since the last commit: little at first, when a
# mistake is noticed, and at most a minute's work later.
_FIRST_COMMITS_S = (5.0, 15.0, 30.0)
_COMMIT_EVERY_S = 60.0
_MOST_REASONS = 5


@dataclass(slots=True)
class _PartTask(ArticlesTask):
    """Some articles of one file; `is_last` comes after all of them.

    `moved_from` is the name that the file had when it was read; it is not read again.
    """

    path: str = ""
    is_last: bool = False
    moved_from: str = ""


class Run:
    """The state of one `sync.sync`.

    Arguments:
        sources: what is known of files; it is changed, and handed to the writer after each
            file unless the report is of a dry run.
        roots: the paths that were named.
    """

    def __init__(
        self,
        session: Changes,
        report: Report,
        sources: Sources,
        found: Walk,
        planner: Planner,
        roots: frozenset[str],
        held: HeldInterrupt,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._session = session
        self._report = report
        self._sources = sources
        self._files = sources.files
        self._found = found
        self._planner = planner
        self._roots = roots
        self._held = held
        self._on_progress = on_progress
        self.bytes_total = sum(file.size for file in planner.changed.values())
        self._bytes_done = 0
        self._articles = 0
        self._started = self._last_commit = time.monotonic()
        self._plans: dict[str, Plan] = {}
        self._copies: list[Plan] = []
        self._left_out = {
            path: LeftOutFile(why.kind, why.reason) for path, why in found.left_out.items()
        }
        self._left_out.update(planner.left_out)
        # The file whose articles are coming in, and what is known of it so far.
        session.gone_files = frozenset(map(storable_path, planner.gone))
        self._ids = SeenIds()
        self._file_bytes = 0
        self._failures: dict[str, list[ReadError]] = {}
        # How many there are besides.
        self._unlisted: Counter[str] = Counter()
        self._file_numbers: dict[str, int] = {}
        self._file_names: list[str] = []
        self._seen = SeenIds()  # with the number of the file that each is of
        self._shadows: dict[str, set[str]] = {}
        # By field and key of a field map: the files whose records were asked for it, and those
        # of them that had it nowhere.
        self._keys_asked: Counter[tuple[str, str]] = Counter()
        self._keys_unused: dict[tuple[str, str], list[tuple[str, UnusedKey]]] = {}

    # -- tasks out

    def tasks(self) -> Iterator[FilesTask | _PartTask]:
        """What is to be read, in order; they end early when the run is interrupted."""
        try:
            yield from self._tasks()
        except Stopped:
            return

    def samples(self) -> Iterator[SampleTask | SampleOfPartsTask]:
        """Some of the pages to read, to see what outlets repeat on them."""
        changed = (file.path for file in self._planner.changed.values())
        yield from samples(changed, self._held.check)

    def learn(self, outlines: Iterable[PageOutline]) -> None:
        """Take note of what the pages of a sample repeat; a forced run forgets the rest."""
        found = learn(outlines)
        known = found if self._planner.is_forced else self._sources.boilerplate.joined(found)
        self._sources.boilerplate = known

    def _tasks(self) -> Iterator[FilesTask | _PartTask]:
        waiting = FilesTask([])
        size = 0
        for file in self._planner.changed.values():
            self._held.check()
            plan = self._planner.plan(file)
            if isinstance(plan, LeftOut):
                self._leave_out(file, plan)
                continue
            self._plans[file.path] = plan
            if plan.copy_of:
                self._copies.append(plan)
                self._pass_over(file)
                continue
            weight = file.size * (_PACKED_RATIO if file.path.endswith(SUFFIXES) else 1)
            is_large = plan.is_many and weight > _LARGE_FILE_BYTES
            is_alone = bool(plan.moved_from) or plan.has_pages or is_large
            is_after = file.path in self._planner.reread
            if waiting.paths and is_after and waiting.paths[0] not in self._planner.reread:
                yield waiting
                waiting, size = FilesTask([]), 0
            is_full = len(waiting.paths) >= _TASK_FILES or size >= _TASK_BYTES
            if waiting.paths and (is_alone or is_full or waiting.field_map != plan.field_map):
                yield waiting
                waiting, size = FilesTask([]), 0
            if plan.moved_from:
                yield from self._moved(plan)
                continue
            self._report.bytes_read += file.size
            if is_alone:
                yield from self._large_file(plan)
                continue
            waiting.field_map = plan.field_map
            waiting.paths.append(file.path)
            waiting.boilerplate = self._sources.boilerplate
            if plan.is_page:
                waiting.pages.add(file.path)
            if plan.name:
                waiting.names[file.path] = plan.name
            size += weight
        if waiting.paths:
            yield waiting
        for plan in self._planner.inherited():
            self._plans[plan.file.path] = plan
            yield from self._moved(plan)

    def _large_file(self, plan: Plan) -> Iterator[_PartTask]:
        path = plan.file.path
        failures = self._failures.setdefault(path, [])
        articles: list[Article | Deferred] = []
        size = 0

        def part(*, is_last: bool = False) -> _PartTask:
            known = self._sources.boilerplate
            return _PartTask(articles, plan.name, known, path=path, is_last=is_last)

        try:
            for article in read(
                path,
                defer=True,
                field_map=plan.field_map,
                values=self._session.fields.own,
                on_error=failures.append,
                on_map_use=self._note_map_use,
                on_left_out=lambda member, why: self._note_members(path, [(member, why)]),
            ):
                if isinstance(article, Deferred):
                    articles.append(article)
                    size += article.size_bytes
                else:
                    articles.append(named_after(article, plan.name) if plan.name else article)
                    size += len(article.body)
                if size >= _TASK_BYTES:
                    yield part()
                    articles, size = [], 0
                    self._held.check()
        except ReadError as error:
            failures.append(error)
        yield part(is_last=True)

    def _moved(self, plan: Plan) -> Iterator[_PartTask]:
        """The articles of a file that has another name now, as the index has them."""
        path, old = plan.file.path, plan.moved_from
        articles: list[Article | Deferred] = []
        for id in sorted(self._session.committed.ids_of_file(old)):
            article = self._session.article(id)
            if article is not None and id not in self._seen:
                articles.append(replace(article, path=path))
            if len(articles) >= _MOVED_AT_ONCE:
                yield _PartTask(articles, path=path, moved_from=old)
                articles = []
                self._held.check()
        yield _PartTask(articles, path=path, is_last=True, moved_from=old)

    # -- outcomes in

    def take(self, task: FilesTask | _PartTask, outcome: Outcome) -> None:
        """Put what a task brought into the index; commit when it is time."""
        batch = self._session.receive(outcome.payload)
        self._add(batch, is_moved=isinstance(task, _PartTask) and bool(task.moved_from))
        if isinstance(task, FilesTask):
            start = 0
            keys = batch.keys
            for blocks, articles in outcome.boilerplate:
                self._report.boilerplate_blocks += blocks
                self._report.boilerplate_articles += articles
            for use in filter(None, outcome.map_uses):
                self._note_map_use(use)
            for path, count, failures, members in zip(
                task.paths, outcome.counts, outcome.failures, outcome.left_out, strict=True
            ):
                self._note_members(path, members)
                ids = {key.id for key in keys[start : start + count]}
                self._finish_file(path, ids, failures)
                start += count
        else:
            for blocks, cleaned in outcome.boilerplate:
                self._report.boilerplate_blocks += blocks
                self._report.boilerplate_articles += cleaned
            if outcome.failures and task.path in self._failures:
                listed, new = self._failures[task.path], outcome.failures[0]
                room = max(0, MAX_LISTED - len(listed))
                listed += new[:room]
                self._unlisted[task.path] += len(new[room:])
            self._ids.update(key.id for key in batch.keys)
            self._file_bytes += batch.text_bytes
            if task.is_last and task.moved_from:
                self._finish_move(task.path, task.moved_from, self._ids)
            elif task.is_last:
                self._finish_file(task.path, self._ids, self._failures.pop(task.path))
            else:
                self._report_progress(task.path)
            if task.is_last:
                self._ids = SeenIds()
        if not self._report.dry_run and self._is_time_to_commit():
            self._session.commit(more_to_come=True)
            self._last_commit = time.monotonic()

    def _note_members(self, path: str, members: Iterable[tuple[str, LeftOut]]) -> None:
        """Members of an archive that are not read: they are told, and not kept."""
        for member, why in members:
            shown = LeftOutPath(f"{path}!{member}", why.kind, why.reason)
            self._report.left_out_files.append(shown)

    def _note_map_use(self, use: MapUse) -> None:
        asked = self._plans[use.path].field_map or {}
        self._keys_asked.update(asked.items())
        for unused in use.unused:
            seen = self._keys_unused.setdefault((unused.field, unused.key), [])
            seen.append((use.path, unused))

    def _is_time_to_commit(self) -> bool:
        now, started, last = time.monotonic(), self._started, self._last_commit
        is_early = any(last - started < after_s <= now - started for after_s in _FIRST_COMMITS_S)
        return is_early or now - last > _COMMIT_EVERY_S

    def _add(self, batch: Batch, *, is_moved: bool) -> None:
        if not batch.keys:
            return
        if self._report.dry_run:
            changes = self._session.classify_batch(batch)
        else:
            changes = self._session.add_batch(batch)
        for key, change in zip(batch.keys, changes, strict=True):
            if is_moved:
                change = ArticleChange.MOVED
            elif change in (ArticleChange.REPEATED, ArticleChange.UPDATED):
                self._note_shadow(key.id, key.path)
            self._report.changes[change] += 1
            if key.path is not None and change != ArticleChange.OUTDATED:
                self._seen.add(key.id, self._number_of(key.path))
        for key, change in zip(batch.keys, changes, strict=True):
            if change == ArticleChange.OUTDATED and not is_moved:
                self._note_outdated(key.id, key.path)
        self._articles += len(batch.keys)
        if not is_moved:
            self._report.without_text += batch.without_text

    def _number_of(self, path: str) -> int:
        number = self._file_numbers.setdefault(path, len(self._file_names))
        if number == len(self._file_names):
            self._file_names.append(path)
        return number

    def _file_of(self, id: str) -> str | None:
        """The file of an article that came in this run."""
        number = self._seen.number(id)
        return None if number is None else self._file_names[number]

    def _note_outdated(self, id: str, path: str | None) -> None:
        """The file at `path` is to be read again when the one with the newer text goes."""
        newer = self._file_of(id) or self._session.committed.file_of(id)
        if path is None or newer is None or newer == path:
            return
        known = self._files.get(newer)
        if known is None or newer in self._planner.changed:
            self._shadows.setdefault(newer, set()).add(path)
        if known is not None and path not in known.shadows:
            shadows = tuple(sorted((*known.shadows, path)))
            self._files[newer] = replace(known, shadows=shadows)

    def _note_shadow(self, id: str, path: str | None) -> None:
        other = self._file_of(id) or self._session.committed.file_of(id)
        if path is None or other is None or other == path or other in self._planner.gone:
            return
        self._shadows.setdefault(path, set()).add(other)

    def _finish_file(self, path: str, ids: set[str] | SeenIds, failures: list[ReadError]) -> None:
        is_known = bool(self._plans[path].format)  # else only its name says what it should be
        kind = failures[0].kind if is_known and len(failures) == 1 else None
        if not ids and kind is not None:
            # Its reader found out what its head did not show: that it is none of its files.
            self._leave_out(self._plans[path].file, LeftOut(kind, failures[0].reason), read=True)
            self._remove_all(self._session.committed.ids_of_file(path), of=path)
            return
        if unlisted := self._unlisted.pop(path, 0):
            failures.append(ReadError(path, f"{unlisted:,} more pages that cannot be read"))
        self._report.failed += failures
        source = self._plans[path].source(len(ids))
        # What cannot be read today may be readable tomorrow, so its articles stay.
        source.failures = _reasons(failures)
        source.shadows = tuple(sorted(self._shadows.pop(path, ())))
        if not failures:
            kept = self._session.committed.iter_ids_of_file(path)
            self._remove_all({id for id in kept if id not in ids}, of=path)
        self._record(path, source)
        self._pass_over(self._plans[path].file)

    def _finish_move(self, path: str, old: str, ids: SeenIds) -> None:
        before = self._files.pop(old)
        known = self._files.get(path)
        kept = {id for id in self._session.committed.iter_ids_of_file(path) if id not in ids}
        if known is not None and not known.copy_of:
            self._remove_all(kept, of=path)  # of the file that was here
            kept = set()
        # Without a source they are of this move, in a run that was interrupted.
        source = self._plans[path].source(len(kept) + len(ids))
        source.shadows = before.shadows
        for other, copy in list(self._files.items()):
            if copy.copy_of == old and other != path:
                self._files[other] = replace(copy, copy_of=path)
        self._record(path, source)
        if path in self._planner.changed:
            self._pass_over(self._plans[path].file)

    def _record(self, path: str, source: SourceFile) -> None:
        self._files[path] = source
        if not self._report.dry_run:
            self._session.set_sources(self._sources)

    def _remove_all(self, ids: set[str], *, of: str) -> None:
        """Remove what the file `of` holds no more, but for what another file has by now."""
        for id in sorted(ids):
            if (self._file_of(id) or storable_path(of)) == storable_path(of):
                self._report.changes[ArticleChange.REMOVED] += 1
                if not self._report.dry_run:
                    self._session.remove(id)

    def _leave_out(self, file: FoundFile, why: LeftOut, *, read: bool = False) -> None:
        path = file.path
        if read:
            self._pass_over(file)
        else:
            self.bytes_total -= file.size
        self._left_out[path] = LeftOutFile(why.kind, why.reason, file.size, file.modified_ns)
        if path in self._roots:  # somebody wants it read
            self._report.failed.append(refusal(path, why))

    # -- the end

    def finish(self) -> None:
        """Settle what depends on the whole run; only what was read, if it was interrupted."""
        self._settle_copies()
        for asked, seen in self._keys_unused.items():
            if len(seen) == self._keys_asked[asked]:
                path, unused = seen[0]
                self._report.unused_keys.append(UnusedMapKey(path, *unused, files=len(seen)))
        left_out = self._sources.left_out
        if not self._held.is_asked:
            for path in sorted(self._planner.gone | (self._left_out.keys() & self._files)):
                self._forget(path)
            for path in list(left_out):
                if is_within_any(path, self._roots) and not self._found.is_unknown(path):
                    del left_out[path]
        left_out.update(self._left_out)
        self._sources.reader = READERS
        for path, found in self._left_out.items():
            self._report.left_out_files.append(LeftOutPath(path, found.kind, found.reason))
        self._report.left_out_files.sort(key=lambda found: found.path)
        if not self._report.dry_run and self._sources != self._session.sources:
            self._session.set_sources(self._sources)

    def _settle_copies(self) -> None:
        for plan in self._copies:
            path, first = plan.file.path, self._files.get(plan.copy_of)
            if first is None:
                continue  # the run was interrupted before it was read
            if first.failures and not first.articles:
                source = replace(plan.source(0), copy_of="", failures=first.failures)
                reason = f"its bytes are those of {plan.copy_of}, which cannot be read"
                self._report.failed.append(ReadError(path, reason))
            else:
                source = plan.source(0)
                self._report.changes[ArticleChange.REPEATED] += first.articles
                self._remove_all(self._session.committed.ids_of_file(path), of=path)
            self._record(path, source)

    def _forget(self, path: str) -> None:
        source = self._files.pop(path, None)
        if source is None:
            return  # it moved
        self._remove_all(self._session.committed.ids_of_file(path), of=path)
        for shadowed in source.shadows:
            if shadowed not in self._planner.changed and shadowed in self._files:
                # It is read again by the next run.
                self._files[shadowed] = replace(self._files[shadowed], modified_ns=-1)

    def _pass_over(self, file: FoundFile) -> None:
        self._bytes_done += file.size
        self._file_bytes = 0
        self._report_progress(file.path)

    def _report_progress(self, path: str) -> None:
        if self._on_progress:
            # Of a large file that is still being read its size is the most it can add;
            # a compressed one holds more text than that.
            size = self._plans[path].file.size
            done = self._bytes_done + min(self._file_bytes, size)
            self._on_progress(Progress(done, self.bytes_total, self._articles, path))


def _reasons(failures: list[ReadError]) -> tuple[str, ...]:
    """The first few of `failures`, for people."""
    said = []
    for error in failures[:_MOST_REASONS]:
        where = f"line {error.line}: " if error.line is not None else ""
        if not where and error.record is not None:
            where = f"record {error.record}: "
        said.append(where + error.reason)
    if len(failures) > _MOST_REASONS:
        said.append(f"and {len(failures) - _MOST_REASONS:,} more")
    return tuple(said)
