"""What does a person at the shell pay: the cold start, and the memory of indexing?"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from peers.bars import Bar
from peers.processes import EngineError

# Articles are read one by one, so that none is held but by the index.
_INDEXED = """
import json, sys, time
from pathlib import Path
def status(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(x.split()[1]) for x in lines if x.startswith(key + ":")) / 1024
from peers.protocol import read_articles
from peers.searcher_engine import article_of
from searcher import Archive
corpus, index, memory = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Archive.create(index) as archive:
    started = time.perf_counter()
    with archive.writer(memory_mb=memory) as writer:
        for article in read_articles(corpus, None):
            writer.add(article_of(article))
    print(json.dumps({"wall_s": time.perf_counter() - started, "peak_mb": status("VmHWM")}))
"""


def cold_start(index: Path, query: str, tantivy_python: str, runs: int) -> dict[str, Any]:
    """Wall seconds of whole processes, taking turns."""
    command = str(Path(sys.executable).with_name("searcher"))
    commands = {
        "searcher query": [command, "query", "--index", str(index), query],
        "import tantivy": [tantivy_python, "-c", "import tantivy"],
        "python -c pass": [tantivy_python, "-c", "pass"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    # An installed program has its bytecode; one that may not write any compiles itself anew
    # each time.  The first of the runs writes it.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(runs):
        for name, line in commands.items():
            started = time.perf_counter()
            done = subprocess.run(line, capture_output=True, text=True, env=environment)
            times[name].append(time.perf_counter() - started)
            if done.returncode > 1:  # 1 is an answer too: nothing was found
                raise EngineError(f"{name} ended with {done.returncode}: {done.stderr.strip()}")
    return {name: statistics.median(values) for name, values in times.items()}


def cold_start_bar(medians: dict[str, Any]) -> Bar:
    value = medians["searcher query"] / medians["import tantivy"]
    note = f"{medians['searcher query'] * 1000:.0f} ms, {medians['import tantivy'] * 1000:.0f} ms"
    return Bar("cold searcher query, wall", "import tantivy", value, 6.0, at_most=True, note=note)


def memory(corpus: Path, work: Path, budgets_mb: tuple[int, ...]) -> list[dict[str, Any]]:
    """The peak of a process that reads articles one by one and indexes within a budget."""
    rows = []
    for budget in budgets_mb:
        index = work / "index-memory"
        shutil.rmtree(index, ignore_errors=True)
        here = Path(__file__).parents[1:3]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, here))}
        done = subprocess.run(
            [sys.executable, "-c", _INDEXED, str(corpus), str(index), str(budget)],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        rows.append({"budget_mb": budget, **json.loads(done.stdout)})
        shutil.rmtree(index, ignore_errors=True)
    return rows


def memory_bars(rows: list[dict[str, Any]]) -> list[Bar]:
    return [
        Bar(
            f"peak memory, budget {row['budget_mb']} MB",
            "1.2 budget + 100 MB",
            row["peak_mb"],
            1.2 * row["budget_mb"] + 100,
            at_most=True,
            note=f"{row['wall_s']:.1f} s",
        )
        for row in rows
    ]
