"""Which articles does a JSON document hold?

An object is one article, an array many; an object that wraps an array of objects
(`articles`, `docs`, `items`, `data`, `results` and the like, or a JSON-LD `@graph`) is
that array.  Which key is which field is told by field_keys.py.

The document is read whole, up to 256 MiB: for more, JSON Lines can be streamed.

Anything may stand in a file called JSON: nesting beyond Python's recursion limit, NaN,
numbers of a million digits, halves of surrogate pairs.  None of it crashes a reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.field_keys import article_of
from searcher.reading.json.lines import load, read_lines
from searcher.reading.source import Options, Source

__all__ = ["read_source"]

_MAX_DOCUMENT = 256 << 20
_WRAPPERS = (
    "articles", "docs", "documents", "items", "data", "results", "hits", "stories", "news",
    "posts", "entries", "records", "response", "@graph",
)  # fmt: skip


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a JSON document."""
    data = source.read(_MAX_DOCUMENT)
    text, encoding = decode(data, name=source.name)
    try:
        document = load(text, source.name)
    except ReadError as error:
        # Objects one after another are JSON Lines under a wrong name.
        if "Extra data" not in error.reason or not text.lstrip().startswith("{"):
            raise
        lines = text.encode("utf-8", "replace").splitlines(keepends=True)
        yield from read_lines(lines, source.name, encoding, options)
        return
    many = _array(document)
    if many is None:
        found = _article(document, source.name, None, options, encoding)
        if found is None:
            raise ReadError(
                source.name,
                "JSON without an article in it",
                hint="name the keys of title and body: --map title=KEY, or field_map",
            )
        yield found
        return
    if not many:
        raise ReadError(source.name, "JSON without an article in it")
    for number, record in enumerate(many, 1):
        try:
            found = _article(record, source.name, number, options, encoding)
        except ReadError as error:
            options.report(error)
            continue
        if found is None:
            options.report(ReadError(source.name, "no article in this record", record=number))
        else:
            yield found


def _array(document: object) -> list[object] | None:
    """Return the array of records, or None when the document is one record."""
    for _ in range(3):
        if isinstance(document, list):
            return document
        if not isinstance(document, Mapping):
            return None
        for key in _WRAPPERS:
            inner = document.get(key)
            if isinstance(inner, list) and any(isinstance(item, Mapping) for item in inner):
                return inner
            if isinstance(inner, Mapping) and any(name in inner for name in _WRAPPERS):
                document = inner
                break
        else:
            return None
    return None


def _article(
    record: object, name: str, number: int | None, options: Options, encoding: str
) -> Article | None:
    if not isinstance(record, Mapping):
        return None
    # Elasticsearch and Algolia keep the record itself one level down.
    inner = record.get("_source")
    return article_of(
        inner if isinstance(inner, Mapping) else record,
        name=name,
        number=number,
        field_map=options.field_map,
        encoding=encoding,
        fields=options.fields,
    )
