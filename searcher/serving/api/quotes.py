"""What answers `quotes/verify`: does an article say these words?

Posted, not asked for in the URL, since a quotation may be long and is nobody's business; it
changes nothing.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from searcher.searching.citations import Citation
from searcher.searching.quotations import Difference
from searcher.searching.quote_checks import QuoteCheck
from searcher.serving.api.endpoint import Answer, Asked, Endpoint
from searcher.serving.links import Links
from searcher.serving.shapes import CitationShape, DifferenceShape

__all__ = ["ENDPOINTS"]

_MOST_CHARACTERS = 20_000


class QuoteBody(msgspec.Struct, forbid_unknown_fields=True):
    """Words, and the article that is said to have them; null for any."""

    quote: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=_MOST_CHARACTERS,
            pattern=r"\w",
            description=f"holds a word, and is up to {_MOST_CHARACTERS:,} characters",
        ),
    ]
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


class QuotePlaceShape(msgspec.Struct):
    """Where a quotation stands: `exact`, or `folded`, in other type."""

    verdict: str
    citation: CitationShape


class NearestShape(msgspec.Struct):
    """The passage that a quotation is likest to, and what is other in it."""

    citation: CitationShape
    likeness: float
    differences: list[DifferenceShape]


class QuoteCheckShape(msgspec.Struct, kw_only=True):
    """Whether the words stand there: `exact`, `folded`, `elsewhere`, `altered` or `absent`.

    `total` articles have them, of which the first are in `places`, copies among them;
    `proves_little` says that they are so few that they stand in many a text.
    """

    quote: str
    id: str | None
    verdict: str
    words: int
    proves_little: bool
    total: int
    took_ms: float
    places: list[QuotePlaceShape]
    nearest: NearestShape | None


def citation_shape(citation: Citation, links: Links) -> CitationShape:
    """A citation, as it is answered."""
    fragment = f"q={citation.start}-{citation.end}" if citation.field == "body" else ""
    permalink = links.article(citation.id, fragment=fragment)
    return CitationShape(**citation.to_dict(), permalink=permalink)


def quote_check_shape(check: QuoteCheck, links: Links) -> QuoteCheckShape:
    """A verdict, as it is answered."""
    nearest = check.nearest
    return QuoteCheckShape(
        quote=check.quote,
        id=check.id,
        verdict=check.verdict,
        words=check.words,
        proves_little=check.proves_little,
        total=check.total,
        took_ms=round(check.took_ms, 3),
        places=[
            QuotePlaceShape(place.verdict, citation_shape(place.citation, links))
            for place in check.places
        ],
        nearest=None
        if nearest is None
        else NearestShape(
            citation_shape(nearest.citation, links),
            round(nearest.likeness, 3),
            [_difference_shape(one) for one in nearest.differences],
        ),
    )


def _difference_shape(difference: Difference) -> DifferenceShape:
    return DifferenceShape(*difference)


def _verify(asked: Asked) -> Answer:
    archive, body = asked.service.archive, asked.body
    check = archive.verify_quote(body.quote, id=body.id, timeout=asked.left_s)
    return Answer(quote_check_shape(check, asked.service.links), hits=check.total)


ENDPOINTS = (
    Endpoint(
        "/quotes/verify",
        "verify_quote",
        "Whether an article, or any, says these words to the character, and where.",
        (),
        QuoteCheckShape,
        _verify,
        method="POST",
        body=QuoteBody,
        problems=(
            "query", "parameter", "not-found", "ambiguous-id", "too-large", "busy", "deadline",
            "index",
        ),
    ),
)  # fmt: skip
