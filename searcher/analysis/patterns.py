"""Does a form fit a pattern such as `militia*`, `wom?n` or `*gate`?

`*` stands for any run of characters, also none, `?` for exactly one.  What lies
between is folded like text, so `Müll*`, `O'Br*` and `U.N*` find the forms
`muller`, `obrien` and `unesco`.  A piece is not a whole word, and three things
follow: a final 's is dropped only at the end of the pattern and after a letter;
a dot beside a digit stays (`3.*`); a comma is dropped only before exactly three
digits of its own piece.  What the language elides is dropped from the beginning, as of
words: `l'univ*` is `univ*` in French.  Other characters that no form holds (a hyphen, a space)
stay, so a pattern with one fits nothing.

Matching is greedy: each piece between stars is looked for from the left, and
the first place is as good as any.  No place is tried twice, so the time is
linear in the form for ordinary pieces and at worst the product of both lengths;
there is no pattern that makes it explode, as some do a backtracking expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from searcher.analysis.elision import without_elided
from searcher.analysis.folding import fold_letters

__all__ = ["fold_pattern", "literal_prefix", "pattern_matcher"]


_NOTHING: frozenset[str] = frozenset()


def fold_pattern(pattern: str, elided: frozenset[str] = _NOTHING) -> str:
    """Return `pattern` with its literal pieces folded; equal patterns become one.

    `elided` are the words that are dropped before an apostrophe (`Analyzer.elided`).
    """
    pieces = re.split(r"([*?]+)", pattern)
    for i in range(0, len(pieces), 2):
        dropped = _NOTHING if i else elided
        pieces[i] = _fold_piece(pieces[i], last=i == len(pieces) - 1, elided=dropped)
    folded = "".join(pieces)
    # `*?*` and `?**` are `?*`: the question marks first, then one star.
    return re.sub(r"[*?]*\*[*?]*", lambda m: "?" * m[0].count("?") + "*", folded)


def literal_prefix(pattern: str, elided: frozenset[str] = _NOTHING) -> str:
    """Return how every form that fits `pattern` begins; empty if nothing is known."""
    return re.split(r"[*?]", fold_pattern(pattern, elided), maxsplit=1)[0]


def pattern_matcher(pattern: str, elided: frozenset[str] = _NOTHING) -> Callable[[str], bool]:
    """Return the function that tells whether a form fits `pattern`."""
    folded = fold_pattern(pattern, elided)
    if "*" not in folded:
        whole = _Piece(folded)
        return lambda form: len(form) == whole.length and whole.fits_at(form, 0)
    first, *rest = folded.split("*")
    head, tail = _Piece(first), _Piece(rest[-1])
    middle = [_Piece(piece) for piece in rest[:-1] if piece]
    least = head.length + tail.length + sum(piece.length for piece in middle)

    def fits(form: str) -> bool:
        if len(form) < least or not head.fits_at(form, 0):
            return False
        end = len(form) - tail.length
        if not tail.fits_at(form, end):
            return False
        at = head.length
        for piece in middle:
            at = piece.find(form, at, end)
            if at < 0:
                return False
            at += piece.length
        return True

    return fits


class _Piece:
    """A run of characters and question marks between two stars."""

    __slots__ = ("length", "parts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = len(text)
        self.parts = [(m.start(), m[0]) for m in re.finditer(r"[^?]+", text)]

    def fits_at(self, form: str, at: int) -> bool:
        return all(form.startswith(part, at + offset) for offset, part in self.parts)

    def find(self, form: str, start: int, end: int) -> int:
        """Return the first place in `form[start:end]` where this fits, or -1."""
        if "?" not in self.text:
            return form.find(self.text, start, end)
        for at in range(start, end - self.length + 1):
            if self.fits_at(form, at):
                return at
        return -1


def _fold_piece(piece: str, last: bool, elided: frozenset[str]) -> str:
    text = fold_letters(piece)
    if not last and text.endswith("'") and text[:-1] in elided:
        return ""  # a wildcard stands for the vowel
    text = without_elided(text, elided)
    if last and len(text) > 2:
        text = text.removesuffix("'s")
    text = text.replace("'", "")
    text = re.sub(r"(?<!\d)\.(?!\d)", "", text)
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
