"""Which fingerprints are footers, disclaimers and the fixed words of forms, and what is an article
without them?

A fingerprint is *common* if the articles that have it appeared on 10 different days or more, the
last at least 30 days after the first.  A story that sixty papers print within two days is not
boilerplate.  It is *crowded* if more than 1,000 different texts have it.  Neither selects
candidates; so what one pair costs has a bound, and no list is paired in full.

Common passages are left out of both texts before they are compared.  The fingerprints of a text
lie at the runs of five words whose number is one of them.  Where two or more that follow each
other are all common, the words from the beginning of the first to the end of the last are left
out, up to the nearest run on each side whose fingerprint is not common; if there is none on a
side, to the beginning or end of the text.  A single common run is a turn of phrase, and stays.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from searcher.copies.fingerprints import RUN, fingerprints, run_numbers
from searcher.copies.words import MOST_WORDS

__all__ = ["LEAST_DAYS", "MOST_TEXTS", "is_common", "without_common"]

LEAST_DAYS = 10
_LEAST_SPAN_DAYS = 30
MOST_TEXTS = 1_000
_LEAST_RUNS = 2


def is_common(days: Iterable[int | None]) -> bool:
    """Whether a fingerprint of articles of these days is boilerplate; None is an unknown day."""
    known = {day for day in days if day is not None}
    return len(known) >= LEAST_DAYS and max(known) - min(known) >= _LEAST_SPAN_DAYS


def without_common(words: Sequence[str], common: Container[int]) -> Sequence[str]:
    """The first `MOST_WORDS` of `words` without common passages.  Cost: linear."""
    words = words[:MOST_WORDS]
    own = fingerprints(words)
    marks = [
        (place, number in common)
        for place, number in enumerate(run_numbers(words))
        if number in own
    ]
    kept: list[str] = []
    end = 0  # of what was left out last, or kept
    first = 0
    while first < len(marks):
        last = first
        while last < len(marks) and marks[last][1]:
            last += 1
        if last - first >= _LEAST_RUNS:
            start = max(marks[first][0], marks[first - 1][0] + RUN) if first else 0
            stop = marks[last - 1][0] + RUN
            stop = min(stop, marks[last][0]) if last < len(marks) else len(words)
            kept += words[end:start]
            end = max(end, stop)
        first = last + 1
    return [*kept, *words[end:]] if end else words
