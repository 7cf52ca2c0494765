"""Where are the paragraphs and sentences of plain text?

Files break lines for their own reasons: wires at 65 columns, exports once a
paragraph.  `paragraphs` undoes that: a body comes out as paragraphs parted by
one blank line, each on one line, blanks collapsed, soft hyphens gone.

How a line break is read, in this order: a blank line always parts paragraphs;
in hard-wrapped text an indented line starts one and any other break is a blank;
in text that is not wrapped (long lines, or lines that nearly all end a sentence)
every line is a paragraph.  Where a word is parted at the end of a line (`elec-`, `tioneering`),
its halves are joined first; the hyphen stays if the text has the word with one elsewhere, or
capitals or digits stand beside it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from searcher.headline import clean_line, first_sentence, shorten

__all__ = ["clean_line", "first_sentence", "joined_words", "paragraphs", "shorten"]

_BLANK_LINE = re.compile(r"\n(?:[^\S\n]*\n)+")
_INDENTED = re.compile(r"\n(?=[ \t]{2,}\S)|\n(?=\t\S)")
_SENTENCE_END = tuple(".!?:…\"”“’'»)]。！？」")
_WRAPPED_WIDTH = 120
# Hyphens as type and OCR have them: also the double one of Fraktur, and the sign for "not".
_PARTED = re.compile(
    r"(?P<first>[^\W\d_]{2,60})(?P<sign>[-\u2010\u00ac\u2e17=])[ \t]*\n"
    r"(?:[ \t]*\n){0,2}[ \t]*(?P<second>[^\W\d_]{1,60})"
)
_WORDS = re.compile(r"[^\W\d_]{1,60}(?:-[^\W\d_]{1,60})?")
_HYPHENS = re.compile(r"[-\u2010\u00ac\u2e17=][ \t]*\n")
_LONGEST_COUNTED = 1 << 20  # of a text that is searched for other spellings


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of plain text, each on one line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for other in "\v\f" if text.isascii() else "\v\f\x85\u2028\u2029":
        if other in text:
            text = text.replace(other, "\n")
    text = joined_words(text.strip("\n"))
    if "\n" not in text:
        line = clean_line(text)
        return [line] if line else []
    parts: list[str] = []
    if not _is_wrapped(text):
        parts = text.split("\n")
    elif _has_indented_starts(text):
        for block in _BLANK_LINE.split(text):
            parts += _INDENTED.split(block)
    else:
        parts = _BLANK_LINE.split(text)
    return [line for part in parts if (line := clean_line(part))]


def joined_words(text: str) -> str:
    """Return `text` with the words that line ends part joined again."""
    if "\n" not in text or _HYPHENS.search(text) is None:
        return text
    seen = frozenset(_WORDS.findall(text[:_LONGEST_COUNTED].casefold()))

    def joined(parted: re.Match[str]) -> str:
        first, second = parted["first"], parted["second"]
        if not second[0].islower() or first[-1].isupper() != second.isupper():
            # "Anglo-American" keeps its hyphen, "ELEC-TIONEERING" is one word in capitals.
            capitals = first.isupper() and second.isupper() and len(second) > 1
            if parted["sign"] == "=" or (not capitals and not second[0].isupper()):
                return parted[0]
            return first + second if capitals else f"{first}-{second}"
        if f"{first}-{second}".casefold() in seen and (first + second).casefold() not in seen:
            return f"{first}-{second}"
        return first + second

    return _PARTED.sub(joined, text)


def _sample(text: str) -> list[str]:
    return text[:4000].split("\n")[:60]


def _is_wrapped(text: str) -> bool:
    lines = [line.rstrip() for line in _sample(text)]
    filled = [line for line in lines if line.strip()]
    if sum(len(line) > _WRAPPED_WIDTH for line in filled) > max(0, len(filled) // 10):
        return False
    # Only breaks inside a block tell: the last line of one ends a sentence anyway.
    inner = [a for a, b in pairwise(lines) if a.strip() and b.strip()]
    if not inner:
        return True
    ended = sum(line.endswith(_SENTENCE_END) for line in inner)
    return ended < 0.6 * len(inner)


def _has_indented_starts(text: str) -> bool:
    lines = [line for line in _sample(text) if line.strip()]
    indented = sum(line.startswith(("  ", "\t")) for line in lines)
    return 0 < indented <= 0.6 * len(lines)
