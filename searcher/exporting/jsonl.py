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
from typing import Any

from searcher.exporting.columns import Column, Exported, json_value
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
    for found in articles:
        values = {c.name: json_value(c.kind, c.value(found)) for c in columns}
        output.text(to_json(values) + "\n")


def to_json(value: Any) -> str:
    """`value` as one line of JSON in which no control character stands as itself."""
    text = _encode(value)
    if text.isascii() and "\x7f" not in text:  # most text of English, and soon seen
        return text
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
