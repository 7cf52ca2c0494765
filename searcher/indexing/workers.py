"""How is reading spread over processes, and what comes after it as far as it pays?

`WorkerPool` starts child processes of this very Python, which import from where this
process does and never from the folder it stands in (importing.py), and talks to each over
its own pair of pipes (children.py), one thread in the parent for each child.  Answers come
back in the order of the questions, so an index made with two workers equals one made with
none.  What is done to the articles there is `SegmentKind.digest`: all of the inversion on
the plain path, next to nothing on the native one, whose threads are in the parent.  A child
is started when there is something for it to do.

A file that takes too long, or ends its child, is listed with that for a reason; the rest of
its task is done again without it.  One that takes too much memory is listed and the child goes
on.

Not `multiprocessing`: its spawned children import the caller's main module, so
five lines of a user's script without an `if __name__ == "__main__"` would start
themselves again, and its forked ones inherit locks and threads.  The pickles on
these pipes are made and read by our own two processes.

Children ignore Ctrl-C and SIGTERM, which may be sent to all of them at once, and end when the
parent's end of their pipe closes, however the parent died.
"""

from __future__ import annotations

import functools
import itertools
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from searcher.analysis import Analyzer
from searcher.article import Article, named_after
from searcher.errors import ReadError, SearcherError
from searcher.fields import FIELDS, FieldTable
from searcher.indexing.children import (
    RECORD_BYTES,
    RECORD_SECONDS,
    Child,
    ChildEnded,
    TaskProgress,
    Watch,
    answer_questions,
    reading_memory,
)
from searcher.indexing.segment_kinds import SegmentKind, segment_kind
from searcher.reading import LeftOut, MapUse, read
from searcher.reading.boilerplate import Boilerplate, outline_of, without
from searcher.reading.deferred import Deferred
from searcher.reading.source import TOO_MUCH_MEMORY, Options

__all__ = [
    "ArticlesTask",
    "FilesTask",
    "Outcome",
    "SampleOfPartsTask",
    "SampleTask",
    "WorkerPool",
    "perform",
    "serve",
]

_SAY_EVERY_S = 0.5
_MOST_MEMBERS_LISTED = 100_000


@dataclass(slots=True)
class FilesTask:
    """Read these files and digest what is in them.

    Arguments:
        paths: absolute, since a worker does not stand where its parent does.
        field_map: as for `read`.
        names: the path that ids are made from, for files whose own it is not.
        pages: those of them that are web pages.
        boilerplate: what pages of one outlet repeat, which is taken off.
        cut: files known to end their reader: how many articles to take, and the error.
    """

    paths: list[str]
    field_map: Mapping[str, str] | None = None
    names: dict[str, str] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    boilerplate: Boilerplate = field(default_factory=Boilerplate)
    cut: dict[str, tuple[int, ReadError]] = field(default_factory=dict)


@dataclass(slots=True)
class SampleTask(FilesTask):
    """Read these pages for what they show of their outlets: the payload is a list of
    `PageOutline`."""


@dataclass(slots=True)
class ArticlesTask:
    """Digest these articles, all of one file; read those first that are still pages.

    Arguments:
        name: the path that ids are made from, where it is not the file's own.
        boilerplate: what pages of one outlet repeat, which is taken off those pages.
        lost: what could not be read of those that are here no more.
    """

    articles: list[Article | Deferred]
    name: str = ""
    boilerplate: Boilerplate = field(default_factory=Boilerplate)
    lost: list[ReadError] = field(default_factory=list)

    @property
    def has_pages(self) -> bool:
        """Whether there is anything to read."""
        return any(isinstance(item, Deferred) for item in self.articles)


@dataclass(slots=True)
class SampleOfPartsTask(ArticlesTask):
    """Read these pages out of a larger file, as a `SampleTask` reads those of files."""


@dataclass(slots=True)
class Outcome:
    """The articles of a task, digested, and of each file: how many of them are its own, what
    could not be read, what use was made of the field map, if there was one, and how many of
    its articles have neither a headline nor text, how many a headline only, how much
    boilerplate was taken off how many articles, and which members of it are not read."""

    payload: Any
    counts: list[int] = field(default_factory=list)
    failures: list[list[ReadError]] = field(default_factory=list)
    map_uses: list[MapUse | None] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    without_body: list[int] = field(default_factory=list)
    boilerplate: list[tuple[int, int]] = field(default_factory=list)
    left_out: list[list[tuple[str, LeftOut]]] = field(default_factory=list)


def perform(
    task: FilesTask | ArticlesTask,
    kind: SegmentKind,
    analyzer: Analyzer,
    fields: FieldTable,
    say: Callable[[TaskProgress], None] | None = None,
    bound: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Outcome:
    """Do one task, in whichever process this is.

    `say` hears how far it has come; within `bound` is what is read, and not what comes after.
    """
    with bound():
        articles, outcome = (
            _read_files(task, fields, say)
            if isinstance(task, FilesTask)
            else _read_pages(task, fields, say)
        )
    if isinstance(task, SampleTask | SampleOfPartsTask):
        outcome.payload = list(map(outline_of, articles))
    else:
        outcome.payload = kind.digest(articles, analyzer, fields)
    return outcome


def _read_files(
    task: FilesTask, fields: FieldTable, say: Callable[[TaskProgress], None] | None
) -> tuple[list[Article], Outcome]:
    articles: list[Article] = []
    outcome = Outcome(None)
    for position, file in enumerate(task.paths):
        before = len(articles)
        failures: list[ReadError] = []
        uses: list[MapUse] = []
        passed_over: list[tuple[str, LeftOut]] = []
        most, error = task.cut.get(file, (None, None))
        if say is not None:
            say(TaskProgress(position))
        said = time.monotonic()
        try:
            found = read(
                file,
                field_map=task.field_map,
                values=fields.own,
                on_error=failures.append,
                on_map_use=uses.append,
                on_left_out=_first_of(passed_over),
            )
            for article in itertools.islice(found, most):
                articles.append(article)
                if say is not None and (now := time.monotonic()) - said > _SAY_EVERY_S:
                    said = now
                    say(TaskProgress(position, len(articles) - before))
        except ReadError as failure:
            failures.append(failure)
        if error is not None:
            failures.append(error)
        if name := task.names.get(file):
            articles[before:] = [named_after(article, name) for article in articles[before:]]
        if task.boilerplate and file in task.pages:
            found_without = [without(article, task.boilerplate) for article in articles[before:]]
            articles[before:] = [article for article, _ in found_without]
            lost = [count for _, count in found_without if count]
            outcome.boilerplate.append((sum(lost), len(lost)))
        own = articles[before:]
        outcome.counts.append(len(own))
        outcome.empty.append(sum(not (article.title or article.body) for article in own))
        outcome.without_body.append(sum(bool(a.title) and not a.body for a in own))
        outcome.failures.append(failures)
        outcome.left_out.append(passed_over)
        outcome.map_uses.append(uses[0] if uses else None)
    if say is not None:
        say(TaskProgress(None))
    return articles, outcome


def _read_pages(
    task: ArticlesTask, fields: FieldTable, say: Callable[[TaskProgress], None] | None
) -> tuple[list[Article], Outcome]:
    failures = list(task.lost)
    options = Options(on_error=failures.append, fields=fields)
    articles: list[Article] = []
    blocks = cleaned = 0
    for position, item in enumerate(task.articles):
        if not isinstance(item, Deferred):
            articles.append(item)
            continue
        if say is not None:
            say(TaskProgress(position))
        try:
            for article in item.read(options):
                article, lost = without(article, task.boilerplate)
                blocks, cleaned = blocks + lost, cleaned + bool(lost)
                articles.append(named_after(article, task.name) if task.name else article)
        except MemoryError:
            failures.append(ReadError(item.path, f"{item.label}: {TOO_MUCH_MEMORY}"))
    if say is not None:
        say(TaskProgress(None))
    outcome = Outcome(None, failures=[failures])
    outcome.boilerplate.append((blocks, cleaned))
    return articles, outcome


def _first_of(passed_over: list[tuple[str, LeftOut]]) -> Callable[[str, LeftOut], None]:
    """Notes the first members that are left out of an archive, and no more of millions."""

    def note(member: str, why: LeftOut) -> None:
        if len(passed_over) < _MOST_MEMBERS_LISTED:
            passed_over.append((member, why))

    return note


class WorkerPool:
    """`processes` children that perform tasks; 0 performs them in this process.

    Use as a context manager.  Leaving the block ends the children.  `record_seconds` is the
    most that a child may be at one record before it is ended and the file listed,
    `record_bytes` the most memory that a record may take.
    """

    def __init__(
        self,
        processes: int,
        kind: SegmentKind,
        analyzer: Analyzer,
        fields: FieldTable = FIELDS,
        *,
        record_seconds: float = RECORD_SECONDS,
        record_bytes: int = RECORD_BYTES,
    ) -> None:
        self._record_seconds = record_seconds
        self._record_bytes = record_bytes
        self._kind = kind
        self._analyzer = analyzer
        self._fields = fields
        # An application that carries its Python inside would start itself.
        can_start = sys.executable and not getattr(sys, "frozen", False)
        self._processes = processes if can_start else 0
        self._tasks: queue.SimpleQueue[tuple[Any, Future[Outcome]] | None] = queue.SimpleQueue()
        self._children: list[Child] = []
        self._threads: list[threading.Thread] = []
        self._watch = Watch(self._children)
        self._leaving = False

    def map(self, tasks: Iterable[Any]) -> Iterator[tuple[Any, Outcome]]:
        """Perform `tasks`, yielding (task, outcome) in their order.

        A few tasks a child are under way at a time, so `tasks` may be endless.

        Raises:
            SearcherError: a child process ended by itself (killed, out of memory).
        """
        window = 2 * self._processes
        waiting: deque[tuple[Any, Future[Outcome]]] = deque()
        for task in tasks:
            waiting.append((task, self._begin(task)))
            if len(waiting) >= window:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()

    def _begin(self, task: FilesTask | ArticlesTask) -> Future[Outcome]:
        """Give `task` to a child, or do it at once where that is cheaper."""
        future: Future[Outcome] = Future()
        if not self._processes or (self._is_cheap(task)):
            future.set_result(perform(task, self._kind, self._analyzer, self._fields))
            return future
        if len(self._threads) < self._processes:
            place = len(self._children)
            self._children.append(self._start())
            self._watch.start()
            thread = threading.Thread(target=self._serve, args=(place,), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._tasks.put((task, future))
        return future

    def _is_cheap(self, task: FilesTask | ArticlesTask) -> bool:
        is_read = isinstance(task, ArticlesTask) and not task.has_pages
        return self._kind.cheap_digest and is_read

    def _start(self) -> Child:
        return Child(
            self._kind.worker,
            self._kind.name,
            self._analyzer.language,
            self._analyzer.version,
            ",".join(self._fields.own),
            str(self._record_bytes),
            record_seconds=self._record_seconds,
        )

    def _serve(self, place: int) -> None:
        while (item := self._tasks.get()) is not None:
            task, future = item
            try:
                answer = self._ask(place, task)
            except BaseException as error:
                # Whatever it is: `map` would wait for ever on tasks that nobody takes.
                answer = error
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _ask(self, place: int, task: FilesTask | ArticlesTask) -> Any:
        """The answer to a task, without the files of it that end whoever reads them."""
        while True:
            try:
                return self._children[place].ask(task)
            except ChildEnded as end:
                if self._leaving or not end.began:
                    raise SearcherError(
                        f"a worker process could not go on: it {end.reason}; index with --workers 0"
                    ) from end
                self._children[place].close(kill=True)
                self._children[place] = self._start()
                if isinstance(task, ArticlesTask) and end.position is not None:
                    task = _without_page(task, end)
                    continue
                if isinstance(task, ArticlesTask) or end.position is None:
                    raise SearcherError(
                        f"a worker process ended with {_describe(task)}: it {end.reason}; index "
                        "with --workers 0 to find the article"
                    ) from end
                file = task.paths[end.position]
                error = ReadError(file, end.reason, hint="split the file, or leave it out")
                task = replace(task, cut=task.cut | {file: (end.articles, error)})

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leaving = True
        for _ in self._threads:
            self._tasks.put(None)
        self._watch.stop()
        for child in self._children:
            child.close(kill=error_type is not None)


def _without_page(task: ArticlesTask, end: ChildEnded) -> ArticlesTask:
    """`task` without the page that ended its reader."""
    assert end.position is not None
    lost: list[ReadError] = []
    page = task.articles[end.position]
    label = page.label if isinstance(page, Deferred) else f"record {page.record}"
    lost.append(ReadError(page.path or "articles", f"{label}: {end.reason}"))
    rest = [item for place, item in enumerate(task.articles) if place != end.position]
    return replace(task, articles=rest, lost=task.lost + lost)


def _describe(task: FilesTask | ArticlesTask) -> str:
    if isinstance(task, FilesTask):
        return ", ".join(task.paths[:3]) + (", ..." if len(task.paths) > 3 else "")
    return next((item.path for item in task.articles if item.path), "articles")


def main() -> None:
    """Serve the parent over standard input and output until it closes them."""
    serve(segment_kind(sys.argv[1]))


def serve(kind: SegmentKind) -> None:
    """The same, digesting as `kind` does; the rest is in the arguments of this process."""
    analyzer = Analyzer(sys.argv[2], version=sys.argv[3])
    fields = FIELDS.with_values(*filter(None, sys.argv[4].split(",")))
    bound = functools.partial(reading_memory, int(sys.argv[5]))

    def answer(task: FilesTask | ArticlesTask, say: Callable[[TaskProgress], None]) -> Outcome:
        outcome = perform(task, kind, analyzer, fields, say, bound)
        if not isinstance(task, SampleTask | SampleOfPartsTask):
            outcome.payload = kind.pack(outcome.payload)
        return outcome

    answer_questions(answer)
