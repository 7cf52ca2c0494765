"""How is reading and inverting spread over processes?

`WorkerPool` starts child processes of this very Python (`python -m
searcher.indexing.workers`) and talks to each over its own pair of pipes, one
thread in the parent for each child.  Answers come back in the order of the
questions, so an index made with two workers equals one made with none.

Not `multiprocessing`: its spawned children import the caller's main module, so
five lines of a user's script without an `if __name__ == "__main__"` would start
themselves again, and its forked ones inherit locks and threads.  The pickles on
these pipes are made and read by our own two processes.

Children ignore Ctrl-C, which a terminal sends to all of them, and end when the
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
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, BinaryIO

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.errors import ReadError, SearcherError
from searcher.indexing.inversion import Batch, invert
from searcher.reading import read

__all__ = ["ArticlesTask", "FilesTask", "Outcome", "WorkerPool", "perform"]

_FRAME = struct.Struct("<Q")


@dataclass(slots=True)
class FilesTask:
    """Read these files and invert what is in them."""

    paths: list[str]
    field_map: Mapping[str, str] | None = None


@dataclass(slots=True)
class ArticlesTask:
    """Invert these articles."""

    articles: list[Article]


@dataclass(slots=True)
class Outcome:
    """The articles of a task, inverted, and for each file how many of them are its own
    and what could not be read."""

    batch: Batch
    counts: list[int] = field(default_factory=list)
    failures: list[list[ReadError]] = field(default_factory=list)


def perform(task: FilesTask | ArticlesTask, analyzer: Analyzer) -> Outcome:
    """Do one task, in whichever process this is."""
    if isinstance(task, ArticlesTask):
        return Outcome(invert(task.articles, analyzer))
    articles: list[Article] = []
    outcome = Outcome(Batch())
    for path in task.paths:
        before = len(articles)
        failures: list[ReadError] = []
        try:
            articles.extend(read(path, field_map=task.field_map, on_error=failures.append))
        except ReadError as error:
            failures.append(error)
        outcome.counts.append(len(articles) - before)
        outcome.failures.append(failures)
    outcome.batch = invert(articles, analyzer)
    return outcome


class WorkerPool:
    """`processes` children that perform tasks; 0 performs them in this process.

    Use as a context manager.  Leaving the block ends the children.
    """

    def __init__(self, processes: int, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._tasks: queue.SimpleQueue[tuple[Any, Future[Outcome]] | None] = queue.SimpleQueue()
        self._children = [_start_child(analyzer) for _ in range(processes)]
        self._threads = [
            threading.Thread(target=self._serve, args=(child,), daemon=True)
            for child in self._children
        ]
        for thread in self._threads:
            thread.start()

    def map(self, tasks: Iterable[Any]) -> Iterator[tuple[Any, Outcome]]:
        """Perform `tasks`, yielding (task, outcome) in their order.

        A few tasks a child are under way at a time, so `tasks` may be endless.

        Raises:
            SearcherError: a child process ended by itself (killed, out of memory).
        """
        if not self._children:
            for task in tasks:
                yield task, perform(task, self._analyzer)
            return
        window = 2 * len(self._children)
        waiting: deque[tuple[Any, Future[Outcome]]] = deque()
        for task in tasks:
            future: Future[Outcome] = Future()
            self._tasks.put((task, future))
            waiting.append((task, future))
            if len(waiting) >= window:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()

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


def _start_child(analyzer: Analyzer) -> subprocess.Popen[bytes]:
    package_parent = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [package_parent, environment.get("PYTHONPATH")])
    )
    return subprocess.Popen(
        [sys.executable, "-m", "searcher.indexing.workers", analyzer.language],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )


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
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print of some library must not end up in an answer
    analyzer = Analyzer(sys.argv[1])
    while True:
        try:
            task = _receive(questions)
        except EOFError:
            return
        try:
            answer: Any = perform(task, analyzer)
        except Exception as error:  # handed to the parent, which raises it
            answer = error
        try:
            _send(answers, answer)
        except BrokenPipeError:
            return


if __name__ == "__main__":
    # The parent knows these classes by the module's name, not as __main__'s.
    from searcher.indexing.workers import main as serve

    serve()
