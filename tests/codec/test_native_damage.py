"""Is every wrong byte of a native index an error, or no matter?

Bits are flipped and files cut at random, over all files of an index.  Whatever is then
asked is answered as before or refused; `check` finds every one.  The numbers are
`SEARCHER_FLIPS` (default 80) and `SEARCHER_CUTS` (default 40); a full run has 2,000
and 500.  What is wrong under right checksums is for `native/src/search/tests/damage.rs`.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive, Article, IndexStateError
from searcher.analysis import Analyzer
from searcher.codec.native import native_core
from searcher.indexing.writer import IndexWriter
from searcher.query import parse
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.generator import make_article, make_words

pytestmark = pytest.mark.skipif(native_core() is None, reason="needs the native core")

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
    "dates", "digests", "boundaries", "store index", "meta",
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = Random("damage")
    words = make_words(random)
    path = tmp_path_factory.mktemp("damage") / "index"
    with Archive.create(path) as archive:
        for i in range(3):
            with archive.writer() as writer:
                for j in range(40):
                    writer.add(make_article(random, words, f"{i}-{j}"))
                if i:
                    writer.remove(f"{i - 1}-3")
        with archive.writer() as writer:
            writer.add(known_article())
            writer.set_sources({})
    return path


def known_article() -> Article:
    body = "The humanitarian truce was called. A fire followed.\n\nThe truce held."
    return Article("Truce", body, ("Ana Li",), dt.date(2019, 4, 8), "Wire", id="known")


def searches(index: Path) -> Any:
    with Archive.open(index) as archive:
        answers = [archive.search(query, limit=20) for query in QUERIES]
        return [
            (found.total, found.matching_all, [hit.to_dict() for hit in found]) for found in answers
        ]


def plain_searches(index: Path) -> Any:
    snapshot = Snapshot(str(index))
    try:
        executor = PlainExecutor(snapshot, Analyzer(snapshot.language))
        return [executor.search(parse(query), limit=None) for query in QUERIES]
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
    with IndexWriter(str(index), commit_on_exit=False) as writer:
        payload = writer.path.digest([known_article()], writer.analyzer)
        return writer.classify_batch(writer.receive(payload)), writer.sources


ASKED: list[Callable[[Path], Any]] = [
    searches, plain_searches, sorted_ids, articles, statistics, classification,
]  # fmt: skip


@pytest.fixture(scope="module")
def expected(index: Path) -> list[Any]:
    return [ask(index) for ask in ASKED]


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
    if damaged.endswith(".nseg"):
        assert damaged in message
        if "bytes in place of" not in message:  # a cut file is known by its size
            assert any(f"in its section {section}:" in message for section in SECTIONS), message


def files_of(index: Path) -> list[Path]:
    return [path for path in sorted(index.iterdir()) if path.name != "MAIN_WRITELOCK"]


def is_found(index: Path, name: str) -> bool:
    try:
        report = Archive(str(index)).check()
    except IndexStateError:
        return True
    return name in {file.name for file in report.files if file.error}


def test_a_flipped_bit_is_refused_or_no_matter(index: Path, expected: list[Any]) -> None:
    random = Random("flips")
    files = files_of(index)
    seen = set()
    for number in range(FLIPS):
        path = files[number % len(files)]
        data = path.read_bytes()
        place, bit = random.randrange(len(data)), random.randrange(8)
        flipped = bytearray(data)
        flipped[place] ^= 1 << bit
        path.write_bytes(flipped)
        try:
            seen.update(outcomes(index, expected, path.name))
            assert is_found(index, path.name)
        except BaseException as error:
            error.add_note(f"bit {bit} of byte {place:,} of {len(data):,} of {path.name}")
            raise
        finally:
            path.write_bytes(data)
    assert seen == {"refused", "answered"}
    assert list(outcomes(index, expected)) == ["answered"] * len(ASKED)


def test_a_cut_file_is_refused(index: Path, expected: list[Any]) -> None:
    random = Random("cuts")
    files = files_of(index)
    for number in range(CUTS):
        path = files[number % len(files)]
        data = path.read_bytes()
        length = random.choice((0, len(data) - 1, random.randrange(len(data))))
        path.write_bytes(data[:length])
        try:
            found = list(outcomes(index, expected, path.name))
            if not path.name.startswith(("sources", "_MAIN")):  # what Searcher does not need
                assert found == ["refused"] * len(ASKED)
            assert is_found(index, path.name)
        except BaseException as error:
            error.add_note(f"{path.name} cut to {length:,} of {len(data):,} bytes")
            raise
        finally:
            path.write_bytes(data)


def test_a_lengthened_file_is_refused(index: Path) -> None:
    for path in files_of(index):
        data = path.read_bytes()
        path.write_bytes(data + b"\0")
        assert is_found(index, path.name)
        path.write_bytes(data)
