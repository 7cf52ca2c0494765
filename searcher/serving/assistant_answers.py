"""What does the archive say to each question of an assistant?

One function for each tool (`tools.py`): it takes the archive, the arguments and how much time
there is, and gives the answer as it is sent.  Answers are bounded, to 50 articles and 50,000
characters: where one is cut, its note says how to go on.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from searcher.archive import Archive
from searcher.article import Article
from searcher.errors import DeadlineError
from searcher.request import Request
from searcher.searching.citations import body_hash
from searcher.serving import assistant_shapes as shapes
from searcher.serving.assistant_text import (
    Addresses,
    best_sentence,
    citation_shape,
    cited,
    paragraph_spans,
    shown_line,
    shown_names,
    shown_title,
    shown_url,
)
from searcher.serving.shapes import DifferenceShape, date_precision
from searcher.typography import without_hidden

if TYPE_CHECKING:
    from searcher.searching.quote_checks import NearestPassage

__all__ = [
    "MOST_CHARACTERS",
    "Question",
    "count",
    "coverage",
    "explain",
    "find_in_article",
    "get_article",
    "search",
    "verify_quote",
]

MOST_CHARACTERS = 50_000
"""Of an answer, as JSON."""
# What else stands in an answer besides its list.
_RESERVED = 4_000
_MOST_PLACES = 200
_MOST_PARTS = 40
_MOST_DIFFERENCES = 50
_MOST_SOURCES = 50
_MOST_GAPS = 50
_MONTHS = ("year", "month", "week", "day")


@dataclass(frozen=True, slots=True)
class Question:
    """To whom a question is put, where its answers lead, and until when it is worth an answer.

    Arguments:
        until: by `time.monotonic`; `deadline_s` is how long that was in the beginning.
    """

    archive: Archive
    addresses: Addresses
    deadline_s: float
    until: float

    @classmethod
    def within(
        cls, archive: Archive, addresses: Addresses, seconds: float, deadline_s: float
    ) -> Question:
        """A question that is worth an answer for so many seconds from now on."""
        return cls(archive, addresses, deadline_s, time.monotonic() + seconds)

    def left(self, stage: str = "answering") -> float:
        """Seconds that are left.

        Raises:
            DeadlineError: there are none.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise DeadlineError(self.deadline_s, stage)
        return left

    @property
    def generation(self) -> int:
        """The newest commit."""
        return self.archive.commit[0]


class _Room:
    """How much of an answer may still be filled."""

    def __init__(self) -> None:
        self._left = MOST_CHARACTERS - _RESERVED

    def takes(self, item: Any, *, anyway: bool = False) -> bool:
        """Whether there is room for `item` as JSON, which is taken then."""
        size = len(msgspec.json.encode(item).decode("utf-8")) + 1
        if size > self._left and not anyway:
            return False
        self._left -= size
        return True


# ------------------------------------------------------------ searching


def search(question: Question, asked: shapes.SearchArguments) -> shapes.SearchAnswer:
    """Articles that match, each with the sentence that has most of the query."""
    archive = question.archive
    group = "copies" if archive.has_groups else "none"
    request = Request(
        asked.query,
        limit=asked.limit,
        offset=asked.offset,
        sort=asked.sort,
        timeout_s=question.left(),
        group=group,
    )
    results = archive.answer(request)
    generation = results.generation
    room = _Room()
    hits: list[shapes.SearchHit] = []
    for rank, hit in enumerate(results, asked.offset + 1):
        question.left("reading articles")
        article = archive.get(hit.id)
        marks = archive.marks(hit.id, asked.query)
        found = shapes.SearchHit(
            rank=rank,
            score=round(hit.score, 4),
            section=shown_line(article.section),
            language=shown_line(article.language),
            copies=None if hit.copies is None else hit.copies.total,
            citation=_cited_for(question, article, marks.body, generation),
        )
        if not room.takes(found, anyway=not hits):
            break
        hits.append(found)
    distinct = results.total if results.counts is None else results.counts.texts
    reached = asked.offset + len(hits)
    more = reached < distinct and len(hits) > 0
    notes = []
    if more:
        notes.append(f"{distinct - reached:,} more: ask again with offset={reached}.")
    if results.nothing is not None:
        notes.append(_why_nothing(results.nothing))
    notes += [without_hidden(note.message)[0] for note in results.notes]
    return shapes.SearchAnswer(
        total=results.total,
        texts=None if results.counts is None else results.counts.texts,
        understood=_query_text(results.understood),
        hits=hits,
        suggestions=[_query_text(one.query) for one in results.suggestions],
        next_offset=reached if more else None,
        note=" ".join(notes),
        generation=generation,
    )


def _cited_for(
    question: Question, article: Article, marks: Any, generation: int
) -> shapes.AssistantCitation:
    if not article.body:
        span = (0, min(len(article.title), 500))
        return cited(article, "title", span, generation, question.addresses)
    span = best_sentence(article.body, marks)
    return cited(article, "body", span, generation, question.addresses)


def _query_text(text: str) -> str:
    return shown_line(text, 2_000) or ""


def _why_nothing(nothing: Any) -> str:
    said = "; ".join(
        f"{_query_text(part.text)}: {'not counted' if part.articles is None else part.articles}"
        for part in nothing.parts
    )
    covers = nothing.coverage
    return (
        f"Nothing matches. Articles that each part finds by itself: {said}. The archive has "
        f"{covers.articles:,} articles, {covers.first or '?'} to {covers.last or '?'}."
    )


# ------------------------------------------------------------ one article


def get_article(question: Question, asked: shapes.ArticleArguments) -> shapes.ArticleAnswer:
    """An article in numbered paragraphs, or as much of it as there is room for."""
    article = question.archive.get(asked.id)
    body = article.body
    everything = list(paragraph_spans(body))
    if asked.from_character is not None:
        start = asked.from_character
    else:
        start = next((p.start for p in everything if p.number >= asked.from_paragraph), len(body))
    room = _Room()
    paragraphs: list[shapes.ParagraphShape] = []
    left = asked.max_chars
    reached: int | None = None
    for number, first, last in everything:
        if last <= start:
            continue
        first = max(first, start)
        end = min(last, first + left)
        found = _paragraph(body, number, first, end)
        if left <= 0 or not room.takes(found, anyway=not paragraphs):
            reached = first
            break
        paragraphs.append(found)
        left -= end - first
        if end < last:
            reached = end
            break
    title, begins = shown_title(article)
    note = "" if reached is None else f"There is more: ask again with from_character={reached}."
    if not body:
        note = "This article has a headline only."
    return shapes.ArticleAnswer(
        id=article.id,
        title=title,
        begins=begins,
        byline=shown_names(article.byline),
        date=article.date.isoformat() if article.date else None,
        date_precision=date_precision(article.date),
        source=shown_line(article.source),
        section=shown_line(article.section),
        language=shown_line(article.language),
        status=shown_line(article.status),
        url=shown_url(article),
        permalink=question.addresses.article(article.id),
        body_sha256=body_hash(article),
        body_characters=len(body),
        hidden_characters=without_hidden(body)[1],
        paragraphs_total=len(everything),
        paragraphs=paragraphs,
        next_character=reached,
        note=note,
        generation=question.generation,
    )


def _paragraph(body: str, number: int, start: int, end: int) -> shapes.ParagraphShape:
    text, hidden = without_hidden(body[start:end])
    return shapes.ParagraphShape(
        number=number, start=start, end=end, hidden_characters=hidden, text=text
    )


def find_in_article(question: Question, asked: shapes.FindArguments) -> shapes.FindAnswer:
    """Every place where an article has words of a query."""
    archive = question.archive
    article = archive.get(asked.id)
    marks = archive.marks(article.id, asked.query)
    generation = question.generation
    room = _Room()
    title, begins = shown_title(article)
    # Of words that only stand for a headline each stands in the text.
    of_title = [] if begins else [("title", span) for span in marks.title]
    spans = of_title + [("body", span) for span in marks.body]
    starts = [paragraph.start for paragraph in paragraph_spans(article.body)]
    places: list[shapes.FoundPlace] = []
    for field, (start, end) in spans[:_MOST_PLACES]:
        is_title = field == "title"
        text = article.title if is_title else article.body
        exact, hidden = without_hidden(text[start:end])
        found = shapes.FoundPlace(
            field="title" if is_title else "body",
            paragraph=None if is_title else bisect_right(starts, start),
            exact=exact,
            prefix=without_hidden(text[max(0, start - asked.context) : start])[0],
            suffix=without_hidden(text[end : end + asked.context])[0],
            start=start,
            end=end,
            hidden_characters=hidden,
            permalink=question.addresses.article(article.id, None if is_title else (start, end)),
        )
        if not room.takes(found, anyway=not places):
            break
        places.append(found)
    note = ""
    if not spans:
        note = "The article has none of these words."
    elif len(places) < len(spans):
        note = (
            f"{len(spans) - len(places)} more: ask for rarer words, or read on with get_article "
            f"and from_character={places[-1].end}."
        )
    return shapes.FindAnswer(
        id=article.id,
        title=title,
        begins=begins,
        byline=shown_names(article.byline),
        date=article.date.isoformat() if article.date else None,
        date_precision=date_precision(article.date),
        source=shown_line(article.source),
        url=shown_url(article),
        body_sha256=body_hash(article),
        total=len(spans),
        places=places,
        note=note,
        generation=generation,
    )


# ------------------------------------------------------------ counting


def count(question: Question, asked: shapes.CountArguments) -> shapes.CountAnswer:
    """How many articles match, and how they are spread."""
    by = asked.by or "year"
    facets = question.archive.facets(
        asked.query,
        by,
        limit=asked.limit if asked.by else 1,
        sort="name" if by in _MONTHS else "count",
        timeout=question.left(),
    )
    (facet,) = facets.facets
    rows: list[shapes.CountRow] = []
    if asked.by is not None:
        room = _Room()
        for row in facet.rows:
            found = shapes.CountRow(shown_line(row.value) or "", row.articles)
            if not room.takes(found):
                break
            rows.append(found)
    cut = sum(row.articles for row in facet.rows[len(rows) :]) if asked.by else 0
    notes = []
    if asked.by is not None and len(rows) < facet.values:
        order = "earliest" if by in _MONTHS else "largest"
        notes.append(f"The {len(rows):,} {order} of {facet.values:,} rows; ask for less time.")
    if facets.nothing is not None:
        notes.append(_why_nothing(facets.nothing))
    return shapes.CountAnswer(
        total=facets.total,
        understood=_query_text(facets.understood),
        by=asked.by,
        rows=rows,
        values=facet.values if asked.by else 0,
        other=facet.other + cut if asked.by else 0,
        without=facet.without if asked.by else 0,
        note=" ".join(notes),
        generation=question.generation,
    )


def explain(question: Question, asked: shapes.ExplainArguments) -> shapes.ExplainAnswer:
    """What a query means, and why it finds what it finds."""
    archive = question.archive
    found = archive.explain(asked.query, timeout=question.left())
    results = archive.answer(Request(asked.query, limit=0, timeout_s=question.left()))
    parts = [
        shapes.PartShape(
            part=_query_text(part.text),
            articles=part.articles,
            forms=[shapes.FormShape(shown_line(form) or "", n) for form, n in part.forms],
            suggestions=[shown_line(word) or "" for word in part.suggestions],
        )
        for part in found.parts[:_MOST_PARTS]
    ]
    room = _Room()
    shown = [part for part in parts if room.takes(part)]
    notes = []
    if len(shown) < len(found.parts):
        notes.append(f"{len(found.parts) - len(shown)} more parts; explain a part by itself.")
    if results.nothing is not None:
        notes.append(_why_nothing(results.nothing))
    return shapes.ExplainAnswer(
        understood=_query_text(found.understood),
        total=found.total,
        parts=shown,
        failing=None if found.failing is None else _query_text(found.failing),
        hints=[_query_text(note.message) for note in found.notes],
        suggestions=[_query_text(one.query) for one in results.suggestions],
        note=" ".join(notes),
        generation=question.generation,
    )


# ------------------------------------------------------------ quotations

_MEANING = {
    "exact": "These words stand there to the character.",
    "folded": "The same words in other type: capitals, white space, quotation marks, dashes or "
    "compatible characters, or a last full stop, are others.",
    "elsewhere": "Not in that article; in these. Do not attribute it to that article.",
    "altered": "No article says this. The nearest passage says something else; quote that.",
    "absent": "No article says this or anything like it.",
}


def verify_quote(question: Question, asked: shapes.VerifyArguments) -> shapes.VerifyAnswer:
    """Whether an article, or any, says these words."""
    archive = question.archive
    found = archive.verify_quote(asked.quote, id=asked.id, limit=20, timeout=question.left())
    room = _Room()
    nearest = None
    if found.nearest is not None:
        nearest = _nearest(question, found.nearest)
        room.takes(nearest, anyway=True)
    places: list[shapes.PlaceShape] = []
    for place in found.places:
        article = archive.get(place.citation.id)
        shown = citation_shape(place.citation, article, question.addresses)
        one = shapes.PlaceShape(verdict=place.verdict, citation=shown)
        if not room.takes(one, anyway=not places and nearest is None):
            break
        places.append(one)
    notes = [_MEANING[found.verdict]]
    if asked.id is None and found.verdict == "elsewhere":
        notes = ["Only an older version of an article, since changed, has these words."]
    if found.proves_little:
        notes.append("So few words stand in many a text: that they are there proves little.")
    listed = len({place.citation.id for place in places})
    if listed < found.total:
        notes.append(f"{found.total - listed:,} more articles have them; quote more words.")
    return shapes.VerifyAnswer(
        verdict=found.verdict,
        words=found.words,
        proves_little=found.proves_little,
        total=found.total,
        places=places,
        nearest=nearest,
        note=" ".join(notes),
        generation=question.generation,
    )


def _nearest(question: Question, passage: NearestPassage) -> shapes.NearestShape:
    article = question.archive.get(passage.citation.id)
    return shapes.NearestShape(
        likeness=round(passage.likeness, 3),
        citation=citation_shape(passage.citation, article, question.addresses),
        differences=[
            DifferenceShape(
                quoted=without_hidden(one.quoted)[0],
                printed=without_hidden(one.printed)[0],
                quote_start=one.quote_start,
                quote_end=one.quote_end,
                start=one.start,
                end=one.end,
            )
            for one in passage.differences[:_MOST_DIFFERENCES]
        ],
    )


# ------------------------------------------------------------ coverage


def coverage(question: Question, asked: shapes.NoArguments) -> shapes.CoverageAnswer:
    """What the archive has, of which time, and when it has nothing."""
    archive = question.archive
    line = archive.timeline("*", by="month", whole=True, timeout=question.left())
    by = ("source", "language", "year")
    facets = archive.facets("*", by, limit=_MOST_SOURCES, timeout=question.left())
    sources, languages, years = facets.facets
    gaps = [
        shapes.PeriodShape(period.first.isoformat()[:7], period.last.isoformat()[:7])
        for period in (line.series[0].periods if line.series else ())
        if not period.archive
    ]
    covers = line.coverage
    note = ""
    if len(gaps) > _MOST_GAPS:
        note = f"The first {_MOST_GAPS} of {len(gaps)} gaps; count(by=month) has the rest."
    return shapes.CoverageAnswer(
        articles=covers.articles,
        undated=covers.undated,
        first=covers.first.isoformat() if covers.first else None,
        last=covers.last.isoformat() if covers.last else None,
        sources=_rows(sources.rows),
        sources_total=sources.values,
        without_source=sources.without,
        languages=_rows(languages.rows),
        years=sorted(_rows(years.rows), key=lambda row: row.value),
        gaps=gaps[:_MOST_GAPS],
        note=note,
        generation=question.generation,
    )


def _rows(rows: Any) -> list[shapes.CountRow]:
    return [shapes.CountRow(shown_line(row.value) or "", row.articles) for row in rows]
