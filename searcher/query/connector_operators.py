"""Into which words and operators does a query of terms and connectors fall?

Tokens with their places, and which of them are operators in Nexis or in Factiva, with how
tightly each binds there.  Operators may be in any case; what is in quotes is never one.
`connectors.py` puts them together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from searcher.query.diagnostics import QueryText, shorten
from searcher.query.words import small_number

__all__ = ["Operator", "Token", "operator_at", "tokens_of"]

_NEXIS_NEAR = re.compile(
    r"(?i)(w|pre|onear|near|within|)(/)(\d{1,4}|s|sent|p|para|seg)|(\+)(\d{1,4}|s|p)"
)
_FACTIVA_NEAR = re.compile(r"(?i)(adj|near|w/)(\d{0,4})|/n(\d{1,4})/")
_PIECE = re.compile(r'[^\s"()\[\]]+')
_SHARED_SIGN = re.compile(r"(?i)(/[fn]\d{1,4}/)")
# Of AND, OR and NOT; proximity has 1 to 4.
_NEXIS_RANKS = ((5, 0), (0, 0), (6, 0))
_FACTIVA_RANKS = ((4, 0), (5, 0), (3, 0))
_ORDERED = ("pre", "onear", "adj")


class Token(NamedTuple):
    """`kind` is `word`, `quote`, `(` or `)`."""

    kind: str
    text: str
    start: int
    end: int


class Operator(NamedTuple):
    """`kind` is and, or, not, near, pre, sentence, paragraph or segment; `rank` says how tightly
    it binds, the tightest the least."""

    kind: str
    rank: tuple[int, int]
    number: int
    negated: bool
    start: int
    end: int


def tokens_of(source: QueryText, *, is_factiva: bool) -> list[Token]:
    """The tokens of a query.

    Raises:
        QueryError: a quote is not closed.
    """
    text = source.plain
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character.isspace():
            at += 1
        elif character == '"':
            close = text.find('"', at + 1)
            if close < 0:
                raise source.error(
                    f"the quote at {at} is not closed", at, suggestion="add a quote at its end"
                )
            tokens.append(Token("quote", text[at + 1 : close], at, close + 1))
            at = close + 1
        elif character in "()[]":
            tokens.append(Token("(" if character in "([" else ")", character, at, at + 1))
            at += 1
        else:
            found = _PIECE.match(text, at)
            assert found is not None
            end = found.end()
            if is_factiva:  # `boeing/N30/airways` needs no blanks
                place = at
                for piece in _SHARED_SIGN.split(found[0]):
                    if piece:
                        tokens.append(Token("word", piece, place, place + len(piece)))
                    place += len(piece)
            else:
                tokens.append(Token("word", found[0], at, end))
            at = end
    return tokens


def operator_at(
    tokens: Sequence[Token], at: int, source: QueryText, *, is_factiva: bool
) -> Operator | None:
    """The operator that begins at token `at`; None if there is none.

    Raises:
        QueryError: its distance is none.
    """
    token = tokens[at] if at < len(tokens) else None
    if token is None or token.kind != "word":
        return None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    word = token.text.lower()
    and_rank, or_rank, not_rank = _FACTIVA_RANKS if is_factiva else _NEXIS_RANKS
    if word in ("and", "&", "but") and after and after.text.lower() == "not":
        return Operator("not", not_rank, 0, False, token.start, after.end)
    if word in ("and-not", "andnot", "and_not", "but-not"):
        return Operator("not", not_rank, 0, False, token.start, token.end)
    if word in ("and", "&"):
        return Operator("and", and_rank, 0, False, token.start, token.end)
    if word == "or":
        return Operator("or", or_rank, 0, False, token.start, token.end)
    if word == "not":
        near = None if after is None else _proximity(after, source, is_factiva)
        if near is not None and not is_factiva:
            return near._replace(negated=True, start=token.start)
        return Operator("not", not_rank, 0, False, token.start, token.end)
    return _proximity(token, source, is_factiva)


def _proximity(token: Token, source: QueryText, is_factiva: bool) -> Operator | None:
    if token.kind != "word":
        return None
    if is_factiva:
        if token.text.lower() == "same":
            return Operator("paragraph", (1, 0), 0, False, token.start, token.end)
        found = _FACTIVA_NEAR.fullmatch(token.text)
        if found is None or (found[1] and found[1].lower() == "w/" and not found[2]):
            return None
        kind = "pre" if found[1] and found[1].lower() in ("adj", "w/") else "near"
        number = _distance(source, found[2] or found[3] or "1", token)
        return Operator(kind, (1, 0), number, False, token.start, token.end)
    found = _NEXIS_NEAR.fullmatch(token.text)
    if found is None:
        return None
    head, unit = (found[1] or "").lower(), (found[3] or found[5]).lower()
    for kind, rank, units in (
        ("sentence", (2, 0), ("s", "sent")),
        ("paragraph", (3, 0), ("p", "para")),
        ("segment", (4, 0), ("seg",)),
    ):
        if unit in units:
            return Operator(kind, rank, 0, False, token.start, token.end)
    number = _distance(source, unit, token)
    ordered = head in _ORDERED or found[4] is not None
    return Operator(
        "pre" if ordered else "near", (1, number), number, False, token.start, token.end
    )


def _distance(source: QueryText, digits: str, token: Token) -> int:
    number = small_number(digits)
    if not number:
        raise source.error(f"{shorten(token.text)} takes a distance", token.start, token.end)
    return number
