"""Which articles are in a table written as text: CSV, TSV, and with `;` or `|`?

One row an article, columns by the names in the first row.  What parts the cells, and in which
encoding they are, is seen from the head: the delimiter under which most columns have a name
that is known, then the one under which most rows are alike (`sep=;`, as Excel writes it, goes
before both); a byte order mark, UTF-8, or what `encoding.decode` finds in 32 KiB.

Rows are streamed: memory holds one, of at most 64 MiB (short lines of a cell count double and
more, as they do in memory).  A table without a row of names is
refused, for nothing says what its columns are; titles above that row are passed over.

Source: RFC 4180; the table of deviations is in rows.py.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from searcher.article import Article
from searcher.errors import ReadError
from searcher.fields import FieldTable
from searcher.reading.encoding import codec_for, decode
from searcher.reading.source import HEAD_SIZE, MAX_ARTICLE, Options, Source
from searcher.reading.tables.columns import (
    ColumnPlan,
    known_fields,
    plan_columns,
    unique_names,
)
from searcher.reading.tables.records import DayOrder, is_header, no_articles, read_rows
from searcher.reading.tables.rows import DELIMITERS, Dialect, Row, split_rows
from searcher.reading.weight import line_weight

__all__ = ["read_source"]

_KIND = "csv"
_SAMPLE_ROWS = 60
_MOST_ABOVE = 10  # rows that may stand above the one of names
_PIECE = 1 << 20
_SEP = re.compile(r"\ufeff?sep=(.)[\r\n]", re.I)
_LONGEST_NAME = 80
_FEW_NULS = 50  # one in so many bytes, at most, is a slip
_VALUE = re.compile(r"[-+]?[\d.,/:%\s]+\Z|\d{4}-\d\d-\d\d|https?://|\S+@\S+\.\S")
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class _Table(NamedTuple):
    """How a file is written: `above` rows come before the one of names."""

    dialect: Dialect
    above: int
    plan: ColumnPlan
    sample: list[list[str]]


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of each row."""
    text, codec, label = _head_of(source)
    is_whole = len(source.head) < HEAD_SIZE
    table = find_table(text, options.fields, options.field_map, is_whole=is_whole)
    if table is None:
        raise ReadError(
            source.name,
            "a CSV table without a row of names above its columns",
            hint="put one there: title, date, text, ...",
            kind=_KIND,
        )
    rows = split_rows(
        _lines(source, codec, options),
        table.dialect,
        longest=MAX_ARTICLE,
        on_broken=lambda line, why: options.report(ReadError(source.name, why, line=line)),
    )
    header = next(islice(rows, table.above, None), None)
    if header is not None and len(header.cells) != len(table.plan.names):
        # The names go on beyond the head.
        names = unique_names(header.cells)
        plan = plan_columns(names, table.sample, options.fields, options.field_map)
        table = table._replace(plan=plan)
    if header is None or not table.plan.holds_articles:
        raise no_articles(source.name, "a CSV table", table.plan.names, kind=_KIND)
    found = False
    for article in read_rows(
        _cells(rows, table, source.name, options),
        table.plan,
        name=source.name,
        options=options,
        encoding=label,
        order=DayOrder(table.plan, table.sample),
    ):
        found = True
        yield article
    if not found:
        raise ReadError(source.name, "a CSV table without an article in it", kind=_KIND)


def _cells(
    rows: Iterator[Row], table: _Table, name: str, options: Options
) -> Iterator[Sequence[object]]:
    """The cells of each row that is one of the table."""
    width = len(table.plan.names)
    joins = table.plan.names[-1] == table.plan.body
    for row in rows:
        cells = row.cells
        if len(cells) > width:
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) > width and joins:
                # A text that was written without quotes, and has the delimiter in it.
                rest = table.dialect.delimiter.join(cells[width - 1 :])
                cells = [*cells[: width - 1], rest]
            elif len(cells) > width:
                reason = f"a row of {len(cells):,} cells under {width:,} names"
                options.report(ReadError(name, reason, line=row.line))
                continue
        if any(map(str.strip, cells)) and not is_header(cells, table.plan.names):
            yield cells


def _head_of(source: Source) -> tuple[str, str, str]:
    """The text of the head, and how the file is decoded: for Python, and by name."""
    head = source.head
    wide = _WIDE.get(head[:2])
    if wide is not None:
        return head[2 : len(head) & ~1].decode(wide, "replace"), wide, wide
    for cut in range(4):  # the head may end in the middle of a sign
        try:
            return head[: len(head) - cut].decode("utf-8-sig"), "utf-8", "utf-8"
        except UnicodeDecodeError:
            continue
    # A stray NUL makes no binary of a table.
    stray = 0 < head.count(0) <= len(head) // _FEW_NULS
    text, label = decode(head.replace(b"\0", b"") if stray else head, name=source.name)
    return text, codec_for(label) or label, label


def find_table(
    text: str, fields: FieldTable, field_map: Mapping[str, str], *, is_whole: bool
) -> _Table | None:
    """The table that the head `text` of a file begins; None if it has no row of names.

    `is_whole` says that nothing follows the head.
    """
    said = _SEP.match(text)
    delimiters = (said[1],) if said else DELIMITERS
    best: tuple[tuple[int, float, int], _Table] | None = None
    for delimiter in delimiters:
        dialect = Dialect(delimiter, escaped=_is_escaped(text))
        rows = _sample_rows(text, dialect)
        if not is_whole and len(rows) > 2:
            rows = rows[:-1]  # it may be cut
        for above, row in enumerate(rows[: _MOST_ABOVE + 1]):
            if not _names_columns(row):
                continue
            names = unique_names(row)
            known = len(known_fields(names, fields)) + sum(k in names for k in field_map.values())
            if above and known < 2:
                continue
            below = rows[above + 1 :]
            plan = plan_columns(names, below, fields, field_map)
            alike = sum(len(other) == len(row) for other in below) / (len(below) or 1)
            worth = (len(plan.fields) + known, alike, len(row))
            if best is None or worth > best[0]:
                best = worth, _Table(dialect, above, plan, below)
    return best[1] if best else None


def _names_columns(cells: Sequence[str]) -> bool:
    """Whether the cells of a row can be names: short, several, and no values."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return (
        len(filled) >= 2
        and 2 * len(filled) > len(cells)
        and all(len(cell) <= _LONGEST_NAME and not _VALUE.match(cell) for cell in filled)
    )


def _is_escaped(text: str) -> bool:
    """Whether quotes inside cells have a backslash before them, and are not doubled."""
    escaped = text.count('\\"')
    return escaped > 0 and len(re.findall(r'(?<=[^",;|\t\n])""(?=[^",;|\t\n])', text)) < escaped


def _sample_rows(text: str, dialect: Dialect) -> list[list[str]]:
    """The first rows of the head."""
    lines = io.StringIO(text, newline="").readlines()
    rows = split_rows(
        lines[1:] if _SEP.match(text) else lines,
        dialect,
        longest=MAX_ARTICLE,
        on_broken=lambda line, why: None,
    )
    return [row.cells for row in islice(rows, _SAMPLE_ROWS)]


def _lines(source: Source, codec: str, options: Options) -> Iterator[str]:
    """The lines of the file with their ends, whatever these are."""
    text = io.TextIOWrapper(
        source.stream,
        encoding="utf-8-sig" if codec == "utf-8" else codec,
        errors="surrogateescape" if codec == "utf-8" else "replace",
        newline="",
    )
    first = True
    try:
        while True:
            try:
                line = text.readline(_PIECE)
                if len(line) == _PIECE and line[-1] not in "\r\n":
                    whole = _rest_of_line(line, text)
                    if whole is None:
                        options.report(ReadError(source.name, "a line larger than 64 MiB"))
                        continue
                    line = whole
            except ReadError as error:
                # Packed data broke off: what came before stays read.
                options.report(error)
                return
            if not line:
                return
            if not line.isascii():
                line = _repaired(line, source.name)
            if not (first and _SEP.match(line)):
                yield line.removeprefix("\ufeff") if first else line
            first = False
    finally:
        with suppress(ValueError):  # it is closed already
            text.detach()  # the stream is the source's to close


def _rest_of_line(line: str, text: io.TextIOWrapper) -> str | None:
    """A long line whole; None, when it is passed over, if it takes more than 64 MiB."""
    parts = [line]
    size = line_weight(line)
    while line and line[-1] not in "\r\n":
        line = text.readline(_PIECE)
        size += line_weight(line)
        if size <= MAX_ARTICLE:
            parts.append(line)
        else:
            parts.clear()
    return "".join(parts) if size <= MAX_ARTICLE else None


def _repaired(line: str, name: str) -> str:
    """A line of a UTF-8 file that is not: decoded by itself."""
    try:
        line.encode()
        return line
    except UnicodeEncodeError:
        data = line.encode("utf-8", "surrogateescape").replace(b"\0", b"")
    try:
        return decode(data, name=name)[0]
    except ReadError:  # noise
        return data.decode("utf-8", "replace")
