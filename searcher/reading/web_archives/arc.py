"""Which articles are in an ARC file?

Before WARC there was ARC: a line `URL IP-address date type length`, a block of that length
with the HTTP message in it, and a line end.  Version 2 has five columns more.  Addresses may
hold blanks, so the line is parted from its right end.  The first record names the file.

After what is no record the next line of that shape is looked for, and the loss reported once.

Source: https://archive.org/web/researcher/ArcFileFormat.php.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.source import MAX_ARTICLE, Options, Source
from searcher.reading.web_archives.captures import Capture, Captures
from searcher.reading.web_archives.supply import Supply

__all__ = ["read_source"]

_MAX_LINE = 1 << 14
_LINE = re.compile(
    rb"(?P<url>[A-Za-z][A-Za-z0-9+.-]{0,20}:.*) (?P<host>\S+) (?P<date>\d{12,17}) "
    rb"(?P<type>\S+)(?: (?P<status>\d{3}) \S+ \S+ \S+ \S+)? (?P<length>-?\w{1,15}) *\r?\n\Z",
    re.S,
)


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of the pages of an ARC file."""
    captures = Captures(source.name, options, "a web archive (ARC)")
    supply = Supply(source)
    number = stray = 0

    def complain(reason: str) -> None:
        captures.report(ReadError(source.name, reason), number or None)

    while True:
        line = supply.line(_MAX_LINE)
        found = _LINE.match(line)
        for error in supply.breaks:
            captures.report(error, number or None)
        supply.breaks.clear()
        if found is None and line:
            stray += len(line) if line.strip() else 0
            continue
        if stray:
            complain(f"{stray:,} bytes that belong to no record come after it")
            stray = 0
        if found is None:
            break
        number += 1
        if not found["length"].isdigit():
            complain("a record without a length that can be read")
            continue
        length = int(found["length"])
        if length > MAX_ARTICLE:
            complain(f"larger than {MAX_ARTICLE >> 20} MiB")
            supply.skip(length)
            continue
        block = supply.take(length)
        if len(block) < length:
            complain(f"ends in the middle: {length - len(block):,} bytes are missing")
        url = found["url"].decode("utf-8", "replace")
        if url.startswith("filedesc:"):
            captures.others["descriptions of the file"] += 1
            continue
        content_type = found["type"].decode("latin-1")
        yield from captures.read(
            Capture(number, url, _instant(found["date"].decode()), content_type, block)
        )
    captures.finish(number)


def _instant(digits: str) -> str:
    """`20140216050221` as an instant of ISO 8601; 12 digits have no seconds."""
    seconds = digits[12:14] if len(digits) >= 14 else "00"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{seconds}Z"
