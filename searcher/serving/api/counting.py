"""What answers `facets`, `timeline` and `stats`?"""

from __future__ import annotations

from searcher.searching.axes import axis_names
from searcher.searching.facets import FacetRow
from searcher.searching.periods import PERIODS
from searcher.searching.timeline import TimelinePeriod
from searcher.serving.api.endpoint import Answer, Asked, Endpoint
from searcher.serving.parameters import QUERY, Parameter
from searcher.serving.problems import ProblemError
from searcher.serving.shapes import (
    BucketShape,
    CoverageShape,
    FacetShape,
    FacetsShape,
    StatsShape,
    TimelineShape,
    ValueShape,
)

__all__ = ["ENDPOINTS", "FACETS"]

FACETS = ("source", "byline", "section", "year")
_MOST_FIELDS = 16


def _facets(asked: Asked) -> Answer:
    archive = asked.service.archive
    fields = list(dict.fromkeys(asked["field"]))
    known = axis_names(archive.fields)
    for name in fields:
        if name not in known:
            raise ProblemError(
                "parameter", f"field is one of {', '.join(known)}", parameter="field"
            )
    if len(fields) > _MOST_FIELDS:
        raise ProblemError("parameter", f"{_MOST_FIELDS} fields at most", parameter="field")
    share = asked["share"]
    facets = archive.facets(
        asked["q"], fields, limit=asked["limit"], timeout=asked.left_s, share=share
    )
    found = FacetsShape(
        query=facets.query,
        understood=facets.understood,
        total=facets.total,
        took_ms=round(facets.took_ms, 3),
        facets=[
            FacetShape(
                field=facet.by,
                values=[_value(row, share) for row in facet.rows],
                distinct=facet.values,
                other=facet.other,
                missing=facet.without,
            )
            for facet in facets.facets
        ],
    )
    return Answer(found, hits=facets.total)


def _value(row: FacetRow, with_share: bool) -> ValueShape:
    if not with_share:
        return ValueShape(row.value, row.articles)
    share = None if row.share is None else round(row.share, 6)
    return ValueShape(row.value, row.articles, row.archive, share)


def _timeline(asked: Asked) -> Answer:
    timeline = asked.service.archive.timeline(
        asked["q"], by=asked["by"], whole=asked["whole"], timeout=asked.left_s
    )
    (series,) = timeline.series
    found = TimelineShape(
        query=series.query,
        understood=series.understood,
        total=series.total,
        took_ms=round(timeline.took_ms, 3),
        by=timeline.by,
        buckets=[_bucket(period, asked["share"]) for period in series.periods],
        undated=series.undated,
        archive=CoverageShape(**timeline.coverage.to_dict()),
    )
    return Answer(found, hits=series.total)


def _bucket(period: TimelinePeriod, with_share: bool) -> BucketShape:
    return BucketShape(
        from_=period.first.isoformat(),
        to=period.last.isoformat(),
        label=period.label,
        count=period.articles,
        all=period.archive,
        share=None if not with_share or period.share is None else round(period.share, 6),
    )


def _stats(asked: Asked) -> Answer:
    statistics = asked.service.archive.stats()
    found = StatsShape(
        articles=statistics.articles,
        words=statistics.words,
        language=statistics.language,
        generation=statistics.generation,
        segments=statistics.segments,
        size_bytes=statistics.size_bytes,
        first=statistics.first_date.isoformat() if statistics.first_date else None,
        last=statistics.last_date.isoformat() if statistics.last_date else None,
        undated=statistics.undated,
        sources=statistics.sources,
        languages=statistics.languages,
        without_source=statistics.unsourced,
        without_language=statistics.no_language,
        executor=statistics.executor,
    )
    return Answer(found)


_PROBLEMS = ("query", "parameter", "too-large", "busy", "deadline", "index")
ENDPOINTS = (
    Endpoint(
        "/facets",
        "facets",
        "How all articles that match are spread over sources, bylines, sections, years.",
        (
            QUERY,
            Parameter(
                "field",
                "What they are counted by; may be repeated.",
                usual=FACETS,
                is_repeated=True,
            ),
            Parameter("limit", "How many values of each.", "whole", 10, most=1_000),
            Parameter("share", "Whether values have their share of all.", "flag", False),
        ),
        FacetsShape,
        _facets,
        problems=_PROBLEMS,
    ),
    Endpoint(
        "/timeline",
        "timeline",
        "When the articles that match were published, beside what the archive has of each time.",
        (
            QUERY,
            Parameter("by", "The periods.", usual="month", choices=PERIODS),
            Parameter("share", "Whether buckets have their share of all.", "flag", False),
            Parameter("whole", "Over all the time of the archive.", "flag", False),
        ),
        TimelineShape,
        _timeline,
        problems=_PROBLEMS,
    ),
    Endpoint(
        "/stats",
        "stats",
        "What the archive holds.",
        (),
        StatsShape,
        _stats,
        problems=("parameter", "busy", "deadline", "index"),
    ),
)
