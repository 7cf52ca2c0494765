"""Do people see what the articles say, and nothing run?"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from searcher import Article

from .strategies import EMPTY, TRUCE, exported, several_articles

pytestmark = pytest.mark.same_without_core

OURS = {
    *("html", "head", "meta", "title", "style", "body", "article", "h2", "dl", "dt", "dd", "a"),
    *("p", "br"),
}
FROM_MARKDOWN = {"h1", "ul", "li", "a", "p", "br", "hr"}


class Page(HTMLParser):
    """The elements and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def words(text: str) -> list[str]:
    """The words of a text, whatever stands between and in place of controls."""
    return re.sub(
        "[\x00-\x20\x7f-\xa0\ufdd0-\ufdef\ufffd-\uffff\u2028\u2029\ufeff]+", " ", text
    ).split()


def assert_links_are_safe(page: Page) -> None:
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        if "href" in attributes:
            assert tag == "a" and re.match("https?://", attributes["href"] or "", re.I)


@given(several_articles)
def test_a_page_has_no_element_but_its_own_and_all_words(articles: list[Article]) -> None:
    data = exported(articles, "html").decode("utf-8")
    page = Page(data)
    assert {tag for tag, _ in page.tags} <= OURS
    assert sum(tag == "article" for tag, _ in page.tags) == len(articles)
    assert_links_are_safe(page)
    assert "default-src 'none'" in data
    shown = words("".join(page.texts))
    for article in articles:
        for word in words(f"{article.title}\n{article.body}"):
            assert word in shown or any(word in each for each in shown)


@given(several_articles)
def test_markdown_has_no_markup_but_its_own_and_all_words(articles: list[Article]) -> None:
    data = exported(articles, "markdown").decode("utf-8")
    page = Page(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(data))
    assert {tag for tag, _ in page.tags} <= FROM_MARKDOWN
    assert sum(tag == "h1" for tag, _ in page.tags) == len(articles)
    assert_links_are_safe(page)
    shown = "".join(words("".join(page.texts)))
    for article in articles:
        for word in words(f"{article.title}\n{article.body}"):
            assert word in shown


def test_a_page_shows_lines_and_paragraphs() -> None:
    data = exported([TRUCE, EMPTY], "html").decode()
    assert '<article lang="en">\n<h2 dir="ltr">Truce holds</h2>' in data
    assert '<p dir="ltr">A first paragraph.<br>\nIts second line.</p>' in data
    arabic = Article("OPEC: أسعار النفط ترتفع", "S&P قالت إن النفط ارتفع اليوم.", id="rtl")
    turned = exported([arabic], "html").decode()
    assert turned.count('dir="rtl"') == 2  # the headline and the paragraph
    assert "(no headline)" in data and "Ada van der Berg; Reuters Staff" in data


@pytest.mark.parametrize("title", ["#", "##", "a #", "a ##", "\\#", "a \\#", "C#"])
def test_a_heading_keeps_the_signs_at_its_end(title: str) -> None:
    data = exported([Article(title, "Text.", id="1")], "markdown").decode()
    page = Page(MarkdownIt("commonmark").render(data))
    assert page.texts[0] == title


def test_markdown_shows_lines_and_paragraphs() -> None:
    data = exported([TRUCE], "markdown").decode()
    assert data == (
        "# Truce holds\n\n"
        "- byline: Ada van der Berg; Reuters Staff; Martin King Jr.\n"
        "- date: 2019-04-08T12:30:00+02:00\n"
        "- source: Meridian Wire\n"
        "- section: World\n"
        "- url: <https://example.org/truce?a=1&b=2>\n"
        "- id: t1\n\n"
        "A first paragraph.\\\nIts second line.\n\n"
        "A second paragraph.\n\n"
    )


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_an_address_that_is_no_web_address_is_no_link(form: str) -> None:
    odd = Article("a", "b", url="javascript:alert(1)", id="1")
    data = exported([odd], form).decode()
    page = Page(data if form == "html" else MarkdownIt("commonmark").render(data))
    assert not [tag for tag, _ in page.tags if tag == "a"]


@pytest.mark.parametrize("form", ["html", "markdown", "ris", "bibtex", "csl-json"])
def test_a_text_of_ten_megabytes_is_written_whole(form: str) -> None:
    long = Article("long", "<{word}> " * 1_111_111, id="l")
    data = exported([long], form, fields=["title", "body"]).decode()
    assert data.count("word") == 1_111_111
