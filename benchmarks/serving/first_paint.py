"""How soon is there something to see, beside a page of kiwix-serve?

Opens pages of `searcher serve` and of kiwix-serve in Chromium, in turns and each in a context of
its own, so that no page finds anything of another in a cache, and asks the browser when the first
byte came and when it first painted:

    the results of a search   ours with facets and timeline, kiwix's of its full-text index
    an article                one of the results

kiwix-serve is a C++ server of offline copies of Wikipedia (`apt-get install kiwix-tools`); a file
for it is made of the articles of a corpus by `--make FILE` (`pip install libzim`), not packed, so
that kiwix has nothing to unpack.  Without kiwix our own pages are measured alone.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from runs_store import keep

from serving.rates import ROOT, free_port, running, searcher_args

QUERIES = ("oil price", "central bank rates", "merger talks", "earthquake", "election result")
TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return paint ? [page.responseStart - page.requestStart, paint.startTime] : null;
}"""


def make_zim(path: Path, corpus: Path, number: int) -> None:
    """A file for kiwix-serve of the first `number` articles of `corpus`."""
    writer: Any = import_module("libzim.writer")

    class Page(writer.Item):  # type: ignore[misc]
        def __init__(self, path: str, title: str, text: str) -> None:
            super().__init__()
            self._path, self._title, self._text = path, title, text

        def get_path(self) -> str:
            return self._path

        def get_title(self) -> str:
            return self._title

        def get_mimetype(self) -> str:
            return "text/html"

        def get_contentprovider(self) -> Any:
            return writer.StringProvider(self._text)

        def get_hints(self) -> dict[Any, bool]:
            return {writer.Hint.FRONT_ARTICLE: True}

    creator = writer.Creator(str(path)).config_indexing(True, "eng")
    creator.config_compression(writer.Compression.none)  # which takes most of the time else
    with creator:
        creator.set_mainpath("main")
        creator.add_item(Page("main", "News", "<!doctype html><title>News</title><h1>News</h1>"))
        with open(corpus, encoding="utf-8") as lines:
            for line in islice(lines, number):
                article = json.loads(line)
                title = html.escape(article["title"])
                body = "".join(f"<p>{html.escape(p)}</p>" for p in article["body"].split("\n\n"))
                head = (
                    f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head>"
                )
                text = f"{head}<body><h1>{title}</h1>{body}</body></html>"
                creator.add_item(Page(article["id"], article["title"], text))
        for name in ("Title", "Name", "Description", "Creator", "Publisher"):
            creator.add_metadata(name, "News")
        creator.add_metadata("Language", "eng")
        creator.add_metadata("Date", "2026-11-30")


@contextlib.contextmanager
def kiwix(path: Path) -> Iterator[str]:
    """kiwix-serve over `path`, and its address."""
    port = free_port()
    process = subprocess.Popen(
        ["kiwix-serve", "--port", str(port), "--address", "127.0.0.1", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(400):
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10):
                break
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def look(browser: Any, url: str) -> tuple[float, float, int]:
    """Milliseconds to the first byte and to the first paint of a page, and its bytes."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    answer = page.goto(url, wait_until="load")
    size = len(answer.body())
    times = None
    while times is None:
        times = page.evaluate(TIMES)
        page.wait_for_timeout(20)
    context.close()
    return times[0], times[1], size


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--index", help="of Searcher")
    parser.add_argument("--zim", type=Path, help="a file of kiwix-serve")
    parser.add_argument("--make", type=Path, help="make that of --corpus, and do nothing else")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    if options.make:
        make_zim(options.make, options.corpus, options.articles)
        return 0
    from playwright.sync_api import sync_playwright

    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    found: dict[str, list[tuple[float, float, int]]] = {}
    port = free_port()
    with contextlib.ExitStack() as stack:
        path = "/api/v1/search?q=%s&limit=1"
        ours = stack.enter_context(running(searcher_args(options.index, port), port, path))
        pages: dict[str, Callable[[str], str]]
        pages = {"our results": lambda q: f"{ours.url}/search?q={quote(q)}"}
        first = {q: json.loads(ours.get(path % quote(q))[1])["hits"][0]["id"] for q in QUERIES}
        pages["our article"] = lambda q: f"{ours.url}/article/{first[q]}?q={quote(q)}"
        if options.zim is not None and shutil.which("kiwix-serve"):
            other, name = stack.enter_context(kiwix(options.zim)), options.zim.stem
            asked = f"{other}/search?content={name}&pattern="
            in_zim = {}
            for q in QUERIES:
                with urllib.request.urlopen(asked + quote(q), timeout=60) as answer:
                    results = answer.read().decode()
                in_zim[q] = re.findall(rf'href="(/{name}/[0-9a-f]{{16}})"', results)[0]
            pages["kiwix results"] = lambda q: asked + quote(q)
            pages["kiwix article"] = lambda q: other + in_zim[q]
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for url in pages.values():
            look(browser, url(QUERIES[0]))
        for round_number in range(options.rounds):
            query = QUERIES[round_number % len(QUERIES)]
            for name, url in pages.items():
                found.setdefault(name, []).append(look(browser, url(query)))
        browser.close()
    figures: dict[str, Any] = {"rounds": options.rounds, "load": round(os.getloadavg()[0], 1)}
    for name, seen in found.items():
        figures[name] = {
            "first byte ms, median": round(statistics.median(one[0] for one in seen), 1),
            "first byte ms, least": round(min(one[0] for one in seen), 1),
            "first paint ms, median": round(statistics.median(one[1] for one in seen), 1),
            "first paint ms, least": round(min(one[1] for one in seen), 1),
            "KB, median": round(statistics.median(one[2] for one in seen) / 1000, 1),
        }
    for name in ("results", "article"):
        if f"kiwix {name}" in found:
            pairs = zip(found[f"our {name}"], found[f"kiwix {name}"], strict=True)
            ratio = statistics.median(a[1] / b[1] for a, b in pairs)
            figures[f"{name}: first paint beside kiwix's, median of pairs"] = round(ratio, 2)
    print(json.dumps(figures, indent=1))
    if options.keep:
        print(keep("serving-first-paint", figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
