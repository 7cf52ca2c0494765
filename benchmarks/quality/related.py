"""How good is the background of an article, beside Lucene's MoreLikeThis, and what does it cost?

    quality/related.py                    all collections, `archive.related` beside MoreLikeThis
    quality/related.py topics --articles 500        so many of its articles, drawn at random
    quality/related.py --cost --index DIR           beside a query of the headline
    quality/related.py --keep             figures under ../runs

An answer is right if it is of the same topic, story or category (gathered.py); copies of the
article are left out.  `archive.related` also leaves out copies of one another and spreads over
days, so its query alone stands beside MoreLikeThis too.  That has its own defaults and weights of
terms, over the same articles.  The cost is processor time in turns, article by article, the least
of some rounds of each, ten answers: of `archive.related`, and of `archive.search` with the words
of the headline, as usual, without closeness, and with --expand.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT)]

from peers.installing import NotHere  # noqa: E402
from peers.processes import EngineError  # noqa: E402
from runs_store import keep  # noqa: E402

from quality.engines import (  # noqa: E402
    LUCENE,
    index_with_searcher,
    run_of_its_query,
    run_of_more_like_this,
    run_of_related,
)
from quality.gathered import BACKGROUND, Collection, Missing, known  # noqa: E402
from quality.run import print_means  # noqa: E402
from searcher import Archive, evaluate_run  # noqa: E402
from searcher.evaluation.asking import bare_words  # noqa: E402
from searcher.query import Node  # noqa: E402

MEASURES = ("P@5", "P@10", "nDCG@10")
ROUNDS = 5
_SEED = 15


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="*", metavar="COLLECTION", help=", ".join(BACKGROUND))
    parser.add_argument("--articles", type=int, help="so many of each collection")
    parser.add_argument("--cost", action="store_true", help="measure the cost alone")
    parser.add_argument("--index", type=Path, help="for --cost, in place of that of `known`")
    parser.add_argument("--no-peer", action="store_true", help="leave Lucene out")
    parser.add_argument("--anew", action="store_true", help="index again")
    parser.add_argument("--work", type=Path, help="where articles and indexes are kept")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    if unknown := set(options.collections) - set(BACKGROUND):
        parser.error(f"no collection {', '.join(unknown)}; there are {', '.join(BACKGROUND)}")
    return options


def drawn(collection: Collection, articles: int | None) -> Collection:
    """The collection with so many of its articles to be asked about."""
    if articles is None or articles >= len(collection.sources):
        return collection
    names = set(random.Random(_SEED).sample(sorted(collection.sources), articles))
    return replace(
        collection,
        topics=tuple(topic for topic in collection.topics if topic.id in names),
        sources={name: id for name, id in collection.sources.items() if name in names},
    )


def quality(collection: Collection, index: Path, work: Path, *, peer: bool) -> dict[str, Any]:
    """The means of a collection, printed."""
    names = [topic.id for topic in collection.topics]

    def evaluated(run: Any) -> Any:
        return evaluate_run(run, collection.qrels, measures=MEASURES, topics=names)

    ours, theirs = evaluated(run_of_related(collection, index)), None
    query = evaluated(run_of_its_query(collection, index))
    if peer:
        try:
            theirs = evaluated(run_of_more_like_this(collection, index, work))
        except (NotHere, EngineError) as error:
            print(f"  without Lucene: {error}")
    figures = print_means(ours, theirs, other_name="like")
    print("  its query alone, without variety")
    return {**figures, "query": print_means(query, theirs, other_name="like")}


def cost(index: Path, articles: int) -> dict[str, Any]:
    """Processor time in ms: the headline as a query, without closeness, with --expand; and
    `archive.related`."""
    with Archive.open(index) as archive:
        asked: dict[str, Callable[[str, Node], object]] = {
            "headline": lambda id, query: archive.search(query),
            "no closeness": lambda id, query: archive.search(query, weights={"closeness": 0.0}),
            "expand": lambda id, query: archive.search(query, expand=True),
            "related": lambda id, query: archive.related(id),
        }
        times: dict[str, list[float]] = {name: [] for name in asked}
        for id in random.Random(_SEED).sample(archive.ids("*", limit=None), articles):
            query = bare_words(archive.get(id).title)
            if query is None:
                continue
            best = dict.fromkeys(asked, float("inf"))
            for _ in range(ROUNDS):
                for name, ask in asked.items():
                    started = time.process_time()
                    ask(id, query)
                    best[name] = min(best[name], time.process_time() - started)
            for name, least in best.items():
                times[name].append(least * 1000)
    figures = {}
    usual = statistics.fmean(times["headline"])
    for name, each in times.items():
        mean, median = statistics.fmean(each), statistics.median(each)
        print(f"  {name:14}{mean:7.2f} ms, median {median:.2f}; {mean / usual:.2f} times")
        figures[name] = {"mean_ms": mean, "median_ms": median, "ratio": mean / usual}
    return {"articles": len(times["headline"]), **figures}


def main() -> None:
    options = arguments()
    work = options.work or Path(tempfile.gettempdir()) / "searcher-quality"
    work.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Any] = {"lucene": LUCENE, "collections": {}}
    for name in () if options.cost else options.collections or BACKGROUND:
        try:
            collection = drawn(BACKGROUND[name](work), options.articles)
        except Missing as missing:
            print(f"{name}: left out, {missing}")
            continue
        print(f"{name}: {len(collection.sources):,} articles", flush=True)
        index = index_with_searcher(collection, work, anew=options.anew)
        figures = quality(collection, index, work, peer=not options.no_peer)
        kept["collections"][name] = {"articles": len(collection.sources), **figures}
    if options.cost:
        print("cost")
        index = options.index or index_with_searcher(known(work), work, anew=options.anew)
        kept["cost"] = cost(index, options.articles or 200)
    if options.keep:
        print(keep("related-cost" if options.cost else "related", kept))


if __name__ == "__main__":
    main()
