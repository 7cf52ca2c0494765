"""What text does PDFium find on the pages of a document? (A child process: `reading/child.py`.)

Says what the document says of itself, then page by page the pieces of its lines: text, left,
bottom, right, top, size of type, in points from the lower left corner.  PDFium puts lines
together as they follow in the page's program; a line is cut here where the next word stands far
to the right (another column) or to the left of the last, for the order of columns is found later
from the places.

Not used: pictures, forms, annotations, the tree of a tagged document.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from searcher.errors import ReadError
from searcher.importing import InstalledOnly
from searcher.reading.child import Refused, serve

MOST_PAGES = 2_000
_MOST_SIGNS = 200_000  # on a page; a page of a newspaper has 30,000
_LARGEST_IN_MEMORY = 100 << 20
# PDFium has signs of its own for a hyphen at the end of a line, after which it goes on.
_LINE_ENDS = re.compile("\r\n|\r|\n|(?<=[\x02\ufffe])")
_WORD = re.compile(r"\S+")
_STEP = 12.0
_FAR = 1.6  # times the size of type
_KEYS = ("Title", "Author", "Subject", "Keywords", "CreationDate", "ModDate", "Creator")


def main() -> None:
    """Read the file that is the standard input."""
    serve(_pages)


def _pages(file: BinaryIO) -> Iterator[object]:
    with InstalledOnly():
        import pypdfium2 as pdfium
    try:
        size = os.fstat(file.fileno()).st_size
        document = pdfium.PdfDocument(file.read() if size <= _LARGEST_IN_MEMORY else file)
        count = len(document)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.raw.FPDF_ERR_PASSWORD:
            raise Refused(
                "a PDF document that a password locks", "save it without the password"
            ) from error
        raise Refused(f"a damaged PDF document ({error})", damaged=True) from error
    said = document.get_metadata_dict()
    yield {
        "pages": count,
        **{key: str(said.get(key) or "").replace("\0", "")[:2000] for key in _KEYS},
    }
    for number in range(min(count, MOST_PAGES)):
        try:
            page = document[number]
            width, height = page.get_size()
            pieces = _pieces(page.get_textpage(), pdfium, height)
            yield {"width": width, "height": height, "pieces": pieces}
            page.close()
        except pdfium.PdfiumError as error:
            yield ReadError("", f"page {number + 1} cannot be read: {error}")
    if count > MOST_PAGES:
        yield ReadError("", f"more than {MOST_PAGES:,} pages; the rest is not read")


def _pieces(page: Any, pdfium: Any, height: float) -> list[list[object]]:
    count = page.count_chars()
    if count <= 0:
        return []
    text = page.get_text_range(0, min(count, _MOST_SIGNS))
    boxes = _Boxes(page, pdfium, exact=len(text) == count)
    found: list[list[object]] = []
    ends = [*(match.span() for match in _LINE_ENDS.finditer(text)), (len(text), len(text))]
    start = 0
    for end, following in ends:
        found += _cut(text, start, end, boxes)
        start = following
    if 3 * boxes.odd <= boxes.asked:
        return found
    # A page on its side, or in a mirror: lines as PDFium has them, at places made up.
    starts = [0, *(following for _, following in ends)]
    lines = [text[start:end].strip() for start, (end, _) in zip(starts, ends, strict=False)]
    return [
        [line, 0.0, height - _STEP * place, 6.0 * len(line), height - _STEP * (place - 1), 10.0]
        for place, line in enumerate(filter(None, lines), 1)
    ]


def _cut(text: str, start: int, end: int, boxes: _Boxes) -> Iterator[list[object]]:
    """The pieces of one line: words that stand beside each other."""
    piece: list[Any] | None = None
    for word in _WORD.finditer(text, start, end):
        first = boxes.at(word.start())
        last = boxes.at(word.end() - 1) if word.end() - word.start() > 1 else first
        size = max(first[3] - first[1], 0.1)
        boxes.asked += 1
        boxes.odd += last[2] <= first[0] or abs(last[1] - first[1]) > size
        near = piece is not None and (
            -0.5 * size <= first[0] - piece[3] <= _FAR * size
            and abs(first[1] - piece[2]) < 0.7 * size
        )
        if piece is not None and near:
            piece[0] += " " + word[0]
            piece[3] = max(piece[3], last[2])
            continue
        if piece is not None:
            yield [piece[0], *map(_rounded, piece[1:])]
        piece = [word[0], first[0], first[1], last[2], first[3], size]
    if piece is not None:
        yield [piece[0], *map(_rounded, piece[1:])]


def _rounded(number: float) -> float:
    return round(number, 1) if abs(number) < 1e6 else 0.0


class _Boxes:
    """Where signs of a page stand: left, bottom, right, top."""

    def __init__(self, page: Any, pdfium: Any, *, exact: bool) -> None:
        self._page = page.raw
        self.asked, self.odd = 0, 0  # words, and those that do not go to the right
        self._exact = exact  # one sign of the text for one of the page
        self._raw = pdfium.raw
        self._box = pdfium.raw.FS_RECTF()
        self._pointer = ctypes.byref(self._box)

    def at(self, place: int) -> tuple[float, float, float, float]:
        if not self._exact:
            place = self._raw.FPDFText_GetCharIndexFromTextIndex(self._page, place)
        box = self._box
        self._raw.FPDFText_GetLooseCharBox(self._page, place, self._pointer)
        return box.left, box.bottom, box.right, box.top
