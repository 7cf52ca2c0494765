"""Which articles are in the files of a tar archive?

A tar archive is blocks of 512 bytes: a header for each member, then its bytes, with no
directory, so it is read from front to end as a stream, and may be of any size.  The reader is
our own because `tarfile` takes into memory whatever size an extended header claims to have.

Names longer than a header holds come in members of their own, GNU's (`L`) and POSIX' (`x`),
which may be 1 MiB here.  Links and devices are nothing to read; sparse files are refused by
name.

Source: IEEE Std 1003.1, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.archives.members import (
    EMPTY,
    MOST_DEEP,
    MOST_MEMBERS,
    Allowance,
    Growing,
    Tally,
    why_passed_over,
)
from searcher.reading.nesting import Nested
from searcher.reading.recognition import LeftOut
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_BLOCK = 512
_MAX_EXTENSION = 1 << 20
_PIECE = 1 << 18
_FILES = frozenset(b"\x0007")
_LINK = LeftOut("link", "a link")
_DEVICE = LeftOut("device", "a device or a pipe")


@dataclass(slots=True)
class _Header:
    name: str
    size: int
    kind: int


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of the files in a tar archive."""
    if options.depth > MOST_DEEP:
        raise ReadError(source.name, "an archive in an archive in an archive", hint="unpack it")
    tally = Tally(source.name, options, "a TAR archive")
    nested = Nested(source, tally.options)
    blocks = _Blocks(source)
    allowance = Allowance(1 << 60)  # what is not packed does not grow
    while (header := blocks.next_header()) is not None:
        tally.members += 1
        if tally.members > MOST_MEMBERS:
            raise ReadError(
                source.name, f"a TAR archive of more than {MOST_MEMBERS:,} files", hint="unpack it"
            )
        passed_over = _passed_over(header)
        if header.kind == ord("S"):
            tally.refuse(header.name, "a sparse file", "unpack it")
        elif passed_over is not None:
            tally.leave_out(header.name, passed_over)
        elif header.kind in _FILES and not header.size and not header.name.endswith("/"):
            tally.leave_out(header.name, EMPTY)
        elif header.kind in _FILES and not header.name.endswith("/"):
            stream = Growing(blocks.read, header.name, header.size, allowance)
            yield from nested.read_stream(cast(BinaryIO, stream), header.name)
        else:
            tally.members -= 1  # a folder
        missing = blocks.finish()
        if missing:
            tally.refuse(header.name, f"ends in the middle: {missing:,} bytes are missing")
    if blocks.damage is not None:
        tally.options.report(blocks.damage)
    tally.finish(nested.articles)


def _passed_over(header: _Header) -> LeftOut | None:
    if header.kind in b"12":
        return _LINK
    if header.kind in b"346":
        return _DEVICE
    return why_passed_over(header.name) if header.kind in _FILES else None


class _Blocks:
    """The members of an archive, one after the other, each read or passed over."""

    def __init__(self, source: Source) -> None:
        self._name = source.name
        self._stream = source.stream
        self._left = 0  # of the member that is being read
        self._padding = 0
        self.damage: ReadError | None = None
        """What ended the archive before its end."""

    def next_header(self) -> _Header | None:
        """The header of the next member; None at the end."""
        name, size = "", None
        is_blank = False
        while (block := self._take(_BLOCK)) and self.damage is None:
            if not block.strip(b"\0"):
                if is_blank:
                    return None
                is_blank = True
                continue
            header = _header(block)
            if header is None:
                self._broken("what follows is no header of a file")
                return None
            self._left = header.size
            self._padding = -header.size % _BLOCK
            if header.kind not in b"LKxgXV":
                if size is not None:
                    self._left = header.size = size
                    self._padding = -size % _BLOCK
                header.name = name or header.name
                return header
            if header.size > _MAX_EXTENSION:
                self._broken("a name, or what describes a file, is larger than 1 MiB")
                return None
            data = self.read(header.size)
            self.finish()
            if header.kind == ord("L"):
                name = data.rstrip(b"\0").decode("utf-8", "replace")
            elif header.kind in b"xX":
                fields = _pax(data)
                name = fields.get("path", name)
                digits = fields.get("size", "")
                size = int(digits) if digits.isdigit() and len(digits) < 16 else size
                if any(key.startswith("GNU.sparse") for key in fields):
                    name = fields.get("GNU.sparse.name", name)
        return None

    def read(self, size: int) -> bytes:
        """The next bytes of the member, at most `size`."""
        data = self._take(min(size, self._left))
        self._left -= len(data)
        return data

    def finish(self) -> int:
        """Pass over the rest of the member; return how much of it is not there."""
        left, whole = self._left, self._left + self._padding
        self._left = self._padding = 0
        while whole and (data := self._take(min(whole, _PIECE))):
            whole -= len(data)
            left -= len(data)
        return max(0, left)

    def _take(self, size: int) -> bytes:
        if self.damage is not None or not size:
            return b""
        try:
            return self._stream.read(size)
        except ReadError as error:  # of the packing around it
            self.damage = error
            return b""

    def _broken(self, why: str) -> None:
        reason = f"a TAR archive that is damaged: {why}"
        self.damage = ReadError(self._name, reason, hint="fetch it again")


def _header(block: bytes) -> _Header | None:
    if len(block) < _BLOCK:
        return None
    total = _number(block[148:156])
    if total != sum(block) - sum(block[148:156]) + 8 * 32:
        return None
    size = _number(block[124:136])
    if size is None or size >= 1 << 50:
        return None
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0] if block[257:263] == b"ustar\0" else b""
    whole = prefix + b"/" + name if prefix else name
    kind = block[156]
    # Of what is no file only the header is there, whatever it says.
    return _Header(whole.decode("utf-8", "replace"), 0 if kind in b"123456" else size, kind)


def _number(digits: bytes) -> int | None:
    """A number in octal, or of GNU's in binary."""
    if digits[0] in (0x80, 0xFF):
        return int.from_bytes(digits[1:], "big") if digits[0] == 0x80 else None
    text = digits.split(b"\0", 1)[0].strip()
    try:
        return int(text or b"0", 8) if not text.startswith((b"-", b"+")) else None
    except ValueError:
        return None


def _pax(data: bytes) -> dict[str, str]:
    """The fields of an extended header: `length key=value` and a line end each."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(data):
        blank = data.find(b" ", at, at + 20)
        digits = data[at:blank]
        if blank < 0 or not digits.isdigit() or not int(digits):
            break
        key, _, value = data[blank + 1 : at + int(digits) - 1].partition(b"=")
        fields[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        at += int(digits)
    return fields
