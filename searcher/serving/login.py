"""How does a person come in, where tokens are needed?

By a form: the token is posted once, and from then on a cookie stands for it (`tokens.py`).  The
cookie is for this server's own pages only (`SameSite=Strict`), no script reads it (`HttpOnly`),
and behind TLS it goes nowhere else (`Secure`).  `/logout`, posted, takes it away.

The form itself is a page (`pages/`); where that room is not there, a bare one.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from searcher.serving.guard import COOKIE, Guard
from searcher.serving.problems import ProblemError
from searcher.serving.service import Service, service_of
from searcher.serving.tokens import COOKIE_DAYS, cookie_for

__all__ = ["routes", "safe_path"]

_MOST_BYTES = 8 << 10
_FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Log in</title></head>
<body><main><h1>Log in</h1><form method="post">
<p><label>Token <input type="password" name="token" autocomplete="current-password" required>
</label> <button>Log in</button></p></form></main></body></html>
"""


def routes(service: Service) -> list[BaseRoute]:
    """The routes that let people in and out."""
    return [
        Route("/login", _post_login, methods=["POST"]),
        Route("/logout", _post_logout, methods=["POST"]),
    ]


def bare_form() -> BaseRoute:
    """The form, for a server without pages."""
    return Route("/login", _get_login, methods=["GET"])


async def _get_login(request: Request) -> Response:
    return HTMLResponse(_FORM)


async def _post_login(request: Request) -> Response:
    """Give a cookie for a token.

    Raises:
        ProblemError: it is no token, or there were too many that were none.
    """
    service = service_of(request)
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise ProblemError("too-large", "no token is so long")
    try:
        posted = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        raise ProblemError("parameter", "no form of ours has so many fields") from None
    secret = posted.get("token", [""])[0].strip()
    guard: Guard = request.scope["searcher.guard"]
    token = guard.try_token(request.scope, secret)
    if token is None:
        raise ProblemError("unauthorized", "that is no token of this server")
    there = posted.get("next", request.query_params.getlist("next") or ["/"])[0]
    answer = RedirectResponse(service.links.to(safe_path(there)), 303)
    answer.set_cookie(
        COOKIE,
        cookie_for(token),
        max_age=COOKIE_DAYS * 86_400,
        path=service.settings.root_path or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


async def _post_logout(request: Request) -> Response:
    """Take the cookie away."""
    service = service_of(request)
    answer = RedirectResponse(service.links.to("/login"), 303)
    answer.delete_cookie(
        COOKIE,
        path=service.settings.root_path or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def safe_path(given: str) -> str:
    """`given` if it is a path of this server, else the first page: a login leads nowhere else."""
    is_path = given.startswith("/") and not given.startswith(("//", "/\\"))
    is_plain = given.isascii() and given.isprintable() and "\\" not in given
    return given if is_path and is_plain and len(given) < 4_000 else "/"
