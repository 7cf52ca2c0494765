"""When does a search run?

Searches run in threads, beside the one that reads requests: the core lets other threads run
while it searches.  A request that finds all quick places taken waits, and if too many wait it is
turned away at once.  Its deadline counts from when it came, waiting included, so nobody waits
for an answer that can no longer come in time.

What is known to be brief, a few words, has places of its own: else cheap queries wait behind
twenty costly ones, of which nobody knows yet that they are.

A search that has run for `QUICK_S`, by the clock of its processor, is *slow*: it gives its quick
place up and goes on beside the others, so that twenty costly queries do not keep a cheap one
waiting for their whole deadline, gives way to them on the processors (`threads.py`), and takes
turns with other slow ones, for which it may have to begin anew (`turns.py`).  Only so many may be
slow at a time, each in a thread; one more is given up after half a second.

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
import os
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
_BETWEEN_LOOKS_S = 0.25
# After the deadline, for a thread that has seen by itself that it is over.
_GRACE_S = 0.05
# So long a search that takes long keeps its quick place where too many are slow already.
_PATIENCE_S = 0.5
# And so long one that has hardly had a processor yet.
_HELD_UP_S = 0.1
# Slow ones for each quick place.
_SLOW_TO_QUICK = 6


class _Search:
    """What one search is told from outside."""

    __slots__ = (
        "began",
        "begun_anew_s",
        "deadline_s",
        "error",
        "found",
        "is_over",
        "is_slow",
        "job",
        "left_s",
        "places",
        "timer",
        "turn",
        "turns",
        "watcher",
    )

    def __init__(self, turns: Turns, deadline_s: float, left_s: float, places: _Places) -> None:
        self.places = places
        self.began = time.perf_counter()
        self.begun_anew_s = 0.0
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
                    self.begun_anew_s = time.thread_time()
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
            ran_s = time.thread_time() - self.begun_anew_s
            # On a busy machine one that needs little may have been kept from the processors.
            if self.turn.has or ran_s >= QUICK_S:
                self.turns.ask(self.turn, ran_s)
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


class _Places:
    """Places for quick searches, and who waits for one."""

    __slots__ = ("most", "taken", "waiting")

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0
        self.waiting: deque[asyncio.Future[None]] = deque()

    def leave(self) -> None:
        """Give a place up, to the next who waits."""
        self.taken -= 1
        while self.waiting and self.taken < self.most:
            called = self.waiting.popleft()
            if not called.done():
                self.taken += 1
                called.set_result(None)


class Admission:
    """Places to search in, and to wait for one.  For one event loop.

    Arguments:
        threads: quick searches that run at the same time; of those that may take long no more
            than there are processors, besides.
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
        self.slow = 0
        self._brief = _Places(threads)
        self._other = _Places(min(threads, os.cpu_count() or 1))
        self._threads = SearchThreads()
        self._turns = Turns()

    @property
    def quick(self) -> int:
        """How many searches run that are not slow."""
        return self._brief.taken + self._other.taken

    @property
    def running(self) -> int:
        """How many searches run."""
        return self.quick + self.slow

    @property
    def waiting(self) -> int:
        """How many requests wait for a place."""
        return len(self._brief.waiting) + len(self._other.waiting)

    async def run(
        self,
        use: Callable[[float], _T],
        request: Request | None = None,
        *,
        is_brief: bool = False,
        at_once: bool = False,
    ) -> _T:
        """What `use` gives, run in a thread; `use` is told how many seconds it may take.

            results = await admission.run(lambda left_s: archive.search(q, timeout=left_s))

        Arguments:
            request: whose answer it is for; where its client goes away, `use` is given up.
            is_brief: it will hardly take long, and goes before what may.
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
        places = self._brief if is_brief else self._other
        await self._enter(places)
        started = time.perf_counter()
        search = _Search(self._turns, self.deadline_s, self.deadline_s - (started - came), places)
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

    async def _enter(self, places: _Places) -> None:
        """Take one of `places`, when there is one.

        Raises:
            BusyError, DeadlineError: as `run`.
        """
        if places.taken < places.most:
            places.taken += 1
            return
        if self.waiting >= self.most_waiting:
            raise BusyError(self.waiting)
        called = asyncio.get_running_loop().create_future()
        places.waiting.append(called)
        try:
            async with asyncio.timeout(self.deadline_s):
                await called
        except BaseException as error:
            if called in places.waiting:
                places.waiting.remove(called)
            elif called.done() and not called.cancelled():  # it has a place, and does not come
                places.leave()
            if isinstance(error, TimeoutError):
                raise DeadlineError(self.deadline_s, "waiting for a thread") from None
            raise

    def _grows_slow(self, search: _Search, request: Request | None) -> None:
        """Give the quick place of `search` to another, and see whether it is still wanted."""
        loop = asyncio.get_running_loop()
        # On a busy machine a cheap one may take so long too: it is not sorted out at once.
        has_place = self.slow < self.most_slow
        ran_s = search.job.ran_s()
        is_held_up = ran_s is not None and ran_s < QUICK_S
        patience_s = (_HELD_UP_S if is_held_up else 0.0) if has_place else _PATIENCE_S
        if time.perf_counter() - search.began < patience_s:
            search.timer = loop.call_later(QUICK_S, self._grows_slow, search, request)
            return
        if not has_place:
            search.end(DeadlineError(self.deadline_s, "others took long already"))
            return
        search.is_slow = True
        search.job.give_way()
        self.slow += 1
        search.places.leave()
        left_s = search.began + search.left_s - time.perf_counter()
        loop.call_later(left_s + _GRACE_S, self._expires, search)
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
            search.places.leave()

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
