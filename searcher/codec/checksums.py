"""Is a file what was written?

A manifest has of every file its size and a CRC-32.  Plain files are read for it in whole; a
native segment carries checksums of its own pages, so of it only the tail is read, with the
checksum of those checksums (`native/src/container/`): a large one is compared as quickly as
a small one, and its pages are compared when they are first touched.

A CRC-32 finds damage, not forgery: who can write an index can write its checksums too.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["NATIVE_EXTENSION", "PIECE_BYTES", "FileFacts", "checksum_of", "checksum_of_pieces"]

NATIVE_EXTENSION = ".nseg"
PIECE_BYTES = 1 << 20  # read at once
# The tail of a native segment, with a checksum of the checksums of its pages.  What comes
# after that is the tail's own checksum and a constant: with them every tail would have the
# same CRC-32, because that of any bytes with their CRC-32 behind them is one number.
_TAIL_BYTES = 40
_TAIL_END_BYTES = 12


class FileFacts(NamedTuple):
    """What a manifest says of a file.

    `checksum` is the CRC-32 of the file, or of the end of one that carries its own.
    """

    size: int
    checksum: int


def checksum_of_pieces(pieces: Iterable[bytes]) -> int:
    """The CRC-32 of all `pieces`, one after the other."""
    checksum = 0
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
    return checksum


def checksum_of(name: str, descriptor: int, size: int) -> int:
    """The CRC-32 of an open file, or of the checksum of checksums of one that carries them."""
    is_native = name.endswith(NATIVE_EXTENSION)
    place = max(0, size - _TAIL_BYTES) if is_native else 0
    left = max(0, size - place - (_TAIL_END_BYTES if is_native else 0))
    checksum = 0
    with os.fdopen(os.dup(descriptor), "rb", buffering=0) as file:
        file.seek(place)
        while left and (piece := file.read(min(left, PIECE_BYTES))):
            checksum = zlib.crc32(piece, checksum)
            left -= len(piece)
        file.seek(0)
    return checksum
