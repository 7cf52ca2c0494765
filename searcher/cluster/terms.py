"""How is a word written in the index of a cluster?

A text becomes a *token string*: its words parted by blanks, each with all that stands at its
position, parted by bars.

    no|~no|.s|.p|.b airports|~airport humanitarian|~humanitarian|.e
    truce|~truce|.s held|~held|.e|.q|.z

First comes the form, then the stem behind `~`, then marks: `.s` and `.e` on the first and last
word of a sentence, `.p` and `.q` of a paragraph, `.b` and `.z` of the field.  So form and stem
stand at one position and lengths count words.  Sentences and paragraphs of one word have no
marks: nothing is near anything in them, and two in a row would look like one of two words.

The cluster's analyzer only cuts at blanks and bars; which words there are is decided here.  A
form that would be cut, or be taken for a stem or a mark, is written with private characters in
place of those; no form holds any, since they are neither letters, marks nor digits.  A word of
more than a thousand characters becomes its beginning and a digest, because OpenSearch refuses
a term of more than 32,766 bytes; patterns see the beginning only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence

from searcher.analysis import Analyzer

__all__ = [
    "ANY_WORD",
    "FIELD_END",
    "FIELD_START",
    "UNIT_MARKS",
    "analyzed_string",
    "form_term",
    "short_term",
    "stem_term",
    "token_string",
]

ANY_WORD = "_"
"""What stands in a phrase for any one word: the search analyzer leaves a hole for it."""
FIELD_START, FIELD_END = ".b", ".z"
UNIT_MARKS = {"sentence": (".s", ".e"), "paragraph": (".p", ".q")}
_EMPTY = ".0"
_MOST_CHARACTERS = 1_000
_KEPT_CHARACTERS = 200
# Blanks, bars, and what begins a stem or a mark, as the private characters of their numbers.
_CUTS = re.compile(r"[\s|]|^[~.]|^_$")


def form_term(form: str) -> str:
    """The term of `form`."""
    return short_term(_CUTS.sub(_private, form)) if form else _EMPTY


def stem_term(stem: str) -> str:
    """The term of `stem`, which no form has."""
    return "~" + short_term(_CUTS.sub(_private, stem))


def short_term(text: str) -> str:
    """`text`, or its beginning and a digest if it is too long for a term."""
    if len(text) <= _MOST_CHARACTERS:
        return text
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=16).hexdigest()
    return f"{text[:_KEPT_CHARACTERS]}~~{digest}"


def _private(found: re.Match[str]) -> str:
    return chr(0xE000 + ord(found[0]) % 0x1000)


def analyzed_string(
    analyzer: Analyzer,
    forms: Sequence[str],
    sentence_starts: Sequence[int] = (),
    paragraph_starts: Sequence[int] = (),
    *,
    limit: int | None = None,
) -> str:
    """The token string of analyzed text, or of its first `limit` words.

    Where the limit cuts a sentence or paragraph, the last word closes it.
    """
    count = len(forms) if limit is None else min(limit, len(forms))
    marks: list[tuple[str, str, set[int], set[int]]] = []
    for unit, starts in (("sentence", sentence_starts), ("paragraph", paragraph_starts)):
        first = {start for start in starts if start < count}
        last = {start - 1 for start in first if start} | ({count - 1} if first else set())
        marks.append((*UNIT_MARKS[unit], first, last))
    return token_string(forms[:count], analyzer.stems(forms[:count]), marks)


def token_string(
    forms: Sequence[str],
    stems: Sequence[str],
    marks: Collection[tuple[str, str, set[int], set[int]]] = (),
) -> str:
    """The token string of `forms` and their `stems`; `marks` are pairs of them, with the
    positions where the first and the last word of something stand."""
    words = []
    end = len(forms) - 1
    for position, (form, stem) in enumerate(zip(forms, stems, strict=True)):
        word = f"{form_term(form)}|{stem_term(stem)}"
        for opening, closing, first, last in marks:
            if (position in first) != (position in last):
                word += f"|{opening if position in first else closing}"
        if position == 0:
            word += f"|{FIELD_START}"
        if position == end:
            word += f"|{FIELD_END}"
        words.append(word)
    return " ".join(words)
