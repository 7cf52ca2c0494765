"""Does reading a query take time in proportion to its length?

Prints the CPU time of queries of 200 and of 10,000 characters (fifty times as long), of
rows of words and of everything the language has, and the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time

from runs_store import keep

from searcher.query import parse

MIXED = (
    '(oil OR "crude oil") w/5 price* AND title:opec -japan since:1987-03 '
    "atleast3(bank) =fed oil w/s sea "
)
# Their lengths divide 200, so a query fifty times as long holds fifty times as much.
KINDS = {"words": "truce libya oil and ", "mixed": MIXED}


def text(kind: str, length: int) -> str:
    """A query of `length` characters: whole repetitions of one part."""
    part = KINDS[kind]
    repetitions, rest = divmod(length, len(part))
    if rest:
        raise ValueError(f"{length} is no multiple of {len(part)}")
    return part * repetitions


def cpu_ms(query: str) -> float:
    started = time.process_time_ns()
    parse(query)
    return (time.process_time_ns() - started) / 1e6


def measure(kind: str, rounds: int) -> tuple[float, float, float]:
    """Medians of the short and the long query, and of their ratio in a round.

    The two take turns, so that what else the machine does falls on both.
    """
    short, long = text(kind, 200), text(kind, 10_000)
    rows = []
    for _ in range(rounds):
        shorter = statistics.median(cpu_ms(short) for _ in range(25))
        longer = cpu_ms(long)
        rows.append((shorter, longer, longer / shorter))
    shorter, longer, ratio = (statistics.median(column) for column in zip(*rows, strict=True))
    return shorter, longer, ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=101)
    parser.add_argument("--keep", action="store_true", help="write the figures under runs/")
    options = parser.parse_args()
    figures = {}
    for kind in KINDS:
        short, long, ratio = measure(kind, options.rounds)
        figures[kind] = {"200": short, "10000": long, "ratio": ratio}
        print(f"{kind:6}  200: {short:.3f} ms  10,000: {long:.2f} ms  ratio {ratio:.1f}")
    if options.keep:
        print(keep("parsing", figures))


if __name__ == "__main__":
    main()
