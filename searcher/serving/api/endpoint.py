"""What is an endpoint, and how is a request to it answered?

An `Endpoint` is one row of the table of the API: what may be asked, which struct answers, and a
function that asks the archive.  All are served the same way: parameters are read and refused, a
client that has the answer already is told so without a search, the function runs in a thread,
and its struct becomes JSON there.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from searcher.serving.answering import JSON_TYPE, Ready, encode
from searcher.serving.caching import is_known
from searcher.serving.misfits import misfit_of_json
from searcher.serving.parameters import Parameter, given_in, read_parameters
from searcher.serving.problems import ProblemError
from searcher.serving.service import Service, service_of
from searcher.serving.visits import visit_of

if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["PREFIX", "Answer", "Asked", "Endpoint", "no_parameters"]

PREFIX = "/api/v1"
_is_simple = re.compile(r"[\w ,'\"-]{1,200}").fullmatch


class _AfterId(Route):
    """A route to an article, or to a part of it, whatever is in its id.

    Ids may hold slashes.  In a path they are written `%2F`, so the article `a/citation` is
    `a%2Fcitation`, and what follows an id has a slash of its own.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        after = self.path.rpartition("}")[2].encode()
        if match is not Match.NONE and not (scope.get("raw_path") or after).endswith(after):
            return Match.NONE, {}
        return match, found


@dataclass(slots=True)
class Asked:
    """What was asked of an endpoint: the service, the parameters, and what else it may need.

    `left_s` is how many seconds the answer may take.
    """

    service: Service
    values: dict[str, Any]
    left_s: float | None = None
    body: Any = None
    may_save: bool = True

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(slots=True)
class Answer:
    """What an endpoint answers besides its struct.

    `links` are URLs by their relation (`next`, `prev`), `hits` how many were found.
    """

    value: Any
    status: int = 200
    links: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    hits: int | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the API.

    Arguments:
        path: below `PREFIX`, as Starlette writes it.
        name: the operation's own name.
        summary: what it gives, in a sentence.
        parameters: what may be asked.
        answer: the struct that answers; None for nothing.
        ask: answers, in a thread; or answers by itself, with `respond`.
        respond: takes the request and the parameters, for what is no struct.
        body: the struct of the body that is posted.
        problems: the kinds of problems that are its own.
        media_types: of the answer.
        is_cached: whether it has an entity tag.
        is_brief: whether `ask` takes no longer than it is given, and changes nothing.
        status: of a good answer.
    """

    path: str
    name: str
    summary: str
    parameters: Sequence[Parameter] = ()
    answer: Any = None
    ask: Callable[[Asked], Answer] | None = None
    respond: Callable[[Request, Asked], Awaitable[Response]] | None = None
    method: str = "GET"
    body: type[msgspec.Struct] | None = None
    problems: Sequence[str] = ("parameter", "deadline", "index")
    media_types: Sequence[str] = (JSON_TYPE,)
    is_cached: bool = True
    is_brief: bool = False
    status: int = 200

    def route(self) -> Route:
        """The route that serves it."""
        before, held, after = self.path.partition("{id}")
        kind, path = (_AfterId, f"{before}{{id:path}}{after}") if held else (Route, self.path)
        return kind(PREFIX + path, self._serve, methods=[self.method], name=self.name)

    async def _serve(self, request: Request) -> Response:
        service = service_of(request)
        scope = request.scope
        visit = visit_of(scope)
        has_tag = self.is_cached and self.method == "GET"
        url, known = (scope["path"], scope["query_string"]), None
        if has_tag and (known := header_of(scope, b"if-none-match")) is not None:
            # Who has the answer mostly asks as before, of which nothing is read again.
            kept = service.tags.kept(url)
            if kept is not None and is_known(kept.tag, known):
                if visit is not None:
                    visit.route, visit.query = PREFIX + self.path, kept.q
                return Ready(b"", 304, {"ETag": kept.tag})
        values = read_parameters(
            given_in(scope["query_string"]), [p for p in self.parameters if p.place == "query"]
        )
        for parameter in self.parameters:
            if parameter.place == "path":
                values[parameter.name] = parameter.read([request.path_params[parameter.name]])
        if visit is not None:
            visit.route = PREFIX + self.path
            visit.query = values.get("q")
        tag = None
        if has_tag:
            tag = service.tags.make(self.path, values, key=url, q=values.get("q"))
            if known is not None and is_known(tag, known):
                return Ready(b"", 304, {"ETag": tag})
        may_save = visit is None or visit.token is None or visit.token.may_save
        asked = Asked(service, values, may_save=may_save)
        if self.body is not None:
            asked.body = await _read_body(request, self.body)
        if self.respond is not None:
            return await self.respond(request, asked)
        assert self.ask is not None
        ask = self.ask

        def answer(left_s: float) -> tuple[Answer, bytes]:
            asked.left_s = left_s
            found = ask(asked)
            return found, b"" if found.value is None else encode(found.value)

        found, data = await service.run(
            answer, request, is_brief=self.is_brief and is_simple(values.get("q"))
        )
        if visit is not None:
            visit.hits = found.hits
        headers = found.headers
        if tag is not None and found.status == 200:
            headers["ETag"] = tag
        if found.links:
            headers["Link"] = ", ".join(
                f'<{url}>; rel="{relation}"' for relation, url in found.links.items()
            )
        status = found.status if found.status != 200 else self.status
        return Ready(data, status, headers, JSON_TYPE if data else None)


def is_simple(q: str | None) -> bool:
    """Whether a query is a few words: nothing in it takes long before the time is looked at."""
    return q is not None and _is_simple(q) is not None


def header_of(scope: Scope, wanted: bytes) -> str | None:
    """The first header of that name, in small letters; None if there is none."""
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("latin-1")
    return None


async def _read_body(request: Request, shape: type[msgspec.Struct]) -> Any:
    """What was posted.

    Raises:
        ProblemError: it is not JSON, or not of that shape.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise ProblemError("parameter", f"the body is {JSON_TYPE}", status=415, parameter="body")
    data = await request.body()
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        field, reason = misfit_of_json(data, error, shape)
        raise ProblemError("parameter", f"the body: {reason}", parameter=field or "body") from error


def no_parameters(request: Request) -> None:
    """Refuse parameters where there are none.

    Raises:
        ProblemError: there is one.
    """
    read_parameters(given_in(request.scope["query_string"]), ())
