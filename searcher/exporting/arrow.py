"""How are articles written as Arrow?

In the file format (Feather 2), not packed, so that it can be mapped into memory; with the typed
columns of `columnar.py`.  pyarrow writes it.
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
    """Write an Arrow file."""
    with InstalledOnly():
        import pyarrow

    sink = Sink(output)
    writer = pyarrow.ipc.new_file(pyarrow.PythonFile(sink, mode="w"), schema_of(columns))
    write_batches(writer, articles, columns, sink)
