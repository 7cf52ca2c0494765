"""What stands for a headline where an article has none?

Readers put the first sentence of the text there (`first_sentence`), so that an article can be
listed.  Nobody printed it as a headline, and whoever cites must know: `is_first_sentence` tells
such a one by comparing it with the text, which works for whatever is in an archive already.

What it does not do: tell slugs of wires, which stand there too, from headlines.
"""

from __future__ import annotations

import re

__all__ = ["clean_line", "first_sentence", "is_first_sentence", "shorten"]

# Terminal sequences whole, then stray controls, soft hyphens, zero-width marks.
_UNWANTED = re.compile(
    r"\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)?|\x1b\[[0-9;?]{0,20}[@-~]?"
    r"|[\x00-\x08\x0e-\x1b\x7f\xad\u200b\ufeff]"
)
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
# Where a headline of a reader's making ends, and how long readers let it be.
_ENDED = re.compile("[.!?…。！？।؟۔][\"”’'»)\\]]*$")
_LIMITS = (200, 400)
_FIRST_PARAGRAPHS = 6
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


def is_first_sentence(title: str, body: str) -> bool:
    """Whether `title` is no headline but the first sentence of the text, which readers put in its
    place where an article has none: nobody printed it as one, so nobody may be said to have.

    What is a whole paragraph without a stop is taken for a headline that the text repeats.

    Cost: a microsecond for most; those of the first paragraphs where a title ends as a sentence.
    """
    if not body or not _ENDED.search(title):
        return False
    cut = title.removesuffix("…")
    for paragraph in body.split("\n\n", _FIRST_PARAGRAPHS)[:_FIRST_PARAGRAPHS]:
        line = clean_line(paragraph[: _LONGEST_SEEN * len(title) + _LOOK_AHEAD])
        if line.startswith(cut) and (
            len(cut) < min(len(title), len(line))
            or any(first_sentence(line, limit) == title for limit in _LIMITS)
        ):
            return True
    return False


def shorten(text: str, limit: int = 200) -> str:
    """Return `text` cut at a blank so that it has at most `limit` signs, "…" included."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", 0, limit)
    return text[: cut if cut > limit // 2 else limit - 1].rstrip(" ,;:-–—") + "…"
