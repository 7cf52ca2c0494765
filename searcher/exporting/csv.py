"""How are articles written as CSV that a spreadsheet may open?

Rows as RFC 4180 has them: fields between quotes where that is needed, CR LF after each row,
UTF-8.  The first row has the names of the fields.

A spreadsheet computes a cell that begins with `=`, `+`, `-` or `@`, and a headline may come from
anybody: `=HYPERLINK(...)` sends what stands beside it away.  So before such a cell stands an
apostrophe, also where the sign comes after blanks and invisible characters, and before a tab or
the end of a line (OWASP, "CSV Injection").  Spreadsheets show the apostrophe or hide it, and
compute nothing.  It can be taken away again: a cell gets one if it would be unsafe without its
leading apostrophes too, so to take away one, where what follows is unsafe, gives what was there
(`undefused`).

Control characters, which a table has no room for and a terminal would obey, are `�`, but for tabs
and ends of lines; nothing else is lost.

Several values are one cell: `Ada Okafor; Ben Lee`, in which `\\` stands before a `;` or `\\` that
belongs to a value (`split_values`).  Metadata are JSON.  Nothing is an empty cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any

from searcher.exporting.columns import Column, Exported, Kind, json_value
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options
from searcher.exporting.jsonl import to_json

__all__ = ["defused", "join_values", "split_values", "undefused", "write"]

# A sign that begins a formula, in ASCII or in full width, after any blanks, controls and
# invisible characters; or one of the controls that spreadsheets leave out.
_UNSAFE = re.compile(
    "['\\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*[=+\\-@＝＋－＠]"
    "|'*[\t\r\n]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PARTED = re.compile(r"(?:[^\\;]|\\.)+", re.S)


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write a row of names, and a row for each article."""
    if options.bom:
        output.text("\ufeff")
    rows = csv.writer(_Text(output), lineterminator="\r\n")
    rows.writerow([column.name for column in columns])
    for found in articles:
        rows.writerow([defused(_clean(cell(c.kind, c.value(found)))) for c in columns])


class _Text:
    """An output, as the csv module writes to one."""

    def __init__(self, output: BinaryOutput) -> None:
        self.write = output.text


def cell(kind: Kind, value: Any) -> str:
    """The text of one cell, which may be unsafe still."""
    if value is None or value == () or value == {}:
        return ""
    if kind == "texts":
        return join_values(value)
    shown = json_value(kind, value)
    if kind == "metadata":
        return to_json(shown)
    return repr(shown) if isinstance(shown, float) else str(shown)


def _clean(text: str) -> str:
    """`text` without control characters that a table has no room for."""
    return text if text.isprintable() else _CONTROLS.sub("\ufffd", text)


def defused(text: str) -> str:
    """`text`, with an apostrophe before it if a spreadsheet would compute it."""
    return f"'{text}" if text and _UNSAFE.match(text) else text


def undefused(text: str) -> str:
    """What `defused` was given."""
    return text[1:] if text[:1] == "'" and _UNSAFE.match(text, 1) else text


def join_values(values: Iterable[str]) -> str:
    """Several values as one text."""
    return "; ".join(v.replace("\\", "\\\\").replace(";", "\\;") for v in values)


def split_values(text: str) -> tuple[str, ...]:
    """What `join_values` was given, if none began or ended with a blank."""
    parts = (part.strip() for part in _PARTED.findall(text))
    return tuple(re.sub(r"\\(.)", r"\1", part, flags=re.S) for part in parts if part)
