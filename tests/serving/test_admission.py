"""Do costly searches keep nobody waiting, and does each end in time?

The costly queries are those that were found to hurt; whether they take long depends on the
archive, so a search that sleeps, and asks whether to go on as a query does, stands beside them.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from searcher.errors import DeadlineError, QueryError
from searcher.searching.budget import Budget
from searcher.serving.admission import QUICK_S, Admission
from searcher.serving.problems import BusyError, GoneError
from searcher.serving.turns import Turns
from searcher.serving.visits import OTHERS_KEY


def slow(seconds: float) -> Callable[[float], str]:
    """A search that takes so long, or ends at its deadline."""

    def search(left_s: float) -> str:
        budget = Budget(left_s)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            budget.check()
            time.sleep(0.005)
        return "found"

    return search


def run(use: Any) -> Any:
    return asyncio.run(use)


def test_a_search_runs_in_a_thread_and_is_told_its_time() -> None:
    async def use() -> None:
        admission = Admission(deadline_s=7)
        left_s = await admission.run(lambda left_s: left_s)
        assert 6 < left_s <= 7
        with pytest.raises(ZeroDivisionError):
            await admission.run(lambda left_s: 1 / 0)
        assert (admission.running, admission.waiting) == (0, 0)

    run(use())


def test_slow_searches_do_not_keep_a_quick_one_waiting() -> None:
    async def use() -> None:
        admission = Admission(threads=2, deadline_s=20)
        costly = [asyncio.create_task(admission.run(slow(60))) for _ in range(6)]
        until = time.monotonic() + 15
        while admission.slow < 6 and time.monotonic() < until:
            await asyncio.sleep(0.01)
        assert admission.slow == 6
        assert await asyncio.wait_for(admission.run(lambda left_s: "quick"), 10) == "quick"
        for task in costly:
            task.cancel()
        await asyncio.gather(*costly, return_exceptions=True)

    run(use())


def test_what_is_known_to_be_brief_does_not_wait_for_what_may_be_costly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Admission, "_grows_slow", lambda *_: None)
    goes_on = threading.Event()

    async def use() -> None:
        admission = Admission(threads=1, deadline_s=60)
        costly = [
            asyncio.create_task(admission.run(lambda left_s: goes_on.wait(60))) for _ in range(3)
        ]
        while admission.waiting < 2:
            await asyncio.sleep(0.01)
        assert await admission.run(lambda left_s: "brief", is_brief=True) == "brief"
        assert (admission.quick, admission.waiting) == (1, 2)
        goes_on.set()
        assert await asyncio.gather(*costly) == [True] * 3
        assert (admission.running, admission.waiting) == (0, 0)

    run(use())


def test_each_search_ends_at_its_deadline_waiting_included() -> None:
    async def use() -> None:
        admission = Admission(threads=1, deadline_s=0.6)
        ends = await asyncio.gather(
            *(admission.run(slow(60)) for _ in range(20)), return_exceptions=True
        )
        assert {type(end) for end in ends} == {DeadlineError}
        while admission.running:
            await asyncio.sleep(0.01)
        assert (admission.running, admission.waiting, admission.slow) == (0, 0, 0)
        assert await admission.run(slow(0)) == "found"

    run(use())


def test_an_answer_comes_in_time_though_its_thread_has_not_ended() -> None:
    goes_on = threading.Event()

    async def use() -> None:
        admission = Admission(threads=1, deadline_s=0.2)
        with pytest.raises(DeadlineError):
            await admission.run(lambda left_s: goes_on.wait(60))
        assert admission.running == 1, "the place is taken as long as the thread runs"
        goes_on.set()
        while admission.running:
            await asyncio.sleep(0.01)
        assert await admission.run(lambda left_s: "next") == "next"

    run(use())


def test_more_than_may_wait_are_turned_away_at_once() -> None:
    async def use() -> None:
        admission = Admission(threads=1, most_waiting=2, deadline_s=5)
        block = [asyncio.create_task(admission.run(slow(0.01))) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await admission.run(slow(0))
        assert await asyncio.gather(*block) == ["found"] * 3

    run(use())


def test_a_search_whose_client_has_gone_away_ends() -> None:
    class Request:
        def __init__(self) -> None:
            self.scope: dict[str, Any] = {}

        async def is_disconnected(self) -> bool:
            return True

    async def use() -> None:
        admission = Admission(deadline_s=60)
        with pytest.raises(GoneError):
            await admission.run(slow(60), Request())  # type: ignore[arg-type]

    run(use())


def test_one_that_is_no_longer_waited_for_leaves_its_place() -> None:
    async def use() -> None:
        admission = Admission(threads=1, deadline_s=30)
        first = asyncio.create_task(admission.run(slow(0.015)))
        await asyncio.sleep(0)
        second = asyncio.create_task(admission.run(slow(0)))
        third = asyncio.create_task(admission.run(slow(0)))
        await asyncio.sleep(0)
        second.cancel()
        assert list(await asyncio.gather(first, third)) == ["found", "found"]
        assert (admission.quick, admission.waiting) == (0, 0)

    run(use())


class Large:
    """What a search holds, so that it can be seen when it is let go."""


@pytest.mark.parametrize("deadline_s", [30.0, 0.3])
def test_what_a_search_that_failed_has_held_goes_with_its_answer(deadline_s: float) -> None:
    held: list[weakref.ref[Large]] = []

    def fail(left_s: float) -> str:
        large = Large()
        held.append(weakref.ref(large))
        if deadline_s == 30:
            raise QueryError("no", position=0)
        return slow(60)(left_s)

    async def use() -> None:
        admission = Admission(threads=2, deadline_s=deadline_s)
        ends = [asyncio.create_task(admission.run(fail)) for _ in range(4)]
        for end in ends:
            with pytest.raises((QueryError, DeadlineError)):
                await end
        del ends, end
        while admission.running:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)

    gc.collect()
    gc.disable()  # which comes by seldom while searches run
    try:
        run(use())
        assert [held_still() for held_still in held] == [None] * len(held)
    finally:
        gc.enable()
    assert held


def test_searches_that_take_long_begin_anew_when_it_is_their_turn() -> None:
    begun: Counter[int] = Counter()

    def search(number: int) -> Callable[[float], int]:
        def use(left_s: float) -> int:
            begun[number] += 1
            budget = Budget(left_s)
            until = time.thread_time() + 0.2
            while time.thread_time() < until:
                budget.check()
            return number

        return use

    async def use() -> None:
        admission = Admission(threads=8, deadline_s=60)
        admission._turns = Turns(1)  # as on a machine of two processors
        found = await asyncio.gather(*(admission.run(search(number)) for number in range(8)))
        assert found == list(range(8))

    run(use())
    assert max(begun.values()) > 1
    assert max(begun.values()) <= 3, "at the first look, and after its first turn"


def request_beside(others: int) -> Request:
    """A request that is under way with so many others."""
    return Request({"type": "http", OTHERS_KEY: set(range(others + 1))})


def test_a_brief_search_runs_where_requests_are_read_if_no_other_is_under_way() -> None:
    async def use() -> None:
        admission = Admission()
        here, name = threading.current_thread(), threading.current_thread
        alone, beside = request_beside(0), request_beside(1)
        assert await admission.run(lambda left_s: name(), alone, at_once=True) is here
        assert await admission.run(lambda left_s: name(), alone) is not here
        assert await admission.run(lambda left_s: name(), beside, at_once=True) is not here
        assert await admission.run(lambda left_s: name(), at_once=True) is not here
        costly = asyncio.create_task(admission.run(slow(60), beside))
        await asyncio.sleep(0.1)
        assert await admission.run(lambda left_s: name(), alone, at_once=True) is not here
        costly.cancel()

    run(use())


def test_what_is_not_brief_after_all_begins_anew_in_a_thread() -> None:
    async def use() -> None:
        admission = Admission(deadline_s=20)
        given: list[float] = []

        def search(left_s: float) -> str:
            given.append(left_s)
            return slow(0.2)(left_s)

        assert await admission.run(search, request_beside(0), at_once=True) == "found"
        first, second = given
        assert first <= QUICK_S < 10 < second
        with pytest.raises(ZeroDivisionError):
            await admission.run(lambda left_s: 1 / 0, request_beside(0), at_once=True)
        assert (admission.running, admission.waiting) == (0, 0)

    run(use())
