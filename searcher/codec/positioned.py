"""How is a file of a plain segment read, so that no two readers disturb one another?

`PositionedFile` is one file, opened for reading, that Whoosh's readers and columns take
for their own `StructFile`.  Every read is at an offset of its own (`pread`), so threads
and forked processes, which share the position of an open file, do not disturb each other.

What comes out of it is what was written, or an error.

- The storage compares the whole file with its size and CRC-32 before it hands it over
  (`storage.py`).
- A file of up to `WHOLE_BYTES` is read into memory then, and closed; what happens to it
  later does not matter any more.
- A larger one is read in blocks, of which some are kept.  After each read from disk its
  size and its time of change are looked at; if they are others than before, it is
  compared again.
- A read past the end is an error, not fewer bytes: `CorruptIndexError`.  The file is not
  mapped into memory, so a cut file cannot end the process.

What it does not do: notice that a byte changed on disk under a large file whose time of
change did not; the next opening does.  The position that `read`, `seek` and `tell` need
belongs to the object and serves one thread; nothing of Searcher uses it.
"""

from __future__ import annotations

import io
import os
import threading
from array import array
from struct import Struct
from typing import Any, BinaryIO

from whoosh.filedb.structfile import StructFile
from whoosh.reading import CorruptIndexError
from whoosh.system import IS_LITTLE

from searcher.codec.checksums import PIECE_BYTES, checksum_of_pieces

__all__ = ["WHOLE_BYTES", "PositionedFile", "open_positioned", "read_positioned"]

# Files up to this size are kept whole: on 5,000 articles of Reuters all columns of numbers,
# 0.5 MB of 20.  A snapshot is for one thread, so this is paid for each thread that searches.
WHOLE_BYTES = 1 << 20
_BLOCK_BITS = 14
_BLOCK_BYTES = 1 << _BLOCK_BITS
_BLOCKS_KEPT = 128  # 2 MiB of a file
# Where there is no `pread` (Windows), which has no forks either.
_SEEKING = threading.Lock()


def open_positioned(storage: Any, name: str) -> PositionedFile:
    """Open the file `name` of `storage`, which may be one of Whoosh's own.

    Raises:
        IndexDamagedError, CorruptIndexError: it is not what was written.
        OSError: it is gone, or cannot be read.
    Cost: reads all of it once, if this storage has not compared it before.
    """
    file = storage.open_file(name)
    source = file.file if file.is_real else file.read()
    return PositionedFile(source, name, getattr(storage, "checksums", {}).get(name))


def read_positioned(storage: Any, name: str) -> bytes:
    """Return the whole content of the file `name`; raises as `open_positioned`."""
    with open_positioned(storage, name) as file:
        data: bytes = file.get(0, file.size)
    return data


class PositionedFile(StructFile):  # type: ignore[misc]  # Whoosh's class is untyped
    """One file for reading.

    Arguments:
        source: a file that is open, and is closed with this, or the content of one.
        expected: the size in bytes and the CRC-32 that the file must have, if known.
    """

    def __init__(
        self, source: BinaryIO | bytes, name: str, expected: tuple[int, int] | None = None
    ) -> None:
        self._position = 0
        self._blocks: dict[int, bytes] = {}
        self._expected = expected
        self._content: bytes | None = None
        self.size: int = 0
        if isinstance(source, bytes):
            super().__init__(io.BytesIO(), name=name)
            self._content = source
            self.size = len(source)
            return
        super().__init__(source, name=name)
        try:
            self._read_first()
        except BaseException:
            self.file.close()
            raise

    def _read_first(self) -> None:
        self._marks = self._look()
        self.size = self._marks[0]
        if self._expected and self.size != self._expected[0]:
            raise CorruptIndexError(
                f"{self._name} has {self.size:,} bytes instead of {self._expected[0]:,}"
            )
        if self.size <= WHOLE_BYTES:
            content = self._read_at(0, self.size)
            self._compare(checksum_of_pieces([content]))
            self._content = content
            self.file.close()

    def _look(self) -> tuple[int, int]:
        found = os.fstat(self.file.fileno())
        return found.st_size, found.st_mtime_ns

    def _checksum(self) -> int:
        return checksum_of_pieces(
            self._read_at(start, min(PIECE_BYTES, self.size - start))
            for start in range(0, self.size, PIECE_BYTES)
        )

    def _compare(self, checksum: int) -> None:
        if self._expected and checksum != self._expected[1]:
            raise CorruptIndexError(f"{self._name} is not what was written (its CRC-32 differs)")

    # -- reading from disk

    def _read_at(self, position: int, length: int) -> bytes:
        """Read exactly `length` bytes, wherever the file's own position is."""
        pieces = []
        while length:
            piece = _pread(self.file.fileno(), length, position)
            if not piece:
                raise CorruptIndexError(f"{self._name} was cut while it was open")
            pieces.append(piece)
            position += len(piece)
            length -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _read_sound(self, position: int, length: int) -> bytes:
        """Read from a file that may have been changed since it was compared."""
        data = self._read_at(position, length)
        if (marks := self._look()) != self._marks:
            same = self._expected and marks[0] == self.size
            if not same or self._checksum() != self._expected[1]:  # type: ignore[index]
                raise CorruptIndexError(f"{self._name} was changed while it was open")
            data = self._read_at(position, length)
            if self._look() != marks:
                raise CorruptIndexError(f"{self._name} is being changed")
            self._marks = marks
        return data

    def _block(self, number: int) -> bytes:
        block = self._blocks.get(number)
        if block is None:
            start = number << _BLOCK_BITS
            block = self._read_sound(start, min(_BLOCK_BYTES, self.size - start))
            if len(self._blocks) >= _BLOCKS_KEPT:
                self._blocks = {}
            self._blocks[number] = block
        return block

    # -- Whoosh's interface

    def get(self, position: int, length: int) -> bytes:
        """Return exactly `length` bytes from `position` on.

        Raises:
            CorruptIndexError: the file does not hold them.
        """
        end = position + length
        if position < 0 or length < 0 or end > self.size:
            raise CorruptIndexError(
                f"{self._name}: {length:,} bytes at {position:,} are not within {self.size:,}"
            )
        if self._content is not None:
            return self._content[position:end]
        first = position >> _BLOCK_BITS
        if end <= (first + 1) << _BLOCK_BITS:
            start = position & (_BLOCK_BYTES - 1)
            return self._block(first)[start : start + length]
        return self._read_sound(position, length)

    def unpack(self, struct: Struct, position: int) -> tuple[Any, ...]:
        """The numbers that `struct` finds at `position`; raises as `get`."""
        return struct.unpack(self.get(position, struct.size))

    def get_array(self, position: int, typecode: str, length: int) -> array[Any]:
        values: array[Any] = array(typecode)
        values.frombytes(self.get(position, length * values.itemsize))
        if IS_LITTLE:
            values.byteswap()
        return values

    def read(self, length: int | None = -1) -> bytes:
        if length is None or length < 0:
            length = self.size - self._position
        data = self.get(self._position, length)
        self._position += length
        return data

    def read_array(self, typecode: str, length: int) -> array[Any]:
        values = self.get_array(self._position, typecode, length)
        self._position += length * values.itemsize
        return values

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise CorruptIndexError(f"{self._name}: {offset:,} is before its beginning")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def read_pickle(self) -> Any:
        raise CorruptIndexError(f"{self._name}: a pickle is never loaded")

    def close(self) -> None:
        self.file.close()
        self.is_closed = True


def _pread(descriptor: int, length: int, position: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, position)
    with _SEEKING:
        os.lseek(descriptor, position, os.SEEK_SET)
        return os.read(descriptor, length)
