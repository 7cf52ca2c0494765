"""Which words share a stem, and which are too common to rank by?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from searcher.analysis.folding import fold
from searcher.analysis.stemming import algorithm_of, primary_language, stem_function, stem_words
from searcher.analysis.stopwords import stop_words


def test_inflections_of_an_english_word_share_a_stem() -> None:
    stem = stem_function("en")
    assert stem("elections") == stem("election") == stem("elect")
    assert stem("truces") == stem("truce")
    assert stem("electoral") != stem("election")


@pytest.mark.parametrize("form", ["f16", "1000000", "3.5", "at&t", "2019s", "g20"])
def test_a_form_with_a_digit_or_sign_is_its_own_stem(form: str) -> None:
    assert stem_function("en")(form) == form


def test_a_language_without_a_stemmer_leaves_words_alone() -> None:
    for language in ("zh", "th", "tlh", "", None, "not a language"):
        assert stem_function(language)("elections") == "elections"


@pytest.mark.parametrize(
    ("language", "algorithm"),
    [
        ("en", "english"),
        ("en-GB", "english"),
        ("EN_us", "english"),
        ("pt-BR", "portuguese"),
        ("nb", "norwegian"),
        ("de-AT", "german"),
        ("zh-Hans", None),
    ],
)
def test_languages_are_found_by_their_primary_code(language: str, algorithm: str | None) -> None:
    assert algorithm_of(language) == algorithm


def test_the_primary_language_of_nothing_is_empty() -> None:
    assert primary_language(None) == primary_language("") == ""


def test_words_with_indic_marks_are_stemmed() -> None:
    stem = stem_function("hi")
    assert stem("लड़कियां") != "लड़कियां"


def test_many_words_are_stemmed_in_order() -> None:
    assert stem_words(["elections", "f16", "truces"], "en") == ["elect", "f16", "truce"]


def test_a_stem_function_gives_the_same_stems_in_many_threads() -> None:
    stem = stem_function("en")
    words = [f"{a}{b}ing" for a in ("run", "walk", "fight", "call") for b in "abcdefgh"] * 200
    expected = [stem(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        for stems in pool.map(lambda _: [stem(word) for word in words], range(16)):
            assert stems == expected


def test_english_has_the_thirty_three_stop_words_of_lucene() -> None:
    words = stop_words("en")
    assert len(words) == 33
    assert {"the", "a", "such", "will"} <= words
    assert "who" not in words


@pytest.mark.parametrize("language", ["da", "de", "es", "fi", "fr", "hu", "it", "nl", "pt", "ru"])
def test_other_languages_have_the_lists_of_snowball_as_forms(language: str) -> None:
    words = stop_words(language)
    assert len(words) > 50
    assert all(fold(word) == word for word in words)


def test_german_stop_words_are_folded_like_text() -> None:
    assert {"fur", "uber", "der"} <= stop_words("de-DE")


def test_norwegian_codes_share_a_list_and_unknown_languages_have_none() -> None:
    assert stop_words("nb") == stop_words("no") != frozenset()
    assert stop_words("zh") == stop_words(None) == frozenset()
