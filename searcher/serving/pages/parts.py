"""Which parts does a query have, and what is it without one of them, or with one more?

Chips, facets and the timeline are links to other queries.  They are made from the tree of the
query, never from its text, so that parentheses and quotes come out right: whatever is made here
is printed by `searcher.query.printing` and can be read back.

What it does not do: find anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from searcher.query import tree
from searcher.query.printing import text_of

__all__ = [
    "Narrowing",
    "Part",
    "condition",
    "narrowing",
    "parts_of",
    "relaxed",
    "texts_with",
    "with_condition",
    "with_days",
    "without_exact",
    "without_part",
]

_MOST_PARTS = 20
# What a condition can stand beside without an operator.
_SINGLE = (tree.Word, tree.Exact, tree.Pattern, tree.Fuzzy, tree.Phrase, tree.Field, tree.AtLeast)
_CONDITIONS = (tree.Value, tree.DateRange, tree.LengthRange, tree.Has)
_WIDER = (50, 200)
_NOT_IN_NAMES = str.maketrans('"*?', "   ")
# The rows of facets are mostly the same from page to page.  A longer value is printed each time.
_MOST_KEPT = 4_096
_LONGEST_KEPT = 200


class Part(NamedTuple):
    """A part of a query that stands at its top: `node` without its sign, `is_excluded` if it is
    to be left out, and `place` among its neighbours."""

    node: tree.Node
    is_excluded: bool
    place: int

    @property
    def text(self) -> str:
        """The part in the query language, without its sign."""
        return text_of(self.node)


def parts_of(query: tree.Node) -> list[Part]:
    """The first parts of `query`, in its order; itself if it has none."""
    found = []
    for place, child in enumerate(_children(query)[:_MOST_PARTS]):
        is_excluded = isinstance(child, tree.Excluded | tree.Not)
        if isinstance(child, tree.Excluded | tree.Not | tree.Required):
            child = child.child
        found.append(Part(child, is_excluded, place))
    return found


def _children(query: tree.Node) -> tuple[tree.Node, ...]:
    if isinstance(query, tree.And | tree.Or | tree.Group):
        return query.children if not isinstance(query, tree.Group) else query.items
    return (query,)


def without_part(query: tree.Node, place: int) -> tree.Node | None:
    """`query` without the part at `place`; None if nothing is left."""
    rest = list(_children(query))
    del rest[place]
    if not rest:
        return None
    if len(rest) > 1:
        return _with_children(query, rest)
    (only,) = rest
    if isinstance(only, tree.Required):
        return only.child
    return tree.Not(only.child) if isinstance(only, tree.Excluded) else only


def _with_children(query: tree.Node, children: Sequence[tree.Node]) -> tree.Node:
    """`query`, which has several parts, with others."""
    match query:
        case tree.And():
            return tree.And(tuple(children))
        case tree.Or():
            return tree.Or(tuple(children))
    return tree.Group(tuple(children))


def condition(field: str, value: str | None) -> tree.Node:
    """What finds the articles of one row of a facet; of those without a value if that is None."""
    if value is None:
        return tree.Not(tree.Has("date" if field == "year" else field))
    if field == "year":
        year = int(value)
        return tree.DateRange(dt.date(year, 1, 1), dt.date(year, 12, 31))
    if field == "byline":
        # These parts no name, and in quotes they would end them or stand for other characters.
        words = value.translate(_NOT_IN_NAMES).split() or [value]
        parts = tuple(tree.Exact(word) for word in words)
        return tree.Field("byline", tree.Phrase(parts))
    return tree.Value(field, value, True)


class Narrowing(NamedTuple):
    """A condition, and how it and what leaves it out are printed beside other parts."""

    condition: tree.Node
    text: str
    excluded: str


def narrowing(field: str, value: str | None) -> Narrowing:
    """What finds the articles of one row of a facet: see `condition`."""
    is_short = value is None or len(value) <= _LONGEST_KEPT
    return _kept_narrowing(field, value) if is_short else _narrowing(field, value)


def _narrowing(field: str, value: str | None) -> Narrowing:
    found = condition(field, value)
    return Narrowing(found, text_of(found), text_of(tree.Excluded(found)))


_kept_narrowing = lru_cache(maxsize=_MOST_KEPT)(_narrowing)


def with_condition(
    query: tree.Node | None, added: tree.Node, *, excluded: bool = False
) -> tree.Node:
    """`query`, narrowed to the articles that `added` finds, or to those that it does not."""
    if isinstance(added, tree.Not):
        added, excluded = added.child, not excluded
    if query is None or isinstance(query, tree.Everything):
        return tree.Not(added) if excluded else added
    if isinstance(query, tree.And):
        return tree.And((*query.children, tree.Not(added) if excluded else added))
    # In a group a name in the byline is text that is required, and bare words would only rank.
    if isinstance(added, tree.Field) and not excluded:
        return tree.And((query, added))
    item = tree.Excluded(added) if excluded else added
    if isinstance(query, tree.Group):
        return tree.Group((*query.items, item))
    if isinstance(query, (*_SINGLE, *_CONDITIONS)):
        return tree.Group((query, item))
    return tree.And((query, tree.Not(added) if excluded else added))


def texts_with(query: tree.Node | None) -> Callable[[Narrowing, bool], str]:
    """What prints `with_condition(query, added.condition, excluded=...)`.

    A page has a hundred of these, so what they share is printed once.
    """
    before = ""
    if isinstance(query, tree.Group):
        # Days may be printed otherwise beside others.
        has_days = any(isinstance(part.node, tree.DateRange) for part in parts_of(query))
        before = "" if has_days else text_of(query)

    def text(added: Narrowing, excluded: bool) -> str:
        if before and isinstance(added.condition, tree.Value | tree.Has):
            return f"{before} {added.excluded if excluded else added.text}"
        if before and isinstance(added.condition, tree.Field):
            return f"{before} {added.excluded}" if excluded else f"({before}) AND {added.text}"
        return text_of(with_condition(query, added.condition, excluded=excluded))

    return text


def with_days(
    query: tree.Node | None, first: dt.date | None, last: dt.date | None
) -> tree.Node | None:
    """`query`, narrowed to these days in place of those that it has at its top; without any if
    both are None."""
    rest = query
    if query is not None:
        places = [
            part.place
            for part in parts_of(query)
            if isinstance(part.node, tree.DateRange) and not part.is_excluded
        ]
        if not isinstance(query, tree.Or):
            for place in reversed(places):
                rest = None if rest is None else without_part(rest, place)
    if first is None and last is None:
        return rest
    return with_condition(rest, tree.DateRange(first, last))


def without_exact(query: tree.Node, form: str) -> tree.Node:
    """`query` without the articles that hold the word as it is spelt."""
    return with_condition(query, tree.Exact(form), excluded=True)


def relaxed(query: tree.Node) -> Iterator[tree.Node]:
    """Queries that ask for less than `query` does: distances wider, then no distance at all,
    then both somewhere in the article; and phrases as words."""
    for part in parts_of(query):
        node = part.node
        if part.is_excluded:
            continue
        looser: list[tree.Node] = []
        if isinstance(node, tree.Near):
            looser += [node.replace(distance=wide) for wide in _WIDER if wide > node.distance][:1]
            looser.append(tree.And((node.left, node.right)))
        elif isinstance(node, tree.Within):
            looser = [tree.Near(node.left, node.right, _WIDER[0])]
            looser.append(tree.And((node.left, node.right)))
        elif isinstance(node, tree.Phrase) and len(node.parts) > 1:
            words = [one.text for one in node.parts if isinstance(one, tree.Exact)]
            if len(words) == len(node.parts):
                looser = [tree.And(tuple(tree.Word(word) for word in words))]
        for one in looser:
            yield _replaced(query, part.place, one)


def _replaced(query: tree.Node, place: int, new: tree.Node) -> tree.Node:
    children = list(_children(query))
    if len(children) == 1:
        return new
    old = children[place]
    children[place] = tree.Required(new) if isinstance(old, tree.Required) else new
    return _with_children(query, children)
