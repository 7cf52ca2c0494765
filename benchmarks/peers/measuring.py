"""How are the engines measured side by side?

In rounds: every engine does a piece of work before any does the next, and the order
turns from round to round, so that what else the machine does falls on all alike.  A round
gives one figure for each engine; what is reported are medians over the rounds, and a
ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peers.processes import EngineError, EngineProcess

Query = dict[str, Any]

REPEATS = 5
_SLOW_INDEXING_S = 60.0  # an engine slower than this is indexed with in fewer rounds
_FEWEST_QUERIES = 10
_WARMING_S = {"lucene": 20.0}  # seconds of warming up; a JIT wants many
_WARM_S = 3.0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass
class Plan:
    """What is measured, and where it is put."""

    commands: dict[str, list[str]]  # engine: how it is started
    corpus: Path
    work: Path
    rounds: int
    slow_rounds: int

    @property
    def log(self) -> Path:
        return self.work / "engines.log"

    def start(self, engine: str) -> EngineProcess:
        return EngineProcess(engine, self.commands[engine], self.log)

    def index(self, variant: str, engine: str) -> Path:
        return self.work / f"index-{variant}-{engine}"


def _turned(engines: list[str], turn: int) -> list[str]:
    turn %= max(len(engines), 1)
    return engines[turn:] + engines[:turn]


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    for file in path.parent.glob(path.name + "*"):
        if file.is_file():
            file.unlink()


# ---------------------------------------------------------------- indexing


def index(plan: Plan, threads: tuple[int, ...], *, merge: bool = True) -> list[dict[str, Any]]:
    """Index in every engine, each time in a new process; a row for each time.

    The index of the last run with the most threads stays as the "natural" one; with
    `merge` that of the first run with one thread is merged to one segment and stays as
    "one".
    """
    rows: list[dict[str, Any]] = []
    usable: dict[str, list[int]] = {}
    for engine in plan.commands:
        with plan.start(engine) as process:
            known = process.ask("describe")["threads"]
        usable[engine] = [count for count in threads if count in known]
    slow: set[str] = set()
    for turn in range(plan.rounds):
        for count in threads:
            for engine in _turned(list(plan.commands), turn):
                if count not in usable[engine] or (engine in slow and turn >= plan.slow_rounds):
                    continue
                merged = merge and count == min(usable[engine]) and turn == 0
                try:
                    row = _index_once(plan, engine, count, merged)
                except EngineError as error:
                    say(f"  {error}")
                    continue
                if row["wall_s"] > _SLOW_INDEXING_S:
                    slow.add(engine)
                rows.append({"engine": engine, "threads": count, "round": turn, **row})
                say(f"  round {turn + 1}: {engine}, {count} threads: {row['wall_s']:.1f} s")
    return rows


def _index_once(plan: Plan, engine: str, threads: int, merge: bool) -> dict[str, Any]:
    path = plan.work / f"index-new-{engine}"
    _remove(path)
    with plan.start(engine) as process:
        process.ask("load", corpus=str(plan.corpus))
        row = process.ask("index", path=str(path), threads=threads)
        natural = plan.index("natural", engine)
        _remove(natural)
        if merge:
            shutil.copytree(path, natural) if path.is_dir() else shutil.copy(path, natural)
            one = plan.index("one", engine)
            _remove(one)
            try:
                row |= process.ask("merge", path=str(path))
                path.rename(one)
            except EngineError as error:
                say(f"  {error}")
                if process.ask("open", path=str(path))["segments"] == 1:
                    path.rename(one)
        else:
            path.rename(natural)
    _remove(path)
    return row


# ---------------------------------------------------------------- searching


@dataclass
class Timing:
    """What one engine took for one kind of queries and one command."""

    rounds: list[list[float]] = field(default_factory=list)  # µs a query, a list a round
    best_rounds: list[list[float]] = field(default_factory=list)
    totals: list[int | None] = field(default_factory=list)
    cpu_of_wall: list[float] = field(default_factory=list)

    def add(self, answer: dict[str, Any]) -> None:
        self.rounds.append(answer["median_us"])
        self.best_rounds.append(answer["best_us"])
        if len(answer["totals"]) >= len(self.totals):
            self.totals = answer["totals"]
        self.cpu_of_wall.append(answer["cpu_of_wall"])

    @property
    def queries(self) -> int:
        return min(map(len, self.rounds))

    def a_round(self, summary: Callable[[list[float]], float] = statistics.fmean) -> float:
        """The median over the rounds of one figure (the mean) over the queries."""
        return statistics.median(summary(row) for row in self.rounds)

    def best(self) -> float:
        return statistics.median(statistics.fmean(row) for row in self.best_rounds)

    def a_query(self) -> list[float]:
        """For each query its median over the rounds."""
        count = self.queries
        return [statistics.median(row[i] for row in self.rounds) for i in range(count)]

    def figures(self) -> dict[str, Any]:
        return {
            "mean_us": self.a_round(),
            "p50_us": self.a_round(statistics.median),
            "best_mean_us": self.best(),
            "round_mean_us": [statistics.fmean(row) for row in self.rounds],
            "cpu_of_wall": statistics.median(self.cpu_of_wall),
            "query_us": [round(value, 1) for value in self.a_query()],
            "totals": self.totals,
        }


def ratio(ours: Timing, theirs: Timing) -> tuple[float, float]:
    """How many times faster `ours` is: of the means (median of the rounds), and the
    geometric mean over the queries; on the queries that both were asked."""
    count = min(ours.queries, theirs.queries)
    pairs = zip(ours.rounds, theirs.rounds, strict=False)
    of_means = statistics.median(sum(b[:count]) / sum(a[:count]) for a, b in pairs)
    of_queries = statistics.geometric_mean(
        b / a for a, b in zip(ours.a_query()[:count], theirs.a_query()[:count], strict=True)
    )
    return of_means, of_queries


Timings = dict[str, dict[str, dict[str, Timing]]]  # kind, command, engine


def search(
    plan: Plan, variant: str, queries: dict[str, list[Query]], budget_s: float
) -> tuple[Timings, dict[str, Any]]:
    """Time every command for every kind of queries in every engine that has an index."""
    timings: Timings = {}
    opened: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:
        processes: dict[str, EngineProcess] = {}
        for engine in plan.commands:
            path = plan.index(variant, engine)
            if not path.exists():
                say(f"  {engine} has no index with {variant} segments")
                continue
            process = stack.enter_context(plan.start(engine))
            opened[engine] = process.ask("open", path=str(path))
            for kind, asked in queries.items():
                process.ask("prepare", kind=kind, queries=asked)
            process.ask("warm", seconds=_WARMING_S.get(engine, _WARM_S))
            processes[engine] = process
        failed: set[tuple[str, str, str]] = set()
        for turn in range(plan.rounds):
            say(f"  {variant} segments, round {turn + 1} of {plan.rounds}")
            for kind, asked in queries.items():
                for engine in _turned(list(processes), turn):
                    for command in opened[engine]["commands"]:
                        if (engine, kind, command) in failed:
                            continue
                        engines = timings.setdefault(kind, {}).setdefault(command, {})
                        timing = engines.setdefault(engine, Timing())
                        try:
                            _time(processes[engine], kind, command, len(asked), budget_s, timing)
                        except EngineError as error:
                            say(f"  {error} ({kind}, {command})")
                            failed.add((engine, kind, command))
                            del engines[engine]
    return timings, opened


def _time(
    process: EngineProcess, kind: str, command: str, count: int, budget_s: float, timing: Timing
) -> None:
    """Add a round to `timing`, of as many of the queries as fit the budget."""

    def ask(first: int, repeats: int) -> dict[str, Any]:
        return process.ask(
            "time", kind=kind, command=command, first=first, repeats=repeats, budget_s=budget_s
        )

    if timing.rounds:
        mean_us = timing.a_round()
    else:
        mean_us = statistics.fmean(ask(min(_FEWEST_QUERIES, count), 1)["median_us"])
    fitting = max(_FEWEST_QUERIES, int(budget_s * 1e6 / mean_us))
    timing.add(ask(min(count, fitting), REPEATS))
