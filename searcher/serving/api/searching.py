"""What answers `search`, `count`, `lines` and `explain`?"""

from __future__ import annotations

from typing import Any

from searcher.request import SORTS
from searcher.searching.lines import LINE_SORTS
from searcher.serving import answers
from searcher.serving.api.endpoint import Answer, Asked, Endpoint
from searcher.serving.cursors import MOST_WITHOUT_CURSOR, make_cursor, offset_of
from searcher.serving.links import COPIES, ArticleLink
from searcher.serving.parameters import QUERY, Parameter
from searcher.serving.problems import ProblemError
from searcher.serving.shapes import (
    CountShape,
    ExplanationShape,
    LinesShape,
    SearchShape,
    explanation_shape,
    hit_shape,
    line_shape,
    note_shape,
    nothing_shape,
    suggestion_shape,
)

__all__ = ["ENDPOINTS"]

_MOST_HITS = 100
_LIMIT = Parameter("limit", "How many hits to give.", "whole", 10, most=_MOST_HITS)
_OFFSET = Parameter(
    "offset", "How many of the first to leave out.", "whole", 0, most=MOST_WITHOUT_CURSOR
)
_CURSOR = Parameter("cursor", "Where `next` of an answer said to go on, instead of an offset.")


def _search(asked: Asked) -> Answer:
    archive, links = asked.service.archive, asked.service.links
    limit, offset = asked["limit"], _offset(asked)
    results = answers.search(
        archive,
        asked["q"],
        limit=limit,
        offset=offset,
        sort=asked["sort"],
        copies=asked["copies"],
        passages=asked["passages"],
        left_s=asked.left_s,
    )
    link = ArticleLink("", asked["q"], sort=asked["sort"], copies=asked["copies"])
    url_of = links.articles_of(link)
    pages = _pages(asked, "search", offset, results.total if limit else 0, len(results.hits))
    counts, nothing = results.counts, results.nothing
    found = SearchShape(
        query=results.query,
        understood=results.understood,
        total=results.total,
        texts=None if counts is None else counts.texts,
        matching_all=results.matching_all,
        took_ms=round(results.took_ms, 3),
        generation=results.generation,
        notes=[note_shape(note) for note in results.notes],
        suggestions=[suggestion_shape(one) for one in results.suggestions],
        nothing=None if nothing is None else nothing_shape(nothing),
        hits=[hit_shape(hit, url_of) for hit in results.hits],
        next=pages.get("next"),
    )
    return Answer(found, links=pages, hits=results.total)


def _offset(asked: Asked) -> int:
    """How many hits are left out.

    Raises:
        ProblemError: it is too many, or said twice.
    """
    limit, offset, cursor = asked["limit"], asked["offset"], asked["cursor"]
    if cursor is not None:
        if offset:
            raise ProblemError(
                "parameter", "a cursor stands instead of an offset", parameter="cursor"
            )
        return offset_of(asked.service.archive, cursor)
    if limit + offset > MOST_WITHOUT_CURSOR:
        raise ProblemError(
            "parameter",
            f"limit and offset are {MOST_WITHOUT_CURSOR:,} together at most; follow `next`, whose "
            "cursor goes further",
            parameter="offset",
        )
    return int(offset)


def _pages(asked: Asked, name: str, offset: int, total: int, shown: int) -> dict[str, str]:
    """The URLs of the next and the previous hits, where there are any."""
    limit = asked["limit"]
    given = {
        key: int(value) if isinstance(value, bool) else value
        for key, value in asked.values.items()
        if key not in ("offset", "cursor")
    }
    links = asked.service.links

    def at(place: int) -> str:
        if place + limit > MOST_WITHOUT_CURSOR:
            cursor = make_cursor(asked.service.archive, place)
            return links.api(name, **given, cursor=cursor)
        return links.api(name, **given, offset=place or None)

    pages = {}
    if shown and offset + shown < total:
        pages["next"] = at(offset + shown)
    if offset and limit:
        pages["prev"] = at(max(0, offset - limit))
    return pages


def _count(asked: Asked) -> Answer:
    results = answers.search(
        asked.service.archive,
        asked["q"],
        limit=0,
        copies=asked["copies"],
        left_s=asked.left_s,
    )
    found = CountShape(
        query=results.query,
        understood=results.understood,
        total=results.total,
        texts=None if results.counts is None else results.counts.texts,
        matching_all=results.matching_all,
        took_ms=round(results.took_ms, 3),
        generation=results.generation,
    )
    return Answer(found, hits=results.total)


def _lines(asked: Asked) -> Answer:
    limit, offset = asked["limit"], _offset(asked)
    lines = asked.service.archive.lines(
        asked["q"],
        limit=limit,
        offset=offset,
        sort=asked["sort"],
        width=asked["context"],
        timeout=asked.left_s,
    )
    pages = _pages(asked, "lines", offset, lines.total if limit else 0, len(lines.lines))
    links = asked.service.links
    found = LinesShape(
        query=lines.query,
        understood=lines.understood,
        total=lines.total,
        articles=lines.articles,
        took_ms=round(lines.took_ms, 3),
        lines=[line_shape(line, asked["q"], links) for line in lines.lines],
        next=pages.get("next"),
    )
    return Answer(found, links=pages, hits=lines.total)


def _explain(asked: Asked) -> Answer:
    explanation = asked.service.archive.explain(asked["q"], timeout=asked.left_s)
    return Answer(explanation_shape(explanation), hits=explanation.total)


_OWN: Any = ("query", "parameter", "too-large", "busy", "deadline", "index")
_COPIES = Parameter(
    "copies", "fold: one hit a text, the earliest article.", usual="all", choices=COPIES
)
ENDPOINTS = (
    Endpoint(
        "/search",
        "search",
        "The articles that match a query, the best first, with the passages where they match.",
        (
            QUERY,
            _LIMIT,
            _OFFSET,
            _CURSOR,
            Parameter("sort", "In which order.", usual="score", choices=SORTS),
            Parameter("passages", "Whether hits have passages.", "flag", True),
            _COPIES,
        ),
        SearchShape,
        _search,
        is_brief=True,
        problems=(*_OWN, "conflict"),
    ),
    Endpoint(
        "/count",
        "count",
        "How many articles match a query.",
        (QUERY, _COPIES),
        CountShape,
        _count,
        is_brief=True,
        problems=_OWN,
    ),
    Endpoint(
        "/lines",
        "lines",
        "Every place where a query matches, a line each, with what stands beside it.",
        (
            QUERY,
            Parameter("limit", "How many lines to give.", "whole", 100, most=1_000),
            _OFFSET,
            _CURSOR,
            Parameter("sort", "In which order.", usual="document", choices=LINE_SORTS),
            Parameter("context", "Characters on either side.", "whole", 60, most=1_000),
        ),
        LinesShape,
        _lines,
        problems=(*_OWN, "conflict"),
    ),
    Endpoint(
        "/explain",
        "explain",
        "How a query is understood, what each part of it finds, and which part fails.",
        (QUERY,),
        ExplanationShape,
        _explain,
        problems=_OWN,
    ),
)
