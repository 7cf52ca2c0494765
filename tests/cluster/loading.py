"""Articles on a cluster for tests of reading, put there without the writer."""

from __future__ import annotations

import json
from collections.abc import Sequence

from searcher import Article
from searcher.analysis import Analyzer
from searcher.cluster import mapping
from searcher.cluster.archive import ClusterArchive
from searcher.cluster.transport import Transport

__all__ = ["load"]

_AT_ONCE = 1_000


def load(
    url: str, articles: Sequence[Article], *, shards: int = 1, values: tuple[str, ...] = ()
) -> ClusterArchive:
    """Make the index of `url` anew, of `articles`, and open it."""
    facts = mapping.IndexFacts("en", Analyzer.version, values)
    transport = Transport(url)
    name = transport.index
    transport.write("DELETE", f"/{name}", accept=(404,))
    transport.write("PUT", f"/{name}", mapping.index_body(facts, shards=shards, copies=1))
    for at in range(0, len(articles), _AT_ONCE):
        lines = []
        for article in articles[at : at + _AT_ONCE]:
            lines.append(json.dumps({"index": {"_id": mapping.document_id(article.id)}}))
            lines.append(json.dumps(mapping.document(article, facts.analyzer, facts.fields)))
        data = ("\n".join(lines) + "\n").encode()
        answer = transport.write("POST", f"/{name}/_bulk", data, timeout_s=120.0)
        assert not answer.body["errors"], answer.body["items"][:1]
    transport.write("POST", f"/{name}/_refresh")
    return ClusterArchive(transport)
