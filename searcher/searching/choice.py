"""Which executor answers?

The native one, where the core is there and every segment is a native one; else the
plain one.  Both give the same articles in the same order with the same scores.
"""

from __future__ import annotations

from searcher.analysis import Analyzer
from searcher.codec.core import find_core
from searcher.scoring import DEFAULT_SCORING, Scoring
from searcher.searching.executor import Executor
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot

__all__ = ["choose_executor", "executor_name"]


def executor_name(snapshot: Snapshot) -> str:
    """The executor that answers over `snapshot`, with the reason if it is the plain one."""
    core = find_core()
    plain = sum(segment.core is None for segment in snapshot.segments)
    if core.module is not None and plain:
        count = len(snapshot.segments)
        return f"plain ({plain} of {count} segment{'' if count == 1 else 's'} not native)"
    return str(core)


def choose_executor(
    snapshot: Snapshot, analyzer: Analyzer, *, scoring: Scoring = DEFAULT_SCORING
) -> Executor:
    """An executor over `snapshot`, which ranks by `scoring`."""
    if executor_name(snapshot) == "native":
        return NativeExecutor(snapshot, analyzer, scoring=scoring)
    return PlainExecutor(snapshot, analyzer, scoring=scoring)
