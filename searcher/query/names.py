"""Which spellings of a name does a query ask for?

`variants:haftar`, `name:haftar~` and `~~haftar` are any spelling that the archive holds,
`@haftar` those of a saved set.  Which words these are, only an archive can say
(`searching/expanding.py`); here they become nodes of the tree.
"""

from __future__ import annotations

import re

from searcher.query.diagnostics import QueryText, shorten
from searcher.query.fields import FOREIGN_SEGMENTS
from searcher.query.tree import NameSet, Variants
from searcher.query.words import trim

__all__ = ["read_names"]

_SET = re.compile(r"@([A-Za-z0-9][A-Za-z0-9_-]{0,39})(?![^\W_])")
_BARE = re.compile(r'[^ "()^~]*')
_MOST_LETTERS = 100


def read_names(source: QueryText, at: int, begin: int) -> Variants | NameSet | None:
    """What is asked for from `at` on, where a sign or, before `begin`, `variants:` stands.

    The node ends where a weight may follow.  None if it is something else.

    Raises:
        QueryError: there is no name where one should be.
    """
    text = source.plain
    if begin == at and text[at] == "@":
        found = _SET.match(text, at)
        # `@title` is a field elsewhere, of which `foreign.py` says so.
        if found is None or found[1].lower() in FOREIGN_SEGMENTS:
            return None
        return NameSet(found[1].lower().rstrip("-"), start=at, end=found.end())
    prefix = text[at:begin].lower()
    if begin == at:
        if not text.startswith("~~", at):
            return None
        begin = at + 2
    if text[begin : begin + 1] == '"':
        name, end = _quoted(source, begin)
    else:
        bare = _BARE.match(text, begin)
        end = bare.end() if bare else begin
        first, last = trim(text, begin, end)
        name = text[first:last]
    written_with_tilde = text[end : end + 1] == "~"
    if not any(map(str.isalpha, name)):
        if begin == at + 2 and not prefix:
            return None  # punctuation
        raise _no_name(source, at, end, "a name is missing")
    if len(name) > _MOST_LETTERS or any(c in "*?" for c in text[begin:end]):
        raise _no_name(source, at, end, f"{shorten(name)} is no name")
    if prefix == "name:" and not written_with_tilde:
        raise source.error(
            "no field name",
            at,
            end,
            suggestion=f"write variants:{shorten(name)} for any spelling of the name",
        )
    end += written_with_tilde
    if text[end : end + 1] not in ("", " ", ")", "^", "("):
        raise _no_name(source, at, end + 1, f"{shorten(text[at : end + 1])} is no name")
    return Variants(name, start=at, end=end)


def _quoted(source: QueryText, begin: int) -> tuple[str, int]:
    text = source.plain
    close = begin
    while True:
        close = text.find('"', close + 1)
        if close < 0:
            raise source.error(
                f"the quote at {begin} is not closed", begin, suggestion="add a quote at its end"
            )
        if text[close + 1 : close + 2] != '"':
            break
        close += 1
    name = text[begin + 1 : close].replace('""', '"')
    first, last = trim(name, 0, len(name))
    return name[first:last], close + 1


def _no_name(source: QueryText, at: int, end: int, reason: str) -> Exception:
    return source.error(
        reason, at, end, expected='a name, as in variants:haftar or variants:"khalifa haftar"'
    )
