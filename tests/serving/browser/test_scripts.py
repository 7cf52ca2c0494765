"""Do texts that run from right to left stand as their readers read them?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving.browser.conftest import IS_FULL, MODES, Opened
from tests.serving.browser.scripts import ARTICLES, make_scripts_index
from tests.serving.browser.test_looks import RULES
from tests.serving.conftest import Served, serving

PHONE = {"viewport": {"width": 375, "height": 700}}
BOTH = pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
OIL = "/search?q=النفط+OR+הנפט+OR+oil"


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("scripts") / "index"
    make_scripts_index(path)
    with serving(path) as server:
        yield server


# For each line: its article, and the middle of what stands on the first row of it.
PLACES = """() => [...document.querySelectorAll("tr.hit")].map(row => {
    const middle = one => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const boxes = [...range.getClientRects()].filter(box => box.width);
        return boxes.map(box => [box.left, box.right, box.top]);
    };
    return {
        id: row.querySelector("a").getAttribute("href").split(/[?#]/)[0].slice(9),
        left: middle(row.querySelector(".before")), match: middle(row.querySelector("mark")),
        right: middle(row.querySelector(".after bdi")),
        text: row.querySelector("td").textContent,
    };
})"""


def test_what_is_before_a_place_stands_where_its_script_begins(
    scripts: Served, opened: Opened
) -> None:
    found = opened(f"{scripts.url}{OIL}&view=lines").evaluate(PLACES)
    lines = scripts.archive.lines("النفط OR הנפט OR oil", width=60)
    assert len(found) == len(lines) == 16
    for shown, line in zip(found, lines, strict=True):
        assert "".join(shown["text"].split()) == "".join(
            (line.left + line.match + line.right).split()
        )
        begins_right = not shown["id"].startswith("english")
        ((start, end, _),) = shown["match"]
        for box in shown["left"]:
            assert box[0] >= end - 1 if begins_right else box[1] <= start + 1, line
        for box in shown["right"]:
            assert box[1] <= start + 1 if begins_right else box[0] >= end - 1, line
    # And all places stand below each other.
    edges = [one["match"][0][0 if one["id"].startswith("english") else 1] for one in found]
    kinds = {
        one["id"].startswith("english"): round(edge) for one, edge in zip(found, edges, strict=True)
    }
    for one, edge in zip(found, edges, strict=True):
        assert abs(edge - kinds[one["id"].startswith("english")]) <= 1


def test_on_a_phone_a_line_is_a_paragraph_of_its_script(scripts: Served, opened: Opened) -> None:
    page = opened(f"{scripts.url}{OIL}&view=lines", **PHONE)
    for shown in page.evaluate(PLACES):
        begins_right = not shown["id"].startswith("english")
        start, end, top = shown["match"][0]
        beside = [box for box in shown["left"] if abs(box[2] - top) < 8]
        for box in beside:
            assert box[0] >= end - 1 if begins_right else box[1] <= start + 1


ALIGNED = """selector => [...document.querySelectorAll(selector)].map(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const boxes = [...range.getClientRects()].filter(box => box.width);
    const box = one.getBoundingClientRect();
    return {
        text: one.textContent, direction: getComputedStyle(one).direction,
        atLeft: Math.min(...boxes.map(one => one.left)) - box.left < 2,
        atRight: box.right - Math.max(...boxes.map(one => one.right)) < 2,
    };
})"""


@BOTH
def test_a_block_that_begins_with_a_foreign_word_runs_as_the_rest_of_it(
    scripts: Served, opened: Opened, options: Any
) -> None:
    for article in ARTICLES:
        page = opened(f"{scripts.url}/article/{article.id}?q=OPEC+oil", **options)
        wanted = "ltr" if article.language == "en" else "rtl"
        blocks = page.evaluate(ALIGNED, "#body p") + page.evaluate(ALIGNED, "h1")
        assert len(blocks) == article.body.count("\n\n") + 2
        for block in blocks:
            assert block["direction"] == wanted, block
            assert block["atRight" if wanted == "rtl" else "atLeft"], block


@BOTH
def test_headlines_and_snippets_of_a_list_run_so_too(
    scripts: Served, opened: Opened, options: Any
) -> None:
    for view in ("", "&view=table"):
        page = opened(f"{scripts.url}{OIL}{view}", **options)
        selector = "tr.hit th" if view else ".hit h2, .hit .snippet"
        for block in page.evaluate(ALIGNED, selector):
            is_english = block["text"].startswith(("Oil", "VIENNA"))
            assert block["direction"] == ("ltr" if is_english else "rtl"), block
    page = opened(scripts.url, **options)
    newest = page.eval_on_selector_all(
        ".newest a bdi", "all => all.map(one => [one.textContent, one.dir])"
    )
    assert dict(newest) == {
        article.title: "ltr" if article.language == "en" else "rtl" for article in ARTICLES
    }


def test_names_of_two_scripts_stay_in_their_order(scripts: Served, opened: Opened) -> None:
    page = opened(f"{scripts.url}/article/arabic02")
    first, second = page.eval_on_selector_all(
        ".byline bdi", "all => all.map(one => one.getBoundingClientRect().left)"
    )
    assert first < second


# Colours and movement know no direction, and are looked at in every mode by `test_looks.py`.
WIDTHS = [mode for mode in MODES if IS_FULL or mode == "light" or "viewport" in MODES[mode]]


@pytest.mark.parametrize("mode", WIDTHS)
@pytest.mark.parametrize("path", [OIL, OIL + "&view=lines", "/article/arabic01?q=OPEC"])
def test_axe_finds_nothing_in_them(
    scripts: Served, opened: Opened, axe: str, path: str, mode: str
) -> None:
    page = opened(scripts.url + path, **MODES[mode])
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert [one["id"] for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
