"""Which requests need no look through the table of routes?

Routes are patterns, tried one after another, and each wraps what it calls in layers that most
answers do not need.  What is asked for most, searches and pages, has paths without anything to
fill in: those are looked up, and what answers them is called as it is.  Whatever it raises goes
to whoever stands around this (`app.py`), which answers as it does for a route.

Only GET; HEAD and whatever changes something go through the routes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from searcher.serving.visits import visit_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Straight"]


class Straight:
    """Answers by the endpoints of those `routes` that are one path each, and by `app` the rest."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._found: dict[str, Callable[[Request], Awaitable[Response]]] = {}
        for route in routes:
            if isinstance(route, Route) and not route.param_convertors:
                found = {route.path: route.endpoint} if "GET" in (route.methods or ()) else {}
                self._found = found | self._found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = None
        if scope["type"] == "http" and scope["method"] == "GET":
            endpoint = self._found.get(scope["path"])
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        if (visit := visit_of(scope)) is not None:
            visit.route = scope["path"]
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)
