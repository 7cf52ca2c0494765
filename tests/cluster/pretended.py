"""A pretended cluster for tests of what writes to one: quick, in memory, failing on demand.

It knows the requests that `searcher/cluster` makes when it writes, and no others: an unknown one is
an AssertionError.  That it answers as a real cluster does is a test (`test_pretended.py`), which
asks both the same.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from searcher.cluster.address import Credentials, Host, parse_address
from searcher.cluster.sending import Answer
from searcher.cluster.transport import Transport
from searcher.errors import ClusterError

__all__ = ["Pretended", "transport_to"]

Fault = Callable[[str, str, str, bytes | None], Answer | ClusterError | None]
_SHARDS = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}


class Pretended:
    """Indices in memory.  `faults` are asked before each request, with host, method, path and
    body; one that answers stands for the cluster.  `seen` holds the requests."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str, str, bytes | None]] = []
        self.indices: dict[str, dict[str, Any]] = {}
        self.aliases: dict[str, dict[str, Any]] = {}
        self.templates: dict[str, Any] = {}
        self._pits: dict[str, list[tuple[str, str, int, Any]]] = {}
        self._pit_numbers = itertools.count()
        self._turn = threading.RLock()

    # -- a Sender

    def send(
        self,
        host: Host,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | None,
        timeout_s: float,
    ) -> Answer:
        with self._turn:
            self.seen.append((str(host), method, path, body))
            for fault in self.faults:
                found = fault(str(host), method, path, body)
                if isinstance(found, ClusterError):
                    raise found
                if found is not None:
                    return found
            status, said = self._answer(method, path, body)
        return Answer(status, json.loads(json.dumps(said)), str(host))

    def close(self) -> None:
        """There is nothing to let go of."""

    def documents(self, name: str) -> dict[str, dict[str, Any]]:
        """What an index, or those of an alias, hold now, by `_id`."""
        return {
            id: document
            for index in self._named(name)
            for id, (_, document) in self.indices[index]["documents"].items()
            if document is not None
        }

    # -- requests

    def _answer(self, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
        if path == "/_bulk":
            return 200, self._bulk(body or b"")
        said = json.loads(body) if body else {}
        for pattern, answer in (
            (r"/", self._root),
            (r"/_cluster/health", lambda _: (200, {"number_of_data_nodes": 1})),
            (r"/_index_template/([^/]+)", self._put_template),
            (r"/_mget", self._mget),
            (r"/([^/]+)/_alias", self._get_alias),
            (r"/([^/]+)/_mapping", self._get_mapping),
            (r"/([^/]+)/_refresh", self._refresh),
            (r"/([^/]+)/_search/point_in_time", self._open_pit),
            (r"/_search/point_in_time", self._close_pit),
            (r"(?:/([^/]+))?/_search", self._search),
            (r"/([^/_][^/]*)", self._put_index),
        ):
            found = re.fullmatch(pattern, path)
            if found:
                return answer(said, *found.groups())
        raise AssertionError(f"no such request is pretended: {method} {path}")

    def _root(self, _: Any) -> tuple[int, Any]:
        return 200, {"version": {"number": "3.8.0", "distribution": "opensearch"}}

    def _put_template(self, body: Any, name: str) -> tuple[int, Any]:
        self.templates[name] = body
        return 200, {"acknowledged": True}

    def _put_index(self, body: Any, name: str) -> tuple[int, Any]:
        if name in self.indices:
            return 400, _error("resource_already_exists_exception", f"index [{name}] exists", name)
        template: dict[str, Any] = {}
        for found in self.templates.values():
            if any(name.startswith(p.rstrip("*")) for p in found["index_patterns"]):
                template = found["template"]
        mappings = body.get("mappings", template.get("mappings", {}))
        self.indices[name] = {"mappings": mappings, "documents": {}, "shown": {}}
        for alias, facts in body.get("aliases", {}).items():
            self.aliases.setdefault(alias, {})[name] = facts
        return 200, {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def _named(self, names: str) -> list[str]:
        found = [index for name in names.split(",") for index in self.aliases.get(name, {name: {}})]
        return found if all(name in self.indices for name in found) else []

    def _get_alias(self, _: Any, name: str) -> tuple[int, Any]:
        indices = self._named(name)
        if not indices:
            return 404, _error("index_not_found_exception", f"no such index [{name}]", name)
        return 200, {
            index: {
                "aliases": {
                    alias: members[index]
                    for alias, members in self.aliases.items()
                    if index in members
                }
            }
            for index in indices
        }

    def _get_mapping(self, _: Any, name: str) -> tuple[int, Any]:
        return 200, {
            index: {"mappings": self.indices[index]["mappings"]} for index in self._named(name)
        }

    def _refresh(self, _: Any, names: str) -> tuple[int, Any]:
        for index in self._named(names):
            self.indices[index]["shown"] = dict(self.indices[index]["documents"])
        return 200, {"_shards": {"total": 1, "successful": 1, "failed": 0}}

    # -- documents

    def _bulk(self, body: bytes) -> Any:
        lines = iter(body.split(b"\n")[:-1])
        items = []
        for line in lines:
            ((name, about),) = json.loads(line).items()
            source = json.loads(next(lines)) if name == "index" else None
            items.append({name: self._one(name, about, source)})
        return {
            "took": 1,
            "errors": any("error" in next(iter(i.values())) for i in items),
            "items": items,
        }

    def _one(self, name: str, about: Any, source: Any) -> Any:
        index, id, version = about["_index"], about["_id"], about["version"]
        facts = {"_index": index, "_id": id}
        if index not in self.indices:
            reason = f"no such index [{index}]"
            return {**facts, "status": 404, **_error("index_not_found_exception", reason, index)}
        fields = self.indices[index]["mappings"].get("properties")
        for field in source or ():
            if fields is not None and field not in fields:
                reason = (
                    f"mapping set to strict, dynamic introduction of [{field}] within [_doc] is"
                    " not allowed"
                )
                return {
                    **facts,
                    "status": 400,
                    **_error("strict_dynamic_mapping_exception", reason),
                }
        documents = self.indices[index]["documents"]
        held = documents.get(id, (0, None))
        if id in documents and held[0] >= version:
            reason = (
                f"[{id}]: version conflict, current version [{held[0]}] is higher or equal to the"
                f" one provided [{version}]"
            )
            return {
                **facts,
                "status": 409,
                **_error("version_conflict_engine_exception", reason, index),
            }
        documents[id] = (version, source)
        was_there = held[1] is not None
        if source is None:
            result = "deleted" if was_there else "not_found"
            return {
                **facts,
                "_version": version,
                "result": result,
                "status": 200 if was_there else 404,
            }
        result = "updated" if was_there else "created"
        return {**facts, "_version": version, "result": result, "status": 200 if was_there else 201}

    def _mget(self, body: Any) -> tuple[int, Any]:
        docs = []
        for row in body["docs"]:
            version, source = self.indices[row["_index"]]["documents"].get(row["_id"], (0, None))
            facts = {"_index": row["_index"], "_id": row["_id"], "found": source is not None}
            if source is not None:
                shown = {}
                for name in row["_source"]:
                    outer, _, inner = name.partition(".")
                    if outer in source:
                        value = source[outer]
                        shown[outer] = (
                            {inner: value[inner]}
                            if inner and inner in value
                            else {}
                            if inner
                            else value
                        )
                facts |= {
                    "_version": version,
                    "_source": {k: v for k, v in shown.items() if v != {}},
                }
            docs.append(facts)
        return 200, {"docs": docs}

    # -- searches

    def _shown(self, names: str) -> list[tuple[str, str, int, Any]]:
        return [
            (index, id, version, source)
            for index in self._named(names)
            for id, (version, source) in self.indices[index]["shown"].items()
            if source is not None
        ]

    def _open_pit(self, _: Any, name: str) -> tuple[int, Any]:
        pit = f"pit-{next(self._pit_numbers)}"
        self._pits[pit] = self._shown(name)
        return 200, {"pit_id": pit, "_shards": _SHARDS}

    def _close_pit(self, body: Any) -> tuple[int, Any]:
        for pit in body["pit_id"]:
            del self._pits[pit]
        return 200, {"pits": [{"successful": True, "pit_id": pit} for pit in body["pit_id"]]}

    def _search(self, body: Any, name: str | None) -> tuple[int, Any]:
        if name is not None and not self._named(name):
            return 404, _error("index_not_found_exception", f"no such index [{name}]", name)
        rows = self._pits[body["pit"]["id"]] if name is None else self._shown(name)
        found = [row for row in rows if _matches(body["query"], row[3])]
        answer: dict[str, Any] = {"timed_out": False, "_shards": _SHARDS}
        answer["hits"] = {"total": {"value": len(found), "relation": "eq"}}
        if "aggs" in body:
            pages = body["aggs"]["files"]["composite"]
            files = sorted({row[3]["file"] for row in found if "file" in row[3]})
            after = pages.get("after", {}).get("file")
            files = [f for f in files if after is None or f > after][: pages["size"]]
            buckets = [{"key": {"file": f}} for f in files]
            last = {"after_key": buckets[-1]["key"]} if buckets else {}
            answer["aggregations"] = {"files": {"buckets": buckets, **last}}
        found.sort(key=lambda row: row[3].get("id", ""))
        if "search_after" in body:
            found = [row for row in found if row[3]["id"] > body["search_after"][0]]
        answer["hits"]["hits"] = [self._hit(row, body) for row in found[: body["size"]]]
        return 200, answer

    def _hit(self, row: tuple[str, str, int, Any], body: Any) -> Any:
        index, id, version, source = row
        hit: dict[str, Any] = {"_index": index, "_id": id, "sort": [source.get("id"), 0]}
        if body.get("_source", True):
            hit["_source"] = source
        if body.get("version"):
            hit["_version"] = version
        if "docvalue_fields" in body:
            hit["fields"] = {"id": [source["id"]]}
        return hit


def _matches(query: Any, source: Any) -> bool:
    ((kind, said),) = query.items()
    if kind == "match_all":
        return True
    if kind == "bool":
        return any(_matches(part, source) for part in said["should"])
    ((field, value),) = said.items()
    held = source.get(field)
    if kind == "term":
        return bool(held == value or (isinstance(held, list) and value in held))
    assert kind == "prefix", query
    return isinstance(held, str) and held.startswith(value["value"])


def _error(type_name: str, reason: str, index: str | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"type": type_name, "reason": reason}
    if index is not None:
        error["index"] = index
    return {"error": error}


def transport_to(cluster: Pretended, hosts: int = 1, index: str = "news") -> Transport:
    """A transport to a pretended cluster of so many hosts, which are asked in order."""
    names = ",".join(f"h{number}:9200" for number in range(hosts))
    address = parse_address(f"opensearch://{names}/{index}")
    transport = Transport(address, credentials=Credentials(), sender=cluster)
    transport._hosts = list(address.hosts)
    return transport
