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

__all__ = ["Visit", "visit_of"]

SCOPE_KEY = "searcher.visit"


class Visit:
    """One request, as the log tells of it.

    `id` stands in the answer to it too, `token` is who asked, `route` the path as the table of
    routes has it, `waited_ms` and `search_ms` how long it waited and searched, `hits` how many
    were found, `query` what was asked, which is logged only where that was asked for.
    """

    __slots__ = ("hits", "id", "query", "route", "search_ms", "started", "token", "waited_ms")

    def __init__(self) -> None:
        self.id = secrets.token_hex(8)
        self.started = time.perf_counter()
        self.token: Token | None = None
        self.route = ""
        self.waited_ms = 0.0
        self.search_ms = 0.0
        self.hits: int | None = None
        self.query: str | None = None


def visit_of(scope: Mapping[str, Any]) -> Visit | None:
    """The visit that a request is; None if it did not come through the guard."""
    visit: Visit | None = scope.get(SCOPE_KEY)
    return visit
