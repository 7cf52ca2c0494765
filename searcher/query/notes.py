"""What was read as plain words and probably meant as something else?

Other search tools have words and signs that this language reads as words or ignores:
`NEAR` without a number, `politic!`, `headline(oil)`, `hd=oil`, `&&`.  The reading stays
what the language says; a note beside the answer says how it was read and which query was
probably meant.  Each kind of such things gives one note, whose suggestion mends all of
its places; a suggestion is itself a query that can be read, or it is left out.

The kinds and their words are in `foreign.py`; here is what they look at.  A note must not
cry wolf: what ordinary news queries hold (`oil and gas`, `Yahoo!`, `US$`) gives none.

What it does not do: change the reading, or look inside quotes and values.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from searcher.importing import InstalledOnly
from searcher.query.diagnostics import QueryText
from searcher.query.lexer import Token
from searcher.query.tree import Everything, Phrase

__all__ = ["Finding", "Note", "Piece", "add_notes", "pieces_of"]

OPERATORS = frozenset(("AND", "OR", "NOT", "near", "pre", "sentence", "paragraph", "atleast"))


class Note(NamedTuple):
    """What was read otherwise than some would expect.

    `text` stands in the query at `position` up to `end` (offsets in characters), `message`
    says how it was read, and `suggestion` is the query that was probably meant, None if
    there is none to offer.
    """

    position: int
    end: int
    text: str
    message: str
    suggestion: str | None

    def to_dict(self) -> dict[str, Any]:
        """The note as JSON values."""
        return self._asdict()

    def __str__(self) -> str:
        meant = f"; did you mean: {self.suggestion}" if self.suggestion else ""
        return f"{self.message}{meant}"


class Piece(NamedTuple):
    """A piece of the text of a query: `kind` is `word`, `(`, `)`, `field` or `done`, which
    is what was read as a phrase or a value."""

    kind: str
    start: int
    end: int
    text: str


class Finding(NamedTuple):
    """A place that was probably meant otherwise: what should stand there, and what to say."""

    start: int
    end: int
    meant: str
    message: str


def add_notes(source: QueryText, tokens: list[Token]) -> None:
    """Add to `source` the notes on a query that was read as `tokens`.  Cost: linear."""
    with InstalledOnly():
        from searcher.query.foreign import KINDS

    pieces = pieces_of(source.plain, tokens)
    has_operators = any(token.kind in OPERATORS for token in tokens)
    for find in KINDS:
        found = list(find(source.plain, pieces, has_operators))
        if found:
            source.notes.append(_note(source, found))


def _note(source: QueryText, found: list[Finding]) -> Note:
    first = found[0]
    mended: list[str] = []
    at = 0
    for finding in found:
        if finding.start >= at:  # not inside of what was replaced
            mended += source.plain[at : finding.start], finding.meant
            at = finding.end
    suggestion = " ".join("".join([*mended, source.plain[at:]]).split())
    return Note(
        first.start,
        first.end,
        source.typed[first.start : first.end],
        first.message,
        suggestion if _can_be_read(suggestion, source) else None,
    )


def _can_be_read(text: str, asked: QueryText) -> bool:
    with InstalledOnly():
        import datetime as dt

    with InstalledOnly():
        from searcher.errors import QueryError
        from searcher.query.grammar import read_tree

    try:
        read_tree(QueryText(text, asked.language, asked.fields), lambda: dt.date(2000, 1, 1))
    except QueryError:
        return False
    return True


def pieces_of(text: str, tokens: list[Token]) -> list[Piece]:
    """The pieces of a query, with the punctuation that its tokens have lost."""
    pieces: list[Piece] = []
    at = 0
    for token in tokens:
        node = token.node
        if token.kind == "field" or isinstance(node, Phrase) or token.kind == "value":
            if isinstance(node, Everything) or (
                isinstance(node, Phrase) and text[node.start] != '"'
            ):
                continue
            pieces += _words(text, at, token.start)
            kind = "field" if token.kind == "field" else "done"
            pieces.append(Piece(kind, token.start, token.end, text[token.start : token.end]))
            at = token.end
    pieces += _words(text, at, len(text))
    return pieces


def _words(text: str, start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    at = start
    while at < end:
        if text[at] in ' "':
            at += 1
        elif text[at] in "()":
            found.append(Piece(text[at], at, at + 1, text[at]))
            at += 1
        else:
            stop = at
            while stop < end and text[stop] not in ' "()':
                stop += 1
            found.append(Piece("word", at, stop, text[at:stop]))
            at = stop
    return found
