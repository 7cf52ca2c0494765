"""How are the words, fields, dates and numbers of other tools said here?

`Speaker` is what the readers of the dialects share (`connectors.py`, `query_strings.py`): it
makes nodes of what they found, by this language's own reading of a word or a date wherever it
can, and keeps what could not be said.  The names of fields and languages are tables.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from searcher.errors import QueryError
from searcher.query.diagnostics import QueryText, shorten
from searcher.query.fields import TEXT_FIELDS
from searcher.query.grammar import parse
from searcher.query.printing import quoted
from searcher.query.proximity import at_least, beside
from searcher.query.tree import (
    And,
    DateRange,
    Exact,
    Field,
    InGroup,
    Is,
    LengthRange,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Value,
    Word,
    walk,
)
from searcher.query.words import holds_word, is_plain_word, small_number

__all__ = ["Loss", "Speaker"]


_LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "danish": "da", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he",
    "hungarian": "hu", "italian": "it", "japanese": "ja", "korean": "ko", "norwegian": "no",
    "polish": "pl", "portuguese": "pt", "russian": "ru", "spanish": "es", "swedish": "sv",
    "turkish": "tr", "ukrainian": "uk", "zhcn": "zh", "zhtw": "zh",
}  # fmt: skip
_AMERICAN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})")
_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)")


class Loss(NamedTuple):
    """What of a query could not be said: `text`, which stands in it at `position` up to `end`
    (offsets in characters).  `kind` is "left out" or "changed", and `message` says how."""

    position: int
    end: int
    text: str
    kind: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """The loss as JSON values."""
        return self._asdict()

    def __str__(self) -> str:
        return f"{shorten(self.text)} ({self.kind}): {self.message}"


class Speaker:
    """Says what the query `source` of a dialect means, piece by piece.

    `losses` are what could not be said, `notes` how it was read where tools differ.
    """

    def __init__(
        self,
        source: QueryText,
        dialect: str,
        now: dt.datetime | Callable[[], dt.datetime] | None,
    ) -> None:
        self.source = source
        self.dialect = dialect
        self.losses: list[Loss] = []
        self.notes: list[str] = []
        self._now = now

    def lose(self, start: int, end: int, message: str) -> None:
        """Leave a part out."""
        self._loss(start, end, "left out", message)

    def change(self, start: int, end: int, message: str) -> None:
        """Say a part not quite."""
        self._loss(start, end, "changed", message)

    def _loss(self, start: int, end: int, kind: str, message: str) -> None:
        text = self.source.typed[start:end]
        self.losses.append(Loss(start, end, text, kind, message))

    def parse(self, text: str) -> Node | None:
        """`text` as a query of ours; None if it is none."""
        source = self.source
        try:
            return parse(text, now=self._now, language=source.language, fields=source.fields)
        except QueryError:
            return None

    # ------------------------------------------------------------ words

    def term(self, text: str, start: int, end: int) -> Node | None:
        """One word or pattern, written as here."""
        if is_plain_word(text):
            return Word(text)
        if not holds_word(text):
            if text.strip(".,;:'-"):
                self.lose(start, end, "there is no letter or digit in it")
            return None
        node = self.parse(text)
        if not isinstance(node, Word | Pattern | Phrase | Exact):
            node = self.parse(quoted(text.replace('"', " ")))
        if node is None:
            self.lose(start, end, "it cannot be looked for here")
        return node

    def phrase(self, words: Sequence[str], start: int, end: int) -> Node | None:
        """Words side by side, written as here."""
        node = self.parse(quoted(" ".join(words).replace('"', " ")))
        if node is None:
            self.lose(start, end, "it holds no word that can be looked for")
        return node

    # ------------------------------------------------------------ operators

    def near(
        self,
        left: Node,
        right: Node,
        kind: str,
        distance: int,
        span: tuple[int, int],
        *,
        negated: bool = False,
    ) -> Node:
        """Two parts near each other; with AND where they cannot be.

        Arguments:
            kind: "near", "pre", "sentence" or "paragraph".
            span: where the operator stands.
        """
        try:
            return beside(left, right, kind, distance, negated, span, self.source)
        except QueryError:
            other = Not(right) if negated else right
            self.change(*span, "said with AND: one of the two has no place in a text")
            return And((left, other))

    def at_least(self, count: int, node: Node, span: tuple[int, int]) -> Node:
        """So many occurrences; one where they cannot be counted."""
        try:
            return at_least(count, node, span, self.source)
        except QueryError:
            self.change(*span, "occurrences of this cannot be counted; it has to be there")
            return node

    # ------------------------------------------------------------ fields

    def in_field(self, name: str, node: Node, span: tuple[int, int]) -> Node | None:
        """`node` in a text field."""
        name = TEXT_FIELDS.get(name, name)
        outside = (Field, Value, DateRange, LengthRange, InGroup, Is)
        if any(isinstance(part, outside) for part in walk(node)):
            self.lose(*span, f"a field, a date or a value cannot stand inside {name}:")
            return None
        return Field(name, node)

    def values(
        self, name: str, values: Sequence[str], span: tuple[int, int], *, contains: bool = False
    ) -> Node | None:
        """Any of some values of a value field; with `contains` they may be a part of it."""
        nodes: list[Node] = []
        for value in values:
            text = " ".join(value.replace('"', " ").split())
            if not holds_word(text):
                continue
            if name == "language":
                text = _LANGUAGES.get(text.lower(), text)
            elif contains:
                # A pattern has no blanks: any character stands for one.
                text = f"*{text.strip('*').replace(' ', '?')}*"
            node = self.parse(f"{name}:{quoted(text) if ' ' in text else text}")
            if isinstance(node, Value):
                nodes.append(node)
            else:
                self.lose(*span, f"{shorten(text)} is no value of {name}:")
        if len(nodes) > 1:
            return Or(tuple(nodes))
        return nodes[0] if nodes else None

    def length(self, condition: str, span: tuple[int, int]) -> Node | None:
        """`>800`: how many words the body has."""
        node = self.parse(f"length:{condition}")
        if not isinstance(node, LengthRange):
            self.lose(*span, "that is no number of words")
            return None
        return node

    # ------------------------------------------------------------ dates

    def date(self, sign: str, value: str, span: tuple[int, int]) -> Node | None:
        """A condition on dates: `sign` is `=`, `<`, `<=`, `>` or `>=`."""
        written = self._written_date(value)
        if sign == "=":
            node = self.parse(f"date:{quoted(written)}")
        elif " " in written:
            days = self.parse(f"date:{quoted(written)}")
            node = None
            if isinstance(days, DateRange) and days.first and days.last:
                edge = days.last if sign in ("<=", ">") else days.first
                node = self.parse(f"date:{sign}{edge.isoformat()}")
        else:
            node = self.parse(f"date:{sign}{written}")
        if not isinstance(node, DateRange):
            self.lose(*span, f"{shorten(value) or 'nothing'} is no date that can be read")
            return None
        return node

    def _written_date(self, value: str) -> str:
        value = value.strip().strip('"').strip(" ,.;")
        run = _RUN.fullmatch(value)
        if run is not None:
            return f"{run[1]}-{run[2]}-{run[3]}"
        found = _AMERICAN.fullmatch(value)
        if found is None:
            return " ".join(value.replace(",", " ").split())
        month, day, year = (small_number(part) or 0 for part in found.groups())
        if month > 12:
            month, day = day, month
        elif day <= 12 and month != day:
            self.notes.append(f"{value} was read with the month first")
        if len(found[3]) == 2:
            year += 2000 if year < 70 else 1900
        return f"{year:04}-{month:02}-{day:02}"
