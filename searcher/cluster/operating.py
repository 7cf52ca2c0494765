"""What does the operator of a cluster do with an archive, beside searching it?

Look at it (`status`), begin a new index in it (`roll_over`), and back it up (`snapshot`,
`restore`).  All of it can be done with curl too, and `docs/cluster.md` says how; here are the
steps that have an order.  Making it anew for other rules of analysis is in `reindexing.py`.

What is not here: nodes, shards that move, users and roles, and the place where snapshots lie, which
are the cluster's own and not an archive's.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from searcher.cluster.creating import numbered
from searcher.cluster.file_list import files_index
from searcher.cluster.holding import indices_of
from searcher.cluster.transport import Transport
from searcher.errors import ClusterError

__all__ = [
    "ClusterStatus",
    "IndexStatus",
    "next_name",
    "restore",
    "roll_over",
    "snapshot",
    "status",
]

_POLL_S = 0.5
_GOOD_SNAPSHOT = "SUCCESS"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """One index: `status` is green, yellow (copies are missing) or red (articles are)."""

    name: str
    status: str
    documents: int
    shards: int
    copies: int
    missing_shards: int
    size_bytes: int
    is_written: bool


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """An archive on a cluster, and the cluster; `status` is the worst of its indices."""

    address: str
    server: str
    cluster: str
    status: str
    nodes: int
    articles: int
    indices: tuple[IndexStatus, ...]

    def to_dict(self) -> dict[str, Any]:
        """The status as JSON values."""
        return {**asdict(self), "indices": [asdict(index) for index in self.indices]}


def status(transport: Transport) -> ClusterStatus:
    """Look at the archive at `transport`, and at the cluster.

    Raises:
        ClusterError: nothing answers, or there is no such archive.
    """
    server = transport.server()
    names, writing = indices_of(transport)
    together = ",".join([*names, files_index(transport.index)])
    health = transport.read(
        "GET", f"/_cluster/health/{together}", params={"level": "indices", "timeout": "0s"},
        accept=(408,),
    ).body  # fmt: skip
    stats = transport.read("GET", f"/{together}/_stats/docs,store").body["indices"]
    found = []
    for name, about in sorted(health["indices"].items()):
        own = stats.get(name, {})
        # One that is being restored is yellow to the cluster, and answers nothing yet.
        is_whole = about["active_primary_shards"] == about["number_of_shards"]
        found.append(
            IndexStatus(
                name,
                about["status"] if is_whole else "red",
                own.get("primaries", {}).get("docs", {}).get("count", 0),
                about["number_of_shards"],
                about["number_of_replicas"] + 1,
                about["unassigned_shards"] + about["initializing_shards"],
                own.get("total", {}).get("store", {}).get("size_in_bytes", 0),
                name == writing,
            )
        )
    worst = min(
        (index.status for index in found), key=["red", "yellow", "green"].index, default="red"
    )
    return ClusterStatus(
        str(transport.address),
        f"OpenSearch {server['version']['number']}",
        str(server.get("cluster_name", "")),
        worst,
        health["number_of_nodes"],
        sum(index.documents for index in found if index.name in names),
        tuple(found),
    )


def next_name(transport: Transport) -> str:
    """The name of the next index of the archive."""
    listed = transport.read("GET", f"/{transport.index}-*/_alias", accept=(404,))
    pattern = re.compile(rf"{re.escape(transport.index)}-(\d{{6}})")
    numbers = [int(found[1]) for name in listed.body if (found := pattern.fullmatch(name))]
    return numbered(transport.index, max(numbers, default=0) + 1)


def roll_over(transport: Transport) -> str:
    """Begin a new index, which new articles go to from now on; return its name.

    Articles stay in the index that has them, and what changes of them is written there.

    Raises:
        ClusterError: there is no such archive, or the cluster refuses.
    """
    _, writing = indices_of(transport)
    name = next_name(transport)
    transport.write("PUT", f"/{name}")
    steps = [
        {"add": {"index": writing, "alias": transport.index, "is_write_index": False}},
        {"add": {"index": name, "alias": transport.index, "is_write_index": True}},
    ]
    transport.write("POST", "/_aliases", {"actions": steps})
    return name


def snapshot(
    transport: Transport, repository: str, name: str, *, pause: Callable[[float], None] = time.sleep
) -> int:
    """Keep the archive as it is now in a repository of the cluster; return its shards.

    Arguments:
        repository: one that the operator has registered (`PUT _snapshot/REPOSITORY`).

    Raises:
        ClusterError: there is none, or not all of the archive could be kept.
    """
    names, _ = indices_of(transport)
    body = {
        "indices": ",".join([*names, files_index(transport.index)]),
        "include_global_state": False,
        "partial": False,
    }
    place = f"/_snapshot/{_part(repository)}/{_part(name)}"
    transport.write("PUT", place, body)
    while True:
        found = transport.read("GET", place).body["snapshots"][0]
        if found["state"] not in ("IN_PROGRESS", "STARTED"):
            break
        pause(_POLL_S)
    if found["state"] != _GOOD_SNAPSHOT:
        raise ClusterError(
            str(transport.address),
            f"snapshot {name} ended as {found['state']}: not all of the archive is in it",
            kind="failed",
            hint=f"look at GET _snapshot/{repository}/{name}",
        )
    return int(found["shards"]["successful"])


def restore(
    transport: Transport,
    repository: str,
    name: str,
    *,
    pause: Callable[[float], None] = time.sleep,
    timeout_s: float = 3600.0,
) -> ClusterStatus:
    """Bring the archive back as a snapshot has it; return what there is then.

    Raises:
        ClusterError: the archive is there (nothing is overwritten), or the cluster refuses.
    """
    answer = transport.read("GET", f"/{transport.index}/_alias", accept=(404,))
    if answer.is_good:
        raise ClusterError(
            str(transport.address),
            "the archive is there, and nothing is written over it",
            kind="refused",
            hint="delete its indices first, or restore it on another cluster",
        )
    index = transport.index
    body = {"indices": f"{index}-0*,{files_index(index)}", "include_aliases": True}
    place = f"/_snapshot/{_part(repository)}/{_part(name)}/_restore"
    transport.write("POST", place, {**body, "include_global_state": False})
    deadline = time.monotonic() + timeout_s
    while True:
        found = status(transport)
        if found.status == "green" or (found.status == "yellow" and not _is_coming(transport)):
            return found
        if time.monotonic() > deadline:
            raise ClusterError(
                str(transport.address),
                f"it is not back after {timeout_s:g} s",
                kind="timeout",
                hint="searcher cluster status says how far it is",
            )
        pause(_POLL_S)


def _is_coming(transport: Transport) -> bool:
    health = transport.read("GET", "/_cluster/health").body
    return bool(health.get("initializing_shards"))


def _part(name: str) -> str:
    """`name` as a part of a path.

    Raises:
        ValueError: it cannot be one.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}", name):
        raise ValueError(f"a name of letters, digits, '.', '_' and '-', not {name!r:.60}")
    return name
