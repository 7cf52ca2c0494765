"""Which items of two sequences stay, in order?

The longest common subsequence, by the bit-parallel method of Hyyrö (2004) as RapidFuzz has
it.  That takes time and memory in proportion to the product of the lengths, so longer
sequences are first cut at what is *unique*: runs of items that stand once in each, in an
order that both share (the patience diff of Bram Cohen).  A stretch that is too long and has
no such run counts as replaced as a whole.

A run that stays is dropped again where it is short, and shorter than what changes on either
side: the lone `the` between two rewritten halves of a sentence ties nothing together.

What moved is not looked for: it is removed here and added there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise

from rapidfuzz.distance import LCSseq

__all__ = ["Run", "align", "without_weak_runs"]

# The table of the longest stretch: 25 million bits, some milliseconds.
_MOST_CELLS = 25_000_000
# Unique runs of so many items are looked for, one length after the other.
_ANCHOR_LENGTHS = (8, 3, 1)
# A run of so many items is no coincidence, whatever changes around it.
_STRONG = 5

Run = tuple[int, int, int]
"""Where equal items begin in the one sequence and in the other, and how many they are."""


def align(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Run]:
    """The runs that stay, ascending in both sequences.

    Items are compared by their hashes, so whoever must be sure looks again.

    Cost: the product of the lengths over 64 up to 5,000 items each, and then 80 steps an item.
    """
    if len(a) * len(b) <= _MOST_CELLS:
        return _blocks(a, b)
    return list(_stretch(a, b, 0, 0, _ANCHOR_LENGTHS))


def _blocks(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Run]:
    # The last one is empty; so is the first, where there is nothing in common.
    return [(i, j, length) for i, j, length in LCSseq.editops(a, b).as_matching_blocks() if length]


def _stretch(
    a: Sequence[Hashable], b: Sequence[Hashable], at_a: int, at_b: int, anchors: tuple[int, ...]
) -> Iterator[Run]:
    """The runs of two stretches, which begin at `at_a` and `at_b`."""
    if len(a) * len(b) <= _MOST_CELLS:
        for i, j, length in _blocks(a, b):
            yield at_a + i, at_b + j, length
        return
    before = _shared(zip(a, b, strict=False))
    behind = min(_shared(zip(reversed(a), reversed(b), strict=False)), min(len(a), len(b)) - before)
    if before:
        yield at_a, at_b, before
    one, other = a[before : len(a) - behind], b[before : len(b) - behind]
    if anchors:
        cuts = [(0, 0), *_unique(one, other, anchors[0]), (len(one), len(other))]
        for (i, j), (k, m) in pairwise(cuts):
            yield from _stretch(
                one[i:k], other[j:m], at_a + before + i, at_b + before + j, anchors[1:]
            )
    elif len(one) * len(other) <= _MOST_CELLS:
        yield from _stretch(one, other, at_a + before, at_b + before, ())
    if behind:
        yield at_a + len(a) - behind, at_b + len(b) - behind, behind


def _shared(pairs: Iterable[tuple[Hashable, Hashable]]) -> int:
    """How many pairs are equal before the first that is not."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _unique(a: Sequence[Hashable], b: Sequence[Hashable], length: int) -> Sequence[tuple[int, int]]:
    """Where runs of `length` items stand that are once in each: of those the longest choice
    that ascends in both, found by bisection."""
    places = _once(a, length)
    common = [(places[run], j) for run, j in _once(b, length).items() if run in places]
    ends: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for number, (i, _) in enumerate(common):
        at = bisect_left(ends, i)
        before.append(chosen[at - 1] if at else -1)
        if at == len(ends):
            ends.append(i)
            chosen.append(number)
        else:
            ends[at] = i
            chosen[at] = number
    chain = []
    last = chosen[-1] if chosen else -1
    while last >= 0:
        chain.append(common[last])
        last = before[last]
    return chain[::-1]


def _once(items: Sequence[Hashable], length: int) -> dict[int, int]:
    """Runs that stand once, by hash, with their places in ascending order."""
    runs = list(map(hash, zip(*(items[i:] for i in range(length)), strict=False)))
    counts = Counter(runs)
    return {run: i for i, run in enumerate(runs) if counts[run] == 1}


def without_weak_runs(
    runs: Iterable[Run], a: int, b: int, weigh: Callable[[int, int], int]
) -> list[Run]:
    """The runs without those that weigh less than what changes on either side of them.

    Arguments:
        a, b: how long the sequences are.
        weigh: how many of so many items from a place of the one sequence on count.
    """
    kept: list[Run] = []
    for run in (*runs, (a, b, 0)):
        while kept:
            i, j, length = kept[-1]
            if length >= _STRONG:
                break
            # What changes is as long as the longer side: `max` takes twice the time.
            behind, other = run[0] - i, run[1] - j
            behind = (behind if behind > other else other) - length
            weight = weigh(i, length)
            if weight >= behind:
                break
            if len(kept) > 1:
                before_i, before_j, before_length = kept[-2]
                before, other = i - before_i, j - before_j
                before = (before if before > other else other) - before_length
            else:
                before = i if i > j else j
            if weight >= before:
                break
            kept.pop()
        kept.append(run)
    return kept[:-1]
