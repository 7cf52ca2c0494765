"""How long does one `searcher query` take from the shell?

Times whole processes, in turn with the yardstick `python -c "import whoosh.index"`
in the same environment, and prints medians and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from runs_store import keep

ROOT = Path(__file__).parent.parent


def wall_s(command: list[str]) -> float:
    """Seconds from start to exit of `command`."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--query", default='"humanitarian truce"')
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    searcher = str(Path(sys.executable).with_name("searcher"))
    with tempfile.TemporaryDirectory() as index:
        subprocess.run(
            [searcher, "index", "--quiet", "--index", index, str(ROOT / "corpus")],
            check=True,
            capture_output=True,
        )
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import whoosh.index": [sys.executable, "-c", "import whoosh.index"],
            "searcher query": [searcher, "query", "--index", index, options.query],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                times[name].append(wall_s(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:22} {median * 1000:7.1f} ms  (min {min(times[name]) * 1000:.1f})")
    ratio = medians["searcher query"] / medians["import whoosh.index"]
    print(f"{'ratio':22} {ratio:7.2f}")
    if options.keep:
        print(keep("cold-start", {"medians_s": medians, "ratio": ratio, "runs": options.runs}))


if __name__ == "__main__":
    main()
