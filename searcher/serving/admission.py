"""When does a search run?

Searches run in threads, beside the one that reads requests: the core lets other threads run
while it searches.  A request that finds all quick places taken waits, and if too many wait it is
turned away at once.  Its deadline counts from when it came, waiting included, so nobody waits
for an answer that can no longer come in time.

A search that has run for `QUICK_S` is *slow*: it gives its quick place up and goes on beside the
others, so that twenty costly queries do not keep a cheap one waiting for their whole deadline,
gives way to them on the processors (`threads.py`), and takes turns with other slow ones, for which
it may have to begin anew (`turns.py`).  Only so many may be slow at a time, each in a thread; one
more is given up after half a second.

A search that asks for nothing costly, where no other request is under way, is first tried for
`QUICK_S` where requests are read.  To hand it to a thread and its answer back takes two turns of
the scheduler and another processor, whose caches know nothing of the index: a fifth of a search.
What is not done by then begins anew in a thread.

An answer comes at its deadline even where the thread has not seen yet that it is over, which
on a busy machine may take a while; the place is free when the thread is.

Where a client has gone away its search ends too: a slow one asks now and then
(`searching/interruption.py`).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from searcher.errors import DeadlineError
from searcher.searching.interruption import interrupted_by
from searcher.serving.problems import BusyError, GoneError
from searcher.serving.threads import Job, SearchThreads
from searcher.serving.turns import SentBackError, Turn, Turns
from searcher.serving.visits import OTHERS_KEY, visit_of

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Admission"]

_T = TypeVar("_T")
# After so long a search is slow, and it is looked whether its client is still there.
QUICK_S = 0.02
_BETWEEN_LOOKS_S = 0.1
# After the deadline, for a thread that has seen by itself that it is over.
_GRACE_S = 0.1
# So long a search that takes long keeps its quick place where too many are slow already.
_PATIENCE_S = 0.5
# Slow ones for each quick place.
_SLOW_TO_QUICK = 6


class _Search:
    """What one search is told from outside."""

    __slots__ = (
        "began",
        "deadline_s",
        "error",
        "found",
        "is_over",
        "is_slow",
        "job",
        "left_s",
        "timer",
        "turn",
        "turns",
        "watcher",
    )

    def __init__(self, turns: Turns, deadline_s: float, left_s: float) -> None:
        self.began = time.perf_counter()
        self.deadline_s = deadline_s
        self.left_s = left_s
        self.turns = turns
        self.turn = Turn(time.monotonic() + left_s)
        self.timer: asyncio.TimerHandle | None = None
        self.error: Exception | None = None
        self.found: asyncio.Future[Any] | None = None
        self.job = Job()
        self.is_slow = self.is_over = False
        self.watcher: asyncio.Task[None] | None = None  # a task nobody holds may be lost

    def run(self, use: Callable[[float], _T]) -> _T:
        """What `use` gives, in this thread; begun anew where it is sent back."""
        left_s = self.left_s
        try:
            while True:
                try:
                    with interrupted_by(self.ask):
                        return use(left_s)
                except SentBackError:
                    pass
                self.turns.enter(self.turn)
                if self.error is not None:
                    raise self.error
                left_s = self.left_s - (time.perf_counter() - self.began)
                if left_s <= 0:
                    raise DeadlineError(self.deadline_s, "waiting for others that take long")
        finally:
            self.turns.leave(self.turn)

    def ask(self) -> None:
        """Raise why the search is to end, or begin anew, if it is; a slow one may wait here."""
        if self.is_slow and self.error is None:
            self.turns.ask(self.turn)
        if self.error is not None:
            raise self.error

    def end(self, error: Exception) -> None:
        """It is to end with `error`, if it has no other yet."""
        self.error = self.error or error
        self.turn.end()


def _is_alone(request: Request) -> bool:
    """Whether no other request is under way in this process, as far as is known."""
    others = request.scope.get(OTHERS_KEY)
    return others is not None and len(others) <= 1


class Admission:
    """Places to search in, and to wait for one.  For one event loop.

    Arguments:
        threads: quick searches that run at the same time.
        most_waiting: requests that may wait for one of these places.
        deadline_s: seconds from the request to when its search is given up.
    """

    def __init__(
        self, *, threads: int = 4, most_waiting: int = 64, deadline_s: float = 5.0
    ) -> None:
        self.threads = threads
        self.most_waiting = most_waiting
        self.deadline_s = deadline_s
        self.most_slow = _SLOW_TO_QUICK * threads
        self.quick = self.slow = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._threads = SearchThreads()
        self._turns = Turns()

    @property
    def running(self) -> int:
        """How many searches run."""
        return self.quick + self.slow

    @property
    def waiting(self) -> int:
        """How many requests wait for a place."""
        return len(self._waiting)

    async def run(
        self,
        use: Callable[[float], _T],
        request: Request | None = None,
        *,
        at_once: bool = False,
    ) -> _T:
        """What `use` gives, run in a thread; `use` is told how many seconds it may take.

            results = await admission.run(lambda left_s: archive.search(q, timeout=left_s))

        Arguments:
            request: whose answer it is for; where its client goes away, `use` is given up.
            at_once: it keeps to its time within some milliseconds, and may be run twice.

        Raises:
            BusyError: too many wait already.
            DeadlineError: its time passed, or too many others take long.
            GoneError: the client has gone away.
            Whatever `use` raises.
        """
        came = time.perf_counter()
        if at_once and not self.running and request is not None and _is_alone(request):
            try:
                return use(min(QUICK_S, self.deadline_s))
            except DeadlineError:
                pass
            finally:
                if (visit := visit_of(request.scope)) is not None:
                    visit.search_ms += (time.perf_counter() - came) * 1000
        if self.quick >= self.threads:
            await self._wait()
        self.quick += 1
        started = time.perf_counter()
        search = _Search(self._turns, self.deadline_s, self.deadline_s - (started - came))
        try:
            if search.left_s <= 0:
                raise DeadlineError(self.deadline_s, "waiting for a thread")
            search.found = self._threads.submit(lambda: search.run(use), search.job)
            loop = asyncio.get_running_loop()
            search.timer = loop.call_later(QUICK_S, self._grows_slow, search, request)
            try:
                found: _T = await search.found
                return found
            finally:
                search.timer.cancel()
        finally:
            if search.found is None or search.job.is_over:
                self._leave(search)
            else:  # it goes on for a moment
                search.end(GoneError())
                search.job.when_over = lambda: self._leave(search)
            # What was raised knows this frame by its trace, and would keep itself alive.
            search.found = None
            if request is not None and (visit := visit_of(request.scope)) is not None:
                visit.waited_ms += (started - came) * 1000
                visit.search_ms += (time.perf_counter() - started) * 1000

    async def _wait(self) -> None:
        """Wait for a quick place.

        Raises:
            BusyError, DeadlineError: as `run`.
        """
        if len(self._waiting) >= self.most_waiting:
            raise BusyError(len(self._waiting))
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self.deadline_s):
                await turn
        except TimeoutError:
            raise DeadlineError(self.deadline_s, "waiting for a thread") from None
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif turn.cancelled():
                self._call_next()

    def _call_next(self) -> None:
        while self._waiting and self.quick < self.threads:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                break

    def _grows_slow(self, search: _Search, request: Request | None) -> None:
        """Give the quick place of `search` to another, and see whether it is still wanted."""
        loop = asyncio.get_running_loop()
        if self.slow >= self.most_slow:
            # On a busy machine a cheap one may take so long too: it is not given up at once.
            if time.perf_counter() - search.began < _PATIENCE_S:
                search.timer = loop.call_later(QUICK_S, self._grows_slow, search, request)
            else:
                search.end(DeadlineError(self.deadline_s, "others took long already"))
            return
        search.is_slow = True
        search.job.give_way()
        self.quick -= 1
        self.slow += 1
        self._call_next()
        loop.call_later(search.left_s - QUICK_S + _GRACE_S, self._expires, search)
        if request is not None:
            search.watcher = asyncio.create_task(self._watch(search, request))

    def _expires(self, search: _Search) -> None:
        """Answer for `search`, whose thread has not done so in time."""
        if search.found is not None and not search.found.done():
            passed = DeadlineError(self.deadline_s, "looking for articles")
            search.end(passed)
            search.found.set_exception(passed)

    def _leave(self, search: _Search) -> None:
        search.is_over = True
        search.error = None  # its trace knows the search
        if search.is_slow:
            self.slow -= 1
        else:
            self.quick -= 1
            self._call_next()

    async def _watch(self, search: _Search, request: Request) -> None:
        """End `search` when the client of `request` has gone away."""
        while not search.is_over:
            if await request.is_disconnected():
                search.end(GoneError())
                break
            await asyncio.sleep(_BETWEEN_LOOKS_S)

    def close(self) -> None:
        """Take no more; what runs goes on to its end."""
        self._threads.close()
