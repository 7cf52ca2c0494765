"""Does the core say of a few texts what Python says, word for word and place for place?"""

from __future__ import annotations

import itertools
import threading
from array import array
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.analysis import Analyzer
from searcher.cluster.concordance import (
    Concordance,
    FieldForms,
    LeafForms,
    NativeConcordance,
    PlainConcordance,
    concordance_of,
)
from searcher.cluster.memory import MemorySnapshot
from searcher.codec.core import native_core
from searcher.codec.schema import NAME_GAP
from searcher.scoring import Scoring

ENGLISH, FRENCH = Analyzer("en"), Analyzer("fr")
FIELDS = ("title", "body", "byline")
needs_core = pytest.mark.skipif(native_core() is None, reason="the native core is not built")

WORDS = [
    *("strike", "Strikes", "striking", "oil", "OIL", "the", "O'Brien's", "cease-fire", "U.N.", "½"),
    *("l'été", "Qu’il", "naïve", "café", "cafe\u0301", "北京", "ﬁrm", "x" * 40, "İ", "3.5", "ß"),
]
PATTERNS = [
    "*",
    "?",
    "str*",
    "*ing",
    "s?rik*",
    "*i*e",
    "l'é*",
    "caf?",
    "O'B*",
    "*\udc80*",
    "nowhere*",
]
WORD = st.sampled_from(WORDS)
TEXT = st.lists(WORD | st.text(max_size=6), max_size=12).map(" ".join)
DOCUMENT = st.fixed_dictionaries(
    {"title": TEXT, "body": TEXT}, optional={"byline": st.lists(TEXT, max_size=3)}
)


def counted(found: Any) -> Any:
    return found and tuple(map(list, (found.ids, found.frequencies, found.positions)))


def agree(one: Concordance, other: Concordance, distances: Iterator[int], pairs: int = 40) -> None:
    """Look for a difference between the two, in everything that can be asked."""
    for field in FIELDS:
        assert list(one.lengths(field)) == list(other.lengths(field))
        forms = other.field_forms(field, b"")
        assert one.field_forms(field, b"") == forms
        for prefix in {form[:1] for form in forms}:
            assert one.field_forms(field, prefix) == other.field_forms(field, prefix)
        for form in (*forms, b"nowhere", b""):
            expected = counted(other.posting_list(field, form))
            assert counted(one.posting_list(field, form)) == expected, form
        for pattern in PATTERNS:
            expected = other.fitting_forms(field, pattern)
            assert one.fitting_forms(field, pattern) == expected, pattern
        for text, edits in itertools.product(("strike", "oil", "cafe", "½", ""), range(4)):
            assert one.near_forms(field, text, edits) == other.near_forms(field, text, edits)
        some = [*forms, b"nowhere"]
        groups = [some[i : i + 2] for i in range(0, len(some), 2)]
        for left, right in itertools.islice(itertools.product(groups, groups), pairs):
            distance = next(distances)
            assert one.pairs(field, left, right, distance) == other.pairs(
                field, left, right, distance
            )
    together = sorted({form for field in FIELDS for form in other.field_forms(field, b"")})
    sides = together[:2], together[1:4]
    leaves = [
        LeafForms([FieldForms(field, sides[0], right) for field in fields], distance, is_least)
        for right, distance, is_least in (
            (None, 0, False),
            (sides[1], 3, False),
            (sides[1], 3, True),
        )
        for fields in (FIELDS, ("body", "title"), ("byline",))
    ]
    lengths = [7 + 3 * number for number in range(len(other.lengths("body")))]
    for scoring in (Scoring(), Scoring(k1=0.7, b=0.9, title_weight=0.3, body_weight=7.1)):
        parts = (leaves, lengths, 13.7, scoring)
        assert one.strengths(*parts) == other.strengths(*parts)
    for stem in (*ENGLISH.stems(map(bytes.decode, other.field_forms("body", b""))), "nowhere"):
        assert one.forms_of_stem(stem.encode()) == other.forms_of_stem(stem.encode()), stem


@needs_core
@given(st.lists(DOCUMENT, max_size=5), st.sampled_from([ENGLISH, FRENCH]))
@example([{"title": "", "body": ""}], ENGLISH)
@example([{"title": "a", "body": "a a a", "byline": []}, {"title": "", "body": "a"}], ENGLISH)
def test_random_texts_have_the_same_words_in_the_same_places(
    documents: list[Mapping[str, Any]], analyzer: Analyzer
) -> None:
    pair = NativeConcordance(documents, analyzer), PlainConcordance(documents, analyzer)
    agree(*pair, itertools.cycle((1, 0, 3, NAME_GAP, 1 << 31)))


@needs_core
def test_many_long_texts_that_are_asked_often_have_the_same_places() -> None:
    random = Random("long")
    words = [f"w{number}" for number in range(60)]
    documents = [
        {"title": "", "body": " ".join(random.choices(words, k=random.randrange(4_000)))}
        for _ in range(60)
    ]
    pair = NativeConcordance(documents, ENGLISH), PlainConcordance(documents, ENGLISH)
    assert sum(pair[0].lengths("body")) > 1 << 16
    agree(*pair, itertools.cycle((1, 7)), pairs=200)


def plain_pairs(left: set[int], right: set[int], distance: int) -> int:
    near = {
        (min(a, b), max(a, b)) for a in left for b in right if a != b and abs(a - b) <= distance
    }
    return len(near)


@given(
    st.sets(st.integers(0, 30), max_size=8),
    st.sets(st.integers(0, 30), max_size=8),
    st.integers(1, 9),
)
def test_pairs_are_those_of_places_that_differ_each_once(
    left: set[int], right: set[int], distance: int
) -> None:
    kinds = {0: "c", 1: "a", 2: "b", 3: "ab"}
    body = " ".join(kinds[(at in left) + 2 * (at in right)] for at in range(31))
    sides = [b"a", b"ab"], [b"b", b"ab"]
    expected = plain_pairs(left, right, distance)
    documents = [{"title": "", "body": "a b"}, {"title": "", "body": body}]
    concordances: list[Concordance] = [PlainConcordance(documents, ENGLISH)]
    concordances += [NativeConcordance(documents, ENGLISH)] if native_core() else []
    for one in concordances:
        assert one.pairs("body", *sides, distance) == {0: 1, **({1: expected} if expected else {})}


@needs_core
def test_half_a_character_is_left_to_python() -> None:
    documents = [{"id": "1", "title": "Oil\ud800", "body": "Half \udc80 oil."}]
    found = concordance_of(documents, ENGLISH)
    assert isinstance(found, PlainConcordance)
    assert counted(found.posting_list("body", b"oil")) == ([0], [1], [1])
    (segment,) = MemorySnapshot(documents, ENGLISH).segments
    assert segment.boundaries(0) == ([0], [0])


@needs_core
def test_what_python_raises_ends_the_reading_and_nothing_is_half_known() -> None:
    core = native_core()
    assert core is not None
    answers: list[list[str]] = []

    def fold(tokens: list[str]) -> list[str]:
        if not answers:
            raise ValueError("no forms today")
        return answers.pop()

    known = core.KnownWords(fold, list)
    for _ in range(2):
        with pytest.raises(ValueError, match="no forms today"):
            known.read(["Oil"], ["Rises"], [[]], NAME_GAP)
    answers.append(["oil"])  # one for two
    with pytest.raises(ValueError, match="a form and a stem of each word"):
        known.read(["Oil"], ["Rises"], [[]], NAME_GAP)
    answers.append(["oil", "rises"])
    found = known.read(["Oil"], ["Rises"], [[]], NAME_GAP)
    assert found.field_forms("body", b"") == [b"rises"]
    with pytest.raises(ValueError, match="a title, a body and a byline"):
        known.read(["Oil"], [], [[]], NAME_GAP)
    with pytest.raises(ValueError, match="no text field"):
        found.lengths("section")
    for lengths, k1, match in (([], 1.6, "a length of each body"), ([1], -1.0, "constants")):
        with pytest.raises(ValueError, match=match):
            found.strengths([], lengths, 1.0, (k1, 0.3, 2.0, 1.0, 1.0))


@needs_core
def test_threads_that_meet_new_words_together_get_their_own_places() -> None:
    core = native_core()
    assert core is not None
    known = core.KnownWords(ENGLISH.forms_of_distinct, ENGLISH.stems_of_distinct)
    failed: list[object] = []

    def read(number: int) -> None:
        for turn in range(60):
            words = [f"word{turn}x{(number + i) % 5}" for i in range(5)]
            found = known.read([""], [" ".join(words)], [[]], NAME_GAP)
            for place, word in enumerate(words):
                columns = found.posting_list("body", word.encode())
                if columns is None or list(array("I", columns[2])) != [place]:
                    failed.append((number, turn, word, columns))

    threads = [threading.Thread(target=read, args=(number,), daemon=True) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failed and not any(thread.is_alive() for thread in threads)
