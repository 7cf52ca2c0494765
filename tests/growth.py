"""Does the work grow with its size, or faster?

A ratio of CPU times and no time: a busy or slow machine makes both larger.  The smallest
of several runs is taken of each size, and more are made where the ratio looks too large:
a neighbour on the machine may spoil three runs in a row (seen on a shared builder: 12 for
work that is linear), and more runs only come nearer to what the work itself takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FACTOR = 4
# Linear work grows fourfold, quadratic sixteenfold.
LINEAR = 10.0
_RUNS = 3
_RUNS_IN_DOUBT = 15


def growth(run: Callable[[int], object], size: int) -> float:
    """How many times the CPU time of `run(size)` that of `run(FACTOR * size)` is."""

    def cpu_time(size: int) -> float:
        started = time.process_time()
        run(size)
        return time.process_time() - started

    run(size)
    small = large = float("inf")
    for number in range(1, _RUNS_IN_DOUBT + 1):
        small = min(small, max(cpu_time(size), 1e-4))
        large = min(large, cpu_time(FACTOR * size))
        if number >= _RUNS and large / small < LINEAR:
            break
    return large / small
