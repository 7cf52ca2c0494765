"""How does Ctrl-C end a run between two files, and not in the middle of one?

Python raises `KeyboardInterrupt` wherever the program stands, in the middle of a change
to what is held in memory too, which is lost then.  Within `interrupts_held` the first
Ctrl-C is only noted, so that a run can stop at a place of its own and commit; a second one
is raised at once.  What is done for Ctrl-C is done for whatever signal has Python's own
handler for it, so a program that wants SIGTERM to be the same gives it that handler.

Signals belong to the process and are handled in its main thread, so this sets the handler
there and puts the old one back; in another thread, or where a program has a handler of
its own, nothing is changed, and nothing is held.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

from searcher.indexing.report import Report

__all__ = ["HeldInterrupt", "IndexingInterrupted", "Stopped", "interrupts_held"]


class IndexingInterrupted(KeyboardInterrupt):
    """A run was stopped with Ctrl-C after what it had read was committed.

    `report` says what was read and is kept, `signal_number` which signal it was.
    """

    def __init__(self, report: Report, signal_number: int) -> None:
        super().__init__()
        self.report = report
        self.signal_number = signal_number


class Stopped(Exception):
    """Ctrl-C was pressed, and this is a place where the run can stop."""


class HeldInterrupt:
    """Whether Ctrl-C was pressed: `signal_number` is not None then."""

    def __init__(self) -> None:
        self.signal_number: int | None = None
        self._is_lost = False

    @property
    def is_asked(self) -> bool:
        """Whether the run shall end."""
        return self.signal_number is not None

    def check(self) -> None:
        """Raise `Stopped` if the run shall end, `KeyboardInterrupt` if at once."""
        if self._is_lost:
            raise KeyboardInterrupt
        if self.is_asked:
            raise Stopped

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.signal_number is not None:
            raise KeyboardInterrupt
        self.signal_number = number

    @contextmanager
    def _kept_where_lost(self) -> Iterator[None]:
        """Note a second Ctrl-C that came while Python took an object apart.

        What is raised in a `__del__` or a callback of a weak reference goes no further
        than `sys.unraisablehook`, which prints it.
        """
        before = sys.unraisablehook

        def hook(lost: sys.UnraisableHookArgs) -> None:
            if isinstance(lost.exc_value, KeyboardInterrupt):
                self._is_lost = True
            else:
                before(lost)

        sys.unraisablehook = hook
        try:
            yield
        finally:
            sys.unraisablehook = before


@contextmanager
def interrupts_held() -> Iterator[HeldInterrupt]:
    """Note the first Ctrl-C of the block instead of raising it.

    A block inside another one, as that of the library in a command's, shares its note.
    """
    outer = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    if isinstance(outer, HeldInterrupt):
        yield outer
        return
    held = HeldInterrupt()
    numbers: list[int] = []
    if threading.current_thread() is threading.main_thread():
        numbers = [
            number
            for number in (signal.SIGINT, signal.SIGTERM)
            if signal.getsignal(number) is signal.default_int_handler
        ]
    with held._kept_where_lost() if numbers else nullcontext():
        try:
            for number in numbers:
                signal.signal(number, held._note)
            yield held
        finally:
            for number in numbers:
                signal.signal(number, signal.default_int_handler)
