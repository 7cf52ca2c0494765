"""May this request come in, and which headers go out?

One layer of ASGI around everything, so that no route can forget it.  In order: the Host must
be a name of ours (a page elsewhere whose name was pointed at this machine has another), the
request must be of a sane size, whoever asks must have a token where tokens are, a request that
changes something must come from our own pages, and no client may ask too often.  What passes
is answered by the routes.

Every answer, errors too, has the headers of `HEADERS`: nothing is loaded from elsewhere or by
others, nothing runs that is not a file of ours, and no page frames us.  There are no CORS
headers, so no script of another origin reads an answer.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from searcher.serving.answering import problem_answer
from searcher.serving.logs import log_visit
from searcher.serving.problems import ProblemError
from searcher.serving.service import Service
from searcher.serving.settings import LOOPBACK, Settings
from searcher.serving.tokens import Token, Tokens, token_named, token_of_cookie
from searcher.serving.visits import SCOPE_KEY, Visit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["COOKIE", "Guard"]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in (
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        # Not "no-referrer", with which browsers send forms of ours without their origin.
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    )
)
_CACHE = (b"cache-control", b"private, no-cache")
_VARY = (b"vary", b"Accept-Encoding")
COOKIE = "searcher"
# Without a token: whether the process lives, the form that takes one, and how that looks.
_OPEN = ("/healthz", "/login")
_OPEN_BELOW = "/static/"
_SAFE_METHODS = ("GET", "HEAD")
_HOST = re.compile(rb"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?")
_MOST_URL_BYTES = 16 << 10
_MOST_HEADER_BYTES = 32 << 10
_MOST_BODY_BYTES = 1 << 20
_BODY_S = 20.0
_MOST_CLIENTS = 10_000
# Of wrong tokens, from one address.
_WRONG_A_MINUTE = 5


class Guard:
    """Lets requests in to `app`, and gives all answers their headers."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        settings = service.settings
        self._app = app
        self._metrics = service.metrics
        self._settings = settings
        self._tokens = Tokens(settings.tokens, settings.token_file)
        self._hosts = _known_hosts(settings)
        self._asked = _Buckets(settings.rate) if settings.rate else None
        self._wrong = _Buckets(_WRONG_A_MINUTE / 60, burst=_WRONG_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":  # there are none here
                await send({"type": "websocket.close", "code": 1000})
            else:
                await self._app(scope, receive, send)
            return
        visit = scope[SCOPE_KEY] = Visit()
        scope["searcher.guard"] = self
        status = 500
        size = 0

        async def guarded_send(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                visit.has_begun = True
                status = message["status"]
                headers = message["headers"] = list(message.get("headers", ()))
                has_cache = has_vary = False
                for name, _ in headers:  # in small letters, as ASGI has them
                    if name == b"cache-control":
                        has_cache = True
                    elif name == b"vary":
                        has_vary = True
                headers += HEADERS
                if not has_cache:
                    headers.append(_CACHE)
                if not has_vary:
                    headers.append(_VARY)
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        root = self._settings.root_path
        path = scope["path"]
        if root and (path + "/").startswith(root + "/"):  # of a proxy that does not take it off
            scope["path"] = path[len(root) :] or "/"
        try:
            headers = _Headers(scope["headers"])
            try:
                self._check(scope, headers, visit)
            except ProblemError as error:
                self._metrics.refused(error.problem.name)
                await problem_answer(error, scope)(scope, receive, guarded_send)
            else:
                await self._app(scope, _bounded(receive, headers), guarded_send)
        finally:
            self._tell(scope, visit, status, size)

    def _tell(self, scope: Scope, visit: Visit, status: int, size: int) -> None:
        """Count the request, and write its line."""
        if not visit.route:
            visit.route = getattr(scope.get("route"), "path", "") or "other"
        method = scope["method"]
        seconds = time.perf_counter() - visit.started
        self._metrics.answered(visit.route, method, status, seconds)
        log_visit(
            visit,
            self._settings.access_log,
            method=method,
            status=status,
            ms=seconds * 1000,
            size=size,
            with_query=self._settings.log_queries,
        )

    # ------------------------------------------------------------ in

    def _check(self, scope: Scope, headers: _Headers, visit: Visit) -> None:
        """Let the request in.

        Raises:
            ProblemError: it may not come in.
        """
        self._check_host(headers)
        self._check_sizes(scope, headers)
        path = scope["path"]
        is_open = path in _OPEN or path.startswith(_OPEN_BELOW)
        if self._settings.tokens and not is_open:
            visit.token = self._token_of(scope, headers)
            if visit.token is None:
                raise _token_needed(scope, headers, self._settings.root_path)
        self._check_origin(scope, headers)
        if self._asked is not None and path != "/healthz":
            self._asked.take(_client(scope, visit), "too many requests; ask more slowly")

    def _check_host(self, headers: _Headers) -> None:
        hosts = headers.all(b"host")
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None or match[1].lower() not in self._hosts:
            raise ProblemError(
                "host", "the Host is no name of this server; start it with --allow-host NAME"
            )

    def _check_sizes(self, scope: Scope, headers: _Headers) -> None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _MOST_URL_BYTES:
            raise ProblemError("too-large", "the address is longer than 16 KB", status=414)
        if headers.size > _MOST_HEADER_BYTES:
            raise ProblemError("too-large", "the headers are longer than 32 KB", status=431)
        length = headers.one(b"content-length")
        if length is not None and (len(length) > 9 or int(length) > _MOST_BODY_BYTES):
            raise _body_too_large()

    def _token_of(self, scope: Scope, headers: _Headers) -> Token | None:
        client = _address(scope)
        given = headers.one(b"authorization")
        if given is not None:
            kind, _, secret = given.decode("latin-1").partition(" ")
            self._wrong.check(client, "too many wrong tokens; wait a minute")
            found = None
            is_bearer = kind.lower() == "bearer"
            if is_bearer:
                found = token_named(secret.strip(), self._tokens())
            if found is None:
                self._wrong.take(client, "too many wrong tokens; wait a minute")
                if is_bearer and secret.strip():
                    raise _wrong_token()
            return found
        for cookie in headers.cookies(COOKIE):
            if found := token_of_cookie(cookie, self._tokens()):
                return found
        return None

    def try_token(self, scope: Scope, secret: str) -> Token | None:
        """The token with this secret, which somebody posted.

        Raises:
            ProblemError: there were too many wrong ones.
        """
        client = _address(scope)
        self._wrong.check(client, "too many wrong tokens; wait a minute")
        found = token_named(secret, self._tokens())
        if found is None:
            self._wrong.take(client, "too many wrong tokens; wait a minute")
        return found

    def _check_origin(self, scope: Scope, headers: _Headers) -> None:
        site = headers.one(b"sec-fetch-site")
        is_ours = site in (None, b"same-origin", b"none")
        if scope["method"] in _SAFE_METHODS:
            # A link to us may be followed; nothing else of ours is for pages of others.
            is_link = headers.one(b"sec-fetch-mode") == b"navigate" and headers.one(
                b"sec-fetch-dest"
            ) in (None, b"document")
            if not is_ours and not is_link:
                raise ProblemError("forbidden", "this was asked for by a page of another site")
            return
        origin = headers.one(b"origin")
        if origin is not None:
            host = headers.one(b"host") or b""
            is_ours = is_ours and origin.lower() in (
                b"http://" + host.lower(),
                b"https://" + host.lower(),
            )
        if not is_ours:
            raise ProblemError("forbidden", "this was sent by a page of another site")


def _known_hosts(settings: Settings) -> frozenset[bytes]:
    names = {*LOOPBACK, *settings.allow_hosts}
    if settings.host not in ("0.0.0.0", "::"):
        names.add(settings.host)
    return frozenset(
        (f"[{name}]" if ":" in name else name).lower().encode("latin-1", "replace")
        for name in names
    )


def _token_needed(scope: Scope, headers: _Headers, root: str) -> ProblemError:
    answer = {"WWW-Authenticate": 'Bearer realm="searcher"'}
    if scope["method"] == "GET" and b"text/html" in (headers.one(b"accept") or b""):
        query = scope["query_string"].decode("latin-1")
        there = scope["path"] + (f"?{query}" if query else "")
        location = f"{root}/login?next={quote(there, safe='')}"
        return ProblemError("unauthorized", "", status=303, headers={"Location": location})
    return ProblemError(
        "unauthorized", "send the header Authorization: Bearer TOKEN", headers=answer
    )


def _wrong_token() -> ProblemError:
    answer = {"WWW-Authenticate": 'Bearer realm="searcher", error="invalid_token"'}
    return ProblemError("unauthorized", "that is no token of this server", headers=answer)


def _body_too_large() -> ProblemError:
    return ProblemError("too-large", "the body is longer than 1 MB")


def _bounded(receive: Receive, headers: _Headers) -> Receive:
    """`receive`, that gives no more than a body may have, and not for ever."""
    if headers.one(b"content-length") is None and headers.one(b"transfer-encoding") is None:
        return receive
    taken = 0
    is_over = False
    until = time.monotonic() + _BODY_S

    async def receive_bounded() -> Message:
        nonlocal taken, is_over
        if is_over:
            return await receive()
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                message = await receive()
        except TimeoutError:
            raise ProblemError("too-large", "the body came too slowly", status=408) from None
        taken += len(message.get("body", b""))
        is_over = not message.get("more_body", False)
        if taken > _MOST_BODY_BYTES:
            raise _body_too_large()
        return message

    return receive_bounded


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "socket"


def _client(scope: Scope, visit: Visit) -> str:
    return f"token {visit.token.name}" if visit.token else _address(scope)


class _Headers:
    """The headers of a request, each looked up where it is needed.

    `one` gives the first of a name, None where there is none; `size` is how many bytes they take.
    """

    __slots__ = ("_pairs", "one", "size")

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        self._pairs = pairs
        first: dict[bytes, bytes] = {}
        size = 0
        for name, value in pairs:
            size += len(name) + len(value) + 4
            first.setdefault(name, value)
        self.size = size
        self.one: Callable[[bytes], bytes | None] = first.get

    def all(self, name: bytes) -> list[bytes]:
        return [value for key, value in self._pairs if key == name]

    def cookies(self, name: str) -> Iterable[str]:
        for header in self.all(b"cookie"):
            for part in header.decode("latin-1").split(";"):
                key, _, value = part.strip().partition("=")
                if key == name:
                    yield value


class _Buckets:
    """So many a second for each client, and as many at once as in two seconds or `burst`."""

    def __init__(self, rate: float, burst: float | None = None) -> None:
        self._rate = rate
        self._burst = max(1.0, 2 * rate) if burst is None else burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def _now(self, client: str) -> float:
        now = time.monotonic()
        left, at = self._left.get(client, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        self._left[client] = (left, now)
        self._left.move_to_end(client)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return left

    def check(self, client: str, detail: str) -> None:
        """Raise `ProblemError` if nothing is left for `client`."""
        left = self._now(client)
        if left < 1:
            wait_s = max(1, int((1 - left) / self._rate + 0.999))
            raise ProblemError("rate", detail, headers={"Retry-After": str(wait_s)})

    def take(self, client: str, detail: str) -> None:
        """The same, and take one."""
        self.check(client, detail)
        left, at = self._left[client]
        self._left[client] = (left - 1, at)
