"""Is a file a table of articles, and what kind of one?

Databases and files of columns show it in their first bytes.  Text with delimiters shows nothing
there: it is taken for a table if its first row names several columns as records name the fields
of articles, a title or a text among them, and the rows below have as many cells.  A file that is
called `.csv` or `.tsv` needs no sign.
"""

from __future__ import annotations

import re

from searcher.fields import FIELDS
from searcher.reading.head import Head
from searcher.reading.tables.columns import known_fields, unique_names
from searcher.reading.tables.rows import DELIMITERS, Dialect, split_rows

__all__ = ["is_arrow", "is_parquet", "is_separated", "is_sqlite"]

_EXTENSIONS = (".csv", ".tsv", ".tab")
_LONGEST_HEADER = 2000
_SEEN_ROWS = 6
_NAME = re.compile(r"[^\W\d][\w .()/-]{0,40}\Z")
# The length of the first message (under 16 MB), and where its table begins.
_STREAM = re.compile(rb"(?s)\xff{4}...\x00[\x08-\x40]\x00\x00\x00")


def is_sqlite(head: Head) -> bool:
    """Whether it is a database of SQLite."""
    return head.raw.startswith(b"SQLite format 3\0")


def is_parquet(head: Head) -> bool:
    """Whether it is a Parquet file, also one with an encrypted footer."""
    return head.raw.startswith((b"PAR1", b"PARE"))


def is_arrow(head: Head) -> bool:
    """Whether it is an Arrow file or stream, or Feather."""
    return head.raw.startswith((b"ARROW1\0\0", b"FEA1")) or bool(_STREAM.match(head.raw))


def is_separated(head: Head) -> bool:
    """Whether it is text with delimiters whose first row names the fields of articles."""
    text = head.text.lstrip("\ufeff")
    first = text.split("\n", 1)[0].rstrip("\r")
    if not text or len(first) > _LONGEST_HEADER or first.lstrip()[:1] in ("<", "{", "["):
        return False
    if head.extension in _EXTENSIONS:
        return False  # the name says it, after all that content can show
    return any(_is_header(text, first, delimiter) for delimiter in DELIMITERS)


def _is_header(text: str, first: str, delimiter: str) -> bool:
    if first.count(delimiter) < 2:
        return False
    lines = text.splitlines(keepends=True)
    rows = split_rows(
        lines[:400], Dialect(delimiter), longest=len(text), on_broken=lambda line, why: None
    )
    header = next(rows, None)
    if header is None or not all(_NAME.match(cell.strip()) for cell in header.cells if cell):
        return False
    known = known_fields(unique_names(header.cells), FIELDS)
    if len(known) < 3 and 2 * len(known) < len(header.cells):
        return False
    if "body" not in known and not ("title" in known and len(known) >= 3):
        return False
    # The last one may be cut where the head ends.
    below = [row for row, _ in zip(rows, range(_SEEN_ROWS), strict=False)]
    whole = below[:-1] if len(below) > 1 else below
    return bool(whole) and all(len(row.cells) == len(header.cells) for row in whole)
