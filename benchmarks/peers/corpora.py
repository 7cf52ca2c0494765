"""Which articles, in a form that every engine reads at once?

Whatever `searcher.read` reads (files, folders, tar archives of them) becomes one file of
JSON lines, made once and kept in the working folder: id, title, byline (a list), date
(as `Article` has it), `date_s` (seconds since 1970, UTC; None without a date), url, body.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import searcher
from searcher import Article

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
DEFAULT = SHARED / "reuters-2006-2013.jsonl.xz"


def read(source: Path) -> Iterator[Article]:
    """The articles of a file, a folder or a tar archive, in the order of their names."""
    if ".tar" in source.suffixes:
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
            yield from read(Path(folder))
    elif source.is_dir():
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            yield from searcher.read(file)
    else:
        yield from searcher.read(source)


def record(article: Article) -> dict[str, Any]:
    date = article.date
    if date is None:
        seconds = None
    elif isinstance(date, dt.datetime):
        seconds = int(date.timestamp())
    else:
        seconds = int(dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC).timestamp())
    return {
        "id": article.id,
        "title": article.title,
        "byline": article.byline,
        "date": None if date is None else date.isoformat(),
        "date_s": seconds,
        "url": article.url,
        "body": article.body,
    }


def prepared(source: Path, articles: int | None, work: Path) -> Path:
    """The prepared file of the first `articles` of `source`, made if it is not there.

    Of articles with one id the last counts, as in an index, so that all engines hold as
    many documents.
    """
    state = source.stat()
    key = f"{source.resolve()} {state.st_mtime_ns} {state.st_size} {articles}"
    digest = hashlib.blake2b(key.encode(), digest_size=4).hexdigest()
    target = work / f"corpus-{source.name.split('.')[0]}-{articles or 'all'}-{digest}.jsonl"
    if not target.exists():
        found = {article.id: article for article in itertools.islice(read(source), articles)}
        write(target, (record(article) for article in found.values()))
    return target


def repeated(source: Path, articles: int, target: Path) -> None:
    """Write `articles` records: those of `source`, again and again with new ids and dates."""
    span_s = 8 * 366 * 86_400

    def records() -> Iterator[dict[str, Any]]:
        for copy in itertools.count():
            with source.open(encoding="utf-8") as lines:
                for line in lines:
                    article = json.loads(line)
                    if copy:
                        article["id"] += f"-{copy}"
                        article["url"] = article["url"] and article["url"] + f"-{copy}"
                    if copy and article["date_s"] is not None:
                        article["date_s"] += copy * span_s
                        date = dt.datetime.fromtimestamp(article["date_s"], dt.UTC)
                        article["date"] = date.isoformat()
                    yield article

    write(target, itertools.islice(records(), articles))


def write(target: Path, records: Iterator[dict[str, Any]]) -> None:
    """Write the file whole or not at all."""
    part = target.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        for article in records:
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    part.replace(target)


def load(corpus: Path) -> Iterator[dict[str, Any]]:
    with corpus.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def text_bytes(corpus: Path) -> int:
    """The bytes of title and body: what "MB of text" counts."""
    return sum(len((a["title"] + a["body"]).encode()) for a in load(corpus))
