"""How is something deflated unpacked, so that a few bytes cannot fill the memory?

Deflate makes up to a thousand bytes of one, so whoever sends an index could send a bomb
with it.  What plain segments hold is therefore deflated only where that makes it at most
`MOST_TIMES` smaller, and left as it is where it would become smaller still (blocks that
repeat one number, articles that repeat one word).  So nothing that was written honestly
unpacks to more, and what does is refused before it is unpacked.
"""

from __future__ import annotations

import zlib

from whoosh.reading import CorruptIndexError

__all__ = ["MOST_TIMES", "deflated", "inflated"]

MOST_TIMES = 16


def deflated(data: bytes, level: int) -> bytes | None:
    """Return `data` deflated; None where it does not pay, or pays more than may be."""
    packed = zlib.compress(data, level)
    return packed if len(packed) < len(data) <= MOST_TIMES * len(packed) else None


def inflated(packed: bytes) -> bytes:
    """Undo `deflated`.

    Raises:
        CorruptIndexError: it is not deflated, is cut, or unpacks to more than `MOST_TIMES`.
    """
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, max(1, MOST_TIMES * len(packed)))
    except zlib.error as error:
        raise CorruptIndexError(f"cannot be unpacked: {error}") from error
    if not unpacker.eof or unpacker.unused_data:
        raise CorruptIndexError("unpacks to more or less than was written")
    return data
