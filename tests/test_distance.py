"""How many slips part two words, by the definition?"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.distance import edit_distance, within_edits

pytestmark = pytest.mark.same_without_core

FEW_LETTERS = st.text(st.sampled_from("abc"), max_size=9)


def slow_distance(a: str, b: str) -> int:
    """Optimal string alignment by its recursive definition."""

    @cache
    def distance(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(
            distance(i - 1, j) + 1,
            distance(i, j - 1) + 1,
            distance(i - 1, j - 1) + (a[i - 1] != b[j - 1]),
        )
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            best = min(best, distance(i - 2, j - 2) + 1)
        return best

    return distance(len(a), len(b))


@given(FEW_LETTERS, FEW_LETTERS)
def test_edits_are_counted_by_the_definition(a: str, b: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a) == slow_distance(a, b)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("a", "", 1), ("tilte", "title", 1), ("haftar", "hifter", 2), ("ca", "abc", 3)],
)
def test_edits_count_swaps_as_one(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


@given(FEW_LETTERS, FEW_LETTERS, st.integers(0, 4))
def test_within_edits_agrees_with_the_definition(a: str, b: str, limit: int) -> None:
    expected = a == b or (a[:1] == b[:1] and slow_distance(a, b) <= limit)
    assert within_edits(a, b, limit) is expected


@pytest.mark.parametrize(
    ("a", "b", "limit", "near"),
    [
        ("hifter", "haftar", 2, True),
        ("hifter", "haftar", 1, False),
        ("tripoli", "tirpoli", 1, True),
        ("tripoli", "tripolis", 1, True),
        ("tripoli", "gripoli", 2, False),
        ("ca", "abc", 2, False),
        ("", "", 0, True),
        ("", "a", 1, False),
    ],
)
def test_slips_by_example(a: str, b: str, limit: int, near: bool) -> None:
    assert within_edits(a, b, limit) is near
