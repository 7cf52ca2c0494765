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
from searcher.reading.bylines import byline_names
from searcher.reading.dates import DateError, parse_date
from searcher.reading.encoding import decode
from searcher.reading.prose import clean_line, paragraphs, shorten
from searcher.reading.sgml.tagged import articles_of
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_OPEN = re.compile(r"<(DATE|TITLE|AUTHOR|DATELINE|BODY)>")
_TEXT = re.compile(r"<TEXT\b[^>]{0,200}>(.*?)(?:</TEXT>|</REUTERS>|\Z)", re.S)
_STAMP = re.compile(r"\d{1,2}-[A-Z]{3}-\d{4}(?:\s+\d{1,2}:\d{2}:\d{2}(?:\.\d+)?)?")
_SIGN_OFF = re.compile(r"\n [A-Za-z]+\s*\Z")
_AGENCY = re.compile(r",(?!.*\band\b)[^,]*\Z", re.S)
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
_REFERENCE = re.compile(r"&(?:lt|gt|quot|amp);|&#(\d{1,4});")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of one file of the collection."""
    return articles_of(source, options, "REUTERS", _article)


def _article(name: str, number: int, data: bytes) -> Article:
    text, encoding = decode(data, name=name)
    found = _TEXT.search(text)
    if found is None:
        raise ReadError(name, "no <TEXT> in this record", record=number)
    inner = found[1]
    head, _ = _fields(text[: found.start()])
    parts, outside = _fields(inner)
    parts = {name: _resolve(value) for name, value in parts.items()}
    body = parts.get("BODY")
    if body is None:
        body = _resolve(re.sub(r"</?[A-Z]{1,40}>", "\n", outside))
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


def _fields(text: str) -> tuple[dict[str, str], str]:
    """Return the contents of each field by its tag, and the text outside of them.

    A closing tag that is not there is looked for once, whatever the number of open ones.
    """
    found: dict[str, str] = {}
    outside: list[str] = []
    unclosed: set[str] = set()
    at = kept = 0
    while opening := _OPEN.search(text, at):
        at, name = opening.end(), opening[1]
        end = -1 if name in unclosed else text.find(f"</{name}>", at)
        if end < 0:
            unclosed.add(name)
            continue
        found[name] = text[at:end]
        outside.append(text[kept : opening.start()])
        at = kept = end + len(f"</{name}>")
    return found, "".join(outside) + text[kept:]


def _resolve(text: str) -> str:
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda found: _REFERENCES.get(found[0]) or " ", text)


def _indent(body: str) -> str:
    # Tables and paragraphs alike start four blanks in; a first line never does.
    return body.strip("\n").lstrip()
