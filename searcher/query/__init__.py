"""What did the person ask?

`parse` reads the text of a query into a tree of frozen nodes, and `str(tree)` says it
back with every binding visible.  Nothing here knows of an index.

From a text to a tree:
    lexer.py           into which tokens the text falls
    words.py           what in a run of typed characters is the word
    phrases.py         which parts a phrase has
    fields.py          which fields a query can name, and by which names
    values.py          what `field:value` asks
    dates.py           the days or instants of a date; written_dates.py reads `4 March 2021`,
                       instants.py `2019-04-08T10:30Z`
    proximity.py       which parts can stand near each other
    names.py           the spellings of a name, and saved sets of them
    grammar.py         the tree of all that

Trees:
    node.py            what every node can do
    tree.py            the nodes
    printing.py        a tree as text
    rewrite.py         the same question, put more simply

Queries of other tools:
    translating.py     what such a query is in this language
    connectors.py      terms and connectors, as Nexis and Factiva have them
                       (connector_operators.py: which words are operators)
    query_strings.py   query strings of Lucene's family and Media Cloud
    foreign_terms.py   their words, fields, dates and numbers

What is said of a text:
    diagnostics.py     why it cannot be read, and how to mend it
    turned.py          ranges that end before they begin
    notes.py           what was probably meant as something else
    foreign.py         which words and signs are other tools'
"""

from __future__ import annotations

from searcher.importing import InstalledOnly
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
    InGroup,
    Is,
    LengthRange,
    NameSet,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Required,
    Value,
    Variants,
    Within,
    Word,
    subtrees,
    walk,
)
from searcher.typography import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from searcher.query.translating import DIALECTS, Translation, translate

__all__ = [
    "DIALECTS",
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
    "InGroup",
    "Is",
    "LengthRange",
    "NameSet",
    "Near",
    "Node",
    "Not",
    "NotNear",
    "Or",
    "Pattern",
    "Phrase",
    "Required",
    "Translation",
    "Value",
    "Variants",
    "Within",
    "Word",
    "drop_stop_words",
    "parse",
    "parse_with_notes",
    "plain",
    "render",
    "simplify",
    "subtrees",
    "translate",
    "walk",
]


def __getattr__(name: str) -> object:
    """`translate` and its kin are imported when they are asked for: few queries are foreign."""
    if name not in ("DIALECTS", "Translation", "translate"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with InstalledOnly():
        from searcher.query import translating

    return getattr(translating, name)
