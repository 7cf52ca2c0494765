"""Which articles does a file of tagged records hold?

`records` streams a file of `<DOC> ... </DOC>` blocks in pieces, so that memory holds one
record and one piece however large the file is.  A record that opens before the last
one closed ends the broken one: that one is reported, the rest go on.

The tags are found as bytes; text is decoded a record at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.source import MAX_ARTICLE, Options, Source

__all__ = ["articles_of", "records"]

_PIECE = 1 << 20


def articles_of(
    source: Source, options: Options, tag: str, article_of: Callable[[str, int, bytes], Article]
) -> Iterator[Article]:
    """Yield what `article_of` makes of the file's name, and of the number and the bytes of
    each `tag` element; what cannot be read is reported."""
    found = 0
    for number, data in records(source, options, tag):
        found += 1
        try:
            yield article_of(source.name, number, data)
        except ReadError as error:
            options.report(error)
    if not found:
        raise ReadError(source.name, f"no whole <{tag}> record found")


def records(source: Source, options: Options, tag: str) -> Iterator[tuple[int, bytes]]:
    """Yield the number (from 1) and the bytes of each `tag` element, tags included.

    Broken records count too, so that the number of a good one never changes.
    """
    mark = re.compile(rf"<(/?){tag}(?=[\s>])[^>]{{0,2000}}>".encode(), re.I)
    buffer = b""
    number = 0
    scanned = 0  # no mark ends before this offset
    start = -1
    while True:
        try:
            piece = source.stream.read(_PIECE)
        except ReadError as error:
            options.report(error)
            piece = b""
        buffer += piece
        done = 0
        for found in mark.finditer(buffer, scanned):
            scanned = found.end()
            if not found[1]:
                if start >= 0:
                    options.report(_broken(source, number, f"no </{tag}> before the next <{tag}>"))
                    done = found.start()
                number += 1
                start = found.start()
            elif start >= 0:
                yield number, buffer[start : found.end()]
                start, done = -1, found.end()
        if not piece:
            if start >= 0:
                options.report(_broken(source, number, f"no </{tag}> before the end of the file"))
            return
        if start < 0:
            done = max(done, len(buffer) - 4096)
        # A tag may straddle two pieces: look again at the last stretch.
        scanned = max(scanned, len(buffer) - 4096)
        if len(buffer) - max(done, 0) > MAX_ARTICLE:
            raise ReadError(source.name, "a record larger than 64 MiB", record=number)
        buffer = buffer[done:]
        scanned -= done
        start = start - done if start >= 0 else -1


def _broken(source: Source, number: int, reason: str) -> ReadError:
    return ReadError(source.name, reason, record=number)
