"""What do these bytes hold once unpacked?

gzip (RFC 1952), xz, lzma, bzip2, zstd and lz4 are recognised by their first bytes, never by name,
and unpacked as a stream, so that a file of any size costs a few megabytes of memory.
A file may hold several members one after another, as `cat a.gz b.gz` makes; decompressors.py
has what unpacks one of them.

Bombs: after the first 10 MB of output a stream that has grown more than 200-fold
is refused, and so is a packed file inside a packed file.  News text shrinks three-
to sixfold, markup tenfold; only crafted or empty data reaches 200.

A stream that breaks in the middle first hands out what came before the break,
so that the good articles of a truncated file are not lost with the bad one.  A reader of
files whose every record is a member of its own (a crawl) may `resume` at the next member.

Not done: zip and tar, which hold files with names (archives/).
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO

from searcher.errors import ReadError
from searcher.reading.decompressors import (
    Decompressor,
    decompressor,
    dictionary_end,
    is_format_error,
    zstd_dictionary,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["MAX_RATIO", "SUFFIXES", "Unpacked", "compression_of", "unpack"]

MAX_RATIO = 200
FREE_OUTPUT = 10_000_000
_CHUNK = 1 << 18
_PIECE = 1 << 14  # what is fed at once: what follows the end of a member is copied
# Every member costs a copy of what has been read ahead, however little is in it.
_MAX_MEMBERS = 10_000
_LEAST_MEMBER = 100  # bytes on average
# After a break the next member is looked for this often: each look costs a copy.
_MOST_BREAKS = 1_000
_MAGIC = (
    (rb"\x1f\x8b\x08", "gzip"),
    (rb"\xfd7zXZ\x00", "xz"),
    (rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", "bzip2"),
    # A frame, or one that is skipped: a dictionary stands in such a one.
    (rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", "zstd"),
    (rb"\x04\x22\x4d\x18", "lz4"),
    # It has no mark: usual settings, a round size of dictionary, an unknown or sane length.
    (rb"(?s)\x5d\x00\x00[\x00-\x80][\x00-\x08](?:\xff{8}|.{5}\x00{3})", "lzma"),
)
_LONGEST_MAGIC = 16
_GZIP_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
SUFFIXES = (".gz", ".xz", ".bz2", ".zst", ".zstd", ".lzma", ".lz4")


def compression_of(head: bytes) -> str | None:
    """Return "gzip", "xz", "bzip2", "zstd", "lz4", "lzma" or None, by the first bytes of a file."""
    return next((name for magic, name in _MAGIC if re.match(magic, head)), None)


def unpack(stream: BinaryIO, kind: str, name: str, *, buffer_size: int) -> io.BufferedReader:
    """Return the unpacked bytes of `stream`, which is packed as `kind`."""
    return io.BufferedReader(Unpacked(stream, kind, name), buffer_size)


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a packed stream, with the caps of this module."""

    def __init__(self, stream: BinaryIO, kind: str, name: str) -> None:
        self._stream = stream
        self._kind = kind
        self._name = name
        self._member: Decompressor | None = None
        self._dictionary: bytes | None = None
        self._pending = b""  # packed bytes read from the file and not yet fed
        self._fed = b""  # what the member was fed last: another may begin in it
        self._surplus = b""  # unpacked bytes that nobody asked for yet
        self._breaks = 0
        self.is_bomb = False
        """Whether it was given up because it grows too far."""
        self._chunk = b""
        self._at = 0
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

    def resume(self) -> bool:
        """Go on after a break, or after what follows the last member; False at the end.

        Only gzip can: its members have a mark of their own.
        """
        self._breaks += 1
        if self._kind != "gzip" or self._breaks > _MOST_BREAKS:
            return False
        data, self._fed = self._fed[1:] or self._pending, b""
        while True:
            found = _GZIP_MEMBER.search(data)
            if found is not None:
                break
            # A mark may be cut in two.
            tail, self._pending = data[-3:], b""
            data = self._packed()
            if not data:
                return False
            data = tail + data
        self._pending = data[found.start() :]
        self._member, self._failure, self._surplus = None, None, b""
        return True

    def _some(self, limit: int) -> bytes:
        """Return up to `limit` unpacked bytes; none at the end of the file."""
        if not self._surplus:
            self._surplus = self._more(limit)
        piece, self._surplus = self._surplus[:limit], self._surplus[limit:]
        return piece

    def _more(self, limit: int) -> bytes:
        """Return about `limit` unpacked bytes; none at the end of the file."""
        while True:
            if self._member is None and not self._begin():
                return b""
            member = self._member
            assert member is not None
            data = self._packed() if member.hungry else b""
            if member.hungry and not data:
                raise self._error("ends in the middle: the file is truncated")
            self._fed = data or self._fed
            try:
                piece = member.feed(data, limit)
            except Exception as error:
                if not is_format_error(error):
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
                self.is_bomb = True
                raise self._error(f"unpacks to more than {MAX_RATIO} times its size")
            if piece:
                return piece

    def _begin(self) -> bool:
        """Begin the next member; False if there is none."""
        data = self._packed()
        # Some writers pad the file with zeros to a block boundary.
        while data and not data.strip(b"\0"):
            data = self._packed()
        data = data.lstrip(b"\0") if self._members else data
        while 0 < len(data) < _LONGEST_MAGIC and (more := self._packed()):
            data += more
        if not data or (self._members and compression_of(data) != self._kind):
            self._fed, self._pending = b"", data
            return False
        if self._kind == "zstd" and not self._members:
            while len(data) < dictionary_end(data) and (more := self._packed()):
                data += more
            self._dictionary = zstd_dictionary(data, self._name)
        self._pending = data
        self._member = decompressor(self._kind, data, self._name, self._dictionary)
        return True

    def _packed(self) -> bytes:
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        if self._at >= len(self._chunk):
            self._chunk, self._at = self._stream.read(_CHUNK), 0
            self._taken += len(self._chunk)
        data = self._chunk[self._at : self._at + _PIECE]
        self._at += len(data)
        return data

    def _error(self, what: str) -> ReadError:
        return ReadError(
            self._name, f"{self._kind} data {what}", hint="fetch or pack the file again"
        )
