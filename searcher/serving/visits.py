"""What is known of one request while it is answered?

A `Visit` stands in the scope of each request that came through the guard; whoever finds
something out that the log tells writes it there.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from searcher.serving.tokens import Token

__all__ = ["OTHERS_KEY", "Visit", "visit_of"]

SCOPE_KEY = "searcher.visit"
# All requests that are under way, this one too.
OTHERS_KEY = "searcher.others"


class Visit:
    """One request, as the log tells of it.

    `id` stands in the answer to it too, if that is a problem; `token` is who asked, `route` the
    path as the table of routes has it, `waited_ms` and `search_ms` how long it waited and
    searched, `hits` how many were found, `query` what was asked, which is logged only where that
    was asked for, `has_begun` whether the answer is on its way.
    """

    __slots__ = (
        *("_id", "has_begun", "hits", "query", "route", "search_ms", "started", "token"),
        "waited_ms",
    )

    def __init__(self) -> None:
        self._id = ""
        self.has_begun = False
        self.started = time.perf_counter()
        self.token: Token | None = None
        self.route = ""
        self.waited_ms = 0.0
        self.search_ms = 0.0
        self.hits: int | None = None
        self.query: str | None = None

    @property
    def id(self) -> str:
        # Most answers are no problems and are not logged, and have none.
        if not self._id:
            self._id = secrets.token_hex(8)
        return self._id


def visit_of(scope: Mapping[str, Any]) -> Visit | None:
    """The visit that a request is; None if it did not come through the guard."""
    visit: Visit | None = scope.get(SCOPE_KEY)
    return visit
