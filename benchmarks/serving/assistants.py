"""How soon does `searcher mcp` answer, and does `/mcp` keep the protocol?

Starts `searcher mcp` again and again, asks it for its tools, and takes the time on the wall and of
the processor until they are there.  With `--conformance FOLDER` the scenarios of the protocol's own
suite are run against `searcher serve`'s application on a free port as well.  The suite is npm's
`@modelcontextprotocol/conformance`, which needs Node 22 for its newest version:

    npm install --prefix FOLDER @modelcontextprotocol/conformance node@22
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from runs_store import keep

from searcher import Archive
from tests.serving.conftest import serving

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "benchmark", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
)
SCENARIOS = (
    *("server-initialize", "ping", "tools-list", "prompts-list", "resources-list"),
    *("server-sse-multiple-streams", "dns-rebinding-protection"),
)


def start(index: str) -> tuple[float, float]:
    """Seconds on the wall until the tools are listed, and of the processor until the end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "searcher", "mcp", "--index", index],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b"".join(json.dumps(one).encode() + b"\n" for one in MESSAGES))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        wall_s = time.perf_counter() - started
        process.stdin.close()
        process.wait(60)
    assert len(answers[1]["result"]["tools"]) == 7
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def conformance(folder: Path, index: str) -> dict[str, str]:
    """What the suite says of each scenario."""
    node = folder / "node_modules" / ".bin" / "node"
    suite = folder / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
    found: dict[str, str] = {}
    with serving(index, mcp=True) as served:
        for name in SCENARIOS:
            done = subprocess.run(
                [
                    *(node if node.exists() else "node", suite, "server"),
                    *("--url", f"{served.url}/mcp", "--scenario", name),
                ],
                capture_output=True,
                text=True,
                timeout=120,
            )
            said = re.findall(r"Passed: [^\n]*", done.stdout)
            found[name] = f"{'ok' if done.returncode == 0 else 'FAILED'}; {''.join(said[-1:])}"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", help="an index; one of the sample corpus is made otherwise")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--conformance", type=Path, help="where the suite is installed")
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = options.index
        if index is None:
            index = os.path.join(folder, "index")
            with Archive.create(index) as archive:
                archive.index(ROOT / "corpus")
        times = [start(index) for _ in range(options.rounds)]
        figures: dict[str, Any] = {
            "tools/list, least s on the wall": round(min(wall for wall, _ in times), 3),
            "tools/list, median s on the wall": round(sorted(times)[len(times) // 2][0], 3),
            "whole process, least s of processor": round(min(cpu for _, cpu in times), 3),
            "load of the machine": round(os.getloadavg()[0], 1),
        }
        if options.conformance:
            figures |= conformance(options.conformance, index)
    for name, value in figures.items():
        print(f"{name:36} {value}")
    if options.keep:
        print(keep("serving-assistants", [figures]))


if __name__ == "__main__":
    main()
