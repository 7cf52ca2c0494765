"""Can everybody read the pages: in every mode, at every width, on paper?"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.serving.browser.conftest import IS_FULL, MODES, STATES, Opened
from tests.serving.conftest import Served

Address = Callable[[str], str]
TITLES = {"saved": "Saved searches", "login": "Log in", "article": "OPEC", "help": "How to ask"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAIRS = [
    (state, mode)
    for state in STATES
    for mode in MODES
    if IS_FULL or mode == "light" or state in ("results", "article")
]


@pytest.mark.parametrize(("state", "mode"), PAIRS)
def test_axe_finds_nothing(
    address: Address, opened: Opened, axe: str, state: str, mode: str
) -> None:
    page = opened(address(state), **MODES[mode])
    assert page.title().startswith(TITLES.get(state, ""))
    for details in page.query_selector_all("details.drop summary, details.numbers > summary")[:3]:
        details.evaluate("one => { one.parentElement.open = true }")
    page.evaluate(axe)
    found = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES
    )
    said = [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
    assert not said, "\n".join(said)


@pytest.mark.parametrize("state", STATES)
def test_no_page_is_wider_than_a_small_phone(address: Address, opened: Opened, state: str) -> None:
    page = opened(address(state), **MODES["320 px"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


LONG = "a" * 90
TABLES = (
    "/search?q=oil+price&view=table", "/search?q=oil+price&view=lines", "/about",
    "/compare?q=oil&q=truce&q=libya&q=port&q=opec", f"/compare?q=oil+{LONG}&q=truce",
    f"/search?q=oil+AND+{LONG}", f"/search?q=oil+OR+{LONG}&words=1", "/help",
)  # fmt: skip


@pytest.mark.parametrize("path", TABLES)
def test_no_table_is_cut_on_a_phone(newsroom: Served, opened: Opened, path: str) -> None:
    """It stands whole, or scrolls in a box of its own that keys reach, which says that it does."""
    page = opened(newsroom.url + path, viewport={"width": 375, "height": 700})
    cut = page.evaluate(
        """() => [...document.querySelectorAll("td, th, tr")].filter(one => {
            const box = one.getBoundingClientRect();
            return one.checkVisibility() && box.width > 1 && box.right > innerWidth
                && !one.closest("thead")?.matches(".unseen, .hit-table thead")
                && !one.closest(".scrolls[tabindex='0'][role=region]");
        }).map(one => one.outerHTML.slice(0, 100))"""
    )
    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for box in page.query_selector_all(".scrolls"):
        wider = box.evaluate("one => one.checkVisibility() && one.scrollWidth - one.clientWidth")
        assert not (wider and path.startswith("/search")), "results are not scrolled for"
        if wider:
            box.focus()
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(150)
            assert box.evaluate("one => one.scrollLeft") > 0
            assert "gradient" in box.evaluate("one => getComputedStyle(one).backgroundImage")


@pytest.mark.parametrize("mode", ["light", "dark", "forced colours"])
def test_axe_finds_nothing_in_an_open_sheet(
    newsroom: Served, opened: Opened, axe: str, mode: str
) -> None:
    for path, name in (("/article/oil00012?q=oil", "cite"), ("/search?q=oil", "save")):
        options = {**MODES[mode], "viewport": {"width": 375, "height": 700}}
        page = opened(newsroom.url + path, **options)
        page.click(f"details.{name} > summary")
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        assert [one["id"] for one in found["violations"]] == []


@pytest.mark.parametrize("state", ["home", "results", "lines", "article", "compare"])
def test_nothing_moves_while_a_page_comes(newsroom: Served, opened: Opened, state: str) -> None:
    for width in (1280, 375):
        page = opened(newsroom.url + STATES[state], viewport={"width": width, "height": 800})
        page.wait_for_timeout(200)
        moved = page.evaluate(
            """() => new Promise(done => {
                const moved = [];
                new PerformanceObserver(list => {
                    for (const entry of list.getEntries())
                        moved.push(entry.value + ": " + entry.sources.map(one =>
                            (one.node?.outerHTML ?? one.node?.textContent ?? "?").slice(0, 90)
                            + JSON.stringify([one.previousRect, one.currentRect])).join("; "));
                }).observe({ type: "layout-shift", buffered: true });
                setTimeout(() => done(moved), 150);
            })"""
        )
        assert moved == [], f"at {width} px"


def test_pages_are_small_and_ask_nobody_else(newsroom: Served, opened: Opened) -> None:
    for state, most in (("results", 30 << 10), ("article", 20 << 10)):
        page = opened(newsroom.url + STATES[state].replace("&words=1", ""))
        hosts = {urlsplit(url).netloc for url in page.asked}
        assert hosts == {urlsplit(newsroom.url).netloc}
        size = 0
        for url in set(page.asked):
            answer = newsroom.get(url.removeprefix(newsroom.url), headers={"accept": "text/html"})
            body = answer.content
            size += min(len(body), len(gzip.compress(body)))
        if state == "article":
            size -= len(gzip.compress(page.inner_text("#body").encode()))
        assert size <= most, (state, size)


def test_it_is_dark_where_it_should_be(newsroom: Served, opened: Opened) -> None:
    colours = {
        mode: opened(newsroom.url, **MODES[mode]).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for mode in ("light", "dark")
    }
    assert colours["light"] != colours["dark"]


def test_nothing_moves_for_those_who_do_not_want_it(newsroom: Served, opened: Opened) -> None:
    moving = (
        "() => [...document.querySelectorAll('*')].filter(one => {"
        " const style = getComputedStyle(one);"
        " return style.transitionDuration !== '0s' || style.animationName !== 'none'"
        " || style.scrollBehavior === 'smooth' }).length"
    )
    url = newsroom.url + STATES["results"]
    assert opened(url, reduced_motion="reduce").evaluate(moving) == 0
    assert opened(url, reduced_motion="no-preference").evaluate(moving) > 0


def controls(page: Any) -> list[str]:
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("input, button, summary, .narrow, .tools, .pages")]
            .filter(one => one.checkVisibility({ checkOpacity: true }))
            .map(one => one.outerHTML.slice(0, 80))"""
    )
    return found


@pytest.mark.parametrize("state", ["results", "article"])
def test_paper_has_no_controls_and_says_where_things_are(
    newsroom: Served, opened: Opened, state: str
) -> None:
    page = opened(newsroom.url + STATES[state])
    page.emulate_media(media="print")
    assert controls(page) == []
    after = page.evaluate(
        """selector => getComputedStyle(document.querySelector(selector), "::after").content""",
        ".hit h2 a" if state == "results" else ".story .out",
    )
    assert "/article/" in after or "https://news.example/" in after
    pdf = page.pdf(tagged=True, outline=True)
    assert b"/StructTreeRoot" in pdf
    assert b"/H1" in pdf and (state == "article" or b"/H2" in pdf)
