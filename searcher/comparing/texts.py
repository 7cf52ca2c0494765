"""Which characters of a text changed, word by word?

Two texts are compared by what stands between their blanks, and where that differs by words
(`analysis.tokens`) and the single characters between them, so that `truce,` and `truce` differ
by a comma.  The first step is quick and settles most of an article; the second is taken only
where the two sides of a change share anything.

The answer is *spans* that cover both texts from end to end, so what stayed and what was put in
make the second text again, to the last character (`TextDiff.apply`).  A change of white space
alone is told apart: lines folded at another column are no news.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, groupby, pairwise
from string import punctuation
from typing import Literal, NamedTuple

from searcher.analysis.tokens import token_spans
from searcher.comparing.alignment import align, without_weak_runs

__all__ = ["DiffSpan", "Kind", "TextDiff", "compare_texts"]

Kind = Literal["same", "removed", "added", "replaced", "spaced"]
Region = tuple[int, int, int, int]
"""Characters of both texts: start and end in the one, start and end in the other."""

# Where something was put in or taken out, its place is often a matter of choice; so many
# characters are looked over for a better one.
_MOST_SLIDE = 400
# What has more chunks is looked at closely at its edges only.
_MOST_CHUNKS = 12
# What stands inside of words between letters or digits.
_JOINING = ".,'’&"


class DiffSpan(NamedTuple):
    """Characters `a_start` to `a_end` of the one text became `b_start` to `b_end` of the other.

    `kind`: "same"; "removed" (nothing is there now), "added" (nothing was), "replaced", or
    "spaced": other white space, as where a line is folded elsewhere.
    """

    kind: Kind
    a_start: int
    a_end: int
    b_start: int
    b_end: int


# Of a tuple: the class itself takes its values one by one, and three times as long.
_new_span: Callable[[tuple[Kind, int, int, int, int]], DiffSpan] = partial(tuple.__new__, DiffSpan)


class TextDiff(NamedTuple):
    """How the text `a` became `b`: spans that cover both, in order."""

    a: str
    b: str
    spans: tuple[DiffSpan, ...]

    @property
    def changes(self) -> tuple[DiffSpan, ...]:
        """The spans that are not the same."""
        return tuple(span for span in self.spans if span.kind != "same")

    def apply(self, text: str) -> str:
        """Make of `text`, which is as `a`, what `b` is.

        Raises:
            ValueError: it is not as `a`.
        """
        if text != self.a:
            raise ValueError("the text is not the one that was compared")
        return "".join(
            text[span.a_start : span.a_end]
            if span.kind == "same"
            else self.b[span.b_start : span.b_end]
            for span in self.spans
        )


def compare_texts(a: str, b: str) -> TextDiff:
    """Say how `a` became `b`.

    Cost: about two tenths of a millisecond for articles of 500 words; see `alignment.py` for
    long ones.
    """
    if a == b:
        return TextDiff(a, b, (DiffSpan("same", 0, len(a), 0, len(b)),) if a else ())
    changes: list[Region]
    changes = [(0, len(a), 0, len(b))] if not a or not b else _changes(a, b)
    return TextDiff(a, b, _spans(a, b, changes))


def _changes(a: str, b: str) -> list[Region]:
    """What changed, ascending; what lies between is the same but for white space."""
    # Only single blanks part, so that places follow from lengths.
    one, other = a.replace("\n", " ").split(" "), b.replace("\n", " ").split(" ")
    runs = without_weak_runs(
        align(one, other),
        len(one),
        len(other),
        lambda i, length: length - one[i : i + length].count(""),
    )
    found: list[Region] = []
    i = j = at_a = at_b = 0  # the next chunks, and where they begin
    for k, m, length in (*runs, (len(one), len(other), 0)):
        removed, added = one[i:k], other[j:m]
        # The lengths of joined chunks: to add them up one by one takes five times as long.
        next_a = at_a + len("".join(removed)) + k - i
        next_b = at_b + len("".join(added)) + m - j
        if removed and added:
            region = (at_a, next_a - 1, at_b, next_b - 1)
            found += _closely(a, b, region, removed, added)
        elif removed or added:
            # With the blank behind it, or at the end the one before.
            before = int(not length)
            region = (at_a - before, next_a - before, at_b - before, next_b - before)
            text, first, last = (one, i, k) if removed else (other, j, m)
            if text[first - 1] == text[last - 1] or (
                last < len(text) and text[first] == text[last]
            ):
                region = _slid(a, b, region)
            found.append(region)
        i, j = k + length, m + length
        at_a = next_a + len("".join(one[k:i])) + length
        at_b = next_b + len("".join(other[m:j])) + length
    return found


def _closely(
    a: str, b: str, region: Region, one: Sequence[str], other: Sequence[str]
) -> Sequence[Region]:
    """What of a region changed, by words, if its sides have any in common."""
    a_start, a_end, b_start, b_end = region
    if len(one) == 1 == len(other):
        (x,), (y,) = one, other
        # Most changes are of one chunk, and with no letter at either end in common.
        is_near = x.strip(punctuation) == y.strip(punctuation) or ("-" in x and "-" in y)
    else:
        x, y = a[a_start:a_end], b[b_start:b_end]
        is_near = len(one) + len(other) <= _MOST_CHUNKS and _shares_words(one, other)
    if is_near or not x.isascii() or not y.isascii():
        return _changed_words(x, y, a_start, b_start)
    if x[:1] == y[:1]:
        before = _common_beginning(x, y)
        a_start, b_start, x, y = a_start + before, b_start + before, x[before:], y[before:]
    if x[-1:] == y[-1:]:
        behind = _common_end(x, y)
        a_end, b_end = a_end - behind, b_end - behind
    return ((a_start, a_end, b_start, b_end),)


def _shares_words(one: Sequence[str], other: Sequence[str]) -> bool:
    bare = {chunk.strip(punctuation) for chunk in one}
    bare.discard("")
    return not bare.isdisjoint([chunk.strip(punctuation) for chunk in other])


def _common_beginning(x: str, y: str) -> int:
    """How much both begin with, in whole words."""
    most = min(len(x), len(y))
    count = 0
    while count < most and x[count] == y[count]:
        count += 1
    while count and (_is_inside(x, count) or _is_inside(y, count)):
        count -= 1
    return count


def _common_end(x: str, y: str) -> int:
    most = min(len(x), len(y))
    count = 0
    while count < most and x[-count - 1] == y[-count - 1]:
        count += 1
    while count and (_is_inside(x, len(x) - count) or _is_inside(y, len(y) - count)):
        count -= 1
    return count


def _is_inside(text: str, place: int) -> bool:
    """Whether a place of an ASCII text may lie inside a word."""
    if not 0 < place < len(text):
        return False
    before, behind = text[place - 1], text[place]
    if behind.isalnum():
        if before in _JOINING:
            return place > 1 and text[place - 2].isalnum()
        return before.isalnum()
    return behind in _JOINING and before.isalnum() and text[place + 1 : place + 2].isalnum()


def _changed_words(x: str, y: str, at_a: int, at_b: int) -> list[Region]:
    """What changed between two stretches, by words and by the characters between them."""
    one, other = _units(x), _units(y)
    runs = without_weak_runs(
        align(one, other),
        len(one),
        len(other),
        lambda i, length: sum(unit[0].isalnum() for unit in one[i : i + length]),
    )
    lengths = list(accumulate(map(len, one), initial=at_a))
    lengths_b = list(accumulate(map(len, other), initial=at_b))
    return [
        (lengths[i + length], lengths[k], lengths_b[j + length], lengths_b[m])
        for (i, j, length), (k, m, _) in pairwise(((0, 0, 0), *runs, (len(one), len(other), 0)))
        if i + length < k or j + length < m
    ]


def _units(text: str) -> list[str]:
    """Words, and the characters between them one by one."""
    units: list[str] = []
    position = 0
    for start, end in token_spans(text):
        if position < start:
            units += text[position:start]
        units.append(text[start:end])
        position = end
    units += text[position:]
    return units


def _slid(a: str, b: str, region: Region) -> Region:
    """What was only put in, or only taken out, moved back or ahead to begin where a paragraph
    does, or else a sentence, if the texts that come about are the same."""
    a_start, a_end, b_start, b_end = region
    text, start, end = (b, b_start, b_end) if a_start == a_end else (a, a_start, a_end)
    first = last = 0
    back, ahead = min(a_start, b_start), min(len(a) - a_end, len(b) - b_end)
    while (
        -first < min(back, _MOST_SLIDE)
        and text[start + first - 1] == text[end + first - 1]
        and a[a_start + first - 1] == b[b_start + first - 1]
    ):
        first -= 1
    while (
        last < min(ahead, _MOST_SLIDE)
        and text[start + last] == text[end + last]
        and a[a_end + last] == b[b_end + last]
    ):
        last += 1
    by = max(range(first, last + 1), key=lambda by: (_opening(text, start + by), -abs(by)))
    return a_start + by, a_end + by, b_start + by, b_end + by


def _opening(text: str, place: int) -> int:
    """How much a place looks like one where something begins."""
    before = text[max(0, place - 2) : place]
    if not before or before == "\n\n":
        return 3
    if not before[-1].isspace():
        return 0
    return 2 if len(before) == 2 and before[0] in ".!?\"'”’" else 1


def _spans(a: str, b: str, changes: Sequence[Region]) -> tuple[DiffSpan, ...]:
    """The changes, and what is the same between them."""
    found: list[DiffSpan] = []
    at_a = at_b = 0
    for a_start, a_end, b_start, b_end in (*changes, (len(a), len(a), len(b), len(b))):
        if at_a < a_start or at_b < b_start:
            if a[at_a:a_start] == b[at_b:b_start]:
                found.append(_new_span(("same", at_a, a_start, at_b, b_start)))
            else:
                found += _nearly_same(a, b, (at_a, a_start, at_b, b_start))
        if a_start < a_end or b_start < b_end:
            # Mostly words on both sides, which is seen at their first characters.
            kind: Kind = "replaced"
            if a_start == a_end or b_start == b_end or a[a_start].isspace():
                kind = _kind(a[a_start:a_end], b[b_start:b_end])
            found.append(_new_span((kind, a_start, a_end, b_start, b_end)))
        at_a, at_b = a_end, b_end
    return tuple(found)


def _kind(removed: str, added: str) -> Kind:
    if not added:
        return "spaced" if removed.isspace() else "removed"
    if not removed:
        return "spaced" if added.isspace() else "added"
    return "spaced" if removed.isspace() and added.isspace() else "replaced"


def _nearly_same(a: str, b: str, region: Region) -> Iterator[DiffSpan]:
    """What is the same but for white space here and there."""
    a_start, a_end, b_start, b_end = region
    one, other = a[a_start:a_end], b[b_start:b_end]
    if len(one) != len(other):  # two words with one hash
        yield DiffSpan(_kind(one, other), *region)
        return
    pairs = enumerate(zip(one, other, strict=True))
    for equal, group in groupby(pairs, key=lambda pair: pair[1][0] == pair[1][1]):
        places = [place for place, _ in group]
        start, end = places[0], places[-1] + 1
        kind = "same" if equal else _kind(one[start:end], other[start:end])
        yield DiffSpan(kind, a_start + start, a_start + end, b_start + start, b_start + end)
