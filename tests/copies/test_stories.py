"""Are texts about one event one story, by the definition and in the core alike?"""

from __future__ import annotations

import datetime as dt
import lzma
import math
import re
import tarfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import isqrt
from pathlib import Path
from random import Random
from typing import IO, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.copies.stories import StoryText, counts_of, log_256, stories_of

DATA = Path(__file__).parents[3] / "shared" / "data"
ANALYZER = Analyzer("en")
NO_DAY = -(2**31)
Told = tuple[int | None, str, str]


def test_words_of_the_title_and_the_beginning_count_more() -> None:
    body = ["a"] * 61 + ["b"]
    assert counts_of(["a", "c"], body) == {"a": 3 + 2 * 60 + 1, "b": 1, "c": 3}


@given(st.integers(1, 2**70))
def test_logarithms_are_cut_to_256ths(number: int) -> None:
    exact = math.floor(math.log2(number) * 256)
    assert exact - 1 <= log_256(number) <= exact + (number > 2**40)


def brute_force(texts: Sequence[StoryText]) -> list[int]:
    """The same definition by comparing each text with each member of each story."""
    frequencies = Counter(word for text in texts for word in text.counts)
    units: list[dict[str, int]] = []
    for text in texts:
        weights = {
            word: (369 + log_256(count)) * (log_256(len(texts) + 1) - log_256(frequencies[word]))
            for word, count in text.counts.items()
        }
        root = isqrt(sum(weight**2 for weight in weights.values()))
        units.append({word: weight * 65536 // root for word, weight in weights.items() if root})
    members: dict[int, list[int]] = {}
    dated = [n for n, text in enumerate(texts) if text.day is not None]
    for number in sorted(dated, key=lambda n: (texts[n].day, n)):
        own = units[number]
        if not any(own.values()):
            continue
        day = texts[number].day or 0
        best, best_mean = None, (28, 100)
        for first in sorted(members):
            if max(texts[n].day or 0 for n in members[first]) < day - 2:
                continue
            like = sum(own[w] * units[n].get(w, 0) for n in members[first] for w in own)
            mean = like, len(members[first]) << 32
            if mean[0] * best_mean[1] > best_mean[0] * mean[1]:
                best, best_mean = first, mean
        members.setdefault(number if best is None else best, []).append(number)
    story_of = {number: first for first, found in members.items() for number in found}
    return [story_of.get(number, number) for number in range(len(texts))]


def random_texts(random: Random, count: int) -> list[Told]:
    """Texts of a few events over some weeks, of words that events share."""
    made: list[Told] = []
    for _ in range(count):
        event = random.randrange(8)
        words = [
            f"w{event * 7 + random.randrange(16)}" for _ in range(random.choice((0, 5, 30, 90)))
        ]
        words += [f"v{random.randrange(400)}" for _ in range(random.choice((0, 0, 10, 60)))]
        day = None if random.random() < 0.1 else random.randrange(-3, random.choice((4, 25)))
        made.append((day, " ".join(words[:3]), " ".join(words[2:])))
    return made


def story_texts(told: Sequence[Told]) -> list[StoryText]:
    return [
        StoryText(day, counts_of(*(ANALYZER.stems(ANALYZER.forms(part)) for part in parts)))
        for day, *parts in told
    ]


@pytest.mark.parametrize("seed", range(12))
def test_stories_are_those_of_brute_force(seed: int) -> None:
    texts = story_texts(random_texts(Random(seed), 70))
    found = stories_of(texts)
    assert found == brute_force(texts)
    assert len(set(found)) < len(texts)


def test_a_text_without_a_day_or_without_words_is_a_story_of_its_own() -> None:
    words = Counter({"ferry": 3, "sinks": 2})
    others = [StoryText(day, Counter({f"x{day}": 1})) for day in range(5)]
    texts = [StoryText(1, words), StoryText(1, words), StoryText(None, words), *others]
    texts += [StoryText(1, Counter()), StoryText(1, Counter())]
    assert stories_of(texts) == [0, 0, *range(2, len(texts))]


def test_a_story_ends_after_two_days_without_a_text() -> None:
    words = Counter({"ferry": 3, "sinks": 2})
    fillers = [StoryText(100 + n, Counter({f"x{n}": 1})) for n in range(20)]
    texts = [StoryText(day, words) for day in (1, 3, 5, 8, 9)]
    assert stories_of([*texts, *fillers])[:5] == [0, 0, 0, 3, 3]


# ---------------------------------------------------------------- in the core

CORE: Any = native_core()
CORE = CORE if hasattr(getattr(CORE, "Texts", None), "stories") else None
needs_core = pytest.mark.skipif(CORE is None, reason="the core is not there, or tells no stories")


def native_stories(told: Sequence[Told]) -> list[int]:
    assert CORE is not None
    texts = CORE.Texts(ANALYZER.forms_of_distinct)
    days = array("i", [NO_DAY if day is None else day for day, _, _ in told]).tobytes()
    found = texts.stories(days, lambda n: (told[n][1], told[n][2]), ANALYZER.stems_of_distinct)
    return list(array("I", found))


@needs_core
@pytest.mark.parametrize("seed", range(20))
def test_the_core_tells_the_same_stories(seed: int) -> None:
    told = random_texts(Random(1000 + seed), 150)
    assert native_stories(told) == stories_of(story_texts(told))


@needs_core
@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-5, 5), st.sampled_from((-(10**6), 10**6))),
            st.sampled_from(("", "Ferry sinks", "Zürich 1,000 L'île", "a a a", "ferries sink")),
            st.lists(
                st.sampled_from(["ferry", "ferries", "sinks", "the", "x1", "²", "café", "北京"])
            ).map(" ".join),
        ),
        max_size=12,
    )
)
def test_the_core_tells_the_same_stories_of_any_texts(told: list[Told]) -> None:
    assert native_stories(told) == stories_of(story_texts(told))


@needs_core
def test_what_the_callers_functions_raise_comes_through() -> None:
    assert CORE is not None
    texts = CORE.Texts(ANALYZER.forms_of_distinct)
    days = array("i", [1]).tobytes()
    nothing: dict[int, tuple[str, str]] = {}
    with pytest.raises(KeyError):
        texts.stories(days, nothing.__getitem__, ANALYZER.stems_of_distinct)
    with pytest.raises(ZeroDivisionError):
        texts.stories(days, lambda n: ("a", "b"), lambda forms: [str(1 // 0)])
    with pytest.raises(ValueError, match="stem for each form"):
        texts.stories(days, lambda n: ("a", "b"), lambda forms: [])
    with pytest.raises(ValueError, match="within a number"):
        texts.stories(b"abc", lambda n: ("a", "b"), ANALYZER.stems_of_distinct)


# ---------------------------------------------------------------- on a real archive


def b_cubed(found: dict[str, int], gold: dict[str, str]) -> float:
    clusters: defaultdict[int, set[str]] = defaultdict(set)
    stories: defaultdict[str, set[str]] = defaultdict(set)
    for article, cluster in found.items():
        clusters[cluster].add(article)
        stories[gold[article]].add(article)
    precision = recall = 0.0
    for article, cluster in found.items():
        own, real = clusters[cluster], stories[gold[article]]
        precision += len(own & real) / len(own)
        recall += len(own & real) / len(real)
    return 2 * precision * recall / (precision + recall) / len(found)


def test_stories_of_a_real_archive_are_found() -> None:
    files = DATA / "newsroom" / "ap88-stories.tsv.xz", DATA / "ap88.tar.xz"
    if not all(file.exists() for file in files):
        pytest.skip(f"{files[0].name} is not in {files[0].parent}")
    with lzma.open(files[0], "rt") as lines:
        gold = dict(line.split("\t")[:2] for line in lines)
    told: list[tuple[str, Told]] = []
    with tarfile.open(files[1]) as archive:
        for member in archive:
            month = re.search(r"AP88(09|10)\d\d$", member.name)
            file = archive.extractfile(member) if month else None
            for text in re.findall("<DOC>(.*?)</DOC>", _read(file), re.DOTALL):
                name = re.search(r"<DOCNO>\s*(\S+)", text)
                if name is None or name[1] not in gold:
                    continue
                day = dt.date(1988, int(name[1][4:6]), int(name[1][6:8])).toordinal()
                title, body = (
                    " ".join(re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL))
                    for tag in ("HEAD", "TEXT")
                )
                told.append((name[1], (day, title, body)))
    assert len(told) > 3_000
    # In the order of articles, as `indexing/stories.py` has it.
    told.sort(key=lambda one: (one[1][0], -len(one[1][2].split()), one[0]))
    texts = [one for _, one in told]
    found = native_stories(texts) if CORE is not None else stories_of(story_texts(texts))
    names = [name for name, _ in told]
    assert b_cubed(dict(zip(names, found, strict=True)), gold) >= 0.886


def _read(file: IO[bytes] | None) -> str:
    return "" if file is None else file.read().decode("latin-1")
