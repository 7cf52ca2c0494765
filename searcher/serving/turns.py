"""Which of the searches that take long runs now?

Many at once take the processors from quick ones, though each gives way (`threads.py`), and each
holds memory for what it has found so far.  So only a few run at a time, one fewer than there are
processors: a search that takes long asks now and then whether to go on
(`searching/interruption.py`), and is held there until it is its turn.  The next is the one that has
run least, so one that is nearly quick is not kept behind one that never ends.

What it does not do: end a search.  Whoever waits looks at its error and its time itself.
"""

from __future__ import annotations

import heapq
import os
import threading
import time
from collections.abc import Callable

__all__ = ["Turn", "Turns"]

# Between two looks whether a search that waits is still wanted.
_BETWEEN_LOOKS_S = 0.05


class Turn:
    """One search among those that take turns."""

    __slots__ = ("has", "ran_s", "since")

    def __init__(self) -> None:
        self.has = False
        self.ran_s = self.since = 0.0


class Turns:
    """Lets `most` searches run at a time.  For any number of threads."""

    def __init__(self, most: int | None = None) -> None:
        self.most = most or max(1, (os.cpu_count() or 1) - 1)
        self._changed = threading.Condition()
        self._running = 0
        self._number = 0
        self._waiting: list[tuple[float, int, Turn]] = []

    def wait(self, turn: Turn, is_over: Callable[[], bool]) -> None:
        """Go on when it is the turn of this search, which has come to a place where it can wait.

        Arguments:
            is_over: whether it is no longer to be waited for.
        """
        with self._changed:
            now = time.monotonic()
            if turn.has:
                turn.ran_s += now - turn.since
                turn.since = now
                if not self._waiting or self._waiting[0][0] >= turn.ran_s:
                    return
                self._release(turn)
            self._number += 1
            entry = (turn.ran_s, self._number, turn)
            heapq.heappush(self._waiting, entry)
            self._call()
            while not turn.has and not is_over():
                self._changed.wait(_BETWEEN_LOOKS_S)
            if not turn.has:
                self._waiting.remove(entry)
                heapq.heapify(self._waiting)

    def leave(self, turn: Turn) -> None:
        """The search has ended."""
        with self._changed:
            if turn.has:
                self._release(turn)
                self._call()

    def _release(self, turn: Turn) -> None:
        turn.has = False
        self._running -= 1

    def _call(self) -> None:
        """Give the free turns to those that have run least."""
        while self._waiting and self._running < self.most:
            turn = heapq.heappop(self._waiting)[2]
            turn.has = True
            turn.since = time.monotonic()
            self._running += 1
            self._changed.notify_all()
