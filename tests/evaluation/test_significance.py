"""Is p what the randomisation test says, and always the same?"""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.evaluation import significance
from searcher.evaluation.significance import randomisation_test

pytestmark = pytest.mark.same_without_core


def by_hand(differences: list[float]) -> float:
    seen = abs(sum(differences)) * (1 - 1e-9)
    ways = list(itertools.product((1, -1), repeat=len(differences)))
    sums = (sum(s * d for s, d in zip(way, differences, strict=True)) for way in ways)
    return sum(abs(total) >= seen for total in sums) / len(ways)


@given(st.lists(st.integers(-5, 5).map(lambda n: n / 4), max_size=9))
def test_few_topics_are_tried_in_all_ways(differences: list[float]) -> None:
    assert randomisation_test(differences) == by_hand(differences)


def test_differences_that_all_have_one_sign_are_hardly_chance() -> None:
    assert randomisation_test([0.1] * 10) == 2 / 1024
    assert randomisation_test([0.1] * 40) == 1 / 100_001


def test_no_difference_is_all_chance() -> None:
    assert randomisation_test([]) == randomisation_test([0.0] * 30) == 1.0


def test_many_topics_are_drawn_as_well_as_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    differences = [chance.gauss(0.02, 0.1) for _ in range(14)]
    exact = randomisation_test(differences)
    monkeypatch.setattr(significance, "_MOST_EXACT", 0)
    drawn = randomisation_test(differences)
    assert drawn == pytest.approx(exact, abs=0.006) and drawn == randomisation_test(differences)
