"""Which English words have stems of their own?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import Stemmer

from searcher.analysis import Analyzer
from searcher.analysis.english import ROWS, EnglishStems, inflections, stems_of_row
from searcher.analysis.stemming import stem_words

PAIRS = Path(__file__).parent / "stem_pairs.txt"
LISTED = [[group.split() for group in row.split("|")] for row in ROWS.strip().splitlines()]
stem_word = Stemmer.Stemmer("english").stemWord
stem = Analyzer("en").stem


def pairs(section: str) -> list[tuple[str, str]]:
    text = PAIRS.read_text(encoding="ascii").partition(f"\n{section}\n")[2].partition("\n\n")[0]
    return [(a, b) for a, _, b in (pair.partition("/") for pair in text.split())]


def test_inflections_stay_together() -> None:
    # Snowball has no more: buses, gassed, experienced.
    apart = [pair for pair in pairs("together") if len(set(map(stem, pair))) == 2]
    assert len(pairs("together")) > 300 and len(apart) <= 3, apart


def test_words_of_different_meaning_are_kept_apart() -> None:
    together = [pair for pair in pairs("apart") if len(set(map(stem, pair))) == 1]
    assert len(pairs("apart")) > 150 and len(together) <= 3, together


def test_every_row_is_one_stem_of_snowball_and_no_two_rows_are_the_same() -> None:
    stems = [stem_word(groups[0][0]) for groups in LISTED]
    assert len(set(stems)) == len(stems)
    for groups, snowball in zip(LISTED, stems, strict=True):
        words = [word for group in groups for word in group]
        assert {stem_word(word) for word in words} == {snowball}, groups
        assert len(groups) > 1 and len(set(words)) == len(words), groups
        assert all(word.isascii() and word.islower() for word in words), groups


def test_the_rows_are_in_order() -> None:
    assert ROWS.strip().splitlines() == sorted(ROWS.strip().splitlines())


def test_the_groups_of_a_row_have_stems_that_no_other_word_has() -> None:
    for groups in LISTED:
        stems = [{stem(word) for word in group} for group in groups]
        assert all(len(found) == 1 for found in stems)
        assert len(set().union(*stems)) == len(groups)
        assert stems[0] == {stem_word(groups[0][0])}
        assert all("-" in next(iter(found)) for found in stems[1:])


@pytest.mark.parametrize(
    ("word", "same", "other"),
    [
        ("important", ["importantly", "importance"], "imports"),
        ("aide", ["aides"], "aided"),
        ("evening", ["evenings"], "evened"),
        ("authority", ["authorities"], "authors"),
        ("authorize", ["authorized", "authorizing", "authorization"], "authoring"),
        ("city", ["cities"], "citi"),
        ("denis", [], "denies"),
        ("united", ["unites", "uniting"], "units"),
        ("rang", [], "ranging"),
    ],
)
def test_a_word_stands_for_its_inflections(word: str, same: list[str], other: str) -> None:
    assert {stem(each) for each in [word, *same]} == {stem(word)} != {stem(other)}


def test_the_first_of_two_words_has_an_inflection_that_both_may_have() -> None:
    stems = stems_of_row("aid | aide aides", "aid")
    assert (stems["aiding"], stems["aided"], stems["aides"]) == ("aid", "aid", "aid-aide")
    assert "aid-aide" not in stems_of_row("aid | aide aides", "aid")["aids"]


def test_inflections_are_spelt_as_english_spells_them() -> None:
    assert {"plan", "plans", "planned", "planning"} <= set(inflections("plan"))
    assert {"studies", "studied", "studying", "studys"} <= set(inflections("study"))
    assert {"unites", "united", "uniting"} <= set(inflections("unite"))
    assert {"possibly"} <= set(inflections("possible"))


def test_other_words_and_older_rules_and_other_languages_have_the_stems_of_snowball() -> None:
    assert EnglishStems(stem_word).stem("elections", "elect") == "elect"
    assert stem("positivity") == "posit"  # of a row, and not listed
    assert Analyzer("en", version="1").stem("important") == "import"
    assert stem_words(["important"], "en", own=False) == ["import"]
    assert Analyzer("de").stem("important") == "important"


def test_many_threads_may_ask_for_the_same_rows() -> None:
    fresh = EnglishStems(stem_word)
    words = [word for groups in LISTED for group in groups for word in group]
    expected = list(map(stem, words))
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(
            lambda _: [fresh.stem(word, stem_word(word)) for word in words], range(8)
        ):
            assert found == expected
