"""How do documents get into a cluster, so that nothing acknowledged is lost and nothing doubled?

In bulks of at most 500 actions and 8 MB, two of them under way at a time.  Every action carries a
version of its own, given once and kept however often it is sent (`version_type` external): sending
again changes nothing, a later version wins, and an old retry cannot come back over a newer text.

    connection lost, time-out, 5xx      the same bulk again, to the next host, for 5 minutes
    429 of the bulk, or of an item      that, or these items, again; pauses double to 5 s
    413                                 halves
    2xx, 409 (as new a version is there), 404 of a deletion       done
    disk full, index blocked, no index, not allowed               all stops: `ClusterError`
    400 of an item                      it is handed to `on_refused`, and nothing stops

`helpers.bulk` of opensearch-py is not used: it does not repeat items, and nothing at 503.

Source: the Bulk API of OpenSearch; each row is a test against a real or a pretended cluster.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from searcher.cluster.sending import Answer
from searcher.cluster.transport import WRITE_TIMEOUT_S, Transport
from searcher.errors import ClusterError

__all__ = ["FIRST_PAUSE_S", "LONGEST_PAUSE_S", "RETRY_S", "Action", "Feed"]

MOST_ACTIONS = 500
MOST_BYTES = 8 << 20
RETRY_S = 300.0
_UNDER_WAY = 2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
# The cluster is to say itself what it waits for, before we hang up.
_CLUSTER_TIMEOUT = f"{WRITE_TIMEOUT_S * 2 / 3:.0f}s"
_LOST_KINDS = ("unreachable", "timeout", "answer")


@dataclass(frozen=True, slots=True)
class Action:
    """One document to write, or to delete where `source` is None.

    `id` is the `_id`, `version` is larger than that of any earlier action for it; `mark` is
    the caller's own.
    """

    index: str
    id: str
    version: int
    source: bytes | None
    mark: object = None

    @property
    def lines(self) -> bytes:
        """The action as lines of a bulk."""
        about = {
            "_index": self.index,
            "_id": self.id,
            "version": self.version,
            "version_type": "external",
        }
        name = "delete" if self.source is None else "index"
        head = json.dumps({name: about}, ensure_ascii=False, separators=(",", ":")).encode()
        return head + b"\n" + (b"" if self.source is None else self.source + b"\n")


class Feed:
    """Sends actions by the bulk.  For one thread; it has its own for sending.

    Arguments:
        on_refused: called, in the thread of `add`, `flush` or `drain`, with each action that the
            cluster refuses and the reason.
        retry_s: for how long a bulk is sent again before the cluster is given up.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        on_refused: Callable[[Action, str], None],
        most_actions: int = MOST_ACTIONS,
        most_bytes: int = MOST_BYTES,
        retry_s: float = RETRY_S,
        timeout_s: float = WRITE_TIMEOUT_S,
    ) -> None:
        self._transport = transport
        self._on_refused = on_refused
        self._most_actions, self._most_bytes = most_actions, most_bytes
        self._retry_s, self._timeout_s = retry_s, timeout_s
        self._waiting: list[tuple[Action, bytes]] = []
        self._bytes = 0
        self._pool = ThreadPoolExecutor(_UNDER_WAY, thread_name_prefix="searcher-bulk")
        self._under_way: set[Future[list[tuple[Action, str]]]] = set()
        self._stopped = threading.Event()
        self.acknowledged = 0

    def add(self, action: Action) -> None:
        """Take an action; it is sent when a bulk is full.

        Raises:
            ClusterError: an earlier bulk has failed.
        """
        lines = action.lines
        if self._waiting and (
            len(self._waiting) >= self._most_actions or self._bytes + len(lines) > self._most_bytes
        ):
            self.flush()
        self._waiting.append((action, lines))
        self._bytes += len(lines)

    def flush(self) -> None:
        """Send what waits; wait until not too much is under way."""
        self._settle(_UNDER_WAY - 1)
        if self._waiting:
            bulk, self._waiting, self._bytes = self._waiting, [], 0
            self._under_way.add(self._pool.submit(self._send, bulk))

    def drain(self) -> None:
        """Send all; return when all of it is acknowledged or refused.

        Raises:
            ClusterError: a bulk failed for good; what was acknowledged stays.
        """
        self.flush()
        self._settle(0)

    def close(self) -> None:
        """End; what was not sent is dropped, and nobody waits for what is under way."""
        self._stopped.set()
        self._waiting = []
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _settle(self, most: int) -> None:
        """Wait until at most `most` bulks are under way."""
        while self._under_way:
            done, _ = wait(
                self._under_way,
                timeout=0 if len(self._under_way) <= most else 0.5,
                return_when=FIRST_COMPLETED,
            )
            for future in done:
                self._under_way.discard(future)
                for action, reason in future.result():
                    self._on_refused(action, reason)
            if not done and len(self._under_way) <= most:
                return

    # ------------------------------------------------------------ in threads of our own

    def _send(self, bulk: Sequence[tuple[Action, bytes]]) -> list[tuple[Action, str]]:
        """Send `bulk` until every action is done; return those refused, with the reason."""
        refused: list[tuple[Action, str]] = []
        pause_s = FIRST_PAUSE_S
        deadline = time.monotonic() + self._retry_s
        left = list(bulk)
        while left:
            error, answer = self._attempt(left)
            if answer is not None and answer.status == 413:
                if len(left) == 1:
                    return [*refused, (left[0][0], "larger than the cluster takes")]
                half = len(left) // 2
                return refused + self._send(left[:half]) + self._send(left[half:])
            if answer is not None and answer.is_good:
                again, error = self._read_items(left, answer, refused)
                if len(again) < len(left):  # it goes on, however slowly
                    deadline = time.monotonic() + self._retry_s
                left = again
            if not left:
                break
            assert error is not None
            if time.monotonic() > deadline or self._stopped.wait(
                pause_s * random.uniform(0.5, 1.0)
            ):
                raise error
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        return refused

    def _attempt(
        self, bulk: Sequence[tuple[Action, bytes]]
    ) -> tuple[ClusterError | None, Answer | None]:
        """One attempt: an answer to look at, or what is wrong, if it is worth another.

        Raises:
            ClusterError: it is not.
        """
        body = b"".join(lines for _, lines in bulk)
        try:
            answer = self._transport.attempt(
                "POST",
                "/_bulk",
                body,
                params={"timeout": _CLUSTER_TIMEOUT},
                timeout_s=self._timeout_s,
            )
        except ClusterError as lost:
            if lost.kind not in _LOST_KINDS:
                raise
            return lost, None
        if answer.status == 413 or (answer.is_good and _has_items(answer, len(bulk))):
            return None, answer
        error = self._transport.error_of(answer)
        if answer.is_good or answer.status >= 500 or error.kind == "busy":
            return error, None
        raise error

    def _read_items(
        self,
        bulk: Sequence[tuple[Action, bytes]],
        answer: Answer,
        refused: list[tuple[Action, str]],
    ) -> tuple[list[tuple[Action, bytes]], ClusterError | None]:
        """Those to send again and why; what is refused is noted.

        Raises:
            ClusterError: what is wrong with an item is wrong with all.
        """
        again: list[tuple[Action, bytes]] = []
        why: ClusterError | None = None
        for item, (action, lines) in zip(answer.body["items"], bulk, strict=True):
            found: Mapping[str, Any] = next(iter(item.values()))
            status = found["status"]
            is_gone = status == 404 and action.source is None and "error" not in found
            if 200 <= status < 300 or status == 409 or is_gone:
                self.acknowledged += 1
                continue
            error = self._transport.error_of(
                Answer(status, {"error": found.get("error")}, answer.host)
            )
            if error.kind == "busy" or status >= 500:
                again.append((action, lines))
                why = error
            elif error.kind == "refused":
                refused.append((action, self._transport.shown(_reason(found))))
            else:
                raise error
        return again, why


def _has_items(answer: Answer, count: int) -> bool:
    items = answer.body.get("items")
    return isinstance(items, list) and len(items) == count


def _reason(found: Mapping[str, Any]) -> str:
    error = found.get("error")
    if not isinstance(error, Mapping):
        return str(error or f"status {found.get('status')}")
    cause = error.get("caused_by")
    inner = cause.get("reason") if isinstance(cause, Mapping) else None
    return f"{error.get('reason')}" + (f": {inner}" if inner else "")
