"""Which routes are there, and in which order do the guards stand?

`make_app` puts one archive on the wire: the guard outermost (`guard.py`), then the routes of the
API, of the pages (`pages/`) and, where that is wanted, of MCP (`assistant.py`).  Whatever goes
wrong in a route becomes a problem (`problems.py`), or a page that says so where a person asks.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from searcher.archive import Archive
from searcher.errors import SearcherError
from searcher.importing import InstalledOnly
from searcher.serving import api, login
from searcher.serving.answering import (
    JSON_TYPE,
    encode,
    is_for_people,
    json_answer,
    problem_answer,
)
from searcher.serving.export import EXPORT_FORMATS
from searcher.serving.guard import Guard
from searcher.serving.openapi import describe
from searcher.serving.problems import GoneError, ProblemError, problem_of
from searcher.serving.proxies import BehindProxy
from searcher.serving.service import Service, make_service, service_of
from searcher.serving.settings import Settings
from searcher.serving.straight import Straight
from searcher.serving.visits import visit_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

__all__ = ["make_app"]

_LOG = logging.getLogger("searcher.serving")
_BY_STATUS = {404: "not-found", 405: "method", 413: "too-large"}
_LEAST_GZIPPED = 1_000
# A page of 40 KB takes a third of the time that the usual 9 does, and is as small by a twentieth.
_GZIP_LEVEL = 5
# What is streamed is not held up for it.
_NOT_GZIPPED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    *dict.fromkeys(form.media_type.partition(";")[0] for form in EXPORT_FORMATS.values()),
)
Running = Callable[[], AbstractAsyncContextManager[None]]


class _Packed:
    """Packs what is large for whoever unpacks it; nobody else waits for a look at it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed = GZipMiddleware(
            app,
            minimum_size=_LEAST_GZIPPED,
            compresslevel=_GZIP_LEVEL,
            exclude_content_types=_NOT_GZIPPED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http":
            for name, value in scope["headers"]:
                if name == b"accept-encoding" and b"gzip" in value:
                    app = self._packed
        await app(scope, receive, send)


class _Faults:
    """Answers where a route raised what nobody foresaw.

    Starlette does so outside of all middleware, where the guard adds no headers, and raises it
    again, so that it stands in the log twice.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            visit = visit_of(scope)
            if visit is None or visit.has_begun:  # the connection is cut: that is the answer
                raise
            is_nobody = isinstance(error, GoneError | ClientDisconnect)
            answer = await (_answer_nobody if is_nobody else _answer_error)(Request(scope), error)
            await answer(scope, receive, send)


def make_app(archive: Archive, settings: Settings) -> Starlette:
    """The application that serves `archive`.

    `app.state.service` is what its routes work with; see `service.py`.
    """
    service = make_service(archive, settings)
    # Looked through in this order: what is asked for most comes first.
    routes: list[BaseRoute] = [
        *api.routes(service),
        Route("/healthz", _is_alive),
        Route("/readyz", _is_ready),
        Route("/metrics", _metrics),
        Route("/openapi.json", _description),
        *(login.routes(service) if settings.tokens else ()),
    ]
    running: list[Running] = []
    for name in ("pages", *(("assistant",) if settings.mcp else ())):
        found, run = _routes_of(name, service)
        routes += found
        running += run
    if settings.tokens:
        routes.append(login.bare_form())

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for run in running:
                await stack.enter_async_context(run())
            yield
        service.admission.close()
        service.exporter.close()

    handler: ExceptionHandler = _answer_error
    app = Starlette(
        routes=routes,
        middleware=[
            *((Middleware(BehindProxy),) if settings.behind_proxy else ()),
            Middleware(Guard, service=service),
            # Inside the guard, so that the answer to a fault has its headers too.
            Middleware(_Faults),
            Middleware(_Packed),
            Middleware(Straight, routes=routes),
        ],
        exception_handlers={
            SearcherError: handler,
            ProblemError: handler,
            HTTPException: handler,
            GoneError: _answer_nobody,
            ClientDisconnect: _answer_nobody,
        },
        lifespan=lifespan,
    )
    # A path that is not ours is answered by nothing else than that.
    app.router.redirect_slashes = False
    app.state.service = service
    # Without what Starlette puts around all middleware, which answers faults a second time.
    outermost = app.build_middleware_stack()
    app.middleware_stack = outermost.app if isinstance(outermost, ServerErrorMiddleware) else None
    return app


def _routes_of(name: str, service: Service) -> tuple[list[BaseRoute], list[Running]]:
    """The routes that the room `name` beside this one has, and what runs while it is served.

    Such a room has a function `routes(service)`, and may have `running(service)`, which gives
    an asynchronous context manager to be entered before the first request and left after the
    last.
    """
    with InstalledOnly():
        if find_spec(f"searcher.serving.{name}") is None:
            return [], []
        room = import_module(f"searcher.serving.{name}")
    run = getattr(room, "running", None)
    return list(room.routes(service)), [] if run is None else [lambda: run(service)]


async def _is_alive(request: Request) -> Response:
    """That the process lives."""
    return json_answer({"status": "alive"})


async def _is_ready(request: Request) -> Response:
    """That the index can be read.  Raises: as `Archive.open`."""
    service = service_of(request)
    articles = await service.run(lambda left_s: len(service.archive), request)
    return json_answer({"status": "ready", "articles": articles})


async def _metrics(request: Request) -> Response:
    """What is counted."""
    service = service_of(request)
    text = await service.run(lambda left_s: service.metrics.text(service), request)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


async def _description(request: Request) -> Response:
    """The API, as OpenAPI has it."""
    service = service_of(request)
    described: bytes | None = service.rooms.get("openapi")
    if described is None:
        described = encode(describe(api.endpoints(service), service.links.root))
        service.rooms["openapi"] = described
    return Response(described, media_type=JSON_TYPE)


async def _answer_error(request: Request, error: Exception) -> Response:
    """What is answered where a route raised `error`.

    For people a page may do that: `service.rooms["error page"]`, a function of the request and
    the problem, where `pages/` puts it.
    """
    if isinstance(error, HTTPException):
        kind = _BY_STATUS.get(error.status_code, "fault")
        problem = ProblemError(
            kind, "", status=error.status_code, headers=dict(error.headers or {})
        )
    else:
        problem = problem_of(error)
    visit = visit_of(request.scope)
    name = problem.problem.name
    if name in ("deadline", "busy", "rate", "unauthorized", "forbidden", "too-large"):
        service_of(request).metrics.refused(name)
    if name in ("index", "fault"):
        shown = "" if visit is None else f" (request {visit.id})"
        _LOG.error("%s%s", error, shown, exc_info=error if name == "fault" else None)
    page = service_of(request).rooms.get("error page")
    if page is not None and is_for_people(request.scope):
        response: Response = await page(request, problem)
        return response
    return problem_answer(problem, request.scope)


async def _answer_nobody(request: Request, error: Exception) -> Response:
    """What is answered where the client has gone away: no fault of ours, and nobody reads it.

    The status is nginx's of such requests, so that the log and the metrics tell them apart.
    """
    return Response(status_code=499)
