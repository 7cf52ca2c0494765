"""How long does indexing take, how much memory and how large an index does it need?

Runs Searcher and stock Whoosh over the same files, each in a process of its own, and
prints wall and CPU seconds, peak memory and size.  Stock Whoosh is given the same
fields through its own writer: title, body and byline with positions, every word kept,
stemmed; whole values; everything stored; one process, the memory it is given here.
Both read the files with Searcher's readers, whose time is in both figures.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from runs_store import keep

from searcher import Archive, Article, ReadError, read

MEMORY_MB = 256


def articles(paths: list[str]) -> Iterator[Article]:
    for path in paths:
        found = sorted(p for p in Path(path).rglob("*") if p.is_file())
        for file in found or [Path(path)]:
            try:
                yield from read(file, on_error=lambda error: None)
            except ReadError:
                continue


def with_searcher(paths: list[str], index: str) -> int:
    with Archive.open_or_create(index) as archive:
        archive.index(*paths, memory_mb=MEMORY_MB)
        return len(archive)


def with_whoosh(paths: list[str], index: str) -> int:
    import datetime as dt

    from whoosh import fields
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.index import create_in

    def text() -> fields.TEXT:
        return fields.TEXT(StemmingAnalyzer(stoplist=None, minsize=1), stored=True)

    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=text(),
        body=text(),
        byline=text(),
        source=fields.ID(stored=True),
        section=fields.ID(stored=True),
        url=fields.ID(stored=True),
        path=fields.ID(stored=True),
        date=fields.DATETIME(stored=True, sortable=True),
    )
    os.makedirs(index, exist_ok=True)
    count = 0
    writer = create_in(index, schema).writer(limitmb=MEMORY_MB)
    for article in articles(paths):
        date = article.date
        if isinstance(date, dt.datetime):
            date = date.astimezone(dt.UTC).replace(tzinfo=None)
        elif date is not None:
            date = dt.datetime(date.year, date.month, date.day)
        values = {
            "id": article.id,
            "title": article.title,
            "body": article.body,
            "byline": " ; ".join(article.byline),
            "source": article.source,
            "section": article.section,
            "url": article.url,
            "path": article.path,
            "date": date,
        }
        writer.add_document(**{name: value for name, value in values.items() if value})
        count += 1
    writer.commit()
    return count


ENGINES = {"searcher": with_searcher, "whoosh": with_whoosh}


def measure(engine: str, paths: list[str]) -> dict[str, float]:
    """Run one engine in a process of its own and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        command = [sys.executable, __file__, "--child", engine, "--index", index, *paths]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        figures: dict[str, float] = json.loads(done.stdout)
        figures["index_mb"] = sum(p.stat().st_size for p in Path(index).iterdir()) / 1e6
        return figures


def child(engine: str, paths: list[str], index: str) -> None:
    started = time.perf_counter()
    count = ENGINES[engine](paths, index)
    wall = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF)
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "articles": count,
                "wall_s": wall,
                "cpu_s": own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime,
                "peak_mb": own.ru_maxrss / 1024,
                "worker_peak_mb": workers.ru_maxrss / 1024,
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    parser.add_argument("--child", choices=list(ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--index", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.paths, options.index)
        return
    rows: dict[str, list[dict[str, float]]] = {engine: [] for engine in options.engines}
    for _ in range(options.runs):
        for engine in options.engines:
            figures = measure(engine, options.paths)
            rows[engine].append(figures)
            print(
                f"{engine:10}"
                + "".join(f"  {name} {value:,.1f}" for name, value in figures.items()),
                flush=True,
            )
    if options.keep:
        print(keep("indexing", rows))


if __name__ == "__main__":
    main()
