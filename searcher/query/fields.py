"""Which fields can a query name, and by which names?

Those of the table (`searcher/fields.py`): a text field holds words (`title:truce`), a
value field one value (`source:reuters`), and the rest have a syntax of their own.  Here
are the other names that they go by, ours and those of other search engines.
"""

from __future__ import annotations

from searcher.fields import FIELDS, FieldTable
from searcher.query.tree import GROUPS

__all__ = [
    "FOREIGN_CODES",
    "FOREIGN_SEGMENTS",
    "GROUP_FIELDS",
    "MAX_DISTANCE",
    "MAX_LENGTH",
    "MAX_NESTING",
    "NAME_FIELDS",
    "SYNONYMS",
    "TEXT_FIELDS",
    "field_names",
]

MAX_LENGTH = 10_000  # characters of a query
MAX_NESTING = 100  # levels of a tree, and of parentheses
MAX_DISTANCE = 9_999  # of w/5, and the count of atleast3

# What is typed, and the text field, or the part of one, that it means.
_ALSO = {"title": {"headline": "title", "hl": "title"}, "body": {"lead": "lead", "hlead": "hlead"}}
TEXT_FIELDS = {
    typed: meant
    for name in FIELDS.texts
    for typed, meant in {name: name, **_ALSO.get(name, {})}.items()
}


# What stands before the colon where the spellings of a name are meant (`names.py`), unless an
# archive has a field of its own that is called so.
NAME_FIELDS = frozenset(("variants", "name"))


# What stands before the colon of groups of articles, and what they are in a group.
GROUP_FIELDS = frozenset((*GROUPS, "is"))


def field_names(fields: FieldTable) -> tuple[str, ...]:
    """All names that can stand before a colon."""
    return (
        *TEXT_FIELDS,
        *sorted(fields.conditions),
        "date",
        "since",
        "until",
        "has",
        "length",
        "variants",
        *sorted(GROUP_FIELDS),
    )


# Names that other search engines use, for suggestions only.
SYNONYMS = {
    "after": "since",
    "allintitle": "title",
    "allintext": "body",
    "allinurl": "url",
    "author": "byline",
    "before": "until",
    "by": "byline",
    "content": "body",
    "desk": "section",
    "domain": "url",
    "from": "since",
    "intext": "body",
    "intitle": "title",
    "inurl": "url",
    "lang": "language",
    "journalist": "byline",
    "link": "url",
    "newspaper": "source",
    "outlet": "source",
    "publication": "source",
    "published": "date",
    "publisher": "source",
    "site": "url",
    "text": "body",
    "to": "until",
    "words": "length",
    "year": "date",
}

# The fields of other tools that take parentheses, as in `headline(oil)`, and ours: "=" means
# the word as typed, "" that there is none.
FOREIGN_SEGMENTS = {
    **{name: name for name in TEXT_FIELDS},
    **dict.fromkeys(("ti", "hd", "head", "headln"), "title"),
    **dict.fromkeys(("hlp", "leadpara"), "hlead"),
    **dict.fromkeys(("by", "author", "au", "writer"), "byline"),
    **dict.fromkeys(("text", "tx"), "body"),
    **dict.fromkeys(("lp",), "lead"),
    **dict.fromkeys(("source", "publication", "pub", "so", "jn"), "source"),
    **{name: name for name in ("section", "language", "url")},
    **dict.fromkeys(("date", "da"), "date"),
    **dict.fromkeys(("length",), "length"),
    **dict.fromkeys(("caps", "allcaps", "nocaps", "singular", "plural"), "="),
    **dict.fromkeys(("terms", "term", "subject", "company", "person", "country"), ""),
    **dict.fromkeys(("geographic", "organization", "ticker", "industry"), ""),
}

# The codes of fields that take an equals sign, as in `hd=oil`.
FOREIGN_CODES = {
    **{name: name for name in TEXT_FIELDS},
    **dict.fromkeys(("hd", "ti"), "title"),
    **dict.fromkeys(("hlp",), "hlead"),
    **dict.fromkeys(("lp",), "lead"),
    **dict.fromkeys(("by", "au", "author"), "byline"),
    **dict.fromkeys(("td", "tx"), "body"),
    **dict.fromkeys(("rst", "sc", "sn", "so", "jn", "source", "pub", "publication"), "source"),
    **dict.fromkeys(("se", "section"), "section"),
    **dict.fromkeys(("la", "language"), "language"),
    **dict.fromkeys(("da", "date", "pd", "py", "dt"), "date"),
    **dict.fromkeys(("co", "in", "ns", "re", "ipd", "ipc"), ""),
}
