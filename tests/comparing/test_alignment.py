"""Are the runs that stay equal, in order, and as long as can be?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.comparing import alignment
from searcher.comparing.alignment import align, without_weak_runs

pytestmark = pytest.mark.same_without_core

WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


def longest(a: list[str], b: list[str]) -> int:
    """The length of the longest common subsequence, by the table of it."""
    row = [0] * (len(b) + 1)
    for x in a:
        before = row
        row = [0]
        for j, y in enumerate(b):
            row.append(before[j] + 1 if x == y else max(before[j + 1], row[-1]))
    return row[-1]


def assert_runs(runs: list[alignment.Run], a: list[str], b: list[str]) -> None:
    at_a = at_b = 0
    for i, j, length in runs:
        assert length > 0 and i >= at_a and j >= at_b
        assert a[i : i + length] == b[j : j + length]
        at_a, at_b = i + length, j + length
    assert at_a <= len(a) and at_b <= len(b)


@given(WORDS, WORDS)
def test_as_many_items_stay_as_can(a: list[str], b: list[str]) -> None:
    runs = align(a, b)
    assert_runs(runs, a, b)
    assert sum(length for _, _, length in runs) == longest(a, b)


@given(WORDS, WORDS)
def test_what_is_cut_at_unique_runs_is_aligned_too(a: list[str], b: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_MOST_CELLS", 16)
        runs = align(a, b)
    assert_runs(runs, a, b)
    if a == b:
        assert sum(length for _, _, length in runs) == len(a)


def test_long_texts_are_aligned_by_what_is_unique_in_them() -> None:
    a = [f"w{i}" for i in range(30_000)]
    b = [*a[:9_000], "new", *a[9_000:20_000], *a[21_000:]]
    runs = align(a, b)
    assert_runs(runs, a, b)
    assert sum(length for _, _, length in runs) == 29_000


def test_long_texts_without_anything_in_common_are_replaced() -> None:
    assert align([f"a{i}" for i in range(10_000)], [f"b{i}" for i in range(10_000)]) == []
    assert align(["x"] * 10_000, ["y"] * 9_000) == []


@given(WORDS, WORDS)
def test_runs_that_are_dropped_are_short(a: list[str], b: list[str]) -> None:
    runs = align(a, b)
    kept = without_weak_runs(runs, len(a), len(b), lambda i, length: length)
    assert set(kept) <= set(runs)
    assert all(length < 5 for _, _, length in set(runs) - set(kept))


def test_a_lone_word_between_rewritten_halves_is_dropped() -> None:
    a, b = (
        ["one", "two", "the", "three", "four", "end"],
        ["five", "six", "the", "seven", "eight", "end"],
    )
    kept = without_weak_runs(align(a, b), 6, 6, lambda i, length: length)
    assert kept == [(5, 5, 1)]
