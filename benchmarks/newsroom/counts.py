"""How long do facets and timelines take, beside Tantivy's aggregations?

The same articles in one segment each, the same queries through each library's own front door,
from the text of the query to rows in Python, in turns, the quickest of many, in milliseconds of
processor time.  Tantivy counts runs of 30 days, since its aggregations know no months, and the
ten most frequent names of bylines; Searcher counts calendar months with what the archive has of
each, and the same ten names.  Also what four facets and a timeline of a word take beyond
counting its matches.

    pip install tantivy
    python benchmarks/newsroom/counts.py INDEX --work DIR [--keep]

INDEX holds the Reuters articles, in one segment; DIR gets Tantivy's index.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import tantivy
from runs_store import keep

from searcher import Archive

QUERIES = ("oil", "said", "*", "greece debt")
MONTHS = {"months": {"date_histogram": {"field": "date", "fixed_interval": "30d"}}}
BYLINES = {"bylines": {"terms": {"field": "byline", "size": 10}}}
FACETS = "source,byline,section,language"


def tantivy_index(archive: Archive, folder: Path) -> tantivy.Index:
    """Tantivy's index of the articles of `archive`, made once."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="en_stem")
    builder.add_text_field("byline", tokenizer_name="raw", fast=True)
    builder.add_date_field("date", fast=True)
    made = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    if not made:
        writer = index.writer(2_000_000_000, 1)
        for id in archive.ids("*"):
            article = archive.get(id)
            document = tantivy.Document()
            document.add_text("text", article.title)
            document.add_text("text", article.body)
            for name in article.byline:
                document.add_text("byline", name)
            if isinstance(article.date, dt.datetime):
                document.add_date("date", article.date.astimezone(dt.UTC))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
    index.reload()
    return index


def tantivy_counts(index: tantivy.Index, query: str, aggregation: Any) -> Any:
    searcher = index.searcher()
    asked = tantivy.Query.all_query() if query == "*" else index.parse_query(query, ["text"])
    return searcher.aggregate(asked, aggregation)


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
    parser.add_argument("index", help="an index of native segments, better of one")
    parser.add_argument("--work", type=Path, required=True, help="where Tantivy's index lies")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    figures: dict[str, Any] = {"tantivy": tantivy.__version__, "rounds": options.rounds}
    missed = []
    with Archive.open(options.index) as archive:
        stats = archive.stats()
        figures |= {"articles": stats.articles, "segments": stats.segments}
        index = tantivy_index(archive, options.work / "tantivy")
        figures["tantivy segments"] = index.searcher().num_segments
        for query in QUERIES:
            took = quickest_ms(
                {
                    "searcher month": partial(archive.timeline, query, by="month"),
                    "tantivy 30 days": partial(tantivy_counts, index, query, MONTHS),
                    "searcher byline": partial(archive.facets, query, "byline"),
                    "tantivy byline": partial(tantivy_counts, index, query, BYLINES),
                    "searcher count": partial(archive.search, query, limit=0),
                    "searcher four facets": partial(archive.facets, query, FACETS),
                },
                options.rounds,
            )
            took["articles"] = archive.facets(query, "year").total
            took["beyond the count"] = round(
                took["searcher four facets"] + took["searcher month"] - 2 * took["searcher count"],
                3,
            )
            figures[query] = took
            print(query, took, flush=True)
            for ours, theirs in (("month", "30 days"), ("byline", "byline")):
                if took[f"searcher {ours}"] > took[f"tantivy {theirs}"]:
                    missed.append(f"{query} by {ours}")
    figures["missed"] = missed
    print("slower than Tantivy:", ", ".join(missed) or "nothing")
    if options.keep:
        print(keep("newsroom-counts", figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
