"""Which articles are in an export of Europresse (Eureka.cc) in HTML?

Two layouts, with the same classes.  Since about 2013 each article is an `article` with a
`header` (publication, then section, weekday, date, number of words and page in one line,
then kicker, headline and subtitle), `docOcurrContainer` with the text, and a `footer` with
the certificate.  Before, all of it stood in one cell of a table, parted by breaks of the
line, with only the publication, the line of the date and the headline in elements of their
own; there the author is a short line below the headline, and the text ends at the
copyright.

The document's number (`news·20060315·LM·...`) has the day, for articles without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.dates import DateError, parse_date
from searcher.reading.encoding import decode
from searcher.reading.exports.export_dates import date_in
from searcher.reading.exports.html_blocks import blocks_in
from searcher.reading.exports.records import Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_ARTICLE = re.compile(r"<article\b", re.I)
_PUBLICATION = re.compile(
    r"<span\b[^<>]{0,200}\bclass\s*=\s*[\"']?[^\"'<>]{0,100}\bDocPublicationName\b", re.I
)
_NUMBER = re.compile(r"·((?:19|20)\d{6})·\w{1,12}·[\w.-]{1,40}")
_COLLECTION = re.compile(r"\w{2,8}\Z")
_ISSUE = re.compile(r",?\s+(?:n[o°º]\.?|num[ée]ro|issue|#|vol\.?)\s*[\w./ -]{1,30}$", re.I)
_PAGE = re.compile(
    r",?\s*\bp(?:p|ages?)?\.?\s*([\w-]{1,12}(?:\s*[,;]\s*[\w-]{1,6}){0,9})\s*$", re.I
)
_WORDS = re.compile(
    r"[,\s]*(?<!\d)(?:\d{1,6}|\d{1,3}(?:[\s.,]\d{3})+)\s?(?:mots|words|palabras|wörter)\b", re.I
)
_RIGHTS = re.compile(
    r"\s*(?:©|\(c\)\s|copyright\b)|.{0,120}\btous droits réservés|.{0,120}\ball rights reserved",
    re.I,
)
_FOOT = re.compile(r"\s*(?:numéro de document|document number|certificat|ce certificat)\b", re.I)
_LONGEST_HEADER = 500
_PASSED_OVER = ("aside", "footer", "form", "nav", ".doctitlebutton", "button", "option")
_PARTICLES = frozenset(
    ["de", "du", "des", "la", "le", "et", "von", "van", "d'", "and", "avec", "y"]
)


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an export, in order."""
    text, encoding = decode(source.read(), name=source.name)
    yield from articles_of(_records(text, source.name), source, options, encoding, "Europresse")


def _records(text: str, name: str) -> Iterator[Record | ReadError]:
    publications = [found.start() for found in _PUBLICATION.finditer(text)]
    if not publications:
        reason = "a page of Europresse without any article"
        raise ReadError(name, reason, hint="export the articles with their text", kind="europresse")
    articles = [found.start() for found in _ARTICLE.finditer(text)]
    # Articles are cut at `article` where there is one for each publication.
    starts = articles if len(articles) >= len(publications) else publications
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        if _PUBLICATION.search(piece):
            yield _record(lines_of(blocks_in(piece, name)), piece)


def _record(lines: list[Block], piece: str) -> Record:
    record = Record()
    aside: list[Block] = []
    inner: list[Block] = []
    for line in lines:
        (aside if _is_any(line, _PASSED_OVER) else inner).append(line)
    lines = inner
    source = _all_of(lines, ".docpublicationname")[:_LONGEST_HEADER]
    record.source = _ISSUE.sub("", source).strip(" ,")
    issue = _ISSUE.search(source)
    record.keep("edition", issue[0].strip(" ,") if issue else "")
    _take_header(_header(lines), record)
    title_at = _take_title(lines, record)
    below = [line for line in lines[title_at:] if not line.has(".docheader")]
    inside = [line for line in below if line.has(".dococurrcontainer") or line.has(".doctext")]
    if not inside:
        inside = [line for line in below if line.has("section")]
    if not record.byline:
        record.byline = [line.line for line in below if line.has(".docauthors")]
    if inside:
        above = below[: next(n for n, line in enumerate(below) if line is inside[0])]
        if not record.byline:
            record.byline = [line.line for line in above if _is_name(line.line)][:1]
    else:
        inside = [line for line in below if not line.has(".docauthors")]
        if inside and not record.byline and len(inside) > 1 and _is_name(inside[0].line):
            record.byline = [inside.pop(0).line]
    for line in inside:
        if _RIGHTS.match(line.line) or _FOOT.match(line.line):
            record.keep("rights", line.line if _RIGHTS.match(line.line) else "")
            break
        record.body.append(line.line)
    for line in aside:
        if line.has("footer") and _RIGHTS.match(line.line):
            record.keep("rights", line.line)
        elif line.has("aside"):
            record.keep("notes", line.line)
    _take_number(piece, record)
    return record


def _is_any(line: Block, marks: tuple[str, ...]) -> bool:
    return any(line.has(mark) for mark in marks)


def _all_of(lines: list[Block], mark: str) -> str:
    return " ".join(part for line in lines[:40] if (part := line.part(mark)))


def _header(lines: list[Block]) -> str:
    """The line of the date, with the section above it where that has an element of its own."""
    section = _all_of(lines, ".doctitresoussection")
    header = _all_of(lines, ".docheader")
    if not header or date_in(header) is None:
        at = next(
            (n for n, line in enumerate(lines[:40]) if line.has(".doctitresoussection")), None
        )
        if at is not None:
            below = " ".join(line.line for line in lines[at : at + 2])
            return below if date_in(below) else header
    return f"{section}, {header}" if section and section not in header else header


def _take_header(header: str, record: Record) -> None:
    """Read "Politique, jeudi 5 octobre 2013 842 mots, p. 3"."""
    header = header[-_LONGEST_HEADER:]
    page = _PAGE.search(header)
    if page is not None:
        record.keep("page", page[1])
        header = header[: page.start()]
    header = _WORDS.sub("", header)
    parts = [part.strip() for part in header.split(",") if part.strip()]
    whole = date_in(", ".join(parts))
    if whole is None:
        record.section = ", ".join(parts)
        return
    at = max(n for n in range(len(parts)) if date_in(", ".join(parts[n:])) == whole)
    record.take_date(", ".join(parts[at:]))
    while at and _is_weekday(parts[at - 1]):
        at -= 1
    record.section = ", ".join(parts[:at])


def _is_weekday(word: str) -> bool:
    try:
        parse_date(f"{word} 2000-01-01")
    except DateError:
        return False
    return True


def _take_title(lines: list[Block], record: Record) -> int:
    """Read the headline and what stands around it; returns where what follows it begins."""
    for mark in (".titrearticlevisu", ".rdp__articletitle", ".titrearticle", ".grandtitre"):
        at = [n for n, line in enumerate(lines) if line.has(mark)]
        if not at:
            continue
        record.title = " ".join(lines[n].part(mark) for n in at)
        first, last = at[0], at[-1]
        for line in lines[max(0, first - 3) : first]:
            if not _is_any(line, (".docpublicationname", ".docheader", ".doctitresoussection")):
                is_date = date_in(line.line) is not None
                record.keep("subtitle" if not is_date else "notes", line.line)
        end = last + 1
        while end < len(lines) and _is_any(lines[end], (".titrearticle", ".rdp__subtitle")):
            record.keep("subtitle", lines[end].line)
            end += 1
        return end
    return next((n + 1 for n, line in enumerate(lines) if line.has(".docheader")), 0)


def _is_name(line: str) -> bool:
    words = line.replace("'", "' ").split()
    if not 1 <= len(words) <= 12 or len(line) > 120 or line.endswith((".", "?", "!", ":", "»")):
        return False
    capitals = [word for word in words if word.casefold() not in _PARTICLES]
    return not any(map(str.isdigit, line)) and all(
        w[:1].isupper() or w in "&-–,;" for w in capitals
    )


def _take_number(piece: str, record: Record) -> None:
    """Read the number of the document, `news·20060315·LM·1234`."""
    found = _NUMBER.search(piece)
    if found is None:
        return
    collection = _COLLECTION.search(piece[max(0, found.start() - 8) : found.start()])
    record.identifier = (collection[0] if collection else "") + found[0]
    if record.date is None:
        record.date = date_in(found[1])
        record.date_text = record.date_text or found[0]
