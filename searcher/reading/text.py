"""Which article does a plain text file hold?

Three shapes, told apart by the first lines:

1. a news dump: `date 2019-04-08` and the text after it on the same line, no headline.
   The first paragraph is often a photo's caption that ends in its credit, "(Name/Agency)";
   it is part of the text, but the headline's place is taken by the first sentence of
   the story after it;
2. header lines: `Title:`, `By ...`, `Date:`, `Source:` and the like, in any order;
3. a short first line, parted from the rest by a blank line, a byline or a date: a headline.

Hard-wrapped lines are joined into paragraphs (see prose.py).

Not done: a date or byline at the end of the text, several articles in one file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from searcher.article import Article
from searcher.errors import ReadError
from searcher.fields import FIELDS, FieldTable
from searcher.reading.bylines import byline_names
from searcher.reading.dates import DateError, find_date, parse_date
from searcher.reading.encoding import decode
from searcher.reading.field_keys import folded_key
from searcher.reading.prose import clean_line, first_sentence, paragraphs, shorten
from searcher.reading.source import Options, Source

__all__ = ["Heading", "is_byline", "read_heading", "read_source"]

_DUMP = re.compile(r"\s*date[ \t]+(\d{4}-\d{2}-\d{2})(?:[ \t]+(?=\S)|[ \t]*\n)", re.I)
_CREDIT = re.compile(
    r"\([^()]{2,60}/[^()]{2,60}\)\s*$|\((?:[^()]{0,60}\b)?(?:AP|Reuters|AFP|EPA|Getty Images|"
    r"photo|file)[^()]{0,40}\)\s*$",
    re.I,
)
_HEADER = re.compile(
    r"(title|headline|byline|by|authors?|date|published|pubdate|source|publication|publisher|url|"
    r"link|"
    r"section|category|language|lang)[ \t]*:[ \t]*(.*)$",
    re.I,
)
_FIELDS = {
    "title": "title", "headline": "title", "byline": "byline", "by": "byline", "author": "byline",
    "authors": "byline", "date": "date", "published": "date", "pubdate": "date", "source": "source",
    "publication": "source", "publisher": "source", "url": "url", "link": "url",
    "section": "section", "category": "section", "language": "language", "lang": "language",
}  # fmt: skip
_BY = re.compile(r"(?:by|von|par|por|di|door)\s+\S", re.I)
_PUBLISHED = re.compile(r"^(?:published|posted|updated|veröffentlicht|publié)\b", re.I)
_MAX_TITLE = 200
_MAX_HEADING_LINES = 24


@dataclass(slots=True)
class Heading:
    """What the lines above the text say; `rest` are the lines of the text."""

    title: str = ""
    byline: list[str] = field(default_factory=list)
    date: dt.datetime | dt.date | None = None
    date_text: str | None = None
    source: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    metadata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the one article of a text file."""
    text, encoding = decode(source.read(), name=source.name)
    yield read_text(text, name=source.name, encoding=encoding, fields=options.fields)


def read_text(
    text: str, *, name: str, encoding: str | None = None, fields: FieldTable = FIELDS
) -> Article:
    """Return the article in `text`, the contents of a file called `name`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    dump = _DUMP.match(text)
    heading = Heading()
    if dump:
        heading.date_text = dump[1]
        try:
            heading.date = parse_date(dump[1])
        except DateError:
            heading.date = None
        text = text[dump.end() :]
        on_same_line = "\n" not in dump[0]
    if not dump or not on_same_line:
        # What follows the heading stays one piece: a list of its lines is twice its size.
        heading = read_heading(text.split("\n", _MAX_HEADING_LINES + 2), heading, fields)
        text = "\n".join(heading.rest)
    body = paragraphs(text)
    title = shorten(clean_line(heading.title), _MAX_TITLE)
    if not title and body:
        story = body[1:] if dump and len(body) > 1 and _CREDIT.search(body[0]) else body
        title = first_sentence(story[0], _MAX_TITLE)
    if not title:
        raise ReadError(name, "no text in this file")
    return Article(
        title=title,
        body="\n\n".join(body),
        byline=byline_names(heading.byline),
        date=heading.date,
        source=heading.source,
        section=heading.section,
        language=heading.language,
        url=heading.url,
        path=name,
        date_text=heading.date_text,
        encoding=encoding,
        metadata=heading.metadata,
    )


def is_byline(line: str) -> bool:
    """Say whether a line under a headline is its byline: "By Jane Roe and John Doe"."""
    line = line.strip()
    if not _BY.match(line) or len(line) > 150:
        return False
    if line.endswith((".", "!", "?", ":")) and not line.endswith((" Jr.", " Sr.")):
        return False
    words = line.split()[1:]
    capitals = sum(word[:1].isupper() for word in words)
    return len(words) <= 20 and capitals * 2 >= len(words)


def read_heading(lines: list[str], heading: Heading, fields: FieldTable = FIELDS) -> Heading:
    """Take the headline, byline, date and header lines off the top of `lines`."""
    at = 0
    given = False  # a header line or a headline was read
    while at < min(len(lines), _MAX_HEADING_LINES):
        line = lines[at].strip()
        if not line:
            at += 1
            continue
        if _header(line, heading, fields) or _furniture(line, heading, given):
            given = True
        elif not heading.title and not given and _is_headline(lines, at):
            heading.title = line
            given = True
        else:
            break
        at += 1
    heading.rest = lines[at:]
    if (
        heading.title
        and not heading.byline
        and not any(map(str.strip, heading.rest))
        and not heading.date
    ):
        # One line alone is the text; the headline is made from it.
        heading.title, heading.rest = "", lines
    return heading


def _header(line: str, heading: Heading, fields: FieldTable) -> bool:
    found = _HEADER.match(line)
    if found is None:
        return bool(fields.metadata) and _own_header(line, heading, fields)
    key, value = _FIELDS[found[1].lower()], found[2].strip()
    if key == "byline":
        heading.byline.append(value)
    elif key == "date":
        if not _take_date(value, heading):
            heading.date_text = heading.date_text or value or None
    elif key == "url":
        if not value.startswith(("http://", "https://")):
            return False
        heading.url = value.split()[0]
    elif getattr(heading, key):
        return False  # a second "Title:" belongs to the text
    else:
        setattr(heading, key, value)
    return True


def _own_header(line: str, heading: Heading, fields: FieldTable) -> bool:
    """Read a line such as `Country: fr`, if `country` is a field."""
    key, colon, value = line.partition(":")
    name = next((row.name for row in fields.metadata if folded_key(key) in row.keys), None)
    if not colon or name is None or not value.strip() or name in heading.metadata:
        return False
    heading.metadata[name] = (value.strip(),)
    return True


def _furniture(line: str, heading: Heading, given: bool) -> bool:
    """Read a byline or a date that stands alone on its line."""
    if given and not heading.byline and is_byline(line):
        heading.byline.append(line)
        return True
    if heading.date is None and given and len(line) < 80:
        return _take_date(line, heading)
    return False


def _take_date(text: str, heading: Heading) -> bool:
    if heading.date is not None:
        return False
    try:
        heading.date = parse_date(text)
    except DateError:
        found = find_date(text) if _PUBLISHED.match(text) else None
        if found is None:
            return False
        heading.date = found
    heading.date_text = text
    return True


def _is_headline(lines: list[str], at: int) -> bool:
    line = lines[at].strip()
    if len(line) > _MAX_TITLE or (line.endswith(".") and len(line) > 120):
        return False
    after = lines[at + 1].strip() if at + 1 < len(lines) else ""
    if not after or is_byline(after) or _HEADER.match(after):
        return True
    try:
        parse_date(after)
    except DateError:
        return False
    return True
