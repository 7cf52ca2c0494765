"""Which words and patterns stand in a phrase?

A phrase is parted by spaces; each piece is a word as typed, a pattern, or a lone `*` for
any one word.  What of a piece is the word is the business of `words.py`.
"""

from __future__ import annotations

from searcher.query.tree import AnyWord, Exact, Pattern
from searcher.query.words import holds_word, pattern_spans, trim

__all__ = ["phrase_parts"]


def phrase_parts(text: str, start: int, end: int) -> list[Exact | Pattern | AnyWord]:
    """The parts of the phrase text[start:end], which are parted by spaces."""
    parts: list[Exact | Pattern | AnyWord] = []
    at = start
    while at < end:
        if text[at] == " ":
            at += 1
            continue
        stop = text.find(" ", at, end)
        if stop < 0:
            stop = end
        piece = text[at:stop]
        if piece.isalnum():
            parts.append(Exact(piece, start=at, end=stop))
        elif "*" in piece or "?" in piece:
            parts.extend(_pattern_parts(text, at, stop))
        elif holds_word(piece):
            first, last = trim(text, at, stop)
            parts.append(Exact(text[first:last], start=first, end=last))
        at = stop
    return parts


def _pattern_parts(text: str, start: int, end: int) -> list[Exact | Pattern | AnyWord]:
    parts: list[Exact | Pattern | AnyWord] = []
    for first, last in pattern_spans(text, start, end):
        piece = text[first:last]
        if not holds_word(piece):
            # A lone ? is a question mark; a lone * is any one word.
            if "*" in piece:
                parts.append(AnyWord(start=first, end=last))
        elif "*" in piece or "?" in piece:
            parts.append(Pattern(piece, start=first, end=last))
        else:
            first, last = trim(text, first, last)
            parts.append(Exact(text[first:last], start=first, end=last))
    return parts
