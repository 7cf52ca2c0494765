"""What is the query of another tool in this language?

Librarians have hundreds of tested search strings, written for Nexis, Factiva or a search
engine of Lucene's family.  `translate` reads one by the rules of its tool (`connectors.py`,
`query_strings.py`) and prints it in ours, so that it can be read, checked and kept.  What could
not be said, or not quite, is told with its place; nothing is left out in silence.  What is
printed is always a query that can be read here.

The dialect is guessed by its signs if it is not given: operators, codes and fields that only
one of them has.

What it does not do: know the codes of vendors (subjects, companies, sources), which stand in
no article; or count words as they do, who leave stop words out of distances.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from searcher.errors import QueryError
from searcher.fields import FIELDS, FieldTable
from searcher.importing import InstalledOnly
from searcher.query.diagnostics import QueryText
from searcher.query.fields import MAX_LENGTH
from searcher.query.foreign_terms import Loss, Speaker
from searcher.query.grammar import parse, refuse_tall
from searcher.query.printing import text_of

__all__ = ["DIALECTS", "Translation", "translate"]

DIALECTS = ("nexis", "factiva", "lucene", "mediacloud")
AUTO = "auto"

# Each sign of a dialect counts for it, those of codes and fields double; the most signs win, and
# of two that have as many Lucene, then Nexis.
_SIGNS = {
    "nexis": (
        r"(?i)(?<![^\s(])(?:not )?(?:w|pre|onear)/(?:\d+|s|p|seg|sent|para)(?![^\s)])",
        r"(?i)(?<![^\s(])[/+](?:\d{1,3}|[sp])(?![^\s)])",
        r"[A-Za-z]{2}!(?![^\s)])",
        r"(?i)\b(?:headline|hlead|lead|byline|publication|allcaps|nocaps|caps|atleast\d+|atl\d+"
        r"|section|length|body|terms|subject|company|geographic|date|language|plural|singular) ?\(",
        r"(?i)\b(?:but|and) not\b",
        r"(?i)\bdate (?:geq|leq|aft|bef|is|=|>|<)",
    ),
    "factiva": (
        r"(?i)(?<![^\s(])(?:adj|near)\d+(?![^\s)])",
        r"(?i)(?<![^\s(])same(?![^\s)])",
        r"(?i)\b(?:hd|hlp|lp|td|by|rst|sn|sc|la|ns|re|co|in|pe|fds|wc|se|au|clm|art|pd) ?=",
        r"(?i)\bwc ?[<>]",
        r"(?i)/[fn]\d+/",
        r"[A-Za-z]{3}\$\d?",
        r"(?i)(?<![^\s(])atleast\d+ +[^\s(]",
        r"(?i)\bdate (?:from|after|before|on)\b",
    ),
    "lucene": (
        r"(?<![^\s(+-])[A-Za-z_@][\w.@]*:(?=[^\s/])",
        r"(?<![^\s(])\+(?=[\w\"(])",
        r'"~\d',
        r"[\[{][^\s\]}]+ TO [^\s\]}]+[\]}]",
        r"&&|\|\|",
        r"\w~(?:\d|\b|(?=[\s)]))",
        r"\^\d",
    ),
    "mediacloud": (
        r"\b(?:tags_id_media|media_id|media_name|canonical_domain|article_title|text_content"
        r"|publish_date|publish_day|publication_date|indexed_date|story_tags|tags_id_stories)\s*:",
    ),
}  # fmt: skip


class Translation(NamedTuple):
    """A query of another tool in this language.

    `translated` is None where nothing of it can be said; `losses` are what could not be said,
    or not quite, in the order of the text; `notes` say how it was read where tools differ.
    """

    query: str
    dialect: str
    translated: str | None
    losses: tuple[Loss, ...]
    notes: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all of it was said."""
        return self.translated is not None and not self.losses

    def to_dict(self) -> dict[str, Any]:
        """The translation as JSON values."""
        return {
            "query": self.query,
            "dialect": self.dialect,
            "translated": self.translated,
            "whole": self.is_whole,
            "losses": [loss.to_dict() for loss in self.losses],
            "notes": list(self.notes),
        }


def translate(
    query: str,
    dialect: str = AUTO,
    *,
    now: dt.datetime | Callable[[], dt.datetime] | None = None,
    language: str = "en",
    fields: FieldTable = FIELDS,
) -> Translation:
    """Say `query`, which was written for another tool, in this language.

    Arguments:
        dialect: one of `DIALECTS`, or "auto" to go by its signs.
        now, language, fields: as for `parse`.

    Raises:
        QueryError: it cannot be read by the rules of its tool, or is longer or deeper than a
            query may be here.
        ValueError: there is no such dialect.

    Cost: linear in the length.
    """
    if dialect not in (*DIALECTS, AUTO):
        raise ValueError(f"dialect is one of {', '.join(DIALECTS)}, {AUTO}, not {dialect!r}")
    source = QueryText(query, language, fields)
    if len(query) > MAX_LENGTH:
        raise source.error(
            f"the query is longer than {MAX_LENGTH:,} characters", MAX_LENGTH, len(query)
        )
    if dialect == AUTO:
        dialect = _dialect_of(source.plain)
    speaker = Speaker(source, dialect, now)
    if dialect in ("nexis", "factiva"):
        with InstalledOnly():
            from searcher.query.connectors import read_connectors

        tree = read_connectors(speaker)
    else:
        with InstalledOnly():
            from searcher.query.query_strings import read_query_string

        tree = read_query_string(speaker)
    translated = None
    if tree is not None:
        refuse_tall(tree, source)  # before anything walks it by recursion
        translated = text_of(tree)
        try:
            parse(translated, now=now, language=language, fields=fields)
        except QueryError as error:
            raise source.error(
                f"what it says cannot be asked here: {error.reason}", 0, max(len(query), 1)
            ) from error
    losses = tuple(sorted(speaker.losses, key=lambda loss: (loss.position, loss.end)))
    return Translation(query, dialect, translated, losses, tuple(dict.fromkeys(speaker.notes)))


def _dialect_of(text: str) -> str:
    # What is in quotes is text.
    bare = "".join(text.split('"')[::2]) if text.count('"') > 1 else text
    found = {
        dialect: sum(_weight(pattern, text, bare) for pattern in patterns)
        for dialect, patterns in _patterns().items()
    }
    if found["mediacloud"]:
        return "mediacloud"
    best = max(found.values())
    return next(d for d in ("lucene", "nexis", "factiva") if found[d] == best)


def _weight(pattern: re.Pattern[str], text: str, bare: str) -> int:
    """How much the signs of one kind say."""
    found = len(pattern.findall(text if '"' in pattern.pattern else bare))
    return found * (2 if "hlp" in pattern.pattern or "hlead" in pattern.pattern else 1)


@cache
def _patterns() -> dict[str, list[re.Pattern[str]]]:
    return {dialect: [re.compile(sign) for sign in signs] for dialect, signs in _SIGNS.items()}
