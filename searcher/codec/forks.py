"""What must a process that was forked not do with what its parent is writing?

A fork copies a session of changes with everything that it holds: the descriptor of the
write lock, which is one lock for both, and the core's builder, whose threads are not there
in the child and which removes the parent's file when it is dropped.  All of that belongs
to the process that made it.  `belongs_here` registers an object whose `forked` is called
in every child before anything else can happen to it.

The list of such objects is the one piece of state in this module that is global:
`os.register_at_fork` takes functions for the process and never gives them back, so one is
registered, when it is first needed, and the objects are held weakly.
"""

from __future__ import annotations

import os
import weakref
from typing import Any, Protocol

from searcher.importing import InstalledOnly

__all__ = ["OfOneProcess", "belongs_here", "never_release"]


class OfOneProcess(Protocol):
    """Something that only the process that made it may use."""

    def forked(self) -> None:
        """Let go of it, in a child, without touching what the parent has."""


_held: weakref.WeakSet[Any] = weakref.WeakSet()
_is_registered = False


def belongs_here(thing: OfOneProcess) -> None:
    """Call `thing.forked()` in every child that this process forks while it lives."""
    global _is_registered
    _held.add(thing)
    if not _is_registered and hasattr(os, "register_at_fork"):
        _is_registered = True
        os.register_at_fork(after_in_child=_in_child)


def _in_child() -> None:
    for thing in list(_held):
        thing.forked()
    _held.clear()


def never_release(thing: object) -> None:
    """Keep `thing` for as long as this process lives, the end of the interpreter included.

    Python has no other word for an object whose destructor must not run.
    """
    with InstalledOnly():
        import ctypes  # in a child that was forked while writing, and nowhere else

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
