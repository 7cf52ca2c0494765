"""What does a view hand back?

A view is a function from an archive and what was asked to a `Page`, a `Redirect` or a `Download`:
values that know nothing of HTTP, so that every page can be tested without a server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from searcher.errors import DeadlineError

__all__ = ["Answer", "Download", "Page", "Redirect", "Timer"]


class Page(NamedTuple):
    """A template, what it shows, and the status of the answer."""

    template: str
    context: Mapping[str, Any]
    status: int = 200


class Redirect(NamedTuple):
    """Another page to go to: a path of this server, without its root."""

    to: str
    status: int = 303


class Download(NamedTuple):
    """A text to keep, and the name of its file."""

    text: str
    media_type: str
    name: str


Answer = Page | Redirect | Download


class Timer:
    """The time that all questions of a page may take together.

    Arguments:
        left_s: seconds from now on; None for as long as they take.
    """

    def __init__(
        self, left_s: float | None, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._clock = clock
        self._given_s = left_s
        self._end = None if left_s is None else clock() + left_s

    def left(self) -> float | None:
        """Seconds that are left.

        Raises:
            DeadlineError: none are.
        """
        if self._end is None or self._given_s is None:
            return None
        left_s = self._end - self._clock()
        if left_s <= 0:
            raise DeadlineError(self._given_s, "making the page")
        return left_s
