"""Where are the tokens?  The rules by example, and the fast way against a slow one."""

from __future__ import annotations

import random
import sys
from itertools import pairwise
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import tokens
from searcher.analysis.tokens import UNSPACED, token_spans, tokenize

# Letters, marks, digits, joiners and separators of many scripts, so that random
# text is dense in the places where the rules decide.
SAMPLE = (
    "aZé\u00dfıøĀ\u0130ǆ\u00aa\u00b2\u00bd\u2163\u02bc"  # Latin and signs
    "\u0301\u0308\u20dd\u0345"  # marks
    "αΩάῼжЙё\u0487"  # Greek, Cyrillic
    "\u05d0\u05b8\u0639\u0651\u0640\u0663\u06f5"  # Hebrew, Arabic
    "\u0915\u093f\u094d\u096b\u0ba8\u0bbf"  # Indic
    "\u0e01\u0e34\u0e51\u0ea5\u0ec8\u1780\u17d2\u17e1\u1000\u103b\u1041\uaa60"  # unspaced
    "北々〇あがア\u3099ｶ\uff9e\uff9fー\U00020000\U0001b000"
    "한ᄒ\uff21\uff11𝔸\U0001d7d8\U00010400\U00011001\U0001f600\ufe0f\u200d\u00ad"
    "019"
    "..,,''’’&&-_ \n\u00a0\u2014“”!?"
)
DENSE = st.text(st.sampled_from(SAMPLE), max_size=40)
ANY = st.text(max_size=40)
ASCII = st.text(st.sampled_from("aBc019..,,''&&-_ \n"), max_size=30)


def slow_spans(text: str) -> list[tuple[int, int]]:
    """The rules read aloud, one character at a time."""

    def mark(i: int) -> bool:
        return 0 <= i < len(text) and (category(text[i])[0] == "M" or text[i] in "\uff9e\uff9f")

    def unspaced(i: int) -> bool:
        return word(i) and not mark(i) and any(a <= ord(text[i]) <= b for a, b in UNSPACED)

    def word(i: int) -> bool:
        return 0 <= i < len(text) and category(text[i])[0] in "LMN"

    def running(i: int) -> bool:
        return word(i) and not unspaced(i)

    def digit(i: int) -> bool:
        return running(i) and category(text[i]) == "Nd"

    def letter(i: int) -> bool:
        return running(i) and not digit(i) and not mark(i)

    def past_marks(i: int) -> int:
        while mark(i):
            i += 1
        return i

    def acronym_end(i: int) -> int:
        """Where the acronym that starts at `i` ends; `i` if there is none."""
        end = past_marks(i + 1)
        found = i
        while text[end : end + 1] == "." and letter(end + 1):
            after = past_marks(end + 2)
            if running(after):
                break
            found = end = after
        return found

    spans = []
    i = 0
    while i < len(text):
        start = i
        if unspaced(i):
            i = past_marks(i + 1)
        elif word(i):
            if letter(i):
                i = acronym_end(i)
            while True:
                while running(i):
                    i += 1
                sign = text[i : i + 1]
                in_word = sign in {"'", "’", "&"} and not digit(i - 1) and letter(i + 1)
                in_number = sign in {".", ","} and digit(i - 1) and digit(i + 1)
                if not in_word and not in_number:
                    break
                i += 1
        else:
            i += 1
            continue
        spans.append((start, i))
    return spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Truce urged in Libya", ["Truce", "urged", "in", "Libya"]),
        ("O'Brien, don't: O’Brien", ["O'Brien", "don't", "O’Brien"]),
        ("'quoted' rock 'n' roll workers'", ["quoted", "rock", "n", "roll", "workers"]),
        ("AT&T & R&D A&1", ["AT&T", "R&D", "A", "1"]),
        ("U.N. monitors; the U.S, a.m.", ["U.N", "monitors", "the", "U.S", "a.m"]),
        ("U.S.-led U.N's", ["U.S", "led", "U.N's"]),
        ("J.K.Rowling J.Smith", ["J.K", "Rowling", "J", "Smith"]),
        ("www.bbc.co.uk end.The", ["www", "bbc", "co", "uk", "end", "The"]),
        ("1,000,000 3.5 1,5 10.4.2019", ["1,000,000", "3.5", "1,5", "10.4.2019"]),
        ("in 2019, 30, then 5.", ["in", "2019", "30", "then", "5"]),
        ("cease-fire F-16 G20", ["cease", "fire", "F", "16", "G20"]),
        ("snake_case", ["snake", "case"]),
        ("cafe\u0301 e\u0301.u\u0308.", ["cafe\u0301", "e\u0301.u\u0308"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("مُحَمَّد", ["مُحَمَّد"]),
        ("北京のNATO", ["北", "京", "の", "NATO"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("ｶﾞｽ", ["ｶﾞ", "ｽ"]),
        ("서울 시", ["서울", "시"]),
        ("l'北京 5.๕", ["l", "北", "京", "5", "๕"]),
        ("", []),
        ("... -- !", []),
    ],
)
def test_the_rules_by_example(text: str, expected: list[str]) -> None:
    assert tokenize(text) == expected


@given(DENSE | ANY)
def test_the_fast_way_finds_what_the_slow_one_finds(text: str) -> None:
    assert token_spans(text) == slow_spans(text)


@given(ASCII)
def test_ascii_text_has_the_same_tokens_on_all_three_paths(text: str) -> None:
    expected = token_spans(text)
    for pattern in (tokens._plain_pattern(), tokens._full_pattern()):
        assert [match.span() for match in pattern.finditer(text)] == expected


@given(DENSE | ANY)
def test_spans_ascend_and_cover_exactly_letters_marks_and_digits(text: str) -> None:
    spans = token_spans(text)
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    words = {i for i, character in enumerate(text) if category(character)[0] in "LMN"}
    assert words <= covered
    assert {text[i] for i in covered - words} <= set("'’&.,")


@given(DENSE)
def test_tokenize_gives_the_text_of_the_spans(text: str) -> None:
    assert tokenize(text) == [text[start:end] for start, end in token_spans(text)]


@given(DENSE, DENSE)
def test_a_separator_makes_texts_independent(left: str, right: str) -> None:
    assert tokenize(left + " " + right) == tokenize(left) + tokenize(right)


def test_every_character_outside_the_full_path_is_no_mark_and_not_unspaced() -> None:
    intricate = tokens._beyond_plain()
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        if not intricate.search(character):
            assert category(character)[0] != "M", hex(point)
            assert not any(a <= point <= b for a, b in UNSPACED), hex(point)


def test_the_word_class_of_re_is_exactly_letters_and_numbers() -> None:
    # The tokenizer stands on this property of the standard library.
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        assert character.isalnum() == (category(character)[0] in "LN"), hex(point)


@pytest.mark.parametrize(
    "unit", ["a.", "a'", "1,", "a\u0301.", "'", ".", "a&", "\u0301", "北\u0301"]
)
def test_time_is_linear_in_awkward_text(unit: str) -> None:
    text = unit * 100_000
    assert token_spans(text) or unit in "'."


def test_long_random_text_agrees_with_the_slow_way() -> None:
    choose = random.Random(3)
    text = "".join(choose.choices(SAMPLE, k=30_000))
    assert token_spans(text) == slow_spans(text)
