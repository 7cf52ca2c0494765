"""What may an engine be asked, and how is its answer timed?

An engine runs in a process of its own and answers JSON lines: a request on standard
input, one answer on standard output.  The clock runs in here, around the engine's own
calls, so neither the pipe nor starting a process is in a figure.  Only Python's standard
library is used: each engine runs under the Python that has it.

Requests: `describe`, `load` (articles into memory), `index` (a new index of what was
loaded), `merge` (to one segment), `open`, `prepare` (queries made into the engine's own
query objects), `warm`, `time` (one command for all queries of a kind), `ids` (what a query
finds, to compare engines by), `quit`.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Article = dict[str, Any]
Query = dict[str, Any]

# What each command returns, for every engine:
COMMANDS = ("top10", "top10_total", "total", "top1000")


class Engine:
    """One search engine.  Subclasses say how; what they cannot do they leave out."""

    name = ""
    threads: tuple[int, ...] = (1,)  # numbers of indexing threads that it can use
    kinds_left_out: dict[str, str] = {}  # noqa: RUF012 - kind of query: why

    def describe(self) -> dict[str, Any]:
        """Versions, and how the engine is set up, in words."""
        raise NotImplementedError

    def document(self, article: Article) -> Any:
        """The engine's own record of an article, made before the clock starts."""
        return article

    def index(self, documents: list[Any], path: str, threads: int) -> None:
        """Make the index: the clock runs until what was added can be searched and is kept."""
        raise NotImplementedError

    def merge(self, path: str) -> None:
        """Make one segment of the index in `path`."""
        raise NotImplementedError

    def open(self, path: str) -> dict[str, Any]:
        """Open the index; says how many documents and segments it has."""
        raise NotImplementedError

    def query(self, query: Query) -> Any:
        """The engine's own query object."""
        raise NotImplementedError

    def top(self, query: Any, limit: int) -> list[Any]:
        """The best `limit`, no total."""
        raise NotImplementedError

    def top_with_total(self, query: Any, limit: int) -> int:
        """The best `limit` and the exact total; returns the total."""
        raise NotImplementedError

    def total(self, query: Any) -> int:
        raise NotImplementedError

    def ids(self, query: Any, limit: int) -> list[str]:
        """The ids of the best articles, for comparing engines; never timed."""
        raise NotImplementedError

    def commands(self) -> dict[str, Callable[[Any], Any]]:
        """A call for each command; engines with more commands add them."""
        return {
            "top10": lambda query: self.top(query, 10),
            "top10_total": lambda query: self.top_with_total(query, 10),
            "total": self.total,
            "top1000": lambda query: self.top(query, 1000),
        }


def read_articles(path: str, limit: int | None) -> Iterator[Article]:
    with open(path, encoding="utf-8") as lines:
        for line in itertools.islice(lines, limit):
            yield json.loads(line)


def index_bytes(path: str) -> int:
    """The size of every file under `path`, or of the file `path` with its companions."""
    root = Path(path)
    files = root.rglob("*") if root.is_dir() else root.parent.glob(root.name + "*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _status_kb(key: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


class Usage:
    """Wall and CPU seconds, and the peak of memory above what was held at the start."""

    def __enter__(self) -> Usage:
        gc.collect()
        gc.freeze()
        self.before_mb = _status_kb("VmRSS") / 1024
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
        self._times = os.times()
        self._started = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall_s = time.perf_counter() - self._started
        now, then = os.times(), self._times
        self.cpu_s = sum(now[:4]) - sum(then[:4])  # with children that have ended
        self.peak_mb = _status_kb("VmHWM") / 1024

    def figures(self) -> dict[str, float]:
        return {
            "wall_s": self.wall_s,
            "cpu_s": self.cpu_s,
            "peak_mb": self.peak_mb,
            "grown_mb": self.peak_mb - self.before_mb,
        }


class Server:
    """Answers requests for one engine until it is told to quit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._documents: list[Any] = []
        self._queries: dict[str, list[Any]] = {}
        self._commands: dict[str, Callable[[Any], Any]] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "describe":
                return {"threads": self._engine.threads, **self._engine.describe()}
            case "load":
                articles = read_articles(request["corpus"], request.get("articles"))
                self._documents = [self._engine.document(article) for article in articles]
                return {"articles": len(self._documents)}
            case "index":
                with Usage() as usage:
                    self._engine.index(self._documents, request["path"], request["threads"])
                return {**usage.figures(), "bytes": index_bytes(request["path"])}
            case "merge":
                with Usage() as usage:
                    self._engine.merge(request["path"])
                figures = {"merge_" + name: value for name, value in usage.figures().items()}
                return {**figures, "merged_bytes": index_bytes(request["path"])}
            case "open":
                opened = self._engine.open(request["path"])
                self._commands = self._engine.commands()
                return {"commands": list(self._commands), **opened}
            case "prepare":
                queries = request["queries"]
                self._queries[request["kind"]] = [self._engine.query(query) for query in queries]
                return {}
            case "warm":
                return self._warm(request["seconds"])
            case "time":
                return self._time(request)
            case "ids":
                queries = self._queries[request["kind"]]
                return {"ids": [self._engine.ids(query, request["limit"]) for query in queries]}
            case other:
                raise ValueError(f"no request {other}")

    def _warm(self, seconds: float) -> dict[str, Any]:
        """Run every query with every command, round and round, for `seconds`."""
        gc.collect()
        gc.freeze()
        until = time.perf_counter() + seconds
        passes = 0
        while time.perf_counter() < until:
            for queries in self._queries.values():
                for run in self._commands.values():
                    for query in queries:
                        run(query)
                        if time.perf_counter() > until:
                            return {"passes": passes}
            passes += 1
        return {"passes": passes}

    def _time(self, request: dict[str, Any]) -> dict[str, Any]:
        """Time one command: a pass over all queries to warm up, then `repeats` passes.

        An engine that needs longer than `budget_s` for its passes gets fewer of them; one
        that needs longer for the first has the first counted.
        """
        run = self._commands[request["command"]]
        queries = self._queries[request["kind"]]
        if "first" in request:
            queries = queries[: request["first"]]
        clock = time.perf_counter_ns
        until = clock() + int(request["budget_s"] * 1e9)
        times: list[list[int]] = []
        results: list[Any] = []
        cpu = wall = 0
        while len(times) <= request["repeats"] and (clock() < until or not times):
            cpu_started, wall_started = time.process_time_ns(), clock()
            row = []
            results = []
            for query in queries:
                started = clock()
                result = run(query)
                row.append(clock() - started)
                results.append(result if isinstance(result, int) else None)
            cpu, wall = time.process_time_ns() - cpu_started, clock() - wall_started
            times.append(row)
        kept = times[1:] or times
        columns = [sorted(column) for column in zip(*kept, strict=True)]
        return {
            "passes": len(kept),
            "best_us": [column[0] / 1000 for column in columns],
            "median_us": [_median(column) / 1000 for column in columns],
            "totals": results,
            "cpu_of_wall": cpu / max(wall, 1),
        }


def _median(values: list[int]) -> float:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def serve(engine: Engine) -> None:
    """Answer requests from standard input until it ends."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print goes elsewhere
    server = Server(engine)
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "quit":
            break
        try:
            answer = server.answer(request)
        except Exception as error:
            import traceback

            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()
