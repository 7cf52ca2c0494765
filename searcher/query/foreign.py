"""Which words and signs are other tools' and not of this language?

One function for each kind, which finds its places in the pieces of a query: Nexis,
Westlaw, Factiva, ProQuest, EBSCO and Lucene have been the homes of those who come here,
by their own manuals.  A kind is only found where it is hardly anything else: an operator
stands between two operands and in capitals, a truncated word is in small letters.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache

from searcher.fields import FIELDS
from searcher.query.diagnostics import shorten
from searcher.query.fields import FOREIGN_CODES, FOREIGN_SEGMENTS
from searcher.query.notes import Finding, Piece

__all__ = ["KINDS"]

_Kind = Callable[[str, list[Piece], bool], Iterator[Finding]]

_PROXIMITY = {
    "NEAR": "NEAR/5", "ADJ": "ADJ/1", "WITHIN": "w/5", "ONEAR": "pre/5", "SAME": "w/p",
    "PRE": "pre/5", "BEFORE": "pre/5", "SENTENCE": "w/s", "PARAGRAPH": "w/p", "PARA": "w/p",
}  # fmt: skip
_NUMBERED = {
    "w": "w", "n": "w", "within": "w", "near": "w", "onear": "pre", "p": "pre", "pre": "pre",
    "adj": "pre",
}  # fmt: skip
# Without a slash only these: P5 and N95 are words of news.
_FUSED = {"w": 99, "n": 20, "within": 999, "onear": 999}
# Names of fields that stand before a parenthesis in no ordinary query.
_NEVER_PLAIN = frozenset(("headline", "hlead", "byline", "allcaps", "nocaps"))
_SIGNS = {"&&": "AND", "||": "OR", "|": "OR"}
_NOT_WORDS = frozenset(("AND-NOT", "ANDNOT", "AND_NOT", "BUT-NOT", "BUTNOT"))
_AFTER = frozenset(("geq", "gte", "aft", "after", "since", ">", ">=", "=>"))
_BEFORE = frozenset(("leq", "lte", "bef", "before", "until", "<", "<=", "=<"))
_EQUALS = frozenset(("=", "==", "eq", "is", "on"))
_OPTIONS = frozenset(
    (
        *("limit", "offset", "sort", "json", "ids", "explain", "file", "quiet", "index"),
        *("timeout", "help"),
    )
)
_LOOSE = ".,;:"


@cache
def _pattern(spelt: str) -> re.Pattern[str]:
    """Compile on first use: most queries hold none of this."""
    return re.compile(spelt)


def _is_operand(piece: Piece | None, closing: str) -> bool:
    return piece is not None and piece.kind in ("word", "done", "field", closing)


def _stands_between(pieces: list[Piece], at: int, last: int) -> bool:
    """Whether the pieces from `at` to `last` have an operand on either side."""
    before = pieces[at - 1] if at else None
    after = pieces[last + 1] if last + 1 < len(pieces) else None
    return (
        _is_operand(before, ")")
        and _is_operand(after, "(")
        and not (before and before.kind == "field")
    )


def _proximity(text: str, pieces: list[Piece], _: bool) -> Iterator[Finding]:
    """`oil NEAR gas`, `oil w5 gas`, `oil /5 gas`, `oil WITHIN 5 gas`, `oil AROUND(5) gas`."""
    for at, piece in enumerate(pieces):
        meant, last = _operator_of(pieces, at)
        if meant is None or not _stands_between(pieces, at, last):
            continue
        typed = text[piece.start : pieces[last].end]
        yield Finding(
            piece.start,
            pieces[last].end,
            meant,
            f"{shorten(typed)} was read as {_as_word(typed)}; {meant} looks for words near each "
            "other",
        )


def _as_word(typed: str) -> str:
    words = [word.strip("/+()") for word in typed.replace("(", " ").split()]
    return f"the word{'s' if len(words) > 1 else ''} {' '.join(words).lower()}"


def _operator_of(pieces: list[Piece], at: int) -> tuple[str | None, int]:
    """The operator that was meant from piece `at` on, and the last piece of it."""
    piece = pieces[at]
    if piece.kind != "word":
        return None, at
    if piece.text in ("AROUND", "FOLLOWED"):
        return _longer_operator(pieces, at)
    if piece.text in _PROXIMITY:
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if after is not None and _pattern(r"/?\d{1,3}").fullmatch(after.text):
            head = _NUMBERED.get(piece.text.lower(), "w")
            return f"{head}/{int(after.text.strip('/'))}", at + 1
        return _PROXIMITY[piece.text], at
    found = _pattern(r"(?i)(within|onear|near|adj|pre|w|n|p)(/?)(\d{1,3})").fullmatch(piece.text)
    if found is not None:
        head, slash, number = found[1].lower(), found[2], int(found[3])
        if slash and head in ("w", "near", "pre", "adj"):
            return None, at  # ours
        known = slash or number <= _FUSED.get(head, 0)
        return (f"{_NUMBERED[head]}/{number}" if known and number else None), at
    found = _pattern(r"(?i)([/+])(\d{1,3}|s|p)").fullmatch(piece.text)
    if found is not None:
        unit = found[2].lower()
        if unit in ("s", "p"):
            return f"w/{unit}", at
        return f"{'w' if found[1] == '/' else 'pre'}/{int(unit)}" if int(unit) else None, at
    return None, at


def _longer_operator(pieces: list[Piece], at: int) -> tuple[str | None, int]:
    """`AROUND(5)` or `FOLLOWED BY`, and the last piece of it."""
    following = [other.text for other in pieces[at + 1 : at + 4]]
    if pieces[at].text == "FOLLOWED":
        return ("pre/5", at + 1) if following[:1] == ["BY"] else (None, at)
    if len(following) < 3 or following[0] != "(" or following[2] != ")":
        return None, at
    is_distance = _pattern(r"[1-9]\d{0,2}").fullmatch(following[1]) is not None
    return (f"w/{following[1]}", at + 3) if is_distance else (None, at)


def _truncation(_: str, pieces: list[Piece], __: bool) -> Iterator[Finding]:
    """`politic!`, `polit$`: any ending.  `wom#n`: any letter."""
    for piece in pieces:
        if piece.kind != "word":
            continue
        word = piece.text.rstrip(_LOOSE)
        end = piece.start + len(word)
        stem = word[:-1] if word[-1:] in ("!", "$") else ""
        if len(stem) > 1 and stem.isalpha() and stem.islower():
            meant = f"{stem}*"
            message = f"{shorten(word)} was read as the word {shorten(stem)}; {meant} is any ending"
            yield Finding(piece.start, end, meant, message)
        elif "#" in word[2:-1] and word.islower() and word.replace("#", "").isalpha():
            meant = word.replace("#", "?")
            message = f"{shorten(word)} was read as words side by side; ? stands for any letter"
            yield Finding(piece.start, end, meant, message)


def _segments(text: str, pieces: list[Piece], _: bool) -> Iterator[Finding]:
    """`headline(oil)`, `caps(us)`, `date(geq 2019)`."""
    closing = _closing_of(pieces)
    for at, piece in enumerate(pieces[:-1]):
        name = piece.text.lower()
        opening = pieces[at + 1]
        if piece.kind != "word" or opening.kind != "(" or name not in FOREIGN_SEGMENTS:
            continue
        is_plain = piece.text.isupper() or name in _NEVER_PLAIN
        if opening.start > piece.end and not (is_plain and opening.start == piece.end + 1):
            continue
        end = closing.get(at + 1)
        if end is None:
            continue
        whole = text[piece.start : pieces[end].end]
        inner = text[opening.end : pieces[end].start].strip()
        meant = _segment(FOREIGN_SEGMENTS[name], inner)
        if not inner or meant is None:
            continue
        yield Finding(
            piece.start,
            pieces[end].end,
            meant,
            f"{shorten(whole)} was read as the word {name} and what is in the parentheses; "
            f"{_way_of(FOREIGN_SEGMENTS[name])}",
        )


def _way_of(field: str) -> str:
    if field == "=":
        return "=word finds a word as typed, and capitals make no difference"
    if field == "":
        return "there is no such field here"
    if field == "date":
        return "dates are written date:2019-04-08 or since:2019-04-08"
    return f"a field is written {field}:word"


def _closing_of(pieces: list[Piece]) -> dict[int, int]:
    """For each piece that is an opening parenthesis the piece that closes it."""
    waiting: list[int] = []
    closing: dict[int, int] = {}
    for at, piece in enumerate(pieces):
        if piece.kind == "(":
            waiting.append(at)
        elif piece.kind == ")" and waiting:
            closing[waiting.pop()] = at
    return closing


def _segment(field: str, inner: str) -> str | None:
    """`inner` in that field, as this language writes it."""
    is_one = " " not in inner or (inner[0] == inner[-1] == '"' and inner.count('"') == 2)
    if field == "date":
        return _dates_of(inner.replace("(", " ").replace(")", " ").split())
    if field == "=":
        return f"={inner}" if is_one and inner.isalnum() else f"({inner})"
    if field == "":
        return inner if is_one else f"({inner})"
    if field == "length":
        found = _pattern(r"(?:(>=?|<=?|=|geq|leq|gtr|lss)\s*)?(\d{1,6})").fullmatch(inner)
        sign = {"geq": ">=", "leq": "<=", "gtr": ">", "lss": "<"}
        return f"length:{sign.get(found[1], found[1] or '')}{found[2]}" if found else None
    if field not in FIELDS.values:
        return f"{field}:{inner}" if is_one else f"{field}:({inner})"
    parts = [part.strip().strip('"') for part in _pattern(r"(?i) or ").split(inner)]
    values = [f'{field}:"{part}"' if " " in part else f"{field}:{part}" for part in parts]
    return values[0] if len(values) == 1 else f"({' OR '.join(values)})"


def _dates_of(words: list[str]) -> str | None:
    """`geq 2019` as a condition on dates."""
    operator, rest = words[0].lower() if words else "", words[1:]
    field = "date"
    if operator in _AFTER:
        field = "since"
    elif operator in _BEFORE:
        field = "until"
    elif operator not in _EQUALS:
        rest = words
    value = " ".join(rest)
    return (f'{field}:"{value}"' if len(rest) > 1 else f"{field}:{value}") if rest else None


def _codes(text: str, pieces: list[Piece], _: bool) -> Iterator[Finding]:
    """`hd=oil`, `TI = oil`, `wc>500`."""
    for at, piece in enumerate(pieces):
        if piece.kind != "word":
            continue
        found = _pattern(r"([A-Za-z]{2,8})(==?)(.*)").fullmatch(piece.text)
        end = piece.end
        if found is None and at + 2 < len(pieces) and pieces[at + 1].text == "=":
            found = _pattern(r"(?!(?i:date))([A-Za-z]{2,8})()()").fullmatch(piece.text)
            end = pieces[at + 2].start
        dated = _pattern(r"(?i)(?:date|da|pd)([<>]=?)(\d[\d-]{3,9})").fullmatch(piece.text)
        compared = _pattern(r"(?i)(wc|length)([<>]=?)(\d{1,6})").fullmatch(piece.text)
        if compared is not None:
            meant = f"length:{compared[2]}{compared[3]}"
        elif dated is not None:
            meant = f"date:{dated[1]}{dated[2]}"
        elif found is None or found[1].lower() not in FOREIGN_CODES:
            continue
        else:
            field = FOREIGN_CODES[found[1].lower()]
            meant = f"{field}:{found[3]}" if field else found[3]
        typed = text[piece.start : end].strip()
        how = "a field is written title:word" if ":" in meant else "there is no such field here"
        message = f"{shorten(typed)} was read as words; {how}"
        yield Finding(piece.start, end, meant, message)


def _counts(text: str, pieces: list[Piece], _: bool) -> Iterator[Finding]:
    """`atl5(oil)`, `atleast 5 (oil)`."""
    for at, piece in enumerate(pieces[:-1]):
        if piece.kind != "word":
            continue
        last = at
        found = _pattern(r"(?i)atl(\d{1,4})").fullmatch(piece.text)
        if piece.text.lower() in ("atleast", "atl"):
            last = at + 1
            found = _pattern(r"(\d{1,4})").fullmatch(pieces[last].text)
        if found is None or last + 1 >= len(pieces) or pieces[last + 1].kind != "(":
            continue
        if not int(found[1]) or (last == at and pieces[last + 1].start > piece.end):
            continue
        typed = text[piece.start : pieces[last].end]
        meant = f"atleast{int(found[1])}"
        message = f"{shorten(typed)} was read as words; {meant}(...) counts how often a word stands"
        yield Finding(piece.start, pieces[last + 1].start, meant, message)


def _compared_dates(text: str, pieces: list[Piece], _: bool) -> Iterator[Finding]:
    """`date geq 2019`, `date > 2019-04`, `[2006 TO 2007]`."""
    known = _AFTER | _BEFORE | _EQUALS
    for at in range(len(pieces) - 1):
        words = [piece.text for piece in pieces[at : at + 3]]
        last = at + 2
        if words[0].lower() != "date":
            continue
        fused = _pattern(r"([<>]=?|=)(\d[\d/.-]{3,9})").fullmatch(words[1])
        if fused is not None:
            words, last = [words[0], fused[1], fused[2]], at + 1
        if len(words) == 3 and words[1].lower() in known and words[2][:1].isdigit():
            meant = _dates_of(words[1:])
            if meant is not None:
                typed = text[pieces[at].start : pieces[last].end]
                message = f"{shorten(typed)} was read as words; dates are written {meant}"
                yield Finding(pieces[at].start, pieces[last].end, meant, message)


def _ranges(text: str, pieces: list[Piece], _: bool) -> Iterator[Finding]:
    """`[2006 TO 2007]`, `{a b}`."""
    for at, piece in enumerate(pieces):
        if piece.kind != "word" or piece.text[0] not in "[{":
            continue
        words = [other.text for other in pieces[at : at + 3]]
        if len(words) == 3 and words[1] == "TO" and words[2][-1] in "]}":
            low, high = words[0][1:], words[2][:-1]
            if low[:1].isdigit() and high[:1].isdigit():
                end = pieces[at + 2].end
                meant = f"date:{low}..{high}"
                message = (
                    f"{shorten(text[piece.start : end])} was read as words; a range of dates is "
                    f"written {meant}"
                )
                yield Finding(piece.start, end, meant, message)


def _braces(text: str, pieces: list[Piece], _: bool) -> Iterator[Finding]:
    """`{a b}`: some tools' phrases and groups."""
    for found in _pattern(r"(?<![^ (]){([^{}\[\]\"()]{1,200})}(?![^ )])").finditer(text):
        if " TO " not in found[1]:
            message = f"the braces of {shorten(found[0])} were left out; ( ) groups words"
            yield Finding(found.start(), found.end(), f"({found[1].strip()})", message)


def _signs(_: str, pieces: list[Piece], __: bool) -> Iterator[Finding]:
    """`a && b`, `a || b`, `a | b`, `!a`, `AND-NOT`, `BUT NOT`."""
    for at, piece in enumerate(pieces):
        word = piece.text
        meant = None
        if piece.kind != "word":
            continue
        if word == "XOR" and _stands_between(pieces, at, at):
            yield _exclusive(pieces[at - 1], pieces[at + 1])
        elif word in _SIGNS and _stands_between(pieces, at, at):
            meant, read = _SIGNS[word], "left out"
        elif word in _NOT_WORDS and _stands_between(pieces, at, at):
            meant, read = "AND NOT", "read as words"
        elif word == "BUT" and at + 2 < len(pieces) and pieces[at + 1].text == "NOT" and at:
            meant, read = "AND", "read as a word"
        elif word[0] == "!" and word[1:2].isalpha() and "!" not in word[1:]:
            meant, read = f"NOT {word[1:]}", f"read as the word {shorten(word[1:])}"
        else:
            found = _pattern(r"(\w+)(&&|\|\|?)(\w+)").fullmatch(word)
            if found is not None:
                meant, read = f"({found[1]} {_SIGNS[found[2]]} {found[3]})", "read as words"
        if meant is not None:
            message = f"{shorten(word)} was {read}; operators are AND, OR, NOT in capitals"
            yield Finding(piece.start, piece.end, meant, message)


def _exclusive(left: Piece, right: Piece) -> Finding:
    """One of two words and not both."""
    meant = f"({left.text} OR {right.text}) AND NOT ({left.text} AND {right.text})"
    return Finding(
        left.start, right.end, meant, "XOR was read as a word; operators are AND, OR, NOT"
    )


def _small_operators(_: str, pieces: list[Piece], has_operators: bool) -> Iterator[Finding]:
    """`(oil or gas) and opec`, `oil or gas`, `oil and not gas`; not `war and peace`."""
    alternates = len(pieces) > 2 and len(pieces) % 2 == 1 and _all_or(pieces)
    for at, piece in enumerate(pieces):
        word = piece.text
        if word not in ("and", "or", "not") or piece.kind != "word" or at == 0:
            continue
        if at + 1 >= len(pieces):
            continue
        before, after = pieces[at - 1], pieces[at + 1]
        beside_group = before.kind == ")" or after.kind == "("
        quoted = before.kind == after.kind == "done"
        in_group = (
            at > 1
            and at + 2 < len(pieces)
            and pieces[at - 2].kind == "("
            and pieces[at + 2].kind == ")"
            and before.kind == after.kind == "word"
        )
        negated = word == "and" and after.text == "not" and at + 2 < len(pieces) <= 6
        negates = word == "not" and (
            before.text == "and" or (len(pieces) == 3 and before.kind == after.kind == "word")
        )
        if (
            (alternates and word == "or")
            or beside_group
            or in_group
            or (quoted and word != "not")
            or (has_operators and word != "not" and _stands_between(pieces, at, at))
            or negated
            or (negates and len(pieces) <= 6)
        ):
            meant = "AND NOT" if word == "not" and before.text != "and" else word.upper()
            message = f"{word} was read as a word; operators are in capitals: {word.upper()}"
            yield Finding(piece.start, piece.end, meant, message)


def _all_or(pieces: list[Piece]) -> bool:
    return all(
        piece.kind in ("word", "done") and (piece.text == "or") == (at % 2 == 1)
        for at, piece in enumerate(pieces)
    )


def _at_fields(_: str, pieces: list[Piece], __: bool) -> Iterator[Finding]:
    """`@title oil`."""
    for piece, after in itertools.pairwise(pieces):
        name = piece.text[1:].lower()
        if piece.kind != "word" or piece.text[0] != "@" or after.kind not in ("word", "done", "("):
            continue
        field = FOREIGN_SEGMENTS.get(name)
        if field and field not in ("=", "date", "length"):
            message = f"{piece.text} was read as the word {name}; a field is written {field}:word"
            yield Finding(piece.start, after.start, f"{field}:", message)


def _options(_: str, pieces: list[Piece], __: bool) -> Iterator[Finding]:
    """`oil --limit 5`, `-n 5 oil`: options inside the query."""
    for at, piece in enumerate(pieces):
        found = _pattern(r"--([a-z]+)(?:=\S*)?|-([a-z])=?(\d*)").fullmatch(piece.text)
        if piece.kind != "word" or found is None:
            continue
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        number = after is not None and after.text.isdecimal()
        if found[1] in _OPTIONS or (found[2] and (number or found[3])):
            end = after.end if after is not None and number and not found[3] else piece.end
            message = f"{piece.text} was read as a part of the query; options stand outside of it"
            yield Finding(piece.start, end, "", message)


KINDS: tuple[_Kind, ...] = (
    _proximity,
    _truncation,
    _segments,
    _codes,
    _counts,
    _compared_dates,
    _ranges,
    _braces,
    _signs,
    _small_operators,
    _at_fields,
    _options,
)
