"""What does the page of a search show?

All of it comes from the library: the hits, the counts of all matches by time and by value, what
each part of the query finds.  Here it is put in order and every next step is made a link, so
that the page is complete without a script.  The views are the best hits, lines in context, and
a table; a query that cannot be read, and one that finds nothing, are pages of their own
(`failing.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from searcher.archive import Archive
from searcher.errors import DeadlineError, QueryError
from searcher.query import parse, tree
from searcher.query.printing import text_of
from searcher.request import SORTS
from searcher.searching.explain import Explanation
from searcher.searching.facets import Facet
from searcher.searching.lines import Lines
from searcher.searching.results import Hit, Results
from searcher.serving import answers
from searcher.serving.links import LINE_SORTS, PERIODS, ArticleLink, CompareLink, SearchLink
from searcher.serving.pages import failing, shown
from searcher.serving.pages.chips import chips_of, said
from searcher.serving.pages.page import Page, Redirect, Timer
from searcher.serving.pages.parts import (
    Narrowing,
    condition,
    narrowing,
    texts_with,
    with_condition,
    with_days,
    without_exact,
)
from searcher.serving.pages.rendering import percent
from searcher.serving.timeline import Chart, draw, fitting

__all__ = ["FACETS", "read_tree", "search_page"]

FACETS = ("source", "byline", "section", "language", "year")
PER_PAGE = {"list": 20, "table": 50, "lines": 100}
_WIDTH = 60
_ROWS = 10
_MOST_ROWS = 500
_SORTS = {"score": "best", "-date": "newest", "date": "oldest"}
_LINE_SORTS = {
    "document": "best article",
    "left": "word before",
    "right": "word after",
    "date": "oldest",
    "-date": "newest",
}
_EXPORTS = (("csv", "CSV"), ("ndjson", "NDJSON"), ("ris", "RIS"), ("bibtex", "BibTeX"))


class Choice(NamedTuple):
    """A way to show the page, and where it is; no link where it is shown so."""

    label: str
    link: SearchLink | CompareLink | None


class FacetLine(NamedTuple):
    """A value, how many articles have it, and the queries with only it and without it."""

    value: str
    articles: int
    only: str
    without: str


class FacetBox(NamedTuple):
    """A facet as it is shown: its lines, how many values are left out, and what else there is."""

    by: str
    lines: list[FacetLine]
    values: int
    more: bool
    missing: FacetLine | None


class Words(NamedTuple):
    """A word or pattern of the query, the forms that it stands for, and how many more."""

    text: str
    articles: int
    forms: list[FacetLine]
    more: int


class Result(NamedTuple):
    """A hit as it is shown."""

    place: int
    hit: Hit
    link: ArticleLink
    title: list[shown.Piece]
    snippet: list[shown.Piece]


def read_tree(archive: Archive, text: str) -> tree.Node | None:
    """The tree of `text`, which `Results.understood` says, or None if it is empty.

    Names have their spellings there already, and dates are days, so no clock is asked.
    """
    if not text.strip():
        return None
    return parse(text, language=archive.language, fields=archive.fields)


def search_page(
    archive: Archive,
    link: SearchLink,
    parameters: Mapping[str, str],
    *,
    left_s: float | None = None,
    saves: bool = True,
    exports: bool = True,
) -> Page | Redirect:
    """The page of the search `link`.

    Arguments:
        parameters: what the URL says besides: `from` and `to`, days to narrow the search to;
            `all`, a facet that is shown whole; `words`, for what each part stands for.
        left_s: seconds that all of it may take.
        saves, exports: whether searches can be saved, and whole sets taken away.

    Raises:
        DeadlineError, IndexStateError: as `Archive.search`.
    """
    timer = Timer(left_s)
    if not link.q.strip():
        return Redirect("/")
    common = {"link": link, "q": link.q, "saves": saves, "title": link.q}
    try:
        if parameters.get("from") or parameters.get("to"):
            return _narrowed(archive, link, parameters)
        return _page(archive, link, parameters, timer, {**common, "exports": exports})
    except QueryError as error:
        return failing.error_page(error, link, common)


def _narrowed(archive: Archive, link: SearchLink, parameters: Mapping[str, str]) -> Redirect:
    """The search for what was published between two days, as the form below the timeline asks
    for it.  What is no day is passed over."""
    understood = archive.search(link.q, limit=0).understood
    first, last = (_day(parameters.get(name, "")) for name in ("from", "to"))
    if first is not None and last is not None and last < first:
        first, last = last, first
    narrowed = with_days(read_tree(archive, understood), first, last)
    text = "*" if narrowed is None else text_of(narrowed)
    return Redirect(link.changed(q=text, page=1).path)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _page(
    archive: Archive,
    link: SearchLink,
    parameters: Mapping[str, str],
    timer: Timer,
    common: Mapping[str, Any],
) -> Page:
    per_page = PER_PAGE[link.view]
    is_lines = link.view == "lines"
    has_groups = archive.has_groups
    folds = has_groups and link.copies == "fold" and not is_lines
    results = answers.search(
        archive,
        link.q,
        limit=0 if is_lines else per_page,
        offset=0 if is_lines else (link.page - 1) * per_page,
        sort=link.sort if link.sort in SORTS else SORTS[0],
        copies="fold" if folds else "all",
        passages=link.view == "list",
        left_s=timer.left(),
    )
    query = read_tree(archive, results.understood)
    assert query is not None
    context: dict[str, Any] = {
        **common,
        "results": results,
        "understood": results.understood,
        "read_as": said(query),
        "fixed": link.changed(q=results.understood, page=1),
        "notes": [(note, note.suggestion) for note in results.notes],
        "suggestions": results.suggestions,
        "folds": folds,
        "has_groups": has_groups,
        "views": _views(link),
        "sorts": _sorts(link),
        "exports_as": _EXPORTS,
        "took": _took(results.took_ms),
        "compare": CompareLink((link.q,)),
        "words": parameters.get("words") == "1",
    }
    if not results.total:
        return failing.nothing_page(archive, query, results, timer, context)
    context["chips"] = chips_of(archive, query, timer)
    if context["words"]:
        context["parts"] = _words(archive.explain(link.q, timeout=timer.left()), query)
    context.update(_timeline(archive, link, results, query, timer))
    context["facets"] = _facets(archive, link, query, parameters.get("all"), timer)
    there = results.total
    if is_lines:
        lines = _lines(archive, link, timer)
        there = 0 if lines is None else lines.total
        context["lines"] = lines
    else:
        there = results.counts.texts if results.counts is not None else results.total
        context["hits"] = _results(archive, results, link, (link.page - 1) * per_page)
    context["pages"] = _pages(link, -(-there // per_page))
    return Page("search.html", context)


def _lines(archive: Archive, link: SearchLink, timer: Timer) -> Lines | None:
    """The lines of this page; None if there are too many to be put in this order in time."""
    left_s = timer.left()
    try:
        return archive.lines(
            link.q,
            limit=PER_PAGE["lines"],
            offset=(link.page - 1) * PER_PAGE["lines"],
            sort=link.sort if link.sort in LINE_SORTS else LINE_SORTS[0],
            width=_WIDTH,
            timeout=None if left_s is None else left_s / 2,
        )
    except DeadlineError:
        return None


def _results(archive: Archive, results: Results, link: SearchLink, offset: int) -> list[Result]:
    marks = archive.title_marks(link.q, results)
    return [
        Result(
            place,
            hit,
            ArticleLink(hit.id, q=link.q, place=place, sort=link.sort, copies=link.copies),
            shown.pieces_of(hit.title or "(no headline)", title),
            _snippet(hit),
        )
        for place, (hit, title) in enumerate(zip(results, marks, strict=True), offset + 1)
    ]


def _snippet(hit: Hit) -> list[shown.Piece]:
    """What is shown of a hit: its passages exactly as they are stored, with dots where the text
    goes on."""
    pieces = []
    for passage in hit.passages:
        pieces += [shown.Piece("…", None)] if passage.start else []
        pieces += shown.pieces_of(passage.text, passage.marks)
    goes_on = hit.snippet.endswith("…") and not (pieces and pieces[-1].text.endswith("…"))
    return [*pieces, shown.Piece("…", None)] if pieces and goes_on else pieces


def _words(explanation: Explanation, query: tree.Node) -> list[Words]:
    """What the words of the query stand for, each with the query without it."""
    found = []
    for part in explanation.parts:
        forms = [
            FacetLine(form, articles, f"={form}", text_of(without_exact(query, form)))
            for form, articles in part.forms
        ]
        if forms:
            found.append(Words(part.text, part.articles, forms, part.form_count - len(forms)))
    return found


def _views(link: SearchLink) -> list[Choice]:
    names = (("list", "list"), ("lines", "lines in context"), ("table", "table"))
    return [
        Choice(label, None if name == link.view else link.changed(view=name, page=1, sort=SORTS[0]))
        for name, label in names
    ]


def _sorts(link: SearchLink) -> list[Choice]:
    names = _LINE_SORTS if link.view == "lines" else _SORTS
    usual = next(iter(names))
    now = link.sort if link.sort in names else usual
    return [
        Choice(label, None if name == now else link.changed(sort=name, page=1))
        for name, label in names.items()
    ]


def _facets(
    archive: Archive, link: SearchLink, query: tree.Node, whole: str | None, timer: Timer
) -> list[FacetBox]:
    """The facets of all matches; one is shown whole if it is asked for."""
    own = [name for name in archive.fields.own if name in archive.fields.facets]
    axes = [*FACETS[:-1], *own, FACETS[-1]]
    counted = list(archive.facets(link.q, axes, limit=_ROWS, timeout=timer.left()).facets)
    if whole in axes:
        place = axes.index(whole)
        found = archive.facets(link.q, whole, limit=_MOST_ROWS, timeout=timer.left())
        counted[place] = found.facets[0]
    texts = texts_with(query)
    boxes = [_box(facet, query, texts) for facet in counted]
    return [box for box in boxes if box.lines]


def _box(facet: Facet, query: tree.Node, texts: Callable[[Narrowing, bool], str]) -> FacetBox:
    lines = [_line(facet.by, row.value, row.articles, query, texts) for row in facet.rows]
    if facet.by == "year":
        lines.sort(key=lambda line: line.value, reverse=True)
    missing = _line(facet.by, None, facet.without, query, texts) if facet.without else None
    return FacetBox(facet.by, lines, facet.values, facet.values > len(lines), missing)


def _line(
    by: str,
    value: str | None,
    articles: int,
    query: tree.Node,
    texts: Callable[[Narrowing, bool], str],
) -> FacetLine:
    wanted = narrowing(by, value)
    if by == "year" and value is not None:
        year = wanted.condition
        assert isinstance(year, tree.DateRange)
        narrowed = with_days(query, year.first, year.last)
        assert narrowed is not None
        only = text_of(narrowed)
    else:
        only = texts(wanted, False)
    return FacetLine(value or "", articles, only, texts(wanted, True))


def _timeline(
    archive: Archive, link: SearchLink, results: Results, query: tree.Node, timer: Timer
) -> dict[str, Any]:
    """The timeline, what is said of it, and the other ways to draw it."""
    chart = _chart(archive, link, timer)
    if chart is None:
        return {"chart": None}
    undated = with_condition(query, condition("date", None))
    by = [
        Choice(name, None if name == chart.by else link.changed(by=name)) for name in PERIODS[::-1]
    ]
    shares = [
        Choice("articles", link.changed(share=False) if link.share else None),
        Choice("share of all", None if link.share else link.changed(share=True)),
    ]
    peak = ""
    if chart.peak is not None:
        peak = f"most in {chart.peak.name}: {chart.peak.articles[0]:,}"
        if link.share and chart.peak.share is not None:
            peak = f"highest share in {chart.peak.name}: {100 * chart.peak.share:.2g} %"
    years = f"{chart.first.year} to {chart.last.year}"
    return {
        "chart": chart,
        "table": _table(chart),
        "peak": peak,
        "periods": by,
        "shares": shares,
        "chart_label": f"{results.total:,} articles by {chart.by}, {years}; {peak}",
        "undated_query": text_of(undated),
    }


def _table(chart: Chart) -> list[tuple[str, ...]]:
    """The rows of the timeline's table, as they are shown."""
    return [
        (
            first.isoformat(),
            last.isoformat(),
            name,
            "" if articles[0] is None else f"{articles[0]:,}",
            f"{archive:,}",
            "the archive has nothing" if share is None else percent(share),
        )
        for name, first, last, articles, archive, share in chart.rows
    ]


def _took(took_ms: float) -> str:
    return f"{took_ms:.1f} ms" if took_ms < 10 else f"{took_ms:,.0f} ms"


def _chart(archive: Archive, link: SearchLink, timer: Timer) -> Chart | None:
    """The timeline of all matches, by the period that is asked for or the one that fits."""
    timeline, _ = fitting(lambda by: archive.timeline(link.q, by=by, timeout=timer.left()), link.by)
    return draw(timeline, share=link.share)


class PageLinks(NamedTuple):
    """Where the other pages are: those beside this one, None for a gap."""

    now: int
    last: int
    before: SearchLink | None
    after: SearchLink | None
    numbers: list[tuple[int, SearchLink] | None]


def _pages(link: SearchLink, last: int) -> PageLinks:
    now = link.page
    wanted = sorted({1, *range(max(1, now - 2), min(last, now + 2) + 1), last} - {0})
    numbers: list[tuple[int, SearchLink] | None] = []
    for before, number in zip([0, *wanted], wanted, strict=False):
        if number > before + 1:
            numbers.append(None)
        numbers.append((number, link.changed(page=number)))
    return PageLinks(
        now,
        last,
        link.changed(page=now - 1) if now > 1 else None,
        link.changed(page=now + 1) if now < last else None,
        numbers,
    )
