"""Which articles does a JSON document hold?

walk.py finds the records, records.py reads each, exports.py knows the documents that are
no lists of records (the export of Ghost, a JSON Feed).

Several documents one after another are read one after another: two runs of a crawler in
one file (`[...][...]`), objects line by line.  Of a document that breaks off, or has a bad
sign in it, the error is reported and the records that are whole are read.

The document is read whole, up to 256 MiB, and to what takes 2 GB as objects: for more, JSON
Lines can be streamed.

Anything may stand in a file called JSON: nesting beyond Python's recursion limit, NaN,
numbers of a million digits, halves of surrogate pairs.  None of it crashes a reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.json.exports import records_of
from searcher.reading.json.lines import load, read_lines
from searcher.reading.json.records import article_of_json, no_article
from searcher.reading.source import Options, Source
from searcher.reading.weight import check_weight, json_weight

__all__ = ["read_source"]

_MAX_DOCUMENT = 256 << 20
_MOST_BYTES = 2_000_000_000
_BETWEEN = re.compile(r"[\s,;\x1e]*")
_NEXT_RECORD = re.compile(r"[}\]]\s*,?\s*(?=\{\s*\")|\[\s*(?=\{\s*\")")
_MOST_IN_VAIN = 50_000_000  # characters of broken records that are looked at, all in all
_LEAST_IN_VAIN = 1_000


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a JSON document."""
    data = source.read(_MAX_DOCUMENT)
    text, encoding = decode(data, name=source.name)
    del data
    check_weight(json_weight(text), source.name, most=_MOST_BYTES)
    try:
        documents: Iterator[object] = iter([load(text, source.name, most_bytes=_MOST_BYTES)])
    except ReadError as error:
        if "Extra data" in error.reason and _first_line_is_whole(text):
            # Objects one after another are JSON Lines under a wrong name.
            lines = text.encode("utf-8", "replace").splitlines(keepends=True)
            yield from read_lines(lines, source.name, encoding, options)
            return
        documents = _documents(text, error, options)
    number = 0
    for document in documents:
        for record in records_of(document, options.field_map):
            number += 1
            alone = record.alone and number == 1 and isinstance(document, Mapping)
            try:
                found = (
                    article_of_json(
                        record.value, name=source.name, number=None if alone else number,
                        encoding=encoding, options=options, context=record.context,
                    )
                    if isinstance(record.value, Mapping)
                    else None
                )  # fmt: skip
                if found is None:
                    raise no_article(source.name, record=None if alone else number)
            except ReadError as error:
                if alone:
                    raise
                options.report(error)
                continue
            yield found
    if not number:
        raise no_article(source.name)


def _first_line_is_whole(text: str) -> bool:
    start = text.lstrip()
    if not start.startswith("{"):
        return False
    try:
        json.loads(start.partition("\n")[0])
    except (ValueError, RecursionError):
        return False
    return True


def _documents(text: str, error: ReadError, options: Options) -> Iterator[object]:
    """Yield the documents that stand one after another, or what is whole of a broken one.

    Raises:
        ReadError: `error`, if nothing is.
    """
    decoder = json.JSONDecoder()
    at = _BETWEEN.match(text, 0).end()  # type: ignore[union-attr]
    found = 0
    while at < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        if not isinstance(document, dict | list):
            break
        found += 1
        yield document
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
    else:
        return
    whole = _whole_records(text, at, decoder, error.path)
    first = next(whole, None)
    if first is None and not found:
        raise error
    options.report(error)
    if first is not None:
        yield first
        yield from whole


def _whole_records(text: str, at: int, decoder: json.JSONDecoder, name: str) -> Iterator[object]:
    """Yield the objects of a list that are whole, in a document that is not."""
    left = _MOST_IN_VAIN
    start = _NEXT_RECORD.search(text, at)
    place = start.end() if start else len(text)
    while place < len(text):
        if left < 0:
            raise ReadError(name, "too many records that are broken, and so the rest is not tried")
        try:
            record, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            left -= max(_LEAST_IN_VAIN, getattr(error, "pos", len(text)) - place)
            following = _NEXT_RECORD.search(text, place + 1)
            if following is None:
                return
            place = following.end()
            continue
        if isinstance(record, dict):
            yield [record]
        following = _NEXT_RECORD.match(text, end - 1) or _NEXT_RECORD.search(text, end)
        if following is None:
            return
        place = following.end()
