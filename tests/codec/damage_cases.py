"""What is asked of an index whose files are damaged, and what may be answered.

An answer as before, or an `IndexStateError` that names the index and what is broken in it.
The numbers are `SEARCHER_FLIPS` (default 80) and `SEARCHER_CUTS` (default 40); a full run
has 2,000 and 500.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from searcher import Archive, Article, IndexStateError
from searcher.analysis import Analyzer
from searcher.codec.sources import Sources
from searcher.indexing.session import WriteSession
from searcher.indexing.writer import IndexWriter
from searcher.query import parse
from searcher.request import Request
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.generator import make_article, make_words

FLIPS = int(os.environ.get("SEARCHER_FLIPS", "80"))
CUTS = int(os.environ.get("SEARCHER_CUTS", "40"))
QUERIES = (
    "truce", "tru*", "fire~", '"humanitarian truce"', "truce w/s fire", "title:truce fire",
    "byline:ana", "has:date -fire", "source:w*", "date:2019", "length:1..30", "the to be",
    "truce w/3 fire", "truce pre/5 fire", "truce w/p fire", "truce NOT w/2 fire",
    "atleast2(fire)", "lead:truce hlead:fire", '"the * truce"', "fire^2 OR truce AND the", "*",
    "path:* AND NOT (section:world OR url:*)", "since:2011 until:2019-04-09 (truce fire)",
)  # fmt: skip
# The parts of a native segment that a message may name.
SECTIONS = (
    "header", "footer", "store", "postings", "stems", "forms", "values", "norms", "lengths",
    "dates", "digests", "boundaries", "store index", "meta", "ordinals", "days",
)  # fmt: skip


def make_index(path: Path, kind: str) -> None:
    """Make an index of three segments and more of `kind`, "plain" or "native"."""
    random = Random("damage")
    words = make_words(random)
    Archive.create(path).close()
    for i in range(3):
        with IndexWriter(str(path), kind=kind) as writer:
            for j in range(40):
                writer.add(make_article(random, words, f"{i}-{j}"))
            if i:
                writer.remove(f"{i - 1}-3")
    with WriteSession(str(path), kind=kind) as session:
        session.add_articles([known_article()])
        session.set_sources(Sources())
        session.commit()


def known_article() -> Article:
    body = "The humanitarian truce was called. A fire followed.\n\nThe truce held."
    return Article("Truce", body, ("Ana Li",), dt.date(2019, 4, 8), "Wire", id="known")


def searches(index: Path) -> Any:
    with Archive.open(index) as archive:
        answers = [archive.search(query, limit=20) for query in QUERIES]
        return [
            (found.total, found.matching_all, [hit.to_dict() for hit in found]) for found in answers
        ]


def counts(index: Path) -> Any:
    with Archive.open(index) as archive:
        facets = archive.facets("*", "source,byline,month", limit=None)
        timeline = archive.timeline(QUERIES[0], by="day", split="source")
        first = archive.first(QUERIES[0], by="byline")
        return [{**found.to_dict(), "took_ms": 0} for found in (facets, timeline, first)]


def plain_searches(index: Path) -> Any:
    snapshot = Snapshot(str(index))
    try:
        executor = PlainExecutor(snapshot, Analyzer(snapshot.language))
        return [executor.search(parse(query), Request(query, limit=None)) for query in QUERIES]
    finally:
        snapshot.close()


def sorted_ids(index: Path) -> Any:
    with Archive.open(index) as archive:
        return [archive.ids("*", sort=sort) for sort in ("score", "date", "-date")]


def articles(index: Path) -> Any:
    with Archive.open(index) as archive:
        return [archive.get(f"{i}-{j}") for i in range(3) for j in range(4, 40, 5)]


def statistics(index: Path) -> Any:
    with Archive.open(index) as archive:
        return replace(archive.stats(), size_bytes=0)  # the lock names its last holder


def classification(index: Path) -> Any:
    with WriteSession(str(index)) as session:
        payload = session.kind.digest([known_article()], session.analyzer, session.fields)
        return session.classify_batch(session.receive(payload)), session.sources


ASKED: list[Callable[[Path], Any]] = [
    searches, counts, plain_searches, sorted_ids, articles, statistics, classification,
]  # fmt: skip


def outcomes(index: Path, expected: list[Any], damaged: str = "") -> Iterator[str]:
    """What is asked of the index, in which the file `damaged` is, is answered or refused."""
    for ask, answer in zip(ASKED, expected, strict=True):
        try:
            found = ask(index)
        except IndexStateError as error:
            check_message(str(error), index, damaged)
            yield "refused"
        else:
            assert found == answer, ask.__name__
            yield "answered"


def check_message(message: str, index: Path, damaged: str) -> None:
    """A message names the index, the file and, in a native segment, the section."""
    assert str(index) in message
    if damaged.startswith("MAIN_"):
        assert damaged in message
    # A cut file is known by its size.
    if damaged.endswith(".nseg") and "bytes instead of" not in message:
        assert any(f"in its section {section}:" in message for section in SECTIONS), message


def files_of(index: Path) -> list[Path]:
    return [path for path in sorted(index.iterdir()) if path.name != "MAIN_WRITELOCK"]


def is_found(index: Path, name: str) -> bool:
    try:
        report = Archive(str(index)).check()
    except IndexStateError:
        return True
    return name in {file.name for file in report.files if file.error}
