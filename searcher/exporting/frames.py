"""What are hits as a table in memory, of pyarrow or of pandas?

The same typed columns as in files (`columnar.py`), with what a hit has besides: its rank,
score and snippet.  Neither library is needed for anything else, so where one is missing the
error says how to get it.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from searcher.errors import ExportError
from searcher.exporting.columnar import column_names, column_values, record_batches, schema_of
from searcher.exporting.columns import Column, choose_columns
from searcher.importing import InstalledOnly

__all__ = ["arrow_table", "data_frame"]

_NAMES = (
    *("rank", "id", "score", "title", "byline", "date", "updated", "status", "source", "section"),
    *("language", "url", "path", "metadata"),
)
_NOT_A_TIME = -(2**63)


class _Row(NamedTuple):
    """A hit, as columns look at an article that was found."""

    rank: int
    score: float
    article: Any


def _columns() -> tuple[Column, ...]:
    return (*choose_columns(_NAMES), Column("snippet", "text", attrgetter("article.snippet")))


def _rows(hits: Sequence[Any]) -> list[_Row]:
    return [_Row(rank, hit.score, hit) for rank, hit in enumerate(hits, 1)]


def arrow_table(hits: Sequence[Any]) -> Any:
    """A `pyarrow.Table` of hits.

    Raises:
        ExportError: pyarrow is missing; it says how to get it.
    """
    try:
        with InstalledOnly():
            import pyarrow
    except ImportError as error:
        raise _missing("pyarrow", "parquet") from error
    columns = _columns()
    batches = list(record_batches(_rows(hits), columns))
    return pyarrow.Table.from_batches(batches, schema=schema_of(columns))


def data_frame(hits: Sequence[Any]) -> Any:
    """A `pandas.DataFrame` of hits.

    Raises:
        ExportError: pandas is missing; it says how to get it.
    """
    try:
        with InstalledOnly():
            import numpy
            import pandas
    except ImportError as error:
        raise _missing("pandas", "pandas") from error
    rows = _rows(hits)
    series = {}
    for column in _columns():
        typed = column_values(column, [column.value(row) for row in rows])
        for name, values in zip(column_names(column), typed, strict=True):
            if column.kind == "date" and name == column.name:
                given = [_NOT_A_TIME if value is None else value for value in values]
                instants = numpy.array(given, dtype="int64").astype("datetime64[us]")
                series[name] = pandas.Series(instants).dt.tz_localize("UTC")
            elif column.kind == "metadata":
                series[name] = pandas.Series([dict(pairs) for pairs in values], dtype="object")
            else:
                kind = {"whole": "int64", "number": "float64"}.get(column.kind, "object")
                series[name] = pandas.Series(values, dtype=kind)
    return pandas.DataFrame(series)


def _missing(library: str, extra: str) -> ExportError:
    return ExportError(library, "is not installed", hint=f"pip install 'searcher[{extra}]'")
