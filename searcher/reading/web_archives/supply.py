"""How are the bytes of a crawl taken, record by record?

`Supply` gives lines and blocks of a stream of any size, and takes back what turned out to
belong to the next record.  Where packed data is damaged, it goes on at the next member, if
each record was packed alone; `breaks` has what was wrong, for whoever tells of it.

Nothing is read twice, and no more is held than what was asked for and one piece of the file.
"""

from __future__ import annotations

import io
import re

from searcher.errors import ReadError
from searcher.reading.compression import Unpacked
from searcher.reading.source import Source

__all__ = ["Supply"]

_PIECE = 1 << 18


class Supply:
    """The bytes of `source`, in order."""

    def __init__(self, source: Source) -> None:
        self._stream = source.stream
        self._held = b""
        self._at = 0
        self._is_over = False
        self.breaks: list[ReadError] = []
        """What was wrong with the packing since somebody last emptied this."""

    def line(self, limit: int) -> bytes:
        """Return the next line with its end; only `limit` bytes of one that is longer.

        Nothing at the end of the file.
        """
        parts: list[bytes] = []
        size = 0
        while size < limit and self._fill():
            end = self._held.find(b"\n", self._at, self._at + limit - size) + 1
            until = end or min(len(self._held), self._at + limit - size)
            parts.append(self._held[self._at : until])
            size += until - self._at
            self._at = until
            if end:
                break
        return b"".join(parts)

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes; fewer at the end of the file."""
        parts: list[bytes] = []
        while size > 0 and self._fill():
            part = self._held[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, size: int, until: re.Pattern[bytes] | None = None) -> int:
        """Pass over `size` bytes, and return how many of them were not there.

        It ends sooner where `until` is found, and then nothing is missing.
        """
        while size > 0 and self._fill():
            step = min(size, len(self._held) - self._at)
            if until is not None:
                found = until.search(self._held, self._at, self._at + step)
                if found is not None:
                    self._at = found.end()
                    return 0
            self._at += step
            size -= step
        return size

    def peek_line(self, limit: int) -> bytes:
        """The next line, which stays where it is; see `line`."""
        if self._fill():
            end = self._held.find(b"\n", self._at, self._at + limit) + 1
            if end:
                return self._held[self._at : end]
        line = self.line(limit)
        self.give_back(line)
        return line

    def take_head(self, limit: int) -> bytes:
        """Take what stands before the next blank line, if that is near and ends as it should.

        A head of ten lines is most of what a record costs that is passed over.
        """
        end = self._held.find(b"\r\n\r\n", self._at, self._at + limit)
        if end < 0:
            return b""
        head = self._held[self._at : end]
        if b"\n\n" in head:
            return b""
        self._at = end + 4
        return head

    def give_back(self, data: bytes) -> None:
        """Put bytes that were taken before what comes next."""
        if data:
            self._held, self._at = data + self._held[self._at :], 0

    def _fill(self) -> bool:
        while self._at >= len(self._held):
            if self._is_over:
                return False
            try:
                self._held, self._at = self._stream.read1(_PIECE), 0
            except ReadError as error:
                self._held, self._at = b"", 0
                self.breaks.append(error)
                self._is_over = not self._resume()
                continue
            if not self._held:
                self._is_over = not self._resume()
        return True

    def _resume(self) -> bool:
        raw = self._stream.raw if isinstance(self._stream, io.BufferedReader) else None
        return isinstance(raw, Unpacked) and raw.resume()
