"""What does an archive on a cluster hold, in figures?

As `searching/statistics.py` counts an index directory; what is known of files that were read is
not among it.
"""

from __future__ import annotations

from typing import Any

from searcher.cluster.counting import ClusterSpellings, CountingExecutor
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.words import Dsl
from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.statistics import Statistics

__all__ = ["statistics_of_cluster"]


def statistics_of_cluster(executor: CountingExecutor, facts: IndexFacts) -> Statistics:
    """Count what the index of `executor` holds.

    Cost: goes through all values that articles are counted by, and reads an article of each.
    """
    budget = Budget()
    transport = executor.asking.transport
    coverage = executor.coverage(budget)
    names = [name for name in facts.fields.values if facts.fields.by_name[name].facet]
    axes = [Axis(name, name) for name in names]
    everything = tree.Everything()
    _, tallies = executor.tally(everything, axes, limit=None, order="count", budget=budget)
    spellings = ClusterSpellings(executor, budget)
    values: dict[str, dict[str, int]] = {}
    for name, tally in zip(names, tallies, strict=True):
        terms = [key for key, _ in tally.rows if isinstance(key, bytes)]
        spellings.prepare(name, terms)
        values[name] = {
            spellings.of(name, key): number for key, number in tally.rows if isinstance(key, bytes)
        }
    sources, languages = values.pop("source"), values.pop("language")
    sums: Dsl = {
        "query": executor.visible,
        "size": 0,
        "aggs": {"words": {"sum": {"field": "length"}}},
    }
    words = executor.asking.search(sums, budget)["aggregations"]["words"]["value"]
    stats = transport.read("GET", f"/{transport.index}/_stats/docs,store,segments").body
    transport.check_whole(stats)
    totals: dict[str, Any] = stats["_all"]["total"]
    version = transport.server().get("version", {}).get("number", "")
    return Statistics(
        path=str(transport.address),
        articles=coverage.articles,
        deleted=stats["_all"]["primaries"]["docs"]["deleted"],
        segments=totals["segments"]["count"],
        generation=0,
        language=facts.language,
        size_bytes=totals["store"]["size_in_bytes"],
        words=int(words),
        first_date=coverage.first,
        last_date=coverage.last,
        undated=coverage.undated,
        sources=sources,
        languages=languages,
        unsourced=coverage.articles - sum(sources.values()),
        no_language=coverage.articles - sum(languages.values()),
        files=0,
        executor=f"opensearch {version}",
        values=values,
        hidden=_hidden(executor, budget),
        analysis=facts.analysis,
    )


def _hidden(executor: CountingExecutor, budget: Budget) -> dict[str, int]:
    """How many articles of each status are not shown."""
    asked: Dsl = {
        "query": {"bool": {"must_not": [executor.visible]}},
        "size": 0,
        "aggs": {"status": {"terms": {"field": "status", "size": 1_000}}},
    }
    found = executor.asking.search(asked, budget)["aggregations"]["status"]["buckets"]
    return {bucket["key"]: bucket["doc_count"] for bucket in sorted(found, key=_by_key)}


def _by_key(bucket: dict[str, Any]) -> str:
    return str(bucket["key"])
