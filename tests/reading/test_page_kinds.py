"""Pages that are no articles, saved pages, shells, and where each field came from."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.errors import ReadError
from searcher.reading.html import explain_html, read_html
from tests.growth import LINEAR, growth

TITLE = "Swans return to the canal after years away"
STORY = "".join(
    f"<p>Sentence {n} of a story about swans, told at some length, so that it counts as text.</p>"
    for n in range(8)
)


def page(body: str, head: str = "", title: str = TITLE) -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


CARD = (
    "<div><h3><a href='/n/{0}'>Headline number {0} of today</a></h3>"
    "<p>A line or two of what it is about {0}.</p></div>"
)


def test_a_section_front_is_no_article() -> None:
    cards = "".join(CARD.format(n) for n in range(6))
    with pytest.raises(ReadError, match="section front"):
        read_html(page(f"<h1>Local news</h1>{cards}", title="Local news"))


def test_an_article_with_links_to_others_below_is_one() -> None:
    cards = "".join(CARD.format(n) for n in range(6))
    assert "Sentence 7" in read_html(page(f"<h1>{TITLE}</h1>{STORY}{cards}")).body


@pytest.mark.parametrize(
    "title",
    ["404 Not Found", "Page not found", "Error 403", "Seite nicht gefunden", "Access denied",
     "Just a moment...", "Page introuvable"],
)  # fmt: skip
def test_an_error_page_is_no_article(title: str) -> None:
    text = "<p>We are sorry, but what you were looking for is not here any more, or never was.</p>"
    with pytest.raises(ReadError, match="error page"):
        read_html(page(f"<h1>{title}</h1>{text}", title=title))


def test_a_story_about_an_error_is_an_article() -> None:
    assert read_html(page(f"<h1>404 people moved to town</h1>{STORY}{STORY}")).title


@pytest.mark.parametrize(
    "note",
    [
        "<!--\n Page saved with SingleFile \n url: {} \n saved date: Sat Sep 26 2026\n-->",
        "<!-- saved from url=(0036){} -->",
        "<!-- Saved from {} at 2021-03-04T10:00:00Z using monolith v2.3 -->",
        "<!-- Mirrored from {} by HTTrack Website Copier/3.x, Fri, 01 Jan 2021 -->",
    ],
)
def test_a_saved_page_knows_where_it_came_from(note: str) -> None:
    url = "https://gazette.example/news/swans"
    data = note.format(url).encode() + page(f"<h1>{TITLE}</h1>{STORY}")
    assert read_html(data).url == url


def test_the_address_of_an_archived_page_is_its_own() -> None:
    url = "https://web.archive.org/web/20200101000000/https://gazette.example/news/swans"
    head = f'<link rel="canonical" href="{url}">'
    article = read_html(page(f"<h1>{TITLE}</h1>{STORY}", head))
    assert article.url == "https://gazette.example/news/swans"


def test_the_text_of_a_shell_is_in_its_data() -> None:
    data = json.dumps({"props": {"title": TITLE, "article_body": STORY}})
    script = f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    assert "Sentence 7" in read_html(page(f"<div id='root'></div>{script}")).body
    flight = json.dumps('{"content":' + json.dumps(STORY) + "}")
    script = f"<script>self.__next_f.push([1,{flight}])</script>"
    assert "Sentence 7" in read_html(page(f"<div id='root'></div>{script}")).body


def test_prose_before_the_box_of_the_text_belongs_to_it() -> None:
    lead = "<p>The first sentence stands before the box that they put around all of the rest.</p>"
    text = f"<main><h1>{TITLE}</h1>{lead}<div class='metered'>{STORY}</div></main>"
    assert read_html(page(text)).body.startswith("The first sentence")


def test_text_that_the_fast_parser_loses_is_found_by_the_other() -> None:
    data = f"<html><head><title>{TITLE}<body><h1>{TITLE}</h1>{STORY}</body></html>".encode()
    assert "Sentence 7" in read_html(data).body


def test_a_second_article_on_the_page_is_left_out() -> None:
    other = STORY.replace("swans", "ferries")
    text = f"<article><h1>{TITLE}</h1><div class='bodytext'>{STORY}</div></article>"
    text += f"<article><h2>Ferries</h2><div class='bodytext'>{other}</div></article>"
    assert "ferries" not in read_html(page(text)).body


@pytest.mark.parametrize(
    "byline",
    [
        "<p>By Jane Roe</p>",
        "<p>Von Jane Roe, Berlin</p>",
        "<div class='article-author-name'>Jane Roe</div>",
        "<p>Jane Roe | 8 April 2019 | 14:30</p>",
    ],
)
def test_a_visible_byline_is_read(byline: str) -> None:
    assert read_html(page(f"<h1>{TITLE}</h1>{byline}{STORY}")).byline == ("Jane Roe",)


@pytest.mark.parametrize(
    "line",
    [
        "<p class='author-bio'>Lives in town with her dog</p>",
        "<p>Local News</p>",
        "<div class='author'>Share this article</div>",
        "<div class='comment'><b class='author'>Jane Roe</b></div>",
        "<p>By the canal, where Jane Roe lives, the swans have come back at last and stay.</p>",
    ],
)
def test_no_author_is_invented(line: str) -> None:
    assert read_html(page(f"<h1>{TITLE}</h1>{line}{STORY}{line}")).byline == ()


def test_agencies_stand_apart_from_people() -> None:
    data = '{"@type":"NewsArticle","author":[{"name":"Jane Roe"},{"name":"Reuters"}]}'
    head = f'<script type="application/ld+json">{data}</script>'
    article = read_html(page(f"<h1>{TITLE}</h1><p class='byline'>Reuters</p>{STORY}", head))
    assert article.byline == ("Jane Roe",)


def test_the_headline_of_json_ld_is_not_that_of_search_engines() -> None:
    og = f'<meta property="og:title" content="{TITLE}">'
    data = '{"@type":"NewsArticle","headline":"Swans canal 2019: all about the swans return"}'
    head = f'{og}<script type="application/ld+json">{data}</script>'
    title = "Swans canal 2019: all about the swans return | Gazette"
    assert read_html(page(f"<h1>{TITLE}</h1>{STORY}", head, title)).title == TITLE


def test_each_field_says_where_it_came_from() -> None:
    head = '<meta property="article:published_time" content="2019-04-08T10:00:00Z">'
    head += '<meta property="og:site_name" content="Gazette">'
    article, evidence = explain_html(page(f"<h1>{TITLE}</h1><p>By Jane Roe</p>{STORY}", head))
    origins = {found.field: found.origin for found in evidence}
    assert origins["title"] == "h1"
    assert origins["date"] == "meta article:published_time"
    assert origins["source"] == "meta og:site_name"
    assert origins["byline"] == "line that starts as a byline"
    assert origins["body"] == "the page's text"
    assert all(0 <= found.confidence <= 1 for found in evidence)
    assert article.source == "Gazette"


def test_changes_are_told_apart_from_publication() -> None:
    head = '<meta property="article:published_time" content="2019-04-08T10:00:00Z">'
    head += '<meta property="article:modified_time" content="2019-04-09T10:00:00Z">'
    article = read_html(page(f"<h1>{TITLE}</h1>{STORY}", head))
    assert str(article.date)[:10] == "2019-04-08"
    assert str(article.updated)[:10] == "2019-04-09"


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<span class='byline'>", "<!--", "<time datetime='2019-04-08'>", "8.4.2019 ",
     "<p class='date'>8.4.2019</p>", "<h1>Swans</h1>", '"body":"x ', "<a rel=author>Jane Roe</a>",
     "<article class='article-body'>", "Tags a, b, c. ", "<title>a | b | ", "a | ", "_"],
)  # fmt: skip
def test_hostile_pages_take_linear_time(piece: str) -> None:
    def read(size: int) -> None:
        data = page(f"<h1>{TITLE}</h1>" + piece * size + STORY)
        with contextlib.suppress(ReadError):
            read_html(data)

    assert growth(read, 3_000) < LINEAR


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400), st.binary(max_size=40))
def test_mutated_pages_are_read_or_refused(start: int, length: int, junk: bytes) -> None:
    data = page(
        f"<h1>{TITLE}</h1><p class='byline'>By Jane Roe | 8 April 2019</p>{STORY}",
        '<script type="application/ld+json">{"@type":"NewsArticle","author":"x"}</script>',
    )
    start %= len(data)
    with contextlib.suppress(ReadError):
        read_html(data[:start] + junk + data[start + length :])
