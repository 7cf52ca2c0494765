"""When does a search run?

Searches run in a few threads, beside the one that reads requests: the core lets other threads
run while it searches.  A request that finds all threads taken waits, and if too many wait it is
turned away at once.  Its deadline counts from when it came, waiting included, so nobody waits
for an answer that can no longer come in time.

A search that has run for a while is *slow*: it gives its place among the quick ones up and goes
on beside them, so that twenty costly queries do not keep a cheap one waiting for their whole
deadline.  Only a few may be slow at a time; one more is given up.

Where the client has gone away its search is given up too.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from searcher.errors import DeadlineError
from searcher.serving.problems import BusyError

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Admission"]

_T = TypeVar("_T")


class Admission:
    """Threads to search in, and places to wait for one.

    Arguments:
        threads: searches that run at the same time.
        most_waiting: requests that may wait for a thread.
        deadline_s: seconds from the request to when its search is given up.
    """

    def __init__(
        self, *, threads: int = 4, most_waiting: int = 64, deadline_s: float = 5.0
    ) -> None:
        self.threads = threads
        self.most_waiting = most_waiting
        self.deadline_s = deadline_s
        self.running = 0
        self.inside = 0
        self._count = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="search")

    @property
    def waiting(self) -> int:
        """How many requests wait for a thread."""
        return max(0, self.inside - self.running)

    async def run(self, use: Callable[[float], _T], request: Request | None = None) -> _T:
        """What `use` gives, run in a thread; `use` is told how many seconds it may take.

            results = await admission.run(lambda left_s: archive.search(q, timeout=left_s))

        Arguments:
            request: whose answer it is for.

        Raises:
            BusyError: too many wait already.
            DeadlineError: its time passed while it waited.
            Whatever `use` raises.
        """
        if self.inside >= self.threads + self.most_waiting:
            raise BusyError(self.waiting)
        came = time.perf_counter()

        def in_thread() -> _T:
            left_s = self.deadline_s - (time.perf_counter() - came)
            if left_s <= 0:
                raise DeadlineError(self.deadline_s, "waiting for a thread")
            with self._counted():
                return use(left_s)

        self.inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, in_thread)
        finally:
            self.inside -= 1

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._count:
            self.running += 1
        try:
            yield
        finally:
            with self._count:
                self.running -= 1

    def close(self) -> None:
        """Take no more; what runs goes on to its end."""
        self._pool.shutdown(wait=False, cancel_futures=True)
