"""Which articles are in an export of NewsBank (Access World News)?

Text, or HTML and documents with the same lines.  Below the headline stand, in one line,
date, newspaper and place (`March 9, 2021 | Star, The (Easton, MD)`; formerly `Star, The
(Easton, MD) - March 9, 2009`), then labels parted by bars (`Author/Byline: ... | Section:
...`), the number of words, and `Read News Document`; then the text, which ends at the
citation or the copyright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.exports.export_dates import is_date_line
from searcher.reading.exports.html_blocks import blocks_in
from searcher.reading.exports.labels import LABEL, WORD_COUNT, is_known
from searcher.reading.exports.records import Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.prose import paragraphs
from searcher.reading.source import Options, Source

__all__ = ["is_export", "read_blocks", "read_source"]

_BAR = re.compile(r"\s*([^|\n]{6,60}?)\s*\|\s*([^|\n]{2,200}?)\s*")
_DASH = re.compile(r"\s*([^\n|]{2,200}?\([^()\n]{2,60}\))\s+[-–—]\s+([^\n|]{6,60}?)\s*")
_MARKER = re.compile(r"\s*Read News Document\s*", re.I)
_END = re.compile(
    r"\W*(?:citation\b|copyright\b|©|\(c\)\s|openurl\b|record number\b|index terms?\b|"
    r"to bookmark this article)",
    re.I,
)
_PLACE = re.compile(r"\s*\(([^()]{2,80})\)\s*$")
_REFERENCE = re.compile(r"\bdocref=([\w./:%-]{4,80})")
_COPYRIGHT = re.compile(r"\W*(?:copyright\b|©|\(c\)\s)", re.I)


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an export in text or HTML."""
    text, encoding = decode(source.read(), name=source.name)
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        text = "\n\n".join(block.text for block in blocks_in(text, source.name))
    yield from _of_text(text, source, options, encoding)


def is_export(blocks: Sequence[Block]) -> bool:
    """Whether the paragraphs of a document are such an export."""
    lines = [line.line for line in lines_of(blocks[:400])]
    return any(map(_MARKER.fullmatch, lines)) and any(_heads(line) for line in lines)


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, encoding: str | None
) -> Iterator[Article]:
    """Yield the articles of an export that came as a document."""
    text = "\n\n".join(block.text for block in blocks if block.text)
    yield from _of_text(text, source, options, encoding)


def _of_text(
    text: str, source: Source, options: Options, encoding: str | None
) -> Iterator[Article]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    heads = [(n, found) for n, line in enumerate(lines) if (found := _heads(line))]
    if not heads:
        reason = "an export of NewsBank without any article"
        raise ReadError(source.name, reason, kind="newsbank")
    yield from articles_of(_records(lines, heads), source, options, encoding, "NewsBank")


def _heads(line: str) -> tuple[str, str] | None:
    """Date and newspaper of the line below a headline; None for any other line."""
    if len(line) > 300:
        return None
    found = _BAR.fullmatch(line)
    if found is not None and is_date_line(found[1]):
        return found[1], found[2]
    found = _DASH.fullmatch(line)
    if found is not None and is_date_line(found[2]):
        return found[2], found[1]
    return None


def _records(lines: list[str], heads: list[tuple[int, tuple[str, str]]]) -> Iterator[Record]:
    titles = [
        _title_above(lines, at, above)
        for (at, _), above in zip(heads, [0, *(at + 1 for at, _ in heads)], strict=False)
    ]
    starts = [first for first, _ in titles[1:]]
    for (at, (date, source)), (_, title), end in zip(
        heads, titles, [*starts, len(lines)], strict=True
    ):
        record = Record(title=title)
        record.take_date(date)
        place = _PLACE.search(source)
        record.source = source[: place.start()] if place else source
        record.keep("place", place[1] if place else "")
        start = _take_labels(lines, at + 1, end, record)
        stop = next((n for n in range(start, end) if _END.match(lines[n])), end)
        record.body = paragraphs("\n".join(lines[start:stop]))
        for line in lines[stop:end]:
            reference = _REFERENCE.search(line)
            if reference is not None:
                record.identifier = record.identifier or reference[1]
            if _COPYRIGHT.match(line):
                record.keep("rights", line)
            elif found := LABEL.match(line.strip()):
                record.take(found[1], line.strip()[found.end() :])
        yield record


def _title_above(lines: list[str], at: int, lowest: int) -> tuple[int, str]:
    """Where the headline above a line begins, and what it is."""
    last = at - 1
    while last >= lowest and not lines[last].strip():
        last -= 1
    first = last
    while first > lowest and lines[first - 1].strip():
        first -= 1
    return max(first, lowest), " ".join(" ".join(lines[max(first, 0) : last + 1]).split())


def _take_labels(lines: list[str], at: int, end: int, record: Record) -> int:
    """Read the lines between head and text; returns where that begins."""
    marker = next((n for n in range(at, min(end, at + 60)) if _MARKER.fullmatch(lines[n])), None)
    last = end if marker is None else marker
    start = at
    for n in range(at, last):
        line = lines[n].strip()
        found = False
        for part in line.split("|"):
            label = LABEL.match(part.strip())
            if label is not None and (marker is not None or is_known(label[1])):
                record.take(label[1], part.strip()[label.end() :])
                found = True
        is_number = line.isdigit() or line.casefold() == "words" or WORD_COUNT.fullmatch(line)
        if marker is None and line and not found and not is_number:
            return n
        start = n + 1
    return start if marker is None else marker + 1
