"""What does a search page show where there is nothing to show?

A query that cannot be read: the query once more, the wrong stretch underlined, what was expected
and, where one is known, the mended query as a link.  One that finds nothing: how many articles
each part finds, what the query finds without each, what it finds when it asks for less, words
that were probably meant, and what the archive covers.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from searcher.archive import Archive
from searcher.errors import DeadlineError, QueryError
from searcher.query import parse, tree
from searcher.query.printing import text_of
from searcher.searching.results import Results
from searcher.serving import dates
from searcher.serving.links import SearchLink
from searcher.serving.pages.chips import label_of
from searcher.serving.pages.page import Page, Timer
from searcher.serving.pages.parts import parts_of, relaxed, without_part

__all__ = ["Wrong", "error_page", "mended", "nothing_page"]

_MEANT = re.compile(r"did you mean (\S+)\?")
_MOST_TRIED = 6
_MOST_PARTS = 20


class Wrong(NamedTuple):
    """A query that cannot be read, in three pieces of which the middle one is wrong; what is
    wrong with it, and the query that was probably meant."""

    before: str
    wrong: str
    after: str
    reason: str
    expected: str | None
    suggestion: str | None
    mend: str | None


class FoundByPart(NamedTuple):
    """A part of a query that finds nothing: what it is called and as a query, how many articles
    it finds, whether that is why, and words that were probably meant."""

    label: str
    query: str
    articles: int
    fails: bool
    meant: tuple[str, ...] = ()


class Try(NamedTuple):
    """Another query: what it is called, what it is, and how many articles it finds."""

    label: str
    query: str
    articles: int


def error_page(error: QueryError, link: SearchLink, context: Mapping[str, Any]) -> Page:
    """The page of a query that cannot be read; its status is 400."""
    query = error.query or link.q
    start = min(max(error.position, 0), len(query))
    end = max(start, min(error.end, len(query)))
    wrong = Wrong(
        query[:start],
        query[start:end],
        query[end:],
        error.reason,
        error.expected,
        error.suggestion,
        mended(error),
    )
    return Page("error.html", {**context, "wrong": wrong}, 400)


def mended(error: QueryError) -> str | None:
    """The query with what was probably meant in place of what is wrong, if that can be read."""
    match = _MEANT.search(error.suggestion or "")
    if match is None or not error.query:
        return None
    meant = match[1]
    before, after = error.query[: error.position], error.query[error.end :]
    if after.startswith(":") and meant.endswith(":"):
        meant = meant[:-1]
    for text in (before + meant + after, meant):
        try:
            parse(text)
        except QueryError:
            continue
        return text
    return None


def nothing_page(
    archive: Archive,
    query: tree.Node,
    results: Results,
    timer: Timer,
    context: Mapping[str, Any],
) -> Page:
    """The page of a query that finds nothing, with every way on that finds something."""
    tried: list[Try] = []
    parts: list[FoundByPart] = []
    # That nothing was found stands, even if there is no time to say more.
    with contextlib.suppress(DeadlineError):
        tried = _tries(archive, query, timer)
        parts = _parts(archive, query, timer)
    nothing = results.nothing
    coverage = None if nothing is None else nothing.coverage
    return Page(
        "nothing.html",
        {
            **context,
            "tried": tried,
            "parts": parts,
            "coverage": coverage,
            "first": None if coverage is None else dates.day(coverage.first),
            "last": None if coverage is None else dates.day(coverage.last),
            "silence": _silence(archive, query, coverage, timer),
        },
    )


def _parts(archive: Archive, query: tree.Node, timer: Timer) -> list[FoundByPart]:
    """What each part finds by itself: those at the top, and the words of one that is several."""
    top = parts_of(query)
    found = {}
    for part in top:
        articles = archive.search(part.node, limit=0, timeout=timer.left()).total
        fails = not articles and not part.is_excluded
        found[part.text] = FoundByPart(label_of(part), part.text, articles, fails)
    for one in archive.explain(query, timeout=timer.left()).parts[:_MOST_PARTS]:
        if one.text in found and not one.suggestions:
            continue
        fails = not one.articles and len(one.text.split()) == 1
        found[one.text] = FoundByPart(one.text, one.text, one.articles, fails, one.suggestions)
    return list(found.values()) if len(top) > 1 else list(found.values())[1:]


def _tries(archive: Archive, query: tree.Node, timer: Timer) -> list[Try]:
    """Queries like `query` that find something: those that ask for less, then those without one
    of its parts."""
    tried: list[Try] = []
    seen = {text_of(query)}

    def ask(label: str, node: tree.Node) -> None:
        text = text_of(node)
        if text in seen or len(tried) >= _MOST_TRIED:
            return
        seen.add(text)
        found = archive.search(node, limit=0, timeout=timer.left()).total
        if found:
            tried.append(Try(label or text, text, found))

    for node in relaxed(query):
        ask("", node)
    for part in parts_of(query):
        rest = without_part(query, part.place)
        if rest is not None:
            said = label_of(part)
            label = said.removeprefix("not ") if part.is_excluded else f"without {said}"
            ask(f"with {label}" if part.is_excluded else label, rest)
    if not tried:  # two things are in the way
        for part in parts_of(query):
            rest = without_part(query, part.place)
            for node in () if rest is None else relaxed(rest):
                ask("", node)
    return tried


def _silence(archive: Archive, query: tree.Node, coverage: Any, timer: Timer) -> str | None:
    """What to say if the archive has nothing at all of the time that was asked for."""
    ranges = [p.node for p in parts_of(query) if isinstance(p.node, tree.DateRange)]
    if coverage is None or not ranges or any(p.is_excluded for p in parts_of(query)):
        return None
    try:
        there = archive.search(ranges[0], limit=0, timeout=timer.left()).total
    except DeadlineError:
        return None
    said = label_of(next(p for p in parts_of(query) if p.node is ranges[0]))
    if not there:
        return f"The archive has no article of that time ({said})."
    return f"The archive has {there:,} article{'' if there == 1 else 's'} of that time ({said})."
