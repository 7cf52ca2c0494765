"""Which text do the words of a scanned page make?

A page is a list of words in reading order, each with the number of its line and block, and the
spans that elements of the page cover, by their identifiers.  Blocks are paragraphs; a word that
was broken at the end of a line is one word again:

- where the file gives the whole (ALTO's `SUBS_CONTENT`), it stands once, for both halves;
- where the line ends in a hyphen and the next word goes on in small letters, or in a sign that
  is nothing but a hyphen of that kind (`¬`), the halves are joined.

Blocks that do not end a sentence and whose text goes on in the next (a column's end) stay apart:
nothing on the page says that they belong together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from searcher.reading.prose import clean_line, first_sentence

__all__ = ["FIRST_HALF", "SECOND_HALF", "Page", "Word", "paragraphs_of", "title_in"]

FIRST_HALF, SECOND_HALF = 1, 2
_HYPHEN = re.compile(r"(?<=\w)[-‐¬⸗=\xad]\Z")
_SEEN = 400  # of a line that may be a title
_ONLY_HYPHENS = "¬⸗\xad"
_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word: `whole` is what it and its other half make, `half` which of the two it is.

    `hyphen` says that a hyphen of its own follows it at the end of the line.
    """

    text: str
    line: int
    block: int
    whole: str = ""
    half: int = 0
    hyphen: bool = False


@dataclass(slots=True)
class Page:
    """The words of a page; `spans` has the first word and the one after the last, by element."""

    words: list[Word] = field(default_factory=list)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    number: str | None = None
    language: str | None = None
    confidence: float | None = None

    def part(self, begin: str, end: str = "") -> tuple[int, int]:
        """The words from the element `begin` to the element `end`; none if there is none."""
        first = self.spans.get(begin)
        if first is None:
            return 0, 0
        last = self.spans.get(end, first) if end else first
        return first[0], max(first[1], last[1])


def paragraphs_of(words: Sequence[Word]) -> list[str]:
    """The text of `words`, a paragraph for each block."""
    found: list[str] = []
    pieces: list[str] = []
    block: int | None = None
    before: Word | None = None
    waiting = False  # for the second half of a word that stands already
    for word in words:
        if waiting and word.half == SECOND_HALF:
            waiting = False
            before = word
            continue
        if block is not None and word.block != block:
            found.append("".join(pieces))
            pieces = []
            before = None
        block = word.block
        text = word.text
        if word.half == FIRST_HALF and word.whole:
            text, waiting = word.whole, True
        if before is not None:
            pieces.append(_between(pieces, before, word, text))
        pieces.append(text)
        before = word
    found.append("".join(pieces))
    return [line for text in found if (line := clean_line(text))]


def _between(pieces: list[str], before: Word, word: Word, text: str) -> str:
    """What stands between two words; the hyphen of the first is taken off where it goes."""
    last = pieces[-1] if pieces else ""
    if before.line != word.line and not (before.half and before.whole):
        if before.hyphen:
            return "" if text[:1].islower() else "-"
        hyphen = _HYPHEN.search(last)
        if hyphen is not None and (text[:1].islower() or hyphen[0] in _ONLY_HYPHENS):
            pieces[-1] = last[:-1]
            return ""
    if _EAST_ASIAN.match(text[:1]) and _EAST_ASIAN.match(last[-1:]):
        return ""
    return " "


def title_in(lines: Sequence[str]) -> str:
    """The first line that reads like words, and not like dust on a page."""
    readable = (line for line in lines[:20] if _reads_like_words(line[:_SEEN]))
    return first_sentence(next(readable, lines[0]))


def _reads_like_words(line: str) -> bool:
    signs = line.replace(" ", "")
    letters = sum(map(str.isalpha, signs))
    return letters >= 0.65 * len(signs) and (letters >= 8 or len(_EAST_ASIAN.findall(line)) >= 3)
