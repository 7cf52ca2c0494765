"""Are the other spellings of a name among the first ten?

The gold are Latin spellings that one Arabic spelling was seen with (`names.tsv.xz`, half of the
research corpus ANETAC).  All of them, an article each, are the archive: 30,600 names, and
nothing else, which is harder than news in that every word is a name, and easier in that there
are few words.  Each spelling that has others is asked for, and it is counted how many of the
others are among the first ten, and for how many names any of them is.

The costs of `searching/name_costs.py` were counted on the half of the names whose Arabic
spelling has a hash with an even first byte; `--half tuned` asks for those, `--half other` for
the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from runs_store import keep

from searcher import Archive, Article
from searcher.analysis import Analyzer


def groups_of(path: Path) -> dict[str, list[str]]:
    """The forms of the Latin spellings of each Arabic one."""
    analyzer = Analyzer("en")
    groups: dict[str, list[str]] = {}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            arabic, latin = line.rstrip("\n").split("\t")
            form = " ".join(analyzer.forms(latin))
            group = groups.setdefault(arabic, [])
            if form not in group:
                group.append(form)
    return groups


def is_tuned(arabic: str) -> bool:
    """Whether the costs were counted on this name."""
    return not hashlib.sha1(arabic.encode()).digest()[0] & 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="names.tsv.xz")
    parser.add_argument("--half", choices=("tuned", "other"), default="other")
    parser.add_argument("--names", type=int, help="draw so many names; all by default")
    parser.add_argument("--show", action="store_true", help="print what was missed")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    groups = groups_of(options.gold)
    asked = [
        spellings
        for arabic, spellings in groups.items()
        if len(spellings) > 1 and is_tuned(arabic) == (options.half == "tuned")
    ]
    if options.names is not None and options.names < len(asked):
        asked = Random(1).sample(asked, options.names)
    found = wanted = any_found = queries = 0
    times = []
    with tempfile.TemporaryDirectory() as folder, Archive.create(f"{folder}/index") as archive:
        forms = sorted({form for spellings in groups.values() for form in spellings})
        with archive.writer() as writer:
            for number, form in enumerate(forms):
                writer.add(Article("", f"It is {form.title()}.", id=f"n{number}"))
        for spellings in asked:
            for name in spellings:
                started = time.process_time()
                answer = archive.names(name, limit=10).spellings[1:]
                times.append((time.process_time() - started) * 1000)
                first = {spelling.form for spelling in answer}
                others = [form for form in spellings if form != name]
                right = sum(form in first for form in others)
                found, wanted = found + right, wanted + len(others)
                any_found, queries = any_found + (right > 0), queries + 1
                if options.show and right < len(others):
                    print(name, "missed", [form for form in others if form not in first])
    figures = {
        "half": options.half,
        "names": len(asked),
        "queries": queries,
        "among_first_ten": round(found / wanted, 4),
        "any_among_first_ten": round(any_found / queries, 4),
        "median_cpu_ms": round(statistics.median(times), 2),
        "p95_cpu_ms": round(statistics.quantiles(times, n=20)[-1], 2),
    }
    print(figures)
    if options.keep:
        print(keep(f"names-{options.half}", [figures]))


if __name__ == "__main__":
    main()
