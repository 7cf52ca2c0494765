"""Do facets, timelines and first mentions equal a count over all articles of a real archive?

Draws queries of thirty kinds from the archive's own articles, and counts what each finds once
more from the stored articles, with dictionaries (`tests/reference/counting.py`).  The native
executor counts in the core, the plain one in Python over columns; the articles that match are
those that the native executor finds (`benchmarks/agreement.py` compares these).  Ends with 1 if
any count differs.

    python benchmarks/newsroom/counts_agree.py INDEX [--queries 1000] [--keep NAME]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))
from runs_store import keep

from searcher.analysis import Analyzer
from searcher.codec.schema import article_of
from searcher.query import Node
from searcher.request import Request
from searcher.searching.axes import Axis, axes_of
from searcher.searching.budget import Budget
from searcher.searching.native import NativeExecutor
from searcher.searching.periods import label
from searcher.searching.snapshot import Snapshot
from searcher.searching.tally import Key, extremes, tally, tally_two
from tests.reference.counting import first_and_last, values_by
from tests.reference.real_queries import RealQueries

NAMES = ("source", "byline", "section", "language", "day", "week", "month", "year")


class Reader:
    """All articles, read once: what each counts for, and all that first mentions need."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.articles = [
            [article_of({**s.stored(n), "body": ""}) for n in range(s.count)]
            for s in snapshot.segments
        ]
        self.values = {
            name: [[values_by(a, name) for a in segment] for segment in self.articles]
            for name in NAMES
        }

    def counts(self, found: list[set[int]], name: str) -> tuple[Counter[str], int]:
        counts: Counter[str] = Counter()
        without = 0
        for segment, documents in zip(self.values[name], found, strict=True):
            for number in documents:
                counts.update(segment[number])
                without += not segment[number]
        return counts, without

    def pairs(self, found: list[set[int]], period: str, column: str) -> Counter[Any]:
        counts: Counter[Any] = Counter()
        for place, documents in enumerate(found):
            for number in documents:
                for when in self.values[period][place][number] or (None,):
                    for value in self.values[column][place][number] or (None,):
                        counts[when, value] += 1
        return counts


def named(key: Key | None, axis: Axis) -> str | None:
    if key is None:
        return None
    return label(key, axis.name) if isinstance(key, int) else key.decode()


def difference(
    snapshot: Snapshot, native: NativeExecutor, reader: Reader, query: Node, random: Random
) -> str | None:
    """What is counted otherwise than by reading; None if nothing."""
    found: list[set[int]] = [set() for _ in snapshot.segments]
    for match in native.search(query, Request(query, limit=None, sort="date")).matches:
        found[match.segment].add(match.number)
    axes = axes_of(NAMES, snapshot.fields)
    total, counted = native.tally(query, axes, limit=None, order="count", budget=Budget())
    if total != sum(map(len, found)):
        return f"{total} articles, should be {sum(map(len, found))}"
    for axis, native_tally in zip(axes, counted, strict=True):
        plain_tally = tally(snapshot, found, axis, limit=None, order="count", budget=Budget())
        if native_tally != plain_tally:
            return f"{axis.name}: native {native_tally}, plain {plain_tally}"[:2000]
        counts, without = reader.counts(found, axis.name)
        rows = {named(key, axis): articles for key, articles in native_tally.rows}
        if rows != counts or native_tally.without != without:
            return f"{axis.name}: {native_tally}, should be {counts}, {without} without"[:2000]
    period, column = random.choice(axes[4:]), random.choice(axes[:4])
    pairs = native.tally_two(query, period, column, Budget())
    if pairs != tally_two(snapshot, found, period, column, budget=Budget()):
        return f"{period.name} and {column.name}: native and plain differ"
    two = Counter({(named(a, period), named(b, column)): n for (a, b), n in pairs.items()})
    if two != reader.pairs(found, period.name, column.name):
        return f"{period.name} and {column.name}: {two}"[:2000]
    ends = native.extremes(query, column, Budget())
    if ends != extremes(snapshot, found, column, budget=Budget()):
        return f"first of {column.name}: native and plain differ"
    matching = [reader.articles[i][n] for i, numbers in enumerate(found) for n in numbers]

    def id_at(place: tuple[int, int] | None) -> str | None:
        return None if place is None else reader.articles[place[0]][place[1]].id

    firsts = {
        named(each.value, column): (each.articles, id_at(each.first), id_at(each.last))
        for each in ends
    }
    if firsts != first_and_last(matching, column.name):
        return f"first of {column.name}: {firsts}"[:2000]
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", help="an index of native segments")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", metavar="NAME", help="keep the figures under runs/ by this name")
    options = parser.parse_args()
    snapshot = Snapshot(options.index)
    native = NativeExecutor(snapshot, Analyzer(snapshot.language))
    reader = Reader(snapshot)
    random = Random(f"counts {options.seed}")
    asked = agreed = matched = 0
    failures = []
    started = time.monotonic()
    for kind, text, query in RealQueries(snapshot, random).draw(options.queries):
        asked += 1
        found = difference(snapshot, native, reader, query, random)
        matched += native.search(query, Request(query, limit=0)).total > 0
        if found is None:
            agreed += 1
        else:
            failures.append({"kind": kind, "query": text, "difference": found})
            print(f"{kind}: {text}\n  {found}", flush=True)
        if asked % 100 == 0:
            print(f"{agreed} of {asked} agree, {time.monotonic() - started:,.0f} s", flush=True)
    print(
        f"{agreed} of {asked} queries are counted alike over {snapshot.live_count:,} articles in "
        f"{len(snapshot.segments)} segments; {matched} of them match something"
    )
    if options.keep:
        figures = {
            "articles": snapshot.live_count,
            "segments": len(snapshot.segments),
            "seed": options.seed,
            "asked": asked,
            "agreed": agreed,
            "with matches": matched,
            "failures": failures,
        }
        print(keep(f"newsroom-counts-agree-{options.keep}", figures))
    return 0 if asked and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
