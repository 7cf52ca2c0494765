"""Where are the paragraphs in the lines of a document's pages?

A line begins a paragraph if it stands further below the last than lines do, is set in another
size, is indented, or follows a line that ends short with the end of a sentence.  From one column
or page to the next, text goes on unless a sentence ended.  Words broken at the ends of lines are
joined; ligatures are the letters that they stand for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from searcher.reading.pdf.columns import Piece
from searcher.reading.prose import clean_line

__all__ = ["Paragraph", "paragraphs_of", "plain_text"]

_SOFT = "\x02\ufffe\xad"
_ENDS = tuple('.!?:…。！？"”»')
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
        "\x02": "-", "\ufffe": "-",
    }
)  # fmt: skip
_HYPHEN = re.compile(r"\w[-‐]\Z")
_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uff00-\uff60]")


@dataclass(slots=True)
class Paragraph:
    """The lines of a paragraph and the size of its type; `page` is its first one, from 0."""

    size: float
    page: int
    top: float
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its text on one line."""
        pieces = self.lines[:1]
        for line in self.lines[1:]:
            _add(pieces, line)
        return plain_text("".join(pieces))


def plain_text(text: str) -> str:
    """`text` on one line, with letters in place of ligatures."""
    return clean_line(text.translate(_LIGATURES))


def paragraphs_of(pages: Sequence[Sequence[Piece]]) -> list[Paragraph]:
    """The paragraphs of the lines of all pages, which are in the order in which they are read."""
    found: list[Paragraph] = []
    column = _Column()
    before: Piece | None = None
    for number, page in enumerate(pages):
        usual = _usual_step(page)
        for piece in page:
            if before is None or _begins(before, piece, column, usual):
                found.append(Paragraph(piece.size, number, piece.top, [piece.text]))
                if before is None or not column.goes_on(before, piece):
                    column = _Column()
            else:
                if not column.goes_on(before, piece):
                    column = _Column()
                found[-1].lines.append(piece.text)
            column.add(piece)
            before = piece
    return found


@dataclass(slots=True)
class _Column:
    """The lines below each other so far: where they begin and end."""

    left: float = float("inf")
    right: float = 0.0
    lines: int = 0

    def add(self, piece: Piece) -> None:
        self.left, self.right = min(self.left, piece.left), max(self.right, piece.right)
        self.lines += 1

    def goes_on(self, before: Piece, piece: Piece) -> bool:
        """Whether `piece` stands in the same column, below `before` or beside it."""
        return (
            piece.bottom < before.bottom + 0.3 * piece.size
            and piece.left < self.right
            and piece.right > self.left
        )


def _begins(before: Piece, piece: Piece, column: _Column, usual: float) -> bool:
    """Whether `piece` begins a paragraph."""
    size = max(piece.size, 0.1)
    if abs(before.size - size) > 0.15 * size:
        return True
    if not column.goes_on(before, piece):
        soft = before.text.endswith(tuple(_SOFT))
        return not soft and (before.text.rstrip().endswith(_ENDS) or not _may_go_on(piece.text))
    step = before.bottom - piece.bottom
    if step < 0.3 * size:
        return False  # the same line
    if step > 1.35 * usual > 0 or step > 2.2 * size:
        return True
    width = column.right - column.left
    indent = piece.left - column.left
    if before.left - column.left < 0.5 * size < 0.8 * size < indent < 0.4 * width + 6 * size:
        return not _is_lower(piece.text)
    is_short = before.right < column.right - max(0.12 * width, 2 * size)
    return is_short and column.lines > 1 and before.text.rstrip().endswith(_ENDS)


def _is_lower(text: str) -> bool:
    return text[:1].islower()


def _may_go_on(text: str) -> bool:
    """Whether a sentence may go on with `text`: small letters, or a script that has no others."""
    first = text[:1]
    return first.isalpha() and not first.isupper()


def _usual_step(page: Sequence[Piece]) -> float:
    """How far apart most lines of a page are; 0 if there are too few to say."""
    steps = Counter(
        round(one.bottom - other.bottom)
        for one, other in pairwise(page)
        if 0.3 * other.size < one.bottom - other.bottom < 2.2 * other.size
    )
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    return float(step) if count >= 3 else 0.0


def _add(pieces: list[str], text: str) -> None:
    """Put a line behind the last, with what belongs between them."""
    last = pieces[-1]
    if last.endswith(tuple(_SOFT)):
        pieces[-1] = last[:-1]
        if not _is_lower(text):
            pieces.append("-")  # a name of two words
    elif _HYPHEN.search(last):
        if _is_lower(text):
            pieces[-1] = last[:-1]
    elif not (_EAST_ASIAN.match(last[-1:]) and _EAST_ASIAN.match(text[:1])):
        pieces.append(" ")
    pieces.append(text)
