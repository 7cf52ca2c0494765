"""Given text, where are its tokens?

A token is a run of letters, marks and digits (Unicode categories L, M, N).
Inside a run these characters join, judged by their direct neighbours alone:

    ' ’ &   after a letter or mark, before a letter       O'Brien  AT&T
    .       between single letters: an acronym            U.N.  a.m.
    . ,     between decimal digits (Nd)                   3.5  1,000,000

A letter here is what is alphanumeric and no decimal digit, so the signs Ⅳ, ²
and ½ join as letters do and never as decimals.  An acronym opens its token: a
single letter with its marks, then at least once a dot and another such letter,
each standing alone (`www.bbc.co.uk` is four tokens).  Its last dot, in `U.N.`
before a space, lies outside the token: the form does not need it and it may be
the full stop of a sentence.

In scripts written without spaces (Han, Kana, Thai, Lao, Khmer, Burmese) every
letter or digit is a token with the marks that follow it; which characters those
are is told by block (`UNSPACED`).  A mark that follows neither opens a run of
its own, so every L, M and N lies in exactly one token.

The rules are a small cousin of UAX #29 word boundaries: the joiners are those
that news text needs, and runs of letters and digits never break.  They divide
no compounds (`Donaudampfschiff` stays as typed) and find no words in Chinese or
Thai; positions count characters there.

One regular expression of the standard library does the work.  `\\w` covers L and
N but no marks, so text that may hold marks or unspaced scripts is first drawn
as a shape of equal length, in which one character stands for all marks and one
for all unspaced characters; characters are classified as they are met, because
reading all of `unicodedata` beforehand would cost every start some 10 ms.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category

__all__ = ["UNSPACED", "token_spans", "tokenize"]

# Blocks of the scripts whose every character is a token.  First and last code
# point; what is not L, M or N in them separates as everywhere.
UNSPACED: tuple[tuple[int, int], ...] = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3000, 0x30FF),  # CJK symbols (々 〇 〡), Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana phonetic extensions
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Myanmar, extended B
    (0xAA60, 0xAA7F),  # Myanmar, extended A
    (0xF900, 0xFAFF),  # Han, compatibility
    (0xFF66, 0xFF9D),  # Katakana, half width
    (0x116D0, 0x116FF),  # Myanmar, extended C
    (0x1AFF0, 0x1B16F),  # Kana, extended and supplement
    (0x20000, 0x3FFFF),  # Han, extensions B and later
)

# Half-width voicing signs: letters by category, but ｶﾞ is one character to a
# reader, and to NFKC, so they count as marks.
_VOICING = (0xFF9E, 0xFF9F)

_MARK = "\u0300"
_UNSPACED = "一"


def token_spans(text: str) -> list[tuple[int, int]]:
    """Return where the tokens of `text` start and end, in order."""
    pattern, shape = _view(text)
    return list(map(re.Match.span, pattern.finditer(shape)))


def tokenize(text: str) -> list[str]:
    """Return the tokens of `text` as they are typed, in order."""
    if text.isascii() and text.isalnum():  # one run, as most words of queries are
        return [text]
    pattern, shape = _view(text)
    if shape is text:
        return pattern.findall(text)
    return [text[start:end] for start, end in map(re.Match.span, pattern.finditer(shape))]


def _view(text: str) -> tuple[re.Pattern[str], str]:
    """Return the cheapest expression for `text`, and the string to match it on."""
    if text.isascii():
        return _ascii_pattern(), text
    if _beyond_plain().search(text):
        return _full_pattern(), text.translate(_SHAPES)
    return _plain_pattern(), text


class _Shapes(dict[int, str]):
    """What stands for a character: itself, unless it is a mark or unspaced."""

    def __missing__(self, point: int) -> str:
        character = shape = chr(point)
        if category(character)[0] == "M" or point in _VOICING:
            shape = _MARK
        elif character.isalnum() and any(first <= point <= last for first, last in UNSPACED):
            shape = _UNSPACED
        self[point] = shape
        return shape


_SHAPES = _Shapes()


def _compose(run: str, letter: str, more: str) -> str:
    """Build the expression of a token in a spaced script.

    `run` matches a whole run, `letter` a letter with its marks, `more` what
    would continue a run after it.  Every repetition is possessive (`++`): what
    it took is never tried again, which keeps the time linear.
    """
    return (
        rf"(?:{letter}(?:\.{letter}(?!{more}))++|{run})"
        rf"(?:(?:(?<!\d)['’&](?=[^\W\d_])|(?<=\d)[.,](?=\d)){run})*+"
    )


@cache
def _beyond_plain() -> re.Pattern[str]:
    """Return what finds a character that may be a mark or unspaced.

    Latin, Greek, Cyrillic, punctuation and symbols are not.  (Said by what it
    leaves out: a class that reaches the end of Unicode compiles six times slower.)
    """
    return re.compile(r"[^\0-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u20cf\u2100-\u2bff]")


@cache
def _ascii_pattern() -> re.Pattern[str]:
    # The flag makes \w and \d mean ASCII, which is true here and quicker.
    return re.compile(_compose("[a-zA-Z0-9]++", "[a-zA-Z]", "[a-zA-Z0-9]"), re.ASCII)


@cache
def _plain_pattern() -> re.Pattern[str]:
    return re.compile(_compose(r"[^\W_]++", r"[^\W\d_]", r"[^\W_]"))


@cache
def _full_pattern() -> re.Pattern[str]:
    run = rf"(?:[^\W_{_UNSPACED}]|{_MARK})"
    spaced = _compose(f"{run}++", rf"[^\W\d_{_UNSPACED}]{_MARK}*+", run)
    return re.compile(f"{_UNSPACED}{_MARK}*+|{spaced}")
