"""Does every permalink come back as what it was made of?"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.serving.links import (
    COPIES,
    LINE_SORTS,
    PERIODS,
    VIEWS,
    ArticleLink,
    CompareLink,
    Links,
    SearchLink,
)

pytestmark = pytest.mark.same_without_core

QUERIES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SORTS = st.sampled_from(["score", "date", "-date"])


def parameters_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


@given(
    q=QUERIES,
    sort=SORTS,
    page=st.integers(1, 1_000_000),
    view=st.sampled_from(VIEWS),
    copies=st.sampled_from(COPIES),
    by=st.sampled_from(["", *PERIODS]),
    share=st.booleans(),
)
def test_a_search_comes_back_from_its_url(**fields: Any) -> None:
    if fields["view"] == "lines":
        fields["sort"] = LINE_SORTS[fields["page"] % len(LINE_SORTS)]
    link = SearchLink(**fields)
    assert SearchLink.read(parameters_of(link.path)) == link


@given(id=QUERIES.filter(bool), q=QUERIES, place=st.none() | st.integers(1, 10_000), sort=SORTS)
def test_an_article_comes_back_from_its_url(id: str, q: str, place: int | None, sort: str) -> None:
    link = ArticleLink(id, q, place, sort)
    path = urlsplit(link.path).path
    assert path.count("/") == 2, "an id is one piece of a path, whatever is in it"
    assert ArticleLink.read(id, parameters_of(link.path)) == link


@given(st.lists(QUERIES.filter(str.strip), min_size=1, max_size=5), st.sampled_from(PERIODS))
def test_a_comparison_comes_back_from_its_url(queries: list[str], by: str) -> None:
    link = CompareLink(tuple(queries), by)
    found = parse_qs(urlsplit(link.path).query, keep_blank_values=True)
    assert CompareLink.read(found["q"], parameters_of(link.path)) == link


def test_what_makes_no_sense_in_a_url_is_passed_over() -> None:
    odd = {"q": "truce", "page": "-3", "sort": "up", "view": "3d", "by": "hour", "x": "y"}
    assert SearchLink.read(odd) == SearchLink("truce")
    assert SearchLink.read({"page": "9" * 40}) == SearchLink()


def test_one_page_has_one_url_and_the_root_stands_before_it() -> None:
    links = Links("/archive", "https://news.example")
    assert links.search("oil price") == "/archive/search?q=oil+price"
    assert links.whole(ArticleLink("a1", fragment="p3")) == (
        "https://news.example/archive/article/a1#p3"
    )
    url_of = links.articles_of(ArticleLink("x", q="oil & gas", sort="date"))
    assert url_of("a/1") == links.article("a/1", q="oil & gas", sort="date")
    assert links.api("search", q="a&b", limit=None) == "/archive/api/v1/search?q=a%26b"


@given(q=st.text(), sort=SORTS, share=st.booleans(), page=st.integers(1, 9))
def test_many_links_that_differ_in_the_query_are_the_links_that_each_would_be(
    q: str, sort: str, share: bool, page: int
) -> None:
    link = SearchLink("old & query", sort=sort, share=share, page=page)
    links = Links("/archive")
    assert links.with_queries(link)(q) == links.to(link.changed(q=q, page=1))
