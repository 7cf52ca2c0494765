"""How are rows printed as CSV?

As RFC 4180 has it, a header first, in UTF-8 where the stream is.  Values come from articles
that strangers wrote, and a spreadsheet runs what begins with `=`, `+`, `-` or `@`: such a text
gets an apostrophe before it (`exporting/csv.py`).  Numbers are left as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from searcher.cli.output import stdout
from searcher.exporting.csv import defused

__all__ = ["print_csv"]

Cell = str | int | float | None


def print_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print `rows` below a header; None is an empty cell."""
    screen = stdout()
    for row in (header, *rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([_cell(value) for value in row])
        screen.line(line.getvalue().removesuffix("\n"))


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return defused(value)
    return "" if value is None else f"{value}"
