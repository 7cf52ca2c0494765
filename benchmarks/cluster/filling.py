"""How fast is a large archive on a cluster filled, and searched, beside a bare OpenSearch?

    python -m benchmarks.cluster.filling reuters.jsonl.xz --nodes 3 --keep cluster-filling

All articles go into two archives of one cluster by turns, a few thousand to one, the same to the
other: by Searcher's session (its look-ups, versions, bulks and list of files), and by a bare
`helpers.parallel_bulk` of two threads.  A turn ends when what it wrote is on the disks and is
found.  The documents are made before, since both need them; what making them takes is told beside.
So both grow alike, and what else the machine does meets both.

Then queries: `archive.search` with snippets beside its own requests, sent again by a bare client
(`overhead.py`), by turns, the least and the median of some rounds.

Starts its own nodes (tests/cluster/nodes.py), with the optimising compiler.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import opensearchpy
from runs_store import keep

from searcher import Article, read
from searcher.cluster.address import Credentials
from searcher.cluster.creating import archive_body, create_archive
from searcher.cluster.mapping import document_id
from searcher.cluster.preparing import Prepared, PreparedBatch, prepare
from searcher.cluster.session import ClusterSession
from searcher.cluster.transport import Transport
from tests.cluster.nodes import Nodes

from .overhead import measure_queries

_BATCH = 256


def _turns(path: str, count: int | None, turn: int) -> Iterator[list[Article]]:
    articles = itertools.islice(read(path), count)
    while some := list(itertools.islice(articles, turn)):
        yield some


def _by_searcher(session: ClusterSession, documents: list[Prepared]) -> float:
    begun = time.perf_counter()
    for start in range(0, len(documents), _BATCH):
        session.add_batch(PreparedBatch(documents[start : start + _BATCH]))
    session.commit(more_to_come=True)
    return time.perf_counter() - begun


def _bare(client: Any, index: str, documents: list[Prepared]) -> float:
    begun = time.perf_counter()
    actions = (
        {
            **{"_op_type": "index", "_index": index, "_id": document_id(d.id)},
            "_source": None if d.source is None else d.source.decode(),
        }
        for d in documents
    )
    done = opensearchpy.helpers.parallel_bulk(
        client,
        actions,
        thread_count=2,
        chunk_size=500,
        max_chunk_bytes=8 << 20,
        raise_on_error=False,
    )
    for good, item in done:
        assert good, str(item)[:500]
    client.indices.refresh(index=index)
    return time.perf_counter() - begun


def fill(nodes: Nodes, path: str, *, count: int | None, turn: int) -> dict[str, Any]:
    """Fill `searched` and a bare index of the same settings, by turns, and say how long it took."""
    client = opensearchpy.OpenSearch(
        [f"http://127.0.0.1:{port}" for port in nodes.ports], timeout=120
    )
    ours: list[float] = []
    bare: list[float] = []
    prepared_s = 0.0
    articles = 0
    copies = min(2, nodes.count)
    with Transport(nodes.url("searched"), credentials=Credentials()) as transport:
        facts = create_archive(transport, shards=nodes.count, copies=copies)
        client.indices.create(
            index="bare", body=archive_body(facts, shards=nodes.count, copies=copies)
        )
        nodes.wait("green")
        with ClusterSession(transport, facts) as session:
            for place, some in enumerate(_turns(path, count, turn)):
                begun = time.process_time()
                documents = prepare(some, facts.analyzer, facts.fields)
                prepared_s += time.process_time() - begun
                articles += len(documents)
                # Whoever comes second finds the machine as the first has left it.
                if place % 2:
                    bare.append(_bare(client, "bare", documents))
                    ours.append(_by_searcher(session, documents))
                else:
                    ours.append(_by_searcher(session, documents))
                    bare.append(_bare(client, "bare", documents))
                print(f"{articles:,} articles, {ours[-1]:.1f} s, bare {bare[-1]:.1f} s", flush=True)
            session.commit()
    counted = [client.count(index=name)["count"] for name in ("searched", "bare")]
    client.indices.delete(index="bare")
    return {
        "articles": articles,
        "held": counted,
        "articles_per_s": round(articles / sum(ours)),
        "bare_articles_per_s": round(articles / sum(bare)),
        "of_bare": round(sum(bare) / sum(ours), 3),
        "of_bare_median_turn": round(
            statistics.median(b / o for o, b in zip(ours, bare, strict=True)), 3
        ),
        "turn": turn,
        "turns_s": [[round(s, 2) for s in row] for row in (ours, bare)],
        "prepared_articles_per_cpu_s": round(articles / prepared_s),
    }


def main() -> None:
    """Measure, print one JSON object, and keep it if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path")
    parser.add_argument("--articles", type=int)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--heap-mb", type=int, default=1024)
    parser.add_argument("--turn", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", help="write a run of that name under benchmarks/runs/")
    options = parser.parse_args()
    # Garbage that waits is no reason to refuse a bulk, which a bare client does not send again.
    settings = {"indices.breaker.total.use_real_memory": False}
    with Nodes(options.nodes, heap_mb=options.heap_mb, full_speed=True, settings=settings) as nodes:
        figures = {
            "nodes": options.nodes,
            "heap_mb": options.heap_mb,
            **fill(nodes, options.path, count=options.articles, turn=options.turn),
        }
        found = measure_queries(nodes, nodes.url("searched"), options.rounds)
        figures["queries"] = {query: took.to_dict() for query, took in found.items()}
    print(json.dumps(figures, indent=2))
    if options.keep:
        keep(options.keep, figures)


if __name__ == "__main__":
    main()
