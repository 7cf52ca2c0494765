"""What is on the pages of a document that is no text of it?

Running heads and feet, page numbers, and the numbers of lines.  They are told by what they do:
they come again at the same place of other pages (but for their digits), or are a number alone at
the edge of a page, or count up down the side of one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from searcher.reading.pdf.columns import Piece

__all__ = ["without_furniture"]

_EDGE = 0.11  # of the height of a page
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|p\.|s\.|стр\.?|página|pagina)?\s*(?:\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:of|/|von|de|из|sur|di)\s*\d{1,4})?\W*",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_LEAST_COUNTED = 5  # lines numbered in a row
_LONGEST_HEAD = 200


def without_furniture(
    pages: Sequence[Sequence[Piece]], heights: Sequence[float]
) -> list[list[Piece]]:
    """The pieces of each page that are text."""
    counts = Counter(key for page in pages for key in {_key(piece) for piece in page})
    again = {key for key, count in counts.items() if count >= 3 and 3 * count >= len(pages)}
    if len(pages) == 2:
        again = {key for key, count in counts.items() if count == 2}
    found: list[list[Piece]] = []
    for page, height in zip(pages, heights, strict=True):
        numbered = _line_numbers(page)
        found.append(
            [
                piece
                for place, piece in enumerate(page)
                if place not in numbered
                and not (_key(piece) in again and (len(pages) > 2 or _at_edge(piece, height)))
                and not (_at_edge(piece, height) and _PAGE_NUMBER.fullmatch(piece.text))
            ]
        )
    return found


def _key(piece: Piece) -> tuple[str, int, int]:
    text = _DIGITS.sub("#", piece.text[:_LONGEST_HEAD]).casefold()
    # Left and right pages have it at other sides.
    return text, round(piece.bottom / 4), round(piece.size)


def _at_edge(piece: Piece, height: float) -> bool:
    return piece.bottom > (1 - _EDGE) * height or piece.top < _EDGE * height


def _line_numbers(page: Sequence[Piece]) -> set[int]:
    """The places of pieces that are numbers, each one more than the last."""
    found: set[int] = set()
    run: list[int] = []
    before = -1
    for place, piece in enumerate(page):
        number = int(piece.text) if piece.text.isdecimal() and len(piece.text) < 5 else -1
        if number >= 0 and number == before + 1 and run:
            run.append(place)
        else:
            if len(run) >= _LEAST_COUNTED:
                found.update(run)
            run = [place] if number >= 0 else []
        before = number
    if len(run) >= _LEAST_COUNTED:
        found.update(run)
    return found
