"""What does an answer hold about whether an article says some words?

`QuoteCheck` is the verdict on one quotation, with every place where it stands, as values that
belong to no engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from searcher.searching.citations import Citation
from searcher.searching.quotations import Difference

__all__ = ["FEWEST_WORDS", "NearestPassage", "QuoteCheck", "QuotePlace", "QuoteVerdict"]

QuoteVerdict = Literal["exact", "folded", "elsewhere", "altered", "absent"]

FEWEST_WORDS = 4
"""Fewer words than these stand anywhere: that they are found proves little."""


class QuotePlace(NamedTuple):
    """Where a quotation stands: to the character, or in other type."""

    verdict: Literal["exact", "folded"]
    citation: Citation

    def to_dict(self) -> dict[str, Any]:
        """The place as JSON values."""
        return {"verdict": self.verdict, "citation": self.citation.to_dict()}


class NearestPassage(NamedTuple):
    """The passage that a quotation is likest to, and what is other in it.

    `likeness` is the share of the quoted words that are there.
    """

    citation: Citation
    likeness: float
    differences: tuple[Difference, ...]

    def to_dict(self) -> dict[str, Any]:
        """The passage as JSON values."""
        return {
            "citation": self.citation.to_dict(),
            "likeness": round(self.likeness, 3),
            "differences": [one._asdict() for one in self.differences],
        }


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """Whether an article, or any article, says the words `quote`.

    `verdict`:

        exact      to the character, but for what stands around it
        folded     the same but for capitals, white space, quotation marks, dashes, NFKC, and a
                   full stop or comma at its end
        elsewhere  not in the article that was asked about, and in others exact or folded
        altered    most of the words in one passage, `nearest`, with the differences
        absent     not even that

    `id` is the article that was asked about, None for any.  `places` are those in it first,
    then those of other articles, the earliest first, copies among them; `total` articles have
    the words, of which the first `listed` are there.  `nearest` is of the article that was
    asked about if that has anything like it.
    """

    quote: str
    id: str | None
    verdict: QuoteVerdict
    words: int
    total: int
    took_ms: float
    places: tuple[QuotePlace, ...] = ()
    nearest: NearestPassage | None = None

    @property
    def proves_little(self) -> bool:
        """Whether it is so short that it stands in many a text."""
        return self.words < FEWEST_WORDS

    @property
    def listed(self) -> int:
        """How many articles `places` are of."""
        return len({place.citation.id for place in self.places})

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return {
            "quote": self.quote,
            "id": self.id,
            "verdict": self.verdict,
            "words": self.words,
            "proves_little": self.proves_little,
            "total": self.total,
            "listed": self.listed,
            "took_ms": round(self.took_ms, 3),
            "places": [place.to_dict() for place in self.places],
            "nearest": self.nearest.to_dict() if self.nearest else None,
        }
