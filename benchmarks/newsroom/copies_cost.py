"""What does it cost to find the copies while articles are indexed?

The same file is indexed with groups and without, in turn, each time in a process of its own;
of each kind the least CPU time and the least peak of memory count.  Then, to the last index of
each kind, a hundred articles are added (those of the file under other ids and days, every third
with changes of its text), and the groups of the one without are made from what is stored there.

    python benchmarks/newsroom/copies_cost.py ARTICLES.jsonl [--rounds 3] [--times 1] [--keep]

With `--times N` each article comes N times: again under another id, on another day and with
every ninth word changed to one of its own, so that neither identical texts nor copies grow into
one group.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from runs_store import keep

from searcher import Archive

KINDS = ("without", "with")
ADDED = 100


def measured(work: Callable[[], object]) -> dict[str, float]:
    """What `work` took of this process."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    after, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "cpu s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "children's cpu s": children.ru_utime + children.ru_stime,
        "wall s": time.perf_counter() - wall,
        "peak MiB": after.ru_maxrss / 1024,
        "peak MiB before": before.ru_maxrss / 1024,
    }


def child(what: str, kind: str, path: str, index: str) -> None:
    """Do one thing and print what it took."""
    if what == "index":
        with Archive.create(index) as archive:
            archive.define_groups(kind == "with")
            figures = measured(lambda: archive.index(path))
            figures["articles"] = len(archive)
    else:
        with Archive.open(index) as archive:
            if what == "groups":
                figures = measured(lambda: archive.define_groups(True))
            else:
                figures = measured(lambda: archive.index(path))
            figures["articles"] = len(archive)
    print(json.dumps(figures))


def run(what: str, kind: str, path: Path, index: Path) -> dict[str, float]:
    command = [sys.executable, __file__, str(path), "--child", what, kind, str(index)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    figures["cpu s"] += figures.pop("children's cpu s")
    figures["index MB"] = sum(p.stat().st_size for p in index.iterdir() if p.is_file()) / 1e6
    return figures


def repeated(path: Path, times: int) -> Iterator[dict[str, Any]]:
    for turn in range(times):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                article = json.loads(line)
                if turn:
                    article = changed(article, turn)
                yield article


def changed(article: dict[str, Any], turn: int) -> dict[str, Any]:
    """The article as another one, of another year."""
    words = article["body"].split(" ")
    words[turn % 9 :: 9] = [f"{word}{turn}" for word in words[turn % 9 :: 9]]
    year, rest = article["date"][:4], article["date"][4:].replace("-02-29", "-02-28")
    own = {name: f"{article[name]}-{turn}" for name in ("id", "url") if article.get(name)}
    return article | own | {"body": " ".join(words), "date": f"{int(year) + 8 * turn}{rest}"}


def added(path: Path) -> Iterator[dict[str, Any]]:
    """Articles that are not there yet: each third a copy of one that is there."""
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, 0, 1_000 * ADDED, 1_000)):
            article = json.loads(line)
            if number % 3:
                yield changed(article, 77)
            else:
                own = {name: f"{article[name]}-again" for name in ("id", "url")}
                yield article | own | {"body": article["body"] + "\n\n(Editing by others)"}


def write(path: Path, articles: Iterator[dict[str, Any]]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(article) + "\n" for article in articles)


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(min(run[name] for run in runs), 3) for name in runs[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, kind, index = options.child
        child(what, kind, str(options.path), index)
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = compared(options.path, options.rounds, options.times, Path(folder))
    if options.keep:
        name = "newsroom-copies-cost" + (f"-x{options.times}" if options.times > 1 else "")
        print("kept in", keep(name, figures))


def compared(path: Path, rounds: int, times: int, folder: Path) -> dict[str, Any]:
    """All figures, printed as they come."""
    source, more = folder / "articles.jsonl", folder / "more.jsonl"
    if times > 1:
        write(source, repeated(path, times))
    else:
        source.symlink_to(path.resolve())
    write(more, added(path))
    runs: dict[str, list[dict[str, float]]] = {}

    def note(name: str, what: str, kind: str, articles: Path, index: Path) -> None:
        found = run(what, kind, articles, index)
        runs.setdefault(name, []).append(found)
        figures = "  ".join(f"{key} {value:,.2f}" for key, value in found.items())
        print(f"{name:24}{figures}", flush=True)

    for number in range(rounds):
        for kind in KINDS:
            note(f"index {kind}", "index", kind, source, folder / f"{kind}-{number}")
        for kind in KINDS:
            note(f"add {ADDED} {kind}", "add", kind, more, folder / f"{kind}-{number}")
        note("groups alone", "groups", "without", source, folder / f"without-{number}")
        for kind in KINDS:
            for file in (folder / f"{kind}-{number}").iterdir():
                file.unlink()
    figures = {name: least(found) for name, found in runs.items()}
    one, other = figures["index with"], figures["index without"]
    figures["copies"] = {
        "cpu ratio": round(one["cpu s"] / other["cpu s"], 3),
        "index ratio": round(one["index MB"] / other["index MB"], 3),
        "MiB more": round(one["peak MiB"] - other["peak MiB"], 1),
        "grouping alone, articles/s": round(
            figures["groups alone"]["articles"] / figures["groups alone"]["cpu s"]
        ),
        "seconds more for 100": round(
            figures[f"add {ADDED} with"]["cpu s"] - figures[f"add {ADDED} without"]["cpu s"], 3
        ),
    }
    print(json.dumps(figures["copies"], indent=1))
    return figures


if __name__ == "__main__":
    main()
