"""What does a citation say of an article, whatever the format?

Names in parts: reference managers sort by family names, so `Ada van der Berg` is `van der
Berg, Ada`.  The last word is taken for the family name, with the small words before it; what
may be no person (`Reuters Staff`, one word, anything with digits or signs) is left whole.  The
parts always make up the name again, so a wrong guess misplaces a comma and loses nothing.

A headline that a reader made of the first sentence, where the paper printed none, is not given as
one: `[no headline; begins: ...]`.

Texts on one line, without control characters, which these formats have no room for.

Not done: family names that stand first without a comma, as in `Xi Jinping`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.exporting.columns import Column, Exported, json_value
from searcher.exporting.csv import cell
from searcher.headline import is_first_sentence

if TYPE_CHECKING:
    from searcher.article import Article

__all__ = [
    "Name",
    "cited_title",
    "name_parts",
    "on_one_line",
    "other_text",
    "own_day",
    "values_by_name",
]

# C0, DEL, C1, and what some programs end a line at.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
_MOST_WORDS = 6
# A name in Latin, Greek or Cyrillic letters, and the like: no digits, no signs.
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-\u0300-\u036f])*")
_NO_PERSON = frozenset(
    (
        "agence", "agencies", "agency", "and", "associated", "bbc", "board", "bureau", "bureaus",
        "by", "cnn", "contributor", "contributors", "correspondent", "correspondents", "daily",
        "desk", "dpa", "editor", "editorial", "editors", "from", "gazette", "group", "herald",
        "institute", "international", "journal", "magazine", "media", "ministry", "monitor",
        "network", "news", "newsroom", "newspaper", "office", "online", "press", "presse",
        "redaktion", "report", "reporter", "reporters", "reuters", "service", "services", "staff",
        "standard", "team", "telegraph", "times", "tribune", "und", "university", "wire", "with",
        "writer", "writers", "xinhua",
    )
)  # fmt: skip


class Name(NamedTuple):
    """A name in its parts; `family` is all of it where `given` is empty."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def whole(self) -> str:
        """The name as it was."""
        return " ".join(part for part in (self.given, self.family, self.suffix) if part)


def name_parts(name: str) -> Name:
    """`name`, a text on one line, in its parts."""
    words = name.split(" ")
    if not 2 <= len(words) <= _MOST_WORDS or not all(map(_NAME.fullmatch, words)):
        return Name(name)
    folded = [word.lower() for word in words]
    if not _NO_PERSON.isdisjoint(folded):
        return Name(name)
    suffix = words.pop() if len(words) > 2 and folded[-1] in _SUFFIXES else ""
    first = len(words) - 1
    while first > 1 and words[first - 1][0].islower():
        first -= 1
    if not words[0][0].isupper() or not words[-1][0].isupper():
        return Name(name)
    return Name(" ".join(words[first:]), " ".join(words[:first]), suffix)


def on_one_line(text: str) -> str:
    """`text` without ends of lines and control characters, and without blanks at its ends."""
    return _CONTROLS.sub(" ", text).strip()


def cited_title(article: Article) -> str:
    """The headline as a citation has it, empty if there is none; between brackets what stands for
    one, as catalogues have titles that are not the work's own (RDA 2.2.4)."""
    if is_first_sentence(article.title, article.body):
        return f"[no headline; begins: {article.title}]"
    return article.title


def own_day(date: dt.date) -> dt.date:
    """The day of `date` at its own offset."""
    return date.date() if isinstance(date, dt.datetime) else date


def values_by_name(columns: Any, found: Exported) -> dict[str, tuple[Column, Any]]:
    """The values that there are, with their columns, by name and in order."""
    values = ((column, column.value(found)) for column in columns)
    return {c.name: (c, value) for c, value in values if value not in (None, (), {}, "")}


def other_text(column: Column, value: Any) -> str:
    """The text of a field that no citation has, on one line."""
    if column.kind == "date":
        return str(json_value(column.kind, value))
    return on_one_line(cell(column.kind, value))
