"""Which plain characters stand for the typeset ones, and which for those that cannot be seen?

People paste queries from articles and word processors, which curl quotes,
lengthen hyphens and fuse dots.  Each such character is replaced by exactly one
plain one, so a position in the plain text is the same position in what was
typed.

The words of a query need this before they are read.  Values need it on both
sides: a curly apostrophe in `source:` is read as a straight one, so whoever
compares it with the value of an article passes that through `plain` as well.

Articles, file names and queries may also hold escape sequences that would retitle a terminal,
hide lines or reorder them.  `visible` shows every control character as text: ESC comes out as
`\\x1b`.

Where text goes to a program that reads it and not to an eye, such as an assistant, what no eye
sees is taken out (`without_hidden`): characters of no width, marks of direction, soft hyphens,
variation selectors and the tags with which instructions are smuggled.  White space stays, of
whatever kind: words would grow together without it.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["HIDDEN", "SPELT_JOINER", "plain", "visible", "without_hidden"]

# By number where the character could be taken for another one on the screen.
_DOUBLE_QUOTES = "“”„‟«»\uff02"
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
# Every character that str.isspace() accepts, then an ellipsis (which parts words
# as three dots do), the zero-width space and the byte order mark.
_SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u2026\u200b\ufeff"
)

_PLAIN = {
    ord(character): replacement
    for characters, replacement in (
        (_DOUBLE_QUOTES, '"'),
        (_SINGLE_QUOTES, "'"),
        (_DASHES, "-"),
        (_SPACES, " "),
    )
    for character in characters
}


def plain(text: str) -> str:
    """`text` with plain quotes, dashes and spaces, of the same length."""
    if text.isascii() and text.isprintable():  # nearly all queries
        return text
    return text.translate(_PLAIN)


# C0 but line feed, DEL, C1, the controls of bidirectional text that outlast what they
# were written for, and lone surrogates.  Left alone: the marks U+200E and U+200F, which
# right-to-left text needs and which reorder nothing beyond themselves.
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """`text` with every control character but the line feed made visible."""
    return _UNSAFE.sub(_escaped, text.replace("\r\n", "\n").replace("\t", " "))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


# Controls that are no white space; soft hyphen, joiners, fillers; marks of direction; selectors
# of variants; annotations; tags.  Format characters that are seen, as the signs around Arabic
# numbers, are not among them.
HIDDEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that no eye sees, as a class of a regular expression."""

_SPELT = "[\u0620-\u06ff\u0700-\u08ff\u0900-\u109f\u1780-\u17b3\u1800-\u180a\u1810-\u18af]"
SPELT_JOINER = f"(?<={_SPELT})[\u200c\u200d](?={_SPELT})"
"""A joiner by which words are spelt, and which is seen by what it does, as a regular expression."""


def without_hidden(text: str) -> tuple[str, int]:
    """`text` without the characters that no eye sees, and how many they were.

    One joiner alone between two letters stays in scripts that are spelt with it, from Arabic on:
    without it words are others.
    """
    if text.isascii() and text.isprintable():
        return text, 0
    return _hidden().subn("", text)


@cache
def _hidden() -> re.Pattern[str]:
    # Joiners are in HIDDEN; those of spelling are passed over by not matching them.
    return re.compile(f"(?!{SPELT_JOINER})[{HIDDEN}]")
