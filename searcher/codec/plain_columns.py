"""How are the rows of a plain segment's columns read: bytes, numbers, and whole articles?

Columns lie as Whoosh writes them (`whoosh.columns`), with two things made firm: a column of
numbers has a row for every document, so that a lost row is seen, and what is stored of an
article is JSON, deflated within bounds (`deflated.py`), instead of a pickle.

`BytesReader` reads Whoosh's `VarBytesColumn`; Whoosh's own reader believes the lengths and
places that it finds.  `checked_stored` is what may stand in a stored article.
"""

from __future__ import annotations

import datetime as dt
import json
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from whoosh import columns
from whoosh.reading import CorruptIndexError

from searcher.codec.deflated import deflated, inflated
from searcher.codec.positioned import PositionedFile
from searcher.fields import FIELDS

__all__ = ["STORED_COLUMN", "BytesReader", "JsonColumn", "checked_stored"]

_LENGTH_TYPES = "BHiI"
_STORED_OFFSETS = "X"
_DEFLATE_LEVEL = 3
_DAY_LENGTH = len("2019-04-08")
_TEXTS = frozenset(
    row.name for row in FIELDS.rows if row.attribute and row.name not in ("byline", "record")
)


class BytesReader(columns.ColumnReader):  # type: ignore[misc]  # Whoosh's class is untyped
    """The rows of a `VarBytesColumn` that fills the whole of `file`.

    Raises:
        CorruptIndexError: the file has not `count` rows; when read, a row is not in it.
    """

    def __init__(self, file: PositionedFile, count: int) -> None:
        super().__init__(file, 0, file.size, count)
        end = file.size - 1
        code = self._code(end)
        offsets: Sequence[int] | None = None
        if code == _STORED_OFFSETS:
            code, offsets_code = self._code(end - 2), self._code(end - 1)
            end -= 2 + count * self._width(offsets_code)
            offsets = file.get_array(end, offsets_code, count)
        self._end = end - count * self._width(code)
        self._lengths = file.get_array(self._end, code, count)
        if offsets is None:
            offsets = array("Q", accumulate(self._lengths, initial=0))
            if offsets[-1] != self._end:
                raise CorruptIndexError(f"{file}: its rows do not fill it")
        self._offsets = offsets

    def __str__(self) -> str:
        return str(self._dbfile)

    def _code(self, place: int) -> str:
        return str(self._dbfile.get(place, 1), "latin-1")

    def _width(self, code: str) -> int:
        if code not in _LENGTH_TYPES:
            raise CorruptIndexError(f"{self._dbfile}: its rows have lengths of a kind {code!r}")
        return array(code).itemsize

    def __getitem__(self, docnum: int) -> bytes:
        length = self._lengths[docnum]
        offset = self._offsets[docnum]
        if docnum < 0 or offset + length > self._end:
            raise CorruptIndexError(f"{self._dbfile}: row {docnum:,} is not in it")
        data: bytes = self._dbfile.get(offset, length)
        return data


class JsonColumn(columns.WrappedColumn):  # type: ignore[misc]
    """Objects as deflated JSON, one for each document."""

    def __init__(self) -> None:
        super().__init__(columns.VarBytesColumn())

    def reader(self, dbfile: PositionedFile, basepos: int, length: int, doccount: int) -> Any:
        return self.Reader(BytesReader(dbfile, doccount))

    class Writer(columns.WrappedColumnWriter):  # type: ignore[misc]
        def add(self, docnum: int, v: Any) -> None:
            data = v if isinstance(v, bytes) else _as_json(v)
            self._child.add(docnum, deflated(data, _DEFLATE_LEVEL) or data)

    class Reader(columns.WrappedColumnReader):  # type: ignore[misc]
        def __getitem__(self, docnum: int) -> Any:
            try:
                return _from_json(self._child[docnum])
            except CorruptIndexError as error:
                raise CorruptIndexError(f"{self._child}: row {docnum:,}: {error}") from error

        def __iter__(self) -> Iterator[Any]:
            return map(_from_json, self._child)


def _as_json(fields: Any) -> bytes:
    # Dates are text in an article's fields; Whoosh's callers have objects.
    return json.dumps(fields, ensure_ascii=False, default=lambda date: date.isoformat()).encode()


def _from_json(data: bytes) -> Any:
    if not data:
        return None
    # An object begins with "{", which nothing deflated does.
    text = data if data[:1] == b"{" else inflated(data)
    try:
        value = json.loads(text)
        if b"\\u" in text:  # half of a pair, which is no text, can be hidden there
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise CorruptIndexError(f"stored fields are no JSON: {error}") from error
    return value


STORED_COLUMN = JsonColumn()


def checked_stored(fields: Any, number: int) -> dict[str, Any]:
    """Return `fields`, what is stored of document `number`, if it can be.

    Raises:
        CorruptIndexError: it is no object, or has a value of a type that no article has.
    """
    if not isinstance(fields, dict):
        raise CorruptIndexError(f"stored fields of document {number} are not an object")
    for name, value in fields.items():
        if isinstance(value, str):
            sound = name in _TEXTS or name == "byline"
        elif isinstance(value, list):
            sound = name == "byline" and _are_texts(value)
        elif isinstance(value, dict):
            sound = name == "metadata" and all(
                isinstance(part, str) or (isinstance(part, list) and _are_texts(part))
                for part in value.values()
            )
        else:
            sound = name == "record" and type(value) is int
        if sound and name in ("date", "updated"):
            sound = _is_date(value)
        if not sound:
            raise CorruptIndexError(
                f"stored field {name[:40]!r} of document {number} cannot be: {type(value).__name__}"
            )
    return fields


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _is_date(text: str) -> bool:
    try:
        if len(text) == _DAY_LENGTH:
            return bool(dt.date.fromisoformat(text))
        return dt.datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False
