"""Web pages: what they declare, what they show, and what they throw at a parser."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.errors import ReadError
from searcher.reading.html import read_html
from tests.growth import LINEAR, growth

TEXT = "".join(
    f"<p>Sentence {n} of a story about swans, told at some length, so that it counts as text.</p>"
    for n in range(8)
)


def page(head: str = "", body: str = "", *, article: str = TEXT) -> bytes:
    heading = "<h1>Swans return to the canal</h1>"
    shown = f"{heading}{body}<article>{article}</article>"
    return f"<html><head>{head}</head><body>{shown}</body></html>".encode()


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def test_the_visible_headline_goes_before_the_one_for_search_engines() -> None:
    head = (
        '<meta property="og:title" content="Swans return to canal: all you need to know | Gazette">'
    )
    assert read_html(page(head)).title == "Swans return to the canal"


@pytest.mark.parametrize(
    "data",
    [
        '{"@type":"NewsArticle","headline":"Swans return","author":{"name":"Jane '
        'Roe"},"datePublished":"2019-04-08"}',
        '[{"@type":["WebPage"]},{"@type":["Thing","NewsArticle"],"author":["Jane '
        'Roe"],"datePublished":"2019-04-08"}]',
        '{"@graph":[{"@type":"Person","@id":"#j","name":"Jane Roe"},'
        '{"@type":"Article","headline":"x","author":{"@id":"#j"},"datePublished":"2019-04-08"}]}',
        '<!-- {"@type":"NewsArticle","author":"By Jane Roe","datePublished":"2019-04-08",} -->',
    ],
)
def test_linked_data_is_read_in_all_its_shapes(data: str) -> None:
    article = read_html(page(linked(data)))
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.date(2019, 4, 8)


@pytest.mark.parametrize(
    "data", ["{", "[" * 100_000, '{"@type": 3, "author": {"name": [[]]}}', "null"]
)
def test_broken_linked_data_costs_only_itself(data: str) -> None:
    assert read_html(page(linked(data))).title == "Swans return to the canal"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2019-04-08T10:00:00Z"><meta '
        'name="author" content="Jane Roe">',
        '<meta name="date" content="2019-04-08 10:00"><meta name="parsely-author" '
        'content="Jane Roe">',
    ],
)
def test_meta_tags_give_author_and_date(head: str) -> None:
    article = read_html(page(head))
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.datetime(2019, 4, 8, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "body",
    [
        '<p class="byline">By <a href="/j">Jane Roe</a></p><time datetime="2019-04-08">8 '
        "April</time>",
        '<span itemprop="author"><b itemprop="name">Jane Roe</b></span><p class="date">8 '
        "April 2019</p>",
        '<a rel="author" href="/j">Jane Roe</a><div>Published on April 8, 2019</div>',
    ],
)
def test_the_visible_page_gives_author_and_date(body: str) -> None:
    article = read_html(page(body=body))
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.date(2019, 4, 8)


def test_only_web_addresses_become_the_url() -> None:
    for link in ("javascript:alert(1)", "file:///etc/passwd", "/relative"):
        assert read_html(page(f'<link rel="canonical" href="{link}">')).url is None
    head = '<link rel="canonical" href="https://gazette.example/swans">'
    assert read_html(page(head), "https://other.example/").url == "https://gazette.example/swans"
    assert read_html(page(), "https://other.example/").url == "https://other.example/"


def test_furniture_is_no_text() -> None:
    boxes = "".join(
        f'<div class="{name}"><p>Furniture, a sentence that is long enough to be taken for '
        f"text.</p></div>"
        for name in (
            "share-bar",
            "relatedStories",
            "newsletter-signup",
            "comments",
            "cookie-banner",
            "author-bio",
        )
    )
    article = read_html(
        page(article=TEXT + boxes + "<nav><p>Furniture</p></nav><figcaption>Furniture</figcaption>")
    )
    assert "Furniture" not in article.body
    assert article.body.count("\n\n") == 7


def test_a_word_inside_a_class_is_no_furniture() -> None:
    assert (
        "Sentence 3"
        in read_html(page(article=f'<div class="shareholders has-sidebar">{TEXT}</div>')).body
    )


def test_the_headline_is_not_repeated_and_soft_hyphens_go() -> None:
    text = "<h2>Swans return to the canal</h2>" + TEXT.replace("swans", "swa\u00adns")
    body = read_html(page(article=text)).body
    assert "Swans return to the canal" not in body
    assert "about swans" in body


def test_text_cut_by_boxes_stays_together() -> None:
    halves = (
        f'<div class="part">{TEXT}</div><div class="ad">Buy</div><div class="part">{TEXT}</div>'
    )
    assert read_html(page(article=halves)).body.count("Sentence 5") == 2


@pytest.mark.parametrize(
    "data", [b"<html></html>", b"<p>", b"words only", page(article=""), b"<" * 1000]
)
def test_a_page_without_text_is_an_error(data: bytes) -> None:
    with pytest.raises(ReadError):
        read_html(data)


@pytest.mark.parametrize("depth", [250, 260, 1_000, 10_000, 100_000])
@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td"])
def test_deep_nesting_loses_no_text(depth: int, tag: str) -> None:
    try:
        article = read_html(page(article=f"<{tag}>" * depth + TEXT))
    except ReadError as error:
        assert "tags" in error.reason
    else:
        assert "Sentence 0" in article.body
        assert "Sentence 7" in article.body


@pytest.mark.parametrize(
    "junk", ["<!--", "<a", "<![CDATA[", "<script>", "</", "<p/", "<svg>", '<a href="', "<"]
)
def test_hostile_markup_takes_linear_time(junk: str) -> None:
    def run(times: int) -> None:
        with contextlib.suppress(ReadError):
            read_html(page(body=TEXT + junk * times))

    assert growth(run, 10_000) < LINEAR


def test_places_at_the_head_of_a_paragraph_take_linear_time() -> None:
    def run(times: int) -> None:
        read_html(page(article=f"{TEXT}<p>" + "<span class='dateline'> </span>" * times))

    assert growth(run, 4_000) < LINEAR


@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td"])
def test_deep_nesting_takes_linear_time(tag: str) -> None:
    def run(depth: int) -> None:
        with contextlib.suppress(ReadError):
            read_html(page(article=f"<{tag}>" * depth + TEXT))

    assert growth(run, 5_000) < LINEAR


def test_huge_text_and_attributes_lose_nothing() -> None:
    assert "KEEP" in read_html(page(article="<p>" + "word " * 2_200_000 + "KEEP.</p>" + TEXT)).body
    assert (
        "Sentence 7" in read_html(page(article=f'<p title="{"x" * 12_000_000}">a</p>' + TEXT)).body
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<p>",
                "</p>",
                "<p class='byline'>By Jane Roe</p>",
                "<h1>",
                "</h1>",
                "<table><tr><td>",
                "</table>",
                "<br>",
                "<br/>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "<article>",
                "&amp;",
                "&#0;",
                "\x00",
                "é",
                "A sentence long enough to be counted as a paragraph of the text, perhaps.",
                "<meta name=date content=x>",
                "<time datetime='2019-99-99'>",
                "<a href=x>",
                "</a>",
                "<html lang='x y'>",
                "<body hidden>",
                "<title>",
            ]
        ),
        max_size=60,
    )
)
def test_any_tag_soup_gives_an_article_or_a_read_error(parts: list[str]) -> None:
    try:
        article = read_html("".join(parts).encode())
    except ReadError:
        return
    assert article.body
