"""A browser that is there, and a server for it to look at.

Chromium of the system is driven by Playwright; where one of the two is missing the tests are
skipped and say so.  One browser serves all tests of a process; each has a context of its own.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article
from tests.serving.conftest import CORPUS, Served, serving

try:
    from searcher.serving.tokens import Token
except ImportError:
    collect_ignore_glob = ["test_*.py"]

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None  # type: ignore[assignment]

NAMES = ("chromium", "chromium-browser", "google-chrome")
TOKEN = "a-token-of-the-browser-tests"
IS_FULL = os.environ.get("SEARCHER_FULL") == "1"

Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, started once for a module.  Not for longer: while Playwright runs, no other test
    of this process could run a loop of its own."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if sync_playwright is None:
        pytest.skip("playwright is not installed: pip install -e '.[dev]'")
    if path is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        # As root there is no sandbox to be had.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over the sample corpus and three hundred articles more, over eight years, so that
    there are pages, months and sources enough."""
    path = tmp_path_factory.mktemp("newsroom")
    with Archive.create(path / "index") as archive:
        archive.index(CORPUS)
        with archive.writer() as writer:
            for number in range(300):
                day = dt.date(2006, 1, 2) + dt.timedelta(days=number * 9)
                writer.add(
                    Article(
                        title=f"OPEC meeting {number} sees oil price at ${40 + number % 60}",
                        body=_body(number),
                        byline=(("Ada Berg", "Tom Okafor", "Lin Wei")[number % 3],),
                        source=("Meridian Wire", "Harbour Courier")[number % 2],
                        date=day,
                        language="en",
                        url=f"https://news.example/oil/{number}",
                        id=f"oil{number:05}",
                    )
                )
    with serving(path / "index", state=str(path / "state")) as server:
        for name, query in (("Oil and OPEC", "oil price w/5 opec"), ("Truces", "truce libya")):
            with server.client(headers={"origin": server.url}) as client:
                client.post("/saved", data={"name": name, "q": query})
        yield server


@pytest.fixture(scope="session")
def guarded(newsroom: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that asks for a token."""
    state = tmp_path_factory.mktemp("guarded")
    tokens = (Token("desk", TOKEN, may_save=True),)
    with serving(newsroom.archive.path, tokens=tokens, state=str(state)) as server:
        yield server


@pytest.fixture
def address(newsroom: Served, guarded: Served) -> Callable[[str], str]:
    """The URL of a state."""
    return lambda state: (guarded if state == "login" else newsroom).url + STATES[state]


def _body(number: int) -> str:
    said = f"Minister number {number} told reporters that cuts of {number % 7} million barrels"
    return (
        f"LONDON - The oil price rose on Monday, before OPEC met for the {number}th time.\n\n"
        f"{said} would take the oil price back to where it was in week {number * 13 % 97}.\n\n"
        + "\n\n".join(
            f"Paragraph {n} of dispatch {number}: tankers {n * number % 89} waited off the coast."
            for n in range(12)
        )
        + "\n\nAnalysts said that OPEC would meet again, and that oil might fall."
    )


@pytest.fixture
def opened(browser: Any) -> Iterator[Opened]:
    """`opened(url, **context)` opens a page, and fails the test if it broke a rule of its own:
    what the console says of scripts and policies ends up in `page.said`."""
    contexts = []

    def open_page(url: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on(
            "console",
            lambda message: (
                page.said.append(message.text)
                if message.type == "error" and "status of" not in message.text
                else None
            ),
        )
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as the distribution axe-playwright-python carries it."""
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")


STATES = {
    "home": "/",
    "results": "/search?q=oil+price+since%3A2007+-byline%3Awei&words=1",
    "lines": "/search?q=oil+price&view=lines&sort=left",
    "table": "/search?q=oil+price&view=table",
    "error": "/search?q=tilte%3Atruce",
    "zero": "/search?q=truce+w%2F2+barrels+since%3A2031",
    "article": "/article/oil00012?q=oil+w%2F5+price&place=3&hit=2",
    "compare": "/compare?q=oil+price&q=truce&q=port",
    "saved": "/saved",
    "about": "/about",
    "help": "/help",
    "login": "/login",
}
"""The twelve states that pages are looked at in."""

MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "reduced motion": {"reduced_motion": "reduce"},
    "320 px": {"viewport": {"width": 320, "height": 640}},
    # 1,280 by 1,024 pixels at 400 %.
    "400 %": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
}
"""And the six ways in which people look at them."""
