"""How do several threads use one session of changes?

One at a time.  What a session holds (articles that wait, the builder of a segment, what is
removed) belongs together, so each call on it has the session to itself; a thread waits for
the call of another to end, which a commit may take a while for.

A child of a fork has the lock as it was at that moment, perhaps held by a thread that is
not there.  It may do nothing with the session in any case, and is told so before it waits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

__all__ = ["one_at_a_time"]

_Method = TypeVar("_Method", bound=Callable[..., Any])


def one_at_a_time(method: _Method) -> _Method:
    """Let no two calls of such methods of one object overlap.

    The object has `_turn`, a lock that one thread may take again, and `_lock`, its
    `WriteLock`, which says whether this process may do anything.
    """

    @functools.wraps(method)
    def in_turn(self: Any, *arguments: Any, **options: Any) -> Any:
        self._lock.check_owner()
        with self._turn:
            return method(self, *arguments, **options)

    return cast(_Method, in_turn)
