"""Which fields can a query name?

One table for the reader, the error messages and the tests.  A text field holds
words (`title:truce`), a value field one value (`source:reuters`), and the rest
have a syntax of their own.
"""

from __future__ import annotations

__all__ = [
    "FIELD_NAMES",
    "HAS_NAMES",
    "MAX_DISTANCE",
    "MAX_LENGTH",
    "MAX_NESTING",
    "SYNONYMS",
    "TEXT_FIELDS",
    "VALUE_FIELDS",
]

MAX_LENGTH = 10_000  # characters of a query
MAX_NESTING = 100  # levels of a tree, and of parentheses
MAX_DISTANCE = 9_999  # of w/5, and the count of atleast3

# What is typed, and the field that it means.
TEXT_FIELDS = {
    "title": "title",
    "headline": "title",
    "hl": "title",
    "body": "body",
    "lead": "lead",
    "hlead": "hlead",
    "byline": "byline",
}

VALUE_FIELDS = frozenset(("source", "section", "language", "url", "path"))

HAS_NAMES = (
    "title",
    "body",
    "byline",
    "date",
    "source",
    "section",
    "language",
    "url",
    "path",
)

FIELD_NAMES = (
    *TEXT_FIELDS,
    *sorted(VALUE_FIELDS),
    "date",
    "since",
    "until",
    "has",
    "length",
)

# Names that other search engines use, for suggestions only.
SYNONYMS = {
    "after": "since",
    "author": "byline",
    "before": "until",
    "by": "byline",
    "desk": "section",
    "domain": "url",
    "from": "since",
    "lang": "language",
    "link": "url",
    "newspaper": "source",
    "publication": "source",
    "published": "date",
    "publisher": "source",
    "site": "url",
    "text": "body",
    "to": "until",
    "words": "length",
    "year": "date",
}
