"""What does it cost to compare two articles, and are the differences exact?

Compares the bodies of the labelled pairs that are copies or versions of each other, beside what
RapidFuzz takes for the operations on their words alone (no places, no cleaning up) and what
difflib takes for the same.  Reads both collections whole, which takes a while.
"""

from __future__ import annotations

import argparse
import csv
import json
import lzma
import statistics
import sys
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from rapidfuzz.distance import LCSseq
from runs_store import keep

import searcher
from searcher.comparing.texts import compare_texts

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = {"ap88": "ap88.tar.xz", "reuters-2006-2013": "reuters-2006-2013.jsonl.xz"}
ROUNDS = 20


def bodies(corpus: str, wanted: set[str]) -> dict[str, str]:
    """The bodies of articles by the ids that the labels have."""
    found: dict[str, str] = {}
    if FILES[corpus].endswith(".jsonl.xz"):
        with lzma.open(DATA / FILES[corpus], "rt", encoding="utf-8") as lines:
            records = map(json.loads, lines)
            return {one["id"]: one["body"] for one in records if one["id"] in wanted}
    for article in searcher.read(DATA / FILES[corpus]):
        values = [v for v in (article.id, *article.metadata.values()) if isinstance(v, str)]
        for name in wanted.intersection(values):
            found[name] = article.body
    return found


def on_words(a: str, b: str) -> object:
    return LCSseq.opcodes(a.split(), b.split())


def by_difflib(a: str, b: str) -> object:
    return SequenceMatcher(None, a.split(), b.split(), autojunk=False).get_opcodes()


def mean_ms(compare: Callable[[str, str], object], pairs: list[tuple[str, str]]) -> float:
    """Milliseconds of processor a pair, the best of each pair's rounds."""
    best = []
    for a, b in pairs:
        times = []
        for _ in range(ROUNDS if compare is not by_difflib else 2):
            started = time.thread_time()
            compare(a, b)
            times.append(time.thread_time() - started)
        best.append(min(times) * 1000)
    return statistics.mean(best)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    with (DATA / "newsroom" / "pairs.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["label"] in "CV"]
    texts = {
        corpus: bodies(corpus, {row[k] for row in rows if row["corpus"] == corpus for k in "ab"})
        for corpus in FILES
    }
    pairs = [
        (texts[row["corpus"]][row["a"]], texts[row["corpus"]][row["b"]])
        for row in rows
        if row["a"] in texts[row["corpus"]] and row["b"] in texts[row["corpus"]]
    ]
    exact = sum(compare_texts(a, b).apply(a) == b for a, b in pairs)
    figures: dict[str, float] = {"pairs": len(pairs), "exact": exact}
    for name, compare in (
        ("rapidfuzz on words, ms", on_words),
        ("compare_texts, ms", compare_texts),
        ("rapidfuzz on words again, ms", on_words),
        ("difflib on words, ms", by_difflib),
    ):
        figures[name] = round(mean_ms(compare, pairs), 4)
    for name, value in figures.items():
        print(f"{name:30} {value:g}")
    if options.keep:
        print(keep("differences", [figures]))


if __name__ == "__main__":
    main()
