"""Which article is in a PDF document?

The text layer as PDFium finds it, in a child process that may take five seconds, 500 MB and 2,000
pages (text_child.py); PDFium comes with pypdfium2, the optional extra `pdf`.  What was read when
a limit was reached stays, and the rest is said to be missing.

- Headline: the largest type on the first page, if it is larger than the text; else the title that
  the document states, unless that is a file's name; else the first sentence.
- Byline and date: lines of their own around the headline.  What a document states of its author
  and its making is of the file, and kept as metadata.

A document is one article: what parts the articles of a page of a newspaper is not seen here.
Without a text layer (scanned pages), or with one whose fonts do not say which letters they have,
it is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.bylines import byline_names
from searcher.reading.child import Limits, is_installed, records_of_child
from searcher.reading.dates import DateError, parse_date
from searcher.reading.headings import is_byline
from searcher.reading.pdf.columns import Piece, in_order
from searcher.reading.pdf.furniture import without_furniture
from searcher.reading.pdf.paragraphs import Paragraph, paragraphs_of, plain_text
from searcher.reading.prose import first_sentence, shorten
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_KIND = "pdf"
_LIMITS = Limits(memory_mb=500, processor_seconds=5, pause_seconds=20)
_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|indd|qx[dp]|pmd|p65|tex|dvi|txt|rtf|xlsx?|pptx?|html?|exe|pub|ai|eps|odt)\b"
    r"|^(?:untitled|document\d*|layout ?\d*|microsoft word|print|slide ?\d|powerpoint|page \d)"
    r"|[\\/]",
    re.I,
)
_MADE = re.compile(
    r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:Z|([+-])(\d\d)'?(\d\d)?)?"
)
_LARGER = 1.15  # times the size of the text: a headline
_LONGEST_TITLE = 300
_HEAD = 6  # paragraphs around the headline in which byline and date may stand
_LONGEST_DATE = 80
_LEAST_LETTERS = 3
_LEAST_LINES = 4  # of a page, so that it has more than a running head


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of a document."""
    if not is_installed("pypdfium2"):
        raise ReadError(
            source.name,
            "a PDF document, which pypdfium2 reads, and that is not installed",
            hint="pip install 'searcher[pdf]'",
            kind=_KIND,
        )
    said = records_of_child(
        source, "searcher.reading.pdf.text_child", limits=_LIMITS, kind=_KIND, report=options.report
    )
    values = cast(Iterator[Mapping[str, Any]], said)
    document: Mapping[str, Any] = next(values, {})
    pages: list[Mapping[str, Any]] = []
    broken: ReadError | None = None
    try:
        for page in values:
            pages.append(page)
    except ReadError as error:  # a limit; what was read stays
        broken = error
    text = [[Piece(*piece) for piece in page["pieces"]] for page in pages]
    heights = [float(page["height"]) for page in pages]
    text = [in_order(page) for page in text]
    paragraphs = paragraphs_of(without_furniture(text, heights))
    letters = _letters(paragraphs)
    if letters < _LEAST_LETTERS and sum(map(len, text)) >= _LEAST_LINES * len(text):
        # Copies of one page: what comes again is all there is.
        paragraphs = paragraphs_of(text)
        letters = _letters(paragraphs)
    if letters < _LEAST_LETTERS:
        raise broken or ReadError(
            source.name,
            "a PDF document without a text layer (pictures of pages)",
            hint="put one in by OCR: ocrmypdf",
            kind=_KIND,
        )
    if _is_garbled(paragraphs):
        raise ReadError(
            source.name,
            "a PDF document whose fonts do not say which letters they have",
            hint="put a text layer in by OCR: ocrmypdf --force-ocr",
            kind=_KIND,
        )
    yield _article(source.name, document, paragraphs, heights[0])
    if broken is not None:
        options.report(broken)


def _article(
    name: str, document: Mapping[str, Any], paragraphs: list[Paragraph], height: float
) -> Article:
    title, body = _headline(document, paragraphs, height)
    byline: tuple[str, ...] = ()
    date: dt.datetime | dt.date | None = None
    date_text: str | None = None
    for paragraph in body[:_HEAD]:
        # Lines of their own at its beginning, or all of it.
        while paragraph.lines:
            line = plain_text(paragraph.lines[0])
            if not byline and is_byline(line) and (names := byline_names([line])):
                byline = names
            elif date is None and (found := _date_in(line)) is not None:
                date, date_text = found, line
            else:
                break
            del paragraph.lines[0]
    kept = [line for paragraph in body if (line := paragraph.text)]
    metadata = {
        "created": _made(str(document.get("CreationDate", ""))),
        "author": plain_text(str(document.get("Author", ""))),
        "keywords": plain_text(str(document.get("Keywords", ""))),
        "pages": str(document.get("pages", "")),
    }
    if not title:
        title = first_sentence(kept[0]) if kept else ""
    return Article(
        title=title,
        body="\n\n".join(kept),
        byline=byline,
        date=date,
        date_text=date_text,
        path=name,
        metadata={key: value for key, value in metadata.items() if value},
    )


def _date_in(line: str) -> dt.datetime | dt.date | None:
    """The date that a line is, and nothing else."""
    if len(line) > _LONGEST_DATE:
        return None
    try:
        return parse_date(line)
    except DateError:
        return None


def _headline(
    document: Mapping[str, Any], paragraphs: list[Paragraph], height: float
) -> tuple[str, list[Paragraph]]:
    """The headline, and the paragraphs without it."""
    sizes: dict[float, int] = {}
    for one in paragraphs:
        sizes[round(one.size, 1)] = sizes.get(round(one.size, 1), 0) + len(one.text)
    usual = max(sizes, key=lambda size: sizes[size])
    first = [
        place
        for place, one in enumerate(paragraphs[:200])
        if one.page == 0 and one.top > 0.3 * height and _is_heading(one.text)
    ]
    if first:
        largest = max(paragraphs[place].size for place in first)
        if largest >= _LARGER * usual:
            start = next(p for p in first if paragraphs[p].size >= 0.95 * largest)
            end = start + 1
            while end in first and paragraphs[end].size >= 0.95 * largest and end < start + 4:
                end += 1
            lines = [one.text for one in paragraphs[start:end]]
            rest = paragraphs[:start] + paragraphs[end:]
            return shorten(" ".join(lines), _LONGEST_TITLE), rest or paragraphs
    stated = plain_text(str(document.get("Title", "")))
    if _is_title(stated):
        return shorten(stated, _LONGEST_TITLE), paragraphs
    # A first line alone, with text below it, is a headline in the size of the text.
    if len(paragraphs) > 1 and _is_heading(paragraphs[0].text):
        line = paragraphs[0].text
        if len(line) < 120 and not line.endswith((".", ":", ",", ";")) and paragraphs[0].page == 0:
            return line, paragraphs[1:]
    return "", paragraphs


def _is_heading(text: str) -> bool:
    return 4 <= len(text) <= _LONGEST_TITLE and sum(map(str.isalpha, text)) >= 0.5 * len(text)


def _is_title(text: str) -> bool:
    known = sum(sign.isalpha() for sign in text)
    return (
        len(text) >= 8 and " " in text and known > 0.5 * len(text) and not _FILE_NAME.search(text)
    )


def _letters(paragraphs: Sequence[Paragraph]) -> int:
    return sum(sum(map(str.isalpha, one.text)) for one in paragraphs)


def _is_garbled(paragraphs: Sequence[Paragraph]) -> bool:
    text = "".join(one.text for one in paragraphs)[:100_000]
    strange = sum("\ue000" <= sign <= "\uf8ff" or sign == "\ufffd" or sign < " " for sign in text)
    return strange > 0.3 * len(text)


def _made(text: str) -> str:
    """A date as PDF writes it, in ISO 8601."""
    found = _MADE.match(text)
    if found is None:
        return ""
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        zone = dt.UTC
        if found[7]:
            offset = dt.timedelta(hours=int(found[8]), minutes=int(found[9] or 0))
            zone = dt.timezone(offset if found[7] == "+" else -offset)
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=zone).isoformat()
    except ValueError:
        return ""
