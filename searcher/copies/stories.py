"""Which texts are about one event, within days?

A text is what one group of copies has (`grouping.py`); it is read as its lead has it.  Day by
day, in the order of articles (by instant, then the longest, then by id), each text joins the
story of the last two days that it is most like, if it is like enough, and else begins one.
After Yang, Pierce and Carbonell, "A study on retrospective and on-line event detection", SIGIR
1998, whose single pass compares with the middle of a story; here it is the mean of its members,
which on the stories of AP 1988, September and October, comes to a B-cubed of .89.

    count      how often a word (a stem) stands in a text: each time in the title counts three, in
               the first 60 words of the body two, after that one; of the first `MOST_WORDS` words
    weight     (369 + log(count)) * (log(texts + 1) - log(texts that have the word)), where `log`
               is the logarithm to base 2 in 256ths (`log_256`); 369 makes it 1 + ln(count)
    unit       weight * 2^16 / the root of the sum of all squares, both cut to whole numbers
    likeness   the sum of the products of units over the words that two texts share: 2^32 is all
    mean       of a text and a story: its likeness to all members together, by their number

The mean has to be above .28.  Of equal ones the story that began first is taken.  A text without
a day is a story of its own, and so is one without words.

All numbers are whole, as in the rest of this folder, and all texts are looked at together: what
comes out follows from the texts alone, in whatever order they came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import isqrt
from typing import NamedTuple

from searcher.copies.words import MOST_WORDS

__all__ = ["ACTIVE_DAYS", "StoryText", "counts_of", "log_256", "stories_of", "weights_of"]

ACTIVE_DAYS = 2
LEAST_MEAN_PERCENT = 28
_TITLE, _BEGINNING = 3, 2
_BEGINNING_WORDS = 60
_ONE_COUNT = 369
_UNIT_BITS = 16
_FRACTION_BITS = 8
_MANTISSA_BITS = 31


class StoryText(NamedTuple):
    """A text: its day, as a number, and how often each word stands in it."""

    day: int | None
    counts: Mapping[str, int]


def counts_of(title: Sequence[str], body: Sequence[str]) -> Counter[str]:
    """How often each word counts, of the words of a title and a body."""
    counts: Counter[str] = Counter()
    for words, times in (
        (title[:MOST_WORDS], _TITLE),
        (body[:_BEGINNING_WORDS], _BEGINNING),
        (body[_BEGINNING_WORDS:MOST_WORDS], 1),
    ):
        for word in words:
            counts[word] += times
    return counts


def log_256(number: int) -> int:
    """The logarithm of `number`, 1 or more, to base 2, in 256ths.

    Bit by bit: a number squared has twice the logarithm.  Of squares 32 bits are kept, so what
    is found may be one 256th too little; every program finds the same.
    """
    whole = number.bit_length() - 1
    shift = whole - _MANTISSA_BITS
    mantissa = number >> shift if shift > 0 else number << -shift
    found = whole
    for _ in range(_FRACTION_BITS):
        mantissa = mantissa * mantissa >> _MANTISSA_BITS
        bit = mantissa >> (_MANTISSA_BITS + 1)
        mantissa >>= bit
        found = found << 1 | bit
    return found


def weights_of(
    counts: Mapping[str, int], frequencies: Mapping[str, int], texts: int
) -> dict[str, int]:
    """The units of the words of a text, where `texts` were counted; those of 0 left out."""
    all_texts = log_256(texts + 1)
    weights = {
        word: (_ONE_COUNT + log_256(count)) * (all_texts - log_256(frequencies[word]))
        for word, count in counts.items()
    }
    root = isqrt(sum(weight * weight for weight in weights.values()))
    if not root:
        return {}
    units = ((word, (weight << _UNIT_BITS) // root) for word, weight in weights.items())
    return {word: unit for word, unit in units if unit}


class _Story:
    def __init__(self, number: int) -> None:
        self.number = number
        self.last_day = 0
        self.members = 0
        self.words: dict[str, int] = {}


def stories_of(texts: Sequence[StoryText]) -> list[int]:
    """Of each of `texts`, which come in the order of articles, the first one of its story.

    Cost: for each text its words, and for each word the stories of the last days that have it.
    """
    frequencies: Counter[str] = Counter()
    for text in texts:
        frequencies.update(text.counts.keys())
    found = list(range(len(texts)))
    stories: dict[int, _Story] = {}
    holders: defaultdict[str, dict[int, int]] = defaultdict(dict)
    days = ((text.day, number) for number, text in enumerate(texts) if text.day is not None)
    for day, number in sorted(days):
        for story in [s for s in stories.values() if s.last_day < day - ACTIVE_DAYS]:
            _forget(stories.pop(story.number), holders)
        units = weights_of(texts[number].counts, frequencies, len(texts))
        if not units:
            continue
        best = _most_like(units, stories, holders)
        if best is None:
            best = stories[number] = _Story(number)
        found[number] = best.number
        best.last_day = day
        best.members += 1
        for word, unit in units.items():
            holders[word][best.number] = holders[word].get(best.number, 0) + unit
            best.words[word] = best.words.get(word, 0) + unit
    return found


def _most_like(
    units: Mapping[str, int],
    stories: Mapping[int, _Story],
    holders: Mapping[str, Mapping[int, int]],
) -> _Story | None:
    likeness: defaultdict[int, int] = defaultdict(int)
    for word, unit in units.items():
        for number, sum_of_units in holders.get(word, {}).items():
            likeness[number] += unit * sum_of_units
    best: _Story | None = None
    best_likeness = 0
    for number in sorted(likeness):
        story, like = stories[number], likeness[number]
        if 100 * like <= LEAST_MEAN_PERCENT * story.members << (2 * _UNIT_BITS):
            continue
        if best is None or like * best.members > best_likeness * story.members:
            best, best_likeness = story, like
    return best


def _forget(story: _Story, holders: defaultdict[str, dict[int, int]]) -> None:
    for word in story.words:
        held = holders[word]
        del held[story.number]
        if not held:
            del holders[word]
