"""Which articles does a file in TREC's SGML hold?

The format of the TREC news collections (AP, WSJ, FT, LA Times, and many corpora since):
`<DOC>` blocks with a `<DOCNO>`, and beside it tags that differ by collection.  Read are
HEAD, HEADLINE, HL, H3, TITLE; BYLINE, AUTHOR; DATE, DATE_TIME, PUBDATE; DATELINE;
SOURCE; and TEXT, of which there may be several.

AP 1988: the day is in the DOCNO (AP880610-0001), since FILEID tells when a story moved
on the wire in a zone of its own.  Names of people stand in BYLINE after "By"; obituary
sections put their subjects there without it.  A story of several parts has several
datelines; each starts its part.  ``Quotes'' are left as the wire wrote them.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.bylines import byline_names
from searcher.reading.dates import DateError, parse_date
from searcher.reading.encoding import decode
from searcher.reading.prose import clean_line, first_sentence, paragraphs
from searcher.reading.sgml.tagged import articles_of
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_OPEN = re.compile(
    r"<(DOCNO|HEAD|HEADLINE|HL|H3|TITLE|BYLINE|AUTHOR|DATE|DATE_TIME|PUBDATE|DATELINE|SOURCE|TEXT|"
    r"LP|LEADPARA|BODY|URL|SECTION|NOTE|2ND_LINE)>",
    re.I,
)
_TAG = re.compile(r"<(/?)(?:p|para|paragraph|br|div)?\b[^<>]{0,200}>", re.I)
_COMPACT_DAY = re.compile(r"(?<=\D)(19|20)?(\d{2})(\d{2})(\d{2})(?=\D)")
_SOURCES = {"AP": "Associated Press"}
_BY = re.compile(r"^\W*by\s+\S", re.I)
_TITLE_TAGS = ("HEADLINE", "HEAD", "HL", "H3", "TITLE")
_DATE_TAGS = ("DATE", "DATE_TIME", "PUBDATE")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of one file."""
    return articles_of(source, options, "DOC", _article)


def _article(name: str, number: int, data: bytes) -> Article:
    text, encoding = decode(data, name=name)
    fields: dict[str, list[str]] = {}
    parts: list[str] = []
    dateline = ""
    for tag, value in _fields(text):
        if tag == "DATELINE":
            dateline = clean_line(_plain(value))
        elif tag in ("TEXT", "LP", "LEADPARA", "BODY"):
            lines = paragraphs(_plain(value))
            if dateline:
                lines[:1] = [f"{dateline} _ {lines[0]}" if lines else dateline]
                dateline = ""
            parts += lines
        else:
            fields.setdefault(tag, []).append(_plain(value))
    title = next(
        (line for tag in _TITLE_TAGS for line in map(clean_line, fields.get(tag, ())) if line), ""
    )
    if not title and parts:
        title = first_sentence(parts[0])
    number_text = clean_line(" ".join(fields.get("DOCNO", ())))
    if not title and not parts:
        # Advisories to editors have no text but their note; with a number they count.
        if not number_text:
            raise ReadError(name, "no text in this record", record=number)
        parts = [line for value in fields.get("NOTE", ()) for line in paragraphs(value)]
        title = clean_line(" ".join(fields.get("2ND_LINE", ())))
    date_text, date = _date(fields, number_text)
    prefix = re.match(r"[A-Za-z]+", number_text)
    source = clean_line(" ".join(fields.get("SOURCE", ()))) or (prefix[0] if prefix else "")
    return Article(
        title=title,
        body="\n\n".join(parts),
        byline=_byline(fields),
        date=date,
        source=_SOURCES.get(source, source) or None,
        section=clean_line(" ".join(fields.get("SECTION", ()))) or None,
        url=next((url for url in fields.get("URL", ()) if url.strip().startswith("http")), None),
        path=name,
        id=number_text,  # unique over all collections, and what judgements name
        record=number,
        date_text=date_text,
        encoding=encoding,
    )


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and contents of each known element; found by plain search, which is fast."""
    at = 0
    unclosed: set[str] = set()
    while opening := _OPEN.search(text, at):
        at = opening.end()
        end = -1 if opening[1] in unclosed else text.find(f"</{opening[1]}>", at)
        if end < 0:
            unclosed.add(opening[1])
            continue
        yield opening[1].upper(), text[at:end]
        at = end


def _plain(value: str) -> str:
    if "<" in value:
        value = _TAG.sub("\n\n", value)
    return html.unescape(value) if "&" in value else value


def _byline(fields: dict[str, list[str]]) -> tuple[str, ...]:
    lines = [line for value in fields.get("BYLINE", ()) for line in value.split("\n")]
    signed = [line for line in lines if _BY.match(line)]
    # Without "By" a BYLINE holds the subject of an obituary, a state, a box's heading.
    return byline_names(signed or fields.get("AUTHOR", []))


def _date(
    fields: dict[str, list[str]], number: str
) -> tuple[str | None, dt.datetime | dt.date | None]:
    for tag in _DATE_TAGS:
        for value in fields.get(tag, ()):
            text = clean_line(value)
            try:
                return text, parse_date(text)
            except DateError:
                continue
    found = _COMPACT_DAY.search(number)
    if found:
        try:
            # The collections begin in 1986; two digits below 40 mean this century.
            century = found[1] or ("20" if int(found[2]) < 40 else "19")
            return found[0], parse_date(f"{century}{found[2]}{found[3]}{found[4]}")
        except DateError:
            pass
    unread = (clean_line(value) for tag in _DATE_TAGS for value in fields.get(tag, ()))
    return next(unread, None), None
