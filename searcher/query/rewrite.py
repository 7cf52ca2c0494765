"""What is the same question, put more simply?

Pure functions from tree to tree, with no index behind them.

`drop_stop_words` follows the rule for keyword groups: `the truce` is `truce`,
`the who` keeps `who`, and `to be`, all stop words, keeps both.  Only bare words
go: `+the`, `=the`, `the^2`, `"the"` were asked for, and so was every word in
phrases, proximity and boolean expressions.

`simplify` takes out what only says again what is known: `(a AND b) AND c`,
`+"a phrase"`, a group of one.  The articles that match, and the parts that are
scored, stay the same.

An item of a group is optional because of its kind, so a part that shrinks to a
bare word gets a `+` where it was required before.
"""

from __future__ import annotations

import operator

from searcher.query.tree import (
    And,
    AnyWord,
    AtLeast,
    Boost,
    DateRange,
    Everything,
    Exact,
    Excluded,
    Field,
    Fuzzy,
    Group,
    Has,
    InGroup,
    Is,
    LengthRange,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Required,
    Value,
    Within,
    Word,
    subtrees,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["drop_stop_words", "is_optional", "simplify"]

_SCORED = (Word, Exact, Pattern, Fuzzy, Phrase)
_WITHOUT_KEYWORDS = frozenset(
    (
        *_SCORED,
        *(AnyWord, Value, DateRange, LengthRange, Has, InGroup, Is, Everything),
        # A group in these is a choice of places.
        *(Near, Within, NotNear, AtLeast),
    )
)


def is_optional(item: Node) -> bool:
    """Whether an item of a group only ranks when the group requires others."""
    while isinstance(item, Boost):
        item = item.child
    return isinstance(item, Word | Pattern | Fuzzy)


# ---------------------------------------------------------------- stop words


def drop_stop_words(
    tree: Node, stop_words: frozenset[str], fold: Callable[[str], tuple[str, ...]]
) -> Node:
    """`tree` without the bare stop words of keyword groups that have other words.

    `fold` gives the forms of a text; `stop_words` are forms.
    """

    if _is_without_keywords(tree):
        return tree

    def is_stop_word(item: Node) -> bool:
        if not isinstance(item, Word):
            return False
        forms = fold(item.text)
        return len(forms) == 1 and forms[0] in stop_words

    def drop(node: Node) -> Node:
        if _is_without_keywords(node):  # most nodes
            return node
        if isinstance(node, Group):
            items = node.items
            stops = [is_stop_word(item) for item in items]
            if any(stops) and any(
                not stop and _asks_for_words(item) for item, stop in zip(items, stops, strict=True)
            ):
                items = tuple(item for item, stop in zip(items, stops, strict=True) if not stop)
            return _regrouped(node, items, drop)
        return _rebuilt(node, drop)

    return drop(tree)


def _is_without_keywords(node: Node) -> bool:
    """Whether there is surely no keyword group in `node`."""
    if type(node) in _WITHOUT_KEYWORDS:
        return True
    if isinstance(node, And | Or):
        return _WITHOUT_KEYWORDS.issuperset(map(type, node.children))
    return isinstance(node, Field) and _is_without_keywords(node.child)


def _asks_for_words(item: Node) -> bool:
    """Whether `item` holds a word to be found: dates, values and exclusions do not."""
    waiting = [item]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SCORED):
            return True
        if not isinstance(node, Excluded | Not):
            waiting.extend(subtrees(node))
    return False


# ---------------------------------------------------------------- tidying


def simplify(tree: Node) -> Node:
    """`tree` without parts that change nothing; the same articles and scored parts."""
    match tree:
        case And(children):
            return tree.replace(children=_flattened(And, children))
        case Or(children):
            return tree.replace(children=_flattened(Or, children))
        case Group(items):
            if all(isinstance(item, Excluded) for item in items):
                return _none_of(tree, items)
            return _regrouped(tree, items, simplify)
        case Required(child):
            return simplify(child)
        case Excluded(child):
            return Not(simplify(child), start=tree.start, end=tree.end)
    return _rebuilt(tree, simplify)


def _flattened(kind: type[And | Or], children: tuple[Node, ...]) -> tuple[Node, ...]:
    flat: list[Node] = []
    for child in map(simplify, children):
        flat.extend(child.children if isinstance(child, kind) else (child,))
    return tuple(flat)


def _none_of(group: Node, items: tuple[Node, ...]) -> Node:
    """A group of exclusions only: every article without them."""
    parts = tuple(simplify(item.child) for item in items if isinstance(item, Excluded))
    inner = parts[0]
    if len(parts) > 1:
        inner = Or(_flattened(Or, parts), start=group.start, end=group.end)
    return Not(inner, start=group.start, end=group.end)


# ---------------------------------------------------------------- rebuilding


def _rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """`node` with `change` applied to its parts; `node` itself if none changes."""
    match node:
        case And(children) | Or(children):
            changed = tuple(map(change, children))
            return node if changed == children else node.replace(children=changed)
        case Near(left, right) | Within(left, right) | NotNear(left, right):
            return node.replace(left=change(left), right=change(right))
        case Not(child) | Boost(child) | AtLeast(_, child) | Field(_, child):
            changed_child = change(child)
            return node if changed_child is child else node.replace(child=changed_child)
    return node


def _regrouped(group: Group, items: tuple[Node, ...], change: Callable[[Node], Node]) -> Node:
    """A group of `items` after `change`, each as optional or required as it was."""
    changed = [_item(item, change) for item in items]
    if len(changed) > 1:
        if len(changed) == len(group.items) and all(map(operator.is_, changed, group.items)):
            return group
        return group.replace(items=tuple(changed))
    only = changed[0]
    if isinstance(only, Required):
        return only.child
    if isinstance(only, Excluded):
        return Not(only.child, start=only.start, end=only.end)
    return only


def _item(item: Node, change: Callable[[Node], Node]) -> Node:
    if isinstance(item, Excluded):
        return item.replace(child=change(item.child))
    inner = change(item.child if isinstance(item, Required) else item)
    if inner is item:
        return item
    if is_optional(inner) and not is_optional(item):
        return Required(inner, start=item.start, end=item.end)
    return inner
