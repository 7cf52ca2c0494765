"""What in a run of typed characters is the word?

Search boxes are forgiving: `libya,` is `libya` and `(!)` is nothing.  The text
of a word keeps what lies between its first and its last letter or digit, so
printing it and reading it again gives the same text.  Cutting that text into
tokens is the business of `searcher.analysis`; only patterns are cut here,
because `cease-f*` could never fit one token.

What it does not do: fold, stem, or know a stop word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from searcher.importing import InstalledOnly
from searcher.query.fields import MAX_DISTANCE

__all__ = [
    "OPERATORS",
    "counts",
    "fused_proximity",
    "holds_word",
    "is_field",
    "is_plain_word",
    "is_special",
    "needs_a_look",
    "one_token",
    "pattern_spans",
    "proximity_head",
    "small_number",
    "trim",
]

WILDCARDS = "*?"
OPERATORS = frozenset(("AND", "OR", "NOT"))
_JOINERS = "'&.,"
_PROXIMITY = ("w", "near", "pre", "adj")
_FUSED_HEADS = ("w", "W", "n", "N", "within", "WITHIN", "onear", "ONEAR")
# What other tools' queries are known by; `foreign.py` looks closer.
_FOREIGN_SIGNS = frozenset("!|&#$@[{=/+<>")
_FOREIGN_WORDS = frozenset(
    (
        *("and", "or", "not", "geq", "leq", "gte", "lte", "aft", "bef", "BUT"),
        *("NEAR", "ADJ", "WITHIN", "ONEAR", "SAME", "PRE", "BEFORE", "FOLLOWED"),
        *("SENTENCE", "PARAGRAPH", "PARA", "atleast", "ATLEAST", "atl", "ATL"),
        *("headline", "hlead", "byline", "allcaps", "nocaps"),
        *("AND-NOT", "ANDNOT", "AND_NOT", "BUT-NOT", "BUTNOT", "XOR", "date", "DATE", "Date"),
        *(f"{head}{number}" for head in _FUSED_HEADS for number in range(1, 51)),
    )
)


def _is_mark(character: str) -> bool:
    if character.isascii():
        return False
    return _category()(character)[0] == "M"


@cache
def _category() -> Callable[[str], str]:
    with InstalledOnly():  # only text that is not ASCII pays for the tables
        from unicodedata import category
    return category


def _is_token(character: str) -> bool:
    return character.isalnum() or _is_mark(character)


def holds_word(text: str) -> bool:
    """Whether there is a letter or a digit in `text`."""
    return text.isalnum() or any(map(str.isalnum, text))


def trim(text: str, start: int, end: int, keep: str = "") -> tuple[int, int]:
    """The span of the word in text[start:end]: without the punctuation around it.

    The last dot of `U.N.` stays, for the eye; the characters in `keep` stay too.
    """
    if start < end and text[start].isalnum() and text[end - 1].isalnum():
        return start, end  # nearly all words
    stop = end
    while start < end and not (text[start].isalnum() or text[start] in keep):
        start += 1
    while end > start and not (_is_token(text[end - 1]) or text[end - 1] in keep):
        end -= 1
    if end < stop and text[end] == "." and "." in text[start:end]:
        end += 1
    return start, end


def _joins(text: str, at: int, start: int, end: int) -> bool:
    """Whether the joiner at `at` lies inside one token of the pattern text[start:end]."""
    if at == start or at + 1 >= end:
        return False
    before, after = text[at - 1], text[at + 1]
    if text[at] in "'&":
        return (before.isalpha() or before in WILDCARDS or _is_mark(before)) and (
            after.isalpha() or after in WILDCARDS
        )
    if before.isdigit() and after.isdigit():
        return True
    if text[at] == ",":
        return False
    # An acronym: single letters with dots between them.
    single_before = before.isalpha() and (at - 2 < start or not _is_token(text[at - 2]))
    single_after = after in WILDCARDS or (
        after.isalpha() and (at + 2 >= end or not _is_token(text[at + 2]))
    )
    return single_before and single_after


def pattern_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut the pattern text[start:end] where no token can go on: `cease-f*` in two."""
    spans = []
    begin = -1
    for at in range(start, end):
        character = text[at]
        inside = (
            _is_token(character)
            or character in WILDCARDS
            or (character in _JOINERS and begin >= 0 and _joins(text, at, start, end))
        )
        if inside and begin < 0:
            begin = at
        elif not inside and begin >= 0:
            spans.append((begin, at))
            begin = -1
    if begin >= 0:
        spans.append((begin, end))
    return spans


def one_token(text: str) -> bool:
    """Whether nothing in `text` surely parts two tokens (a hyphen does)."""
    return len(pattern_spans(text, 0, len(text))) == 1


# ---------------------------------------------------------------- operators


def small_number(text: str, limit: int = MAX_DISTANCE) -> int | None:
    """The number that `text` spells in ASCII digits, or None; 0 when over `limit`."""
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) < 4 and limit >= 999:
        return int(text)
    digits = text.lstrip("0")
    # The length is looked at first: int() refuses thousands of digits.
    if len(digits) > len(str(limit)):
        return 0
    number = int(digits or "0")
    return number if number <= limit else 0


def proximity_head(text: str) -> str | None:
    """`w`, `near`, `pre` or `adj` when `text` starts with it and a slash."""
    head = text[: text.find("/")].lower() if "/" in text[:5] else ""
    return head if head in _PROXIMITY else None


def fused_proximity(text: str) -> tuple[str, str] | None:
    """(`near`, `5`) for `near5`, which is a slip for `near/5`; `W5` is a word."""
    for head in _PROXIMITY[1:]:
        if text[: len(head)].lower() == head and small_number(text[len(head) :]) is not None:
            return head, text[len(head) :]
    return None


def is_field(text: str) -> bool:
    """Whether `text` starts as `name:something`."""
    colon = text.find(":")
    return colon > 0 and text[:colon].isalpha() and colon + 1 < len(text)


def counts(text: str) -> bool:
    """Whether `text` is `atleast3`."""
    return len(text) > 7 and text[:7].lower() == "atleast" and small_number(text[7:]) is not None


@lru_cache(maxsize=4096)  # queries repeat their words, long ones above all
def is_plain_word(text: str) -> bool:
    """Whether `text` is letters and digits and nothing but a word, wherever it stands."""
    return text.isalnum() and text.lower() != "atleast" and not is_special(text)


def is_special(text: str) -> bool:
    """Whether `text`, typed bare, would be read as something else than a word."""
    # A number ends whatever has one, and a colon parts whatever is a field: nearly all words
    # have neither.
    ends_in_digit = text[-1:].isdigit()
    return (
        text in OPERATORS
        or proximity_head(text) is not None
        or (ends_in_digit and (fused_proximity(text) is not None or counts(text)))
        or is_field(text)
    )


@cache
def _foreign() -> re.Pattern[str]:
    """Return what the signs of other tools look like."""
    return re.compile(
        r"[!|#$@\[{]|&&|\w=|[ ]=[ ]|[<>][ ]|\w[<>]"
        r"|(?:^|[ ])(?:n|p|within|onear|N|P|WITHIN|ONEAR)?/\w|[ ]\+(?:\d|[spSP][ ])"
    )


def needs_a_look(text: str) -> bool:
    """Whether `text` may hold words or signs of other tools; False is sure.

    Every query is asked this, so most are answered by a few calls.
    """
    if not _FOREIGN_WORDS.isdisjoint(text.split()):
        return True
    if "(" in text and _has_segment(text):
        return True
    if "-" in text and (" -" in text or text[0] == "-") and _option().search(text):
        return True
    return not _FOREIGN_SIGNS.isdisjoint(text) and _foreign().search(text) is not None


@cache
def _option() -> re.Pattern[str]:
    return re.compile(r"(?:^| )-(?:-[a-z]|[a-z][ =0-9])")


def _ends_in_count(text: str) -> bool:
    """Whether `text` ends as `atl5`, which is `atleast5` elsewhere."""
    return text.rpartition(" ")[2].rstrip("0123456789").lower().endswith("atl")


def _has_segment(text: str) -> bool:
    """Whether a word stands right before a parenthesis, or one in capitals before a blank."""
    at = text.find("(")
    while at >= 0:
        before = text[at - 1 : at]
        if before.isalpha() or (before.isdigit() and _ends_in_count(text[:at])):
            return True
        if text[at - 2 : at - 1].isupper() and not text.endswith(("AND ", "OR ", "NOT "), 0, at):
            return True
        at = text.find("(", at + 1)
    return False
