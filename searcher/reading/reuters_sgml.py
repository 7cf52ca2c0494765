"""Which articles does a file of Reuters-21578 hold?

The collection's README (D. D. Lewis, 1997) is the specification; its SGML is simple
enough for patterns, and too broken (references to control characters) for XML.

The body starts with the dateline, as on the wire.  1,798 briefs have a title only,
and 737 articles are "unprocessed": text without inner tags, of which the first line
that looks like one is the title.  The time stamps carry no zone and are read as UTC.
The closing " Reuter" is a wire's sign-off, not text, and is dropped.  One record (NEWID
12793) is empty; it comes out as an empty article, so that none of the 21,578 is missing.

Not read: TOPICS, PLACES and the other category tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.dates import DateError, parse_date
from searcher.reading.encoding import decode
from searcher.reading.names import byline_names
from searcher.reading.prose import clean_line, paragraphs, shorten
from searcher.reading.records import records
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_FIELD = re.compile(r"<(DATE|TITLE|AUTHOR|DATELINE|BODY)>(.*?)</\1>", re.S)
_TEXT = re.compile(r"<TEXT\b([^>]*)>(.*?)(?:</TEXT>|</REUTERS>|\Z)", re.S)
_STAMP = re.compile(r"\d{1,2}-[A-Z]{3}-\d{4}(?:\s+\d{1,2}:\d{2}:\d{2}(?:\.\d+)?)?")
_SIGN_OFF = re.compile(r"\n [A-Za-z]+\s*\Z")
_AGENCY = re.compile(r",(?!.*\band\b)[^,]*\Z", re.S)
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
_REFERENCE = re.compile(r"&(?:lt|gt|quot|amp);|&#(\d{1,4});")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of one file of the collection."""
    found = 0
    for number, data in records(source, options, "REUTERS"):
        found += 1
        try:
            yield _article(source.name, number, data)
        except ReadError as error:
            options.report(error)
    if not found:
        raise ReadError(source.name, "no whole <REUTERS> record found")


def _article(name: str, number: int, data: bytes) -> Article:
    text, encoding = decode(data, name=name)
    found = _TEXT.search(text)
    if found is None:
        raise ReadError(name, "no <TEXT> in this record", record=number)
    inner = found[2]
    head = {field[1]: field[2] for field in _FIELD.finditer(text[: found.start()])}
    parts = {field[1]: _resolve(field[2]) for field in _FIELD.finditer(inner)}
    body = parts.get("BODY")
    if body is None:
        body = _resolve(re.sub(r"<[A-Z]+>|</[A-Z]+>", "\n", _FIELD.sub("", inner)))
    body = _SIGN_OFF.sub("", body.rstrip())
    title = clean_line(parts.get("TITLE", ""))
    lines = paragraphs(_indent(body))
    if not title and lines:
        first, _, rest = body.strip().partition("\n")
        title = shorten(clean_line(first))
        lines = paragraphs(_indent(rest)) or lines
    dateline = clean_line(parts.get("DATELINE", ""))
    if dateline:
        lines[:1] = [f"{dateline} {lines[0]}" if lines else dateline]
    date_text = clean_line(_resolve(head.get("DATE", ""))) or None
    date = None
    if stamp := _STAMP.search(date_text or ""):
        try:
            date = parse_date(stamp[0])
        except DateError:
            date = None
    return Article(
        title=title,
        body="\n\n".join(lines),
        byline=byline_names(_AGENCY.sub("", parts.get("AUTHOR", ""))),
        date=date,
        source="Reuters",
        language="en",
        path=name,
        record=number,
        date_text=date_text,
        encoding=encoding,
    )


def _resolve(text: str) -> str:
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda found: _REFERENCES.get(found[0]) or " ", text)


def _indent(body: str) -> str:
    # Tables and paragraphs alike start four blanks in; a first line never does.
    return body.strip("\n").lstrip()
