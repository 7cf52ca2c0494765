"""What is kept beside a segment, of either kind, so that copies are found?

`MAIN_x.copies` holds for each document its text key and its number of words, and all
fingerprints with the documents that have them (`searcher/copies/`).  It is named with its
checksum in the manifest, like every file of a segment; merges take the numbers over.

Whole numbers, little-endian, one after the other:

    8 bytes                  the mark
    4, 4, 8 bytes            version, documents, pairs of a fingerprint and a document
    1, 1, 6 bytes            directory bits d, document bits b, nothing
    8 bytes a document       text key; 0 of documents that have no text, or may not be shown
    4 bytes a document       words
    4 bytes, 2^d + 1 times   directory: how many pairs have a fingerprint whose first d bits
                             are lower
    32 - d + b bits a pair   the other bits of the fingerprint, and below them the document;
                             ascending, the first pair in the lowest bits, without gaps

So a look-up reads two numbers of the directory and some sixteen pairs; d is chosen for that.
A pair takes about four bytes with its part of the directory.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from whoosh.reading import CorruptIndexError

from searcher.codec.core import native_core
from searcher.codec.damage import unreadable_reported

if TYPE_CHECKING:
    from searcher.codec.storage import DurableStorage

__all__ = ["EXTENSION", "TextTable", "encode_texts", "read_texts", "texts_name", "verify_texts"]

EXTENSION = ".copies"
_MARK = b"SRCHTEXT"
_VERSION = 1
_HEAD = struct.Struct("<8sIIQBB6x")
_FINGERPRINT_BITS = 32
_PAIRS_A_PLACE_BITS = 4
_PAIRS_AT_ONCE = 8  # so many fill whole bytes, whatever their bits


def texts_name(segment: str) -> str:
    """The name of the file of the segment of that name."""
    return segment + EXTENSION


def read_texts(storage: DurableStorage, name: str) -> bytes:
    """The file of that name, which there should be.

    Raises:
        IndexDamagedError: it is missing, or not what was written.
        IndexStateError: it cannot be read.
    """
    with unreadable_reported(str(storage.folder)):
        return storage.read_whole(name)


def encode_texts(
    keys: Sequence[int], lengths: Sequence[int], fingerprints: Sequence[Sequence[int]]
) -> bytes:
    """The file, of what there is of each document.  Cost: sorts all fingerprints."""
    documents = len(keys)
    low = max(1, (documents - 1).bit_length())
    core = native_core()
    if core is None:
        count, high, directory, packed = _packed(fingerprints, low)
    else:
        starts, flat = array("Q", [0]), array("I")
        for numbers in fingerprints:
            flat.extend(numbers)
            starts.append(len(flat))
        count, high, of_places, packed = core.pack_fingerprints(
            starts.tobytes(), flat.tobytes(), low
        )
        directory = array("I", of_places)
    head = _HEAD.pack(_MARK, _VERSION, documents, count, high, low)
    columns = (array("Q", keys), array("I", lengths), directory)
    return b"".join((head, *map(_little, columns), packed))


def _packed(fingerprints: Sequence[Sequence[int]], low: int) -> tuple[int, int, array[int], bytes]:
    """How many pairs, the bits of the directory, it, and the pairs."""
    pairs = sorted(f << low | n for n, numbers in enumerate(fingerprints) for f in numbers)
    high = min(24, max(0, len(pairs).bit_length() - _PAIRS_A_PLACE_BITS))
    bits = _FINGERPRINT_BITS - high + low
    directory = array("I", bytes(4 * ((1 << high) + 1)))
    for pair in pairs:
        directory[(pair >> bits) + 1] += 1
    for place in range(1 << high):
        directory[place + 1] += directory[place]
    mask = (1 << bits) - 1
    packed = bytearray()
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        number = 0
        for place, pair in enumerate(pairs[start : start + _PAIRS_AT_ONCE]):
            number |= (pair & mask) << (place * bits)
        packed += number.to_bytes(bits, "little")
    return len(pairs), high, directory, bytes(packed)


class TextTable:
    """The file of one segment.

    Arguments:
        count: the documents of the segment.

    Raises:
        CorruptIndexError: it is not of that segment, or no such file.
    """

    def __init__(self, data: bytes, count: int, name: str) -> None:
        if len(data) < _HEAD.size:
            raise CorruptIndexError(f"{name} is cut")
        mark, version, documents, self.pairs, self._high, self._low = _HEAD.unpack_from(data)
        if mark != _MARK or version != _VERSION or documents != count:
            raise CorruptIndexError(f"{name} is not of its segment")
        self._bits = _FINGERPRINT_BITS - self._high + self._low
        places = (1 << self._high) + 1 if self._high <= 24 else 0
        ends = [_HEAD.size]
        for size in (8 * count, 4 * count, 4 * places, -(-self.pairs // 8) * self._bits):
            ends.append(ends[-1] + size)
        if not places or not 0 < self._low <= 32 or ends[-1] != len(data):
            raise CorruptIndexError(f"{name} has not the size that it should")
        self.name = name
        self.keys = _numbers("Q", data[ends[0] : ends[1]])
        self.lengths = _numbers("I", data[ends[1] : ends[2]])
        self._directory = _numbers("I", data[ends[2] : ends[3]])
        self._packed = data[ends[3] :]
        if self._directory[0] or self._directory[-1] != self.pairs:
            raise CorruptIndexError(f"{name} has a directory that does not fit")

    def documents_of(self, fingerprint: int) -> list[int]:
        """The documents that have `fingerprint`, deleted ones too, ascending."""
        rest = _FINGERPRINT_BITS - self._high
        place, wanted = fingerprint >> rest, fingerprint & ((1 << rest) - 1)
        low, mask = self._low, (1 << self._low) - 1
        found = []
        for number in range(self._directory[place], self._directory[place + 1]):
            pair = self._pair(number)
            if pair >> low == wanted:
                found.append(pair & mask)
            elif pair >> low > wanted:
                break
        return found

    def fingerprints(self) -> list[array[int]]:
        """The fingerprints of each document, ascending.  Cost: reads all pairs.

        Raises:
            CorruptIndexError: it is not what is written.
        """
        core = native_core()
        if core is not None:
            try:
                starts, flat = core.unpack_fingerprints(
                    self._directory.tobytes(), self._packed, len(self.keys), self._high, self._low
                )
            except ValueError as error:
                raise CorruptIndexError(f"{self.name}: {error}") from None
            numbers, ends = array("I", flat), array("Q", starts)
            return [numbers[start:end] for start, end in pairwise(ends)]
        found = [array("I") for _ in self.keys]
        for fingerprint, document in self._all():
            found[document].append(fingerprint)
        return found

    def verify(self) -> None:
        """Read all of it.

        Raises:
            CorruptIndexError: it is not what is written.
        """
        if any(end < start for start, end in pairwise(self._directory)):
            raise CorruptIndexError(f"{self.name} has a directory that does not ascend")
        before = (-1, -1)
        for pair in self._all():
            if pair <= before or pair[1] >= len(self.keys):
                raise CorruptIndexError(f"{self.name} is out of order")
            before = pair

    def _all(self) -> Iterator[tuple[int, int]]:
        rest, mask = _FINGERPRINT_BITS - self._high, (1 << self._low) - 1
        for place in range(1 << self._high):
            for number in range(self._directory[place], self._directory[place + 1]):
                pair = self._pair(number)
                if pair & mask >= len(self.keys):
                    raise CorruptIndexError(f"{self.name} names a document that is not there")
                yield place << rest | pair >> self._low, pair & mask

    def _pair(self, number: int) -> int:
        start = number * self._bits
        taken = self._packed[start >> 3 : (start + self._bits + 7) >> 3]
        pair: int = int.from_bytes(taken, "little") >> (start & 7) & ((1 << self._bits) - 1)
        return pair


def verify_texts(files: Iterable[tuple[bytes, int, str]]) -> None:
    """Read all of some files, each with the documents of its segment and its name: the core does
    not know which of those that it was given it refused.

    Raises:
        CorruptIndexError: one is not what is written.
    """
    for data, count, name in files:
        TextTable(data, count, name).verify()


def _little(column: array[int]) -> bytes:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()


def _numbers(typecode: str, data: bytes) -> array[int]:
    column: array[int] = array(typecode)
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column
