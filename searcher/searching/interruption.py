"""Does whoever asked still want the answer?

A query that runs for long asks now and then, in both executors: where a client of a server has
gone away nobody reads what it would find.  The question belongs to the thread, as Ctrl-C belongs
to the first one, so that nothing between whoever asks and the executors has to hand it on.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from searcher.codec.core import find_core

__all__ = ["UnwantedError", "ask", "interrupted_by"]


class UnwantedError(Exception):
    """The answer is not wanted, or not now.  A question may raise anything; this says nothing of
    the index, whose view goes to the next reader."""


class _Asked(threading.local):
    question: Callable[[], object] | None = None


_ASKED = _Asked()


def ask() -> None:
    """Raise what the question of this thread raises."""
    question = _ASKED.question
    if question is not None:
        question()


@contextlib.contextmanager
def interrupted_by(question: Callable[[], object]) -> Iterator[None]:
    """While the block runs, queries of this thread call `question`; what it raises ends them.

    Cost: some microseconds; it is called some twenty times a second.
    """
    core = find_core().module
    _ASKED.question = question
    if core is not None:
        core.ask_whether_to_go_on(question)
    try:
        yield
    finally:
        _ASKED.question = None
        if core is not None:
            core.ask_whether_to_go_on(None)
