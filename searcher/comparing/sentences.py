"""Which sentences changed, as lines to show?

A sentence that a change touches is shown as it was (`-`) and as it is (`+`), with the runs of
characters in it that changed; one that stayed is shown once.  Sentences and paragraphs are
those of the index (`analysis.boundaries`); a change of white space alone touches none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from searcher.analysis.boundaries import boundaries
from searcher.analysis.tokens import token_spans
from searcher.comparing.texts import TextDiff

__all__ = ["DiffLine", "Sentence", "changed_lines", "sentences"]

_Run = tuple[int, int]


class Sentence(NamedTuple):
    """Characters of a text, without the blanks around them."""

    start: int
    end: int
    opens_paragraph: bool


class DiffLine(NamedTuple):
    """A sentence: "-" as it was, "+" as it is, " " as it stayed.

    `text` stands from `start` on in the first text, or with "+" in the second; `marks` are
    the runs of characters of `text` that changed.
    """

    sign: str
    text: str
    start: int
    marks: tuple[_Run, ...]
    opens_paragraph: bool


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, which together hold all of it but blanks."""
    spans = token_spans(text)
    positions, paragraphs = boundaries(text, spans)
    starts = [_opening(text, spans, position) for position in positions]
    bounds = zip([0, *starts[1:]], [*starts[1:], len(text)], strict=False)
    opening = set(paragraphs)
    found = []
    for position, (start, end) in zip(positions or [0], bounds, strict=False):
        inside = text[start:end]
        bare = inside.strip()
        if bare:
            start += len(inside) - len(inside.lstrip())
            found.append(Sentence(start, start + len(bare), position in opening))
    return found


def _opening(text: str, spans: Sequence[_Run], position: int) -> int:
    """Where a sentence begins that a token opens: a mark of quotation before it is its own."""
    start = spans[position][0]
    before = spans[position - 1][1] if position else 0
    while start > before and not text[start - 1].isspace():
        start -= 1
    return start if start > before else spans[position][0]


def changed_lines(diff: TextDiff) -> Iterator[DiffLine]:
    """The lines of both texts, what was taken out before what came for it.

    Cost: finds the sentences of both texts.
    """
    old, new = sentences(diff.a), sentences(diff.b)
    changes = [span for span in diff.changes if span.kind != "spaced"]
    removed = [(span.a_start, span.a_end) for span in changes]
    added = [(span.b_start, span.b_end) for span in changes]
    i = j = 0
    for stayed, counterpart in (*_stayed(diff, old, new, removed), (len(old), len(new))):
        yield from _lines("-", diff.a, old[i:stayed], removed)
        yield from _lines("+", diff.b, new[j:counterpart], added)
        yield from _lines(" ", diff.a, old[stayed : stayed + 1], ())
        i, j = stayed + 1, counterpart + 1


def _stayed(
    diff: TextDiff, old: Sequence[Sentence], new: Sequence[Sentence], removed: Sequence[_Run]
) -> Iterator[tuple[int, int]]:
    """The sentences that are whole sentences of both texts, by their numbers in each."""
    same = [span for span in diff.spans if span.kind == "same"]
    starts = [span.a_start for span in same]
    numbers = {(sentence.start, sentence.end): j for j, sentence in enumerate(new)}

    def place(at: int) -> int:
        span = same[bisect_right(starts, at) - 1]
        return span.b_start + at - span.a_start

    ends = [end for _, end in removed]
    for i, (start, end, _) in enumerate(old):
        # The first change that ends behind the beginning; runs that are empty part a text.
        at = bisect_right(ends, start)
        if at < len(removed) and removed[at][0] < end:
            continue
        counterpart = numbers.get((place(start), place(end - 1) + 1))
        if counterpart is not None:
            yield i, counterpart


def _lines(
    sign: str, text: str, shown: Sequence[Sentence], runs: Sequence[_Run]
) -> Iterator[DiffLine]:
    ends = [end for _, end in runs]
    for start, end, opens_paragraph in shown:
        marks = []
        for first, last in runs[bisect_right(ends, start) :]:
            if first >= end:
                break
            if first < last:
                marks.append((max(first, start) - start, min(last, end) - start))
        yield DiffLine(sign, text[start:end], start, tuple(marks), opens_paragraph)
