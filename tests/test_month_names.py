"""Every language that words are stemmed in has names for twelve months."""

from __future__ import annotations

import pytest

from searcher.analysis.stemming import _ALGORITHMS as STEMMED
from searcher.month_names import _NAMES, fold_name, languages, month_of

pytestmark = pytest.mark.same_without_core


def test_every_language_that_the_stemmer_knows_has_months() -> None:
    assert set(STEMMED) <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_there_are_twelve_months_and_each_name_is_of_one(language: str) -> None:
    code = {"nb": "no", "nn": "no"}.get(language, language)
    months = _NAMES[code].split("|")
    assert len(months) == 12
    names = [
        (fold_name(name.rstrip("*")), number)
        for number, m in enumerate(months, 1)
        for name in m.split()
    ]
    for name, number in names:
        assert month_of(name, language) == number, name
        # English names count in every archive, and must not mean another month there.
        assert month_of(name) in (None, number), name


def test_capitals_and_marks_make_no_difference() -> None:
    assert month_of(fold_name("FÉVRIER"), "fr") == month_of("fevrier", "fr") == 2
    assert month_of(fold_name("Ağustos"), "tr") == 8
    assert month_of("marchpane") is None
