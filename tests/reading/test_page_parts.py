"""Parts of pages that are taken for the article, or for no part of it, by how they are built."""

from __future__ import annotations

import pytest

from searcher.reading.html import read_html

TEXT = "".join(
    f"<p>Sentence {n} of a story about swans, told at some length, so that it counts as text.</p>"
    for n in range(24)
)
OTHER = "Another story altogether, told in a line or two, so that readers go there as well. "
HEADING = "<h1>Swans return to the canal</h1>"


def page(body: str, head: str = "", frame: str = "") -> bytes:
    return f"<html><head>{head}</head><body {frame}>{body}</body></html>".encode()


def linked(author: str) -> str:
    data = f'{{"@type":"NewsArticle","headline":"Swans return to the canal","author":{author}}}'
    return f'<script type="application/ld+json">{data}</script>'


@pytest.mark.parametrize("first", [False, True])
def test_a_row_of_teasers_is_no_text_though_nothing_calls_it_so(first: bool) -> None:
    teasers = "".join(
        f"<li><div><h3><a href='/{n}'>A headline that leads to story {n}</a></h3>"
        f"<p>{OTHER}{n}</p></div></li>"
        for n in range(30)
    )
    row, story = f"<ul>{teasers}</ul>", f"<div>{HEADING}{TEXT}</div>"
    body = read_html(page(f"<div>{row}{story}</div>" if first else f"<div>{story}{row}</div>")).body
    assert "Another story" not in body
    assert body.count("about swans") == 24


def test_a_list_of_long_entries_under_linked_headings_is_text() -> None:
    entries = "".join(
        f"<h3><a href='/{n}'>The album that stands at place {n}</a></h3>"
        f"<p>{OTHER * 3}{n}</p><p>{OTHER * 3}{n}</p>"
        for n in range(10)
    )
    assert "Another story" in read_html(page(f"<article>{HEADING}{TEXT}{entries}</article>")).body


@pytest.mark.parametrize("box", ["<aside>{}</aside>", '<div class="gallery">{}</div>'])
def test_a_box_larger_than_the_article_is_still_no_part_of_it(box: str) -> None:
    large = "".join(f"<p>{OTHER * 2}{n}</p>" for n in range(30))
    found = read_html(page(f"<div>{HEADING}<div>{TEXT}</div>{box.format(large)}</div>"))
    assert "Another story" not in found.body


def test_the_words_of_a_form_are_no_text() -> None:
    form = f"<form><p>{OTHER}</p><input></form>"
    assert OTHER.strip() not in read_html(page(f"{HEADING}<div>{TEXT}{form}{TEXT}</div>")).body


def test_a_form_around_the_whole_page_is_no_furniture() -> None:
    found = read_html(page(f"<form>{HEADING}<div>{TEXT}</div></form>"))
    assert found.body.count("about swans") == 24


def test_a_hidden_copy_does_not_stand_beside_what_is_shown() -> None:
    hidden = (
        TEXT.replace("swans", "geese") + "<p>And one more sentence about geese, at the end.</p>"
    )
    markup = f'{HEADING}<div style="visibility:hidden">{hidden}</div><div>{TEXT}</div>'
    body = read_html(page(markup)).body
    assert "geese" not in body
    assert body.count("about swans") == 24


def test_an_anchor_made_of_a_heading_is_no_kind_of_box() -> None:
    sections = "".join(
        f'<div id="{name}"><h2>{name}</h2>{TEXT}</div>'
        for name in ("sharing-with-a-single-developer", "the-latest-news-of-the-canal", "plain")
    )
    assert read_html(page(f"{HEADING}<div>{sections}</div>")).body.count("about swans") == 72


def test_formulas_are_text_and_their_source_is_not() -> None:
    formula = (
        "<math><semantics><mi>x</mi><mo>=</mo><mn>42</mn>"
        "<annotation>\\frac{source}</annotation></semantics></math>"
    )
    last = f"<p>Then {formula} is what holds for all of the swans, old and young."
    body = read_html(page(f"{HEADING}<article>{TEXT}{last}"))
    assert "x=42" in body.body.replace(" ", "")
    assert "source" not in body.body


def test_a_first_paragraph_set_as_a_heading_is_text() -> None:
    first = "The swans that left the canal in a cold winter have come back to it, and people "
    first += "who live there say that they were missed by old and young."
    body = read_html(page(f"{HEADING}<article><h2>{first}</h2>{TEXT}</article>")).body
    assert body.startswith(first)


def test_sections_of_one_text_stay_together_whatever_their_ids() -> None:
    last = TEXT.replace("swans", "geese").replace("<p>", '<p class="graf" id="b1">', 4)
    first = TEXT.replace("<p>", '<p class="graf" id="a1">')
    markup = f"{HEADING}<div><div>{first * 6}</div><div>{last}</div></div>"
    assert "geese" in read_html(page(markup)).body


def test_what_the_whole_page_is_called_says_nothing_of_a_byline() -> None:
    byline = '<div class="author">By Jane Roe</div>'
    markup = page(
        f"{HEADING}{byline}<article>{TEXT}</article>", frame='class="has-sidebar sidebar"'
    )
    assert read_html(markup).byline == ("Jane Roe",)


def test_an_organization_is_nobody_while_a_name_is_signed_below() -> None:
    signed = '<p style="text-align: right;"><b>Jane Roe</b></p>'
    head = linked('{"@type":"Organization","name":"Estmouth Daily"}')
    assert read_html(page(f"{HEADING}<article>{TEXT}{signed}", head)).byline == ("Jane Roe",)
    assert read_html(page(f"{HEADING}<article>{TEXT}", head)).byline == ("Estmouth Daily",)


def test_a_desk_stands_in_where_nobody_else_does() -> None:
    head = linked('{"@type":"Person","name":"BR42 Redaktion"}')
    assert read_html(page(f"{HEADING}<article>{TEXT}", head)).byline == ("BR42 Redaktion",)
    named = page(f'{HEADING}<p class="byline">By Jane Roe</p><article>{TEXT}', head)
    assert read_html(named).byline == ("Jane Roe",)


def test_an_outlet_and_its_agency_stand_together() -> None:
    head = linked('"Le Canal avec AFP"') + '<meta property="og:site_name" content="Le Canal">'
    assert read_html(page(f"{HEADING}<article>{TEXT}", head)).byline == ("Le Canal", "AFP")


def test_all_who_are_linked_under_the_headline_are_authors() -> None:
    by = "".join(f'<p><a rel="author" href="/{n}">{n}</a></p>' for n in ("Jane Roe", "John Doe"))
    article = page(f"<article>{HEADING}{by}{TEXT}</article>", linked('"John Doe"'))
    assert read_html(article).byline == ("Jane Roe", "John Doe")


@pytest.mark.parametrize("home", ["/", "https://canal.example/", "./", "/index.html"])
def test_a_headline_that_leads_home_is_the_name_of_the_site(home: str) -> None:
    name = f'<h1><a href="{home}">The Canal</a></h1>'
    head = "<title>Swans return to the canal · The Canal</title>"
    assert read_html(page(f"{name}{HEADING}<article>{TEXT}", head)).title == (
        "Swans return to the canal"
    )
    assert read_html(page(f"{name}<article>{TEXT}", head)).title == "Swans return to the canal"


def test_the_name_of_the_site_in_the_element_of_the_headline_goes() -> None:
    heading = "<h1>Swans return to the canal<br><small>Estmouth Daily</small></h1>"
    head = "<title>Swans return to the canal » Local » Estmouth Daily</title>"
    found = read_html(page(f"{heading}<article>{TEXT}", head))
    assert found.title == "Swans return to the canal"


def by(name: str) -> str:
    return f'{HEADING}<div class="byline">By {name}</div><div>{TEXT}</div>'


ACCOUNT = '<meta name="author" content="webmaster7">'


def test_the_maker_that_a_library_would_name_goes_before_the_account() -> None:
    maker = '<meta name="dc.creator" content="Jane Roe">'
    assert read_html(page(HEADING + TEXT, ACCOUNT + maker)).byline == ("Jane Roe",)


def test_a_whole_name_under_the_headline_goes_before_the_account_that_put_the_page_up() -> None:
    assert read_html(page(by("Jane Roe"), linked('"Jroe7"'))).byline == ("Jane Roe",)
    assert read_html(page(by("Jane Roe"), ACCOUNT)).byline == ("Jane Roe",)


def test_a_declared_name_of_two_words_stays() -> None:
    assert read_html(page(by("Jane Roe"), linked('"John Doe"'))).byline == ("John Doe",)
    assert read_html(page(by("Roe"), linked('"Madonna"'))).byline == ("Madonna",)


def test_an_outlet_with_its_address_in_brackets_is_nobody() -> None:
    names = "".join(
        f'<meta name="{name}" content="Estmouth Wave (www.wave.example)">'
        for name in ("author", "publisher")
    )
    signed = "<p>Author: Jane Roe</p>"
    assert read_html(page(f"{HEADING}<div>{TEXT}</div>{signed}", names)).byline == ("Jane Roe",)


def test_where_the_desk_is_named_a_name_elsewhere_is_not_taken() -> None:
    other = '<div class="author">Jane Roe</div>'
    desk = linked('{"@type":"NewsMediaOrganization","name":"wave.example"}')
    assert read_html(page(HEADING + TEXT * 3 + other, desk)).byline == ("wave.example",)
    assert read_html(page(HEADING + TEXT * 3 + other)).byline == ("Jane Roe",)


@pytest.mark.parametrize("anchor", ["<a name='top'>{}</a>", "<a href='javascript:void(0)'>{}</a>"])
def test_paragraphs_in_an_anchor_that_leads_nowhere_are_text(anchor: str) -> None:
    assert read_html(page(HEADING + anchor.format(TEXT))).body.count("about swans") == 24


def test_an_item_that_is_a_link_belongs_to_a_list_of_text() -> None:
    items = [f"Point {n} of the plan, which is told here with all that it needs." for n in range(6)]
    listed = "".join(f"<li>{item}</li>" for item in [*items, "<a href='/plan'>The plan</a>"])
    menu = "".join(f"<li><a href='/{n}'>Another page {n}</a></li>" for n in range(6))
    body = read_html(page(f"{HEADING}<div>{TEXT}<ul>{listed}</ul><ul>{menu}</ul>{TEXT}</div>")).body
    assert "\n\nThe plan\n\n" in body
    assert "Another page" not in body


def test_the_place_at_the_head_of_a_story_is_in_its_text() -> None:
    story = TEXT.replace("<p>", '<p> <span class="dateline">ESTMOUTH —</span> ', 1)
    assert read_html(page(f"{HEADING}<div>{story}</div>")).body.startswith("ESTMOUTH — Sentence 0")


def test_the_title_that_a_library_would_give_goes_before_the_one_for_sharing() -> None:
    head = (
        '<meta name="dcterms.title" content="Swans are back on the old canal">'
        '<meta property="og:title" content="You will not believe which birds came back">'
    )
    assert read_html(page(f"<div>{TEXT}</div>", head)).title == "Swans are back on the old canal"
