"""Do both executors answer real queries over real newswire alike?

A few thousand real articles in several segments, some replaced and removed, and queries
of every kind in their words.  `benchmarks/agreement.py` does the same over whole archives.
The articles are other people's and not part of this project: without them the test is
skipped.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, read
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.request import Request
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.agreement import difference
from tests.reference.real_queries import KINDS, RealQueries

if native_core() is None:
    pytest.skip("the native core is not here", allow_module_level=True)

from searcher.searching.native import NativeExecutor

DATA = Path(__file__).parents[3] / "shared" / "data"
QUERIES = 3 * len(KINDS)


@pytest.mark.parametrize(
    "name", ["reuters21578/reut2-003.sgm.gz", "cc-news-finance-2017-2020.jsonl.xz"]
)
def test_real_queries_are_answered_alike(name: str, tmp_path: Path) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no real data beside the repository (../shared/data/{name})")
    articles = list(itertools.islice(read(path), 1500))
    with Archive.create(tmp_path / "index") as archive:
        for part in (articles[:900], articles[900:1400], articles[1400:]):
            with archive.writer() as writer:
                for article in part:
                    writer.add(article)
        with archive.writer() as writer:
            for number in range(0, len(articles), 50):
                writer.remove(articles[number].id)
                writer.add(articles[number + 1])
    snapshot = Snapshot(str(tmp_path / "index"))
    analyzer = Analyzer(snapshot.language)
    plain, native = PlainExecutor(snapshot, analyzer), NativeExecutor(snapshot, analyzer)
    random = Random(f"agreement {name}")
    kinds = set()
    matching = 0
    for kind, text, query in RealQueries(snapshot, random).draw(QUERIES):
        assert difference(snapshot, plain, native, query, random) is None, text
        kinds.add(kind)
        matching += native.search(query, Request(query, limit=0)).total > 0
    assert len(kinds) > 20 and matching > QUERIES / 2
    snapshot.close()
