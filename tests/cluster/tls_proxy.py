"""A node behind TLS, users and roles, as the security plugin of OpenSearch puts it.

The jars that tests run have no security plugin.  So a server of the standard library stands
before a real node: it speaks TLS only, knows users and their roles, answers 401 and 403 as the
plugin does, and hands everything else on.  Certificates are made by `openssl` for each test.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

__all__ = ["READS", "Authority", "Proxy", "proxy_before"]

READS = re.compile(
    r"GET /( |$)"
    r"|GET /[a-z0-9.*,-]+/(_alias|_mapping|_settings|_count|_stats)\b"
    r"|POST /([a-z0-9.*,-]+/)?(_search|_msearch|_mget|_validate/query|_search/point_in_time)\b"
    r"|DELETE /_search/point_in_time\b"
)
"""The requests of a role that only reads, with their method."""


class Authority:
    """An authority of its own, which signs certificates, in `folder`."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("there is no openssl to make certificates with")
        self._folder = folder
        folder.mkdir()
        self.certificate = str(folder / "ca.pem")
        self._openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(folder / "ca.key"), "-out", self.certificate),
            *("-subj", "/CN=test authority", "-addext", "keyUsage=critical,keyCertSign"),
        )

    def sign(self, name: str) -> tuple[str, str]:
        """The files of a certificate for the host, or the user, `name`, and of its key."""
        beginning = self._folder / name
        request, certificate, key, extensions = (
            f"{beginning}.{ending}" for ending in ("csr", "pem", "key", "ext")
        )
        self._openssl(
            *("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request),
            *("-subj", f"/CN={name}"),
        )
        Path(extensions).write_text(f"subjectAltName=DNS:{name}\n")
        self._openssl(
            *("x509", "-req", "-in", request, "-CA", self.certificate, "-days", "2"),
            *("-CAkey", str(self._folder / "ca.key"), "-CAcreateserial"),
            *("-extfile", extensions, "-out", certificate),
        )
        return certificate, key

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(
            ["openssl", *arguments], capture_output=True, text=True, timeout=60, cwd=self._folder
        )
        assert done.returncode == 0, done.stderr


@dataclass
class Proxy:
    """Where it listens, who may do what, and which requests it has had.

    `users` has the role of each value of the `Authorization` header: "reader", or "writer",
    who may do everything.
    """

    port: int
    users: Mapping[str, str]
    seen: list[tuple[str, str, int]] = field(default_factory=list)


def basic(user: str, password: str) -> str:
    """The header of a user with a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@contextmanager
def proxy_before(
    port: int,
    users: Mapping[str, str],
    certificate: tuple[str, str],
    *,
    clients: str | None = None,
) -> Iterator[Proxy]:
    """A proxy before the node at `port`, with the `certificate` of its host and the key.

    Arguments:
        clients: the file of the authority that must have signed the certificates of clients; None
            asks for none.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            role = users.get(self.headers.get("Authorization", ""))
            if role is None:
                status, data = 401, b'{"error":"Unauthorized"}'
            elif role == "reader" and not READS.match(f"{self.command} {self.path}"):
                reason = {"type": "security_exception", "reason": "no permissions for this"}
                status, data = 403, json.dumps({"error": reason, "status": 403}).encode()
            else:
                status, data = self._handed_on(body)
            proxy.seen.append((self.command, self.path.partition("?")[0], status))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

        def _handed_on(self, body: bytes) -> tuple[int, bytes]:
            node = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                kind = self.headers.get("Content-Type", "application/json")
                node.request(self.command, self.path, body, {"Content-Type": kind})
                answer = node.getresponse()
                return answer.status, answer.read()
            finally:
                node.close()

        def log_message(self, *_: object) -> None:
            """Nothing is said of requests."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Clients leave that do not trust it."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    if clients is not None:
        context.load_verify_locations(clients)
        context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", 0), Handler)
    # Hands are shaken in the thread of each connection, or one that hangs would stop all.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    proxy = Proxy(server.server_port, users)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
