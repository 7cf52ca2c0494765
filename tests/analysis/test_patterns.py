"""Which forms fit a pattern, and which are a few slips away?"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis.distance import within_edits
from searcher.analysis.patterns import fold_pattern, literal_prefix, pattern_matcher
from tests.growth import LINEAR, growth

WORDS = st.text(st.sampled_from("ab"), max_size=8)


@pytest.mark.parametrize(
    ("pattern", "form", "fits"),
    [
        ("militia*", "militia", True),
        ("militia*", "militiamen", True),
        ("militia*", "amilitia", False),
        ("wom?n", "women", True),
        ("wom?n", "womn", False),
        ("wom?n", "woman", True),
        ("*gate", "watergate", True),
        ("*gate", "gates", False),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "acb", False),
        ("*", "", True),
        ("?*", "", False),
        ("?*", "x", True),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("*a?c*", "xxabcxx", True),
        ("truce", "truce", True),
        ("truce", "truces", False),
        ("Müll*", "muller", True),
        ("MÜ??er", "muller", True),
        ("O'Br*", "obrien", True),
        ("U.N.*", "unesco", True),
        ("*Brien's", "obrien", True),
        ("3.*", "3.5", True),
        ("1,000*", "1000000", True),
        ("cease-*", "ceasefire", False),
        ("a.c", "abc", False),
        ("[ab]*", "a", False),
    ],
)
def test_patterns_by_example(pattern: str, form: str, fits: bool) -> None:
    assert pattern_matcher(pattern)(form) is fits


@given(st.text(st.sampled_from("ab*?"), max_size=8), WORDS)
def test_a_pattern_means_what_its_regular_expression_means(pattern: str, form: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    assert pattern_matcher(pattern)(form) == bool(re.fullmatch(expression, form, re.DOTALL))


@given(st.text(st.sampled_from("ab*?"), max_size=8), WORDS)
def test_every_form_that_fits_starts_with_the_prefix(pattern: str, form: str) -> None:
    if pattern_matcher(pattern)(form):
        assert form.startswith(literal_prefix(pattern))


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_breaks_a_pattern(pattern: str, form: str) -> None:
    assert pattern_matcher(pattern)(form) in (True, False)
    assert fold_pattern(fold_pattern(pattern)) == fold_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("Müll*", "mull"), ("*gate", ""), ("wom?n", "wom"), ("Truce", "truce"), ("", "")],
)
def test_the_prefix_is_what_stands_before_the_first_wildcard(pattern: str, prefix: str) -> None:
    assert literal_prefix(pattern) == prefix


def test_a_pattern_that_makes_regular_expressions_explode_is_quick() -> None:
    for pattern in ("*a" * 50 + "*b", "*a?" * 50 + "b"):
        fits = pattern_matcher(pattern)
        assert not fits("a" * 5000)
        assert growth(partial(_fit, fits), 5000) < LINEAR


def _fit(fits: Callable[[str], bool], length: int) -> None:
    assert not fits("a" * length)


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


@given(
    st.text(st.sampled_from("abc"), max_size=9),
    st.text(st.sampled_from("abc"), max_size=9),
    st.integers(0, 4),
)
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
