"""Is a pair of texts a copy, a version or neither, by its words?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import Analyzer
from searcher.copies.alignment import aligned, near_words
from searcher.copies.boilerplate import is_common, without_common
from searcher.copies.fingerprints import RUN, WINDOW, fingerprints, run_numbers
from searcher.copies.verification import Kind, compare, is_fact, judge
from searcher.copies.words import MOST_WORDS, is_correction, text_key, word_number

pytestmark = pytest.mark.same_without_core

few = st.lists(st.integers(0, 3), max_size=14)
short_words = st.text("abc", max_size=9)
FORMS = Analyzer("en").forms


def story(seed: int, words: int = 200) -> list[str]:
    """Words of a made-up article, the same for the same seed."""
    return list(_story(seed, words))


@cache
def _story(seed: int, words: int) -> tuple[str, ...]:
    random = Random(seed)
    return tuple(f"w{random.randrange(5000)}" for _ in range(words))


def kind(a: Sequence[str], b: Sequence[str], days: int | None = None) -> Kind | None:
    return judge(compare(a, b, key_a=text_key(a), key_b=text_key(b)), days_apart=days)


# -- words and their numbers


def test_the_number_of_a_word_is_as_stated() -> None:
    digest = blake2b("łódź".encode(), digest_size=8).digest()
    assert word_number("łódź") == int.from_bytes(digest, "little")
    assert word_number("truce") == 0x0DB4923E4CB2BC83


def test_a_text_has_one_key_whatever_its_type_is_set_in() -> None:
    plain = FORMS("The Mayor's plan -- 1,000 jobs -- isn't \"final\", he said.")
    set_in_type = FORMS("the mayor’s plan — 1000 jobs — isn’t “final”, he said")
    assert text_key(plain) == text_key(set_in_type) != 0
    assert text_key([]) == 0
    assert text_key(["a", "b"]) != text_key(["ab"])


def test_a_correction_has_another_key_than_what_it_corrects() -> None:
    words = story(1)
    assert text_key(words) ^ text_key(words, correction=True) == 1
    assert is_correction("CORRECTED-Exxon offers plan") and is_correction("(Correction) Exxon")
    assert not is_correction("Corrections officers strike") and not is_correction(None)


# -- fingerprints


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60))
def test_runs_are_numbered_as_stated(words: list[str]) -> None:
    expected = []
    for place in range(len(words) - RUN + 1):
        total = 0
        for word in words[place : place + RUN]:
            total = total * 0x9E3779B97F4A7C15 + word_number(word)
        expected.append(total % 2**64 >> 32)
    assert run_numbers(words) == expected


@given(st.lists(st.integers(0, 30).map(str), min_size=20, max_size=80))
def test_fingerprints_are_the_smallest_of_each_window(words: list[str]) -> None:
    runs = run_numbers(words)
    windows = [runs[n : n + WINDOW] for n in range(len(runs) - WINDOW + 1)]
    assert fingerprints(words) == set(map(min, windows))


@given(st.integers(0, 1000), st.integers(0, 150), st.integers(0, 150))
def test_texts_with_sixteen_words_in_a_row_in_common_share_a_fingerprint(
    seed: int, before: int, after: int
) -> None:
    passage = story(seed, WINDOW + RUN - 1)
    one = story(seed + 1, 40) + passage + story(seed + 2, before)
    other = story(seed + 3, before) + passage + story(seed + 4, after + 20)
    assert fingerprints(one) & fingerprints(other)


def test_texts_under_twenty_words_have_no_fingerprints() -> None:
    assert fingerprints(story(1, 19)) == set() != fingerprints(story(1, 20))


def test_only_the_first_ten_thousand_words_have_fingerprints() -> None:
    long = story(1, MOST_WORDS)
    assert fingerprints(long + story(2)) == fingerprints(long)


# -- alignment


def table(a: Sequence[object], b: Sequence[object]) -> list[list[int]]:
    rows = [[max(i, j) for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            replaced = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            rows[i][j] = min(replaced, rows[i - 1][j] + 1, rows[i][j - 1] + 1)
    return rows


@given(few, few)
def test_alignment_takes_the_stated_one_of_the_shortest_ways(a: list[int], b: list[int]) -> None:
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    rows = table(a[start : len(a) - end], b[start : len(b) - end])
    i, j = len(rows) - 1, len(rows[0]) - 1
    pairs = [(len(a) - n - 1, len(b) - n - 1) for n in range(end)]
    while i and j:
        if rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
        elif rows[i][j - 1] == rows[i - 1][j - 1] - 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((start + i, start + j))
    pairs += [(n, n) for n in reversed(range(start))]
    found = aligned(a, b)
    assert found == pairs[::-1]
    replaced = sum(a[i] != b[j] for i, j in found)
    assert replaced + len(a) + len(b) - 2 * len(found) == table(a, b)[-1][-1]


@given(short_words, short_words)
def test_near_words_differ_by_a_letter_or_two(a: str, b: str) -> None:
    limit = 2 if max(len(a), len(b)) >= 6 else 1
    assert near_words(a, b) == (min(len(a), len(b)) > 1 and table(a, b)[-1][-1] <= limit)


# -- copies, versions, forms


def test_what_was_cut_framed_or_retouched_is_a_copy() -> None:
    words = story(1)
    retouched = [*words]
    retouched[50:60] = story(2, 10)
    for other in (words[:60], story(3, 30) + words, words + story(4, 40), retouched):
        assert kind(words, other) == kind(other, words) == Kind.COPY
    assert kind(words, words[:100] + story(5, 100)) == Kind.VERSION
    assert kind(words, story(6)) is None


def test_a_bad_scan_is_a_copy() -> None:
    words = [f"{word}letters" for word in story(1)]
    random = Random(1)
    scanned = ["l" + word[1:] if random.random() < 0.35 else word for word in words]
    assert kind(words, scanned) == Kind.COPY


def form(seed: int) -> list[str]:
    random = Random(seed)
    fixed = story(1, 120)
    numbers = [str(random.randrange(1000, 9999)) for _ in fixed]
    return [word for pair in zip(fixed, numbers, strict=True) for word in pair]


def test_another_issue_of_a_table_is_no_copy() -> None:
    assert kind(form(1), form(2)) is None or kind(form(1), form(2)) == Kind.VERSION
    assert kind(form(1), form(2), days=1) is None
    assert kind(form(1), form(1)[:200]) == Kind.COPY


def with_figures(different: int) -> list[str]:
    """A report of 300 words with eight figures, as a desk rewrote it: a word in fourteen is
    another, and so many of the figures."""
    words = story(1, 300)
    for place in range(0, 300, 14) if different else ():
        words[place] = f"other{place}"
    for place in range(8):
        words[10 + 35 * place] = f"{place + (100 if place < different else 0)}"
    return words


def test_two_of_a_few_figures_differ_by_chance_and_five_do_not() -> None:
    assert kind(with_figures(0), with_figures(2), days=1) == Kind.COPY
    assert kind(with_figures(0), with_figures(5), days=1) is None


def test_a_roll_call_is_another_if_the_letters_differ() -> None:
    names = story(1, 150)
    votes = [vote for n, name in enumerate(names) for vote in (name, "yn"[n % 2])]
    others = [vote for n, name in enumerate(names) for vote in (name, "yn"[n % 3 == 0])]
    assert kind(votes, others, days=1) is None
    assert is_fact("y") and is_fact("7.5") and not is_fact("a") and not is_fact("i")


def test_far_apart_only_nearly_whole_texts_are_copies() -> None:
    words = story(1)
    assert kind(words, words[:150], days=3) == Kind.COPY
    assert kind(words, words[:150], days=4) is None
    assert kind(words, words[:195], days=4000) == Kind.COPY


def test_figures_repeated_in_a_later_report_are_no_copy() -> None:
    brief = story(1, 60)
    assert kind(brief, brief + story(2, 200), days=1) == Kind.VERSION
    assert kind(brief, brief + story(2, 200), days=0) == Kind.COPY
    assert kind(brief, brief + story(2, 200)) == Kind.COPY


def test_a_correction_is_a_version_of_what_it_corrects() -> None:
    words = story(1)
    agreement = compare(words, words[:190])
    assert judge(agreement, days_apart=0, corrects=True) == Kind.VERSION


def test_empty_and_short_texts_are_copies_of_nothing() -> None:
    assert kind([], []) is None
    assert kind(story(1, 19), story(1, 19)) is None


# -- boilerplate


@pytest.mark.parametrize(
    ("days", "common"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 30], True),
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 29], False),
        ([0, 1, 2, 3, 4, 5, 6, 7, 30, None], False),
        ([0, 1] * 60, False),
        ([], False),
    ],
)
def test_boilerplate_comes_on_ten_days_of_a_month(days: list[int | None], common: bool) -> None:
    assert is_common(days) == common


def test_a_footer_is_left_out_and_the_article_stays() -> None:
    article, footer = story(1, 80), story(2, 60)
    common = fingerprints(footer)
    kept = without_common(article + footer, common)
    assert list(kept[:75]) == article[:75] and len(kept) <= 80 + WINDOW
    assert without_common(article, common) == article
    assert len(without_common(footer, common)) == 0
