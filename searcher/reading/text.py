"""Which article does a plain text file hold?

Four shapes, told apart by the first lines:

1. a news dump: `date 2019-04-08` and the text after it on the same line, no headline.
   The first paragraph is often a photo's caption that ends in its credit, "(Name/Agency)";
   it is part of the text, but the headline's place is taken by the first sentence of
   the story after it;
2. header lines: `Title:`, `Автор:`, `Date:`, `Source:` and the like, in any order;
3. a short first line, parted from the rest by a blank line, a byline or a date: a headline;
4. a masthead with the day of the paper.

The last three are read by `headings.py`.  In the `.story` files of CNN and the Daily Mail,
`@highlight` begins a summary, which is none of the text.  Hard-wrapped lines are joined into
paragraphs, and words that they part (see prose.py).

Not done: several articles in one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.fields import FIELDS, FieldTable
from searcher.reading.bylines import byline_names
from searcher.reading.dates import DateError, parse_date
from searcher.reading.encoding import decode
from searcher.reading.headings import (
    MOST_LINES,
    Heading,
    is_byline,
    read_heading,
    take_trailer,
)
from searcher.reading.prose import clean_line, first_sentence, paragraphs, shorten
from searcher.reading.source import Options, Source

__all__ = ["Heading", "is_byline", "read_heading", "read_source"]

_DUMP = re.compile(r"\s*date[ \t]+(\d{4}-\d{2}-\d{2})(?:[ \t]+(?=\S)|[ \t]*\n)", re.I)
_CREDIT = re.compile(
    r"\([^()]{2,60}/[^()]{2,60}\)\s*$|\((?:[^()]{0,60}\b)?(?:AP|Reuters|AFP|EPA|Getty Images|"
    r"photo|file)[^()]{0,40}\)\s*$",
    re.I,
)
_MAX_TITLE = 200
_HIGHLIGHT = "@highlight"


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
    text = _without_highlights(text, heading)
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
        heading = read_heading(text.split("\n", MOST_LINES + 2), heading, fields)
        text = "\n".join(heading.rest)
    text = "\n".join(take_trailer(text.rsplit("\n", MOST_LINES), heading))
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
        updated=heading.updated,
        source=heading.source,
        section=heading.section,
        language=heading.language,
        url=heading.url,
        path=name,
        date_text=heading.date_text,
        encoding=encoding,
        metadata=heading.metadata,
    )


def _without_highlights(text: str, heading: Heading) -> str:
    """The text before the first `@highlight`; the summaries go to the metadata."""
    if _HIGHLIGHT not in text:
        return text
    text, *highlights = re.split(r"(?m)^@highlight[ \t]*$", text, maxsplit=100)
    kept = tuple(line for part in highlights if (line := clean_line(part)))
    if kept:
        heading.metadata["highlights"] = kept
    return text
