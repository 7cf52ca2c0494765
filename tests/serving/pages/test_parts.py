"""Is a query that was narrowed, or lost a part, the query that the link promises?"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings

from searcher import Archive
from searcher.query import Node, parse, tree
from searcher.query.printing import text_of
from searcher.serving.pages.parts import (
    condition,
    narrowing,
    parts_of,
    relaxed,
    texts_with,
    with_condition,
    with_days,
    without_part,
)
from tests.query.strategies import trees
from tests.serving.conftest import Served

WORDS = ("truce", "libya", "port", "the", "reuters", "election")
QUERIES = (
    "truce",
    "truce libya",
    "+truce libya -port",
    "truce AND (libya OR port)",
    "libya OR port",
    "truce w/20 libya",
    'title:truce since:2012 -source:"meridian wire"',
    "NOT truce",
    "*",
    "truce since:2011 until:2019",
)


def ids(archive: Archive, query: Node | str | None) -> set[str]:
    return set(archive.ids("*" if query is None else query))


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("excluded", [False, True])
def test_a_condition_narrows_to_the_articles_that_have_it(
    served: Served, text: str, excluded: bool
) -> None:
    archive = served.archive
    query = parse(text)
    for by in ("source", "byline", "section", "language", "year"):
        facet = archive.facets(text, by, limit=None).facets[0]
        values = [*(row.value for row in facet.rows), *([None] if facet.without else [])]
        for value in values[:4] + values[-1:]:
            wanted = condition(by, value)
            narrowed = with_condition(query, wanted, excluded=excluded)
            with_it = ids(archive, wanted)
            there = ids(archive, text)
            expected = there - with_it if excluded else there & with_it
            assert ids(archive, text_of(narrowed)) == expected, text_of(narrowed)


def test_the_row_of_a_facet_counts_what_its_link_finds(served: Served) -> None:
    archive = served.archive
    for by in ("source", "byline", "section", "language", "year"):
        facet = archive.facets("truce libya port", by, limit=None).facets[0]
        for row in facet.rows:
            narrowed = with_condition(parse("truce libya port"), condition(by, row.value))
            assert archive.search(text_of(narrowed), limit=0).total == row.articles, row


@given(trees(WORDS))
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_made_of_a_query_can_be_read_back(query: Node) -> None:
    made = [
        with_condition(query, condition("source", 'a "b" c')),
        with_condition(query, condition("byline", None), excluded=True),
        with_days(query, dt.date(2008, 1, 1), dt.date(2009, 12, 31)),
        *(without_part(query, part.place) for part in parts_of(query)),
        *relaxed(query),
    ]
    for one in made:
        if one is not None:
            assert text_of(parse(text_of(one))) == text_of(one)


def test_days_stand_in_place_of_the_days_that_were_there() -> None:
    narrowed = with_days(parse("oil since:2006 until:2010"), dt.date(2008, 5, 1), None)
    assert narrowed == parse("oil since:2008-05-01")
    assert with_days(parse("oil date:2008"), None, None) == parse("oil")
    assert with_days(parse("date:2008"), None, None) is None
    assert text_of(with_days(parse("a OR date:2008"), dt.date(2009, 1, 1), None) or parse("*")) == (
        "(a OR date:2008) AND since:2009-01-01"
    )


def test_a_part_is_taken_out_and_the_others_mean_what_they_meant() -> None:
    query = parse('oil "crude price" -opec')
    assert [part.text for part in parts_of(query)] == ["oil", '"crude price"', "opec"]
    assert [part.is_excluded for part in parts_of(query)] == [False, False, True]
    assert without_part(query, 0) == parse('"crude price" -opec')
    assert without_part(parse("a AND b"), 1) == parse("a")
    assert without_part(parse("a"), 0) is None
    assert without_part(parse("+a -b"), 0) == parse("NOT b")


def test_a_query_that_asks_for_less_finds_no_less(served: Served) -> None:
    archive = served.archive
    for text in ("truce w/2 libya", "truce w/s tripoli port", '"humanitarian truce" port'):
        query = parse(text)
        wider = list(relaxed(query))
        assert wider
        for one in wider:
            assert archive.search(one, limit=0).total >= archive.search(query, limit=0).total


def test_a_byline_with_quotes_in_it_is_a_query_too() -> None:
    wanted = condition("byline", 'Ann "Ace" Lee')
    assert isinstance(wanted, tree.Field)
    assert text_of(parse(text_of(wanted))) == 'byline:"Ann Ace Lee"'
    assert text_of(condition("byline", "?x Lee* Ann?")) == 'byline:"x Lee Ann"'


ADDED = (
    narrowing("source", "The Times"),
    narrowing("source", None),
    narrowing("source", "The Times " * 100),
    narrowing("byline", "Ada Okafor"),
    narrowing("language", "en"),
    narrowing("year", "2012"),
)


def assert_printed_as_each(query: Node) -> None:
    text = texts_with(query)
    for added in ADDED:
        for excluded in (False, True):
            narrowed = with_condition(query, added.condition, excluded=excluded)
            assert text(added, excluded) == text_of(narrowed)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_what_is_printed_for_many_is_what_is_printed_for_each(query: Node) -> None:
    assert_printed_as_each(query)


@pytest.mark.parametrize("query", [*QUERIES, "truce libya NOT port", "a b^2 (c d)"])
def test_queries_as_people_type_them_are_printed_so_too(query: str) -> None:
    assert_printed_as_each(parse(query))
