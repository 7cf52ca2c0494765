"""What if a range ends before it begins?

`date:2007..2006`, `length:1000..500` and `since:2007 until:2006` can find nothing as typed,
and everyone who types them means the range the other way round.  So they are read that
way, and a note beside the answer says so and how to write it.

What it does not do: mend `date:>2007 date:<2006`, which is empty the other way round too,
or a beginning and an end in a query with OR or NOT, where each may be meant by itself.
"""

from __future__ import annotations

import re

from searcher.importing import InstalledOnly
from searcher.query.dates import ends_before, read_dates
from searcher.query.diagnostics import QueryText
from searcher.query.lexer import Token
from searcher.query.tree import DateRange

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

__all__ = ["note_turned", "turn_ends"]

_END = re.compile(r'(since:|until:|date:"?(?:>=|<=))\s*(.*)', re.IGNORECASE | re.DOTALL)
_CHOICES = frozenset(("OR", "NOT", "-"))


def note_turned(source: QueryText, start: int, end: int, meant: str) -> None:
    """Note that what stands from `start` to `end` was read as `meant`."""
    with InstalledOnly():
        from searcher.query.notes import Note

    typed = source.typed[start:end]
    query = source.plain
    message = f"{typed} ends before it begins and was read as {meant}"
    source.notes.append(
        Note(start, end, typed, message, f"{query[:start]}{meant}{query[end:]}"),
    )


def turn_ends(source: QueryText, tokens: list[Token], today: Callable[[], dt.date]) -> None:
    """Change the ends of a beginning and an end that stand side by side, as in
    `since:2007 until:2006`, where the end is before the beginning.  Cost: linear.
    """
    ends = [token for token in tokens if isinstance(token.node, DateRange)]
    if len(ends) != 2 or any(token.kind in _CHOICES for token in tokens):
        return
    between = tokens[_past(tokens, ends[0])[1] : _past(tokens, ends[1])[0]]
    if any(token.kind in ("(", ")") for token in between):
        return  # in a group with others an end is meant by itself
    nodes = [token.node for token in ends if isinstance(token.node, DateRange)]
    first = next((node.first for node in nodes if node.last is None), None)
    last = next((node.last for node in nodes if node.first is None), None)
    if first is None or last is None or not ends_before(first, last):
        return
    found = [_END.fullmatch(source.plain[token.start : token.end]) for token in ends]
    if found[0] is None or found[1] is None:
        return
    for token, end, other in zip(ends, found, reversed(found), strict=True):
        assert end is not None and other is not None
        name, _, operator = end[1].replace('"', "").lower().partition(":")
        value = operator + other[2].replace('"', "")
        token.node = read_dates(name, value, token.start, token.end, source, today)
    gap = source.plain[ends[0].end : ends[1].start]
    meant = [_written(found[0], found[1]), _written(found[1], found[0])]
    note_turned(source, ends[0].start, ends[1].end, gap.join(meant))


def _past(tokens: list[Token], token: Token) -> tuple[int, int]:
    """Where `token` begins and ends, with the parentheses that are around it alone."""
    start = tokens.index(token)
    end = start + 1
    while start and tokens[start - 1].kind == "(" and tokens[end].kind == ")":
        start, end = start - 1, end + 1
    return start, end


def _written(end: re.Match[str], other: re.Match[str]) -> str:
    """`end` with the value of `other`."""
    value = other[2].replace('"', "")
    name, _, operator = end[1].replace('"', "").partition(":")
    return f'{name}:"{operator}{value}"' if " " in value else f"{name}:{operator}{value}"
