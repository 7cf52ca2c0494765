"""In which threads do searches run, and which of them give way to others?

A few threads that wait for work, as many as are asked for at once.  A search that takes long can
be made to give way: its thread gets less of the processors from then on than others (niceness, a
thread's own on Linux), so that costly queries leave cheap ones, and the thread that reads
requests, their time.  A process may not take niceness back, so such a thread ends with its
search and the next one gets a new thread.

Elsewhere than on Linux all threads are alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar, cast

__all__ = ["Job", "SearchThreads"]

_T = TypeVar("_T")
# An eighth of what others get; less, and one that holds Python's lock keeps them waiting.
_NICENESS = 10
_HAS_CLOCKS = hasattr(time, "pthread_getcpuclockid")
_CAN_GIVE_WAY = sys.platform == "linux" and hasattr(os, "setpriority")


class Job:
    """One search: it may be made to give way while it runs.

    `is_over` says that its thread is another's again, as far as the event loop knows; who wants
    to know when that is puts a function in `when_over`.
    """

    __slots__ = ("_began_s", "_clock", "_lock", "_thread", "gave_way", "is_over", "when_over")

    def __init__(self) -> None:
        self.is_over = False
        self.when_over: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._clock: int | None = None
        self._began_s = 0.0
        self.gave_way = False

    def begins(self) -> None:
        """The search runs in this thread from now on."""
        with self._lock:
            self._thread = threading.get_native_id()
            if _HAS_CLOCKS:
                self._clock = time.pthread_getcpuclockid(threading.get_ident())
                self._began_s = time.clock_gettime(self._clock)

    def ends(self) -> None:
        """The thread is another's from now on."""
        with self._lock:
            self._thread = self._clock = None

    def ran_s(self) -> float | None:
        """How long it has had a processor; None where that is not known."""
        with self._lock:  # a thread that has ended has no clock
            return None if self._clock is None else time.clock_gettime(self._clock) - self._began_s

    def give_way(self) -> None:
        """Let others go before, if it runs."""
        with self._lock:
            if self._thread is None or not _CAN_GIVE_WAY:
                return
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._thread, _NICENESS)
                self.gave_way = True


class SearchThreads:
    """Threads for searches; as many as run at once."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], bool] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = self._threads = 0
        self._is_closed = False

    def submit(self, use: Callable[[], _T], job: Job) -> asyncio.Future[_T]:
        """Run `use` in a thread, for the event loop of this one."""
        loop = asyncio.get_running_loop()
        # Not one of `concurrent.futures` and another around it: that takes twice as long.
        future: asyncio.Future[_T] = loop.create_future()
        waits: asyncio.Future[_T] | None = future

        def tell(found: _T | None, error: BaseException | None) -> None:
            nonlocal waits
            told, waits = waits, None
            job.is_over = True
            if job.when_over is not None:
                job.when_over()
            if told is None or told.done():  # nobody waits any more
                return
            if error is not None:
                told.set_exception(error)
            else:
                told.set_result(cast("_T", found))

        def work() -> bool:
            found, failure = None, None
            if waits is not None and not waits.done():
                job.begins()
                try:
                    found = use()
                except BaseException as error:
                    failure = error
                job.ends()
            with contextlib.suppress(RuntimeError):  # the loop is over
                loop.call_soon_threadsafe(tell, found, failure)
            # An error knows this frame by its trace, and this frame whoever is told of it: they
            # would keep each other, and all that the search had, until the collector comes by.
            found = failure = None
            return not job.gave_way

        with self._lock:
            if self._is_closed:
                raise RuntimeError("no search begins any more")
            if self._idle:
                self._idle -= 1
            else:
                self._threads += 1
                threading.Thread(target=self._run, name="search", daemon=True).start()
        self._work.put(work)
        return future

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            goes_on = work()
            del work
            with self._lock:
                if not goes_on or self._is_closed:
                    self._threads -= 1
                    return
                self._idle += 1

    def close(self) -> None:
        """Begin no more; threads that wait end, those that run end with their searches."""
        with self._lock:
            self._is_closed = True
            for _ in range(self._idle):
                self._work.put(None)
            self._idle = 0
