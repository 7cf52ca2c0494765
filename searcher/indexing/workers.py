"""How is reading spread over processes, and what comes after it as far as it pays?

`WorkerPool` starts child processes of this very Python, which import from where this
process does and never from the folder it stands in (importing.py), and talks to each over
its own pair of pipes, one thread in the parent for each child.  Answers come back in the
order of the questions, so an index made with two workers equals one made with none.  What
is done to the articles there is `WritingPath.digest`: all of the inversion on the plain
path, next to nothing on the native one, whose threads are in the parent.  A child is
started when there is something for it to do.

Not `multiprocessing`: its spawned children import the caller's main module, so
five lines of a user's script without an `if __name__ == "__main__"` would start
themselves again, and its forked ones inherit locks and threads.  The pickles on
these pipes are made and read by our own two processes.

Children ignore Ctrl-C and SIGTERM, which may be sent to all of them at once, and end when the
parent's end of their pipe closes, however the parent died.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, BinaryIO

from searcher.analysis import Analyzer
from searcher.article import Article, named_after
from searcher.errors import ReadError, SearcherError
from searcher.importing import isolated_command, neutral_folder
from searcher.indexing.writing_paths import WritingPath, writing_path
from searcher.reading import read

__all__ = ["ArticlesTask", "FilesTask", "Outcome", "WorkerPool", "perform"]

_FRAME = struct.Struct("<Q")
_STOPPING = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class FilesTask:
    """Read these files and digest what is in them.

    `names` has the path that ids are made from, for files whose own it is not.
    """

    paths: list[str]
    field_map: Mapping[str, str] | None = None
    names: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ArticlesTask:
    """Digest these articles."""

    articles: list[Article]


@dataclass(slots=True)
class Outcome:
    """The articles of a task, digested, and for each file how many of them are its own
    and what could not be read."""

    payload: Any
    counts: list[int] = field(default_factory=list)
    failures: list[list[ReadError]] = field(default_factory=list)


def perform(task: FilesTask | ArticlesTask, path: WritingPath, analyzer: Analyzer) -> Outcome:
    """Do one task, in whichever process this is."""
    if isinstance(task, ArticlesTask):
        return Outcome(path.digest(task.articles, analyzer))
    articles: list[Article] = []
    outcome = Outcome(None)
    for file in task.paths:
        before = len(articles)
        failures: list[ReadError] = []
        try:
            articles.extend(read(file, field_map=task.field_map, on_error=failures.append))
        except ReadError as error:
            failures.append(error)
        if name := task.names.get(file):
            articles[before:] = [named_after(article, name) for article in articles[before:]]
        outcome.counts.append(len(articles) - before)
        outcome.failures.append(failures)
    outcome.payload = path.digest(articles, analyzer)
    return outcome


class WorkerPool:
    """`processes` children that perform tasks; 0 performs them in this process.

    Use as a context manager.  Leaving the block ends the children.
    """

    def __init__(self, processes: int, path: WritingPath, analyzer: Analyzer) -> None:
        self._path = path
        self._analyzer = analyzer
        self._processes = processes
        self._tasks: queue.SimpleQueue[tuple[Any, Future[Outcome]] | None] = queue.SimpleQueue()
        self._children: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []

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
        if not self._processes or (self._path.cheap_digest and isinstance(task, ArticlesTask)):
            future.set_result(perform(task, self._path, self._analyzer))
            return future
        if len(self._children) < self._processes:
            child = _start_child(self._path, self._analyzer)
            thread = threading.Thread(target=self._serve, args=(child,), daemon=True)
            self._children.append(child)
            self._threads.append(thread)
            thread.start()
        self._tasks.put((task, future))
        return future

    def _serve(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdin is not None and child.stdout is not None
        while (item := self._tasks.get()) is not None:
            task, future = item
            try:
                _send(child.stdin, task)
                answer = _receive(child.stdout)
            except (OSError, EOFError, pickle.PickleError) as error:
                future.set_exception(
                    SearcherError(
                        f"a worker process ended (exit code {child.poll()}) while reading "
                        f"{_describe(task)}; index with --workers 0 to find the article"
                    ).with_traceback(error.__traceback__)
                )
                # Fail what is left, or `map` would wait for ever on tasks nobody takes.
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in self._threads:
            self._tasks.put(None)
        for child in self._children:
            if kind is not None:
                child.kill()
            elif child.stdin is not None:
                child.stdin.close()
        for child in self._children:
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _describe(task: FilesTask | ArticlesTask) -> str:
    if isinstance(task, FilesTask):
        return ", ".join(task.paths[:3]) + (", ..." if len(task.paths) > 3 else "")
    return next((a.path for a in task.articles if a.path), "articles")


def _start_child(path: WritingPath, analyzer: Analyzer) -> subprocess.Popen[bytes]:
    command = isolated_command("searcher.indexing.workers", path.name, analyzer.language)
    with _interrupts_held():
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=neutral_folder()
        )


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold back Ctrl-C in this thread and in children that it starts, until they ignore it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _send(pipe: BinaryIO | Any, value: Any) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pipe.write(_FRAME.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: BinaryIO | Any) -> Any:
    head = pipe.read(_FRAME.size)
    if len(head) < _FRAME.size:
        raise EOFError
    (size,) = _FRAME.unpack(head)
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


def main() -> None:
    """Serve the parent over standard input and output until it closes them."""
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print of some library must not end up in an answer
    path, analyzer = writing_path(sys.argv[1]), Analyzer(sys.argv[2])
    while True:
        try:
            task = _receive(questions)
        except EOFError:
            return
        try:
            answer: Any = perform(task, path, analyzer)
            answer.payload = path.pack(answer.payload)
        except Exception as error:  # handed to the parent, which raises it
            answer = error
        try:
            _send(answers, answer)
        except BrokenPipeError:
            return
