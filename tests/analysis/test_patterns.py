"""Which forms fit a pattern, and which are a few slips away?"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis.elision import elided_words
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


@pytest.mark.parametrize(
    ("pattern", "folded"),
    [
        ("l'univ*", "univ*"),
        ("L’?nivers", "?nivers"),
        ("l'*", "*"),
        ("n'dj*", "ndj*"),
        ("*l'univ", "*luniv"),
        ("aujourd'h*", "aujourdh*"),
    ],
)
def test_what_is_elided_is_dropped_from_the_beginning(pattern: str, folded: str) -> None:
    elided = elided_words("fr")
    assert fold_pattern(pattern, elided) == fold_pattern(folded, elided) == folded
    assert folded.startswith(literal_prefix(pattern, elided))
    assert pattern_matcher("l'univ*", elided)("univers")
