"""What is an article as a row of typed columns, and how do rows get into a file?

Texts, lists of texts, whole numbers, and for a field that is a date three columns:

    date       the instant, in microseconds and UTC; midnight where only the day is known
    date_day   the article's own day, which is shown and searched by
    date_iso   as everywhere else, with its offset: ten characters if only the day is known

Metadata are a map of names to lists of texts.  Rows are gathered to some megabytes of text, and
each such part is a row group or a record batch, so memory stays the same however many there
are.  `parquet.py` and `arrow.py` say into which file; pyarrow, the extra `parquet`, writes both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from searcher.exporting.citation import own_day
from searcher.exporting.columns import Column, Exported, Kind
from searcher.exporting.destination import BinaryOutput
from searcher.importing import InstalledOnly

__all__ = ["Sink", "column_names", "column_values", "record_batches", "schema_of", "write_batches"]

_MOST_ROWS = 10_000
_MOST_CHARACTERS = 8_000_000
_DAY_US = 86_400_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_FIRST_US = (dt.datetime.min.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND
_LAST_US = (dt.datetime.max.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND


class Sink:
    """An output, as pyarrow writes to one."""

    def __init__(self, output: BinaryOutput) -> None:
        self._output = output
        self.is_dead = False
        self.closed = False

    def write(self, data: Any) -> int:
        """Write all of `data`."""
        return len(data) if self.is_dead else self._output.write(bytes(data))

    def tell(self) -> int:
        """How much was written."""
        return self._output.tell()

    def flush(self) -> None:
        """Nothing: the output is flushed at its end."""

    def close(self) -> None:
        """Nothing but to say so; whoever opened the output closes it."""
        self.closed = True

    def readable(self) -> bool:
        """No."""
        return False

    def writable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """No."""
        return False


def write_batches(
    writer: Any, articles: Iterable[Exported], columns: Sequence[Column], sink: Sink
) -> None:
    """Write all articles with a writer of pyarrow's, and close it."""
    try:
        for batch in record_batches(articles, columns):
            writer.write_batch(batch)
    except BaseException:
        sink.is_dead = True  # what closing still writes is of no use to anybody
        writer.close()
        raise
    writer.close()


def record_batches(articles: Iterable[Exported], columns: Sequence[Column]) -> Iterator[Any]:
    """The articles in `pyarrow.RecordBatch`es of some megabytes of text."""
    schema = schema_of(columns)
    rows: list[list[Any]] = []
    size = 0
    for found in articles:
        row = [column.value(found) for column in columns]
        rows.append(row)
        size += sum(len(value) for value in row if isinstance(value, str))
        if len(rows) >= _MOST_ROWS or size >= _MOST_CHARACTERS:
            yield _batch(rows, columns, schema)
            rows, size = [], 0
    if rows:
        yield _batch(rows, columns, schema)


def _instant_us(date: dt.date | None) -> int | None:
    """Microseconds since 1970 of an instant, or of the beginning of a day in UTC."""
    if date is None:
        return None
    if not isinstance(date, dt.datetime):
        return (date - _EPOCH.date()).days * _DAY_US
    offset = date.utcoffset() or dt.timedelta()
    instant = (date.replace(tzinfo=dt.UTC) - _EPOCH - offset) // _MICROSECOND
    return max(_FIRST_US, min(instant, _LAST_US))


def column_names(column: Column) -> tuple[str, ...]:
    """What the typed columns of a field are called."""
    name = column.name
    return (name, f"{name}_day", f"{name}_iso") if column.kind == "date" else (name,)


def column_values(column: Column, values: Sequence[Any]) -> tuple[list[Any], ...]:
    """The values of a field, for each of its typed columns; instants in microseconds."""
    if column.kind == "date":
        return (
            [_instant_us(value) for value in values],
            [None if value is None else own_day(value) for value in values],
            [None if value is None else value.isoformat() for value in values],
        )
    if column.kind == "metadata":
        return ([[(name, list(v)) for name, v in value.items()] for value in values],)
    return ([list(value) if column.kind == "texts" else value for value in values],)


def _types(kind: Kind) -> tuple[Any, ...]:
    with InstalledOnly():
        import pyarrow

    texts = pyarrow.list_(pyarrow.string())
    return {
        "text": (pyarrow.string(),),
        "texts": (texts,),
        "date": (pyarrow.timestamp("us", tz="UTC"), pyarrow.date32(), pyarrow.string()),
        "whole": (pyarrow.int64(),),
        "number": (pyarrow.float64(),),
        "metadata": (pyarrow.map_(pyarrow.string(), texts),),
    }[kind]


def schema_of(columns: Sequence[Column]) -> Any:
    """The `pyarrow.Schema` of the fields."""
    with InstalledOnly():
        import pyarrow

    return pyarrow.schema(
        [
            pyarrow.field(name, kind)
            for column in columns
            for name, kind in zip(column_names(column), _types(column.kind), strict=True)
        ]
    )


def _batch(rows: Sequence[Sequence[Any]], columns: Sequence[Column], schema: Any) -> Any:
    with InstalledOnly():
        import pyarrow

    arrays = []
    for place, column in enumerate(columns):
        given = [row[place] for row in rows]
        for values, kind in zip(column_values(column, given), _types(column.kind), strict=True):
            arrays.append(pyarrow.array(values, type=kind))
    return pyarrow.RecordBatch.from_arrays(arrays, schema=schema)
