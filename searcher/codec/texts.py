"""What is kept beside a segment, of either kind, so that copies are found?

`MAIN_x.copies` holds for each document its text key and its number of words, and all
fingerprints with the documents that have them (`searcher/copies/`).  It is named with its
checksum in the manifest, like every file of a segment; merges take the numbers over.

Whole numbers, little-endian, one after the other:

    8 bytes                  the mark
    4, 4, 8 bytes            version, documents, pairs of a fingerprint and a document
    1, 1, 6 bytes            place bits d, document bits b, nothing
    8 bytes a document       text key; 0 of documents that have no text, or may not be shown
    4 bytes a document       words
    4 bytes, 2^d / 256 + 1   samples: how many pairs lie before every 256th place, and all; the
                             place of a pair are the first d bits of its fingerprint
    1 bit a pair and place   a one for each pair and a zero behind those of each place, in order,
                             from the lowest bit on; filled up with zeros to eight bytes
    32 - d + b bits a pair   the other bits of the fingerprint, and below them the document;
                             ascending, the first pair in the lowest bits, without gaps

There are one to two places a pair, so a look-up reads a sample, the bits behind it and a pair or
two, and a pair takes some 28.5 bits, half a bit more than must be (the code of Elias and Fano).

Files of version 1, which are read too, have in place of samples and bits four bytes for each place
and the end, of sixteen pairs each: how many pairs lie before it.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from whoosh.reading import CorruptIndexError

from searcher.codec.core import native_core
from searcher.codec.damage import unreadable_reported

if TYPE_CHECKING:
    from searcher.codec.storage import DurableStorage

__all__ = ["EXTENSION", "TextTable", "encode_texts", "read_texts", "texts_name", "verify_texts"]

EXTENSION = ".copies"
_MARK = b"SRCHTEXT"
_FIRST_VERSION = 1
_VERSION = 2
_HEAD = struct.Struct("<8sIIQBB6x")
_FINGERPRINT_BITS = 32
_MOST_PLACE_BITS = 28
_PLACES_A_SAMPLE = 256
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
    columns = (array("Q", keys), array("I", lengths))
    core = native_core()
    if core is not None:
        starts, flat = array("Q", [0]), array("I")
        for numbers in fingerprints:
            flat.extend(numbers)
            starts.append(len(flat))
        return core.pack_texts(*(column.tobytes() for column in (*columns, starts, flat)))
    low = max(1, (len(keys) - 1).bit_length())
    pairs = sorted(f << low | n for n, numbers in enumerate(fingerprints) for f in numbers)
    high = min(_MOST_PLACE_BITS, len(pairs).bit_length())
    bits = _FINGERPRINT_BITS - high + low
    head = _HEAD.pack(_MARK, _VERSION, len(keys), len(pairs), high, low)
    places = _written_places([pair >> bits for pair in pairs], 1 << high)
    return b"".join((head, *map(_little, columns), *places, _packed(pairs, bits)))


def _written_places(of_pairs: Sequence[int], places: int) -> tuple[bytes, bytes]:
    """The samples, and the bits, of the places of all pairs."""
    samples = array("I", bytes(4 * (-(-places // _PLACES_A_SAMPLE) + 1)))
    bits = bytearray(_bits_size(len(of_pairs), places))
    for number, place in enumerate(of_pairs):
        samples[place // _PLACES_A_SAMPLE + 1] += 1
        at = number + place
        bits[at >> 3] |= 1 << (at & 7)
    return _little(array("I", accumulate(samples))), bytes(bits)


def _bits_size(pairs: int, places: int) -> int:
    return -(-(pairs + places) // 64) * 8


def _packed(pairs: Sequence[int], bits: int) -> bytes:
    """The lowest `bits` of each pair."""
    mask = (1 << bits) - 1
    packed = bytearray()
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        number = 0
        for place, pair in enumerate(pairs[start : start + _PAIRS_AT_ONCE]):
            number |= (pair & mask) << (place * bits)
        packed += number.to_bytes(bits, "little")
    return bytes(packed)


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
        is_known = version in (_FIRST_VERSION, _VERSION)
        if mark != _MARK or not is_known or documents != count:
            raise CorruptIndexError(f"{name} is not of its segment")
        self._bits = _FINGERPRINT_BITS - self._high + self._low
        places = 1 << min(self._high, _MOST_PLACE_BITS)
        # Places whose pairs are told together, and what tells where those begin.
        self._together = 1 if version == _FIRST_VERSION else _PLACES_A_SAMPLE
        numbers = -(-places // self._together) + 1
        place_bits = 0 if version == _FIRST_VERSION else _bits_size(self.pairs, places)
        packed = -(-self.pairs // _PAIRS_AT_ONCE) * self._bits
        ends = [_HEAD.size]
        for size in (8 * count, 4 * count, 4 * numbers, place_bits, packed):
            ends.append(ends[-1] + size)
        is_sound = self._high <= _MOST_PLACE_BITS and 0 < self._low <= 32
        if not is_sound or ends[-1] != len(data):
            raise CorruptIndexError(f"{name} has not the size that it should")
        self.name = name
        self._data = data
        self.keys = _numbers("Q", data[ends[0] : ends[1]])
        self.lengths = _numbers("I", data[ends[1] : ends[2]])
        self._directory = _numbers("I", data[ends[2] : ends[3]])
        self._place_bits = data[ends[3] : ends[4]]
        self._packed = data[ends[4] :]
        if self._directory[0] or self._directory[-1] != self.pairs:
            raise CorruptIndexError(f"{name} has a directory that does not fit")

    def documents_of(self, fingerprint: int) -> list[int]:
        """The documents that have `fingerprint`, deleted ones too, ascending."""
        rest = _FINGERPRINT_BITS - self._high
        place, wanted = fingerprint >> rest, fingerprint & ((1 << rest) - 1)
        low, mask = self._low, (1 << self._low) - 1
        found = []
        for number in self._pairs_at(place):
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
                starts, flat = core.unpack_fingerprints(self._data, len(self.keys))
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
        bits = int.from_bytes(self._place_bits, "little")
        if self._place_bits and bits.bit_length() > self.pairs + (1 << self._high):
            raise CorruptIndexError(f"{self.name} has places behind the last")
        if any(end < start for start, end in pairwise(self._directory)):
            raise CorruptIndexError(f"{self.name} has a directory that does not ascend")
        before = (-1, -1)
        for pair in self._all():
            if pair <= before or pair[1] >= len(self.keys):
                raise CorruptIndexError(f"{self.name} is out of order")
            before = pair

    def _all(self) -> Iterator[tuple[int, int]]:
        rest, mask = _FINGERPRINT_BITS - self._high, (1 << self._low) - 1
        for sample in range(len(self._directory) - 1):
            for place, numbers in enumerate(self._pairs_of(sample), sample * self._together):
                for number in numbers:
                    pair = self._pair(number)
                    if pair & mask >= len(self.keys):
                        raise CorruptIndexError(f"{self.name} names a document that is not there")
                    yield place << rest | pair >> self._low, pair & mask

    def _pairs_of(self, sample: int) -> list[range]:
        """The numbers of the pairs of each place behind a sample.

        Raises:
            CorruptIndexError: the bits are of other places.
        """
        first, counts = self._counts_of(sample)
        ends = accumulate(counts, initial=first)
        return [range(start, end) for start, end in pairwise(ends)]

    def _pairs_at(self, place: int) -> range:
        """The numbers of the pairs of one place.

        Raises:
            CorruptIndexError: the bits are of other places.
        """
        sample, which = divmod(place, self._together)
        first, counts = self._counts_of(sample)
        start = first + sum(counts[:which])
        return range(start, start + counts[which])

    def _counts_of(self, sample: int) -> tuple[int, list[int]]:
        """The number of the first pair behind a sample, and how many each of its places has.

        Raises:
            CorruptIndexError: the bits are of other places.
        """
        first, end = self._directory[sample], self._directory[sample + 1]
        if not first <= end <= self.pairs:  # a large number would be that many bits, too
            raise CorruptIndexError(f"{self.name} has a directory that does not ascend")
        if self._together == 1:
            return first, [end - first]
        places = min(self._together, (1 << self._high) - sample * self._together)
        at, length = first + sample * self._together, end - first + places
        taken = self._place_bits[at >> 3 : (at + length + 7) >> 3]
        bits = int.from_bytes(taken, "little") >> (at & 7) & ((1 << length) - 1)
        runs = f"{bits:0{length}b}"[::-1].split("0")
        if len(runs) != places + 1 or runs[-1]:
            raise CorruptIndexError(f"{self.name} has places that do not fit")
        return first, list(map(len, runs[:-1]))

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
