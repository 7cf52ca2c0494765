"""What does an answer folded by texts, or by stories, cost beside one that is not?

The same searches of one archive through the library's own front door, with all totals: ten
articles, ten texts, ten stories, in turns, the quickest of many, in milliseconds of processor
time; of narrow, middling and broad queries, by score and by date, and counted by month.

    python benchmarks/newsroom/folding.py INDEX [--keep]

INDEX holds the Reuters articles, with stories (`searcher groups --stories`).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from runs_store import keep

from searcher import Archive

QUERIES = (
    "haftar",
    "libya tripoli",
    "mubarak resign",
    "goldman sachs",
    "oil",
    '"central bank"',
    "oil OR gas -opec",
    "company AND profit",
    "greece debt",
    "market OR shares",
    "said",
    "reuters",
    "*",
)
GROUPS = ("none", "copies", "stories")


def quickest_ms(tasks: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The least processor time of each task, all of them in turns."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, task in tasks.items():
            started = time.process_time()
            task()
            best[name] = min(best[name], (time.process_time() - started) * 1000)
    return {name: round(took, 3) for name, took in best.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", help="an index with stories")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    figures: dict[str, Any] = {"rounds": options.rounds}
    ratios: dict[str, list[float]] = {}
    with Archive.open(options.index) as archive:
        stats = archive.stats()
        figures |= {"articles": stats.articles, "segments": stats.segments, "queries": {}}
        for query in QUERIES:
            counts = archive.search(query, group="stories").counts
            tasks: dict[str, Callable[[], Any]] = {}
            group: Any
            for group in GROUPS:
                tasks[group] = partial(archive.search, query, group=group)
                for sort in ("-date", "date"):
                    tasks[f"{group} {sort}"] = partial(
                        archive.search, query, group=group, sort=sort
                    )
            for unit in ("articles", "texts", "stories"):
                tasks[f"month {unit}"] = partial(archive.facets, query, "month", count=unit)
            took = quickest_ms(tasks, options.rounds)
            found = counts.to_dict() if counts else {}
            figures["queries"][query] = found | {"ms": took}
            times = {}
            for sort in ("", " -date", " date"):
                for group in GROUPS[1:]:
                    times[group + sort] = round(took[group + sort] / took["none" + sort], 2)
            for name, ratio in times.items():
                ratios.setdefault(name, []).append(ratio)
            figures["queries"][query]["times"] = times
            print(query, found, took, times, flush=True)
    figures["times"] = {
        name: {"median": round(statistics.median(each), 2), "most": max(each)}
        for name, each in ratios.items()
    }
    print(figures["times"])
    if options.keep:
        print(keep("newsroom-folding", figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
