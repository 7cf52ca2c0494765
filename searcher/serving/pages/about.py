"""What does the archive cover, and how is it asked?

Coverage: how many articles of which source and time, where there are none at all, which commit
and which versions answer.  Help: the query language on one page, each example a link; and the
keys.  No path of the machine is on either.
"""

from __future__ import annotations

from typing import NamedTuple

import searcher
from searcher.archive import Archive
from searcher.searching.timeline import TimelineSeries
from searcher.serving import dates
from searcher.serving.links import SearchLink
from searcher.serving.pages.language import GROUPS, KEYS
from searcher.serving.pages.page import Page, Timer
from searcher.serving.pages.parts import condition
from searcher.serving.timeline import draw, fitting

__all__ = ["about_page", "help_page"]

_MOST_SOURCES = 100


class Covered(NamedTuple):
    """A source: what it is called, the query that finds it, its articles, and from when to when;
    how many times between are without any."""

    name: str
    query: str
    articles: int
    first: str
    last: str
    gaps: int


def about_page(archive: Archive, *, left_s: float | None = None) -> Page:
    """The page on what the archive covers.

    Raises:
        DeadlineError, IndexStateError: as `Archive.search`.

    Cost: to count all articles by source and time, and to read the dates of all.
    """
    timer = Timer(left_s)
    stats = archive.stats()
    timeline, by = fitting(
        lambda by: archive.timeline("*", by=by, whole=True, timeout=timer.left()), None
    )
    split = archive.timeline(
        "*", by="month", split="source", whole=True, limit=_MOST_SOURCES, timeout=timer.left()
    )
    return Page(
        "about.html",
        {
            "title": "What the archive covers",
            "here": "/about",
            "link": SearchLink("*", by=by),
            "stats": stats,
            "coverage": timeline.coverage,
            "first": dates.day(stats.first_date),
            "last": dates.day(stats.last_date),
            "chart": draw(timeline),
            "sources": [_covered(series) for series in split.series],
            "more_sources": max(split.values - _MOST_SOURCES, 0),
            "version": searcher.__version__,
        },
    )


def _covered(series: TimelineSeries) -> Covered:
    there = [place for place, period in enumerate(series.periods) if period.articles]
    name = series.value
    query = str(condition("source", name))
    if not there:
        return Covered(name or "no source", query, series.total, "", "", 0)
    inside = series.periods[there[0] : there[-1] + 1]
    return Covered(
        name or "no source",
        query,
        series.total,
        dates.period("month", inside[0].first),
        dates.period("month", inside[-1].first),
        sum(period.length for period in inside if not period.articles),
    )


def help_page() -> Page:
    """The page on how to ask."""
    return Page(
        "help.html",
        {"title": "How to ask", "here": "/help", "groups": GROUPS, "keys": KEYS},
    )
