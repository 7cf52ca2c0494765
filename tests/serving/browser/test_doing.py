"""Can everything be done: with keys alone, without a script, with a mouse?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from searcher.query import parse
from searcher.serving.pages.language import KEYS
from searcher.serving.pages.shown import shown
from tests.serving.browser.conftest import STATES, Opened
from tests.serving.conftest import Served
from tests.serving.hostile import PAYLOADS

SEEN = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return {
        what: one.outerHTML.slice(0, 100), isHit: one.matches(".hit h2 a"),
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
            && box.right > 0 && style.outlineStyle !== "none"
            && parseFloat(style.outlineWidth) >= 2,
    };
}"""


def q_of(page: Any) -> str:
    return str(parse_qs(urlsplit(page.url).query)["q"][0])


def stops_to_first_hit(page: Any) -> list[dict[str, Any]]:
    stops: list[dict[str, Any]] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(SEEN)
        assert stop is not None
        stops.append(stop)
        if stop["isHit"]:
            break
    return stops


def test_few_stops_before_the_first_hit_and_each_can_be_seen(
    newsroom: Served, opened: Opened
) -> None:
    page = opened(newsroom.url + STATES["results"].replace("&words=1", ""))
    stops = stops_to_first_hit(page)
    assert stops[-1]["isHit"]
    assert len(stops) <= 40
    assert [stop["what"] for stop in stops if not stop["seen"]] == []


def test_one_stop_after_the_skip_link(newsroom: Served, opened: Opened) -> None:
    page = opened(newsroom.url + STATES["table"].replace("&view=table", ""))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stops = stops_to_first_hit(page)
    assert len(stops) == 1


def test_a_search_from_the_first_key_to_the_citation(newsroom: Served, opened: Opened) -> None:
    page = opened(newsroom.url, permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.press("/")  # the box has the focus already: it is typed
    page.keyboard.press("Backspace")
    page.keyboard.type("oil price")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    total = int(page.inner_text("h1 [role=status]").split()[0].replace(",", ""))
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    said = page.evaluate("document.activeElement.getAttribute('aria-valuetext')")
    assert said == page.inner_text("#brushed")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    narrowed = int(page.inner_text("h1 [role=status]").split()[0].replace(",", ""))
    assert 0 < narrowed < total
    assert narrowed == int(said.rpartition(": ")[2].replace(",", ""))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path.startswith("/article/")
    for number in (1, 2, 3):
        page.keyboard.press("n")
        assert page.inner_text(".hit-walk [role=status]").startswith(f"hit {number} of ")
    page.keyboard.press("p")
    assert page.evaluate("location.hash") == "#hit-2"
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.toast').textContent !== ''")
    assert page.inner_text(".toast") == "Citation copied"
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "OPEC meeting" in copied and "https://news.example/oil/" in copied
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("]")
    assert "place=2" in page.url
    with page.expect_navigation():
        page.keyboard.press("Escape")
    assert urlsplit(page.url).path == "/search"
    assert page.said == []


def test_keys_are_listed_and_can_be_switched_off(newsroom: Served, opened: Opened) -> None:
    page = opened(newsroom.url + STATES["results"])
    page.keyboard.press("?")
    listed = page.eval_on_selector_all("dialog dt", "all => all.map(one => one.textContent)")
    assert listed == [key for key, _ in KEYS]
    page.uncheck("dialog input")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    assert not page.query_selector("dialog[open]")
    page.goto(newsroom.url + STATES["help"])
    page.check("[data-keys] input")
    page.keyboard.press("?")
    assert page.query_selector("dialog[open]")


def test_no_key_does_anything_inside_a_field(newsroom: Served, opened: Opened) -> None:
    page = opened(newsroom.url + STATES["results"])
    page.focus("#q")
    page.keyboard.press("End")
    page.keyboard.type(" jktfsycnp?")
    assert page.input_value("#q").endswith(" jktfsycnp?")
    assert not page.query_selector("dialog[open]")


def test_the_timeline_is_brushed_by_mouse(newsroom: Served, opened: Opened) -> None:
    page = opened(newsroom.url + "/search?q=oil+price")
    box = page.query_selector(".drawing").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, y, steps=4)
    said = page.inner_text("#brushed")
    with page.expect_navigation():
        page.mouse.up()
    total = int(page.inner_text("h1 [role=status]").split()[0].replace(",", ""))
    assert int(said.rpartition(": ")[2].replace(",", "")) == total
    assert "date:" in q_of(page) or "since:" in q_of(page)


def test_a_link_to_a_passage_shows_the_passage(newsroom: Served, opened: Opened) -> None:
    page = opened(
        newsroom.url + "/article/oil00012?q=oil", permissions=["clipboard-read", "clipboard-write"]
    )
    page.evaluate(
        """() => {
            const text = document.querySelector("#p2").firstChild;
            const range = document.createRange();
            range.setStart(text, 0); range.setEnd(text, 8);
            getSelection().removeAllRanges(); getSelection().addRange(range);
        }"""
    )
    page.keyboard.press("y")
    page.wait_for_function("document.querySelector('.toast').textContent !== ''")
    copied = page.evaluate("navigator.clipboard.readText()")
    match = re.search(r"#q=(\d+)-(\d+):~:text=Minister$", copied)
    assert match
    body = newsroom.archive.get("oil00012").body
    assert body[int(match[1]) : int(match[2])] == "Minister"
    page.goto(copied)
    shown = page.evaluate("[...CSS.highlights.get('quoted')].map(range => range.toString())")
    assert shown == ["Minister"]


def test_offsets_count_characters_and_not_halves_of_them(newsroom: Served, opened: Opened) -> None:
    with newsroom.archive.writer() as writer:
        from searcher import Article

        writer.add(
            Article("Emoji 👩‍🚀 headline", "One 👩‍🚀 two\n\nthree 𝒳 zebra end", id="emoji001")
        )
    body = newsroom.archive.get("emoji001").body
    start = body.index("zebra")
    page = opened(f"{newsroom.url}/article/emoji001#q={start}-{start + 5}")
    shown = page.evaluate("[...CSS.highlights.get('quoted')].map(range => range.toString())")
    assert shown == ["zebra"]


@pytest.mark.parametrize("state", list(STATES))
def test_no_page_breaks_its_own_rules(
    address: Callable[[str], str], opened: Opened, state: str
) -> None:
    page = opened(address(state))
    assert page.said == []


def test_everything_is_done_without_a_script(newsroom: Served, opened: Opened) -> None:
    page = opened(newsroom.url, java_script_enabled=False)
    page.fill("#q", "oil price")
    page.click(".box button")
    page.wait_for_url("**/search?*")
    with page.expect_navigation():
        page.click(".axis a >> nth=1")  # a year of the timeline
    assert re.fullmatch(r"oil price date:20\d\d(-\d\d-\d\d\.\.20\d\d-\d\d-\d\d)?", q_of(page))
    with page.expect_navigation():
        page.click("#facet-source + ul a.only >> nth=0")
    assert "source:" in q_of(page)
    with page.expect_navigation():
        page.click("text=newest")
    assert "sort=-date" in page.url
    page.goto(newsroom.url + "/search?q=oil+price")
    with page.expect_navigation():
        page.click("nav.pages a[rel=next]")
    assert "page=2" in page.url
    with page.expect_navigation():
        page.click(".hit h2 a >> nth=0")
    assert "place=21" in page.url
    with page.expect_navigation():
        page.click("[data-key=next-hit]")
    assert "hit=1#hit-1" in page.url and "hit 1 of" in page.inner_text(".hit-walk")
    with page.expect_navigation():
        page.click("[data-key=next-hit]")
    assert "hit=2#hit-2" in page.url
    with page.expect_navigation():
        page.click("[data-key=next-article]")
    assert "place=22" in page.url
    page.click(".cite summary")
    assert page.is_visible("#citation-ris")
    page.goto(newsroom.url + "/compare")
    page.fill("#q-A", "oil")
    page.fill("#q-B", "truce")
    with page.expect_navigation():
        page.click(".compares button")
    assert "A and B" in page.inner_text(".overlap")
    page.goto(newsroom.url + "/search?q=oil+price")
    page.click(".export summary")
    assert "/api/v1/export?" in page.get_attribute(".export li a", "href")
    page.click(".save summary")
    page.fill("#save-name", "Without a script")
    with page.expect_navigation():
        page.click(".save button")
    assert "Without a script" in page.inner_text(".saved")
    page.goto(newsroom.url + "/search?q=oil+price")
    page.click(".folds > summary") if page.is_visible(".folds > summary") else None
    with page.expect_navigation():
        page.click(".narrow .folding a")
    assert "copies=all" in page.url
    parse(q_of(page))


PHONE = {"viewport": {"width": 375, "height": 700}, "reduced_motion": "reduce"}


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without one"])
@pytest.mark.parametrize("by", ["touch", "key"])
def test_narrow_opens_the_facets_on_a_phone(
    newsroom: Served, opened: Opened, scripts: bool, by: str
) -> None:
    page = opened(newsroom.url + "/search?q=oil+price", java_script_enabled=scripts, **PHONE)
    assert not page.is_visible(".facet a")
    if by == "touch":
        page.click(".to-narrow")
    else:
        page.focus(".to-narrow")
        page.keyboard.press("Enter")
    page.wait_for_selector(".facet a")
    box = page.query_selector("#facets").bounding_box()
    assert 0 <= box["y"] < 700  # it is what is looked at now
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first link in there
    page.wait_for_url("**/search?*copies=all*")
    page.go_back()
    page.goto(newsroom.url + "/search?q=oil+price&all=year#facet-year")
    assert page.is_visible("#facet-year")


SHEETS = {
    "save": "/search?q=oil+price", "export": "/search?q=oil+price", "shape": "/search?q=oil+price",
    "cite": "/article/oil00012?q=oil",
}  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without one"])
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_on_a_phone_can_be_closed_where_it_stands(
    newsroom: Served, opened: Opened, name: str, scripts: bool
) -> None:
    page = opened(newsroom.url + SHEETS[name], java_script_enabled=scripts, **PHONE)
    head, panel = f"details.{name} > summary", f"details.{name} .panel"
    page.click(head)
    assert page.is_visible(panel)
    sheet = page.query_selector(f"details.{name}").bounding_box()
    assert sheet["y"] >= 100 and sheet["y"] + sheet["height"] <= 700
    # To its end: the head stays.
    page.eval_on_selector(f"details.{name}", "one => { one.scrollTop = one.scrollHeight }")
    box = page.query_selector(head).bounding_box()
    assert abs(box["y"] - sheet["y"]) <= 2 and box["height"] >= 24
    page.click(head)
    assert not page.is_visible(panel)
    page.focus(head)  # and by keys
    page.keyboard.press("Enter")
    assert page.is_visible(panel)
    page.keyboard.press("Enter")
    assert not page.is_visible(panel)


@pytest.mark.parametrize(
    "path", ["/search?q=truce&words=1", "/search?q=truce&view=lines", "/compare?q=truce&q=again"]
)
def test_nothing_of_a_hostile_archive_runs(hostile: Served, opened: Opened, path: str) -> None:
    page = opened(hostile.url + path)
    page.on("dialog", lambda dialog: page.said.append(dialog.message))
    page.wait_for_timeout(100)
    assert page.said == []
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(hostile.url).netloc}


def test_the_text_of_a_hostile_article_is_the_text_that_is_stored(
    hostile: Served, opened: Opened
) -> None:
    page = opened(hostile.url)
    for number in range(len(PAYLOADS)):
        page.goto(f"{hostile.url}/article/hostile{number:02}?q=truce")
        article = hostile.archive.get(f"hostile{number:02}")
        assert page.said == []
        for start, text in page.eval_on_selector_all(
            "#body p", "all => all.map(one => [Number(one.dataset.start), one.textContent])"
        ):
            # The parser of HTML makes one line end of each kind.
            assert text == shown(article.body[start : start + len(text)]).replace("\r", "\n")
        assert page.inner_text("h1").split() == shown(article.title).split()
