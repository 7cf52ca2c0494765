"""Which pages are there, and what is known of them?

The public sets in their own layouts (article-extraction-benchmark, fundus, newspaper4k,
mozilla-readability), and any folder with a `gold.jsonl`: a line for each page with `page` (its
file, `.gz` or not), and of `url`, `title`, `authors`, `date` and `body` what is known.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    path: Path
    url: str | None = None
    title: str | None = None
    authors: str | list[str] | None = None  # None: not known; empty: none
    date: str | None = None
    body: str | None = None


def text_at(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")


def folder(root: Path) -> Iterator[Page]:
    for line in (root / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        known = {name: row.get(name) for name in ("url", "title", "authors", "date", "body")}
        yield Page(root / row["page"], **known)


def article_extraction_benchmark(root: Path) -> Iterator[Page]:
    truth = json.loads((root / "ground-truth.json").read_text(encoding="utf-8"))
    for key, row in truth.items():
        yield Page(root / "html" / f"{key}.html.gz", row.get("url"), body=row["articleBody"])


def fundus(root: Path) -> Iterator[Page]:
    tests = root / "tests" / "resources" / "parser" / "test_data"
    for answers in sorted(tests.glob("*/*.json")):
        gold = json.loads(answers.read_text(encoding="utf-8"))
        versions = sorted(gold, key=lambda name: [int(n) for n in re.findall(r"\d+", name)])
        pages = sorted(answers.parent.glob(f"{answers.stem}_????_??_??.html.gz"))
        for version, path in zip(versions, pages, strict=False):
            row, markup = gold[version], text_at(path)
            link = re.search(
                r'<link[^>]+canonical["\']?[^>]*?href=["\']?([^"\' >]+)', markup
            ) or re.search(r'og:url["\']?[^>]*?content=["\']?([^"\' >]+)', markup)
            parts = [*row["body"]["summary"]]
            for section in row["body"]["sections"]:
                parts += section["headline"] + section["paragraphs"]
            url = html.unescape(link[1]) if link else None
            yield Page(
                path, url, row["title"], row.get("authors"), row["publishing_date"],
                "\n".join(parts),
            )  # fmt: skip


def newspaper4k(root: Path) -> Iterator[Page]:
    data = root / "tests" / "data"
    for known in sorted((data / "metadata").glob("*.json")):
        row = json.loads(known.read_text(encoding="utf-8"))
        path = data / "html" / f"{known.stem}.html"
        names = ("url", "title", "authors", "publish_date", "text")
        url, title, authors, date, body = (row.get(name) for name in names)
        yield Page(path, url, title, authors, date, body)


def mozilla_readability(root: Path) -> Iterator[Page]:
    block = re.compile(r"(?is)<(script|style).*?</\1>|</?(?:p|div|br|li|h\d|td|tr|pre)\b[^>]*>")
    for case in sorted((root / "test" / "test-pages").iterdir()):
        row = json.loads((case / "expected-metadata.json").read_text(encoding="utf-8"))
        text = block.sub("\n", (case / "expected.html").read_text(encoding="utf-8"))
        body = html.unescape(re.sub(r"<[^>]+>", "", text))
        yield Page(
            case / "source.html", None, row.get("title"), row.get("byline"),
            row.get("publishedTime"), body,
        )  # fmt: skip


SETS: dict[str, Callable[[Path], Iterator[Page]]] = {
    "article-extraction-benchmark": article_extraction_benchmark,
    "fundus": fundus,
    "newspaper4k": newspaper4k,
    "mozilla-readability": mozilla_readability,
}


def pages_in(root: Path) -> Iterator[tuple[str, Page]]:
    """Yield the pages under `root`: of a folder with a gold.jsonl, or of the sets in it."""
    if (root / "gold.jsonl").exists():
        yield from ((root.name, page) for page in folder(root))
    for name, load in SETS.items():
        if (root / name).is_dir():
            yield from ((name, page) for page in load(root / name))
