"""Do both executors answer real queries over a real archive alike, to the last bit?

Draws queries of thirty kinds from the archive's own articles (`tests/reference/`), asks
the plain executor and the native one everything about each, and prints how many agree.
Ends with 1 if any does not.  The plain executor is the definition and is slow: a
thousand queries over a hundred thousand articles take it the better part of an hour.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from runs_store import keep

from searcher.analysis import Analyzer
from searcher.request import Request
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.agreement import difference
from tests.reference.real_queries import RealQueries


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", help="an index of native segments")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", metavar="NAME", help="keep the figures under runs/ by this name")
    options = parser.parse_args()
    snapshot = Snapshot(options.index)
    if not snapshot.segments or any(segment.core is None for segment in snapshot.segments):
        parser.error("the index is not one of native segments")
    analyzer = Analyzer(snapshot.language)
    plain, native = PlainExecutor(snapshot, analyzer), NativeExecutor(snapshot, analyzer)
    random = Random(f"agreement {options.seed}")
    asked: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    matched = 0
    failures = []
    started = time.monotonic()
    for kind, text, query in RealQueries(snapshot, random).draw(options.queries):
        asked[kind] += 1
        found = difference(snapshot, plain, native, query, random)
        if found is None:
            agreed[kind] += 1
            matched += native.search(query, Request(query, limit=0)).total > 0
        else:
            failures.append({"kind": kind, "query": text, "difference": found[:2000]})
            print(f"{kind}: {text}\n  {found[:2000]}", flush=True)
        if asked.total() % 50 == 0:
            took = time.monotonic() - started
            print(f"{agreed.total()} of {asked.total()} agree, {took:,.0f} s", flush=True)
    print(
        f"{agreed.total()} of {asked.total()} queries agree over {snapshot.live_count:,} articles "
        f"in {len(snapshot.segments)} segments; {matched} of them match something"
    )
    if options.keep:
        figures = {
            "articles": snapshot.live_count,
            "segments": len(snapshot.segments),
            "seed": options.seed,
            "asked": dict(asked),
            "agreed": dict(agreed),
            "with matches": matched,
            "failures": failures,
        }
        print(keep(f"agreement-{options.keep}", figures))
    return 0 if asked and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
