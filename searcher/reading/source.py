"""Which bytes does a reader get?

`Source` is what every reader of a format receives: a name for messages and a
buffered stream of unpacked bytes, whose head can be looked at without taking it.

Of files only regular ones are opened (a symbolic link to one is fine): a pipe, a device
or a socket could block or never end; `opening.py` sees to that.

Limits: a single article, be it a file or a record, holds at most 64 MiB.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from searcher.errors import ReadError
from searcher.fields import FIELDS, FieldTable
from searcher.opening import open_regular
from searcher.reading.compression import compression_of, unpack
from searcher.reading.recognition import LeftOut

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = [
    "BUFFER_SIZE",
    "HEAD_SIZE",
    "MAX_ARTICLE",
    "TOO_MUCH_MEMORY",
    "Options",
    "Source",
    "open_bytes",
    "open_file",
    "open_stream",
]

MAX_ARTICLE = 64 << 20
HEAD_SIZE = 1 << 15
BUFFER_SIZE = 1 << 18
_PIECE = 1 << 20
TOO_MUCH_MEMORY = "takes too much memory to read"


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may ask of any reader.

    `field_map` names, for JSON, the key that holds a field of an article.
    `on_error` gets the error of each bad record of a file of many articles.
    `fields` are those that articles have in the archive that they are read for.
    `on_left_out` gets the name of each member of an archive that is in no format that is
    read, and what it is.  `depth` is how many files the source is inside of.
    `defer` asks for pages in the place of their articles: see `deferred.py`.
    """

    field_map: Mapping[str, str] = field(default_factory=dict)
    on_error: Callable[[ReadError], None] | None = None
    fields: FieldTable = FIELDS
    on_left_out: Callable[[str, LeftOut], None] | None = None
    depth: int = 0
    defer: bool = False

    def report(self, error: ReadError) -> None:
        """Hand over the error of one record, or raise it when nobody listens."""
        if self.on_error is None:
            raise error
        self.on_error(error)


class Source:
    """A named stream of unpacked bytes; use it in a `with` statement."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = name
        raw: io.BufferedReader = io.BufferedReader(cast(io.RawIOBase, stream), BUFFER_SIZE)
        kind = compression_of(raw.peek(8))
        if kind is not None:
            raw = unpack(cast(BinaryIO, raw), kind, name, buffer_size=BUFFER_SIZE)
        self.stream = raw
        try:
            self.head = raw.peek(HEAD_SIZE)[:HEAD_SIZE]
            if kind is not None and compression_of(self.head) is not None:
                raise ReadError(name, "compressed data inside compressed data", hint="unpack it")
        except BaseException:
            raw.close()
            raise

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def read(self, limit: int = MAX_ARTICLE) -> bytes:
        """Return all bytes.

        Raises:
            ReadError: there are more than `limit`, or they cannot be read.
        """
        try:
            # A buffered stream sets aside as much as it is asked for, so it is asked in pieces.
            data = self.stream.read(min(limit + 1, _PIECE))
            if len(data) == _PIECE:
                whole = io.BytesIO()
                whole.write(data)
                while whole.tell() <= limit and data:
                    data = self.stream.read(min(limit + 1 - whole.tell(), _PIECE))
                    whole.write(data)
                data = whole.getvalue()
        except OSError as error:
            raise ReadError(self.name, _why(error)) from error
        if len(data) > limit:
            raise ReadError(
                self.name,
                f"larger than {limit >> 20} MiB",
                hint="split the file, or give many articles as JSON Lines",
            )
        return data


def open_file(path: str | os.PathLike[str]) -> Source:
    """Open a regular file, packed or not.

    Raises:
        ReadError: it is missing, unreadable, empty or not a regular file.
    """
    name = os.fspath(path)
    try:
        descriptor = open_regular(path)
    except OSError as error:
        raise ReadError(name, _why(error)) from error
    except ValueError as error:  # a NUL in the name
        raise ReadError(name, "no such file") from error
    stream = io.FileIO(descriptor)
    try:
        if os.fstat(descriptor).st_size == 0:
            raise ReadError(name, "empty file", kind="empty")
        return Source(name, cast(BinaryIO, stream))
    except OSError as error:
        stream.close()
        raise ReadError(name, _why(error)) from error
    except BaseException:
        stream.close()
        raise


def open_bytes(data: bytes, name: str) -> Source:
    """Treat `data` as the contents of a file called `name`."""
    if not data:
        raise ReadError(name, "empty file", kind="empty")
    return Source(name, io.BytesIO(data))


def open_stream(stream: BinaryIO, name: str) -> Source:
    """Treat what comes out of `stream`, such as a pipe, as the contents of a file `name`."""
    source = Source(name, cast(BinaryIO, _Patient(stream)))
    if not source.head:
        source.stream.close()
        raise ReadError(name, "empty file", kind="empty")
    return source


class _Patient(io.RawIOBase):
    """A stream that waits for as much as was asked for, as a file does and a pipe does not.

    Closing it leaves the pipe open, which is its owner's.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        at = 0
        while at < len(view) and (piece := self._stream.read(len(view) - at)):
            view[at : at + len(piece)] = piece
            at += len(piece)
        return at


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "permission denied"
    return error.strerror or str(error)
