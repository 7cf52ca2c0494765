"""The core makes of copies exactly what the definition does."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.codec.texts import TextTable, encode_texts
from searcher.copies.fingerprints import fingerprints
from searcher.copies.gathered import Gathered
from searcher.copies.grouping import Groups, Link, regroup
from searcher.copies.verification import Agreement, Kind, compare
from searcher.copies.words import text_key

CORE = native_core()
pytestmark = pytest.mark.skipif(CORE is None, reason="the native core is not built, or is off")

ANALYZER = Analyzer("en")
NO_DAY = -(2**31)
# Few words, so that texts agree in places and ways of aligning them tie; near ones, numbers in
# two scripts, letters that are facts, and what folding changes.
WORDS = (
    "the a ferry ferries fery harbour harbor harbours 12 13 1,000.5 ١٢ y n b Zürich café L'île x1 ²"
)
words = st.sampled_from(WORDS.split())
texts = st.lists(words, max_size=120).map(" ".join)


def core_texts() -> object:
    assert CORE is not None
    return CORE.Texts(ANALYZER.forms_of_distinct)


@settings(deadline=None, max_examples=200)
@given(st.one_of(texts, st.text()), st.booleans())
@example("", False)
@example("a " * 12_000, True)
def test_a_text_is_found_by_the_same_numbers(text: str, correction: bool) -> None:
    texts = core_texts()
    if any(0xD800 <= ord(c) < 0xE000 for c in text):
        return
    for _ in range(2):  # the second time nothing is asked
        key, length, found = texts.facts(text, correction)  # type: ignore[attr-defined]
        forms = ANALYZER.forms(text)
        assert key == text_key(forms, correction=correction)
        assert length == len(forms)
        assert set(array("I", found)) == fingerprints(forms)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Two texts of one beginning: words of the second replaced, put in, left out or moved."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    vocabulary = WORDS.split()
    if draw(st.booleans()):
        vocabulary += [f"word{n}" for n in range(200)]
    a = ANALYZER.forms(" ".join(chance.choices(vocabulary, k=chance.choice([3, 30, 90, 200, 700]))))
    b = list(a)
    for _ in range(draw(st.sampled_from([0, 1, 5, 40]))):
        place = chance.randrange(len(b) + 1)
        match chance.randrange(4):
            case 0:
                b[place : place + 1] = ANALYZER.forms(chance.choice(vocabulary))
            case 1:
                b[place:place] = ANALYZER.forms(chance.choice(vocabulary))
            case 2:
                del b[place : place + chance.randrange(30)]
            case _:
                b = b[place:] + b[:place]
    return a, b


@settings(deadline=None, max_examples=300)
@given(edited(), st.integers(0, 3), st.integers(0, 3))
def test_two_texts_have_the_same_in_common(
    pair: tuple[list[str], list[str]], key_a: int, key_b: int
) -> None:
    a, b = pair
    found = core_texts().compare(a, b, key_a, key_b)  # type: ignore[attr-defined]
    assert Agreement(*found) == compare(a, b, key_a=key_a, key_b=key_b)


def grouped_by_core(bodies: Sequence[str], held: Gathered) -> Groups:
    numbers = held.numbers()
    flat, starts = array("I"), array("Q", [0])
    for number in numbers:
        flat.extend(sorted(held.fingerprints(number)))
        starts.append(len(flat))
    days = [held.day(number) for number in numbers]
    leads, rows = core_texts().group(  # type: ignore[attr-defined]
        array("Q", map(held.key, numbers)).tobytes(),
        array("i", [NO_DAY if day is None else day for day in days]).tobytes(),
        array("I", map(held.length, numbers)).tobytes(),
        array("I", sorted(numbers, key=held.order)).tobytes(),
        starts.tobytes(),
        flat.tobytes(),
        bodies.__getitem__,
        cover_percent=80,
        near_days=3,
    )
    groups = Groups(dict(zip(numbers, array("I", leads), strict=True)))
    groups.links = {number: [] for number in numbers}
    for article, lead, is_copy, counts in rows:
        agreement = None if counts is None else Agreement(*counts)
        kind = Kind.COPY if is_copy else Kind.VERSION
        groups.links[article].append(Link(lead, kind, agreement))
    return groups


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_articles_have_the_same_leads_and_links(seed: int) -> None:
    chance = random.Random(seed)
    vocabulary = [*WORDS.split(), *(f"word{n}" for n in range(chance.choice([20, 300])))]

    def some(count: int) -> list[str]:
        return chance.choices(vocabulary, k=count)

    footer, stories = some(30), [some(chance.choice([15, 40, 120])) for _ in range(4)]
    held, bodies = Gathered(), []
    for number in range(chance.choice([5, 40])):
        body = list(chance.choice(stories))
        for _ in range(chance.choice([0, 0, 1, 3, 20])):
            if body:
                body[chance.randrange(len(body))] = chance.choice(vocabulary)
        if chance.random() < 0.3:
            body = body[chance.randrange(len(body) + 1) :]
        if chance.random() < 0.5:
            body += footer
        if chance.random() < 0.05:
            body = []
        day = None if chance.random() < 0.1 else chance.choice([0, 1, 2, 4, number * 2])
        text = " ".join(body)
        title = "CORRECTED: ferry" if chance.random() < 0.1 else "Ferry"
        held.add(f"{number:02}", ANALYZER.forms(text), title=title, day=day)
        bodies.append(text)
    groups = Groups()
    regroup(held, groups, held.numbers())
    found = grouped_by_core(bodies, held)
    assert found.leads == groups.leads
    assert found.links == groups.links


def test_what_python_raises_comes_through() -> None:
    def fails(surfaces: list[str]) -> list[str]:
        raise KeyError("no forms today")

    assert CORE is not None
    with pytest.raises(KeyError, match="no forms today"):
        CORE.Texts(fails).facts("Zürich's ferry", False)
    answers = iter([fails, ANALYZER.forms_of_distinct])
    texts = CORE.Texts(lambda surfaces: next(answers)(surfaces))
    with pytest.raises(KeyError):
        texts.facts("The ferry of Zürich", False)
    assert texts.facts("A Zürich ferry", False)[0] == text_key(ANALYZER.forms("A Zürich ferry"))
    with pytest.raises(ValueError, match="do not fit together"):
        CORE.Texts(fails).group(
            b"", b"", b"", b"\0\0\0\0", b"", b"", str, cover_percent=8, near_days=3
        )


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sets(st.integers(0, 2**32 - 1), max_size=30), max_size=40))
def test_fingerprints_lie_on_disk_as_the_plain_path_writes_them(numbers: list[set[int]]) -> None:
    keys, lengths = [1] * len(numbers), [2] * len(numbers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHER_NATIVE", "off")
        plain = encode_texts(keys, lengths, [sorted(some) for some in numbers])
        read_plainly = TextTable(plain, len(numbers), "a").fingerprints()
    native = encode_texts(keys, lengths, [sorted(some) for some in numbers])
    assert native == plain
    assert TextTable(native, len(numbers), "a").fingerprints() == read_plainly
