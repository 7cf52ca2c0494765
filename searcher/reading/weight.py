"""How much memory will a record take when it is parsed?

A parser makes objects of signs: `[],` is three bytes in a file and eighty in memory, `<a/>`
four and two hundred and fifty.  A record of 64 MiB, the largest that is read, could so take
several gigabytes, and where this very process reads, nothing would stop it.  What it will
take is therefore estimated before it is parsed, from how many openings and commas there are,
which costs a thousandth of parsing, and a record beyond `MOST_BYTES` is refused by name.

The estimate is for refusing what is out of all proportion: articles take two to fifteen times
their size.  Measured with CPython 3.11 on 64 bits, and libxml2's structures.
"""

from __future__ import annotations

import sys

from searcher.errors import ReadError
from searcher.reading.source import TOO_MUCH_MEMORY

__all__ = ["MOST_BYTES", "check_weight", "json_weight", "line_weight", "xml_weight"]

MOST_BYTES = 500_000_000
"""Of one record, the same that a child may take for it."""

_LIST, _MAP, _VALUE = 88, 250, 60
_ELEMENT, _ATTRIBUTE = 250, 220
_LINE = 120  # besides the string: its places in lists, a number, a tuple


def json_weight(text: str | bytes) -> int:
    """The bytes that JSON takes as objects of Python, its text included."""
    if isinstance(text, bytes):
        lists, maps, values = text.count(b"["), text.count(b"{"), text.count(b",")
    else:
        lists, maps, values = text.count("["), text.count("{"), text.count(",")
    return 2 * len(text) + _LIST * lists + _MAP * maps + _VALUE * values


def xml_weight(data: bytes) -> int:
    """The bytes that markup takes as a tree of libxml2, its text included."""
    return 3 * len(data) + _ELEMENT * data.count(b"<") + _ATTRIBUTE * data.count(b"=")


def line_weight(line: str | bytes) -> int:
    """The bytes that a line takes while it waits in a list."""
    return sys.getsizeof(line) + _LINE


def check_weight(
    weight: int, name: str, *, most: int = MOST_BYTES, line: int | None = None
) -> None:
    """Refuse what will take more than `most` bytes.

    Raises:
        ReadError: it will.
    """
    if weight > most:
        raise ReadError(name, TOO_MUCH_MEMORY, line=line, hint="split it")
