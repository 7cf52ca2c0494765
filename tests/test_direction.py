"""Is a text set in the direction that most of it has?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.direction import direction_of

pytestmark = pytest.mark.same_without_core

ARABIC = "أسعار النفط ترتفع"


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        ("Oil price rises", None, "ltr"),
        (ARABIC, None, "rtl"),
        (f"OPEC: {ARABIC}", None, "rtl"),  # the first strong letter says otherwise
        (f"OPEC: {ARABIC}", "en", "rtl"),  # and so does a wrong tag
        ("שלום, said the minister in Vienna on Monday", "he", "ltr"),
        ("1.234 - 5 %", None, "ltr"),
        ("1.234 - 5 %", "ar", "rtl"),
        ("١٢٣ — ٥", "fa-IR", "rtl"),
        ("12", "az-Arab", "rtl"),
        ("12", "ur-Latn-PK", "ltr"),
        ("", "ar-EG", "rtl"),
        ("", None, "ltr"),
        ("ab אב", None, "ltr"),
        ("ab אב", "he", "rtl"),
        ("東京の港", "ar", "ltr"),
    ],
)
def test_the_majority_of_letters_decides(text: str, language: str | None, direction: str) -> None:
    assert direction_of(text, language) == direction


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1))
def test_it_is_the_majority_that_unicode_sees(text: str) -> None:
    kinds = [unicodedata.bidirectional(character) for character in text]
    right, left = sum(kind in ("R", "AL") for kind in kinds), kinds.count("L")
    if right + left == len(text) and right != left:
        assert direction_of(text) == ("rtl" if right > left else "ltr")
