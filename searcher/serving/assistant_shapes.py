"""What does an assistant send, and what does it get?

One struct for the arguments and one for the answer of each tool: the schema that the assistant is
shown, what is checked, and the JSON are all made of it.

Text of articles stands only in fields that are named for it (`title`, `byline`, `source`,
`section`, `exact`, `prefix`, `suffix`, `text`, `printed`, `value`, `form`), without the characters
that no eye sees; how many were taken out is said beside it.  Offsets and hashes are those of the
stored body all the same.  So of a citation

    end - start == len(exact) + hidden_characters,

and `exact` is `body[start:end]` without those characters.  Where none was taken out, as nearly
everywhere, `body[start:end] == exact`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from searcher.serving.shapes import CitationShape, DifferenceShape

__all__ = [
    "ArticleAnswer",
    "ArticleArguments",
    "AssistantCitation",
    "CountAnswer",
    "CountArguments",
    "CountRow",
    "CoverageAnswer",
    "ExplainAnswer",
    "ExplainArguments",
    "FindAnswer",
    "FindArguments",
    "FormShape",
    "FoundPlace",
    "NearestShape",
    "NoArguments",
    "ParagraphShape",
    "PartShape",
    "PeriodShape",
    "PlaceShape",
    "SearchAnswer",
    "SearchArguments",
    "SearchHit",
    "VerifyAnswer",
    "VerifyArguments",
]

Query = Annotated[
    str,
    Meta(
        description="a query; see the resource searcher://query-language",
        min_length=1,
        max_length=10_000,
    ),
]
Id = Annotated[
    str,
    Meta(
        description="the id of an article, or a beginning that only one has",
        min_length=1,
        max_length=2_000,
    ),
]


class Arguments(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a tool is called with."""


class Answer(Struct, kw_only=True):
    """What a tool answers.

    `note` says what to make of the answer, and how to go on where it was cut; `generation` is
    the commit of the archive that it was read from.
    """

    note: str = ""
    generation: int = 0


class NoArguments(Arguments):
    """A tool that needs to know nothing."""


# ------------------------------------------------------------ citations


class AssistantCitation(CitationShape, kw_only=True):
    """Words of an article and where they stand: `start` to `end` of its stored `field`, counted
    in code points, `end` exclusive.  `exact` are those words without `hidden_characters`
    invisible ones; `body_sha256` is the hash of the whole stored body in UTF-8."""

    date_precision: str | None
    hidden_characters: int


# ------------------------------------------------------------ search


class SearchArguments(Arguments):
    query: Query
    limit: Annotated[int, Meta(ge=1, le=50, description="articles to return")] = 10
    offset: Annotated[int, Meta(ge=0, le=10_000, description="articles to leave out")] = 0
    sort: Annotated[
        Literal["score", "date", "-date"],
        Meta(description="the best first, the oldest first, or the newest first"),
    ] = "score"


class SearchHit(Struct, kw_only=True):
    """An article that matched, with the sentence that has most of the query."""

    rank: int
    score: float
    section: str | None
    language: str | None
    copies: int | None
    citation: AssistantCitation


class SearchAnswer(Answer):
    """`total` articles match; `understood` is the query as it was read.  `suggestions` are
    queries to try where a word is in no article."""

    total: int
    texts: int | None
    understood: str
    hits: list[SearchHit]
    suggestions: list[str]
    next_offset: int | None


# ------------------------------------------------------------ one article


class ArticleArguments(Arguments):
    id: Id
    from_paragraph: Annotated[int, Meta(ge=1, description="the first paragraph wanted")] = 1
    from_character: (
        Annotated[
            int,
            Meta(ge=0, description="instead: where in the stored body to begin, as an answer said"),
        ]
        | None
    ) = None
    max_chars: Annotated[
        int, Meta(ge=200, le=50_000, description="the characters of text wanted")
    ] = 20_000


class ParagraphShape(Struct, kw_only=True):
    """A paragraph, or a part of one: `start` to `end` of the stored body."""

    number: int
    start: int
    end: int
    hidden_characters: int
    text: str


class ArticleAnswer(Answer):
    """An article, or a part of it.  Where no headline was printed `title` is empty, and `begins` is
    the first sentence."""

    id: str
    title: str
    begins: str | None
    byline: list[str]
    date: str | None
    date_precision: str | None
    source: str | None
    section: str | None
    language: str | None
    status: str | None
    url: str | None
    permalink: str
    body_sha256: str
    body_characters: int
    hidden_characters: int
    paragraphs_total: int
    paragraphs: list[ParagraphShape]
    next_character: int | None


class FindArguments(Arguments):
    id: Id
    query: Query
    context: Annotated[int, Meta(ge=0, le=500, description="characters on either side")] = 80


class FoundPlace(Struct, kw_only=True):
    """Words of the article that a query matched, `start` to `end` of its stored `field`."""

    field: Literal["title", "body"]
    paragraph: int | None
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    hidden_characters: int
    permalink: str


class FindAnswer(Answer):
    """Every place where an article has words of a query; `total` counts all.  A place with the
    facts of the article is a citation."""

    id: str
    title: str
    begins: str | None
    byline: list[str]
    date: str | None
    date_precision: str | None
    source: str | None
    url: str | None
    body_sha256: str
    total: int
    places: list[FoundPlace]


# ------------------------------------------------------------ counting


class CountArguments(Arguments):
    query: Query
    by: Annotated[
        Literal["year", "month", "week", "day", "source", "byline", "section", "language"] | None,
        Meta(description="what to count by; left out, only the total"),
    ] = None
    limit: Annotated[int, Meta(ge=1, le=500, description="rows to return")] = 100


class CountRow(Struct):
    """So many articles have this value."""

    value: str
    articles: int


class CountAnswer(Answer):
    """`other` is what the rows that were left out add up to, `without` how many articles have no
    such value."""

    total: int
    understood: str
    by: str | None
    rows: list[CountRow]
    values: int
    other: int
    without: int


class ExplainArguments(Arguments):
    query: Query


class FormShape(Struct):
    """A word that a part of a query stands for, and how many articles have it."""

    form: str
    articles: int


class PartShape(Struct, kw_only=True):
    """A part of a query, and how many articles it finds by itself."""

    part: str
    articles: int
    forms: list[FormShape]
    suggestions: list[str]


class ExplainAnswer(Answer):
    """What a query means, and what each part of it finds; `failing` is the smallest part that
    finds nothing, if the whole does."""

    understood: str
    total: int
    parts: list[PartShape]
    failing: str | None
    hints: list[str]
    suggestions: list[str]


# ------------------------------------------------------------ quotations


class VerifyArguments(Arguments):
    quote: Annotated[
        str,
        Meta(description="the words that are said to stand there", min_length=1, max_length=20_000),
    ]
    id: (
        Annotated[
            str,
            Meta(
                description="the article that is said to have them; left out, any",
                min_length=1,
                max_length=2_000,
            ),
        ]
        | None
    ) = None


class PlaceShape(Struct, kw_only=True):
    """Where a quotation stands."""

    verdict: Literal["exact", "folded"]
    citation: AssistantCitation


class NearestShape(Struct, kw_only=True):
    """The passage that a quotation is likest to, and every difference."""

    likeness: float
    citation: AssistantCitation
    differences: list[DifferenceShape]


class VerifyAnswer(Answer):
    """Whether an article says these words: to the character (exact), in other type (folded), not
    there but in others (elsewhere), with other words (altered), or not (absent)."""

    verdict: Literal["exact", "folded", "elsewhere", "altered", "absent"]
    words: int
    proves_little: bool
    total: int
    places: list[PlaceShape]
    nearest: NearestShape | None


# ------------------------------------------------------------ coverage


class PeriodShape(Struct):
    """Months without an article, the first and the last of a run."""

    first: str
    last: str


class CoverageAnswer(Answer):
    """What the archive has; an answer of nothing is worth only that much."""

    articles: int
    undated: int
    first: str | None
    last: str | None
    sources: list[CountRow]
    sources_total: int
    without_source: int
    languages: list[CountRow]
    years: list[CountRow]
    gaps: list[PeriodShape]
