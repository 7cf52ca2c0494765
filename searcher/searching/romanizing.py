"""How is a word of another script written in Latin letters?

By anyascii's table (ISC), a letter at a time and without a language: names are compared by
costs that forgive what a transcriber of one language would do otherwise.  Of what it gives
only letters are kept.  The scripts whose words are compared with Latin ones are those that
write sounds with spaces between words: Greek, Cyrillic, Armenian, Hebrew, Arabic, Georgian.
Chinese names are several words of one character each here, and are not looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from searcher.importing import InstalledOnly

__all__ = ["has_no_vowels", "letters_like", "romanized"]

_SCRIPTS = (
    (0x0370, 0x03FF), (0x0400, 0x052F), (0x0531, 0x0587), (0x05D0, 0x05EA), (0x0620, 0x06D3),
    (0x10D0, 0x10FF),
)  # fmt: skip
_FIRST_WITHOUT_VOWELS, _LAST_WITHOUT_VOWELS = "\u0590", "\u06ff"  # Hebrew and Arabic
_VOWELS = "aeiou"


def romanized(words: Sequence[str]) -> list[str]:
    """Each of `words`, which hold no line ends, in small letters a to z."""
    text = "\n".join(words)
    if not text.isascii():
        text = text.translate({ord(c): _letter(c) for c in set(text) if not c.isascii()})
    return text.split("\n") if words else []


def has_no_vowels(word: str) -> bool:
    """Whether `word` is of a script that leaves out short vowels."""
    return any(_FIRST_WITHOUT_VOWELS <= c <= _LAST_WITHOUT_VOWELS for c in word)


@cache
def letters_like(beginnings: str) -> str:
    """The letters of other scripts that are written as one of these in Latin; with vowels
    also those that are written as nothing."""
    silent = any(letter in _VOWELS for letter in beginnings)
    found = []
    for first, last in _SCRIPTS:
        for letter in map(chr, range(first, last + 1)):
            latin = _letter(letter)
            is_like = latin[0] in beginnings if latin else silent
            if is_like and letter.isalpha() and letter == letter.lower():
                found.append(letter)
    return "".join(found)


@cache
def _letter(letter: str) -> str:
    with InstalledOnly():
        try:
            from anyascii import anyascii
        except ImportError:  # an old environment: names are compared in Latin letters only
            return ""
    return "".join(c for c in anyascii(letter).lower() if "a" <= c <= "z")
