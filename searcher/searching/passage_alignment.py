"""How do quoted words stand in a text?

The forms of both are aligned by their longest common subsequence (`comparing/alignment.py`)
in the window where most of the telling words are.  What is left over at the ends is dropped
where it is farther away than the quotation accounts for.  Words that differ by a slip (a
letter, two from six letters up) are *near*, and so are those that changed places with a
neighbour; words that only a hyphen parts are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from searcher.comparing.alignment import Run, align

__all__ = ["Aligned", "align_passage", "best_window"]

_NEAR = 0.7
# A word that changed its place by less is there all the same.
_FAR = 4
# Words of so many letters may differ by two.
_LONG_WORD = 6
# Changes of more words are not looked at for slips.
_MOST_COMPARED = 12


class Aligned(NamedTuple):
    """Where quoted words stand in a text.

    Tokens `first` to `last` of the text, or of a window of it, hold them, both included;
    `changes` are runs of tokens of the quotation (start, end) and of the text (start, end) that
    are not the same.  `share` is that of the quoted tokens that are there, `weight` the same by
    what they weigh.
    """

    first: int
    last: int
    share: float
    weight: float
    changes: tuple[tuple[int, int, int, int], ...]

    def moved(self, by: int) -> Aligned:
        """The same in a text in which the window begins at token `by`."""
        changes = tuple((i, k, j + by, m + by) for i, k, j, m in self.changes)
        return self._replace(first=self.first + by, last=self.last + by, changes=changes)


def best_window(
    places: Sequence[tuple[int, int]],
    weights: Sequence[float],
    counts: Sequence[int],
    width: int,
) -> tuple[float, int, int]:
    """The window of a text that holds most of the quoted words.

    Arguments:
        places: positions in the text and which word of the quotation stands there, ascending.
        weights, counts: what each word weighs, and how often it is quoted.
        width: how many positions a window has.

    Returns:
        What its words weigh together, and its first and last position with one.
    """
    best = (0.0, 0, 0)
    inside = [0] * len(weights)
    weight = 0.0
    left = 0
    for position, word in places:
        inside[word] += 1
        if inside[word] <= counts[word]:
            weight += weights[word]
        while places[left][0] <= position - width:
            gone = places[left][1]
            if inside[gone] <= counts[gone]:
                weight -= weights[gone]
            inside[gone] -= 1
            left += 1
        if weight > best[0] + 1e-9:
            best = (weight, places[left][0], position)
    return best


def align_passage(
    quoted: Sequence[str], printed: Sequence[str], weigh: Callable[[str], float]
) -> Aligned | None:
    """The words of a quotation in a window of a text; None if there is none.

    Arguments:
        quoted, printed: the forms of the quotation, and of the window.
        weigh: what a form weighs.
    """
    runs = _together(align(quoted, printed))
    if not runs:
        return None
    i, j, length = runs[-1]
    behind = _spelt_otherwise(quoted[i + length :], printed[j + length :], behind=True)
    before = _spelt_otherwise(quoted[: runs[0][0]], printed[: runs[0][1]], behind=False)
    first, last = runs[0][1] - before, j + length - 1 + behind
    changes: list[tuple[int, int, int, int]] = []
    same = float(sum(length for _, _, length in runs))
    weight = sum(weigh(form) for i, _, length in runs for form in quoted[i : i + length])
    at_i, at_j = 0, first
    for i, j, length in (*runs, (len(quoted), last + 1, 0)):
        if i > at_i or j > at_j:
            some, others = quoted[at_i:i], printed[at_j:j]
            if some and others and "".join(some) == "".join(others):
                same += len(some)
                weight += sum(map(weigh, some))
            else:
                changes.append((at_i, i, at_j, j))
                near = _near(some, others)
                same += _NEAR * len(near)
                weight += _NEAR * sum(map(weigh, near))
        at_i, at_j = i + length, j + length
    moved = _moved(changes, quoted, printed)
    same += _NEAR * len(moved)
    weight += _NEAR * sum(map(weigh, moved))
    whole = sum(map(weigh, quoted)) or 1.0
    return Aligned(first, last, same / len(quoted), weight / whole, tuple(changes))


def _spelt_otherwise(quoted: Sequence[str], printed: Sequence[str], *, behind: bool) -> int:
    """How many words before or behind the outermost equal one are the quoted ones in another
    spelling; what else is printed there need not have been quoted."""
    if not quoted or len(quoted) > _MOST_COMPARED:
        return 0
    for count in range(1, min(len(printed), len(quoted) + 2) + 1):
        some = printed[:count] if behind else printed[-count:]
        if "".join(some) == "".join(quoted):
            return count
    count = min(len(quoted), len(printed))
    some = printed[:count] if behind else printed[len(printed) - count :]
    return count if len(_near(quoted, some)) * 2 >= len(quoted) else 0


def _together(runs: list[Run]) -> list[Run]:
    """The runs without those at either end that hang on to the others by a long way."""
    runs = list(runs)
    while len(runs) > 1 and _hangs_on(runs[0], runs[1], runs[0][2]):
        runs.pop(0)
    while len(runs) > 1 and _hangs_on(runs[-2], runs[-1], runs[-1][2]):
        runs.pop()
    return runs


def _hangs_on(before: Run, after: Run, length: int) -> bool:
    printed_between = after[1] - before[1] - before[2]
    quoted_between = after[0] - before[0] - before[2]
    return printed_between - quoted_between > 3 * length + 2


def _moved(
    changes: Sequence[tuple[int, int, int, int]], quoted: Sequence[str], printed: Sequence[str]
) -> list[str]:
    """The quoted words that are printed too, a few places on or back: alone in their changes."""
    taken_out = {quoted[i]: i for i, k, j, m in changes if k - i == 1 and j == m}
    found = []
    for i, k, j, m in changes:
        if i == k and m - j == 1 and abs(taken_out.get(printed[j], i + _FAR) - i) < _FAR:
            del taken_out[printed[j]]
            found.append(printed[j])
    return found


def _near(quoted: Sequence[str], printed: Sequence[str]) -> list[str]:
    """The quoted words that one of the printed ones is a slip away from, in order."""
    if len(quoted) > _MOST_COMPARED or len(printed) > _MOST_COMPARED:
        return []
    found = []
    at = 0
    for form in quoted:
        most = 2 if len(form) >= _LONG_WORD else 1
        for j in range(at, len(printed)) if len(form) > 1 else ():
            if OSA.distance(form, printed[j], score_cutoff=most) <= most:
                found.append(form)
                at = j + 1
                break
    return found
