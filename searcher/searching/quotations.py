"""What does an answer about a quotation hold?

`Quotation` says whether an archive has some words, and `Appearance` where, as values that
belong to no engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

__all__ = ["Appearance", "Attribution", "Difference", "Piece", "Quotation", "Verdict"]

Verdict = Literal["verbatim", "folded", "altered", "pieces", "absent"]


class Difference(NamedTuple):
    """Words of a quotation that are printed otherwise.

    `quoted` stands at `quote_start` to `quote_end` of the quotation, `printed` at `start` to
    `end` of the stored text; one of them may be empty.
    """

    quoted: str
    printed: str
    quote_start: int
    quote_end: int
    start: int
    end: int


class Attribution(NamedTuple):
    """Who is said to have said it: a guess from the words around the passage.

    `speaker` is as it is printed; `pronoun` is what stood there if `speaker` was taken from an
    earlier sentence.  `sentence` says so, at `start` to `end` of the body.
    """

    speaker: str
    pronoun: str | None
    sentence: str
    start: int
    end: int


class Appearance(NamedTuple):
    """An article that has the words, and where: at `start` to `end` of `field`.

    `likeness` is the share of the quoted words that are there, 1 but for altered ones.
    """

    id: str
    title: str
    byline: tuple[str, ...]
    date: dt.datetime | dt.date | None
    source: str | None
    url: str | None
    path: str | None
    verdict: Verdict
    field: Literal["title", "body"]
    start: int
    end: int
    passage: str
    likeness: float
    differences: tuple[Difference, ...]
    attribution: Attribution | None

    def to_dict(self) -> dict[str, Any]:
        """The appearance as JSON values."""
        values = self._asdict()
        values["byline"] = list(self.byline)
        values["date"] = self.date.isoformat() if self.date else None
        values["likeness"] = round(self.likeness, 3)
        values["differences"] = [one._asdict() for one in self.differences]
        values["attribution"] = self.attribution._asdict() if self.attribution else None
        return values


class Piece(NamedTuple):
    """A run of quoted words that the archive has, without the rest: how many articles hold it,
    and the earliest of them."""

    text: str
    start: int
    end: int
    total: int
    first: Appearance

    def to_dict(self) -> dict[str, Any]:
        """The piece as JSON values."""
        return {**self._asdict(), "first": self.first.to_dict()}


@dataclass(frozen=True, slots=True)
class Quotation(Sequence[Appearance]):
    """Whether the archive has the words `text`; a sequence of appearances, the earliest first.

    `verdict` is the best of all appearances that were looked at:

        verbatim    to the character, but for white space and marks around it
        folded      the same words, with other capitals, accents, hyphens or marks
        altered     most of the words in one place, with differences
        pieces      runs of the words only, in different places (`pieces`)
        absent      not even these

    `total` articles have it with that verdict; of `altered` ones, those whose printed words
    were found.
    """

    text: str
    verdict: Verdict
    total: int
    took_ms: float
    appearances: tuple[Appearance, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def first(self) -> Appearance | None:
        """The earliest article that has it; one without a date only if no other has."""
        return self.appearances[0] if self.appearances else None

    def __iter__(self) -> Iterator[Appearance]:
        return iter(self.appearances)

    def __len__(self) -> int:
        return len(self.appearances)

    def __getitem__(self, index: Any) -> Any:
        return self.appearances[index]

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON values."""
        return {
            "quote": self.text,
            "verdict": self.verdict,
            "total": self.total,
            "took_ms": round(self.took_ms, 3),
            "appearances": [one.to_dict() for one in self.appearances],
            "pieces": [piece.to_dict() for piece in self.pieces],
        }
