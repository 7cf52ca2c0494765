"""Which articles are in a WARC file?

A record is a line with the version, named fields, a blank line, a block of `Content-Length`
bytes and two line ends.  Pages are in records of the types `response`, `resource` and
`conversion`; what else there is, requests, metadata and repeats of what stands elsewhere,
is counted.  A record that cannot hold a page is passed over without being read.

Real files deviate: bytes between records, lengths that are wrong, records cut off.  After
what is no record the next line with a version is looked for, in the block too if its length
led astray, and the loss is reported once.

A file of any length takes the memory of its largest page: a block holds 64 MiB, a head
256 KiB.

Source: ISO 28500:2017, https://iipc.github.io/warc-specifications/.  Not done: segmented
records (continuations are no pages by themselves), WARC before 0.17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.source import MAX_ARTICLE, Options, Source
from searcher.reading.web_archives.captures import Capture, Captures, may_be_page
from searcher.reading.web_archives.supply import Supply

__all__ = ["read_source"]

_VERSION = re.compile(rb"WARC/\d{1,2}\.\d{1,2}[ \t\r]*\n\Z")
_LOST_VERSION = re.compile(rb"\n(?=WARC/\d{1,2}\.\d{1,2}[ \t\r]*\n[A-Za-z-]{3,40}:)")
_MAX_LINE = 1 << 16
_MAX_HEAD = 1 << 18
_MAX_SCAN = 1 << 12
# Enough for the head of an HTTP message, to see whether its body matters.
_PEEK = 1 << 14
_TYPE = re.compile(rb"\n[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-[Tt][Yy][Pp][Ee]:([^\r\n]{0,400})")
_STATUS = re.compile(rb"HTTP(?:/\d(?:\.\d)?)?[ \t]+(\d{3})\b")
_WANTED = frozenset(["response", "resource", "conversion"])


@dataclass(slots=True)
class _Record:
    number: int
    fields: dict[str, str]
    length: int | None

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "").lower()


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of the pages of a WARC file."""
    captures = Captures(source.name, options, "a web archive (WARC)")
    records = _Records(source, captures)
    for capture in records.captures():
        yield from captures.read(capture)
    captures.finish(records.count)


class _Records:
    """The records of a file, and where it went on after what is none."""

    def __init__(self, source: Source, captures: Captures) -> None:
        self._name = source.name
        self._supply = Supply(source)
        self._captures = captures
        self.count = 0

    def captures(self) -> Iterator[Capture]:
        while (record := self._next()) is not None:
            if record.length is None:
                self._complain("a record without a length that can be read")
                continue
            block = self._block(record)
            if block is not None:
                yield Capture(
                    record.number,
                    record.fields.get("warc-target-uri", ""),
                    record.fields.get("warc-date", ""),
                    record.fields.get("content-type", ""),
                    block,
                )
        self._tell_breaks()

    def _next(self) -> _Record | None:
        """The head of the next record; None at the end of the file."""
        stray = 0
        while True:
            line = self._supply.line(_MAX_LINE)
            self._tell_breaks()
            if not line:
                break
            if _VERSION.match(line):
                if stray:
                    self._complain(f"{stray:,} bytes that belong to no record come after it")
                self.count += 1
                return self._head()
            stray += len(line) if line.strip() else 0
        if stray:
            self._complain(f"{stray:,} bytes that belong to no record come after it")
        return None

    def _head(self) -> _Record:
        fields: dict[str, str] = {}
        last = ""
        for text in self._head_lines():
            if text[:1] in (" ", "\t") and last:
                fields[last] += " " + text.strip()
                continue
            name, _, value = text.partition(":")
            last = name.strip().lower()
            fields.setdefault(last, value.strip())
        length = fields.get("content-length", "")
        is_sane = re.fullmatch(r"[0-9]{1,15}", length) is not None
        return _Record(self.count, fields, int(length) if is_sane else None)

    def _head_lines(self) -> Iterator[str]:
        head = self._supply.take_head(_MAX_HEAD)
        if head and b"WARC/" not in head:
            yield from head.decode("utf-8", "replace").split("\r\n")
            return
        self._supply.give_back(head + b"\r\n\r\n" if head else b"")
        size = 0
        while size < _MAX_HEAD:
            line = self._supply.line(_MAX_LINE)
            size += len(line)
            if not line.strip():
                return
            if _VERSION.match(line):  # a head that breaks off
                self._supply.give_back(line)
                return
            yield line.decode("utf-8", "replace").rstrip("\r\n")

    def _block(self, record: _Record) -> bytes | None:
        """The block of a record that may be a page; None of another, which is passed over."""
        assert record.length is not None
        if record.kind not in _WANTED:
            self._captures.others[f"of type {record.kind or 'unknown'}"] += 1
            self._pass_over(record.length)
            return None
        start = self._supply.take(min(record.length, _PEEK))
        left = record.length - len(start)
        if left and not self._matters(record, start):
            self._pass_over(left)
            return None
        if record.length > MAX_ARTICLE:
            self._complain(f"larger than {MAX_ARTICLE >> 20} MiB")
            # Such a length may be false, and then the next records are in it.
            self._supply.give_back(start)
            self._pass_over(record.length, until=_LOST_VERSION)
            return None
        block = start + self._supply.take(left) if left else start
        return self._checked(block, record.length)

    def _matters(self, record: _Record, start: bytes) -> bool:
        """Whether a block that begins so may be a page; what is not is counted."""
        status = _STATUS.match(start)
        if status is not None and status[1] != b"200":
            self._captures.others[f"with status {status[1].decode()}"] += 1
            return False
        found = _TYPE.search(start) if status is not None else None
        content_type = found[1].decode("latin-1") if found else ""
        if status is None:
            content_type = record.fields.get("content-type", "")
        url = record.fields.get("warc-target-uri", "")
        if status is None and content_type.lower().startswith("application/http"):
            return True
        if not may_be_page(content_type, url):
            self._captures.others[content_type.partition(";")[0].strip() or "unknown"] += 1
            return False
        return True

    def _pass_over(self, length: int, until: re.Pattern[bytes] | None = None) -> None:
        missing = self._supply.skip(length, until)
        if missing:
            self._tell_breaks()
            self._complain(f"ends in the middle: {missing:,} bytes are missing")

    def _checked(self, block: bytes, length: int) -> bytes | None:
        """`block` up to where the next record begins, if the length led astray."""
        after = self._supply.peek_line(_MAX_SCAN)
        is_whole = len(block) == length
        if is_whole and (not after.strip() or _VERSION.match(after)):
            return block
        found = _LOST_VERSION.search(block)
        if found is not None:
            self._supply.give_back(block[found.end() :])
            self._complain("its length goes into the next record")
            return block[: found.start()].rstrip(b"\r\n")
        if not is_whole:
            self._tell_breaks()
            self._complain(f"ends in the middle: {length - len(block):,} bytes are missing")
        return block

    def _complain(self, reason: str) -> None:
        self._captures.report(ReadError(self._name, reason), self.count or None)

    def _tell_breaks(self) -> None:
        for error in self._supply.breaks:
            self._captures.report(error, self.count or None)
        self._supply.breaks.clear()
