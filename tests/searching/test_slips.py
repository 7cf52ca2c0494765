"""Which slips are likelier than others?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.distance import edit_distance
from searcher.searching.slips import slip_cost

pytestmark = pytest.mark.same_without_core

WORDS = st.text(st.sampled_from("abeks"), max_size=9)


@pytest.mark.parametrize(
    ("likelier", "less_likely", "meant"),
    [
        ("tirpoli", "trixpoli", "tripoli"),  # swapped; put in
        ("tripli", "trizoli", "tripoli"),  # left out; another letter
        ("tripolli", "tripolzi", "tripoli"),  # doubled
        ("tripplo", "tripxlo", "triplo"),
        ("teipoli", "tbipoli", "tripoli"),  # the next key
        ("trepoli", "trxpoli", "tripoli"),  # a vowel for a vowel
        ("krisis", "mrisis", "crisis"),  # sounds alike
        ("tripola", "gripoli", "tripoli"),  # the first letter is seldom wrong
        ("trpoli", "trpli", "tripoli"),  # one; two
    ],
)
def test_one_slip_is_likelier_than_another(likelier: str, less_likely: str, meant: str) -> None:
    assert 0 < slip_cost(likelier, meant) < slip_cost(less_likely, meant)


def test_two_vowels_are_likelier_than_two_other_letters() -> None:
    assert slip_cost("hifter", "haftar") < slip_cost("hifter", "hunter") - 4


def test_no_slip_costs_nothing() -> None:
    assert slip_cost("tripoli", "tripoli") == slip_cost("", "") == 0


@given(WORDS, WORDS)
def test_the_cost_follows_the_number_of_slips(typed: str, meant: str) -> None:
    slips = edit_distance(typed, meant)
    cost = slip_cost(typed, meant)
    assert 7 * slips - 4 * (slips > 1) <= cost < 7 * slips + 3.9 * max(slips, 1)


@given(WORDS, WORDS, WORDS, WORDS)
def test_what_both_words_begin_and_end_with_matters_little(
    typed: str, meant: str, before: str, after: str
) -> None:
    alone = slip_cost(f"q{typed}q", f"q{meant}q")
    longer = slip_cost(f"{before}q{typed}q{after}", f"{before}q{meant}q{after}")
    assert longer <= alone + 1e-9
