"""Hosts over real HTTP that misbehave in ways that a real cluster does only on bad days."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["GREETING", "Behaviour", "Seen", "host", "say"]

GREETING = {"version": {"number": "3.8.0", "distribution": "opensearch"}, "cluster_name": "c"}
Behaviour = Callable[["Handler"], None]


class Seen(list[tuple[str, str, dict[str, str]]]):
    """The requests that a host has had: method, path with parameters, headers."""


class Handler(BaseHTTPRequestHandler):
    """Answers `GET /` as OpenSearch 3, and everything else as the test says."""

    protocol_version = "HTTP/1.1"
    behaviour: Behaviour
    greets = True
    seen: Seen

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append((self.command, self.path, headers))
        if self.path == "/" and self.greets:
            say(self, 200, GREETING)
        else:
            type(self).behaviour(self)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing is said of requests."""


def say(handler: Handler, status: int, body: object) -> None:
    """Answer with JSON, or with bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def host(behaviour: Behaviour, *, greets: bool = True) -> Iterator[tuple[str, Seen]]:
    """A host that behaves so; its name and port, and what it has been asked."""
    seen = Seen()
    kind = type(
        "H", (Handler,), {"behaviour": staticmethod(behaviour), "greets": greets, "seen": seen}
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
