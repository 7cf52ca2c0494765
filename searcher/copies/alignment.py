"""Which words of two texts stand for each other?

The fewest insertions, deletions and replacements of words that make one text of the other
(Levenshtein), counted a row of bits at a time (Hyyrö, "A bit-vector algorithm for computing
Levenshtein and Damerau edit distances", 2003), in Python's long integers.  Of several shortest
ways one is stated, so that whoever follows the same steps finds the same pairs.

With D[i][j] the distance of the first i words of `a` from the first j of `b`:

1. Equal words at the beginning are paired, then those at the end of what is left.
2. In the middle, from its end (i, j) while both are above 0: if D[i][j] = D[i-1][j] + 1, word i
   of `a` is unpaired (i falls by one); else if D[i][j-1] = D[i-1][j-1] - 1, word j of `b` is
   unpaired (j falls); else the words i and j are a pair (both fall).

`near_words` tells a retouched or badly scanned word from another one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

__all__ = ["aligned", "near_words"]

_LONG_WORD = 6


def aligned(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The pairs of places in `a` and `b`, ascending; words of a pair may differ.

    Cost: the product of the lengths, less what is equal at both ends, over 64 or so; as many
    bits of memory twice.
    """
    shorter = min(len(a), len(b))
    start = 0
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    middle = _middle(a[start : len(a) - end], b[start : len(b) - end])
    pairs = [(i, i) for i in range(start)]
    pairs += [(start + i, start + j) for i, j in middle]
    pairs += [(len(a) - n, len(b) - n) for n in range(end, 0, -1)]
    return pairs


def _middle(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    if not a or not b:
        return []
    places: dict[Hashable, int] = {}
    for i, word in enumerate(a):
        places[word] = places.get(word, 0) | 1 << i
    everywhere = (1 << len(a)) - 1
    # Of a column: where the distance is one more, and one less, than in the row before.
    more, less = everywhere, 0
    columns = [(more, less)]
    for word in b:
        equal = places.get(word, 0)
        straight = equal | less
        straight |= ((straight & more) + more) ^ more
        right = less | (everywhere & ~(straight | more))
        left = straight & more
        right = right << 1 | 1
        left <<= 1
        more = (left | ~(straight | right)) & everywhere
        less = right & straight & everywhere
        columns.append((more, less))
    pairs = []
    i, j = len(a), len(b)
    while i and j:
        if columns[j][0] >> (i - 1) & 1:
            i -= 1
        elif columns[j - 1][1] >> (i - 1) & 1:
            j -= 1
        else:
            i -= 1
            j -= 1
            pairs.append((i, j))
    pairs.reverse()
    return pairs


def near_words(a: str, b: str) -> bool:
    """Whether the words differ by one letter, or two where the longer has six or more:
    letters put in, left out or replaced.  Words of one letter are never near.
    """
    longer = max(len(a), len(b))
    if min(len(a), len(b)) < 2:
        return False
    return _within(a, b, 2 if longer >= _LONG_WORD else 1)


def _within(a: str, b: str, limit: int) -> bool:
    if abs(len(a) - len(b)) > limit:
        return False
    start, shorter = 0, min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[start : len(a) - end], b[start : len(b) - end]
    if max(len(a), len(b)) <= limit:
        return True
    # What is left differs at both ends, so one letter alone cannot be all.
    return limit > 1 and (_within(a[1:], b[1:], 1) or _within(a[1:], b, 1) or _within(a, b[1:], 1))
