"""What is written down of each request?

A line for each, as JSON or as text: when, which route, with which status, how long it took,
waited and searched, how many were found, how many bytes, who asked, and the id that the answer
has too.  What was asked is not in it, since what a journalist searches is a source's safety; only
`--log-queries` says otherwise.  Nor are addresses of clients, tokens, or paths as they were typed,
in which all of these could be.

Python's logging carries it: `searcher.access` for these lines, `searcher.serving` for what went
wrong.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from searcher.serving.settings import AccessLog
from searcher.serving.visits import Visit
from searcher.typography import visible

__all__ = ["ACCESS", "LineFormatter", "log_visit"]

ACCESS = logging.getLogger("searcher.access")


def log_visit(
    visit: Visit,
    form: AccessLog,
    *,
    method: str,
    status: int,
    ms: float,
    size: int,
    with_query: bool,
) -> None:
    """Write the line of one request."""
    if form == "off":
        return
    said: dict[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "method": method if method in _METHODS else "other",
        "route": visit.route or "other",
        "status": status,
        "ms": round(ms, 2),
        "waited_ms": round(visit.waited_ms, 2),
        "search_ms": round(visit.search_ms, 2),
        "hits": visit.hits,
        "bytes": size,
        "token": visit.token.name if visit.token else None,
        "request": visit.id,
    }
    if with_query:
        said["query"] = visit.query
    if form == "json":
        ACCESS.info("%s", visible(json.dumps(said, ensure_ascii=True)))
    else:
        ACCESS.info("%s", visible(" ".join(f"{key}={_text(value)}" for key, value in said.items())))


_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return json.dumps(value) if isinstance(value, str) and " " in value else str(value)


class LineFormatter(logging.Formatter):
    """Lines as they are, of what went wrong with its kind before it; whatever a terminal would
    obey is visible."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of one record."""
        text = super().format(record)
        if record.name == ACCESS.name:
            return text
        return "\n".join(f"searcher: {visible(line)}" for line in text.split("\n"))
