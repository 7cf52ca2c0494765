"""What does pyarrow find in a file? (A child process: see `reading/child.py`.)

Says the names of the columns, then each row as a list.  Before a group of rows is read, its
size is looked at in the footer; before the values of a batch of Arrow are, its offsets are
checked against its buffers.  Rows that repeat one value cost a file nothing: no more text comes
out than 200 times its size.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from searcher.errors import ReadError
from searcher.importing import InstalledOnly
from searcher.reading.child import Refused, serve
from searcher.reading.encoding import decode, is_binary
from searcher.reading.source import MAX_ARTICLE

_MOST_COLUMNS = 10_000
_LARGEST_GROUP = 4 << 30  # of a group of rows, unpacked
_ROWS_AT_ONCE = 256
_RATIO = 200
_LEAST_TEXT = 16 << 20
_DEPTH = 8


def main() -> None:
    """Read the file that is the standard input."""
    serve(_rows)


def _rows(file: BinaryIO) -> Iterator[object]:
    with InstalledOnly():
        import pyarrow as pa
        import pyarrow.ipc
    left = _RATIO * os.fstat(file.fileno()).st_size + _LEAST_TEXT
    start = file.read(6)
    file.seek(0)
    named = False
    try:
        for found in _batches(file, start, pa):
            if isinstance(found, ReadError):
                yield found
                continue
            if not named:
                named = True
                yield _names(found.schema)
            for row in _rows_of(found, pa):
                left -= sum(len(cell) for cell in row if isinstance(cell, str)) + len(row)
                if left < 0:
                    yield ReadError("", "gives 200 times its size in text; the rest is not read")
                    return
                yield row
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        reason = str(error).partition("\n")[0][:200]
        if not named:
            raise Refused(f"a damaged Parquet or Arrow file: {reason}", damaged=True) from error
        yield ReadError("", f"{reason}; the rest is not read")


def _batches(file: BinaryIO, start: bytes, pa: Any) -> Iterator[Any]:
    if start.startswith(b"PAR1"):
        yield from _parquet_batches(file, pa)
    elif start.startswith(b"FEA1"):
        raise Refused("a Feather file of version 1", "write it again as Parquet or Feather 2")
    else:
        is_file = start == b"ARROW1"
        reader = pa.ipc.open_file(file) if is_file else pa.ipc.open_stream(file)
        empty = pa.RecordBatch.from_pylist([], schema=reader.schema)
        yield empty
        batches: Iterable[Any] = reader
        if is_file:
            batches = (reader.get_batch(n) for n in range(reader.num_record_batches))
        for batch in batches:
            batch.validate()
            for at in range(0, batch.num_rows, _ROWS_AT_ONCE):
                yield batch.slice(at, _ROWS_AT_ONCE)


def _parquet_batches(file: BinaryIO, pa: Any) -> Iterator[Any]:
    with InstalledOnly():
        from pyarrow.parquet import ParquetFile
    parquet = ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)
    schema = parquet.schema_arrow
    _names(schema)
    yield pa.RecordBatch.from_pylist([], schema=schema)
    for group in range(parquet.metadata.num_row_groups):
        size = parquet.metadata.row_group(group).total_byte_size
        if not 0 <= size <= _LARGEST_GROUP:
            reason = f"row group {group + 1}, of {size >> 20:,} MB, is too large to be read"
            yield ReadError("", reason)
            continue
        try:
            yield from parquet.iter_batches(
                batch_size=_ROWS_AT_ONCE, row_groups=[group], use_threads=False
            )
        except (pa.ArrowException, OSError) as error:
            reason = str(error).partition("\n")[0][:200]
            yield ReadError("", f"row group {group + 1}: {reason}; its rows are missing")


def _names(schema: Any) -> list[str]:
    if len(schema.names) > _MOST_COLUMNS:
        raise Refused(f"a table of more than {_MOST_COLUMNS:,} columns")
    return [str(name) for name in schema.names]


def _rows_of(batch: Any, pa: Any) -> Iterator[list[object]]:
    columns = [_values(_checked(column, pa), pa) for column in batch.columns]
    for row in range(batch.num_rows):
        yield [column[row] for column in columns]


def _checked(column: Any, pa: Any) -> Any:
    """A column whose offsets lie in its buffers; text that is not UTF-8 as its bytes."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        kind = column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise
        column = column.view(pa.binary() if pa.types.is_string(kind) else pa.large_binary())
        column.validate(full=True)
    return column


def _values(column: Any, pa: Any) -> list[object]:
    """The values of a column as JSON has them."""
    kind = column.type
    numbers = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    numbers = numbers or pa.types.is_fixed_size_list(kind)
    if numbers and (pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type)):
        return [None] * len(column)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        # Python's datetimes have no nanoseconds.
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        values = [_alone(value) for value in column]  # one year 20,000 among them
    return [_plain(value) for value in values]


def _alone(value: Any) -> object:
    try:
        return value.as_py()
    except (ValueError, OverflowError):
        return None


def _plain(value: object, depth: int = 0) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value if len(value) <= MAX_ARTICLE else None
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return _text(value)
    if depth >= _DEPTH:
        return None
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    return str(value)


def _text(value: bytes) -> str | None:
    """Text that was stored without saying that it is any, or is not in the right encoding."""
    if len(value) > MAX_ARTICLE or is_binary(value):
        return None
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return decode(value, name="")[0]
