"""Are copies found, and is nothing else called a copy?

Edited articles with a known history (each pair judged as two articles without dates; the briefs
that share a footer also as an archive of sixty days), and pairs of two real archives that a
reader labelled, each judged with its dates as the only two articles there are.

    python benchmarks/newsroom/copies.py --data ../shared/data [--keep]
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import lzma
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from runs_store import keep

import searcher
from searcher import Article
from searcher.analysis import Analyzer
from searcher.copies.gathered import Gathered
from searcher.copies.grouping import Groups, regroup

MUST_NOT = ("numbers", "wrapup", "takes", "template_brief", "empty", "footer_only_brief")
EITHER = ("footer_alone",)
CORPORA = {"ap88": "ap88.tar.xz", "reuters-2006-2013": "reuters-2006-2013.jsonl.xz"}
ANALYZER = Analyzer("en")


def edited(data: Path) -> dict[str, Any]:
    """Of each family the share of pairs called copies, and what an article costs."""
    with lzma.open(data / "newsroom" / "edited.jsonl.xz") as file:
        rows = [json.loads(line) for line in file]
    called: Counter[str] = Counter()
    all_of = Counter(row["family"] for row in rows)
    started = time.process_time()
    for row in rows:
        called[row["family"]] += len(set(leads([(row["a"], None), (row["b"], None)]))) == 1
    cost_ms = (time.process_time() - started) * 1000 / len(rows)
    shares = {family: called[family] / all_of[family] for family in all_of}
    copies = [family for family in all_of if family not in MUST_NOT + EITHER]
    briefs = [row[side] for row in rows if row["family"] == "footer_only_brief" for side in "ab"]
    dated = leads([(brief, place % 60) for place, brief in enumerate(briefs)])
    return {
        "found": sum(called[f] for f in copies) / sum(all_of[f] for f in copies),
        "families": {family: round(shares[family], 4) for family in copies},
        "wrong": {family: round(shares[family], 4) for family in MUST_NOT},
        "briefs with one footer on sixty days that follow another": sum(
            place != lead for place, lead in enumerate(dated)
        ),
        "cpu ms a pair": round(cost_ms, 2),
    }


def leads(articles: list[tuple[str, int | None]], titles: tuple[str, ...] = ()) -> list[int]:
    """Of each article, a body and a day, the place of its lead."""
    holdings, groups = Gathered(), Groups()
    for place, (body, day) in enumerate(articles):
        title = titles[place] if titles else None
        holdings.add(str(place).zfill(9), ANALYZER.forms(body), title=title, day=day)
    regroup(holdings, groups, holdings.numbers())
    return [groups.leads[place] for place in range(len(articles))]


def labelled(data: Path) -> dict[str, Any]:
    """Precision and recall of copies, and F1 of lineage, by weight."""
    with open(data / "newsroom" / "pairs.tsv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    figures = {}
    for corpus, name in CORPORA.items():
        pairs = [row for row in rows if row["corpus"] == corpus]
        wanted = {row[side] for row in pairs for side in "ab"}
        articles = {id: article for id, article in named(data / name) if id in wanted}
        weights: defaultdict[tuple[str, bool, bool], float] = defaultdict(float)
        for row in pairs:
            copy, linked = relation(articles[row["a"]], articles[row["b"]])
            weight, label = float(row["weight"]), row["label"]
            if label != "V":  # folding a version is neither right nor wrong
                weights["copies", label == "C", copy] += weight
            weights["lineage", label in "CV", linked] += weight
        right, wrong, missed = (
            weights["copies", *cell] for cell in ((True, True), (False, True), (True, False))
        )
        tied, loose, lost = (
            weights["lineage", *cell] for cell in ((True, True), (False, True), (True, False))
        )
        figures[corpus] = {
            "precision": round(right / (right + wrong), 4),
            "recall": round(right / (right + missed), 4),
            "lineage F1": round(2 * tied / (2 * tied + loose + lost), 4),
        }
    return figures


def relation(a: Article, b: Article) -> tuple[bool, bool]:
    """Whether two articles are copies, and whether they are linked at all."""
    holdings, groups = Gathered(), Groups()
    for article in (a, b):
        day = article.date.date() if isinstance(article.date, dt.datetime) else article.date
        number = None if day is None else day.toordinal()
        words = ANALYZER.forms(article.body)
        holdings.add(article.id, words, title=article.title, day=number)
    regroup(holdings, groups, holdings.numbers())
    return len(set(groups.leads.values())) == 1, any(groups.links.values())


def named(path: Path) -> Iterator[tuple[str, Article]]:
    """The articles of a corpus by the names that the labels have for them."""
    for article in searcher.read(path):
        parts = (article.url or "").split("/")
        yield article.id if not article.url else "".join(parts[4:7]) + "/" + parts[-1], article


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    figures = {"edited": edited(options.data), "labelled": labelled(options.data)}
    print(json.dumps(figures, indent=1))
    if options.keep:
        print("kept in", keep("newsroom-copies", figures))


if __name__ == "__main__":
    main()
