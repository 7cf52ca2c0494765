"""How is one member of packed data unpacked, piece by piece?

One class for each packing: gzip (RFC 1952), xz and the older lzma, bzip2, zstd (RFC 8878), lz4
(its frames), and what HTTP has besides (RFC 9110, 8.4): deflate (RFC 1950, or bare RFC 1951 as
some servers send it) and br (RFC 7932).  All have one shape, `Decompressor`, and give about as
much as they are asked for however far the data would grow, so that the caps of compression.py
hold at every step.

The libraries for zstd, lz4 and br are the extra `archives`; without them their data is refused.
A zstd file may begin with the dictionary of its frames, as crawls in WARC do
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/).

Not done: lz4 of the time before its frames, compress (.Z), 7z, rar.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Protocol

from searcher.errors import ReadError
from searcher.importing import InstalledOnly

__all__ = [
    "Decompressor",
    "decompressor",
    "dictionary_end",
    "is_format_error",
    "zstd_dictionary",
]

_MEMORY = 1 << 27  # what a window, or a dictionary, may take
# 512 bytes of zstd may be 128 blocks of 128 KiB.
_ZSTD_PIECE = 512
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_MAX_DICTIONARY = 1 << 24
_HINT = "pip install 'searcher[archives]'"


class Decompressor(Protocol):
    """One member of a packed file, fed piece by piece."""

    @property
    def eof(self) -> bool: ...
    @property
    def rest(self) -> bytes: ...
    @property
    def hungry(self) -> bool: ...
    def feed(self, data: bytes, limit: int) -> bytes: ...


def decompressor(kind: str, data: bytes, name: str, dictionary: bytes | None) -> Decompressor:
    """Return what unpacks a member of packing `kind` that begins with `data`.

    Raises:
        ReadError: the library for it is not installed.
    """
    if kind == "zstd":
        return _Zstd(name, dictionary)
    if kind == "lz4":
        return _Lz4(name)
    if kind == "br":
        return _Brotli(name)
    if kind in ("xz", "lzma"):
        return _Lzma(kind)
    if kind == "bzip2":
        return _Bzip2()
    return _Zlib(_window_bits(kind, data))


def is_format_error(error: Exception) -> bool:
    """Whether an error says that data is damaged, rather than that something broke."""
    # By name: a module is there only if something was unpacked with it. bz2 raises OSError
    # for damaged data, and reads nothing from the disk here.
    return isinstance(error, EOFError | OSError) or type(error).__qualname__ in (
        "error",
        "LZMAError",
        "ZstdError",
    )


def _window_bits(kind: str, data: bytes) -> int:
    if kind == "gzip":
        return 31
    is_zlib = len(data) > 1 and data[0] & 15 == 8 and (data[0] * 256 + data[1]) % 31 == 0
    return 15 if is_zlib else -15


class _Zlib:
    def __init__(self, bits: int) -> None:
        self._member = _module("zlib").decompressobj(wbits=bits)

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._member.unused_data)

    @property
    def hungry(self) -> bool:
        return not self._member.unconsumed_tail

    def feed(self, data: bytes, limit: int) -> bytes:
        piece: bytes = self._member.decompress(self._member.unconsumed_tail + data, limit)
        return piece


class _Lzma:
    def __init__(self, kind: str) -> None:
        lzma = _module("lzma")  # some Pythons were built without it
        form = lzma.FORMAT_XZ if kind == "xz" else lzma.FORMAT_ALONE
        self._member = lzma.LZMADecompressor(form, memlimit=2 * _MEMORY)

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._member.unused_data)

    @property
    def hungry(self) -> bool:
        return bool(self._member.needs_input)

    def feed(self, data: bytes, limit: int) -> bytes:
        piece: bytes = self._member.decompress(data, limit)
        return piece


class _Bzip2:
    def __init__(self) -> None:
        self._member = _module("bz2").BZ2Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._member.unused_data)

    @property
    def hungry(self) -> bool:
        return bool(self._member.needs_input)

    def feed(self, data: bytes, limit: int) -> bytes:
        piece: bytes = self._member.decompress(data, limit)
        return piece


class _Zstd:
    """The library has no bound on what a call gives: it is fed a little at a time."""

    def __init__(self, name: str, dictionary: bytes | None) -> None:
        library = _library("zstandard", "zstd", name)
        words = library.ZstdCompressionDict(dictionary) if dictionary else None
        unpacker = library.ZstdDecompressor(dict_data=words, max_window_size=_MEMORY)
        self._member = unpacker.decompressobj()
        self._data = b""
        self._at = 0

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._member.unused_data) + self._data[self._at :]

    @property
    def hungry(self) -> bool:
        return self._at >= len(self._data)

    def feed(self, data: bytes, limit: int) -> bytes:
        if data:
            self._data, self._at = data, 0
        pieces: list[bytes] = []
        size = 0
        while size < limit and not self.eof and not self.hungry:
            piece = self._data[self._at : self._at + _ZSTD_PIECE]
            self._at += len(piece)
            pieces.append(self._member.decompress(piece))
            size += len(pieces[-1])
        return b"".join(pieces)


class _Lz4:
    def __init__(self, name: str) -> None:
        self._member = _library("lz4.frame", "lz4", name).LZ4FrameDecompressor()

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._member.unused_data or b"")

    @property
    def hungry(self) -> bool:
        return bool(self._member.needs_input)

    def feed(self, data: bytes, limit: int) -> bytes:
        try:
            piece: bytes = self._member.decompress(data, limit)
        except RuntimeError as error:  # which is all that the library has for damaged data
            raise OSError(str(error)) from error
        return piece


class _Brotli:
    def __init__(self, name: str) -> None:
        self._member = _library("brotli", "brotli", name).Decompressor()
        self.hungry = True

    @property
    def eof(self) -> bool:
        return bool(self._member.is_finished())

    @property
    def rest(self) -> bytes:
        return b""

    def feed(self, data: bytes, limit: int) -> bytes:
        piece: bytes = self._member.process(data, output_buffer_limit=max(1, limit))
        # It says that it takes more while it still has something to give.
        self.hungry = not piece and bool(self._member.can_accept_more_data())
        return piece


def dictionary_end(data: bytes) -> int:
    """Where the dictionary ends that a zstd file begins with; 0 if there is none."""
    size = int.from_bytes(data[4:8], "little")
    is_one = data.startswith(_ZSTD_DICTIONARY) and 8 <= size <= _MAX_DICTIONARY
    return 8 + size if is_one else 0


def zstd_dictionary(data: bytes, name: str) -> bytes | None:
    """The dictionary that a zstd file may begin with, given its first bytes; else None."""
    words = data[8 : dictionary_end(data)]
    if not words:
        return None
    if not words.startswith(_ZSTD_FRAME):
        return words
    member = _Zstd(name, None)
    unpacked = member.feed(words, _MAX_DICTIONARY)
    return unpacked if member.eof else None


def _library(module: str, kind: str, name: str) -> Any:
    try:
        return _module(module)
    except ImportError as error:
        reason = f"{kind} data, for which {module.partition('.')[0]} is not installed"
        raise ReadError(name, reason, hint=_HINT) from error


@cache
def _module(name: str) -> Any:
    # Once: a crawl has a million members, and looking at the path costs more than one of them.
    with InstalledOnly():
        return import_module(name)
