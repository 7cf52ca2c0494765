"""Which members has a zip archive?

Python's `zipfile` with guards around it.  Before it reads the directory of the archive, that
is counted: 100,000 members are read, and no two of them may share bytes (D. Fifield, "A
better zip bomb").  What it says of a member that is encrypted, packed in a way it does not
know, or damaged becomes a `ReadError`; what it unpacks passes through `Growing`.

A zip needs its end first, so one that comes out of another file is held in memory.

Source: APPNOTE.TXT 6.3.10 (PKWARE).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from typing import IO, BinaryIO, cast

from searcher.errors import ReadError
from searcher.reading.archives.members import MOST_MEMBERS, Allowance, Growing
from searcher.reading.compression import Unpacked
from searcher.reading.source import Source

__all__ = ["Zip", "ZipMember"]

ZipMember = zipfile.ZipInfo
_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_NEWER_END = 76
_MAX_DIRECTORY = 64 << 20
_MAX_IN_MEMORY = 256 << 20
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
    OverflowError,
)
_ZSTD = 93
_METHODS = {1: "shrink", 6: "implode", 9: "deflate64", 98: "ppmd", 99: "encryption"}
_UNBOUNDED = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "lzma", _ZSTD: "zstd"}


class Zip:
    """The members of the zip archive in `source`.

    Raises:
        ReadError: it is none, is damaged at its end, or is made to harm.
    """

    def __init__(self, source: Source) -> None:
        self._name = source.name
        stream = _seekable(source)
        size = stream.seek(0, io.SEEK_END)
        self._allowance = Allowance(size)
        self._count(stream, size)
        try:
            self._archive = zipfile.ZipFile(stream)
            self._members = self._archive.infolist()
        except _FAULTS as error:
            reason = f"a ZIP archive that is damaged ({_why(error)})"
            raise ReadError(self._name, reason, hint="fetch it again") from error
        self._refuse_shared_bytes()

    def __iter__(self) -> Iterator[ZipMember]:
        # Not by `is_dir`, which fails at a name of nothing.
        return (member for member in self._members if not member.filename.endswith("/"))

    def open(self, member: ZipMember) -> BinaryIO:
        """Return the bytes of a member.

        Raises:
            ReadError: it is encrypted, or cannot be unpacked.
        """
        name = member.filename
        if member.flag_bits & 1:
            raise ReadError(name, "encrypted", hint="unpack it with its password")
        try:
            stream = self._stream(member)
        except _FAULTS as error:
            method = _METHODS.get(member.compress_type)
            how = f"packed with {method}, which is not read" if method else "damaged"
            detail = "" if method else f" ({_why(error)})"
            raise ReadError(name, how + detail, hint="unpack it") from error

        def read(size: int) -> bytes:
            try:
                return stream.read(size)
            except _FAULTS as error:
                reason = f"damaged in the archive ({_why(error)})"
                raise ReadError(name, reason, hint="fetch the archive again") from error

        growing = Growing(read, name, member.compress_size, self._allowance)
        return cast(BinaryIO, growing)

    def _stream(self, member: ZipMember) -> IO[bytes]:
        kind = _UNBOUNDED.get(member.compress_type)
        if kind is None:
            return self._archive.open(member)
        # The library bounds what a step unpacks for deflate alone: 200 bytes of bzip2 may be
        # 256 MB. So it gives these as they are stored, and compression.py unpacks them.
        stored = copy(member)
        stored.compress_type, stored.file_size = zipfile.ZIP_STORED, member.compress_size
        stored.CRC = None  # type: ignore[assignment]
        packed = self._archive.open(stored)
        if kind == "lzma":
            packed = _with_length(packed, member)
        return io.BufferedReader(Unpacked(cast(BinaryIO, packed), kind, member.filename), 1 << 16)

    def _count(self, stream: BinaryIO, size: int) -> None:
        """Refuse a directory of more members than are read, without reading it twice."""
        tail_size = min(size, (1 << 16) + 22)
        stream.seek(size - tail_size)
        tail = stream.read(tail_size)
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + 22:
            reason = "a ZIP archive without an end: it is cut off"
            raise ReadError(self._name, reason, hint="fetch it again")
        length = int.from_bytes(tail[at + 12 : at + 16], "little")
        end = size - tail_size + at
        if length == 0xFFFFFFFF:  # of the newer kind: all of it that can be
            length = min(end, _MAX_DIRECTORY + 1)
        if length > min(end, _MAX_DIRECTORY):
            reason = "a ZIP archive whose directory is larger than 64 MiB, or than itself"
            raise ReadError(self._name, reason, hint="fetch it again, or unpack it")
        # Between the directory and its end the newer kind has two records more.
        stream.seek(max(0, end - length - _NEWER_END))
        if stream.read(length + _NEWER_END).count(_ENTRY) > MOST_MEMBERS:
            reason = f"a ZIP archive of more than {MOST_MEMBERS:,} files"
            raise ReadError(self._name, reason, hint="unpack it")
        stream.seek(0)

    def _refuse_shared_bytes(self) -> None:
        end = 0
        for member in sorted(self._members, key=lambda member: member.header_offset):
            if member.header_offset < end:
                reason = f"a ZIP archive in which members share bytes ({member.filename})"
                raise ReadError(self._name, reason, hint="it is made to fill disks")
            end = member.header_offset + 30 + member.compress_size


def _seekable(source: Source) -> BinaryIO:
    # Without the buffers between, each of which is filled anew after every step aside.
    base: object = source.stream
    while isinstance(base, io.BufferedReader):
        base = base.raw
    if isinstance(base, io.FileIO | io.BytesIO) and base.seekable():
        return cast(BinaryIO, base)
    return cast(BinaryIO, io.BytesIO(source.read(_MAX_IN_MEMORY)))


def _with_length(packed: IO[bytes], member: ZipMember) -> IO[bytes]:
    """LZMA as it stands alone: APPNOTE 5.8.8 has a version for the length."""
    head = packed.read(9)
    has_mark = member.flag_bits & 2
    length = b"\xff" * 8 if has_mark else member.file_size.to_bytes(8, "little")
    return cast(IO[bytes], _Joined(head[4:9] + length, packed))


class _Joined(io.RawIOBase):
    """Some bytes, and a stream after them."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data, self._first = self._first, b""
        return data or self._rest.read(size)


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
