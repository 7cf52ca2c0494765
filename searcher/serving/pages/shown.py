"""How is the text of a stranger shown, so that it is seen and does nothing?

Markup is escaped by the templates.  What escaping does not reach are characters that no
document may hold, that reorder what stands beside them, or that nobody sees: control
characters, embeddings and overrides of bidirectional text, tags, noncharacters.  Each becomes
one visible character, so that offsets into the stored text stay what they are.

Left alone: marks and joiners that scripts need (U+200C to U+200F), and isolates, which end with
the element that they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["Piece", "count_odd", "is_web_address", "paragraphs_of", "pieces_of", "shown"]

_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef"
    "\ufffe\uffff\U000e0000-\U000e007f]"
)
_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\\\"<>]+", re.I)
_PARAGRAPHS = re.compile(r"\n[ \t\r]*(?:\n[ \t\r]*)+")

Span = tuple[int, int]


def shown(text: str) -> str:
    """`text` with a visible character in place of each that is odd."""
    if text.isprintable():  # most, and quickly found
        return text
    return _ODD.sub(_seen, text)


def _seen(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def count_odd(text: str) -> int:
    """How many characters of `text` are not shown as they are."""
    return 0 if text.isprintable() else len(_ODD.findall(text))


def is_web_address(address: str | None) -> bool:
    """Whether a link may lead there."""
    return address is not None and _WEB_ADDRESS.fullmatch(address) is not None


class Piece(NamedTuple):
    """A stretch of text; `mark` is the number of the hit that it is, from 1, and None where none
    is."""

    text: str
    mark: int | None


def pieces_of(text: str, marks: Iterable[Span], first: int = 1) -> list[Piece]:
    """`text` in pieces, those between the ends of `marks` numbered from `first`."""
    pieces = []
    at = 0
    for number, (start, end) in enumerate(marks, first):
        if at < start:
            pieces.append(Piece(text[at:start], None))
        pieces.append(Piece(text[start:end], number))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], None))
    return pieces


def paragraphs_of(
    body: str, marks: Sequence[Span], first: int
) -> Iterator[tuple[int, list[Piece]]]:
    """The paragraphs of `body`: where each begins, and its pieces; hits are numbered from
    `first` on, and one that reaches over an end of a paragraph is two pieces of one number."""
    begin = 0
    for match in [*_PARAGRAPHS.finditer(body), None]:
        end = len(body) if match is None else match.start()
        inside = [
            (number, max(start, begin) - begin, min(stop, end) - begin)
            for number, (start, stop) in enumerate(marks, first)
            if start < end and stop > begin
        ]
        if end > begin:
            yield begin, _numbered(body[begin:end], inside)
        begin = len(body) if match is None else match.end()


def _numbered(text: str, marks: Sequence[tuple[int, int, int]]) -> list[Piece]:
    pieces = []
    at = 0
    for number, start, end in marks:
        if at < start:
            pieces.append(Piece(text[at:start], None))
        pieces.append(Piece(text[start:end], number))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], None))
    return pieces
