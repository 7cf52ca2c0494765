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

__all__ = ["clean_line", "first_sentence", "joined_words", "paragraphs", "shorten"]

# Terminal sequences whole, then stray controls, soft hyphens, zero-width marks.
_UNWANTED = re.compile(
    r"\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)?|\x1b\[[0-9;?]{0,20}[@-~]?"
    r"|[\x00-\x08\x0e-\x1b\x7f\xad\u200b\ufeff]"
)
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
_ABBREVIATIONS = frozenset(
    [
        "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "sgt", "maj", "capt", "cmdr", "adm",
        "sen", "rep", "gov", "rev", "hon", "st", "jr", "sr", "vs", "no", "inc", "ltd", "co",
        "corp", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
        "dec", "u.s", "u.n", "u.k", "e.u", "a.m", "p.m", "etc", "z.b", "d.h", "bzw", "ca", "nr",
        "str", "ing", "mme", "mlle", "m",
    ]
)  # fmt: skip
_LOOK_AHEAD = 8
_LONGEST_SEEN = 50  # of what blanks and controls may fill before a sentence is seen
_STOP = re.compile(r"[.!?…]+[\"”’'»)\]]*(?=\s+[\"“‘'«(\[]?[^\W_a-zà-ÿ])|[。！？]")


def clean_line(text: str) -> str:
    """Return `text` on one line, blanks collapsed, soft hyphens and controls dropped."""
    # Replacing and asking whether all is printable are several times cheaper than
    # splitting or searching, and do for all but a few lines in a thousand.
    line = text.strip().replace("\n", " ")
    while "  " in line:
        line = line.replace("  ", " ")
    if line.isprintable():
        return line
    return " ".join(_UNWANTED.sub("", line).split())


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


def first_sentence(text: str, limit: int = 200) -> str:
    """Return the first sentence of `text`, shortened at a word if it is too long."""
    text = clean_line(text[: limit * _LONGEST_SEEN])
    # A sentence that ends after `limit` is cut there anyway, so nothing beyond is looked at:
    # text of a million full stops costs no more than any other.
    head = text[: limit + _LOOK_AHEAD]
    for stop in _STOP.finditer(head):
        if stop.end() > limit:
            break
        word = text[: stop.start()].rpartition(" ")[2].lstrip("(\"“'‘").lower()
        initial = len(word) == 1 and word.isalpha() and not word.isdigit()
        if stop[0].startswith(".") and (word in _ABBREVIATIONS or initial or "." in word):
            continue
        return shorten(text[: stop.end()], limit)
    return shorten(text, limit)


def shorten(text: str, limit: int = 200) -> str:
    """Return `text` cut at a blank so that it has at most `limit` signs, "…" included."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", 0, limit)
    return text[: cut if cut > limit // 2 else limit - 1].rstrip(" ,;:-–—") + "…"
