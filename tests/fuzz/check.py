"""What must hold, whatever the bytes?

`problem_of` reads bytes as a file of some name: articles or `ReadError`s come out, the text of
articles can be written, and no more than `MOST_SECONDS` of the processor are used.

`Unpacked` shows a mutator what is inside a packed file.  A mutated byte of a zip or gzip
file only ever breaks its checksum; one of what it holds is a hostile member.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import signal
import time
import traceback
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read_bytes

__all__ = ["MOST_SECONDS", "Unpacked", "problem_of"]

MOST_SECONDS = 5.0
_MOST_UNPACKED = 1 << 20


def problem_of(data: bytes, name: str) -> tuple[str, str] | None:
    """Read `data` as the file `name`; None if all is well.

    Otherwise a short key that is the same for the same problem, and what happened.
    """
    errors: list[ReadError] = []
    began = time.process_time()
    try:
        with _no_longer_than(2 * MOST_SECONDS):
            for article in read_bytes(data, name=name, on_error=errors.append):
                assert isinstance(article, Article)
                for text in (article.title, article.body, article.id, *article.byline):
                    text.encode()
        assert all(error.path == name and error.reason for error in errors)
    except ReadError as error:
        if error.path != name or not error.reason:
            return "error-without-reason", repr(error)
    except (Exception, _TooLong) as error:
        ours = [
            frame for frame in traceback.extract_tb(error.__traceback__) if "searcher" in frame[0]
        ]
        last = ours[-1]
        place = f"{last.filename.rpartition('/')[2]}-{last.lineno}"
        return f"{type(error).__name__}-{place}", traceback.format_exc()
    seconds = time.process_time() - began
    if seconds > MOST_SECONDS:
        return "slow", f"{seconds:.1f} seconds for {len(data):,} bytes"
    return None


class _TooLong(BaseException):
    """No reader may take this for a fault of the file."""


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """Raise `_TooLong` where the reader is after so many seconds of the processor."""

    def end(number: int, frame: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@dataclass(slots=True)
class Unpacked:
    """One part of a packed file, and all that is needed to pack it again."""

    kind: str
    part: bytes
    others: tuple[tuple[str, bytes], ...] = ()
    place: int = 0

    @classmethod
    def of(cls, data: bytes, chosen: int) -> Unpacked | None:
        """The part of `data` that a number chooses; None if it is not packed, or is broken."""
        try:
            if data.startswith(b"PK\x03\x04"):
                return cls._of_zip(data, chosen)
            for kind, (sign, unpack, _) in _PACKED.items():
                if data.startswith(sign):
                    part = unpack(data)
                    return cls(kind, part) if len(part) <= _MOST_UNPACKED else None
        except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, *_BROKEN):
            return None
        return None

    @classmethod
    def _of_zip(cls, data: bytes, chosen: int) -> Unpacked | None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if not members or sum(member.file_size for member in members) > _MOST_UNPACKED:
                return None
            held = [(member.filename, archive.read(member)) for member in members]
        place = chosen % len(held)
        return cls("zip", held[place][1], tuple(held), place)

    def packed(self, part: bytes) -> bytes:
        """The file with `part` in the place of the part."""
        if self.kind != "zip":
            return _PACKED[self.kind][2](part)
        out = io.BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            warnings.simplefilter("ignore")  # of two members with one name
            for place, (name, content) in enumerate(self.others):
                archive.writestr(name or "x", part if place == self.place else content)
        return out.getvalue()


_BROKEN = (zipfile.BadZipFile, lzma.LZMAError, zlib.error)


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 1)


def _bzipped(data: bytes) -> bytes:
    return bz2.compress(data, 1)


def _xzipped(data: bytes) -> bytes:
    return lzma.compress(data, preset=0)


_PACKED: dict[str, tuple[bytes, Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "gzip": (b"\x1f\x8b", gzip.decompress, _gzipped),
    "bzip2": (b"BZh", bz2.decompress, _bzipped),
    "xz": (b"\xfd7zXZ\x00", lzma.decompress, _xzipped),
}
