"""How is a cluster asked, so that no failure is taken for an answer?

- The first request is `GET /`: what is not OpenSearch 3 is refused by name.
- Reads are tried once more, on another host where there is one, when the connection is lost, the
  time is up, or a node fails (5xx).  A host that failed is asked last from then on.
- Every search asks for all shards (`allow_partial_search_results=false`; without it a lost shard's
  hits are missing with status 200), and an answer that says `timed_out`, or that a shard is
  missing, is refused.
- Writes are tried once, and answers of all statuses returned to the writer, who knows what may be
  sent again (`writing.py`).
- Every other answer is a `ClusterError` with its kind, the host, the status, what the server said
  (cut, without secrets) and the next step.

Sources: OpenSearch's REST reference, and what OpenSearch 3.8.0 does in tests/cluster.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import threading
import warnings
from collections.abc import Collection, Mapping
from typing import Any

from searcher.cluster.address import Address, Credentials, Host, credentials_of, parse_address
from searcher.cluster.sending import Answer, HttpSender, Sender
from searcher.errors import ClusterError

__all__ = ["READ_TIMEOUT_S", "WRITE_TIMEOUT_S", "Transport", "check_whole"]

READ_TIMEOUT_S = 10.0
WRITE_TIMEOUT_S = 30.0
_MAJOR_VERSION = "3"
_MOST_REASON_CHARACTERS = 300
_LONGEST_TIMEOUT_S = 3600.0
# No answer, or one of a node that cannot answer now: another may.
_NETWORK_KINDS = ("unreachable", "timeout")
_NODE_STATUSES = (502, 503, 504)


class Transport:
    """Asks the hosts of one cluster.  May be used from several threads.

    Arguments:
        url: the address of the archive (`address.py`).
        credentials: who asks; by default as the address, the environment and its file say.
        read_timeout_s: seconds after which a host that was asked has not answered; by default
            those of SEARCHER_OPENSEARCH_TIMEOUT, or 10.
        sender: what carries requests; HTTP by default.

    Raises:
        ClusterError: no address, no library, or files of certificates that cannot be used.
    """

    def __init__(
        self,
        url: str | Address,
        *,
        credentials: Credentials | None = None,
        read_timeout_s: float | None = None,
        sender: Sender | None = None,
    ) -> None:
        self.address = parse_address(url) if isinstance(url, str) else url
        given = credentials_of(self.address) if credentials is None else credentials
        self.read_timeout_s = _usual_timeout_s() if read_timeout_s is None else read_timeout_s
        self._secrets = _forms_of(given)
        self._sender = HttpSender(self.address, given) if sender is None else sender
        # Searchers are many: they do not all begin with the first host.
        hosts = list(self.address.hosts)
        start = random.randrange(len(hosts))
        self._hosts = hosts[start:] + hosts[:start]
        self._lock = threading.Lock()
        self._server: dict[str, Any] | None = None
        if self.address.is_exposed:
            warnings.warn(
                f"{self.address}: what is sent and answered can be read on the way;"
                " opensearch:// is TLS",
                stacklevel=2,
            )

    def __repr__(self) -> str:
        return f"Transport({str(self.address)!r})"

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all connections."""
        self._sender.close()

    @property
    def index(self) -> str:
        """The name of the index, which is an alias."""
        return self.address.index

    def server(self) -> dict[str, Any]:
        """What `GET /` says: `version.number`, `cluster_name` and so on; asked once.

        Raises:
            ClusterError: nothing answers, or something that is not OpenSearch 3.
        """
        if self._server is None:
            self._server = self._greet()
        return self._server

    # ------------------------------------------------------------ reading

    def read(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        accept: Collection[int] = (),
        timeout_s: float | None = None,
    ) -> Answer:
        """Ask something that changes nothing; once more if there is no answer.

        Arguments:
            accept: statuses that are answers beside 2xx, such as 404 of a document.

        Raises:
            ClusterError: no answer, or one that is none of these; a 5xx is not returned.
        """
        self.server()
        answer = self._twice(method, path, body, params, timeout_s)
        if not answer.is_good and answer.status not in accept:
            raise self.error_of(answer)
        if not answer.is_json:
            raise self._no_json(answer)
        return answer

    def search(
        self,
        body: Mapping[str, Any],
        *,
        index: str | None = None,
        params: Mapping[str, Any] | None = None,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        """Ask `_search`, of all shards or not at all.

        Arguments:
            index: the index; that of the address by default, "" where `body` has a PIT.

        Raises:
            ClusterError: no answer, or a part of one.
        """
        name = self.index if index is None else index
        asked = {"allow_partial_search_results": "false", **(params or {})}
        path = f"/{name}/_search" if name else "/_search"
        answer = self.read("POST", path, body, params=asked, timeout_s=timeout_s)
        self.check_whole(answer.body)
        return answer.body

    def check_whole(self, body: Mapping[str, Any]) -> None:
        """Refuse an answer of search, count or PIT that is only a part.

        Raises:
            ClusterError: it says that its time was up, or that shards did not answer.
        """
        reason = check_whole(body)
        if reason is not None:
            raise self._error("shards", reason, None)

    # ------------------------------------------------------------ writing

    def write(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        accept: Collection[int] = (),
        timeout_s: float = WRITE_TIMEOUT_S,
    ) -> Answer:
        """Ask something that changes something, once.

        Raises:
            ClusterError: no answer (it may have been done all the same), or a bad one.
        """
        limit_s = max(timeout_s, self.read_timeout_s)
        answer = self.attempt(method, path, body, params=params, timeout_s=limit_s)
        if not answer.is_good and answer.status not in accept:
            raise self.error_of(answer)
        if not answer.is_json:
            raise self._no_json(answer)
        return answer

    def attempt(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        timeout_s: float = WRITE_TIMEOUT_S,
    ) -> Answer:
        """Ask once and return the answer, whatever its status; the next goes to another host if
        this one failed.

        Raises:
            ClusterError: no answer: kinds unreachable and timeout are worth another attempt.
        """
        self.server()
        host = self._hosts[0]
        return self._once(host, method, path, body, params, timeout_s)

    # ------------------------------------------------------------ what answers mean

    def error_of(self, answer: Answer) -> ClusterError:
        """What a bad answer is an error of."""
        said, type_name = _reason_of(answer)
        kind = _kind_of(answer.status, type_name, said)
        reason = {
            "denied": "user, password or key are wrong, or may not do this",
            "missing": "there is no such index",
            "disk": "the disk of the cluster is full: it takes nothing more",
            "shards": "a part of the index does not answer",
            "busy": "the cluster takes no more at once",
            "too-large": "the request is too large for the cluster",
            "refused": "the cluster refuses this",
        }.get(kind, "the cluster failed at it")
        return self._error(kind, f"{reason}: {said}" if said else reason, answer)

    def shown(self, text: str) -> str:
        """`text` of a server as a message may show it: cut, on one line, without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)
        limit = _MOST_REASON_CHARACTERS
        return text if len(text) <= limit else text[:limit] + "…"

    def _error(self, kind: str, reason: str, answer: Answer | None) -> ClusterError:
        return ClusterError(
            str(self.address),
            self.shown(reason),
            kind=kind,
            host=answer.host if answer else None,
            status=answer.status if answer else None,
            hint=_HINTS.get(kind),
        )

    def _no_json(self, answer: Answer) -> ClusterError:
        reason = f"what came back is no JSON of OpenSearch: {answer.text}"
        return self._error("answer", reason, answer)

    # ------------------------------------------------------------ hosts

    def _greet(self) -> dict[str, Any]:
        answer = self._twice("GET", "/", None, None, None)
        if answer.status in (401, 403):
            raise self.error_of(answer)
        version = answer.body.get("version")
        if not isinstance(version, dict):
            version = {}
        number = str(version.get("number", ""))
        found = str(version.get("distribution", "elasticsearch")) if number else ""
        if answer.is_good and found == "opensearch":
            if number.partition(".")[0] == _MAJOR_VERSION:
                return answer.body
            found = "OpenSearch"
        what = f"{found} {number}" if found else f"something else (status {answer.status})"
        reason = f"what answers is {what}, and OpenSearch 3 is needed"
        raise self._error("version", reason, answer)

    def _twice(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        params: Mapping[str, Any] | None,
        timeout_s: float | None,
    ) -> Answer:
        limit_s = self.read_timeout_s if timeout_s is None else timeout_s
        first = self._hosts[0]
        try:
            answer = self._once(first, method, path, body, params, limit_s)
        except ClusterError as error:
            # The only host, and it hangs: it will the second time.
            hangs = error.kind == "timeout" and len(self._hosts) == 1
            if error.kind not in _NETWORK_KINDS or hangs:
                raise
        else:
            if answer.status < 500:
                return answer
            self._put_last(first)
        return self._once(self._hosts[0], method, path, body, params, limit_s)

    def _once(
        self,
        host: Host,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None,
        params: Mapping[str, Any] | None,
        timeout_s: float,
    ) -> Answer:
        data = body if isinstance(body, bytes) or body is None else _json(body)
        texts = {name: _text(value) for name, value in (params or {}).items()}
        try:
            answer = self._sender.send(host, method, path, texts, data, timeout_s)
        except ClusterError:
            self._put_last(host)
            raise
        if answer.status in _NODE_STATUSES:
            self._put_last(host)
        return answer

    def _put_last(self, host: Host) -> None:
        with self._lock:
            self._hosts = [h for h in self._hosts if h != host] + [host]


def _usual_timeout_s() -> float:
    """Seconds from the environment, where they are more than 0."""
    try:
        given = float(os.environ.get("SEARCHER_OPENSEARCH_TIMEOUT", ""))
    except ValueError:
        return READ_TIMEOUT_S
    return given if 0 < given <= _LONGEST_TIMEOUT_S else READ_TIMEOUT_S


def check_whole(body: Mapping[str, Any]) -> str | None:
    """Why an answer of search, count or PIT is only a part; None where it is whole."""
    if body.get("timed_out"):
        return "the cluster's own time was up: the answer is not whole"
    shards = body.get("_shards")
    if not isinstance(shards, Mapping):
        return "the answer does not say whether all shards have answered"
    if shards.get("failed") or shards.get("successful") != shards.get("total"):
        return (
            f"{shards.get('successful')} of {shards.get('total')} shards answered:"
            " the answer is not whole"
        )
    return None


_HINTS = {
    "denied": "set SEARCHER_OPENSEARCH_USER and SEARCHER_OPENSEARCH_PASSWORD, or"
    " SEARCHER_OPENSEARCH_API_KEY, and look at the roles of the user",
    "missing": "make it with searcher index --index and this address",
    "version": "give the address of an OpenSearch 3",
    "disk": "make room, and lift the block: PUT INDEX/_settings"
    ' {"index.blocks.read_only_allow_delete": null}',
    "shards": "searcher cluster status says what is missing",
    "busy": "try again, with less at once",
    "too-large": "raise http.max_content_length of the cluster",
    "failed": "the log of the node says more",
    "answer": "look what stands between here and the cluster",
}


def _kind_of(status: int, type_name: str, reason: str) -> str:
    if type_name == "cluster_block_exception":
        if status == 429 or "disk" in reason:
            return "disk"
        return "denied" if status == 403 else "failed"
    if status in (401, 403):
        return "denied"
    if type_name == "index_not_found_exception":
        return "missing"
    if type_name in _SHARD_TYPES and status >= 500:
        return "shards"
    if status == 429:
        return "busy"
    if status == 413:
        return "too-large"
    return "failed" if status >= 500 or status < 400 else "refused"


_SHARD_TYPES = ("search_phase_execution_exception", "no_shard_available_action_exception")


def _reason_of(answer: Answer) -> tuple[str, str]:
    """What the server says, and the type of its exception."""
    error = answer.body.get("error")
    if isinstance(error, str):
        return error, ""
    if not isinstance(error, Mapping):
        return answer.text, ""
    causes = error.get("root_cause")
    cause = causes[0] if isinstance(causes, list) and causes else error
    said = cause.get("reason") if isinstance(cause, Mapping) else None
    type_name = str(error.get("type") or "")
    return str(said or error.get("reason") or type_name), type_name


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _forms_of(credentials: Credentials) -> tuple[str, ...]:
    """The secrets, in the forms in which somebody might repeat them, longest first."""
    found = set(credentials.secrets)
    if credentials.password is not None:
        pair = f"{credentials.user}:{credentials.password}".encode()
        found.add(base64.b64encode(pair).decode())
    return tuple(sorted((text for text in found if len(text) > 2), key=len, reverse=True))
