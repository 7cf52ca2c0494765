"""What do these bytes hold once unpacked?

gzip (RFC 1952) and xz are recognised by their first bytes, never by name, and
unpacked as a stream, so that a file of any size costs a few megabytes of memory.
A file may hold several members one after another, as `cat a.gz b.gz` makes.

Bombs: after the first 10 MB of output a stream that has grown more than 200-fold
is refused, and so is a packed file inside a packed file.  News text shrinks three-
to sixfold, markup tenfold; only crafted or empty data reaches 200.

A stream that breaks in the middle first hands out what came before the break,
so that the good articles of a truncated file are not lost with the bad one.

Not done: zip, bzip2, zstd, tar.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Protocol

from searcher.errors import ReadError
from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["MAX_RATIO", "SUFFIXES", "Unpacked", "compression_of", "unpack"]

MAX_RATIO = 200
FREE_OUTPUT = 10_000_000
_CHUNK = 1 << 18
# Every member costs a copy of what has been read ahead, however little is in it.
_MAX_MEMBERS = 10_000
_LEAST_MEMBER = 100  # bytes on average
_MAGIC = {b"\x1f\x8b\x08": "gzip", b"\xfd7zXZ\x00": "xz"}
SUFFIXES = (".gz", ".xz")


def compression_of(head: bytes) -> str | None:
    """Return "gzip", "xz" or None, by the first bytes of a file."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def unpack(stream: BinaryIO, kind: str, name: str, *, buffer_size: int) -> io.BufferedReader:
    """Return the unpacked bytes of `stream`, which is packed as `kind`."""
    return io.BufferedReader(Unpacked(stream, kind, name), buffer_size)


class _Decompressor(Protocol):
    """One member of a packed file, fed piece by piece."""

    @property
    def eof(self) -> bool: ...
    @property
    def rest(self) -> bytes: ...
    @property
    def hungry(self) -> bool: ...
    def feed(self, data: bytes, limit: int) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        with InstalledOnly():
            import zlib

        self._member = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def rest(self) -> bytes:
        return self._member.unused_data

    @property
    def hungry(self) -> bool:
        return not self._member.unconsumed_tail

    def feed(self, data: bytes, limit: int) -> bytes:
        return self._member.decompress(self._member.unconsumed_tail + data, limit)


class _Xz:
    def __init__(self) -> None:
        with InstalledOnly():
            import lzma  # some Pythons were built without it

        self._member = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=1 << 28)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def rest(self) -> bytes:
        return self._member.unused_data

    @property
    def hungry(self) -> bool:
        return self._member.needs_input

    def feed(self, data: bytes, limit: int) -> bytes:
        return self._member.decompress(data, limit)


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a packed stream, with the caps of this module."""

    def __init__(self, stream: BinaryIO, kind: str, name: str) -> None:
        self._stream = stream
        self._kind = kind
        self._name = name
        self._member: _Decompressor | None = None
        self._pending = b""  # packed bytes read from the file and not yet fed
        self._taken = 0
        self._members = 0
        self._given = 0
        self._failure: ReadError | None = None

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._failure is None:
            try:
                piece = self._some(len(view) - filled)
            except ReadError as error:
                self._failure = error
                break
            if not piece:
                break
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
        if not filled and self._failure is not None:
            raise self._failure
        return filled

    def _some(self, limit: int) -> bytes:
        """Return up to `limit` unpacked bytes; none at the end of the file."""
        while True:
            if self._member is None:
                data = self._packed()
                # Some writers pad the file with zeros to a block boundary.
                while data and not data.strip(b"\0"):
                    data = self._packed()
                if not data or (self._given and compression_of(data.lstrip(b"\0")) is None):
                    return b""
                self._pending = data.lstrip(b"\0")
                self._member = _Gzip() if self._kind == "gzip" else _Xz()
            member = self._member
            data = self._packed() if member.hungry else b""
            if member.hungry and not data:
                raise self._error("ends in the middle: the file is truncated")
            try:
                piece = member.feed(data, limit)
            except Exception as error:
                if not _is_format_error(error):
                    raise
                raise self._error(f"is damaged ({error})") from error
            if member.eof:
                self._pending = member.rest
                self._member = None
                self._members += 1
            self._given += len(piece)
            if self._members > _MAX_MEMBERS and self._members * _LEAST_MEMBER > self._given:
                raise self._error(f"is cut into more than {_MAX_MEMBERS:,} all but empty parts")
            if self._given > FREE_OUTPUT and self._given > MAX_RATIO * max(1, self._taken):
                raise self._error(f"unpacks to more than {MAX_RATIO} times its size")
            if piece:
                return piece

    def _packed(self) -> bytes:
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        data = self._stream.read(_CHUNK)
        self._taken += len(data)
        return data

    def _error(self, what: str) -> ReadError:
        return ReadError(
            self._name, f"{self._kind} data {what}", hint="fetch or pack the file again"
        )


def _is_format_error(error: Exception) -> bool:
    # By name: a module is there only if something was unpacked with it.
    return isinstance(error, EOFError) or type(error).__qualname__ in ("error", "LZMAError")
