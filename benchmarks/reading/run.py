"""How well and how fast are web pages read, beside trafilatura and others?

`python benchmarks/reading/run.py FOLDER` reads the pages of the public sets under FOLDER, or of
a folder with a `gold.jsonl` (gold.py), with Searcher and with the peers, which are installed
into `.venv-peers` the first time.  The extractors take turns page by page, each in a process of
its own, so that what else the machine does falls on all; time is CPU time.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from runs_store import keep  # noqa: E402

from reading.gold import Page, pages_in  # noqa: E402
from reading.scores import score  # noqa: E402

PEERS = ("trafilatura", "htmldate", "newspaper4k", "readability-lxml", "goose3")
_WORKER = Path(__file__).with_name("worker.py")
_FIELDS = ("body", "title", "authors", "date")


class Worker:
    """An extractor in a process of its own."""

    def __init__(self, name: str, python: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT) if name == "searcher" else ""}
        self._process = subprocess.Popen(
            [python, str(_WORKER), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env=environment,
        )  # fmt: skip
        hello = self._answer()
        self.version: str = hello["version"]
        self.fields: tuple[str, ...] = tuple(hello["fields"])

    def read(self, page: Page) -> dict[str, Any]:
        assert self._process.stdin
        print(json.dumps([str(page.path), page.url]), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("it ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


def peers_python(given: str | None) -> str:
    """The Python that has the peers; they are installed if it was not given."""
    if given:
        return given
    place = ROOT / ".venv-peers"
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
    for name in PEERS:
        have = [str(python), "-c", f"import importlib.metadata as m; m.version({name!r})"]
        if subprocess.run(have, capture_output=True).returncode:
            command = [str(python), "-m", "pip", "install", "--quiet", name]
            subprocess.run(command, check=False)
    return str(python)


def started(python: str) -> dict[str, Worker]:
    workers = {"searcher": Worker("searcher", sys.executable)}
    for name in PEERS:
        try:
            workers[name] = Worker(name, python)
        except (RuntimeError, OSError) as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return workers


def measure(root: Path, workers: dict[str, Worker], limit: int) -> dict[str, Any]:
    """Scores and times of every extractor, by set."""
    rows: dict[str, dict[str, list[dict[str, Any]]]] = collections.defaultdict(
        lambda: collections.defaultdict(list)
    )
    seen: collections.Counter[str] = collections.Counter()
    for number, (name, page) in enumerate(pages_in(root)):
        seen[name] += 1
        if limit and seen[name] > limit:
            continue
        order = list(workers)
        turn = number % len(order)
        for extractor in order[turn:] + order[:turn]:
            found = workers[extractor].read(page)
            scores = score(page, found.pop("answer"))
            given = workers[extractor].fields
            found["scores"] = {name: scores[name] for name in scores if name in given}
            rows[name][extractor].append(found)
    return {
        name: {extractor: summary(found) for extractor, found in of_set.items()}
        for name, of_set in rows.items()
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    times = [row["cpu"] for row in rows]
    figures: dict[str, Any] = {"pages": len(rows)}
    for field in _FIELDS:
        scores = [row["scores"][field] for row in rows if field in row["scores"]]
        if scores:
            figures[field] = round(statistics.mean(scores), 4)
    figures["pages_per_cpu_second"] = round(len(times) / sum(times), 1)
    figures["median_ms"] = round(1000 * statistics.median(times), 2)
    figures["slowest_ms"] = round(1000 * max(times), 1)
    figures["errors"] = sum(row["error"] is not None for row in rows)
    return figures


def show(figures: dict[str, Any]) -> None:
    for name, of_set in figures.items():
        print(f"{name}, {next(iter(of_set.values()))['pages']} pages")
        base = of_set.get("trafilatura", {}).get("pages_per_cpu_second")
        for extractor, row in of_set.items():
            fields = "  ".join(
                f"{field} {row[field]:.3f}" if field in row else f"{field}   -  "
                for field in _FIELDS
            )
            speed = row["pages_per_cpu_second"]
            times = f"  {speed / base:4.1f} x" if base else ""
            print(f"  {extractor:17} {fields}  {speed:6.1f} pages/s{times}  {row['errors']} errors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="pages of each set; 0 for all")
    parser.add_argument("--peers-python", help="a Python that has the peers")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    workers = started(peers_python(options.peers_python))
    versions = {name: worker.version for name, worker in workers.items()}
    figures = measure(options.folder, workers, options.limit)
    for worker in workers.values():
        worker.close()
    show(figures)
    if options.keep:
        print(keep("reading", {"versions": versions, "sets": figures}))


if __name__ == "__main__":
    main()
