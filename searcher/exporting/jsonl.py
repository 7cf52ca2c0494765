"""How are articles written as JSON Lines?

One object an article on a line of its own, with the fields that were asked for in that
order: dates as in ISO 8601, bylines and the archive's own values as lists, nothing as null.
Characters at which some programs end a line or reorder it (U+0085, U+2028, directions) are
written as escapes, so that a line is a line for everybody.

Sources: RFC 8259; jsonlines.org.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring as _text
from typing import Any

from searcher.exporting.columns import Column, Exported, Kind, json_value
from searcher.exporting.destination import BinaryOutput
from searcher.exporting.formats import Options

__all__ = ["to_json", "write"]

_encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes one each time
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def write(
    articles: Iterable[Exported],
    columns: Sequence[Column],
    output: BinaryOutput,
    options: Options,
) -> None:
    """Write a line for each article."""
    asked = [(f"{_text(c.name)}: ", c.kind, c.value) for c in columns]
    for found in articles:
        pairs = [name + _written(kind, value(found)) for name, kind, value in asked]
        output.text(f"{{{_safe(', '.join(pairs))}}}\n")


def to_json(value: Any) -> str:
    """`value` as one line of JSON in which no control character stands as itself."""
    return _safe(_encode(value))


def _written(kind: Kind, value: Any) -> str:
    """The value of a column, as `json` writes it.  Most are texts, for each of which an encoder
    would be made anew: that takes three times as long as all the rest of an article."""
    if value is None:
        return "null"
    if kind == "date":
        return f'"{value.isoformat()}"'
    if kind == "texts":
        return f"[{', '.join(map(_text, value))}]"
    if type(value) is str:
        return _text(value)
    if type(value) is int:
        return str(value)
    return _encode(json_value(kind, value))


def _safe(text: str) -> str:
    if text.isascii() and "\x7f" not in text:  # most text of English, and soon seen
        return text
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
