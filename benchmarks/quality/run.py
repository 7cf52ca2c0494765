"""How good is the ranking, on all collections at hand, beside Lucene's BM25?

    quality/run.py                                all collections, Searcher beside Lucene
    quality/run.py ap88 time                      these
    quality/run.py ap88 --set k1=1.2,1.6 b=0.3,0.5   a grid of constants, no peer
    quality/run.py ap88 --each                    each part off, each constant halved and doubled
    quality/run.py --option expand=true           what `Request` takes beside the query
    quality/run.py --option expand=true --beside-plain      beside the same without it
    quality/run.py --keep                         figures under ../runs, runs in the work folder

Prints each collection's means (gathered.py says what each measures), how they differ from
Lucene's, and p, the chance of such a difference between rankings that are alike.  Of a grid it
prints the first measure over all topics and over each half of them (every other one), so that
constants can be chosen on one half and seen on the other.

Articles, indexes and runs stay in the work folder.  After a change of what is indexed, ask for
--anew; a change of the ranking alone needs none.  related.py asks for the background of articles.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import time
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
    run_of_lucene,
    run_of_searcher,
)
from quality.gathered import COLLECTIONS, Collection, Missing  # noqa: E402
from searcher import Evaluation, evaluate_run  # noqa: E402
from searcher.evaluation.runs import write_run  # noqa: E402
from searcher.scoring import DEFAULT_SCORING, WEIGHTS, Scoring  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="*", metavar="COLLECTION", help=", ".join(COLLECTIONS))
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=V,V", help="constants")
    parser.add_argument(
        "--each", action="store_true", help="each part off, each constant halved and doubled"
    )
    parser.add_argument("--option", nargs="+", default=[], metavar="NAME=VALUE", help="as JSON")
    parser.add_argument("--no-peer", action="store_true", help="leave Lucene out")
    parser.add_argument(
        "--beside-plain", action="store_true", help="Searcher without --option in Lucene's place"
    )
    parser.add_argument("--anew", action="store_true", help="index again")
    parser.add_argument("--work", type=Path, help="where articles, indexes and runs are kept")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    if unknown := set(options.collections) - set(COLLECTIONS):
        parser.error(f"no collection {', '.join(unknown)}; there are {', '.join(COLLECTIONS)}")
    return options


def grid(settings: list[str]) -> list[Scoring]:
    """The constants to try: every combination of the values given."""
    pairs = [setting.partition("=")[::2] for setting in settings]
    values = [[float(value) for value in text.split(",")] for _, text in pairs]
    names = [name for name, _ in pairs]
    # As fields of `Scoring` or as `--weights` has them.
    short = {field: name for name, field in WEIGHTS.items()}
    return [
        DEFAULT_SCORING.with_weights(
            {short.get(name, name): value for name, value in zip(names, chosen, strict=True)}
        )
        for chosen in itertools.product(*values)
    ]


def one_by_one() -> list[Scoring]:
    """The usual constants, then one part switched off, then one constant halved and doubled."""
    usual = DEFAULT_SCORING.weights()
    changes: list[dict[str, float]] = [{}, {"closeness": 0.0}, {"b": 0.0}, {"title": 1.0}]
    for name in ("k1", "b", "title", "closeness", "distance"):
        changes += [{name: usual[name] / 2}, {name: usual[name] * 2}]
    return [DEFAULT_SCORING.with_weights(change) for change in changes]


def evaluated(collection: Collection, run: Any) -> Evaluation:
    return evaluate_run(
        run,
        collection.qrels,
        measures=collection.measures,
        topics=[topic.id for topic in collection.topics],
    )


def print_grid(
    collection: Collection, index: Path, settings: list[Scoring], options: Any
) -> list[dict[str, Any]]:
    """One line for each setting: what is unlike the usual constants, and the means."""
    rows = []
    usual = DEFAULT_SCORING.weights()
    for scoring in settings:
        found = evaluated(collection, run_of_searcher(collection, index, scoring, options))
        measure = collection.measures[0]
        values = list(found.values[measure].values())
        halves = [statistics.fmean(values[start::2]) for start in (0, 1)]
        constants = {n: value for n, value in scoring.weights().items() if value != usual[n]}
        rows.append({**constants, **found.means, "halves": halves})
        said = "  ".join(f"{name} {value:g}" for name, value in constants.items()) or "as usual"
        means = "  ".join(f"{name} {mean:.4f}" for name, mean in found.means.items())
        print(f"  {said:16} {means}   halves {halves[0]:.4f} {halves[1]:.4f}", flush=True)
    return rows


def print_means(
    ours: Evaluation, theirs: Evaluation | None, *, other_name: str = "lucene"
) -> dict[str, Any]:
    """The means, beside those of another ranking if it is there."""
    if theirs is None:
        for name, mean in ours.means.items():
            print(f"  {name:12}{mean:8.4f}", flush=True)
        return {name: {"searcher": mean} for name, mean in ours.means.items()}
    print(f"  {'':12}searcher{other_name:>8}   ratio       p  better worse", flush=True)
    figures: dict[str, Any] = {}
    for change in ours.against(theirs.run).changes:
        ratio = change.mean / change.other_mean if change.other_mean else float("inf")
        print(
            f"  {change.measure:12}{change.mean:8.4f}{change.other_mean:8.4f}{ratio:8.3f}"
            f"{change.p:8.4f}{change.better:8}{change.worse:6}",
            flush=True,
        )
        figures[change.measure] = {
            "searcher": change.mean,
            other_name: change.other_mean,
            "p": change.p,
        }
    return figures


def main() -> None:
    options = arguments()
    work = options.work or Path(tempfile.gettempdir()) / "searcher-quality"
    work.mkdir(parents=True, exist_ok=True)
    asked = {
        name: json.loads(value)
        for name, value in (option.split("=", 1) for option in options.option)
    }
    kept: dict[str, Any] = {"options": asked, "lucene": LUCENE, "collections": {}}
    for name in options.collections or COLLECTIONS:
        try:
            collection = COLLECTIONS[name](work)
        except Missing as missing:
            print(f"{name}: left out, {missing}")
            continue
        print(f"{name}: {len(collection.topics):,} topics", flush=True)
        index = index_with_searcher(collection, work, anew=options.anew)
        if options.set or options.each:
            settings = one_by_one() if options.each else grid(options.set)
            kept["collections"][name] = print_grid(collection, index, settings, asked)
            continue
        started = time.perf_counter()
        run = run_of_searcher(collection, index, DEFAULT_SCORING, asked)
        took = (time.perf_counter() - started) / len(collection.topics) * 1000
        ours, theirs = evaluated(collection, run), None
        write_run(work / f"{'-'.join([name, 'searcher', *asked])}.run", run, tag="searcher")
        if options.beside_plain:
            plain = run_of_searcher(collection, index, DEFAULT_SCORING, {})
            theirs = evaluated(collection, plain)
            changed = sum(run[topic.id] != plain[topic.id] for topic in collection.topics)
            print(f"  {changed} of {len(collection.topics)} answers differ")
        elif not options.no_peer:
            try:
                peer = run_of_lucene(collection, work)
                theirs = evaluated(collection, peer)
                write_run(work / f"{name}-lucene.run", peer, tag="lucene")
            except (NotHere, EngineError) as error:
                print(f"  without Lucene: {error}")
        figures = print_means(
            ours, theirs, other_name="plain" if options.beside_plain else "lucene"
        )
        print(f"  {took:.1f} ms a topic with {collection.depth:,} hits")
        for remark in ours.remarks:
            print(f"  note: {remark}")
        kept["collections"][name] = {"topics": len(ours.topics), **figures}
    if options.keep:
        kind = ["grid"] if options.set else ["each"] if options.each else []
        print(keep("-".join(["quality", *kind, *asked]), kept))


if __name__ == "__main__":
    main()
