"""How does a client go on beyond the first 10,000 hits?

A cursor says how many hits were seen and in which commit.  Hits are in the same order as long as
the commit is the same, so a client that follows cursors sees every hit once.  When the archive
has changed meanwhile it is told so, and not handed the rest of another answer.
"""

from __future__ import annotations

import base64
import binascii

from searcher.archive import Archive
from searcher.serving.caching import make_key
from searcher.serving.problems import ProblemError

__all__ = ["MOST_WITHOUT_CURSOR", "make_cursor", "offset_of"]

MOST_WITHOUT_CURSOR = 10_000
_MOST_OFFSET = 1 << 40


def make_cursor(archive: Archive, offset: int) -> str:
    """The cursor of a client that has seen `offset` hits."""
    said = f"{offset}.{make_key(archive)}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def offset_of(archive: Archive, cursor: str) -> int:
    """How many hits a client with `cursor` has seen.

    Raises:
        ProblemError: it is no cursor, or of another commit.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        offset, _, key = base64.b64decode(padded, b"-_", validate=True).decode().partition(".")
        seen = int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 16 else -1
    except (binascii.Error, UnicodeError, ValueError):
        seen = -1
    if not 0 <= seen <= _MOST_OFFSET:
        raise ProblemError("parameter", "cursor is none that was given out", parameter="cursor")
    if key != make_key(archive):
        raise ProblemError(
            "conflict", "the archive has changed since this cursor was made; begin again"
        )
    return seen
