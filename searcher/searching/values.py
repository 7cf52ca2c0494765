"""Which values does `source:reuters` or `path:*/2019/*` mean?

A value is compared whole and folded (`analysis/values.py`).  `*` stands for any run
of characters and `?` for one, unless the value was quoted.
"""

from __future__ import annotations

import re

from searcher.analysis.values import fold_value
from searcher.errors import QueryError
from searcher.fields import Field, FieldTable
from searcher.query import tree

__all__ = ["ValueMatcher", "check_field", "value_matcher"]


class ValueMatcher:
    """Tells whether an indexed value fits; every one that does begins with `prefix`."""

    def __init__(self, pattern: str, *, literal: bool) -> None:
        folded = fold_value(pattern)
        pieces = [folded] if literal else re.split(r"([*?])", folded)
        # A lone surrogate, which no article holds, makes a prefix that no value has.
        self.prefix = pieces[0].encode("utf-8", "surrogatepass")
        self._pieces = pieces
        self._literal = len(pieces) == 1

    def __call__(self, term: bytes) -> bool:
        if self._literal:
            return term == self.prefix
        return _fits(self._pieces, term.decode("utf-8"))


def value_matcher(node: tree.Value) -> ValueMatcher:
    """The matcher of a value condition."""
    return ValueMatcher(node.text, literal=node.quoted)


def check_field(node: tree.Value, fields: FieldTable) -> Field:
    """The field of a value condition, which in a tree that was built by hand may be none.

    Raises:
        QueryError: articles of the archive have no such value.
    """
    if node.name not in fields.conditions:
        raise QueryError(
            f"no field {node.name}",
            query=str(node),
            position=0,
            end=len(node.name),
            expected=f"one of {', '.join(fields.conditions)}",
        )
    return fields.by_name[node.name]


def _fits(pieces: list[str], text: str) -> bool:
    """Match greedily, going back to the last star only: linear in practice, and at
    worst the product of both lengths."""
    pattern = "".join(pieces)
    i = j = 0
    star = -1
    mark = 0
    while j < len(text):
        if i < len(pattern) and pattern[i] == "*":
            star, mark = i, j
            i += 1
        elif i < len(pattern) and (pattern[i] == "?" or pattern[i] == text[j]):
            i += 1
            j += 1
        elif star >= 0:
            mark += 1
            i, j = star + 1, mark
        else:
            return False
    return all(character == "*" for character in pattern[i:])
