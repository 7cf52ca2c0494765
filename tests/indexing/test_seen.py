"""Does a compact set of identities say what a dict says?"""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.indexing.seen import SeenIds

pytestmark = pytest.mark.same_without_core

IDS = st.sampled_from([f"id-{number}" for number in range(40)])
STEPS = st.lists(st.tuples(st.sampled_from(["add", "discard"]), IDS, st.integers(0, 2**32 - 1)))


@given(STEPS)
def test_it_holds_what_a_dict_holds(steps: list[tuple[str, str, int]]) -> None:
    seen, known = SeenIds(), dict[str, int]()
    for step, id, number in steps:
        if step == "add":
            seen.add(id, number)
            known[id] = number
        else:
            seen.discard(id)
            known.pop(id, None)
        assert len(seen) == len(known)
        assert (id in seen) == (id in known) and seen.number(id) == known.get(id)


def test_it_grows_and_forgets_what_was_taken_out() -> None:
    seen = SeenIds()
    for turn in range(20):
        ids = [f"{turn}-{number}" for number in range(1_000)]
        seen.update(ids)
        assert all(id in seen for id in ids) and len(seen) == 1_000
        for id in ids:
            seen.discard(id)
        assert not any(id in seen for id in ids) and len(seen) == 0


def test_an_identity_takes_a_few_bytes() -> None:
    tracemalloc.start()
    try:
        seen = SeenIds()
        for number in range(50_000):
            seen.add(f"https://example.org/{number}", 7)
        size = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert size < 50_000 * 36
    assert seen.number("https://example.org/49999") == 7
