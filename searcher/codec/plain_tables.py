"""How are the dictionaries of a plain segment kept, terms and stems?

As the ordered hash files of Whoosh (`whoosh.filedb.filetables`, after D. J. Bernstein's
CDB): pairs of key and value in order, 256 hash tables that point at them, and an index of
their places for binary search.  Whoosh describes such a file to itself in a pickle at its
end; here that is a line of JSON, so nothing that is read can run.

    file   = "SRT1" hash(1) unused(8) pair* tables directory extras index length(4)
    pair   = length of key(4) length of value(4) key value
    extras = length(4) and an object in ASCII: `indextype`, `indexlen`, and what the writer
             put into `extras`

All numbers are big-endian.  A file that was made to mislead is an error or gives answers
in bounded time: every place is compared with the parts of the file, keys must ascend, and
a hash table that does not find a key in `_MOST_PROBES` is left for binary search.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from struct import Struct
from typing import Any
from zlib import crc32

from whoosh.filedb import filetables
from whoosh.reading import CorruptIndexError
from whoosh.util.numlists import GrowableArray

from searcher.codec.positioned import PositionedFile

__all__ = ["TableReader", "TableWriter"]

_MAGIC = b"SRT1"
_CRC_HASH = 1  # its number among Whoosh's hash functions
_HEADER_BYTES = 13
_LENGTHS = Struct("!ii")
_POINTER = Struct("!Iq")
_DIRECTORY = Struct("!" + "qi" * 256)
_INT = Struct("!i")
_PLACES = {"B": Struct("!B"), "H": Struct("!H"), "i": _INT, "I": Struct("!I"), "q": Struct("!q")}
_MOST_EXTRAS_BYTES = 1 << 16
_MOST_PROBES = 64
_SCAN_BYTES = 1 << 14


class TableWriter(filetables.OrderedHashWriter):  # type: ignore[misc]  # Whoosh's is untyped
    """Writes keys, ascending, and their values into `dbfile`; `close` makes it whole."""

    def __init__(self, dbfile: Any) -> None:
        filetables.HashWriter.__init__(self, dbfile, magic=_MAGIC, hashtype=_CRC_HASH)
        self.index = GrowableArray("H")
        self.lastkey = b""
        self._place = _HEADER_BYTES

    def add(self, key: bytes, value: bytes) -> None:
        if key <= self.lastkey:
            raise ValueError(f"keys must ascend: {self.lastkey!r}, {key!r}")
        pair = _LENGTHS.pack(len(key), len(value)) + key + value
        self.dbfile.write(pair)
        hashed = crc32(key)
        self.buckets[hashed & 255].append((hashed, self._place))
        self.index.append(self._place)
        self._place += len(pair)
        self.lastkey = key

    def _write_extras(self) -> None:
        self.extras["indextype"] = self.index.typecode
        self.extras["indexlen"] = len(self.index)
        data = json.dumps(self.extras, ensure_ascii=True).encode("ascii")
        self.dbfile.write_uint(len(data))
        self.dbfile.write(data)
        self.index.to_file(self.dbfile)


class TableReader(filetables.OrderedHashReader):  # type: ignore[misc]  # Whoosh's is untyped
    """Reads what `TableWriter` wrote.

    Raises (and so do all methods):
        CorruptIndexError: the file is not such a table.
    """

    def __init__(self, file: PositionedFile) -> None:
        self.dbfile = file
        self.is_closed = False
        if file.get(0, len(_MAGIC)) != _MAGIC:
            raise self._damaged("it does not begin with its mark")
        self.startofdata = _HEADER_BYTES
        end = file.size - _INT.size
        extras_start = end - file.unpack(_INT, end)[0]
        directory_start = extras_start - _DIRECTORY.size
        self._read_extras_at(extras_start, end)
        self._read_directory(directory_start)

    def _damaged(self, reason: str) -> CorruptIndexError:
        return CorruptIndexError(f"{self.dbfile} is damaged: {reason}")

    def _read_extras_at(self, start: int, end: int) -> None:
        (length,) = self.dbfile.unpack(_PLACES["I"], start)
        if length > _MOST_EXTRAS_BYTES:
            raise self._damaged(f"{length:,} bytes of description")
        try:
            extras = json.loads(self.dbfile.get(start + 4, length).decode("ascii"))
        except (ValueError, RecursionError) as error:
            raise self._damaged(
                f"its description cannot be read ({type(error).__name__})"
            ) from error
        if not isinstance(extras, dict):
            raise self._damaged("its description is no object")
        kind, count = extras.get("indextype"), extras.get("indexlen")
        place = _PLACES.get(kind) if isinstance(kind, str) else None
        self.indexbase = start + 4 + length
        if place is None or type(count) is not int:
            raise self._damaged("its index is not described")
        if self.indexbase + place.size * count != end or count < 0:
            raise self._damaged(f"its index has not {count:,} places")
        self.extras: dict[str, Any] = extras
        self.indexlen: int = count
        self._place = place

    def _read_directory(self, start: int) -> None:
        numbers = self.dbfile.unpack(_DIRECTORY, start)
        self.tables = list(zip(numbers[::2], numbers[1::2], strict=True))
        self.endofdata: int = self.tables[0][0]
        expected = self.endofdata
        for place, slots in self.tables:
            if place != expected or slots < 0:
                raise self._damaged("its tables do not lie side by side")
            expected += slots * _POINTER.size
        slots = (start - self.endofdata) // _POINTER.size
        if expected != start or slots != 2 * self.indexlen or self.endofdata < _HEADER_BYTES:
            raise self._damaged("its tables do not fit")

    def _pair_at(self, place: int) -> tuple[int, int, int]:
        """Where the key of the pair at `place` begins, its value begins, and that ends."""
        if not _HEADER_BYTES <= place < self.endofdata:
            raise self._damaged(f"no pair is at {place:,}")
        key_length, value_length = self.dbfile.unpack(_LENGTHS, place)
        key = place + _LENGTHS.size
        value = key + key_length
        end = value + value_length
        if key_length < 0 or value_length < 0 or end > self.endofdata:
            raise self._damaged(f"the pair at {place:,} does not fit")
        return key, value, end

    def key_at(self, pos: int) -> bytes:
        key, value, _ = self._pair_at(pos)
        return self.dbfile.get(key, value - key)

    def key_and_range_at(self, pos: int) -> tuple[bytes, int, int] | None:
        if pos >= self.endofdata:
            return None
        key, value, end = self._pair_at(pos)
        return self.dbfile.get(key, value - key), value, end - value

    # -- one key

    def ranges_for_key(self, key: bytes) -> Iterator[tuple[int, int]]:
        """The place and the length of the value of `key`; nothing if it is not there."""
        get = self.dbfile.get
        hashed = crc32(key)
        start, slots = self.tables[hashed & 255]
        if not slots:
            return
        slot = (hashed >> 8) % slots
        for _ in range(min(slots, _MOST_PROBES)):
            found, place = self.dbfile.unpack(_POINTER, start + slot * _POINTER.size)
            if not place:
                return
            if found == hashed:
                first, value, end = self._pair_at(place)
                if value - first == len(key) and get(first, len(key)) == key:
                    yield value, end - value
                    return
            slot = (slot + 1) % slots
        if slots <= _MOST_PROBES:
            return
        near = self.closest_key_pos(key)
        if near is not None:
            first, value, end = self._pair_at(near)
            if get(first, value - first) == key:
                yield value, end - value

    # -- keys in order

    def closest_key_pos(self, key: bytes) -> int | None:
        low, high = 0, self.indexlen
        while low < high:
            middle = (low + high) // 2
            if self.key_at(self._place_of(middle)) < key:
                low = middle + 1
            else:
                high = middle
        return None if low == self.indexlen else self._place_of(low)

    def _place_of(self, number: int) -> int:
        place: int = self.dbfile.unpack(self._place, self.indexbase + number * self._place.size)[0]
        return place

    def _pairs(self, place: int) -> Iterator[tuple[bytes, int, int]]:
        """All pairs from `place` on: key, place of the value, length of the value."""
        get, unpack = self.dbfile.get, _LENGTHS.unpack_from
        end, before = self.endofdata, None
        piece, offset = b"", 0  # some of the file, and how far it has been gone through
        while place < end:
            if offset + _LENGTHS.size > len(piece):
                piece, offset = get(place, min(_SCAN_BYTES, end - place)), 0
                if len(piece) < _LENGTHS.size:
                    raise self._damaged("its last pair is cut")
            key_length, value_length = unpack(piece, offset)
            value = place + _LENGTHS.size + key_length
            if key_length < 0 or value_length < 0 or value + value_length > end:
                raise self._damaged(f"the pair at {place:,} does not fit")
            first = offset + _LENGTHS.size
            key = piece[first : first + key_length]
            if len(key) < key_length:
                key = get(place + _LENGTHS.size, key_length)
            if before is not None and key <= before:
                raise self._damaged(f"its keys do not ascend at {place:,}")
            before = key
            yield key, value, value_length
            offset = first + key_length + value_length
            place = value + value_length

    def _ranges(
        self, pos: int | None = None, eod: int | None = None
    ) -> Iterator[tuple[int, int, int, int]]:
        for key, value, length in self._pairs(pos or self.startofdata):
            yield value - len(key), len(key), value, length

    def keys(self) -> Iterator[bytes]:
        return (key for key, _, _ in self._pairs(self.startofdata))

    def keys_from(self, key: bytes) -> Iterator[bytes]:
        place = self.closest_key_pos(key)
        if place is not None:
            for found, _, _ in self._pairs(place):
                yield found
