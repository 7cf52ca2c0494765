"""How does an answer get onto the wire?

JSON in UTF-8 by msgspec, in which lone surrogates are replaced, since UTF-8 has none; problems
as RFC 9457 has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from searcher.serving.problems import Problem, ProblemError
from searcher.serving.visits import visit_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

__all__ = [
    "JSON_TYPE",
    "PROBLEM_TYPE",
    "Ready",
    "attached",
    "encode",
    "is_for_people",
    "json_answer",
    "problem_answer",
]

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
_encode = msgspec.json.Encoder().encode
_WITHOUT_BODY = (204, 304)
_SURROGATES = re.compile("[\ud800-\udfff]")


class Ready(Response):
    """An answer that is written already; Starlette's own reads each header three times.

    Arguments:
        content: the whole body.
        status_code: of the answer.
        headers: besides its length, which one without a body has not.
        media_type: of the body, with its charset if it has one.
    """

    def __init__(
        self,
        content: bytes,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        self.status_code = status_code
        self.body = content
        self.background = None
        self.media_type = media_type
        self.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in (headers or {}).items()
        ]
        if status_code not in _WITHOUT_BODY:
            self.raw_headers.append((b"content-length", b"%d" % len(content)))
        if media_type is not None:
            self.raw_headers.append((b"content-type", media_type.encode("latin-1")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        await send(start)
        await send({"type": "http.response.body", "body": self.body})


def encode(value: Any) -> bytes:
    """`value`, structs or JSON values, as JSON."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(_mended(msgspec.to_builtins(value)))


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_mended(key): _mended(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(held) for held in value]
    return value


def json_answer(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer of JSON."""
    return Ready(encode(value), status, headers, JSON_TYPE)


def attached(data: bytes, media_type: str, name: str | None) -> Response:
    """An answer that a browser keeps as the file `name`, one of ours; None to show it."""
    headers = {} if name is None else {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type=media_type)


def is_for_people(scope: Mapping[str, Any]) -> bool:
    """Whether a browser shows the answer, and no program takes it."""
    if scope["path"].startswith(("/api/", "/mcp")):
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def problem_answer(error: ProblemError, scope: Mapping[str, Any]) -> Response:
    """An answer that says what went wrong."""
    problem = error.problem
    headers = {"Cache-Control": "no-store", **error.headers}
    if problem.status < 400:
        return Response(b"", problem.status, headers)
    if problem.name == "host" and is_for_people(scope):  # without a page, which asks for files
        return Response(f"{problem.detail}\n", problem.status, headers, "text/plain")
    visit = visit_of(scope)
    if visit is not None:
        said = {name: getattr(problem, name) for name in problem.__struct_fields__}
        problem = Problem(**{**said, "instance": f"urn:searcher:request:{visit.id}"})
    return Response(encode(problem), problem.status, headers, PROBLEM_TYPE)
