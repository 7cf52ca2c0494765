"""Run one extractor: a page's path and address in, its answer and CPU time out.

Lines of JSON on stdin and stdout.  It runs in whatever Python has the extractor; it imports
nothing of the benchmark's other files.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib
import importlib.metadata
import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
Extractor = Callable[[bytes, str | None], Answer]


def searcher() -> Extractor:
    from searcher.reading.html import read_html

    def extract(data: bytes, url: str | None) -> Answer:
        a = read_html(data, url)
        return {"title": a.title, "authors": list(a.byline), "date": a.date, "body": a.body}

    return extract


def trafilatura() -> Extractor:
    library = importlib.import_module("trafilatura")

    def extract(data: bytes, url: str | None) -> Answer:
        found = library.bare_extraction(data, url=url, with_metadata=True)
        if found is None:
            return {}
        return {
            "title": found.title, "authors": found.author, "date": found.date, "body": found.text,
        }  # fmt: skip

    return extract


def htmldate() -> Extractor:
    find_date = importlib.import_module("htmldate").find_date

    def extract(data: bytes, url: str | None) -> Answer:
        return {"date": find_date(data.decode("utf-8", "replace"), url=url, original_date=True)}

    return extract


def newspaper4k() -> Extractor:
    newspaper = importlib.import_module("newspaper")

    def extract(data: bytes, url: str | None) -> Answer:
        page = newspaper.Article(url or "http://example.com/", language="en")
        page.download(input_html=data.decode("utf-8", "replace"))
        page.parse()
        return {
            "title": page.title, "authors": page.authors, "date": page.publish_date,
            "body": page.text,
        }  # fmt: skip

    return extract


def readability_lxml() -> Extractor:
    html = importlib.import_module("lxml.html")
    document = importlib.import_module("readability").Document

    def extract(data: bytes, url: str | None) -> Answer:
        page = document(data.decode("utf-8", "replace"))
        tree = html.fromstring(page.summary())
        for node in tree.iter("p", "div", "br", "li", "h1", "h2", "h3", "h4", "tr"):
            node.tail = "\n" + (node.tail or "")
        return {"title": page.short_title(), "body": tree.text_content()}

    return extract


def goose3() -> Extractor:
    goose = importlib.import_module("goose3").Goose({"enable_image_fetching": False})

    def extract(data: bytes, url: str | None) -> Answer:
        page = goose.extract(raw_html=data.decode("utf-8", "replace"))
        return {
            "title": page.title, "authors": page.authors, "date": page.publish_date,
            "body": page.cleaned_text,
        }  # fmt: skip

    return extract


_ALL = ("body", "title", "authors", "date")
# How each is made, and which fields it gives.
EXTRACTORS: dict[str, tuple[Callable[[], Extractor], tuple[str, ...]]] = {
    "searcher": (searcher, _ALL),
    "trafilatura": (trafilatura, _ALL),
    "htmldate": (htmldate, ("date",)),
    "newspaper4k": (newspaper4k, _ALL),
    "readability-lxml": (readability_lxml, ("body", "title")),
    "goose3": (goose3, _ALL),
}
_WARM_UP = (
    b"<html><head><title>Warm-up</title></head><body><p>Imports, lazy tables.</p></body></html>"
)


def main() -> None:
    logging.disable(logging.CRITICAL)
    name = sys.argv[1]
    make, fields = EXTRACTORS[name]
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    extract = make()
    with contextlib.suppress(Exception):
        extract(_WARM_UP, None)
    hello = {"version": importlib.metadata.version(name), "fields": fields}
    print(json.dumps(hello), file=answers, flush=True)
    for line in sys.stdin:
        path, url = json.loads(line)
        data = Path(path).read_bytes()
        if path.endswith(".gz"):
            data = gzip.decompress(data)
        error: str | None = None
        answer: Answer = {}
        started = time.process_time()
        try:
            answer = extract(data, url)
        except Exception as failure:  # a peer may raise anything
            error = f"{type(failure).__name__}: {failure}"[:200]
        spent = time.process_time() - started
        row = {"answer": answer, "error": error, "cpu": spent}
        print(json.dumps(row, default=str), file=answers, flush=True)


if __name__ == "__main__":
    main()
