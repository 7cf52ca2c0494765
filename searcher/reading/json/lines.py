"""Which articles does a file of JSON Lines hold?

One object a line (https://jsonlines.org), streamed: memory holds one line.  A line that
is no article is reported with its number and reading goes on; blank lines are skipped
and do not count as records, but do count as lines.  A line may hold a document of several
articles (a page of a scanned paper, an answer of a service): each counts as a record.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.json.exports import records_of
from searcher.reading.json.records import article_of_json, no_article
from searcher.reading.json.walk import Record, is_article_alone
from searcher.reading.source import MAX_ARTICLE, Options, Source
from searcher.reading.weight import MOST_BYTES, check_weight, json_weight

__all__ = ["load", "read_lines", "read_source"]

# Of a line that is too long so many times the largest record are passed over.
_MOST_PIECES = 16
# What is to be done with the record of the next line, in the bulk format of Elasticsearch.
_ACTIONS = frozenset(["index", "create", "update", "delete"])
_SMALL = 1 << 20  # whatever it is, it takes less than the bound
_Text = TypeVar("_Text", str, bytes)
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the articles of a file of JSON Lines."""
    wide = _UTF16.get(source.head[:2])
    if wide:
        text = io.TextIOWrapper(source.stream, encoding=wide, errors="replace", newline="\n")
        wide_lines = _lines(text.readline, "\n", source.name, options)
        lines: Iterable[bytes] = (line.lstrip("\ufeff").encode() for line in wide_lines)
        try:
            yield from read_lines(lines, source.name, wide, options)
        finally:
            text.detach()  # the stream is the source's to close
        return
    lines = _lines(source.stream.readline, b"\n", source.name, options)
    yield from read_lines(lines, source.name, wide, options)


def read_lines(
    lines: Iterable[bytes], name: str, encoding: str | None, options: Options
) -> Iterator[Article]:
    """Yield the article of each line."""
    number = 0
    for at, line in enumerate(lines, 1):
        if line.isspace():
            continue
        number += 1
        try:
            values, line_encoding = _records(line, name, number, at, encoding, options)
        except ReadError as error:
            options.report(error)
            continue
        number -= 1
        for record in values:
            number += 1
            try:
                article = _article(record, name, number, at, line_encoding, options)
            except ReadError as error:
                options.report(error)
                continue
            yield article
    if not number:
        raise ReadError(name, "no text in this file")


def _records(
    line: bytes, name: str, number: int, at: int, encoding: str | None, options: Options
) -> tuple[list[Record], str]:
    """The records of a line, most often one, and the encoding."""
    if at == 1 and line.startswith(b"\xef\xbb\xbf"):
        line = line[3:]
    try:
        text = line.decode("utf-8")
        encoding = encoding or "utf-8"
    except UnicodeDecodeError:
        text, encoding = decode(line, name=name)
    value = load(text, name, line=at)
    if not isinstance(value, dict):
        raise ReadError(name, "not a JSON object", record=number, line=at)
    if len(value) == 1 and any(isinstance(value.get(action), dict) for action in _ACTIONS):
        return [], encoding
    if is_article_alone(value) and not options.field_map:
        return [Record(value, {})], encoding
    return list(records_of(value, options.field_map)), encoding


def _article(
    record: Record, name: str, number: int, at: int, encoding: str, options: Options
) -> Article:
    article = (
        article_of_json(
            record.value, name=name, number=number, encoding=encoding, options=options,
            context=record.context,
        )
        if isinstance(record.value, Mapping)
        else None
    )  # fmt: skip
    if article is None:
        raise no_article(name, record=number, line=at)
    return article


def _lines(
    readline: Callable[[int], _Text], end: _Text, name: str, options: Options
) -> Iterator[_Text]:
    at = 0
    while True:
        at += 1
        try:
            line = readline(MAX_ARTICLE + 1)
        except ReadError as error:
            # Packed data broke off: what came before stays read.
            options.report(error)
            return
        if not line:
            return
        if len(line) > MAX_ARTICLE:
            options.report(ReadError(name, "a record larger than 64 MiB", line=at))
            pieces = 1
            while line and not line.endswith(end):
                if pieces > _MOST_PIECES:
                    reason = "a line without an end: what follows is not read"
                    options.report(ReadError(name, reason, line=at))
                    return
                line = readline(MAX_ARTICLE)
                pieces += 1
            continue
        yield line


def load(
    text: str | bytes, name: str, *, line: int | None = None, most_bytes: int = MOST_BYTES
) -> object:
    """Parse JSON.

    Raises:
        ReadError: it is not JSON, too deep to be parsed, or takes more than `most_bytes`.
    """
    if len(text) > _SMALL:
        check_weight(json_weight(text), name, most=most_bytes, line=line)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = error.lineno if line is None else line
        raise ReadError(name, f"not JSON: {error.msg}, column {error.colno}", line=where) from error
    except RecursionError as error:
        raise ReadError(name, "JSON nested too deeply", line=line) from error
    except ValueError as error:
        reason = "a number of more digits than are read in JSON"
        raise ReadError(name, reason, line=line) from error
