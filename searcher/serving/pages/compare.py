"""How do several queries differ?

Two to five of them: how many articles each finds, how many they share, one timeline with a line
for each, and the facets side by side, where they differ most first.  The same numbers as CSV.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from searcher.archive import Archive
from searcher.errors import QueryError
from searcher.query import tree
from searcher.query.printing import text_of
from searcher.serving.links import MOST_COMPARED, PERIODS, CompareLink, SearchLink
from searcher.serving.pages.failing import error_page
from searcher.serving.pages.page import Answer, Download, Page, Timer
from searcher.serving.pages.parts import condition, with_condition
from searcher.serving.pages.search import FACETS, Choice, read_tree
from searcher.serving.timeline import Chart, draw, fitting

__all__ = ["NAMES", "compare_page"]

NAMES = "ABCDE"
_ROWS = 10
# What a cell begins with that a spreadsheet would run.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Compared(NamedTuple):
    """A query: its letter, as it was typed and as it was read, its articles, and the page
    without it."""

    name: str
    query: str
    understood: str
    articles: int
    without: CompareLink


class Overlap(NamedTuple):
    """Articles of some of the queries: what they are called, the query that finds them, and how
    many there are."""

    label: str
    query: str
    articles: int


class CountedValue(NamedTuple):
    """A value of a facet, and of each query how many articles have it, their share, and the
    query for them."""

    value: str
    articles: list[int]
    shares: list[float]
    queries: list[str]


def compare_page(
    archive: Archive,
    link: CompareLink,
    parameters: Mapping[str, str],
    *,
    left_s: float | None = None,
) -> Answer:
    """The page that compares the queries of `link`; with `format=csv` a table of its timeline.

    Raises:
        DeadlineError, IndexStateError: as `Archive.search`.
    """
    timer = Timer(left_s)
    common = {"title": "Compare", "here": "/compare", "link": link, "names": NAMES}
    fields = [*link.queries, "", ""][: max(2, min(len(link.queries) + 1, MOST_COMPARED))]
    common["boxes"] = list(zip(NAMES, fields, strict=False))
    if not link.queries:
        return Page("compare.html", {**common, "compared": []})
    trees: list[tree.Node] = []
    compared: list[Compared] = []
    for place, query in enumerate(link.queries):
        try:
            found = archive.search(query, limit=0, timeout=timer.left())
        except QueryError as error:
            return error_page(error, SearchLink(query), {**common, "q": query})
        node = read_tree(archive, found.understood)
        assert node is not None
        trees.append(node)
        rest = (*link.queries[:place], *link.queries[place + 1 :])
        compared.append(
            Compared(NAMES[place], query, found.understood, found.total, link.changed(queries=rest))
        )
    chart, by = _chart(archive, link, timer)
    if parameters.get("format") == "csv":
        return Download(_csv(compared, chart), "text/csv", "comparison.csv")
    return Page(
        "compare.html",
        {
            **common,
            "compared": compared,
            "overlaps": _overlaps(archive, trees, timer),
            "chart": chart,
            "periods": [
                Choice(name, None if name == by else link.changed(by=name))
                for name in PERIODS[::-1]
            ],
            "facets": _facets(archive, compared, trees, timer),
            "title": " / ".join(link.queries),
        },
    )


def _chart(archive: Archive, link: CompareLink, timer: Timer) -> tuple[Chart | None, str]:
    timeline, by = fitting(
        lambda by: archive.timeline(*link.queries, by=by, timeout=timer.left()), link.by
    )
    return draw(timeline), by


def _overlaps(archive: Archive, trees: Sequence[tree.Node], timer: Timer) -> list[Overlap]:
    """Of two queries: both, and only the one or the other.  Of more: each two, all, and only."""
    if len(trees) < 2:
        return []

    def ask(label: str, node: tree.Node) -> Overlap:
        found = archive.search(node, limit=0, timeout=timer.left())
        return Overlap(label, text_of(node), found.total)

    asked = [
        ask(f"{NAMES[a]} and {NAMES[b]}", tree.And((trees[a], trees[b])))
        for a, b in combinations(range(len(trees)), 2)
    ]
    if len(trees) > 2:
        asked.append(ask("all of them", tree.And(tuple(trees))))
    for place, node in enumerate(trees):
        others = [tree.Not(other) for other in trees if other is not node]
        asked.append(ask(f"only {NAMES[place]}", tree.And((node, *others))))
    return asked


def _facets(
    archive: Archive, compared: Sequence[Compared], trees: Sequence[tree.Node], timer: Timer
) -> list[tuple[str, list[CountedValue]]]:
    """The facets of all queries, the values whose shares differ most first."""
    counted = [
        archive.facets(one.query, FACETS, limit=None, timeout=timer.left()) for one in compared
    ]
    boxes = []
    for by in FACETS:
        tables = [{row.value: row.articles for row in facets.of(by).rows} for facets in counted]
        rows = []
        for value in dict.fromkeys(value for table in tables for value in table):
            articles = [table.get(value, 0) for table in tables]
            shares = [
                number / max(one.articles, 1)
                for number, one in zip(articles, compared, strict=True)
            ]
            wanted = condition(by, value)
            queries = [text_of(with_condition(node, wanted)) for node in trees]
            rows.append(CountedValue(value, articles, shares, queries))
        rows.sort(
            key=lambda row: (min(row.shares) - max(row.shares), -sum(row.articles), row.value)
        )
        if rows:
            boxes.append((by, rows[:_ROWS]))
    return boxes


def _csv(compared: Sequence[Compared], chart: Chart | None) -> str:
    """The timeline as a table: a row a period, a column a query, and one for the archive."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(["from", "to", *(_harmless(one.query) for one in compared), "archive"])
    for row in chart.rows if chart else ():
        counts = ["" if number is None else number for number in row.articles]
        writer.writerow([row.first.isoformat(), row.last.isoformat(), *counts, row.archive])
    return held.getvalue()


def _harmless(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _FORMULA else text
