"""Which of the searches that take long runs now, and which has to begin anew?

Many at once take the processors from quick ones, though each gives way (`threads.py`), and each
holds what it has found so far, tens of megabytes for some.  So only a few run at a time, one fewer
than there are processors: a search that takes long asks now and then whether to go on
(`searching/interruption.py`).  If it is not its turn it is *sent back*: it drops all that it holds,
waits, and begins anew when it is.

A turn is a tenth of a second at first, by which what is nearly quick has ended, and these turns
come first, in the order of asking.  What goes on after that is *long*: as many as may run are at
it, and are held where they are while others have their first turn; the others are sent back, and
each then runs to its end, in the order of asking.  So one that is nearly quick is not kept behind
one that never ends, of twenty that take long some end in time, where all would pass their deadlines
if each went on for a moment in turn, and no more are held than twice those that run.  It costs a
long one what it ran before, where others wait.

Each that waits is woken by itself, when it is its turn: to wake all, or to let all look now and
then, takes Python's lock from quick searches.

What it does not do: end a search.  Whoever asks looks at its error and its time itself.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque

from searcher.searching.interruption import UnwantedError

__all__ = ["BRIEF_S", "SentBackError", "Turn", "Turns"]

BRIEF_S = 0.1


class SentBackError(UnwantedError):
    """The search is to end, and to begin anew when `Turns.enter` returns."""


class Turn:
    """One search among those that take turns, until `until` by `time.monotonic`."""

    __slots__ = ("has", "is_long", "is_over", "ran_s", "until", "woken")

    def __init__(self, until: float | None = None) -> None:
        self.has = self.is_long = self.is_over = False
        self.ran_s = 0.0
        self.until = until
        self.woken = threading.Event()

    def end(self) -> None:
        """It is not to be waited for any more."""
        self.is_over = True
        self.woken.set()

    def sleep(self) -> None:
        """Until it is its turn, or it is over."""
        while not self.has and not self.is_over:
            left_s = None if self.until is None else self.until - time.monotonic()
            if left_s is not None and left_s <= 0:
                break
            self.woken.wait(left_s)


class Turns:
    """Lets `most` searches run at a time.  For any number of threads.

    Arguments:
        brief_s: how long a first turn is.
    """

    def __init__(self, most: int | None = None, *, brief_s: float = BRIEF_S) -> None:
        self.most = most or max(1, (os.cpu_count() or 1) - 1)
        self._brief_s = brief_s
        self._lock = threading.Lock()
        self._running = 0
        # Long ones that run or are held.
        self._long = 0
        self._brief_waiting: deque[Turn] = deque()
        self._long_held: deque[Turn] = deque()
        self._long_waiting: deque[Turn] = deque()

    def ask(self, turn: Turn, ran_s: float = 0.0) -> None:
        """Go on if it is the turn of this search, or it is over; it may be held here until then.

        Arguments:
            ran_s: how long it has run since it was begun, or begun anew.

        Raises:
            SentBackError: it is to begin anew.
        """
        with self._lock:
            if turn.is_over:
                return
            if not turn.has:
                if self._running >= self.most or self._brief_waiting:
                    raise SentBackError
                self._give(turn)
                return
            turn.ran_s = max(turn.ran_s, ran_s)
            if turn.ran_s < self._brief_s:
                return
            if not turn.is_long and self._long >= self.most:
                self._take(turn)
                raise SentBackError
            self._make_long(turn)
            if not self._brief_waiting:
                return
            self._long_held.append(turn)
            self._take(turn)
        self._wait(turn, self._long_held)

    def enter(self, turn: Turn) -> None:
        """Go on when it is the turn of a search that was sent back, or it is over."""
        is_brief = turn.ran_s < self._brief_s
        waiting = self._brief_waiting if is_brief else self._long_waiting
        with self._lock:
            turn.woken.clear()
            waiting.append(turn)
            self._call()
        self._wait(turn, waiting)

    def leave(self, turn: Turn) -> None:
        """The search has ended."""
        with self._lock:
            if turn.is_long:
                turn.is_long = False
                self._long -= 1
            if turn.has:
                self._take(turn)
            else:
                self._call()

    def _wait(self, turn: Turn, waiting: deque[Turn]) -> None:
        turn.sleep()
        with self._lock:
            if not turn.has:  # it is over
                waiting.remove(turn)

    def _make_long(self, turn: Turn) -> None:
        if not turn.is_long:
            turn.is_long = True
            self._long += 1

    def _give(self, turn: Turn) -> None:
        turn.has = True
        self._running += 1
        turn.woken.set()

    def _take(self, turn: Turn) -> None:
        turn.has = False
        turn.woken.clear()
        self._running -= 1
        self._call()

    def _call(self) -> None:
        """Give the free turns to those that wait for their first, then to long ones."""
        while self._running < self.most:
            if self._brief_waiting:
                self._give(self._brief_waiting.popleft())
            elif self._long_held:
                self._give(self._long_held.popleft())
            elif self._long_waiting and self._long < self.most:
                turn = self._long_waiting.popleft()
                self._make_long(turn)
                self._give(turn)
            else:
                break
