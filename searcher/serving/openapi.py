"""How is the API written down?

OpenAPI 3.1, made of the table of endpoints and the structs that are their answers, so that it
says what the server does: nothing is described twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from searcher import __version__
from searcher.serving.answering import JSON_TYPE, PROBLEM_TYPE
from searcher.serving.api.endpoint import PREFIX, Endpoint
from searcher.serving.problems import Problem, status_of

__all__ = ["describe"]

_COMPONENTS = "#/components/schemas/{name}"
# What any request may meet, before it reaches its route.
_ANYWHERE = ("unauthorized", "forbidden", "too-large", "rate", "fault")


def describe(endpoints: Sequence[Endpoint], root: str) -> dict[str, Any]:
    """The description of `endpoints`, which stand below the path `root`."""
    types: list[Any] = [Problem]
    for endpoint in endpoints:
        types += [endpoint.answer] if endpoint.answer not in (None, str) else []
        types += [endpoint.body] if endpoint.body is not None else []
    types = list(dict.fromkeys(types))
    schemas, components = msgspec.json.schema_components(types, ref_template=_COMPONENTS)
    by_type = dict(zip(types, schemas, strict=True))
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        operations = paths.setdefault(PREFIX + endpoint.path, {})
        operations[endpoint.method.lower()] = _operation(endpoint, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Searcher",
            "version": __version__,
            "description": "A news archive, searched, counted and cited. Errors are problems as "
            "in RFC 9457; answers that depend on the archive have an entity tag of its commit.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root or "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "searcher"},
            },
        },
        # Where the server has no tokens, nothing is needed.
        "security": [{}, {"token": []}, {"cookie": []}],
    }


def _operation(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {str(endpoint.status): _good(endpoint, schemas)}
    if endpoint.method == "PUT":
        answers["201"] = _good(endpoint, schemas)
    if endpoint.is_cached and endpoint.method == "GET":
        answers["304"] = {"description": "the client has this answer"}
    if "ambiguous-id" in endpoint.problems and endpoint.method == "GET":
        answers["308"] = {
            "description": "the whole id, of which this is the beginning",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    kinds: dict[int, list[str]] = {}
    for name in dict.fromkeys((*endpoint.problems, *_ANYWHERE)):
        kinds.setdefault(status_of(name), []).append(name)
    kinds.setdefault(421, []).append("host")
    for status in (414, 431):
        kinds.setdefault(status, []).append("too-large")
    if endpoint.body is not None:
        kinds.setdefault(415, []).append("parameter")
    problem = {"schema": schemas[Problem]}
    for status, names in sorted(kinds.items()):
        answers[str(status)] = {
            "description": "a problem: " + ", ".join(names),
            "content": {PROBLEM_TYPE: problem},
        }
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [parameter.described() for parameter in endpoint.parameters],
        "responses": answers,
    }
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {JSON_TYPE: {"schema": schemas[endpoint.body]}},
        }
    return operation


def _good(endpoint: Endpoint, schemas: dict[Any, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": endpoint.summary}
    if endpoint.answer is str:
        answer["content"] = {kind: {"schema": {"type": "string"}} for kind in endpoint.media_types}
    elif endpoint.answer is not None:
        answer["content"] = {JSON_TYPE: {"schema": schemas[endpoint.answer]}}
    headers: dict[str, Any] = {}
    if endpoint.is_cached and endpoint.method == "GET":
        headers["ETag"] = {"schema": {"type": "string"}}
    if any(parameter.name == "cursor" for parameter in endpoint.parameters):
        headers["Link"] = {"schema": {"type": "string"}, "description": "`next` and `prev`"}
    if headers:
        answer["headers"] = headers
    return answer
