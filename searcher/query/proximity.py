"""Which parts can stand near each other?

`a w/5 b` asks for places in the text, so its operands must be things that have
places: words, patterns, phrases, OR, groups of bare words, and proximity
itself.  Fields in the operands are moved outside, so that
`title:a w/5 title:b` is the tree of `title:(a w/5 b)`; operands in different
fields can never be near each other, and that is said.
"""

from __future__ import annotations

from searcher.query.diagnostics import QueryText
from searcher.query.tree import (
    And,
    AtLeast,
    Boost,
    Everything,
    Exact,
    Excluded,
    Field,
    Fuzzy,
    Group,
    NameSet,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Required,
    Variants,
    Within,
    Word,
)

__all__ = ["at_least", "beside"]

# Proximity has been checked when it was made.
_IN_PLACES = (
    *(Word, Exact, Pattern, Fuzzy, Phrase, Variants, NameSet),
    *(Near, Within, NotNear),
)
_OPERANDS = "a word, a pattern, a phrase, OR, a group of bare words or a proximity"


def beside(
    left: Node,
    right: Node,
    kind: str,
    distance: int,
    negated: bool,
    span: tuple[int, int],
    source: QueryText,
) -> Node:
    """`left` and `right` joined by an operator; `kind` is that of its token."""
    start, end = span
    field, left = _lift(left, "a proximity", source)
    other, inner = _lift(right, "a proximity", source)
    if field != other:
        raise _apart(field, other, right, source)
    right = inner
    node: Node
    if negated:
        node = NotNear(left, right, distance, start=start, end=end)
    elif kind in ("sentence", "paragraph"):
        node = Within(left, right, kind, start=start, end=end)
    else:
        node = Near(left, right, distance, kind == "pre", start=start, end=end)
    return _under(field, node)


def at_least(count: int, child: Node, span: tuple[int, int], source: QueryText) -> Node:
    """`atleast3(child)`."""
    field, child = _lift(child, "atleast", source)
    return _under(field, AtLeast(count, child, start=span[0], end=span[1]))


def _under(field: str | None, node: Node) -> Node:
    return node if field is None else Field(field, node, start=node.start, end=node.end)


def _apart(field: str | None, other: str | None, at: Node, source: QueryText) -> Exception:
    names = [name or "any field" for name in (field, other)]
    return source.error(
        f"the operands are in different fields ({names[0]} and {names[1]})",
        at.start,
        at.end,
        suggestion=f"write {field or other}:(... w/5 ...) to look for both in one field",
    )


def _lift(node: Node, owner: str, source: QueryText) -> tuple[str | None, Node]:
    """The field that `node` is in, if any, and `node` without it; or an error."""
    if isinstance(node, _IN_PLACES):
        return None, node
    match node:
        case Field(name, child):
            return name, _lift(child, owner, source)[1]
        case Required(child):
            # What is near something has to be there anyway.
            return _lift(child, owner, source)
        case Or(children):
            return _lift_or(node, children, owner, source)
        case Group(items) if all(isinstance(i, Word | Pattern | Fuzzy) for i in items):
            return None, node
    raise source.error(
        f"{_described(node)} cannot be an operand of {owner}",
        node.start,
        node.end,
        expected=_OPERANDS,
        suggestion=_advice(node),
    )


def _lift_or(
    node: Node, children: tuple[Node, ...], owner: str, source: QueryText
) -> tuple[str | None, Node]:
    lifted = [_lift(child, owner, source) for child in children]
    field = lifted[0][0]
    for child, (other, _) in zip(children, lifted, strict=True):
        if other != field:
            raise _apart(field, other, child, source)
    if field is None:
        return None, node
    return field, Or(tuple(child for _, child in lifted), start=node.start, end=node.end)


def _described(node: Node) -> str:
    match node:
        case And():
            return "AND"
        case Not():
            return "NOT"
        case Excluded():
            return "an excluded part"
        case Boost():
            return "a weighed part"
        case AtLeast():
            return "atleast"
        case Everything():
            return "* (every article)"
        case Group():
            return "a group that holds more than bare words"
    return "a date or another value"


def _advice(node: Node) -> str | None:
    match node:
        case Not(child) | Excluded(child) if not isinstance(child, Not | Excluded):
            return "NOT and - bind tighter than w/5: write NOT (a w/5 b), or a NOT w/5 b"
        case Boost():
            return "weigh the whole: (a w/5 b)^2"
    return None
