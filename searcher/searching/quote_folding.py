"""Are two texts the same words, set in other type?

A quotation that was typed again has other capitals, white space, quotation marks and dashes, and
characters that Unicode holds to be compatible (ﬁ for fi, … for three dots); what no eye sees is
lost on the way.  Both sides are folded so, and compared to the character:

    case               by Unicode case folding
    compatibility      by NFKD, where é and e with an accent are one, and é and e are two
    white space        any run of it is one blank
    quotation marks    any run of them is one mark, curly, straight, single, double or `` and ''
    dashes             any run of them is one, with the blanks around it
    not seen           goes (`typography.HIDDEN`)

Every other character counts: a comma, a full stop or an accent that is another is a difference.
Words are whole: `can` is not found in `can't`, nor `able` in `unable`.

Source: UAX #15 for compatibility; what is folded is what an editor would not call a change.
It differs from the forms of the index (`analysis/folding.py`), which drop accents, hyphens and
the 's of a genitive: good for finding, too kind for checking.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, cached_property
from unicodedata import normalize

from searcher.analysis.tokens import token_spans
from searcher.typography import HIDDEN

__all__ = ["LAST_STOPS", "FoldedText", "bare_quote", "fold_type"]

_ALL_QUOTES = "'\"`´‘’‚‛“”„‟‹›«»′″‴‵‶‷＇＂「」『』〝〞〟﹁﹂﹃﹄"
_QUOTES = frozenset(_ALL_QUOTES)
_DASHES = frozenset("-‐‑‒–—―⁃−⸺⸻﹘﹣－")
_RUNS = re.compile(r" *-[- ]*|  +|''+")
LAST_STOPS = (".", ",")
"""What a quotation may end with that is of the sentence around it."""


def bare_quote(text: str) -> str:
    """`text` without the white space and quotation marks around it."""
    while (bare := text.strip().strip(_ALL_QUOTES)) != text:
        text = bare
    return text


def fold_type(text: str) -> str:
    """`text` without what is typography in it."""
    return _RUNS.sub(_one_of, text.translate(_FOLDS))


class FoldedText:
    """A text in which quotations are looked for by what they say."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold_type(text)

    def spans(self, quote: str) -> Iterator[tuple[int, int]]:
        """Where `quote`, which is bare and not empty, stands as whole words: the start and end
        of each place in the text, ascending.

        A full stop or comma that it ends with may be missing: it is of the sentence around it.

        Cost: to find it, and for the first place to fold the text once more.
        """
        wanted = fold_type(quote).strip()
        found = list(self._places(wanted)) if wanted else []
        if not found and wanted.endswith(LAST_STOPS) and (shorter := wanted[:-1].strip()):
            found = list(self._places(shorter))
        for first, last in found:
            start, end = self._origins[first][0], self._origins[last - 1][1]
            stretch = self.text[start:end]
            # A dash takes the blanks around it along.
            yield start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())

    def _places(self, wanted: str) -> Iterator[tuple[int, int]]:
        at = self.folded.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if not self._is_inside(at) and not self._is_inside(end):
                yield at, end
            at = self.folded.find(wanted, at + 1)

    def _is_inside(self, place: int) -> bool:
        """Whether a place of the folded text lies inside of a word."""
        number = bisect_left(self._words, (place, 0)) - 1
        return number >= 0 and place < self._words[number][1]

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        return token_spans(self.folded)

    @cached_property
    def _origins(self) -> list[tuple[int, int]]:
        """For each folded character where what it stands for begins and ends in the text."""
        owners: list[int] = []
        for number, character in enumerate(self.text):
            owners += [number] * len(_FOLDS[ord(character)])
        raw = self.text.translate(_FOLDS)
        found: list[tuple[int, int]] = []
        position = 0
        for run in _RUNS.finditer(raw):
            start, end = run.span()
            found += [(owner, owner + 1) for owner in owners[position:start]]
            found.append((owners[start], owners[end - 1] + 1))
            position = end
        found += [(owner, owner + 1) for owner in owners[position:]]
        return found


def _one_of(run: re.Match[str]) -> str:
    return "-" if "-" in run[0] else run[0][0]


class _Folds(dict[int, str]):
    """What a character is folded to."""

    def __missing__(self, point: int) -> str:
        folded = "".join(map(_plain_type, _compatible(chr(point))))
        self[point] = folded
        return folded


def _compatible(character: str) -> str:
    """A character without case and compatibility; a mark of a kind that is folded is itself."""
    if character in _QUOTES or character in _DASHES or character.isspace():
        return character
    return normalize("NFKD", normalize("NFKD", character).casefold())


def _plain_type(character: str) -> str:
    if character in _QUOTES:
        return "'"
    if character in _DASHES:
        return "-"
    if character.isspace():
        return " "
    return "" if _hidden().match(character) else character


@cache
def _hidden() -> re.Pattern[str]:
    return re.compile(f"[{HIDDEN}]")


_FOLDS = _Folds()
