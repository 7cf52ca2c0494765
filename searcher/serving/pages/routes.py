"""Under which addresses are the pages?

`routes(service)` is what `app.py` asks for.  Each route reads its link, lets its view work in a
thread, and sends what it made; an error that a person meets is a page too.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

import searcher
from searcher.serving.answering import Ready
from searcher.serving.caching import is_known
from searcher.serving.links import ArticleLink, CompareLink, SearchLink
from searcher.serving.pages import about, article, compare, home, saved, search
from searcher.serving.pages.page import Answer, Download, Page, Redirect
from searcher.serving.pages.rendering import assets, render
from searcher.serving.problems import ProblemError
from searcher.serving.saved import SavedSearches
from searcher.serving.service import Service, service_of
from searcher.serving.visits import visit_of

__all__ = ["routes"]

_KEPT = "public, max-age=31536000, immutable"
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

    found: list[BaseRoute] = [
        Route("/", _home),
        Route("/search", _search),
        Route("/article/{id:path}", _article),
        Route("/compare", _compare),
        Route("/about", _about),
        Route("/help", _help),
        Route("/static/{name}", static),
    ]
    if service.saved is not None:
        found.append(Route("/saved", _saved, methods=["GET"]))
        found.append(Route("/saved", _change_saved, methods=["POST"]))
    if service.settings.tokens:
        found.append(Route("/login", _login, methods=["GET"]))
    return found


async def _answered(
    request: Request, route: str, view: Callable[[float], Answer], *, is_kept: bool = True
) -> Response:
    """What `view` makes in a thread, sent; or word that the browser has it already.

    Arguments:
        route: the path as the table of routes has it.
        is_kept: whether a browser may have it from before.
    """
    service = service_of(request)
    visit = visit_of(request.scope)
    if visit is not None:
        visit.route = route
        visit.query = request.query_params.get("q")
    tag = None
    known = request.headers.get("if-none-match") if is_kept else None
    key = (request.url.path, request.scope["query_string"], _may_save(request))
    if known is not None:
        # Of who asks as before nothing is read again.
        kept = service.tags.kept(key)
        if kept is not None and is_known(kept.tag, known):
            return Ready(b"", 304, {"ETag": kept.tag})
    if is_kept:
        asked = {
            "path": request.url.path,
            "parameters": request.query_params.multi_items(),
            "version": searcher.__version__,
            "assets": sorted(asset.name for asset in assets().values()),
            "may save": _may_save(request),
        }
        tag = service.tags.make(route, asked, key=key)
        if known is not None and is_known(tag, known):
            return Ready(b"", 304, {"ETag": tag})

    def answer(left_s: float) -> tuple[Response, int | None]:
        made = view(left_s)
        results = made.context.get("results") if isinstance(made, Page) else None
        return _sendable(made, request), None if results is None else results.total

    response, hits = await service.run(answer, request)
    if visit is not None:
        visit.hits = hits
    if tag is not None and response.status_code == 200:
        response.headers["ETag"] = tag
    return response


def _sendable(answer: Answer, request: Request) -> Response:
    links = service_of(request).links
    if isinstance(answer, Redirect):
        return RedirectResponse(links.to(answer.to), answer.status)
    if isinstance(answer, Download):
        headers = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
        return Response(answer.text, 200, headers, answer.media_type)
    return HTMLResponse(_html(answer, request), answer.status)


def _html(page: Page, request: Request) -> str:
    service = service_of(request)
    visit = visit_of(request.scope)
    return render(
        page,
        service.links,
        saves=service.saved is not None,
        leaves=visit is not None and visit.token is not None,
    )


def _may_save(request: Request) -> bool:
    """Whether whoever asks may save searches."""
    visit = visit_of(request.scope)
    if service_of(request).saved is None:
        return False
    return visit is None or visit.token is None or visit.token.may_save


async def _home(request: Request) -> Response:
    service = service_of(request)
    link = SearchLink.read(request.query_params)
    if link.q.strip():  # typed by hand, or by a browser that was told of this address
        return RedirectResponse(service.links.to(link), 303)
    return await _answered(
        request, "/", lambda left_s: home.home_page(service.archive, left_s=left_s)
    )


async def _search(request: Request) -> Response:
    service = service_of(request)
    link = SearchLink.read(request.query_params)
    may_save = _may_save(request)
    return await _answered(
        request,
        "/search",
        lambda left_s: search.search_page(
            service.archive,
            link,
            request.query_params,
            left_s=left_s,
            saves=may_save,
            exports=service.settings.exports,
        ),
    )


async def _article(request: Request) -> Response:
    service = service_of(request)
    link = ArticleLink.read(request.path_params["id"], request.query_params)
    return await _answered(
        request,
        "/article/{id}",
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
        "/compare",
        lambda left_s: compare.compare_page(
            service.archive, link, request.query_params, left_s=left_s
        ),
    )


async def _about(request: Request) -> Response:
    service = service_of(request)
    return await _answered(
        request, "/about", lambda left_s: about.about_page(service.archive, left_s=left_s)
    )


async def _help(request: Request) -> Response:
    return await _answered(request, "/help", lambda left_s: about.help_page())


def _store(request: Request) -> SavedSearches:
    store = service_of(request).saved
    assert store is not None, "there is no route to it then"
    return store


async def _saved(request: Request) -> Response:
    service, may_save = service_of(request), _may_save(request)
    return await _answered(
        request,
        "/saved",
        lambda left_s: saved.saved_page(
            service.archive, _store(request), left_s=left_s, may_save=may_save
        ),
        is_kept=False,
    )


async def _change_saved(request: Request) -> Response:
    """Do what a form of the page asks for.

    Raises:
        ProblemError: this may not be done, or cannot.
    """
    if not _may_save(request):
        raise ProblemError("forbidden", "this token may read, and not save")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=10))
    except ValueError:
        raise ProblemError("parameter", "no form of ours has so many fields") from None
    archive = service_of(request).archive
    return await _answered(
        request,
        "/saved",
        lambda left_s: saved.change_saved(archive, _store(request), form, left_s=left_s),
        is_kept=False,
    )


async def _login(request: Request) -> Response:
    return HTMLResponse(_html(_login_page(request, ""), request))


def _login_page(request: Request, wrong: str) -> Page:
    there = request.query_params.get("next", "/")
    return Page(
        "login.html",
        {"title": "Log in", "wrong": wrong, "next": there, "here": "/login"},
        401 if wrong else 200,
    )


async def _error_page(request: Request, error: ProblemError) -> Response:
    """The page of an error that a person meets."""
    problem = error.problem
    headers = {"Cache-Control": "no-store", **error.headers}
    if request.url.path == "/login":
        page = _login_page(request, f"{_sentence(problem.detail or problem.title)}.")
        return HTMLResponse(_html(page, request), problem.status, headers)
    heading = _FAILED.get(problem.name, _sentence(problem.title))
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
    return HTMLResponse(_html(page, request), problem.status, headers)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
