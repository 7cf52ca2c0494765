"""What are the groups of a whole archive worth, and what does folding by them cost?

An archive is indexed (Reuters as it is, or AP 1988, whose slugs say which articles are forms).

    forms      of the pairs of a copy and its lead, those on different days whose slugs or titles
               both name a recurring form: a table of a market, a roll call, a list
    identical  articles of equal folded words, and how many of them are in the group of the
               first of them
    recall     of a part of the articles, pairs that share 80 % of the runs of five words of the
               shorter, found by inverted lists of all runs, and how many of them share a
               fingerprint
    searches   the ten best with groups and without, and the three counts

    python benchmarks/newsroom/copies_archive.py ap88.tar.xz|ARTICLES.jsonl [--index DIR] [--keep]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from itertools import combinations, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from runs_store import keep

import searcher
from searcher import Archive
from searcher.analysis import Analyzer
from searcher.codec.generations import latest_generation
from searcher.codec.groups import NO_LEAD, read_groups
from searcher.codec.manifest import read_manifest
from searcher.codec.segment_records import segment_of
from searcher.codec.segments import open_segment
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import TextTable, texts_name
from searcher.copies.fingerprints import fingerprints, run_numbers
from searcher.copies.verification import Kind

FORM = re.compile(
    r"market|stocks?\b|\bdow\b|dow-?jones|futures|grains?\b|livestock|\bgold\b|dollar-?(gold)?|metals"
    r"|commodit|cotton|board of trade|\bnyse\b|\bamex\b|most-?active|roll-?call|\brolls?\b|lottery"
    r"|box-?office|best-?sellers?|nielsens?|ratings|top-?(ten|10|records|videos|singles|albums)"
    r"|\bcharts?\b|calendar|almanac|today-?in-?hist|digest|\bindex\b|weather|\btemps?\b|\blists?\b"
    r"|\bscores\b|standings|\bprices?\b|treasury|t-?bills|bonds\b|\brates\b|auction|how they voted",
    re.IGNORECASE,
)
QUERIES = ("oil", "said", "*", "greece debt")
RECALL_ARTICLES = 12_000
WRONG_SHOWN = 12


def slugs(path: Path) -> dict[str, str]:
    """Of each article of AP 1988 the slug, which its readers leave out."""
    found = {}
    with tarfile.open(path) as tar:
        for member in tar:
            file = tar.extractfile(member)
            text = file.read().decode("latin-1") if file else ""
            for record in text.split("</DOC>"):
                id = re.search(r"<DOCNO>\s*(\S+)\s*</DOCNO>", record)
                first = re.search(r"<FIRST>(.*?)</FIRST>", record, re.DOTALL)
                if id and first:
                    found[id[1]] = " ".join(first[1].split())
    return found


class Held:
    """The groups of an index and what it says of each article."""

    def __init__(self, index: str) -> None:
        self.ids: list[str] = []
        self.titles: list[str] = []
        self.days: list[int] = []
        self.keys: list[int] = []
        storage = DurableStorage(index, readonly=True)
        manifest = read_manifest(storage, latest_generation(index))
        storage.seal(manifest.files)
        for record in manifest.segments:
            opened = open_segment(storage, segment_of(record))
            for number in range(opened.count):
                stored = json.loads(opened.core.hot(number)) if opened.core else {}
                self.ids.append(stored["id"])
                self.titles.append(stored["title"])
            self.days += opened.days()
            name = texts_name(record.name)
            self.keys += TextTable(storage.read_whole(name), opened.count, name).keys
        groups = read_groups(storage, manifest)
        assert groups is not None
        self.groups = groups


def forms(held: Held, slug_of: dict[str, str]) -> dict[str, Any]:
    """How many of the pairs that are called copies are forms of different days."""
    pairs, wrong = 0, []
    for number, link in held.groups.all_links():
        if link.kind != Kind.COPY:
            continue
        pairs += 1
        both = (number, link.lead)
        names = [f"{slug_of.get(held.ids[n], '')} {held.titles[n]}" for n in both]
        if held.days[number] != held.days[link.lead] and all(map(FORM.search, names)):
            wrong.append([held.ids[number], *names])
    return {
        "pairs": pairs,
        "forms on different days": len(wrong),
        "share": round(len(wrong) / max(1, pairs), 4),
        "some of them": wrong[:: max(1, len(wrong) // WRONG_SHOWN)],
    }


def identical(held: Held) -> dict[str, int]:
    """Articles of equal words, and those of them that are not in the group of the first."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number, key in enumerate(held.keys):
        if key and held.groups.leads[number] != NO_LEAD:
            groups[key].append(number)
    several = [members for members in groups.values() if len(members) > 1]
    apart = sum(len({held.groups.leads[n] for n in members}) > 1 for members in several)
    return {
        "texts of several articles": len(several),
        "their articles": sum(map(len, several)),
        "texts whose articles are in several groups": apart,
    }


def recall(path: Path) -> dict[str, Any]:
    """Of pairs that share most of the shorter's runs, how many share a fingerprint."""
    analyzer = Analyzer("en")
    runs, prints = [], []
    for article in islice(searcher.read(path), RECALL_ARTICLES):
        words = analyzer.forms(article.body)[:10_000]
        runs.append(set(run_numbers(words)) if len(words) >= 20 else set())
        prints.append(fingerprints(words))
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(runs):
        for run in own:
            holders[run].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for members in holders.values():
        if len(members) <= 60:  # a run that more have is of a form or a footer
            shared.update(combinations(members, 2))
    near = [(a, b) for (a, b), n in shared.items() if 10 * n >= 8 * min(len(runs[a]), len(runs[b]))]
    seen = sum(not prints[a].isdisjoint(prints[b]) for a, b in near)
    return {
        "articles": len(runs),
        "pairs": len(near),
        "with a fingerprint": seen,
        "share": round(seen / max(1, len(near)), 5),
    }


def searches(index: str) -> dict[str, Any]:
    """Processor time of the ten best, least of some rounds."""
    found: dict[str, Any] = {}
    with Archive.open(index) as archive:
        for query in QUERIES:
            times: defaultdict[str, list[float]] = defaultdict(list)
            for _ in range(7):
                for group in ("none", "copies"):
                    started = time.process_time()
                    results = archive.search(query, limit=10, group=group)
                    times[group].append(1000 * (time.process_time() - started))
            counts = results.counts
            assert counts is not None
            least = {name: round(min(values), 2) for name, values in times.items()}
            found[query] = {
                "articles": counts.articles,
                "texts": counts.texts,
                "ms": least,
                "ratio": round(least["copies"] / least["none"], 2),
            }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--index", type=Path, help="made if it is not there")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = str(options.index or Path(folder) / "index")
        if not Path(index).exists():
            with Archive.create(index) as archive:
                archive.index(str(options.path))
        held = Held(index)
        figures: dict[str, Any] = {"articles": len(held.ids), "identical": identical(held)}
        if options.path.name.startswith("ap88"):
            figures["forms"] = forms(held, slugs(options.path))
        print(json.dumps(figures, indent=1), flush=True)
        figures["recall"] = recall(options.path)
        figures["searches"] = searches(index)
    print(json.dumps(figures, indent=1))
    if options.keep:
        print("kept in", keep(f"newsroom-copies-{options.path.name.split('.')[0]}", figures))


if __name__ == "__main__":
    main()
