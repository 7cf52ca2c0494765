"""What is the form of each answer?

One struct for each, which is its JSON, what is checked and what `openapi.py` writes down.  Dates
are texts as in ISO 8601.  Functions beside them make a struct of what the archive says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from searcher.article import Article
from searcher.query.notes import Note
from searcher.searching.citations import body_hash
from searcher.searching.explain import Explanation
from searcher.searching.lines import Line
from searcher.searching.nothing import Nothing
from searcher.searching.results import Copies, Hit
from searcher.searching.suggesting import Suggestion
from searcher.serving.links import Links

__all__ = [
    "ArticleShape",
    "BucketShape",
    "CitationShape",
    "CopiesShape",
    "CopyShape",
    "CountShape",
    "CoverageShape",
    "DifferenceShape",
    "ExplanationShape",
    "FacetShape",
    "FacetsShape",
    "HitShape",
    "LineShape",
    "LinesShape",
    "NothingShape",
    "OccurrencesShape",
    "PassageShape",
    "SearchShape",
    "StatsShape",
    "TimelineShape",
    "ValueShape",
    "article_shape",
    "date_precision",
    "explanation_shape",
    "hit_shape",
    "line_shape",
    "note_shape",
    "nothing_shape",
    "suggestion_shape",
]


class CitationShape(msgspec.Struct, kw_only=True):
    """Words of an article and where they stand, as the W3C's text quote and text position
    selectors have it: `exact` is `start` to `end` of its stored `field`, in characters, `end`
    exclusive.  `body_sha256` is the hash of the whole stored body in UTF-8.  `title` is the
    headline that was printed; where there was none it is empty, and `begins` has the first
    sentence."""

    id: str
    title: str
    begins: str | None
    byline: list[str]
    date: str | None
    source: str | None
    url: str | None
    permalink: str
    field: Literal["title", "body"]
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    body_sha256: str
    generation: int


class DifferenceShape(msgspec.Struct):
    """Words that are printed otherwise, of which one may be empty: `quoted` at `quote_start` to
    `quote_end` of the quotation, `printed` at `start` to `end` of the article."""

    quoted: str
    printed: str
    quote_start: int
    quote_end: int
    start: int
    end: int


class PassageShape(msgspec.Struct, gc=False):
    """A stretch of an article's body, exactly as it is stored: `body[start:end]`; `marks` are the
    runs of characters in `text` that the query matched."""

    start: int
    end: int
    text: str
    marks: tuple[tuple[int, int], ...]


class CopyShape(msgspec.Struct):
    """An article with the text of a hit."""

    id: str
    title: str
    source: str | None
    date: str | None
    url: str | None
    permalink: str


class CopiesShape(msgspec.Struct):
    """The other articles with the text of a hit: how many, and the first of them."""

    total: int
    articles: list[CopyShape]


class HitShape(msgspec.Struct, gc=False):
    """An article that was found.

    `date` is as known: a day stays a day, and `date_precision` says which it is.
    """

    id: str
    score: float
    title: str
    byline: tuple[str, ...]
    date: str | None
    date_precision: str | None
    source: str | None
    section: str | None
    language: str | None
    url: str | None
    permalink: str
    passages: list[PassageShape]
    copies: CopiesShape | None = None


def date_precision(date: dt.datetime | dt.date | None) -> str | None:
    """Whether an article's date is known to the "second" or to the "day"."""
    if date is None:
        return None
    return "second" if isinstance(date, dt.datetime) else "day"


def hit_shape(hit: Hit, url_of: Callable[[str], str]) -> HitShape:
    """A hit, as it is answered.

    Arguments:
        url_of: makes the permalink of an article of this search.
    """
    # By place, and a tuple taken apart at once: by name it takes three times as long, ten times
    # a search.
    id, score, title, byline, date, _, _, source, section, language, url, *_ = hit
    copies = hit.copies
    return HitShape(
        id,
        score,
        title,
        byline,
        date.isoformat() if date else None,
        date_precision(date),
        source,
        section,
        language,
        url,
        url_of(id),
        [PassageShape(*passage) for passage in hit.passages],
        None if copies is None else _copies_shape(copies, url_of),
    )


def _copies_shape(copies: Copies, url_of: Callable[[str], str]) -> CopiesShape:
    return CopiesShape(
        copies.total,
        [
            CopyShape(
                id=copy.id,
                title=copy.title,
                source=copy.source,
                date=copy.date.isoformat() if copy.date else None,
                url=copy.url,
                permalink=url_of(copy.id),
            )
            for copy in copies.articles
        ],
    )


# ---------------------------------------------------------------- answers to a query


class NoteShape(msgspec.Struct):
    """What of a query, from `position` to `end`, was probably meant otherwise."""

    position: int
    end: int
    text: str
    message: str
    suggestion: str | None


class SuggestionShape(msgspec.Struct):
    """A word that was probably meant instead of `word`, which stands from `position` to `end`;
    `query` is the whole query with it."""

    position: int
    end: int
    word: str
    suggestion: str
    query: str
    articles: int
    suggested_articles: int


class CoverageShape(msgspec.Struct):
    """How many articles there are, and from which day to which."""

    articles: int
    undated: int
    first: str | None
    last: str | None


class PartShape(msgspec.Struct):
    """A part of a query, and how many articles it finds by itself; null if not counted."""

    text: str
    articles: int | None


class NothingShape(msgspec.Struct):
    """Why a query found nothing."""

    archive: CoverageShape
    parts: list[PartShape]
    more_parts: int
    failing: list[str]


class SearchShape(msgspec.Struct, kw_only=True, gc=False):
    """What a query finds.

    `total` articles match, which are `texts` different ones where copies were folded;
    `matching_all` of them have all words.  `next` is where it goes on.
    """

    query: str
    understood: str
    total: int
    texts: int | None
    matching_all: int
    took_ms: float
    generation: int
    notes: list[NoteShape]
    suggestions: list[SuggestionShape]
    nothing: NothingShape | None
    hits: list[HitShape]
    next: str | None


class CountShape(msgspec.Struct, kw_only=True):
    """How many articles match: see `SearchShape`."""

    query: str
    understood: str
    total: int
    texts: int | None
    matching_all: int
    took_ms: float
    generation: int


def note_shape(note: Note) -> NoteShape:
    """A note, as it is answered."""
    return NoteShape(*note)


def suggestion_shape(suggestion: Suggestion) -> SuggestionShape:
    """A suggestion, as it is answered."""
    return SuggestionShape(*suggestion)


def nothing_shape(nothing: Nothing) -> NothingShape:
    """Why nothing was found, as it is answered."""
    return NothingShape(
        CoverageShape(**nothing.coverage.to_dict()),
        [PartShape(*part) for part in nothing.parts],
        nothing.more_parts,
        list(nothing.failing),
    )


class LineShape(msgspec.Struct, kw_only=True):
    """A place where a query matches: `match` at `start` to `end` of `field`, and its context."""

    id: str
    title: str
    date: str | None
    source: str | None
    url: str | None
    permalink: str
    field: str
    start: int
    end: int
    left: str
    match: str
    right: str


class LinesShape(msgspec.Struct, kw_only=True):
    """Places where a query matches: `total` in `articles` articles."""

    query: str
    understood: str
    total: int
    articles: int
    took_ms: float
    lines: list[LineShape]
    next: str | None


def line_shape(line: Line, q: str, links: Links) -> LineShape:
    """A line, as it is answered."""
    fragment = f"q={line.start}-{line.end}" if line.field == "body" else ""
    return LineShape(
        id=line.id,
        title=line.title,
        date=line.date.isoformat() if line.date else None,
        source=line.source,
        url=line.url,
        permalink=links.article(line.id, q=q, fragment=fragment),
        field=line.field,
        start=line.start,
        end=line.end,
        left=line.left,
        match=line.match,
        right=line.right,
    )


class ExplainedPartShape(msgspec.Struct):
    """A part of a query: where it was sought, how many articles have it, and the most frequent
    of the forms that it stands for."""

    text: str
    fields: list[str]
    articles: int
    forms: dict[str, int]
    form_count: int
    suggestions: list[str]


class ExplanationShape(msgspec.Struct, kw_only=True):
    """How a query is understood, what its parts find, and the smallest that finds nothing."""

    query: str
    understood: str
    total: int
    parts: list[ExplainedPartShape]
    failing: str | None
    notes: list[NoteShape]


def explanation_shape(explanation: Explanation) -> ExplanationShape:
    """An explanation, as it is answered."""
    return ExplanationShape(
        query=explanation.query,
        understood=explanation.understood,
        total=explanation.total,
        parts=[ExplainedPartShape(**part.to_dict()) for part in explanation.parts],
        failing=explanation.failing,
        notes=[note_shape(note) for note in explanation.notes],
    )


# ---------------------------------------------------------------- counts


class ValueShape(msgspec.Struct):
    """So many articles have this value; of so many in all, if shares were asked for."""

    value: str
    count: int
    all: int | None = None
    share: float | None = None


class FacetShape(msgspec.Struct, kw_only=True):
    """The articles that match by one field: the first values, how many `distinct` ones there
    are, what the others count together, and how many articles have none."""

    field: str
    values: list[ValueShape]
    distinct: int
    other: int
    missing: int


class FacetsShape(msgspec.Struct, kw_only=True):
    """The facets of a query."""

    query: str
    understood: str
    total: int
    took_ms: float
    facets: list[FacetShape]


class BucketShape(msgspec.Struct, kw_only=True, rename={"from_": "from"}):
    """A period, both days included: how many articles match, null where the archive has none
    at all, and how many there are."""

    from_: str
    to: str
    label: str
    count: int | None
    all: int
    share: float | None = None


class TimelineShape(msgspec.Struct, kw_only=True):
    """When the articles that match were published, and how many have no date."""

    query: str
    understood: str
    total: int
    took_ms: float
    by: str
    buckets: list[BucketShape]
    undated: int
    archive: CoverageShape


class StatsShape(msgspec.Struct, kw_only=True):
    """What the archive holds."""

    articles: int
    words: int
    language: str
    generation: int
    segments: int
    size_bytes: int
    first: str | None
    last: str | None
    undated: int
    sources: dict[str, int]
    languages: dict[str, int]
    without_source: int
    without_language: int
    executor: str


# ---------------------------------------------------------------- articles


class ArticleShape(msgspec.Struct, kw_only=True, omit_defaults=False):
    """An article as `searcher show --json` prints it, with the hash of its body; `path` and
    `record` only where the server shows paths."""

    id: str
    title: str
    byline: list[str]
    date: str | None
    date_text: str | None
    date_precision: str | None
    updated: str | None
    status: str | None
    source: str | None
    section: str | None
    language: str | None
    url: str | None
    metadata: dict[str, str | list[str]]
    permalink: str
    body_sha256: str
    body: str
    path: str | None = None
    record: int | None = None


class OccurrencesShape(msgspec.Struct, kw_only=True):
    """Runs of characters that a query matches in an article; of the byline in each name."""

    id: str
    query: str
    title: list[tuple[int, int]]
    body: list[tuple[int, int]]
    byline: list[list[tuple[int, int]]]
    body_sha256: str


def article_shape(article: Article, links: Links, *, show_paths: bool) -> ArticleShape:
    """An article, as it is answered."""
    values: dict[str, Any] = {
        name: value
        for name, value in article.to_dict().items()
        if name in ArticleShape.__struct_fields__
    }
    if not show_paths:
        values |= {"path": None, "record": None}
    return ArticleShape(
        **values,
        date_precision=date_precision(article.date),
        permalink=links.article(article.id),
        body_sha256=body_hash(article),
    )
