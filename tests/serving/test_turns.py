"""Do searches that take long run a few at a time, and those first that have run least?"""

from __future__ import annotations

import threading
import time

from searcher.serving.turns import Turn, Turns


class Crowd:
    """Searches that run, each in a thread, and how many do so at once."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.running = self.most = 0
        self.ended: list[str] = []
        self._lock = threading.Lock()
        self.threads: list[threading.Thread] = []

    def start(self, name: str, looks: int | None) -> None:
        """Begin a search of so many looks; of as many as it takes until another has ended."""

        def run() -> None:
            turn = Turn()
            for _ in range(looks) if looks else iter(lambda: not self.ended, False):
                self.turns.wait(turn, lambda: False)
                with self._lock:
                    self.running += 1
                    self.most = max(self.most, self.running)
                time.sleep(0.01)
                with self._lock:
                    self.running -= 1
            self.ended.append(name)
            self.turns.leave(turn)

        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()


def test_only_so_many_run_at_a_time_and_all_end() -> None:
    crowd = Crowd(Turns(2))
    for number in range(10):
        crowd.start(str(number), 10)
    crowd.join()
    assert len(crowd.ended) == 10
    assert crowd.most == 2


def test_one_that_comes_late_and_is_nearly_quick_is_not_kept_behind_the_others() -> None:
    crowd = Crowd(Turns(1))
    for number in range(4):
        crowd.start(f"costly {number}", None)
    time.sleep(0.3)
    crowd.start("brief", 2)
    crowd.join()
    assert crowd.ended[0] == "brief"


def test_one_that_is_not_wanted_any_more_waits_for_no_turn_and_takes_none() -> None:
    turns = Turns(1)
    first, second, third = Turn(), Turn(), Turn()
    turns.wait(first, lambda: False)
    turns.wait(second, lambda: True)
    assert (first.has, second.has) == (True, False)
    turns.leave(second)
    turns.leave(first)
    turns.wait(third, lambda: False)
    assert third.has
