"""How were fingerprints written in files of version 1, which are still read?"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence

__all__ = ["encode_first"]


def encode_first(
    keys: Sequence[int], lengths: Sequence[int], fingerprints: Sequence[Sequence[int]]
) -> bytes:
    low = max(1, (len(keys) - 1).bit_length())
    pairs = sorted(f << low | n for n, numbers in enumerate(fingerprints) for f in numbers)
    high = min(24, max(0, len(pairs).bit_length() - 4))
    bits = 32 - high + low
    directory = array("I", bytes(4 * ((1 << high) + 1)))
    for pair in pairs:
        directory[(pair >> bits) + 1] += 1
    for place in range(1 << high):
        directory[place + 1] += directory[place]
    packed = b""
    for start in range(0, len(pairs), 8):
        together = enumerate(pairs[start : start + 8])
        number = sum((pair & ((1 << bits) - 1)) << (place * bits) for place, pair in together)
        packed += number.to_bytes(bits, "little")
    head = struct.pack("<8sIIQBB6x", b"SRCHTEXT", 1, len(keys), len(pairs), high, low)
    columns = (array("Q", keys), array("I", lengths), directory)
    return b"".join((head, *(column.tobytes() for column in columns), packed))
