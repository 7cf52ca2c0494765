"""Which articles does Reuters Corpus Volume 1 or 2 hold?

One `<newsitem>` a file, with its number, day and language as attributes, then title,
headline, byline, dateline, `text` of `p`, copyright, and `metadata` with codes of topics,
countries and industries and Dublin Core.  A title is the headline after a country's name
("USA: ..."), so the headline goes first; files that were put together in one are read too.

Source: Lewis, Yang, Rose and Li, RCV1: A New Benchmark Collection for Text Categorization
Research, JMLR 5 (2004), and the collection's own DTD.

Not done: to turn codes into names, which a list apart from the articles has.
"""

from __future__ import annotations

from collections.abc import Iterator

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.bylines import byline_names
from searcher.reading.field_keys import language_code, read_date
from searcher.reading.prose import clean_line, first_sentence
from searcher.reading.source import Options, Source
from searcher.reading.xml import (
    Element,
    attribute,
    child,
    descendants,
    iter_xml,
    paragraphs_in,
    text_in,
)

__all__ = ["read_source"]


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a file: one, or as many as were put together."""
    number = 0
    for number, item in enumerate(iter_xml(source, {"newsitem"}), 1):
        article = _article(item, source.name, number)
        if article is None:
            options.report(ReadError(source.name, "no text in this news item", record=number))
        else:
            yield article
    if not number:
        raise ReadError(source.name, "no news item in this file")


def _article(item: Element, name: str, number: int) -> Article | None:
    body = paragraphs_in(text) if (text := child(item, "text")) is not None else []
    title = _line(item, "headline") or _line(item, "title")
    if not body and not title:
        return None
    core = {
        attribute(element, "element"): attribute(element, "value")
        for element in descendants(item, "dc")
    }
    written = attribute(item, "date") or core.get("dc.date.published", "")
    date, date_text = read_date(written)
    metadata = {
        attribute(codes, "class").removeprefix("bip:").partition(":")[0]: tuple(
            attribute(code, "code") for code in descendants(codes, "code")
        )
        for codes in descendants(item, "codes")
    }
    metadata["dateline"] = (_line(item, "dateline"),)
    metadata["rights"] = (_line(item, "copyright"),)
    metadata["itemid"] = (attribute(item, "itemid"),)
    return Article(
        title=title or first_sentence(body[0]),
        body="\n\n".join(body),
        byline=byline_names(_line(item, "byline")),
        date=date,
        source=core.get("dc.source") or core.get("dc.publisher") or None,
        language=language_code(attribute(item, "lang")),
        path=name,
        record=number if number > 1 else None,
        date_text=date_text,
        metadata={key: values for key, values in metadata.items() if key and any(values)},
    )


def _line(item: Element, tag: str) -> str:
    element = child(item, tag)
    return clean_line(text_in(element)) if element is not None else ""
