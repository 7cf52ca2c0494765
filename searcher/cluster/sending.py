"""How does one request get to one host, and its answer back, in the end?

By opensearch-py's connections (urllib3), each with a TLS context made here, which checks the
certificate and the name, always.  Requests are not repeated, redirects not followed (they would
take credentials along), and proxies of the environment not used.

Time-outs of sockets begin again with every byte, so a host that drips an answer would hold us for
ever.  A request therefore runs in a thread of its own, and whoever waits stops at the deadline; the
thread ends with its socket.  It costs 0.1 ms.  An answer is read up to `MOST_ANSWER_BYTES`.

What leaves here as an exception is `ClusterError` without causes, because those of urllib3 and
opensearch-py hold connections, whose headers hold credentials.  Answers of any status are returned;
what they mean is said in `transport.py`.
"""

from __future__ import annotations

import json
import ssl
import time
from _thread import start_new_thread
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from searcher.cluster.address import Address, Credentials, Host
from searcher.errors import ClusterError
from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensearchpy import Urllib3HttpConnection

__all__ = ["MOST_ANSWER_BYTES", "Answer", "HttpSender", "Sender"]

# A page of 1,000 articles of 100 kB, twice.
MOST_ANSWER_BYTES = 256 << 20
_PIECE_BYTES = 1 << 20
_CONNECTIONS = 8
_CONNECT_TIMEOUT_S = 5.0
# The socket's own time-out is to be the one that is told of, where it is enough.
_GRACE_S = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered: the status, and the JSON object (empty where there was none).

    `is_json` says whether it was one; `text` is the beginning of what it was else.
    """

    status: int
    body: dict[str, Any]
    host: str
    is_json: bool = True
    text: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Sender(Protocol):
    """What carries requests to hosts: over HTTP, or to a pretended cluster in tests."""

    def send(
        self,
        host: Host,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | None,
        timeout_s: float,
    ) -> Answer:
        """Ask `host` once.

        Raises:
            ClusterError: there was no answer (unreachable, timeout, certificate, answer).
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class HttpSender:
    """Carries requests over HTTP, or HTTPS where the host is so written."""

    def __init__(self, address: Address, credentials: Credentials) -> None:
        try:
            with InstalledOnly():
                import opensearchpy
        except ImportError:
            raise ClusterError(
                str(address),
                "a cluster is spoken to with opensearch-py, which is not installed",
                kind="library",
                hint="pip install 'searcher[cluster]'",
            ) from None
        self._library = opensearchpy
        self._address = str(address)
        tls = _tls_context(address, credentials)
        headers = {}
        if credentials.api_key:
            headers["Authorization"] = f"ApiKey {credentials.api_key}"
        user = None
        if credentials.user is not None and not credentials.api_key:
            user = (credentials.user, credentials.password or "")
        self._connections: dict[Host, Urllib3HttpConnection] = {
            host: opensearchpy.Urllib3HttpConnection(
                host=host.name,
                port=host.port,
                use_ssl=host.is_tls,
                ssl_context=tls if host.is_tls else None,
                http_auth=user,
                headers=headers,
                pool_maxsize=_CONNECTIONS,
            )
            for host in address.hosts
        }
        for connection in self._connections.values():
            # Nothing of ours is in anybody's log, and what a server deprecates is not raised.
            for name in ("log_request_fail", "log_request_success", "_raise_warnings"):
                setattr(connection, name, _nothing)

    def __repr__(self) -> str:
        return f"HttpSender({self._address!r})"

    def send(
        self,
        host: Host,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | None,
        timeout_s: float,
    ) -> Answer:
        """Ask `host` once; wait for all of the answer for `timeout_s` at most.

        Raises:
            ClusterError: there was no answer; the kind says why.
        """
        found: SimpleQueue[Answer | ClusterError] = SimpleQueue()

        def run() -> None:
            try:
                found.put(self._send(host, method, path, params, body, timeout_s))
            except ClusterError as error:
                found.put(error)
            except BaseException as error:  # whoever waits is told, whatever it is
                found.put(self._error(host, "failed", f"asking it failed: {type(error).__name__}"))

        # Not by `threading`, which waits until the thread has begun.
        start_new_thread(run, ())
        try:
            answer = found.get(timeout=timeout_s + _GRACE_S)
        except Empty:
            answer = self._error(host, "timeout", _late(timeout_s))
        if isinstance(answer, ClusterError):
            raise answer from None
        return answer

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections.values():
            connection.close()

    def _send(
        self,
        host: Host,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | None,
        timeout_s: float,
    ) -> Answer:
        connection = self._connections[host]
        if connection.pool is None:
            connection._create_urllib3_pool()
        if not isinstance(connection.pool, _BoundedPool):
            connection.pool = _BoundedPool(connection.pool)
        kind, reason, status, text = "", "", 0, ""
        try:
            status, _, text = connection.perform_request(
                method, path, params=params, body=body, timeout=timeout_s, ignore=_EveryStatus()
            )
        except _TooLargeError:
            kind, reason = "answer", f"the answer is longer than {MOST_ANSWER_BYTES:,} bytes"
        except self._library.SSLError as error:
            kind, reason = "certificate", f"its certificate is not to be trusted: {_said(error)}"
        except self._library.ConnectionError as error:
            is_late = "imeout" in type(error.info).__name__
            kind = "timeout" if is_late else "unreachable"
            reason = _late(timeout_s) if is_late else f"no connection: {_said(error)}"
        except UnicodeDecodeError:
            kind, reason = "answer", "the answer is not UTF-8"
        # Outside of `except`, so that no error of ours leads to one that holds a connection.
        if kind:
            raise self._error(host, kind, reason)
        return _answer(host, status, text)

    def _error(self, host: Host, kind: str, reason: str) -> ClusterError:
        return ClusterError(self._address, reason, kind=kind, host=str(host), hint=_HINTS.get(kind))


_HINTS = {
    "unreachable": "look whether OpenSearch runs there, and whether it speaks TLS (opensearch://)"
    " or plain HTTP (opensearch+http://)",
    "timeout": "look at the node; name several hosts, so that another can answer",
    "certificate": "set SEARCHER_OPENSEARCH_CA to the file of the authority that has signed it,"
    " and use the name that it is made out to",
}


def _late(timeout_s: float) -> str:
    return f"no answer within {timeout_s:g} s"


def _nothing(*_: object, **__: object) -> None:
    return None


class _EveryStatus:
    """All statuses are answers: none is raised, or written to a log with what was sent."""

    def __contains__(self, status: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


class _TooLargeError(BaseException):
    """An answer went over the bound; no `Exception`, which opensearch-py would log and wrap."""


class _BoundedPool:
    """A pool of connections whose answers have an end, in bytes and in seconds."""

    def __init__(self, pool: Any) -> None:
        with InstalledOnly():
            from urllib3 import Timeout
        self._pool = pool
        self._timeout = Timeout

    def urlopen(self, method: str, url: str, body: bytes | None, **options: Any) -> Any:
        timeout_s = options.pop("timeout")
        deadline = time.monotonic() + timeout_s
        options["timeout"] = self._timeout(
            connect=min(timeout_s, _CONNECT_TIMEOUT_S), read=timeout_s
        )
        response = self._pool.urlopen(
            method, url, body, preload_content=False, redirect=False, **options
        )
        pieces = []
        left = MOST_ANSWER_BYTES
        try:
            while piece := response.read1(_PIECE_BYTES):
                left -= len(piece)
                if left < 0:
                    raise _TooLargeError
                if time.monotonic() > deadline:
                    raise TimeoutError
                pieces.append(piece)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return _Whole(response.status, response.headers, b"".join(pieces))

    def close(self) -> None:
        self._pool.close()


@dataclass(frozen=True, slots=True)
class _Whole:
    status: int
    headers: Any
    data: bytes


def _answer(host: Host, status: int, text: str) -> Answer:
    if not text.strip():
        return Answer(status, {}, str(host))
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return Answer(status, {}, str(host), is_json=False, text=text[:200])
    return Answer(status, body, str(host))


def _tls_context(address: Address, credentials: Credentials) -> ssl.SSLContext | None:
    """A context that checks certificate and name; None where no host is spoken to by TLS."""
    if not any(host.is_tls for host in address.hosts):
        return None
    try:
        context = ssl.create_default_context(cafile=credentials.ca)
        if credentials.cert:
            context.load_cert_chain(credentials.cert, credentials.key)
    except (OSError, ValueError) as error:
        raise ClusterError(
            str(address),
            f"a file of certificates cannot be used: {error}",
            kind="certificate",
            hint="look at SEARCHER_OPENSEARCH_CA, _CERT and _KEY",
        ) from None
    return context


def _said(error: Any) -> str:
    """What the innermost cause says, without the addresses in memory of connections."""
    cause = error.info
    while getattr(cause, "reason", None) is not None and isinstance(cause.reason, Exception):
        cause = cause.reason
    text = str(cause) if isinstance(cause, Exception) else str(error.error)
    return text.rpartition(">: ")[2].partition("object at 0x")[0][:200] or type(cause).__name__
