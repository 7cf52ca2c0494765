"""How likely is it that one word was typed for another?

`slip_cost` says it in natural logarithms: 0 for no slip, some 7 for one, more for two.  It is
the channel of the noisy channel model (Kernighan, Church and Gale, "A spelling correction
program based on a noisy channel model", 1990; Brill and Moore, 2000), with costs set by
hand in place of counts of slips: of the ways to err in a word, leaving out a letter and
swapping two are few, putting one in or for another are twenty-six times as many, so each
of those is that much less likely; but a letter typed twice, a neighbour on the keyboard, a
vowel for a vowel and letters that sound alike are likelier than others.

What it does not do: know how often a word is meant (`suggesting.py` does), or other
keyboards than QWERTY, whose rows most Latin keyboards share.
"""

from __future__ import annotations

import itertools
from functools import cache

__all__ = ["LEAST_COST", "slip_cost"]

LEAST_COST = 7.0
"""What one slip costs at least."""

_SLIP = LEAST_COST
# On top of it, by kind.
_LEFT_OUT = _SWAPPED = 0.0
_OTHER = 3.2  # ln 25, about
_LIKELY = 1.7
_DOUBLED = 0.7
_AT_THE_START = 0.7
# Words that differ in vowels and doubled letters only, as names from other scripts do, may
# be one that was heard: its slips are not made one by one.
_SOUNDS_ALIKE = -4.0

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiouy"
_ALIKE = ("ck", "cs", "kq", "sz", "fv", "gj", "dt", "bp", "mn", "iy", "vw", "xs", "kx")


@cache
def _likely_pairs() -> frozenset[str]:
    pairs = {a + b for a in _VOWELS for b in _VOWELS} | set(_ALIKE)
    for row in _ROWS:
        pairs |= {a + b for a, b in itertools.pairwise(row)}
    for above, below in itertools.pairwise(_ROWS):
        # A key lies below the gap of two.
        for i, key in enumerate(below):
            pairs |= {key + other for other in above[i : i + 2]}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


def slip_cost(typed: str, meant: str) -> float:
    """The cost of typing `typed` for `meant`, by the likeliest way.

    Cost: the product of the lengths of what stands between the common beginning and end.
    """
    start = 0
    shortest = min(len(typed), len(meant))
    while start < shortest and typed[start] == meant[start]:
        start += 1
    stop = 0
    while stop < shortest - start and typed[-1 - stop] == meant[-1 - stop]:
        stop += 1
    # A doubled letter is told by its neighbour, and a swap may reach one letter back.
    start, stop = max(0, start - 1), max(0, stop - 1)
    a, b = typed[start : len(typed) - stop], meant[start : len(meant) - stop]
    cost = _table(a, b, start == 0)
    if cost > 2 * _SLIP and _consonants(a) == _consonants(b) and typed[:1] == meant[:1]:
        cost += _SOUNDS_ALIKE
    return cost


def _consonants(word: str) -> str:
    kept = ""
    for letter in word:
        if letter not in _VOWELS and letter != kept[-1:]:
            kept += letter
    return kept


def _table(a: str, b: str, at_start: bool) -> float:
    """The cheapest way from `b`, which was meant, to `a`."""
    likely = _likely_pairs()
    above: list[float] = []
    before = [0.0]
    for j in range(1, len(b) + 1):
        before.append(before[j - 1] + _SLIP + _LEFT_OUT + _first(at_start, 0, j - 1))
    for i in range(1, len(a) + 1):
        typed = a[i - 1]
        doubled = (i > 1 and a[i - 2] == typed) or (i < len(a) and a[i] == typed)
        put_in = _SLIP + (_DOUBLED if doubled else _OTHER)
        row = [before[0] + put_in + _first(at_start, i - 1, 0)]
        for j in range(1, len(b) + 1):
            meant = b[j - 1]
            first = _first(at_start, i - 1, j - 1)
            if typed == meant:
                best = before[j - 1]
            else:
                kind = _LIKELY if typed + meant in likely else _OTHER
                best = before[j - 1] + _SLIP + kind + first
            best = min(best, before[j] + put_in + first, row[j - 1] + _SLIP + _LEFT_OUT + first)
            if i > 1 and j > 1 and typed == b[j - 2] and a[i - 2] == meant and typed != meant:
                swap = _SLIP + _SWAPPED + _first(at_start, i - 2, j - 2)
                best = min(best, above[j - 2] + swap)
            row.append(best)
        above, before = before, row
    return before[-1]


def _first(at_start: bool, i: int, j: int) -> float:
    """What a slip costs more because it is the first letter's."""
    return _AT_THE_START if at_start and i == 0 and j == 0 else 0.0
