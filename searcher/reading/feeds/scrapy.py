"""Which articles does a dump of Scrapy in XML hold?

`<items>` of `<item>`s, whose elements are the keys of a record: text, a list (`<value>` for
each), or a record of its own.  Which key is which field is told as for JSON.

Source: `XmlItemExporter` in Scrapy's documentation of item exporters.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.feeds.cut import Records, name_of
from searcher.reading.json.records import article_of_json
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_MAX_DEPTH = 8


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a dump."""
    records = Records(source)
    number = 0
    for number, element in records:
        try:
            if isinstance(element, ReadError):
                raise element
            record = _value(element, 0)
            article = (
                article_of_json(
                    record, name=source.name, number=number, encoding=records.encoding,
                    options=options,
                )
                if isinstance(record, dict)
                else None
            )  # fmt: skip
            if article is None:
                raise ReadError(
                    source.name, "no article in this record", record=number,
                    hint="name the keys of title and body: --map title=KEY, or field_map",
                )  # fmt: skip
        except ReadError as error:
            options.report(error)
            continue
        yield article
    if not number:
        raise ReadError(source.name, "a dump of Scrapy without an item in it")


def _value(element: etree._Element, depth: int) -> object:
    if not len(element) or depth > _MAX_DEPTH:
        return "".join(element.itertext()).strip()
    names = [name_of(one) for one in element]
    if set(names) == {"value"}:
        return [_value(one, depth + 1) for one in element]
    record: dict[str, object] = {}
    for name, one in zip(names, element, strict=True):
        if name:
            record.setdefault(name, _value(one, depth + 1))
    return record
