"""Under which addresses are the pages?

`routes(service)` is what `app.py` asks for.  Each route reads its link, lets its view work in a
thread, and sends what it made; an error that a person meets is a page too.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from searcher.serving.links import ArticleLink, CompareLink, SearchLink
from searcher.serving.pages import about, article, compare, home, search
from searcher.serving.pages.page import Answer, Download, Page, Redirect
from searcher.serving.pages.rendering import assets, render
from searcher.serving.problems import ProblemError
from searcher.serving.service import Service, service_of

__all__ = ["routes"]

_KEPT = "public, max-age=31536000, immutable"
# Asked again each time: a commit may have come, and what a journalist reads is nobody's business.
_FRESH = "private, no-cache"
_FAILED = {
    "not-found": "There is no such page",
    "ambiguous-id": "Several articles have ids that begin so",
    "deadline": "The search took too long",
    "busy": "Too many searches are waiting",
    "index": "The archive cannot be read at the moment",
    "unauthorized": "A token is needed",
}


def routes(service: Service) -> list[BaseRoute]:
    """The routes of the pages."""
    service.rooms["error page"] = _error_page
    served = {asset.name: asset for asset in assets().values()}

    async def static(request: Request) -> Response:
        asset = served.get(request.path_params["name"])
        if asset is None:
            raise ProblemError("not-found", "there is no such file")
        headers = {"Cache-Control": _KEPT}
        return Response(asset.data, 200, headers, asset.media_type)

    return [
        Route("/", _home),
        Route("/search", _search),
        Route("/article/{id}", _article),
        Route("/compare", _compare),
        Route("/about", _about),
        Route("/help", _help),
        Route("/static/{name}", static),
    ]


async def _answered(request: Request, view: Callable[[float], Answer]) -> Response:
    """What `view` makes in a thread, sent."""
    service = service_of(request)
    answer = await service.run(lambda left_s: _sendable(view(left_s), service), request)
    return answer


def _sendable(answer: Answer, service: Service) -> Response:
    if isinstance(answer, Redirect):
        return RedirectResponse(service.links.to(answer.to), answer.status)
    headers = {"Cache-Control": _FRESH}
    if isinstance(answer, Download):
        headers["Content-Disposition"] = f'attachment; filename="{answer.name}"'
        return Response(answer.text, 200, headers, answer.media_type)
    return HTMLResponse(_html(answer, service), answer.status, headers)


def _html(page: Page, service: Service) -> str:
    return render(page, service.links, saves=_saves(service))


def _saves(service: Service) -> bool:
    """Whether searches can be saved here."""
    return service.settings.saves and getattr(service, "saved", None) is not None


async def _home(request: Request) -> Response:
    service = service_of(request)
    return await _answered(request, lambda left_s: home.home_page(service.archive, left_s=left_s))


async def _search(request: Request) -> Response:
    service = service_of(request)
    link = SearchLink.read(request.query_params)
    return await _answered(
        request,
        lambda left_s: search.search_page(
            service.archive,
            link,
            request.query_params,
            left_s=left_s,
            saves=_saves(service),
            exports=service.settings.exports,
        ),
    )


async def _article(request: Request) -> Response:
    service = service_of(request)
    link = ArticleLink.read(request.path_params["id"], request.query_params)
    return await _answered(
        request,
        lambda left_s: article.article_page(
            service.archive,
            link,
            request.query_params,
            links=service.links,
            left_s=left_s,
            show_paths=service.settings.show_paths,
        ),
    )


async def _compare(request: Request) -> Response:
    service = service_of(request)
    link = CompareLink.read(request.query_params.getlist("q"), request.query_params)
    return await _answered(
        request,
        lambda left_s: compare.compare_page(
            service.archive, link, request.query_params, left_s=left_s
        ),
    )


async def _about(request: Request) -> Response:
    service = service_of(request)
    return await _answered(request, lambda left_s: about.about_page(service.archive, left_s=left_s))


async def _help(request: Request) -> Response:
    return await _answered(request, lambda left_s: about.help_page())


async def _error_page(request: Request, error: ProblemError) -> Response:
    """The page of an error that a person meets."""
    problem = error.problem
    heading = _FAILED.get(problem.name, problem.title[:1].upper() + problem.title[1:])
    page = Page(
        "problem.html",
        {
            "title": heading,
            "heading": heading,
            "detail": problem.detail,
            "q": request.query_params.get("q", ""),
        },
        problem.status,
    )
    headers = {"Cache-Control": "no-store", **error.headers}
    return HTMLResponse(_html(page, service_of(request)), problem.status, headers)
