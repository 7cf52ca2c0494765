"""Which articles are in a mailbox?

Messages stand one after the other, each after a line `From address date`.  Bodies hold lines
that begin so too: writers should put `>` before those (mboxrd), and many do not.  So such a
line parts messages only if a field of a head follows it, and if it ends with a date, or is
the bare `From ` or `From - ` of some programs with a blank line before it.

The file is read as a stream; a message of more than 64 MiB is passed over, and said.

Source: RFC 4155 (appendix A); "mbox formats" of qmail (mboxo, mboxrd).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from searcher.article import Article, article_id
from searcher.errors import ReadError
from searcher.reading.mail.message import articles_of_message
from searcher.reading.nesting import Nested
from searcher.reading.source import MAX_ARTICLE, Options, Source

__all__ = ["read_source"]

_MAX_LINE = 1 << 20
_DATED = re.compile(
    rb"From .{0,400}?\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"
    rb".{0,40}\b\d{4}\b.{0,20}$"
)
_BARE = re.compile(rb"From(?: - ?.{0,80}| \S{0,200})? ?$")
_FIELD = re.compile(rb">?From |[!-9;-~]{1,60}:")
_QUOTED = re.compile(rb"(?m)^>(>*From )")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of the messages of a mailbox."""
    nested = Nested(source, options)
    last = 0
    number = 0
    for number, data in enumerate(_messages(source), start=1):
        try:
            if data is None:
                raise ReadError(source.name, f"larger than {MAX_ARTICLE >> 20} MiB")
            for article in articles_of_message(data, source, options, nested=nested):
                last = max(number, last + 1)
                is_derived = article.id == article_id(article)
                yield replace(article, record=last, id="" if is_derived else article.id)
        except ReadError as error:
            options.report(ReadError(source.name, error.reason, record=number, hint=error.hint))
    if not number:
        raise ReadError(source.name, "a mailbox without a message", kind="mail")


def _messages(source: Source) -> Iterator[bytes | None]:
    """The messages, without the lines between them; None for one that is too large."""
    lines = bytearray()  # a list of short lines is many times their size
    size = 0
    is_message, was_blank = False, True
    pending: bytes | None = None
    while True:
        line = pending if pending is not None else source.stream.readline(_MAX_LINE)
        pending = None
        if not line:
            break
        if line.startswith(b"From ") and _begins(line, was_blank):
            pending = source.stream.readline(_MAX_LINE)
            if _FIELD.match(pending):
                if is_message:
                    yield _whole(lines, size)
                lines, size, is_message = bytearray(), 0, True
                was_blank = False
                continue
        was_blank = not line.strip()
        size += len(line)
        is_message = is_message or not was_blank
        if size <= MAX_ARTICLE:
            lines += line
        else:
            lines = bytearray()
    if is_message:
        yield _whole(lines, size)


def _begins(line: bytes, after_blank: bool) -> bool:
    line = line.rstrip()
    return _DATED.match(line) is not None or (after_blank and _BARE.match(line) is not None)


def _whole(lines: bytearray, size: int) -> bytes | None:
    if size > MAX_ARTICLE:
        return None
    return _QUOTED.sub(rb"\1", bytes(lines))
