"""How was the query read, in words, part by part, and what is it without each?

Each part of the tree is a chip: what it says, how many articles it finds by itself (of a part
that is left out, how many would be there for it), and the query without it.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from searcher.archive import Archive
from searcher.query import tree
from searcher.query.printing import is_month_end, text_of
from searcher.serving import dates
from searcher.serving.pages.page import Timer
from searcher.serving.pages.parts import Part, parts_of, without_part

__all__ = ["Chip", "chips_of", "label_of", "said"]


class Chip(NamedTuple):
    """A part of a query: what it says, how many articles it finds, and the query without it;
    `is_out` if it is left out."""

    label: str
    articles: int | None
    without: str
    is_out: bool


def chips_of(archive: Archive, query: tree.Node, timer: Timer) -> list[Chip]:
    """The chips of `query`; none where it is one part, of which all is said already.

    Raises: as `Archive.search`.

    Cost: a search for each part, without hits.
    """
    chips: list[Chip] = []
    parts = parts_of(query)
    for part in parts if len(parts) > 1 else ():
        found = archive.search(part.node, limit=0, timeout=timer.left())
        rest = without_part(query, part.place)
        without = "" if rest is None else text_of(rest)
        chips.append(Chip(label_of(part), found.total, without, part.is_excluded))
    return chips


def label_of(part: Part) -> str:
    """What a part says: dates and values in words, everything else as it is typed."""
    node = part.node
    said_of = text_of(node)
    if isinstance(node, tree.DateRange):
        said_of = _days(node.first, node.last)
    elif isinstance(node, tree.Value):
        said_of = f"{node.name} {node.text}"
    elif isinstance(node, tree.Field) and isinstance(node.child, tree.Phrase | tree.Word):
        said_of = f"{node.name} {text_of(node.child).strip(chr(34))}"
    elif isinstance(node, tree.Has):
        said_of = f"{'no' if part.is_excluded else 'a'} {node.name}"
        return said_of
    elif isinstance(node, tree.Everything):
        said_of = "every article"
    return f"not {said_of}" if part.is_excluded else said_of


def said(query: tree.Node) -> str:
    """The whole query in words, its parts with commas between them where it is a list of such."""
    if isinstance(query, tree.Or):
        return text_of(query)
    parts = parts_of(query)
    if isinstance(query, tree.Group):
        plain = [part.text for part in parts if not part.is_excluded and _is_text(part.node)]
        others = [label_of(part) for part in parts if part.is_excluded or not _is_text(part.node)]
        return ", ".join([*([" ".join(plain)] if plain else []), *others])
    return " and ".join(map(label_of, parts))


def _is_text(node: tree.Node) -> bool:
    return not isinstance(node, tree.Value | tree.DateRange | tree.LengthRange | tree.Has)


def _days(first: dt.date | None, last: dt.date | None) -> str:
    if first is None or last is None:
        if first is not None:
            return f"since {_moment(first)}"
        return f"until {_moment(last)}"
    if isinstance(first, dt.datetime) or isinstance(last, dt.datetime):
        return f"{_moment(first)} to {_moment(last)}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year:04}" if first.year == last.year else f"{first.year:04}–{last.year:04}"
    if first.day == 1 and is_month_end(last):
        months = [dates.period("month", first), dates.period("month", last)]
        return months[0] if months[0] == months[1] else " to ".join(months)
    return dates.day(first) if first == last else f"{dates.day(first)} to {dates.day(last)}"


def _moment(date: dt.date | None) -> str:
    time = dates.clock(date)
    return f"{dates.day(date)}, {time}" if time else dates.day(date)
