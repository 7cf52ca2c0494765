"""How good is the ranking, and which constants should it have?

Asks the titles of TREC topics as keyword queries, compares the first thousand hits
with TREC judgements, and prints MAP, nDCG@10 and P@10 for each setting of a grid
(Voorhees and Harman, "TREC: Experiment and Evaluation", 2005).  Documents are named
by their DOCNO, which the TREC reader keeps as the article's id.
"""

from __future__ import annotations

import argparse
import itertools
import math
import re
import statistics
from collections import defaultdict
from pathlib import Path

from runs_store import keep

from searcher import Archive
from searcher.scoring import DEFAULT_SCORING, Scoring

DEPTH = 1000


def read_topics(path: Path) -> dict[str, str]:
    """Topic number to title."""
    text = path.read_text(encoding="latin-1")
    pairs = re.findall(r"<num>\s*Number:\s*(\d+)\s*<title>\s*(?:Topic:)?\s*([^<]+)", text)
    return {number: " ".join(title.split()) for number, title in pairs}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Topic number to the judgement of each document."""
    qrels: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text(encoding="ascii").splitlines():
        topic, _, document, grade = line.split()
        qrels[topic][document] = int(grade)
    return qrels


def average_precision(ranked: list[str], grades: dict[str, int]) -> float:
    relevant = sum(grade > 0 for grade in grades.values())
    found, total = 0, 0.0
    for rank, document in enumerate(ranked, 1):
        if grades.get(document, 0) > 0:
            found += 1
            total += found / rank
    return total / relevant


def ndcg(ranked: list[str], grades: dict[str, int], depth: int = 10) -> float:
    def gain(values: list[int]) -> float:
        return sum(max(v, 0) / math.log2(i + 2) for i, v in enumerate(values[:depth]))

    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(document, 0) for document in ranked]) / ideal


def words_only(title: str) -> str:
    """The title as bare words, so that no sign of it is an operator."""
    return " ".join(re.findall(r"[A-Za-z0-9.'&]+", title)).lower()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topics", type=Path)
    parser.add_argument("qrels", type=Path)
    parser.add_argument("--index", required=True, help="an index of the collection")
    parser.add_argument("--k1", type=float, nargs="+", default=[DEFAULT_SCORING.k1])
    parser.add_argument("--b", type=float, nargs="+", default=[DEFAULT_SCORING.b])
    parser.add_argument("--title", type=float, nargs="+", default=[DEFAULT_SCORING.title_weight])
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    topics, qrels = read_topics(options.topics), read_qrels(options.qrels)
    rows = []
    for k1, b, title in itertools.product(options.k1, options.b, options.title):
        archive = Archive.open(options.index, scoring=Scoring(k1=k1, b=b, title_weight=title))
        measures: list[tuple[float, float, float]] = []
        for number, grades in qrels.items():
            if not any(grade > 0 for grade in grades.values()):
                continue
            ranked = archive.ids(words_only(topics[number]), limit=DEPTH)
            precision = sum(grades.get(document, 0) > 0 for document in ranked[:10]) / 10
            measures.append((average_precision(ranked, grades), ndcg(ranked, grades), precision))
        means = [statistics.mean(values) for values in zip(*measures, strict=True)]
        rows.append({"k1": k1, "b": b, "title": title, "map": means[0], "ndcg10": means[1]})
        print(
            f"k1 {k1:.2f}  b {b:.2f}  title {title:.1f}   "
            f"MAP {means[0]:.4f}  nDCG@10 {means[1]:.4f}  P@10 {means[2]:.4f}",
            flush=True,
        )
    if options.keep:
        print(keep("ranking", rows))


if __name__ == "__main__":
    main()
