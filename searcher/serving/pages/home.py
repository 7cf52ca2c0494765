"""What does the first page show?

The box, what the archive covers, all of it over time, who is in it, and a few queries to begin
with, made of what is there.
"""

from __future__ import annotations

from searcher.archive import Archive
from searcher.serving import dates
from searcher.serving.links import SearchLink
from searcher.serving.pages.page import Page, Timer
from searcher.serving.timeline import draw, fitting

__all__ = ["home_page"]

_SOURCES = 8


def home_page(archive: Archive, *, left_s: float | None = None) -> Page:
    """The first page.

    Raises:
        DeadlineError, IndexStateError: as `Archive.search`.

    Cost: to count all articles by month and by source.
    """
    timer = Timer(left_s)
    timeline, _ = fitting(lambda by: archive.timeline("*", by=by, timeout=timer.left()), None)
    sources = archive.facets("*", "source", limit=_SOURCES, timeout=timer.left()).facets[0]
    coverage = timeline.coverage
    newest = archive.search("*", limit=5, sort="-date", timeout=timer.left())
    return Page(
        "home.html",
        {
            "title": "Search the archive",
            "here": "/",
            "focus": True,
            "link": SearchLink("*"),
            "coverage": coverage,
            "first": dates.day(coverage.first),
            "last": dates.day(coverage.last),
            "chart": draw(timeline),
            "sources": sources,
            "newest": newest,
        },
    )
