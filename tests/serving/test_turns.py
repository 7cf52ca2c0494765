"""Do searches that take long run a few at a time, those first that are nearly quick, and does
hardly any wait with what it has found?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from searcher.serving.turns import BRIEF_S, SentBackError, Turn, Turns

pytestmark = pytest.mark.same_without_core


class Meanwhile:
    """What runs in a thread, and may be held there."""

    def __init__(self, use: Callable[[Turn], None], turn: Turn) -> None:
        self._thread = threading.Thread(target=use, args=(turn,), daemon=True)
        self._thread.start()

    def join(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()


def sent_back(turns: Turns, turn: Turn) -> Meanwhile:
    """It has no turn, drops what it has, and waits to begin anew."""
    with pytest.raises(SentBackError):
        turns.ask(turn)
    waiting = Meanwhile(turns.enter, turn)
    wait_for(lambda: turn in {*turns._brief_waiting, *turns._long_waiting})
    return waiting


def wait_for(is_so: Callable[[], bool]) -> None:
    """Until another thread has come so far."""
    for _ in range(6_000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to that")


def that_has_run(seconds: float) -> Turn:
    turn = Turn()
    turn.ran_s = seconds
    return turn


def test_only_so_many_run_at_a_time_and_the_next_come_in_the_order_of_asking() -> None:
    turns = Turns(2, brief_s=1e9)
    first, second, third, fourth = (Turn() for _ in range(4))
    turns.ask(first)
    turns.ask(second)
    turns.ask(first)  # and goes on
    waiting = [sent_back(turns, third), sent_back(turns, fourth)]
    turns.leave(second)
    waiting[0].join()
    assert (third.has, fourth.has) == (True, False)
    turns.leave(first)
    waiting[1].join()
    assert fourth.has


def test_one_that_comes_late_and_is_nearly_quick_goes_before_long_ones() -> None:
    turns = Turns(1)
    long, other, brief = that_has_run(BRIEF_S), that_has_run(BRIEF_S), Turn()
    turns.ask(long)
    turns.ask(long)
    assert long.is_long
    others = sent_back(turns, other)
    briefs = sent_back(turns, brief)
    held = Meanwhile(turns.ask, long)
    briefs.join()
    assert (brief.has, long.has) == (True, False)
    turns.ask(brief)
    turns.leave(brief)
    held.join()
    assert (long.has, other.has) == (True, False), "who was held goes on first"
    turns.leave(long)
    others.join()
    assert other.has and other.is_long


def test_no_more_long_ones_are_held_than_may_run() -> None:
    turns = Turns(1)
    long, new = that_has_run(BRIEF_S), Turn()
    turns.ask(long)
    turns.ask(long)
    entered = sent_back(turns, new)
    held = Meanwhile(turns.ask, long)
    entered.join()
    new.ran_s = BRIEF_S  # it is long too
    with pytest.raises(SentBackError):
        turns.ask(new)
    held.join()
    assert long.has and not new.has
    again = Meanwhile(turns.enter, new)
    wait_for(lambda: new in turns._long_waiting)
    turns.leave(long)
    again.join()
    assert new.has


def test_one_that_is_not_wanted_any_more_waits_for_no_turn_and_takes_none() -> None:
    turns = Turns(1)
    first, second, third, late = Turn(), Turn(), Turn(), Turn(until=0.0)
    turns.ask(first)
    waiting = sent_back(turns, second)
    second.end()
    waiting.join()
    turns.ask(second)  # which is not sent back any more
    turns.enter(late)
    assert not (second.has or late.has)
    turns.leave(second)
    turns.leave(late)
    turns.leave(first)
    turns.ask(third)
    assert third.has


def test_a_crowd_ends_and_few_of_it_hold_anything() -> None:
    turns = Turns(2, brief_s=0.3)
    lock = threading.Lock()
    running: set[Turn] = set()
    most = [0]
    ended: list[Turn] = []

    def search(turn: Turn) -> None:
        looks = 1
        while looks < 12:
            looks = 0
            try:
                while (looks := looks + 1) < 12:
                    turns.ask(turn, looks / 12)
                    with lock:
                        running.add(turn)
                        most[0] = max(most[0], len(running))
                    time.sleep(0.001)
                    with lock:
                        running.remove(turn)
            except SentBackError:
                turns.enter(turn)
        ended.append(turn)
        turns.leave(turn)

    crowd = [Meanwhile(search, Turn()) for _ in range(16)]
    for one in crowd:
        one.join()
    assert len(ended) == 16
    assert most[0] == 2
    turns.ask(third := Turn())
    assert third.has and not (turns._long or turns._long_held or turns._brief_waiting)
