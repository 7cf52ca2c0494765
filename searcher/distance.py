"""How many typing slips part two words?

A slip inserts, deletes or replaces one character or swaps two neighbours: the
optimal string alignment distance (restricted Damerau-Levenshtein: no part is
edited twice), since `tilte` is what a hurried hand makes of `title`.

`within_edits` is what fuzzy words ask of forms: the first characters must be equal, as
in most fuzzy searches; slips at the start of a word are rare, and the rule keeps
expansion quick.  Only the band of the table within `limit` of its diagonal is filled,
so a comparison costs at most `(2 * limit + 1) * len` steps, and most cost far fewer.
"""

from __future__ import annotations

__all__ = ["edit_distance", "within_edits"]


def within_edits(a: str, b: str, limit: int) -> bool:
    """Tell whether `a` and `b` start alike and are at most `limit` edits apart."""
    if a == b:
        return True
    if limit <= 0 or abs(len(a) - len(b)) > limit or a[:1] != b[:1]:
        return False
    if len(a) > len(b):
        a, b = b, a
    start = 1
    while start < len(a) and a[start] == b[start]:
        start += 1
    stop = 0
    while stop < len(a) - start and a[-1 - stop] == b[-1 - stop]:
        stop += 1
    return _distance(a[start : len(a) - stop], b[start : len(b) - stop], limit) <= limit


def edit_distance(a: str, b: str) -> int:
    """The number of slips that part `a` and `b`.  Cost: the product of their lengths."""
    return _distance(a, b, max(len(a), len(b)))


def _distance(a: str, b: str, limit: int) -> int:
    """Return the distance of `a` and `b`, or some number above `limit`."""
    far = limit + 1
    above: list[int] = []
    before = [j if j <= limit else far for j in range(len(b) + 1)]
    for i in range(1, len(a) + 1):
        first = max(1, i - limit)
        last = min(len(b), i + limit)
        row = [far] * (len(b) + 1)
        if first == 1:
            row[0] = min(i, far)
        for j in range(first, last + 1):
            if a[i - 1] == b[j - 1]:
                best = before[j - 1]
            else:
                best = 1 + min(before[j - 1], before[j], row[j - 1])
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                best = min(best, above[j - 2] + 1)
            row[j] = best
        # A swap reaches back two rows, so both must be beyond the limit to stop.
        if min(row) > limit and min(before) > limit:
            return far
        above, before = before, row
    return before[-1]
