"""What went wrong, said to a program?

RFC 9457: every error of the API is `application/problem+json`, with a type of ours, what to do
next, and an `instance` that stands in the log beside it.  `problem_of` makes one of each error
that Searcher foresees; anything else is a fault, of which the answer says nothing but that.

No path of this machine is in any of them: errors about the index name its directory, so their
text goes to the log and not out.
"""

from __future__ import annotations

from typing import Any

import msgspec

from searcher.errors import (
    ArticleNotFoundError,
    ClusterError,
    DeadlineError,
    ExportError,
    IndexStateError,
    QueryError,
)
from searcher.searching.interruption import UnwantedError

__all__ = ["KINDS", "BusyError", "GoneError", "Problem", "ProblemError", "problem_of", "status_of"]

_TYPE = "urn:searcher:problem:"
# name: (status, title)
KINDS = {
    "query": (400, "the query cannot be read"),
    "parameter": (400, "a parameter is not valid"),
    "unauthorized": (401, "a token is needed"),
    "forbidden": (403, "this may not be done"),
    "not-found": (404, "there is nothing here"),
    "ambiguous-id": (404, "several articles have ids that begin so"),
    "method": (405, "this address does not do that"),
    "conflict": (409, "something is in the way"),
    "too-large": (413, "the request is too large"),
    "host": (421, "this server is not the one that was asked for"),
    "rate": (429, "too many requests"),
    "fault": (500, "a fault in Searcher itself"),
    "not-offered": (501, "this archive does not offer that"),
    "busy": (503, "too many searches are waiting"),
    "deadline": (503, "the search took too long and was given up"),
    "index": (503, "the index cannot be read"),
}


class Problem(msgspec.Struct, omit_defaults=True, kw_only=True):
    """An error as RFC 9457 has it.

    `parameter` names what is wrong where it is one; of a query, `position` and `end` are the
    span that cannot be read, and `suggestion` what to try.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    parameter: str | None = None
    position: int | None = None
    end: int | None = None
    expected: str | None = None
    suggestion: str | None = None
    instance: str | None = None

    @property
    def name(self) -> str:
        """The last part of the type."""
        return self.type.removeprefix(_TYPE)


class ProblemError(Exception):
    """A request that cannot be answered, and why.

    Arguments:
        name: one of the kinds; the type of the problem ends with it.
        detail: what is wrong, and the next step.
        status: another status than the usual one of its kind.
        headers: what the answer has besides.
        facts: other fields of `Problem`.
    """

    def __init__(
        self,
        name: str,
        detail: str = "",
        *,
        status: int | None = None,
        headers: dict[str, str] | None = None,
        **facts: Any,
    ) -> None:
        usual, title = KINDS[name]
        self.problem = Problem(
            type=_TYPE + name, title=title, status=status or usual, detail=detail, **facts
        )
        self.headers = headers or {}
        super().__init__(f"{name}: {detail}")


def status_of(name: str) -> int:
    """The usual status of a kind of problem."""
    return KINDS[name][0]


class BusyError(ProblemError):
    """Too many searches wait already."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            "busy", f"{waiting} searches wait; ask again in a second", headers={"Retry-After": "1"}
        )


class GoneError(UnwantedError):
    """Whoever asked has gone away; nobody needs an answer."""


def problem_of(error: Exception) -> ProblemError:
    """`error` as it is said to whoever asked."""
    match error:
        case ProblemError():
            return error
        case QueryError():
            return ProblemError(
                "query",
                error.reason,
                position=error.position,
                end=error.end,
                expected=error.expected,
                suggestion=error.suggestion,
            )
        case DeadlineError():
            return ProblemError(
                "deadline",
                f"no answer within {error.timeout_s:.3g} s; ask for less: rarer words, longer "
                "patterns, shorter distances",
                headers={"Retry-After": "5"},
            )
        case ArticleNotFoundError():
            name = "ambiguous-id" if error.is_ambiguous else "not-found"
            return ProblemError(name, error.reason)
        case ExportError():
            return ProblemError("parameter", str(error), parameter="fields")
        case ClusterError(kind="not-offered"):
            return ProblemError("not-offered", error.reason)
        case IndexStateError():
            return ProblemError(
                "index", "the log of the server has the reason", headers={"Retry-After": "30"}
            )
    return ProblemError("fault", "the log of the server has the reason")
