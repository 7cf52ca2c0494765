"""How is a process that reads started, asked, and ended when one file takes too much?

A `Child` is a Python of ours at the other end of two pipes.  It says which file it is at
before it reads it and every half second that brings articles, so that whatever happens to
it, the file that did it is known: it is killed when one record takes longer than
`RECORD_SECONDS` (`Watch` looks), a parser in C may crash.  `ChildEnded` then says at which
file and why, and the caller goes on with the others in a new child.  While it reads it may
have so much memory (`reading_memory`): allocations fail beyond that, which the reader of the
file hands on as its `ReadError`, and nothing has to be started again.

Only a process can be stopped in the middle of a pattern or a parser: a library must not set
signal handlers, and no thread can stop another.  Without processes (`--workers 0`) the bounds
inside the readers are all there is.

Time is that of the processor where the system tells it (Linux), so that a busy machine is not
taken for a hostile file; elsewhere, and for a child that waits, it is `PATIENCE` times as
much of the clock.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from searcher.importing import InstalledOnly, isolated_command, neutral_folder

__all__ = [
    "RECORD_BYTES",
    "RECORD_SECONDS",
    "Child",
    "ChildEnded",
    "TaskProgress",
    "Watch",
    "answer_questions",
    "reading_memory",
]

# The largest pages and records that are read take less, on a slow machine.
RECORD_SECONDS = 5.0
PATIENCE = 6
_LOOK_SECONDS = 0.25
# What one page or record may take while it is read.
RECORD_BYTES = 500_000_000
# A child at rest has 18 MB of data mapped (60 MB with code and libraries), with every reader
# loaded and some thousand files read 35 MB; and it holds its task's articles, a few megabytes.
_REST_BYTES = 50_000_000
# What is done to articles that were read, inversion on the plain path, takes more for the
# largest: thirty times their text.
_MEMORY_BYTES = 4 << 30
_LEAST_MEMORY_BYTES = 1 << 30
_FRAME = struct.Struct("<Q")
_STOPPING = (signal.SIGINT, signal.SIGTERM)


class TaskProgress(NamedTuple):
    """What a child says while it works: `position` of the file that it begins or goes on
    with, or None when it is at no file, and takes the time that it takes; `articles` that
    the file has brought so far."""

    position: int | None
    articles: int = 0


class ChildEnded(Exception):
    """A child is no more: `reason` in words, and which file it was at.

    `position` is that of the file in its task, or None, and `articles` how many of the file's
    articles were read by then.  `began` is False when it ended before it could be asked.
    """

    def __init__(self, at: TaskProgress, reason: str, *, began: bool) -> None:
        self.position = at.position
        self.articles = at.articles
        self.reason = reason
        self.began = began
        super().__init__(reason)


class Child:
    """One process that runs `module.main()` of Searcher; see `answer_questions`.

    `record_seconds` is the most that it may be at one record.
    """

    def __init__(self, module: str, *arguments: str, record_seconds: float) -> None:
        command = isolated_command(module, *arguments)
        with _interrupts_held():
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=neutral_folder()
            )
        self._most_seconds = record_seconds
        self._began = False
        self._at = TaskProgress(None)
        self._since = 0.0
        self._processor_since: float | None = None
        self._too_long = False

    def ask(self, question: Any) -> Any:
        """Return the answer to `question`.

        Raises:
            ChildEnded: it ended before it answered, by itself or because it took too long.
        """
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            _send(process.stdin, question)
            while isinstance(answer := _receive(process.stdout), TaskProgress):
                self._began = True
                self._note(answer)
        # An answer that cannot be read is as good as none: from a damaged pipe, or from files of
        # another version that were put in place while this process ran.
        except (
            *(OSError, EOFError, pickle.PickleError, ValueError),
            *(AttributeError, ImportError, TypeError, IndexError),
        ) as error:
            process.kill()
            process.wait()
            raise ChildEnded(self._at, self._why(), began=self._began) from error
        self._note(TaskProgress(None))
        return answer

    def end_if_too_long(self) -> None:
        """Kill it if it has been at one record for too long."""
        if self._at.position is None:
            return
        waited = time.monotonic() - self._since
        if waited < self._most_seconds:
            return
        before, now = self._processor_since, _processor_seconds(self._process.pid)
        busy = waited / PATIENCE if before is None or now is None else now - before
        if busy >= self._most_seconds or waited >= self._most_seconds * PATIENCE:
            self._too_long = True
            self._process.kill()

    def close(self, *, kill: bool) -> None:
        """End it: at once, or when it has done what it was asked."""
        if kill:
            self._process.kill()
        if self._process.stdin is not None:
            with suppress(OSError):  # it is gone, with something still to be written to it
                self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _note(self, at: TaskProgress) -> None:
        self._since = time.monotonic()
        self._processor_since = (
            None if at.position is None else _processor_seconds(self._process.pid)
        )
        self._at = at

    def _why(self) -> str:
        code = self._process.returncode
        if self._too_long:
            return f"takes longer than {self._most_seconds:g} seconds to read"
        if code is not None and code < 0:
            memory = ", for want of memory as it seems" if -code == signal.SIGABRT else ""
            try:
                name = signal.Signals(-code).name
            except ValueError:
                name = f"signal {-code}"
            memory = ", for want of memory as it seems" if name == "SIGKILL" else memory
            return f"ends the process that reads it ({name}{memory})"
        return f"ends the process that reads it (exit code {code})"


class Watch:
    """A thread that ends the children which take too long; use it in a `with` statement."""

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look; more than once does no harm."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_LOOK_SECONDS):
            for child in list(self._children):
                child.end_if_too_long()


def answer_questions(answer: Any) -> None:
    """Be a child: answer what comes on standard input on standard output, until it closes.

    `answer(question, say)` returns an answer, and may `say(TaskProgress(...))` meanwhile.
    """
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print of some library must not end up in an answer
    _limit_memory()
    try:
        _send(answers, TaskProgress(None))
        while True:
            question = _receive(questions)
            try:
                given = answer(question, lambda progress: _send(answers, progress))
            except BrokenPipeError:
                raise
            except Exception as error:  # handed to the parent, which raises it
                given = error
            _send(answers, given)
    except (EOFError, BrokenPipeError):  # the parent is done, or gone
        return


@contextmanager
def reading_memory(record_bytes: int) -> Iterator[None]:
    """Let allocations of this process fail when a record takes more than `record_bytes`.

    Counted is private data (RLIMIT_DATA): heap and anonymous mappings, but not libraries and
    files that are mapped, which differ by machine.  Only for a process that is our own: the
    bound is that of the whole process.  Where the system has none, nothing happens.
    """
    try:
        with InstalledOnly():
            import resource
    except ImportError:  # Windows
        yield
        return
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _REST_BYTES + record_bytes
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (before, most))


def _limit_memory() -> None:
    """Let allocations of this process fail before the machine is out of memory."""
    try:
        with InstalledOnly():
            import resource
    except ImportError:  # Windows
        return
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        limit = max(_LEAST_MEMORY_BYTES, min(_MEMORY_BYTES, machine // 2))
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    except (ValueError, OSError):  # a system that has the name and not the thing (macOS)
        return


def _processor_seconds(pid: int) -> float | None:
    """Seconds of processor that a process has used, where the system tells."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


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


def _send(pipe: Any, value: Any) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pipe.write(_FRAME.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: Any) -> Any:
    head = pipe.read(_FRAME.size)
    if len(head) < _FRAME.size:
        raise EOFError
    (size,) = _FRAME.unpack(head)
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)
