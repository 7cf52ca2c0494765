"""How does a posting list lie on disk?

A posting list is a run of blocks of up to 512 postings, each block three
columns side by side: document numbers as deltas, frequencies, and positions as
deltas within a document.  Each column is an array of the narrowest of 1, 2 or
4 bytes, and the block is deflated when that pays.  Decoding is a handful of
array operations in C for each block, so the whole list comes back at once; that
suits an executor that reads whole lists, and Whoosh's own matchers read the same
blocks one posting at a time.

    list   = "SRP1" block+
    block  = header columns
    header = <I last id> <I count> <I bytes of columns> <f highest frequency>
             <B shortest length code> <B longest length code> <B flags>
             <B width of ids> <B width of frequencies, 0: all are 1>
             <B width of positions, 0: none>
    flags  = 1 last block of the list, 2 columns are deflated

All numbers are little-endian.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from whoosh import formats
from whoosh.codec import whoosh3
from whoosh.reading import CorruptIndexError
from whoosh.util.numeric import byte_to_length

from searcher.codec.deflated import deflated, inflated

__all__ = [
    "BinaryPositions",
    "PlainLeafMatcher",
    "PlainPostingsWriter",
    "PostingList",
    "read_posting_list",
    "unsigned_array",
]

MAGIC = b"SRP1"
BLOCK_POSTINGS = 512
HEADER = struct.Struct("<IIIfBBBBBB")
LAST, DEFLATED = 1, 2
# Below this, deflate's own header eats what it saves (Whoosh measured the same, its issue 99).
DEFLATE_MIN_BYTES = 80
_TYPECODES = {1: "B", 2: "H", 4: "I"}


def unsigned_array(values: Any = ()) -> array[int]:
    """An array of unsigned 32-bit numbers."""
    return array("I", values)


class PostingList:
    """The postings of one term in one segment, document numbers ascending.

    `ids[i]` holds the term `frequencies[i]` times; `positions` are those of all
    documents on end, each document's own ascending.
    """

    __slots__ = ("frequencies", "ids", "positions")

    def __init__(
        self, ids: Sequence[int], frequencies: Sequence[int], positions: Sequence[int]
    ) -> None:
        self.ids = ids
        self.frequencies = frequencies
        self.positions = positions


class BinaryPositions(formats.Positions):  # type: ignore[misc]
    """Whoosh's positions format with arrays of numbers instead of pickled lists."""

    def word_values(self, value: Any, analyzer: Any, **options: Any) -> Any:
        # A list is the names of a byline: Whoosh would take it for tokens, ready made.
        texts = iter(value) if isinstance(value, (list, tuple)) else value
        return super().word_values(texts, analyzer, **options)

    def encode(self, poslist: Sequence[int]) -> bytes:
        deltas = unsigned_array()
        before = 0
        for position in poslist:
            deltas.append(position - before)
            before = position
        return _little(deltas).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        return list(accumulate(_from_bytes("I", valuestring)))

    def decode_frequency(self, valuestring: bytes) -> int:
        return len(valuestring) // 4


def check_format(format_: Any) -> None:
    """Refuse a field of a schema from elsewhere: only an archive's own are written."""
    if not isinstance(format_, (BinaryPositions, formats.Existence)):
        raise ValueError(
            f"this codec writes the fields of an archive; it has no postings of the format "
            f"{type(format_).__name__}, which a field from elsewhere brings"
        )


def _little(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values


def _from_bytes(typecode: str, data: bytes) -> array[int]:
    values: array[int] = array(typecode)
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _narrow(values: array[int]) -> tuple[int, bytes]:
    """Return the narrowest width in bytes that holds `values`, and them in it."""
    highest = max(values)
    if highest < 1 << 8:
        return 1, array("B", values).tobytes()
    if highest < 1 << 16:
        return 2, _little(array("H", values)).tobytes()
    return 4, _little(values).tobytes()


def _delta(values: array[int]) -> array[int]:
    deltas = unsigned_array(map(int.__sub__, values[1:], values))
    deltas.insert(0, values[0])
    return deltas


class _BlockStatistics:
    """What Whoosh's term info wants to know of a block (its `add_block` interface)."""

    def __init__(self, ids: array[int], weights: array[int], codes: Sequence[int]) -> None:
        self._ids = ids
        self._weights = weights
        self._codes = codes

    def __len__(self) -> int:
        return len(self._ids)

    def min_id(self) -> int:
        return self._ids[0]

    def max_id(self) -> int:
        return self._ids[-1]

    def max_weight(self) -> int:
        return max(self._weights)

    def min_length(self) -> int:
        return int(byte_to_length(min(self._codes))) if self._codes else 0

    def max_length(self) -> int:
        return int(byte_to_length(max(self._codes))) if self._codes else 0


class PlainPostingsWriter:
    """Writes posting lists: whole (`write_list`), or one at a time for Whoosh's writer."""

    def __init__(self, postfile: Any) -> None:
        self._postfile = postfile
        self._terminfo: Any = None

    def write_list(
        self,
        ids: array[int],
        frequencies: array[int],
        positions: array[int],
        length_codes: Sequence[int],
        terminfo: Any,
    ) -> Any:
        """Write one list and return `terminfo` with its statistics and extent.

        `positions` holds sum(frequencies) deltas, each document's run starting
        from 0, or nothing for a field without positions.  `length_codes[id]` is the
        field norm of a document, or empty for a field without norms.
        """
        postfile = self._postfile
        start = postfile.tell()
        parts = [MAGIC]
        count = len(ids)
        offset = 0
        previous = 0
        for first in range(0, count, BLOCK_POSTINGS):
            last = min(first + BLOCK_POSTINGS, count)
            block_ids = ids[first:last]
            block_frequencies = frequencies[first:last]
            end = offset + sum(block_frequencies) if positions else 0
            codes = [length_codes[i] for i in block_ids] if length_codes else ()
            statistics = _BlockStatistics(block_ids, block_frequencies, codes)
            terminfo.add_block(statistics)
            deltas = _delta(block_ids)
            deltas[0] -= previous
            previous = block_ids[-1]
            parts += self._block(
                deltas,
                block_frequencies,
                positions[offset:end],
                last_id=previous,
                codes=codes,
                is_last=last == count,
            )
            offset = end
        data = b"".join(parts)
        postfile.write(data)
        terminfo.set_extent(start, len(data))
        return terminfo

    def _block(
        self,
        deltas: array[int],
        frequencies: array[int],
        positions: array[int],
        *,
        last_id: int,
        codes: Sequence[int],
        is_last: bool,
    ) -> tuple[bytes, bytes]:
        id_width, data = _narrow(deltas)
        highest = max(frequencies)
        frequency_width = position_width = 0
        if highest > 1:
            frequency_width, column = _narrow(frequencies)
            data += column
        if positions:
            position_width, column = _narrow(positions)
            data += column
        flags = LAST if is_last else 0
        if len(data) >= DEFLATE_MIN_BYTES:
            packed = deflated(data, 1)
            if packed is not None:
                data = packed
                flags |= DEFLATED
        header = HEADER.pack(
            last_id,
            len(deltas),
            len(data),
            highest,
            min(codes, default=0),
            max(codes, default=0),
            flags,
            id_width,
            frequency_width,
            position_width,
        )
        return header, data

    # The calls of Whoosh's own writer (codec.base.FieldWriter.add_postings).

    def start_postings(self, format_: Any, terminfo: Any) -> None:
        check_format(format_)
        self._terminfo = terminfo
        self._ids = unsigned_array()
        self._frequencies = unsigned_array()
        self._positions = unsigned_array()
        self._codes: dict[int, int] = {}

    def add_posting(
        self, id_: int, weight: float, vbytes: bytes, length: int | None = None
    ) -> None:
        self._ids.append(id_)
        self._frequencies.append(len(vbytes) // 4 if vbytes else 1)
        self._positions.frombytes(vbytes)
        if length:
            self._codes[id_] = whoosh3.length_to_byte(length)

    def finish_postings(self) -> Any:
        terminfo, self._terminfo = self._terminfo, None
        codes = self._codes if len(self._codes) == len(self._ids) else {}
        return self.write_list(self._ids, self._frequencies, self._positions, codes, terminfo)  # type: ignore[arg-type]


class Block:
    """One decoded block and what its header says.

    `previous` is the last document of the block before, None for the first.

    Raises:
        CorruptIndexError: the block is not one that could have been written.
    """

    __slots__ = ("frequencies", "header", "ids", "position_deltas")

    def __init__(self, header: tuple[Any, ...], data: bytes, previous: int | None) -> None:
        last, count, size, _, _, _, flags, id_width, frequency_width, position_width = header
        if len(data) != size:
            raise CorruptIndexError("posting block is cut short")
        if (
            not 0 < count <= BLOCK_POSTINGS
            or id_width not in _TYPECODES
            or (frequency_width and frequency_width not in _TYPECODES)
            or (position_width and position_width not in _TYPECODES)
        ):
            raise CorruptIndexError("posting block has a header that cannot be")
        if flags & DEFLATED:
            data = inflated(data)
        end = count * id_width
        deltas = _column(data[:end], count, id_width)
        self.ids = list(accumulate(deltas, initial=previous or 0))[1:]
        zeros = _count_zeros(data[:end], id_width, deltas)
        if zeros and (zeros > 1 or deltas[0] or previous is not None):
            raise CorruptIndexError("posting block: document numbers do not ascend")
        if self.ids[-1] != last:
            raise CorruptIndexError("posting block: document numbers disagree with its header")
        self.frequencies: Sequence[int] = (1,) * count
        total = count
        if frequency_width:
            start, end = end, end + count * frequency_width
            column = _column(data[start:end], count, frequency_width)
            if _count_zeros(data[start:end], frequency_width, column):
                raise CorruptIndexError("posting block: a document holds the term 0 times")
            self.frequencies = column
            total = sum(column)
        self.position_deltas: Sequence[int] = ()
        if position_width:
            self.position_deltas = _column(data[end:], total, position_width)
        elif len(data) != end:
            raise CorruptIndexError("posting block: more than its columns")
        self.header = header

    def positions(self) -> list[int]:
        """The positions of all postings on end, absolute within each document."""
        deltas = self.position_deltas
        if not deltas or isinstance(self.frequencies, tuple):
            return list(deltas)
        absolute: list[int] = []
        start = 0
        for frequency in self.frequencies:
            if frequency == 1:
                absolute.append(deltas[start])
                start += 1
            else:
                end = start + frequency
                absolute += accumulate(deltas[start:end])
                start = end
        return absolute


def _column(data: bytes, count: int, width: int) -> array[int]:
    """The `count` numbers of `width` bytes each that `data` is."""
    if len(data) != count * width:
        raise CorruptIndexError(f"posting block: {len(data):,} bytes for {count:,} numbers")
    return _from_bytes(_TYPECODES[width], data)


def _count_zeros(data: bytes, width: int, numbers: array[int]) -> int:
    """How many of `numbers`, which `data` is, are 0.  Bytes are looked through faster."""
    if width == 1:
        return data.count(0)
    return numbers.count(0) if bytes(width) in data else 0


def read_posting_list(data: bytes, *, count: int = 1 << 32, absolute: bool = True) -> PostingList:
    """Decode the whole list in `data`; positions stay deltas unless `absolute`.

    Arguments:
        count: the number of documents, which those of the list must be below.

    Raises:
        CorruptIndexError: `data` is not a posting list.
    Cost: memory of at most 4 bytes for each position and 40 for each document, of which
        there are no more than `count`; a position takes at least a sixteenth of a byte.
    """
    if data[:4] != MAGIC:
        raise CorruptIndexError("posting list does not begin with its mark")
    ids: list[int] = []
    frequencies: list[int] = []
    positions = unsigned_array()
    offset = 4
    flags = 0
    while not flags & LAST:
        try:
            header = HEADER.unpack_from(data, offset)
            start = offset + HEADER.size
            offset = start + header[2]
            block = Block(header, data[start:offset], ids[-1] if ids else None)
            ids += block.ids
            if ids[-1] >= count:
                raise CorruptIndexError(f"posting list: there is no document {ids[-1]:,}")
            frequencies += block.frequencies
            positions.extend(block.positions() if absolute else list(block.position_deltas))
        except (struct.error, OverflowError) as error:
            raise CorruptIndexError(f"posting block cannot be decoded: {error}") from error
        flags = header[6]
    if offset != len(data):
        raise CorruptIndexError("posting list: more than its blocks")
    return PostingList(ids, frequencies, positions)


class PlainLeafMatcher(whoosh3.W3LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher over these blocks, one posting at a time, for stock searchers."""

    # Whoosh's attributes, which its own `reset` declares as None.
    _data: Any
    _ids: Any
    _weights: Any
    _values: Any
    _maxid: Any

    _previous: int | None

    def _read_header(self) -> None:
        if self._postfile.get(self._startoffset, 4) != MAGIC:
            raise CorruptIndexError("posting list does not begin with its mark")
        self._baseoffset = self._startoffset + 4
        self._previous = None

    def reset(self) -> None:
        self._previous = None
        super().reset()

    def _goto(self, position: int) -> None:
        if position == self._baseoffset:
            self._previous = None
        elif self._maxid is not None:
            self._previous = self._maxid
        self._data = self._ids = self._weights = self._values = None
        self._i = 0
        self._header = header = HEADER.unpack(self._postfile.get(position, HEADER.size))
        self._dataoffset = position + HEADER.size
        self._nextoffset = self._dataoffset + header[2]
        if self._nextoffset > self._startoffset + self._length:
            raise CorruptIndexError("posting list: a block reaches beyond it")
        self._maxid, self._blocklength, _, self._maxweight = header[:4]
        self._minlength = byte_to_length(header[4])
        self._maxlength = byte_to_length(header[5])
        self._lastblock = bool(header[6] & LAST)

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._header[2])
        self._data = Block(self._header, data, self._previous)

    def _block(self) -> Block:
        if self._data is None:
            self._read_data()
        block: Block = self._data
        return block

    def _read_ids(self) -> None:
        self._ids = self._block().ids

    def _read_weights(self) -> None:
        self._weights = [float(frequency) for frequency in self._block().frequencies]

    def _read_values(self) -> None:
        block = self._block()
        deltas = unsigned_array(block.position_deltas)
        ends = list(accumulate(block.frequencies))
        self._values = [
            _little(deltas[end - frequency : end]).tobytes()
            for end, frequency in zip(ends, block.frequencies, strict=True)
        ]
