"""Which articles are in a Parquet, Arrow or Feather file?

One row an article; columns by their names, as in all tables.  Lists, structures and timestamps
come as what they are.  pyarrow reads them, which is the optional extra `parquet`: it is 170 MB,
and nobody needs it who has no such file.  It runs in a child process (columnar_child.py), for
it believes the sizes and offsets that a file states.

Not read: ORC; columns of plain numbers in lists (embeddings).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import cast

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.child import Limits, is_installed, records_of_child
from searcher.reading.source import Options, Source
from searcher.reading.tables.columns import plan_columns, unique_names
from searcher.reading.tables.records import DayOrder, no_articles, read_rows

__all__ = ["read_source"]

_KIND = "database"
_SAMPLE_ROWS = 50
# pyarrow itself takes 500 MB of addresses; the clock is for one group of rows.
_LIMITS = Limits(memory_mb=2500, processor_seconds=0, pause_seconds=60)


def read_source(source: Source, options: Options) -> Iterator[Article]:
    """Yield the article of each row."""
    what = "a Parquet file" if source.head.startswith(b"PAR1") else "an Arrow or Feather file"
    if not is_installed("pyarrow"):
        raise ReadError(
            source.name,
            f"{what}, which pyarrow reads, and that is not installed",
            hint="pip install 'searcher[parquet]'",
            kind=_KIND,
        )
    said = records_of_child(
        source,
        "searcher.reading.tables.columnar_child",
        limits=_LIMITS,
        kind=_KIND,
        report=options.report,
    )
    rows = cast(Iterator[Sequence[object]], said)
    names = unique_names(next(rows, ()))
    sample = list(islice(rows, _SAMPLE_ROWS))
    plan = plan_columns(names, sample, options.fields, options.field_map)
    if not plan.holds_articles:
        raise no_articles(source.name, what, names, kind=_KIND)
    if not sample:
        raise ReadError(source.name, f"{what} without a row", kind=_KIND)
    yield from read_rows(
        chain(sample, rows),
        plan,
        name=source.name,
        options=options,
        encoding=None,
        order=DayOrder(plan, sample),
    )
