"""What does a cluster hold, for the session that writes there?

By id it is looked up in the documents themselves, which are current at once (`_mget`); by file
it is searched, which shows what was there at the last refresh, and a session asks for one when
it begins and when it commits.  An alias may stand for several indices, one a year: an article is
looked for in each, and stays in the one that has it.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from searcher.article import Article, storable_path
from searcher.cluster import feeding
from searcher.cluster.mapping import document_id
from searcher.cluster.transport import Transport
from searcher.codec.schema import article_of
from searcher.errors import ClusterError

__all__ = ["ClusterArticles", "HeldArticle", "indices_of"]

_LOOKED_UP_AT_ONCE = 1_000
_PAGE = 5_000
_MOST_BEGINNING = 1_000
_KEEP_ALIVE = "2m"
_T = TypeVar("_T")
# What passes, when a node comes back or another takes over.
_PASSING_KINDS = ("unreachable", "timeout", "shards", "busy", "failed")


@dataclass(frozen=True, slots=True)
class HeldArticle:
    """Where an article is, with which version, and what a digest says of it."""

    index: str
    version: int
    digest: int
    path: str | None


def indices_of(transport: Transport) -> tuple[list[str], str]:
    """The indices that the address stands for, in order, and the one that new articles go to.

    Raises:
        ClusterError: there is none (kind "missing"), or nobody has said where to write.
    """
    answer = transport.read("GET", f"/{transport.index}/_alias")
    writing = [
        name
        for name, found in answer.body.items()
        if _alias(found, transport.index).get("is_write_index")
    ]
    names = sorted(answer.body)
    if len(names) > 1 and len(writing) != 1:
        raise ClusterError(
            str(transport.address),
            f"it stands for {len(names)} indices, and none of them is to be written",
            kind="refused",
            hint="searcher cluster rollover makes one that is",
        )
    return names, writing[0] if writing else names[0]


def _alias(found: Any, name: str) -> Mapping[str, Any]:
    aliases = found.get("aliases") if isinstance(found, Mapping) else None
    alias = aliases.get(name) if isinstance(aliases, Mapping) else None
    return alias if isinstance(alias, Mapping) else {}


class ClusterArticles:
    """The articles of the archive at `transport`, in `indices`.

    `patience_s` is for how long a request that fails is sent again, such as while a node is gone
    and the others have not taken over yet: none, or in a session that has begun as long as a bulk.
    """

    def __init__(self, transport: Transport, indices: Sequence[str]) -> None:
        self._transport = transport
        self.indices = list(indices)
        self.patience_s = 0.0

    def _patiently(self, ask: Callable[[], _T]) -> _T:
        pause_s = feeding.FIRST_PAUSE_S
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                return ask()
            except ClusterError as error:
                if error.kind not in _PASSING_KINDS or time.monotonic() >= deadline:
                    raise
            time.sleep(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(pause_s * 2, feeding.LONGEST_PAUSE_S)

    def refresh(self) -> None:
        """Let searches see what has been written."""
        self._patiently(self._refresh)

    def _refresh(self) -> None:
        names = ",".join(self.indices)
        answer = self._transport.read("POST", f"/{names}/_refresh", timeout_s=60)
        if answer.body.get("_shards", {}).get("failed"):
            raise ClusterError(
                str(self._transport.address),
                "not all shards show what was written yet",
                kind="shards",
                hint="it is there, and is found with the next refresh; searcher cluster status",
            )

    @property
    def is_empty(self) -> bool:
        """Whether no article is there, as of the last refresh."""
        return self._count({"match_all": {}}) == 0

    # -- by id

    def look_up(self, ids: Iterable[str]) -> dict[str, HeldArticle]:
        """Those of `ids` that are there."""
        found: dict[str, HeldArticle] = {}
        for id, hit in self._documents(ids, ["digest", "article.path"]):
            source = hit["_source"]
            path = source.get("article", {}).get("path")
            held = HeldArticle(hit["_index"], hit["_version"], int(source["digest"], 16), path)
            # An article that came to be in two is written where it is newest.
            if id not in found or found[id].version < held.version:
                found[id] = held
        return found

    def article(self, id: str) -> Article | None:
        """The article `id`; None if it is not there."""
        hits = [hit for _, hit in self._documents([id], ["article"])]
        newest = max(hits, key=lambda hit: int(hit["_version"]), default=None)
        return None if newest is None else article_of(newest["_source"]["article"])

    def file_of(self, id: str) -> str | None:
        """The file that the article `id` was read from."""
        held = self.look_up([id]).get(id)
        return None if held is None else held.path

    def ids_beginning(self, beginning: str) -> list[str]:
        """The first of the ids that begin so, in order."""
        body = {
            "size": _MOST_BEGINNING,
            "query": {"prefix": {"id": {"value": storable_path(beginning)}}},
            **_IDS_ONLY,
        }
        return [_id_of(hit) for hit in self._search(body)["hits"]["hits"]]

    def has_value(self, field: str, value: str) -> bool:
        """Whether any article has this value."""
        return self._count({"term": {field: value}}) > 0

    # -- by file

    def ids_of_file(self, path: str) -> set[str]:
        """The ids of the articles that were read from `path`."""
        return set(self.iter_ids_of_file(path))

    def iter_ids_of_file(self, path: str) -> Iterator[str]:
        """The same one by one."""
        for hit in self.walk({"term": {"file": storable_path(path)}}, _IDS_ONLY):
            yield _id_of(hit)

    def files_within(self, path: str) -> set[str]:
        """The files that articles were read from: `path`, and those below it."""
        path = storable_path(path)
        below = path.rstrip(os.sep) + os.sep
        wanted = [{"term": {"file": path}}, {"prefix": {"file": {"value": below}}}]
        return set(self.iter_files({"bool": {"should": wanted}}))

    def iter_files(self, query: Mapping[str, Any]) -> Iterator[str]:
        """All files of the articles that `query` finds."""
        after: dict[str, Any] = {}
        while True:
            pages = {"size": _PAGE, "sources": [{"file": {"terms": {"field": "file"}}}], **after}
            body = {"size": 0, "query": query, "aggs": {"files": {"composite": pages}}}
            found = self._search(body)["aggregations"]["files"]
            for bucket in found["buckets"]:
                yield bucket["key"]["file"]
            if "after_key" not in found or not found["buckets"]:
                return
            after = {"after": found["after_key"]}

    # -- all

    def walk(
        self,
        query: Mapping[str, Any],
        shown: Mapping[str, Any],
        *,
        index: str | None = None,
        page: int = _PAGE,
    ) -> Iterator[dict[str, Any]]:
        """All hits of `query` as of now, in the order of ids, whatever is written meanwhile."""
        transport = self._transport
        name = transport.index if index is None else index
        params = {"keep_alive": _KEEP_ALIVE, "allow_partial_pit_creation": "false"}
        opened = transport.read("POST", f"/{name}/_search/point_in_time", params=params)
        transport.check_whole(opened.body)
        pit = opened.body["pit_id"]
        after: dict[str, Any] = {}
        try:
            while True:
                body = {
                    "size": page,
                    "query": query,
                    "pit": {"id": pit, "keep_alive": _KEEP_ALIVE},
                    "track_total_hits": False,
                    "sort": [{"id": "asc"}, {"_shard_doc": "asc"}],
                    **{key: value for key, value in shown.items() if key != "sort"},
                    **after,
                }
                hits = transport.search(body, index="", timeout_s=60)["hits"]["hits"]
                yield from hits
                if len(hits) < page:
                    return
                after = {"search_after": hits[-1]["sort"]}
        finally:
            transport.read(
                "DELETE", "/_search/point_in_time", {"pit_id": [pit]}, accept=range(400, 500)
            )

    def _count(self, query: Mapping[str, Any]) -> int:
        body = {"size": 0, "track_total_hits": True, "query": query}
        return int(self._search(body)["hits"]["total"]["value"])

    def _search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._patiently(lambda: self._transport.search(body))

    def _documents(
        self, ids: Iterable[str], source: Sequence[str]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        asked = [
            (id, {"_index": index, "_id": document_id(id), "_source": source})
            for id in ids
            for index in self.indices
        ]
        for start in range(0, len(asked), _LOOKED_UP_AT_ONCE):
            part = asked[start : start + _LOOKED_UP_AT_ONCE]
            rows = [row for _, row in part]
            hits = self._patiently(partial(self._looked_up, rows))
            for (id, _), hit in zip(part, hits, strict=True):
                if hit.get("found"):
                    yield id, hit

    def _looked_up(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        answer = self._transport.read("POST", "/_mget", {"docs": rows})
        hits: list[dict[str, Any]] = answer.body["docs"]
        for hit in hits:
            if "error" in hit:
                raise ClusterError(
                    str(self._transport.address),
                    f"an article cannot be looked up: {hit['error'].get('reason')}"[:300],
                    kind="shards",
                    hint="searcher cluster status says what is missing",
                )
        return hits


_IDS_ONLY = {
    "_source": False,
    "docvalue_fields": ["id"],
    "sort": [{"id": "asc"}],
}


def _id_of(hit: Mapping[str, Any]) -> str:
    return str(hit["fields"]["id"][0])
