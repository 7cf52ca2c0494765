"""The core makes of copies exactly what the definition does."""

from __future__ import annotations

import random
import zlib
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.codec.groups import StoredGroups, join_groups
from searcher.codec.schema import MISSING_DATE, NO_DAY
from searcher.codec.texts import TextTable, encode_texts
from searcher.copies.fingerprints import fingerprints
from searcher.copies.gathered import Gathered
from searcher.copies.grouping import Groups, regroup
from searcher.copies.verification import Agreement, compare
from searcher.copies.words import is_correction, text_key
from tests.copies.first_version import encode_first

if TYPE_CHECKING:
    from searcher.codec import _native

CORE = native_core()
pytestmark = pytest.mark.skipif(CORE is None, reason="the native core is not built, or is off")

ANALYZER = Analyzer("en")
# Few words, so that texts agree in places and ways of aligning them tie; near ones, numbers in
# two scripts, letters that are facts, and what folding changes.
WORDS = (
    "the a ferry ferries fery harbour harbor harbours 12 13 1,000.5 ١٢ y n b Zürich café L'île x1 ²"
)
words = st.sampled_from(WORDS.split())
texts = st.lists(words, max_size=120).map(" ".join)


def core_texts() -> _native.Texts:
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
        key, length, found = texts.facts(text, correction)
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
    found = core_texts().compare(a, b, key_a, key_b)
    assert Agreement(*found) == compare(a, b, key_a=key_a, key_b=key_b)


class Made(NamedTuple):
    """An article of a test."""

    id: str
    text: str
    title: str
    day: int | None

    @property
    def digest(self) -> int:
        return zlib.crc32(repr(self).encode())


def row_of(made: Sequence[Made], deleted: Sequence[int] = ()) -> _native._SegmentRow:
    """A plain segment of these articles, as the core wants it."""
    forms = [ANALYZER.forms(one.text) for one in made]
    keys = [
        text_key(words, correction=is_correction(one.title))
        for one, words in zip(made, forms, strict=True)
    ]
    texts = encode_texts(keys, list(map(len, forms)), [list(fingerprints(one)) for one in forms])
    days = [one.day for one in made]
    dates_us = [MISSING_DATE if day is None else day * 86_400_000_000 for day in days]
    columns = (
        array("q", dates_us),
        array("i", [NO_DAY if day is None else day for day in days]),
        array("Q", [one.digest for one in made]),
    )
    dates, own_days, digests = (column.tobytes() for column in columns)
    return texts, None, list(deleted), dates, own_days, digests


def in_segments(made: Sequence[Made], chance: random.Random) -> list[list[Made]]:
    """The articles in one to three segments."""
    cuts = sorted(chance.randrange(len(made) + 1) for _ in range(chance.randrange(3)))
    ends = zip([0, *cuts], [*cuts, len(made)], strict=True)
    return [list(made[start:end]) for start, end in ends if start < end]


def grouped_by_core(
    made: Sequence[Made],
    chance: random.Random,
    before: tuple[Sequence[Made], tuple[bytes, bytes]] | None = None,
) -> tuple[bytes, bytes]:
    """Leads and links; `before` is what there was, and its leads and links."""
    rows = [row_of(some) for some in in_segments(made, chance)]
    past = None
    if before is not None:
        was, groups = before
        old = [row_of(some) for some in in_segments(was, chance)]
        past = old, lambda number: was[number].text, *groups
    return core_texts().group(
        rows,
        lambda number: made[number].text,
        lambda number: made[number].id,
        before=past,
        cover_percent=80,
        near_days=3,
    )


def grouped(made: Sequence[Made]) -> Groups:
    """By the definition, without those that have no text."""
    held, groups = Gathered(), Groups()
    for one in made:
        held.add(one.id, ANALYZER.forms(one.text), title=one.title, day=one.day)
    regroup(held, groups, held.numbers())
    empty = [number for number in held.numbers() if not held.key(number)]
    for number in empty:
        del groups.leads[number], groups.links[number]
    for links in groups.links.values():
        links.sort(key=lambda link: link.lead)
    return groups


def read(found: tuple[bytes, bytes], count: int) -> Groups:
    return StoredGroups(join_groups(*found, [count]), [count]).as_groups()


def random_articles(chance: random.Random, count: int) -> list[Made]:
    vocabulary = [*WORDS.split(), *(f"word{n}" for n in range(chance.choice([20, 300])))]

    def some(count: int) -> list[str]:
        return chance.choices(vocabulary, k=count)

    footer, stories = some(30), [some(chance.choice([15, 40, 120])) for _ in range(4)]
    made = []
    for number in range(count):
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
        title = "CORRECTED: ferry" if chance.random() < 0.1 else "Ferry"
        made.append(Made(f"{number:02}", " ".join(body), title, day))
    chance.shuffle(made)
    return made


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_articles_have_the_same_leads_and_links(seed: int) -> None:
    chance = random.Random(seed)
    made = random_articles(chance, chance.choice([5, 40]))
    assert read(grouped_by_core(made, chance), len(made)) == grouped(made)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32))
def test_changes_give_what_a_look_at_all_gives(seed: int) -> None:
    chance = random.Random(seed)
    all_of = random_articles(chance, 50)
    was = [one for one in all_of if chance.random() < 0.8]
    now = [one for one in all_of if chance.random() < 0.8]
    now = [  # some are another text now, or of another day
        one._replace(text=chance.choice(all_of).text, day=chance.choice([one.day, 3]))
        if chance.random() < 0.05
        else one
        for one in now
    ]
    chance.shuffle(now)
    before = was, grouped_by_core(was, chance)
    assert read(grouped_by_core(now, chance, before), len(now)) == grouped(now)


def test_a_deleted_article_is_in_no_group() -> None:
    text = " ".join(f"word{n}" for n in range(60))
    made = [Made(str(number), text, "Ferry", number) for number in range(3)]
    rows = [row_of(made[:2], deleted=[0]), row_of(made[2:])]
    found = core_texts().group(rows, str, str, cover_percent=80, near_days=3)
    assert read(found, 3).leads == {1: 1, 2: 1}


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
        row = row_of([Made("a", "x", "", 1)])
        short = row[0][:-1], *row[1:]
        CORE.Texts(fails).group([short], str, str, cover_percent=8, near_days=3)


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
    first = encode_first(keys, lengths, [sorted(some) for some in numbers])
    assert TextTable(first, len(numbers), "a").fingerprints() == read_plainly
