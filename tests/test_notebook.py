"""Does a notebook show what articles say, and run nothing of it?"""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given

from searcher import Archive, Article
from searcher.notebook import link, table_html, with_marks
from searcher.searching.results import Hit, Results

from .exporting.strategies import TRUCE, articles, texts
from .exporting.test_documents import Page, assert_links_are_safe

TAGS = {
    *("div", "h4", "p", "a", "table", "thead", "tbody", "tr", "th", "td", "br", "mark"),
}


def page_of(html: str) -> Page:
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= TAGS
    assert_links_are_safe(page)
    return page


@given(articles)
def test_an_article_is_shown_as_text(article: Article) -> None:
    page = page_of(article._repr_html_())
    shown = "".join(page.texts)
    assert sum(tag == "h4" for tag, _ in page.tags) == 1
    for word in re.findall(r"[a-zA-Z]{3,}", article.title):
        assert word in shown


@given(texts, texts)
def test_results_are_shown_as_text(title: str, snippet: str) -> None:
    hit = Hit(
        *("id", 1.0, title, (), None, None, None, snippet, None, None, "javascript:alert(1)"),
        *(None, {}, snippet),
    )
    results = Results("q", "<b>", 2_000, 1, 1.0, (hit,) * 300)
    html = results._repr_html_()
    page = page_of(html)
    assert sum(tag == "tr" for tag, _ in page.tags) == 101  # a heading and the first hundred
    assert not any(tag == "a" for tag, _ in page.tags)
    assert "2,000 articles match &lt;b&gt;; 100 shown" in html


def test_a_block_runs_in_the_direction_of_most_of_it() -> None:
    article = Article("OPEC: أسعار النفط", "Oil is نفط.\n\nBrent بلغ ثمانين دولارا.", id="1")
    assert re.findall('dir="(...)"', article._repr_html_()) == ["rtl", "ltr", "rtl"]
    table = table_html("h", ("a",), [("<mark>OPEC</mark> أسعار النفط ترتفع",)])
    assert 'td dir="rtl"' in table


def test_matched_words_are_marked() -> None:
    assert with_marks("a **truce** <b>") == "a <mark>truce</mark> &lt;b&gt;"
    assert with_marks("**") == "<mark></mark>"


def test_a_long_article_is_cut_and_that_is_said() -> None:
    html = Article("a", "word " * 10_000, id="1")._repr_html_()
    assert "characters more" in html and len(html) < 10_000
    assert "more" not in TRUCE._repr_html_()


def test_a_search_can_be_shown(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(TRUCE)
        html = archive.search("truce")._repr_html_()
    assert "1 article matches truce" in html and "<mark>Truce</mark>" not in html.split("<tr>")[0]
    assert link(TRUCE.url or "") in html and "2019-04-08" in html
    assert table_html("h", ("<",), [("&lt;",)]).count("&lt;") == 2
