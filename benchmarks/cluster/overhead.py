"""What does Searcher cost on top of a bare OpenSearch, writing and searching?

    python -m benchmarks.cluster.overhead reuters.jsonl.xz --articles 5000 --nodes 1

Writing: the same documents, made before, by Searcher's session (its look-ups, its bulks, its list
of files) and by a bare `helpers.parallel_bulk` of two threads, into fresh indices, by turns; the
time is until all is refreshed, without the analysis, which both need.  With analysis: the whole
session beside analysis and `parallel_bulk` one after another.  Searching: `archive.search` beside
its own requests, sent again by a bare client, each by the clock and in seconds of this process.  Of
all rounds the quickest counts.

Starts its own nodes (tests/cluster/nodes.py), with the optimising compiler.  On a busy machine the
figures say little; the quotients say more than the times.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from searcher import Archive, read
from searcher.cluster.address import Credentials
from searcher.cluster.archive import ClusterArchive
from searcher.cluster.creating import archive_body, create_archive
from searcher.cluster.mapping import IndexFacts, document_id
from searcher.cluster.preparing import Prepared, PreparedBatch, prepare
from searcher.cluster.session import ClusterSession
from searcher.cluster.transport import Transport
from tests.cluster.nodes import Nodes

_BATCH = 256
_QUERIES = (
    *("oil", "strike", "oil price", "crude oil inventories fall", "oil price*", "*ical"),
    *('"prime minister"', "bank AND rate", "opec w/10 cut", "merger NOT w/5 bank"),
)


def _quickest(rounds: int, ways: Sequence[Callable[[], float]]) -> list[float]:
    """The least time of each of `ways`, which take turns."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for place, way in enumerate(ways):
            times[place].append(way())
    return [min(found) for found in times]


class _Writing:
    def __init__(self, nodes: Nodes, path: str, count: int) -> None:
        import opensearchpy

        self._library, self._nodes = opensearchpy, nodes
        self._client = opensearchpy.OpenSearch(
            [f"http://127.0.0.1:{port}" for port in nodes.ports], timeout=120
        )
        self.articles = list(itertools.islice(read(path), count))
        self._fresh = itertools.count(1)
        with self._transport() as transport:
            self._facts = create_archive(transport, shards=nodes.count)
        self.documents = prepare(self.articles, self._facts.analyzer, self._facts.fields)

    def _transport(self) -> Transport:
        url = self._nodes.url(f"bench{next(self._fresh)}")
        return Transport(url, credentials=Credentials())

    def with_searcher(self, documents: Sequence[Prepared] | None) -> float:
        """Seconds until all is found; analysis too where there are no documents."""
        with self._transport() as transport:
            facts = create_archive(transport, shards=self._nodes.count)
            begun = time.perf_counter()
            with ClusterSession(transport, facts) as session:
                for start in range(0, len(self.articles), _BATCH):
                    keys = (
                        prepare(self.articles[start : start + _BATCH], facts.analyzer, facts.fields)
                        if documents is None
                        else documents[start : start + _BATCH]
                    )
                    session.add_batch(PreparedBatch(keys))
                session.commit()
            took_s = time.perf_counter() - begun
            self._nodes.ask(0, "DELETE", f"/{transport.index}-000001")
        return took_s

    def bare(self, documents: Sequence[Prepared] | None, facts: IndexFacts | None = None) -> float:
        """The same by `helpers.parallel_bulk`."""
        facts = facts or self._facts
        name = f"bare{next(self._fresh)}"
        body = archive_body(facts, shards=self._nodes.count, copies=min(2, self._nodes.count))
        self._client.indices.create(index=name, body=body)
        begun = time.perf_counter()
        if documents is None:
            documents = prepare(self.articles, facts.analyzer, facts.fields)
        # The library takes text, and makes bytes of it again: some microseconds of a millisecond.
        actions = (
            {
                **{"_op_type": "index", "_index": name, "_id": document_id(d.id)},
                "_source": None if d.source is None else d.source.decode(),
            }
            for d in documents
        )
        done = self._library.helpers.parallel_bulk(
            self._client, actions, thread_count=2, chunk_size=500, max_chunk_bytes=8 << 20
        )
        assert all(good for good, _ in done)
        self._client.indices.refresh(index=name)
        took_s = time.perf_counter() - begun
        self._client.indices.delete(index=name)
        return took_s


class _Recorded:
    """Notes what a sender is given."""

    def __init__(self, sender: Any) -> None:
        self._sender = sender
        self.seen: list[tuple[str, str, Any, bytes | None]] = []

    def send(
        self, host: Any, method: str, path: str, params: Any, body: bytes | None, timeout_s: float
    ) -> Any:
        self.seen.append((method, path, params, body))
        return self._sender.send(host, method, path, params, body, timeout_s)

    def close(self) -> None:
        self._sender.close()


def _both_clocks(use: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of this process."""
    begun, used = time.perf_counter(), time.process_time()
    use()
    return time.perf_counter() - begun, time.process_time() - used


class Searched(NamedTuple):
    """The least seconds of a query, by Searcher and by a bare client, on both clocks; its requests;
    and the medians by the clock."""

    ours: tuple[float, float]
    bare: tuple[float, float]
    requests: int
    medians: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        (ours_s, ours_used_s), (bare_s, bare_used_s) = self.ours, self.bare
        return {
            "requests": self.requests,
            "ms": [round(1000 * ours_s, 2), round(1000 * bare_s, 2)],
            "of_bare": round(ours_s / bare_s, 2),
            "median_ms": [round(1000 * median_s, 2) for median_s in self.medians],
            "of_bare_by_medians": round(self.medians[0] / self.medians[1], 2),
            "cpu_ms": [round(1000 * ours_used_s, 2), round(1000 * bare_used_s, 2)],
            # What another machine's clock would say, if nothing else ran there.
            "of_bare_by_cpu": round((bare_s + ours_used_s - bare_used_s) / bare_s, 2),
        }


def measure_queries(nodes: Nodes, url: str, rounds: int) -> dict[str, Searched]:
    """What each query takes, by Searcher and by a bare client."""
    import opensearchpy

    client = opensearchpy.OpenSearch([f"http://127.0.0.1:{nodes.ports[0]}"], timeout=60)
    found: dict[str, Searched] = {}
    with ClusterArchive.open(url) as archive:
        transport = archive.transport
        recorded = transport._sender = _Recorded(transport._sender)
        for query in _QUERIES:
            archive.search(query)  # figures for scores are known from then on
            recorded.seen.clear()
            archive.search(query)
            requests = list(recorded.seen)

            def ours(query: str = query) -> tuple[float, float]:
                return _both_clocks(lambda: archive.search(query))

            def send(requests: Sequence[Any] = requests) -> None:
                for method, path, params, body in requests:
                    client.transport.perform_request(method, path, params=params, body=body)

            rows = [(ours(), _both_clocks(send)) for _ in range(rounds)]
            least = [
                (min(row[way][0] for row in rows), min(row[way][1] for row in rows))
                for way in (0, 1)
            ]
            medians = [statistics.median(row[way][0] for row in rows) for way in (0, 1)]
            found[query] = Searched(least[0], least[1], len(requests), (medians[0], medians[1]))
    return found


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path")
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with Nodes(options.nodes, heap_mb=512, full_speed=True) as nodes:
        writing = _Writing(nodes, options.path, options.articles)
        count = len(writing.articles)
        documents = writing.documents
        ours, bare, ours_all, bare_all = _quickest(
            options.rounds,
            [
                lambda: writing.with_searcher(documents),
                lambda: writing.bare(documents),
                lambda: writing.with_searcher(None),
                lambda: writing.bare(None),
            ],
        )
        url = nodes.url("searched")
        with Archive.create(url, shards=options.nodes) as archive, archive.writer() as writer:
            for article in writing.articles:
                writer.add(article)
        searching = measure_queries(nodes, url, options.rounds * 10)
    print(
        json.dumps(
            {
                "articles": count,
                "nodes": options.nodes,
                "articles_per_s": round(count / ours),
                "bare_articles_per_s": round(count / bare),
                "of_bare": round(bare / ours, 3),
                "with_analysis_articles_per_s": round(count / ours_all),
                "with_analysis_of_bare": round(bare_all / ours_all, 3),
                "queries": {query: took.to_dict() for query, took in searching.items()},
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
