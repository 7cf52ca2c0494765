"""Which articles are in an export of Factiva whose fields have no tags?

HTML and RTF of the layout "Full Article" have one line for each field, and nothing that
names it: section, headline, author, credit, number of words, date, time, source, its code,
edition, page, volume, language, copyright; then the text, the publisher and `Document`
with the accession number.  All but the texts are in the language of the interface.

Three lines are known by their shape in any language: a number and one word (the length),
below it a date, and at the end the accession number.  The source stands below the date, its
code in capitals below that; the copyright is the last line above the text.  The headline is
what is set as one: `Headline` is in its class, or it is bold.

`read_lines` reads one article, for HTML (`factiva.py`) and documents alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searcher.article import Article
from searcher.reading.exports.export_dates import is_date_line
from searcher.reading.exports.labels import WORD_COUNT
from searcher.reading.exports.languages import language_named
from searcher.reading.exports.records import Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.source import Options, Source

__all__ = ["ACCESSION", "TIME", "is_export", "read_blocks", "read_lines"]

ACCESSION = re.compile(r"(?:\S{1,20}[\s:]\s*)?([A-Z][A-Z0-9]{2,13}\d{8}[a-z][a-z0-9]{6,11})\.?")
"""`Document NYTF000020050408dp1900j9s`: a source, a day, and a number."""
TIME = re.compile(
    r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\.?)?(?:\s*\(?[A-Z]{2,5}\)?)?", re.I
)
_COPYRIGHT = re.compile(
    r"\s*(?:\(c\)|©|copyright\b|\(copyright)|.{0,80}(?:©|\(c\)\s)"
    r"|.{0,100}(?:all rights reserved|版權所有|版权所有|alle rechte|tous droits|"
    r"todos los derechos)",
    re.I,
)
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_PAGE = re.compile(r"[A-Z]{0,3}\.?-?\d[\w.,;&\s-]{0,20}|[A-Z]{1,3}\d{0,4}")
_VOLUME = re.compile(r"volume|issn|issue|vol\.|band|heft|numéro|volumen|卷|ISSN", re.I)
_HEAD_LINES = 40
_SENTENCE_END = (".", "?", "!", '"', "”", "。", "»", ")")
_COMPANY_END = re.compile(r"\b(?:Ltd|Inc|Corp|Co|LLC|plc|S\.A|S\.p\.A|AG|GmbH|N\.V|B\.V)\.$", re.I)


def is_export(blocks: Sequence[Block]) -> bool:
    """Whether the paragraphs of a document are such an export."""
    lines = lines_of(blocks[:4000])
    end = next((n for n, line in enumerate(lines) if ACCESSION.fullmatch(line.line)), None)
    return end is not None and _length_at(lines[:end]) is not None


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, encoding: str | None
) -> Iterator[Article]:
    """Yield the articles of an export that came as a document."""
    yield from articles_of(_records(lines_of(blocks)), source, options, encoding, "Factiva")


def _records(lines: list[Block]) -> Iterator[Record]:
    start = 0
    for n, line in enumerate(lines):
        if ACCESSION.fullmatch(line.line):
            record = read_lines(lines[start : n + 1])
            start = n + 1
            if record is not None:
                yield record


def read_lines(lines: list[Block]) -> Record | None:
    """The article of these lines; None if they are none, as on a cover."""
    length_at = _length_at(lines)
    record = Record()
    for n in range(len(lines) - 1, max(-1, len(lines) - 60), -1):
        if found := ACCESSION.fullmatch(lines[n].line):
            record.identifier = found[1]
            lines = lines[:n]
            break
    if length_at is None:
        return None
    _take_title(lines[:length_at], record)
    record.keep("length", lines[length_at].line)
    start = _take_facts(lines, length_at + 1, record)
    text = lines[start:]
    if any(line.has(".articleparagraph") for line in text):
        for line in text:
            if line.has(".articleparagraph"):
                record.body.append(line.line)
            else:
                record.keep("publisher" if line is text[-1] else "captions", line.line)
        return record
    record.body = [line.line for line in text]
    if len(record.body) > 1 and _is_publisher(record.body[-1]):
        record.keep("publisher", record.body.pop())
    return record


def _length_at(lines: list[Block]) -> int | None:
    for n, line in enumerate(lines[: _HEAD_LINES * 3]):
        if (
            WORD_COUNT.fullmatch(line.line)
            and n + 1 < len(lines)
            and is_date_line(lines[n + 1].line)
        ):
            return n
    return None


def _is_publisher(line: str) -> bool:
    if len(line) > 100 or len(line.split()) > 10:
        return False
    return not line.endswith(_SENTENCE_END) or _COMPANY_END.search(line) is not None


def _is_headline(line: Block) -> bool:
    return any(mark.endswith("headline") for run in line.runs for mark in run.marks)


def _take_title(lines: list[Block], record: Record) -> None:
    """Read what stands above the number of words."""
    set_apart = [n for n, line in enumerate(lines) if _is_headline(line)]
    if not set_apart:
        set_apart = [n for n, line in enumerate(lines) if line.is_all("b")][-1:]
    if not set_apart and lines:
        # Nothing is set apart: a short line of few words above another is a section.
        page = next((n for n in range(len(lines) - 1, 0, -1) if lines[n].page), 0)
        lines = lines[page:]
        set_apart = [0]
    if not set_apart:
        return
    first, last = set_apart[0], set_apart[-1]
    record.title = " ".join(line.line for line in lines[first : last + 1])
    above = lines[:first]
    if above:
        record.section = above[-1].line
    below = lines[last + 1 :]
    authors = [line for line in below if line.has(".author")]
    if not authors and below:
        authors = [line for line in below if not line.line.endswith(_SENTENCE_END)][:1]
    record.byline = [line.line for line in authors]
    for line in below:
        if line not in authors:
            record.keep("credit", line.line)


def _take_facts(lines: list[Block], at: int, record: Record) -> int:
    """Read what stands below the number of words; returns where the text begins."""
    date = lines[at].line
    at += 1
    time = ""
    if at < len(lines) and TIME.fullmatch(lines[at].line):
        time = lines[at].line
        at += 1
    record.take_date(date, time=time)
    facts: list[str] = []
    while at < len(lines) and len(facts) < 12 and not lines[at].has(".articleparagraph"):
        line = lines[at].line
        at += 1
        if _COPYRIGHT.match(line) and facts:
            record.keep("rights", line)
            break
        if len(line) > 200:  # no copyright, and the text has begun
            at -= 1
            break
        facts.append(line)
    while at < len(lines) and _COPYRIGHT.match(lines[at].line) and len(lines[at].line) < 200:
        record.keep("rights", lines[at].line)
        at += 1
    if not facts:
        return at
    record.source = facts.pop(0)
    for n, line in enumerate(facts):
        if n == 0 and _CODE.fullmatch(line):
            record.keep("source_code", line)
        elif (
            not record.language and (n == len(facts) - 1 or len(line) < 20) and language_named(line)
        ):
            record.language = line
        elif _VOLUME.search(line):
            record.keep("volume", line)
        elif _PAGE.fullmatch(line):
            record.keep("page", line)
        else:
            record.keep("edition", line)
    return at
