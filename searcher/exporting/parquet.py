"""How are articles written as Parquet?

A row group for every few megabytes of text, packed with zstd, with the typed columns of
`columnar.py`.  pyarrow writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searcher.exporting.columnar import Sink, schema_of, write_batches
from searcher.exporting.columns import Column, Exported
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options
from searcher.importing import InstalledOnly

__all__ = ["write"]


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write a Parquet file."""
    with InstalledOnly():
        from pyarrow import parquet

    sink = Sink(output)
    writer = parquet.ParquetWriter(sink, schema_of(columns), compression="zstd")
    write_batches(writer, articles, columns, sink)
