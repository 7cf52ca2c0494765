"""What did the person ask?

`parse` reads the text of a query into a tree of frozen nodes (`tree.py`), and
`str(tree)` says it back with every binding visible.  `rewrite.py` tidies trees,
`diagnostics.render` shows what was wrong with a text.  Nothing here knows of an
index.
"""

from __future__ import annotations

from searcher.query.diagnostics import render
from searcher.query.grammar import parse, parse_with_notes
from searcher.query.rewrite import drop_stop_words, simplify
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
    walk,
)
from searcher.typography import plain

__all__ = [
    "And",
    "AnyWord",
    "AtLeast",
    "Boost",
    "DateRange",
    "Everything",
    "Exact",
    "Excluded",
    "Field",
    "Fuzzy",
    "Group",
    "Has",
    "LengthRange",
    "Near",
    "Node",
    "Not",
    "NotNear",
    "Or",
    "Pattern",
    "Phrase",
    "Required",
    "Value",
    "Within",
    "Word",
    "drop_stop_words",
    "parse",
    "parse_with_notes",
    "plain",
    "render",
    "simplify",
    "subtrees",
    "walk",
]
