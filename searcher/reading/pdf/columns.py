"""In which order are the pieces of lines on a page read?

Mostly as they come: programs that lay out pages write column after column.  Two other orders
occur, and are told by the places:

- pieces of one line in any order: those of one height that follow each other are sorted, and
  put together where no gap is between them;
- line by line across the columns: where many lines in a row have pieces on both sides of the
  same gap, and these are text and not the numbers of a table, the left side is read first, down
  to the next line that goes across.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Piece", "in_order"]

_LEAST_ROWS = 6
_LEAST_SIGNS = 18  # of a piece of a column of text, on the whole; cells of tables have fewer
_FAR = 1.0  # times the size of type: a gap between pieces that are not one line


class Piece(NamedTuple):
    """Words beside each other on a page, in points from its lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page as they are read."""
    rows = [_joined(row) for row in _rows(pieces)]
    wide = [row for row in rows if len(row) > 1]
    is_many = len(wide) >= _LEAST_ROWS and 3 * len(wide) >= len(rows)
    gutter = _gutter(wide) if is_many else None
    if gutter is None:
        return [_line(row) for row in rows]
    found: list[Piece] = []
    left: list[Piece] = []
    right: list[Piece] = []
    for row in rows:
        for piece in row:
            if piece.right <= gutter + 1:
                left.append(piece)
            elif piece.left >= gutter - 1:
                right.append(piece)
            else:  # across both
                found += left + right + [piece]
                left, right = [], []
    return found + left + right


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that follow each other at one height."""
    rows: list[list[Piece]] = []
    for piece in pieces:
        if rows:
            last = rows[-1][-1]
            size = max(piece.size, last.size)
            if abs(piece.bottom - last.bottom) < 0.3 * size and not _overlap(rows[-1], piece):
                rows[-1].append(piece)
                continue
        rows.append([piece])
    return rows


def _overlap(row: Sequence[Piece], piece: Piece) -> bool:
    slack = 0.5 * piece.size
    return any(
        piece.left < other.right - slack and other.left < piece.right - slack for other in row[-8:]
    )


def _joined(row: list[Piece]) -> list[Piece]:
    """The pieces of a row from left to right, those without a gap between them as one."""
    if len(row) == 1:
        return row
    found: list[Piece] = []
    for piece in sorted(row, key=lambda one: one.left):
        last = found[-1] if found else None
        if last is not None and piece.left - last.right <= _FAR * piece.size:
            # Half a word may be a piece: a program that ends in the middle of one.
            blank = " " if piece.left - last.right > 0.15 * piece.size else ""
            found[-1] = last._replace(
                text=last.text + blank + piece.text, right=max(last.right, piece.right)
            )
        else:
            found.append(piece)
    return found


def _line(row: Sequence[Piece]) -> Piece:
    """A row as one piece: cells of a table, a name and a number."""
    if len(row) == 1:
        return row[0]
    return row[0]._replace(
        text=" ".join(piece.text for piece in row),
        right=max(piece.right for piece in row),
        size=max(piece.size for piece in row),
    )


def _gutter(rows: Sequence[Sequence[Piece]]) -> float | None:
    """The place between two columns that most of `rows` leave free; None if there is none."""
    gaps = [
        (one.right, other.left)
        for row in rows
        for one, other in itertools.pairwise(row)
        if len(one.text) + len(other.text) >= 2 * _LEAST_SIGNS
    ]
    if len(gaps) < max(_LEAST_ROWS, len(rows) // 2):
        return None
    middles = sorted((start + end) / 2 for start, end in gaps)
    middle = middles[len(middles) // 2]
    free = sum(start <= middle <= end for start, end in gaps)
    return middle if 10 * free >= 8 * len(gaps) else None
