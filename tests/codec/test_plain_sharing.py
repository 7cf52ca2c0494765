"""Do forks and threads that read one open plain segment answer as one reader alone?"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive
from searcher.codec import positioned
from searcher.indexing.writer import IndexWriter
from searcher.searching.snapshot import SegmentView, Snapshot
from tests.reference.generator import make_article, make_words

CHILDREN = 4
ROUNDS = 6
QUERIES = (
    "truce", "tru*", '"humanitarian truce"', "truce w/s fire", "byline:ana", "has:date -fire",
    "date:2019", "length:1..30", "the to be", "*", "truce w/3 fire", "fire^2 OR truce AND the",
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = Random("sharing")
    words = make_words(random)
    path = tmp_path_factory.mktemp("sharing") / "index"
    Archive.create(path).close()
    for i in range(2):
        with IndexWriter(str(path), kind="plain") as writer:
            for j in range(150 - 100 * i):
                writer.add(make_article(random, words, f"{i}-{j}"))
    return path


@pytest.fixture(params=["from memory", "from disk"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files as small as these are kept in memory; larger ones are read when needed."""
    if request.param == "from disk":
        monkeypatch.setattr(positioned, "WHOLE_BYTES", 0)
        monkeypatch.setattr(positioned, "_BLOCKS_KEPT", 1)


def answers(archive: Archive) -> list[Any]:
    found = [archive.search(query, limit=5) for query in QUERIES]
    return [(results.total, [hit.to_dict() for hit in results]) for results in found]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
def test_an_archive_that_was_opened_before_a_fork_answers_in_all_processes(
    index: Path, kept: None
) -> None:
    with Archive.open(index) as archive:
        expected = answers(archive)
        children = []
        for _ in range(CHILDREN):
            child = os.fork()
            if not child:
                status = 1
                try:
                    sound = all(answers(archive) == expected for _ in range(ROUNDS))
                    status = 0 if sound else 2
                finally:
                    os._exit(status)  # nothing of the parent's test run is to happen here
            children.append(child)
        own = all(answers(archive) == expected for _ in range(ROUNDS))
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert own and statuses == [0] * CHILDREN


@pytest.fixture
def eager_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def said_of(segment: SegmentView, seed: int) -> list[Any]:
    said: list[Any] = []
    terms = segment.field_terms("body")
    for term in Random(seed).sample(terms, len(terms)):
        segment.forget_postings()
        postings = segment.postings("body", term)
        assert postings is not None
        said.append((term, [(i, postings.positions(i)) for i in postings.ids]))
    said.sort()
    for number in range(segment.count):
        said.append((segment.id(number), segment.boundaries(number), segment.stored(number)))
    return said


def test_threads_read_one_segment_at_once(index: Path, kept: None, eager_switching: None) -> None:
    snapshot = Snapshot(str(index))
    segment = snapshot.segments[0]
    expected = said_of(segment, 0)
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda seed=seed: found.append(said_of(segment, seed) == expected))
        for seed in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    snapshot.close()
    assert found == [True] * len(threads)
