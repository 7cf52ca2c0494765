"""Which articles have ever arrived, and in which order?

A file of numbers of eight bytes, one for each article that was ever seen, in the order in
which they were first seen.  It is only ever appended to, so a place in it is a watermark: an
alert that has come to 1,200 has been told of the first 1,200 arrivals, and no alert keeps a
list of its own.  A million articles take eight megabytes.

The number is made of an article's id alone, which an update, a merge, a rebuild of the index
and a deletion leave as it is: so none of these makes an article new, and one that was removed
and comes back is not new either.

How many numbers count is said in `alerts.json`, with their checksum; what is longer was
written by a process that died before it could say so, and is cut off.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator

from searcher.codec.directory import Directory

__all__ = ["Arrivals", "ArrivalsDamagedError", "key_of"]

ARRIVALS_NAME = "arrivals"
_BYTES = 8
_PIECE_BYTES = 1 << 20
_USUAL_ID = re.compile(r"[0-9a-f]{16}")


class ArrivalsDamagedError(Exception):
    """The file does not hold what was written."""


def key_of(id: str) -> int:
    """The number of an article: ids are 64 bits already, unless their makers chose others."""
    if _USUAL_ID.fullmatch(id):
        return int(id, 16)
    digest = hashlib.blake2b(id.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
    return int.from_bytes(digest, "big")


class Arrivals:
    """The file, opened, with the first `count` numbers that it holds; close it when done.

    Raises:
        ArrivalsDamagedError: there are fewer.
        OSError: it cannot be opened.
    """

    def __init__(self, folder: Directory, count: int, checksum: int) -> None:
        self.count = count
        self.checksum = checksum
        self._saved = count, checksum
        self._file = os.fdopen(folder.open_or_create(ARRIVALS_NAME), "r+b", buffering=0)
        try:
            if os.fstat(self._file.fileno()).st_size < count * _BYTES:
                raise ArrivalsDamagedError("it is shorter than it was")
            self.rewind()
        except BaseException:
            self.close()
            raise

    def rewind(self) -> None:
        """Forget what was added since it was opened."""
        self.count, self.checksum = self._saved
        if os.fstat(self._file.fileno()).st_size > self.count * _BYTES:
            self._file.truncate(self.count * _BYTES)

    def unseen(self, keys: set[int]) -> set[int]:
        """Those of `keys` that are not in it.  Cost: reads all of it; 30 ns a number.

        Raises:
            ArrivalsDamagedError: it is not what was written.
        """
        left = set(keys)
        checksum = 0
        for piece in self._pieces(0, self.count):
            checksum = zlib.crc32(piece, checksum)
            left.difference_update(_numbers(piece))
        if checksum != self.checksum:
            raise ArrivalsDamagedError("its checksum does not fit")
        return left

    def add(self, keys: Iterable[int]) -> None:
        """Put `keys` at its end."""
        numbers = array("Q", keys)
        if sys.byteorder == "big":
            numbers.byteswap()
        data = numbers.tobytes()
        self._file.seek(self.count * _BYTES)
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) or 0 :]
        self.count += len(numbers)
        self.checksum = zlib.crc32(data, self.checksum)

    def sync(self) -> None:
        """Make durable what was added."""
        os.fsync(self._file.fileno())

    def between(self, first: int, last: int) -> list[int]:
        """The numbers from `first` on and before `last`, in order."""
        return [key for piece in self._pieces(first, last) for key in _numbers(piece)]

    def _pieces(self, first: int, last: int) -> Iterator[bytes]:
        self._file.seek(first * _BYTES)
        left = max(0, last - first) * _BYTES
        while left:
            piece = self._file.read(min(left, _PIECE_BYTES))
            while len(piece) % _BYTES and (more := self._file.read(_BYTES - len(piece) % _BYTES)):
                piece += more
            if not piece or len(piece) % _BYTES:
                raise OSError(errno.EIO, "ends too early", ARRIVALS_NAME)
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def _numbers(piece: bytes) -> array[int]:
    numbers = array("Q")
    numbers.frombytes(piece)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
