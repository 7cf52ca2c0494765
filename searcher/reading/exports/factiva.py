"""Which articles are in an export of Factiva as HTML or XML?

HTML has each article in `div.article.xxArticle`, where `xx` is its language (`zhcn`,
`zhtw` for the two writings of Chinese).  In it either stand a table of tags and values
(`factiva_tags.py`), or lines without names (`factiva_text.py`); both may be met.  The file
is cut at these elements before anything of it is read, so that its size costs nothing.

XML is the answer of Factiva's service: `article` elements in the namespace
`http://global.factiva.com/pps/2.0`, with marks of hits (`hlt`) inside words' flow.

A summary of the search, below the articles, may say how many results were found; an export
has the part of them that was chosen, so nothing is made of that number.  XML says how many
articles it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.exports import factiva_tags
from searcher.reading.exports.factiva_text import read_lines
from searcher.reading.exports.html_blocks import blocks_in
from searcher.reading.exports.records import Record, articles_of
from searcher.reading.office.blocks import Block, lines_of
from searcher.reading.source import Options, Source
from searcher.reading.xml import Element, child, children, descendants, iter_xml, text_in

__all__ = ["read_source"]

_ARTICLE = re.compile(
    r"<div\b[^<>]{0,300}\bclass\s*=\s*[\"']?[^\"'<>]{0,100}?\barticle\s+([a-z]{2,8})Article\b", re.I
)
_FOOTER = re.compile(r"<div\b[^<>]{0,200}\bid\s*=\s*[\"']?pageFooter", re.I)
_SUMMARY = re.compile(r"<(?:td|div)\b[^<>]{0,200}\bclass\s*=\s*[\"']?sbSummary", re.I)
_CODES = {"zhcn": "zh-CN", "zhtw": "zh-TW", "zh": "zh"}
_IS_TAG = re.compile(r"[A-Z]{2,4}")


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of an export, in order."""
    start = source.head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<?xml") or (b"global.factiva.com" in start and b"<html" not in start):
        yield from articles_of(_in_xml(source), source, options, None, "Factiva")
        return
    text, encoding = decode(source.read(), name=source.name)
    yield from articles_of(_in_html(text, source.name), source, options, encoding, "Factiva")


def _in_html(text: str, name: str) -> Iterator[Record | ReadError]:
    starts = list(_ARTICLE.finditer(text))
    if not starts:
        raise ReadError(
            name,
            "a page of Factiva without any article",
            hint="export articles, not headlines",
            kind="factiva",
        )
    footer = _FOOTER.search(text, starts[-1].end()) or _SUMMARY.search(text, starts[-1].end())
    last = footer.start() if footer else len(text)
    ends = [*(found.start() for found in starts[1:]), last]
    for number, (found, end) in enumerate(zip(starts, ends, strict=True), 1):
        blocks = blocks_in(text[found.start() : end], name)
        record = _tagged(blocks) or read_lines(lines_of(blocks))
        if record is None:
            record = _without_facts(blocks)
        if record is None:
            yield ReadError(name, "an article without headline and date", record=number)
            continue
        code = found[1].lower()
        record.language = _CODES.get(code, code[:2])
        yield record


def _tagged(blocks: list[Block]) -> Record | None:
    """The article of a table whose left cells are tags."""
    fields: list[tuple[str, list[str]]] = []
    for block in blocks:
        line = block.line
        if block.has(".index") and _IS_TAG.fullmatch(line):
            fields.append((line, []))
        elif fields:
            fields[-1][1].append(line)
    return factiva_tags.record_of(fields) if any(tag == "HD" for tag, _ in fields) else None


def _without_facts(blocks: list[Block]) -> Record | None:
    """An article whose lines are in no order that is known: headline and text by their class."""
    record = Record()
    for block in blocks:
        line = block.line
        if any(mark.endswith("headline") for run in block.runs for mark in run.marks):
            record.title = f"{record.title} {line}".strip()
        elif block.has(".author"):
            record.byline.append(line)
        elif block.has(".articleparagraph"):
            record.body.append(line)
        elif record.date is None and len(line) < 60:
            record.take_date(line)
    return record if record.body and record.title else None


def _in_xml(source: Source) -> Iterator[Record | ReadError]:
    found = 0
    for element in iter_xml(source, ("article",)):
        found += 1
        yield _of_element(element)
    if not found:
        reason = "an answer of Factiva without any article"
        raise ReadError(source.name, reason, kind="factiva")


def _of_element(article: Element) -> Record:
    record = Record()
    record.title = text_in(child(article, "headline"))
    record.byline = [text_in(inner) for inner in children(article, "byline")]
    record.source = text_in(child(article, "sourceName"))
    record.section = text_in(child(article, "sectionName"))
    record.language = text_in(child(article, "baseLanguage"))
    record.identifier = text_in(child(article, "accessionNo"))
    date = child(article, "publicationDate")
    record.take_date(text_in(date), time=text_in(child(article, "publicationTime")))
    for name in ("leadParagraph", "tailParagraphs"):
        for part in children(article, name):
            lines = [text_in(inner) for inner in descendants(part, "paragraph")]
            record.body += [line for line in lines if line] or [text_in(part)]
    for name, key in _XML_TEXTS.items():
        record.keep(key, text_in(child(article, name)))
    for name, key in _XML_LISTS.items():
        for inner in children(article, name):
            record.keep(key, text_in(child(inner, "name")) or text_in(inner))
    return record


_XML_TEXTS = {
    "copyright": "rights", "pages": "page", "publisherName": "publisher", "edition": "edition",
    "columnName": "column", "credit": "credit", "sourceCode": "source_code", "notes": "notes",
    "wordCount": "length", "volume": "volume", "contact": "contact", "corrections": "notes",
}  # fmt: skip
_XML_LISTS = {
    "newsSubject": "subjects", "region": "places", "company": "companies",
    "industry": "industries", "artWork": "captions",
}  # fmt: skip
