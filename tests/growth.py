"""Does the work grow with its size, or faster?

A ratio of CPU times and no time: a busy or slow machine makes both larger.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FACTOR = 4
# Linear work grows fourfold, quadratic sixteenfold.
LINEAR = 10.0
_RUNS = 3


def growth(run: Callable[[int], object], size: int) -> float:
    """How many times the CPU time of `run(size)` that of `run(FACTOR * size)` is."""

    def cpu_time(size: int) -> float:
        started = time.process_time()
        run(size)
        return time.process_time() - started

    run(size)
    small = min(cpu_time(size) for _ in range(_RUNS))
    large = min(cpu_time(FACTOR * size) for _ in range(_RUNS))
    return large / max(small, 1e-4)
