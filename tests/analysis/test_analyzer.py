"""Which terms does a text have?"""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import Analyzer, analyzer

# What parts words, joins them and is taken for a blank, in ASCII and beyond it.
PIECES = [
    *("truce", "a", "l'eau", "O’Brien", "U.N.", "3.5", "1,000", "AT&T", "cease-fire", "é.ü."),
    *("北京", "ที่นี่", "e\u0301", "\u0301", "½", "ﷺ", "𝟘", "İ", "x" * 41),
    *(" ", "\n\n", "\t", "\u00a0", "\u2003", "\u2028", "\u200b", "\x1c", "\x85", "\u3000"),
    *(".", "...", "'", "’", "&", ",", "_", "-", "\u0000"),
]


def test_forms_are_the_folded_tokens_in_order() -> None:
    text = "O'Brien of AT&T watched; U.N. monitors, too. 1,000,000 at the café"
    forms = "obrien of at&t watched un monitors too 1000000 at the cafe"
    assert Analyzer().forms(text) == forms.split()


def test_analyze_gives_spans_that_show_what_was_typed() -> None:
    text = "Tripoli’s airport was closed."
    analyzed = Analyzer().analyze(text)
    assert analyzed.forms == ["tripoli", "airport", "was", "closed"]
    assert [text[a:b] for a, b in analyzed.spans] == ["Tripoli’s", "airport", "was", "closed"]


@given(st.text(max_size=60))
def test_analyze_and_forms_agree_and_boundaries_are_positions(text: str) -> None:
    analyzed = Analyzer().analyze(text)
    assert analyzed.forms == Analyzer().forms(text)
    assert len(analyzed.forms) == len(analyzed.spans)
    for starts in (analyzed.sentence_starts, analyzed.paragraph_starts):
        assert starts == sorted(set(starts))
        assert starts[:1] == ([0] if analyzed.forms else [])
        assert all(0 <= start < len(analyzed.forms) for start in starts)
    assert set(analyzed.paragraph_starts) <= set(analyzed.sentence_starts)


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_a_long_text_has_the_same_forms_by_its_blanks(text: str) -> None:
    for version in Analyzer.versions:
        french = Analyzer("fr", version=version)
        assert french.forms_of_text(text) == french.forms_of_text(text) == french.forms(text)


def test_a_text_without_words_has_no_terms() -> None:
    assert Analyzer().analyze(" -- \n\n ... ") == ([], [], [], [])


def test_stems_and_stop_words_are_those_of_the_language() -> None:
    assert Analyzer("en").stem("elections") == "elect"
    assert Analyzer("en").stems(["elections", "1000000"]) == ["elect", "1000000"]
    assert Analyzer("de").stem("wahlen") == "wahl"
    assert Analyzer("zh").stem("elections") == "elections"
    assert "the" in Analyzer("en-GB").stop_words
    assert "der" in Analyzer("de").stop_words


def test_words_asked_about_once_have_the_same_forms_and_stems() -> None:
    tokens = ["Elections", "F16", "U.S", "É", "müllers", "O'Brien’s", "ที่", "北", "Running"]
    for language in ("en", "de", "ru", "xx"):
        analyzer = Analyzer(language)
        forms = analyzer.forms_of_distinct(tokens)
        assert forms == analyzer.forms_of(tokens)
        assert analyzer.stems_of_distinct(forms) == analyzer.stems(forms)


def test_an_analyzer_is_pickled_as_its_language_and_rules() -> None:
    original = Analyzer("fr", version="1")
    original.stem("elections")
    copy = pickle.loads(pickle.dumps(original))
    assert copy == original
    assert hash(copy) == hash(original)
    assert copy.language == "fr"
    assert repr(copy) == "Analyzer('fr', version='1')"
    assert copy != Analyzer("fr") and copy.forms("l'univers") == ["lunivers"]
    assert len(pickle.dumps(original)) < 200


def test_the_rules_have_a_version_and_older_ones_are_kept() -> None:
    assert Analyzer.version == Analyzer("de").version == Analyzer.versions[-1] == "3"
    old, new = Analyzer("fr", version="1"), Analyzer("fr")
    assert old.forms("qu'il d’Orsay") == ["quil", "dorsay"]
    assert (
        new.forms("qu'il d’Orsay") == ["il", "orsay"] == new.forms_of_distinct(["qu'il", "d’Orsay"])
    )
    with pytest.raises(ValueError, match="no analysis rules '4'"):
        Analyzer(version="4")


def test_one_analyzer_serves_many_threads() -> None:
    shared = Analyzer("en")
    texts = [
        f"Elections number {i} were held; voters counting {i},000 ballots." for i in range(300)
    ]

    def terms(text: str) -> list[str]:
        return [shared.stem(form) for form in shared.forms(text)]

    expected = [terms(text) for text in texts]
    fresh = Analyzer("en")
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda t: [fresh.stem(form) for form in fresh.forms(t)], texts * 4)
        assert list(found) == expected * 4


def test_what_is_kept_is_bounded() -> None:
    kept = analyzer._Memo(str.upper)
    limit = analyzer._KEPT
    try:
        analyzer._KEPT = 3
        assert [kept[word] for word in "abcdefg"] == list("ABCDEFG")
        assert len(kept) <= 3
    finally:
        analyzer._KEPT = limit


def test_what_is_kept_of_long_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyzer, "_KEPT_PIECES", 3)
    kept = analyzer._Pieces(analyzer._Memo(str.lower))
    assert [kept[word] for word in ("A", "B-C", "D", "E", "F" * 41)] == [
        *(("a",), ("b", "c"), ("d",), ("e",), ("f" * 41,))
    ]
    assert len(kept) <= 3 and "F" * 41 not in kept


def test_a_short_query_needs_no_heavy_modules() -> None:
    program = (
        "import sys; from searcher.analysis import Analyzer; Analyzer().forms('truce');"
        "print(sorted({'whoosh', 'Stemmer', 'dataclasses', 'inspect'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
