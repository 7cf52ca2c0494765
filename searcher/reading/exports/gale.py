"""Which articles are in an export of Gale (OneFile, Academic, its newspaper archives)?

Text, or HTML and documents with the same lines: a citation, labels (`Title: Author:
Publication: Date:`), `Full Text:` and the text, a copyright, and `Gale Document Number`,
the last line of each article.  Where labels are missing, the citation has the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searcher.article import Article
from searcher.reading.encoding import decode
from searcher.reading.exports.html_blocks import blocks_in
from searcher.reading.exports.labels import LABEL, field_of, is_known
from searcher.reading.exports.records import Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.prose import paragraphs
from searcher.reading.source import Options, Source

__all__ = ["is_export", "read_blocks", "read_source"]

_NUMBER = re.compile(
    r"[^\n:]{0,60}\bGale\b[^\n:]{0,60}:\s*((?:GALE\s*\|)?\s*[A-Z]{1,6}\d{5,14})\s*", re.I
)
_CITATION = re.compile(
    r"[\"“](?P<title>.{2,400}?)[.]?[\"”]\s+"
    r"(?P<source>[^,\[\]\d]{2,120}?)\s*(?:\[[^\[\]]{0,100}\])?,\s*"
    r"(?:[^,]{0,60},\s*)??(?P<date>\d{1,2} [^\W\d_]{3,12}\.? \d{4}|[^\W\d_]{3,12}\.? \d{4})\b",
    re.S,
)
_BELOW = re.compile(
    r"\W*(?:copyright\b|(?:source )?citation\b|gale document number\b|\(c\)\s|©|disclaimer:|"
    r"this is a press release)",
    re.I,
)
_FULL_TEXT = frozenset(["body"])


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an export in text or HTML."""
    text, encoding = decode(source.read(), name=source.name)
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        text = "\n\n".join(block.text for block in blocks_in(text, source.name))
    yield from _of_text(text, source, options, encoding)


def is_export(blocks: Sequence[Block]) -> bool:
    """Whether the paragraphs of a document are such an export."""
    return any(_NUMBER.fullmatch(line.line) for line in lines_of(blocks[:2000]))


def read_blocks(
    blocks: Sequence[Block], source: Source, options: Options, *, encoding: str | None
) -> Iterator[Article]:
    """Yield the articles of an export that came as a document."""
    text = "\n\n".join(block.text for block in blocks if block.text)
    yield from _of_text(text, source, options, encoding)


def _of_text(
    text: str, source: Source, options: Options, encoding: str | None
) -> Iterator[Article]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    yield from articles_of(_records(lines), source, options, encoding, "Gale")


def _records(lines: list[str]) -> Iterator[Record]:
    start = 0
    for n, line in enumerate(lines):
        if (found := _NUMBER.fullmatch(line)) is not None:
            yield _record(lines[start:n], found[1].replace(" ", ""))
            start = n + 1
    rest = lines[start:]
    if any((found := LABEL.match(line)) and field_of(found[1], "") == "body" for line in rest):
        yield _record(rest, "")


def _record(lines: list[str], number: str) -> Record:
    record = Record(identifier=number, inverted=True)
    at = 0
    loose: list[str] = []
    while at < len(lines):
        line = lines[at].strip()
        at += 1
        found = LABEL.match(line)
        if found is None or not is_known(found[1]):
            loose.append(line)
            continue
        value = line[found.end() :]
        name = field_of(found[1], value)
        if name == "body":
            end = next((n for n in range(at, len(lines)) if _BELOW.match(lines[n])), len(lines))
            record.body = paragraphs("\n".join([value, *lines[at:end]]))
            at = end
            # The author may stand in the text's first line.
            first = LABEL.match(record.body[0]) if len(record.body) > 1 else None
            if first is not None and field_of(first[1], "") == "byline":
                name = record.body.pop(0)[first.end() :]
                record.byline = record.byline or [name]
        elif name == "source":
            record.source = record.source or value.strip()
        elif name == "rights" and not value.strip():
            record.keep("rights", " ".join(lines[at : at + 1]))
        else:
            record.take(found[1], value)
    _take_citation(" ".join(loose), record)
    return record


def _take_citation(line: str, record: Record) -> None:
    """Read what the labels left out from a citation in the style of the MLA."""
    line = " ".join(line.split())[:2000]
    # The first title in quotes is looked at and no other, whatever stands in it.
    quote = min((at for sign in '"“' if (at := line.find(sign)) >= 0), default=-1)
    found = _CITATION.match(line, quote) if quote >= 0 else None
    if found is None:
        return
    author = line[:quote].rstrip(" .")
    record.title = record.title or found["title"]
    record.source = record.source or found["source"].strip()
    record.take_date(found["date"])
    if not record.byline and 2 < len(author) < 200:
        record.byline = [author.replace(" and ", "; ")]
