"""Which article is each row of a table?

Rows come from text, from a database or from columns of values; here they become records of
`field_keys.article_of`, so that a field map and the table of keys work for all of them alike.

Cells are taken as programs write them: `NULL`, `NaN` and the like are nothing; a list that was
written as text (`["A", "B"]`, `['A', 'B']`) is a list; `03/04/2020` is read as the other dates
of the same column show, if one of them has a day beyond 12, and is no date otherwise.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.field_keys import article_of
from searcher.reading.source import Options
from searcher.reading.tables.columns import ColumnPlan

__all__ = ["DayOrder", "is_header", "no_articles", "read_rows"]

_NOTHING = frozenset(
    ("NULL", "\\N", "null", "NaN", "nan", "NaT", "None", "<NA>", "#N/A", "N/A", "n/a", "[]", "{}")
)
_ITEM = r"""\s*(?:[urb]?'((?:[^'\\]++|\\.)*+)'|"((?:[^"\\]++|\\.)*+)"|(None|null|NaN|nan))\s*"""
_ITEMS = re.compile(rf"(?s){_ITEM}(?:,|\Z)")
_MOST_ITEMS = 100_000
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)", re.S)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_SLASHED = re.compile(r"\s*(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)(.{0,40})", re.S)


class DayOrder:
    """Whether dates such as 03/04/2020 have the day first, as the rest of a column shows."""

    def __init__(self, plan: ColumnPlan, sample: Iterable[Sequence[object]]) -> None:
        rows = list(sample)
        self._day_first: dict[str, bool] = {}
        for place, name in enumerate(plan.names):
            found = [m for row in rows if place < len(row) and (m := _slashed(row[place]))]
            first = any(int(m[1]) > 12 for m in found)
            second = any(int(m[3]) > 12 for m in found)
            if first != second:
                self._day_first[name] = first

    def settle(self, record: dict[str, object]) -> dict[str, str]:
        """Write the dates of `record` with the year first; returns them as they stood."""
        changed: dict[str, str] = {}
        for name, day_first in self._day_first.items():
            value = record.get(name)
            found = _slashed(value)
            if found is None or not isinstance(value, str):
                continue
            day, month = (found[1], found[3]) if day_first else (found[3], found[1])
            if int(month) <= 12:
                written = f"{found[4]}-{month:0>2}-{day:0>2}{found[5]}"
                record[name] = written
                changed[written.strip()] = value
        return changed


def _slashed(value: object) -> re.Match[str] | None:
    return _SLASHED.fullmatch(value) if isinstance(value, str) else None


def read_rows(
    rows: Iterable[Sequence[object]],
    plan: ColumnPlan,
    *,
    name: str,
    options: Options,
    encoding: str | None,
    order: DayOrder | None = None,
    first: int = 1,
) -> Iterator[Article]:
    """Yield the article of each row; those that are none are reported by their number.

    Arguments:
        name: the file.
        order: how dates with slashes are read.
        first: the number of the first row among the records of the file.
    """
    for number, cells in enumerate(rows, first):
        record = plan.record([_value(cell) for cell in cells])
        changed = order.settle(record) if order is not None else {}
        for key, column in plan.added:
            record[key] = record.get(column)
        try:
            article = article_of(
                record,
                name=name,
                number=number,
                field_map=options.field_map,
                encoding=encoding,
                fields=options.fields,
            )
        except ReadError as error:
            options.report(error)
            continue
        if article is None:
            options.report(ReadError(name, "no article in this row", record=number))
        elif article.date_text in changed:
            yield dataclasses.replace(article, date_text=changed[article.date_text])
        else:
            yield article


def no_articles(name: str, what: str, names: Sequence[str], *, kind: str) -> ReadError:
    """The error for a table none of whose columns can be the text or title of articles."""
    listed = ", ".join(names[:8])[:160] + (" ..." if len(names) > 8 else "")
    return ReadError(
        name,
        f"{what} whose columns name neither a title nor a text: {listed}",
        hint="name the columns of title and body: --map title=COLUMN, or field_map",
        kind=kind,
    )


def _value(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text in _NOTHING:
        return None
    if "\0" in cell:
        cell = text = text.replace("\0", "")
    if text[:1] == "[" and text[-1:] == "]" and text[1:2] in "'\"ub \n":
        return _list_in(text) or cell
    return cell


def _list_in(text: str) -> list[object] | None:
    """The texts of a flat list as Python or JSON writes it; None if it is not one."""
    inner = text[1:-1].strip()
    items: list[object] = []
    at = 0
    while at < len(inner):
        found = _ITEMS.match(inner, at)
        if found is None or len(items) >= _MOST_ITEMS:
            return None
        at = found.end()
        item = found[1] if found[1] is not None else found[2]
        if item:
            items.append(_ESCAPED.sub(_unescape, item) if "\\" in item else item)
    return items


def _unescape(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    return _PLAIN_ESCAPES.get(found[2], found[2])


def is_header(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row is the header over again, as in files that were put one after another."""
    return (
        len(cells) == len(names)
        and cells[0].strip() == names[0]
        and all(cell.strip() == name for cell, name in zip(cells, names, strict=True))
    )
