"""Which files were read into an archive on a cluster?

`news.files` holds beside the index `news` what `sources-N.json` holds beside the segments of an
index directory (`codec/sources.py`): a document for each file that was read, or left out, each root
with its settings, and what else a run remembers.  A run reads all of it when it begins, and writes
what has changed *after* the articles of those files are acknowledged.  So a run that is killed
leaves files that are read again, and none that is taken for read.

What a killed run leaves besides are articles of files that are in no list.  Each run therefore
begins with a document `run`, which its last commit takes away; the next run that finds one
left behind compares the files of the articles with the list, and adds those that are missing, to be
looked at again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from searcher.cluster.feeding import Action
from searcher.cluster.holding import ClusterArticles
from searcher.cluster.transport import Transport
from searcher.codec.sources import SourceFile, Sources, sources_of, values_of
from searcher.errors import ClusterError

__all__ = ["FILES_BODY", "FileList", "files_index"]

_PAGE = 5_000
_KINDS = ("files", "left_out", "roots")
_LOST = SourceFile(-1, -1)

FILES_BODY: dict[str, Any] = {
    "settings": {"index": {"number_of_shards": 1, "gc_deletes": "10m"}},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "kind": {"type": "keyword"},
            # What sorts a walk; the name itself may be longer than a keyword.
            "id": {"type": "keyword"},
            "name": {"type": "keyword", "index": False, "doc_values": False},
            "value": {"type": "keyword", "index": False, "doc_values": False},
        },
    },
}
"""Settings and fields of the list; values are JSON in a string, kept and not searched."""


def files_index(index: str) -> str:
    """The index that holds the list of files of `index`."""
    return f"{index}.files"


class FileList:
    """What is known of files, as it is on the cluster.

    Arguments:
        version: gives the version of the next action.
    """

    def __init__(self, transport: Transport, version: Callable[[], int]) -> None:
        self._transport = transport
        self._version = version
        self._index = files_index(transport.index)
        self._written: dict[tuple[str, str], str] = {}
        self._old_runs: list[str] = []
        self._run: str | None = None

    def read(self, articles: ClusterArticles) -> Sources:
        """All that is known; with what a run that was killed has left.

        Raises:
            ClusterError: the list is not there, or is not what Searcher wrote.
        """
        self._transport.read("POST", f"/{self._index}/_refresh", timeout_s=60)
        values: dict[str, Any] = {kind: {} for kind in _KINDS}
        for hit in articles.walk({"match_all": {}}, {}, index=self._index, page=_PAGE):
            source = hit["_source"]
            kind, name, value = source["kind"], json.loads(source["name"]), source["value"]
            if kind == "run":
                self._old_runs.append(hit["_id"])
                continue
            self._written[kind, name] = value
            if kind in _KINDS:
                values[kind][name] = json.loads(value)
            else:
                values[kind] = json.loads(value)
        values.setdefault("reader", "")
        try:
            sources = sources_of(values)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ClusterError(
                str(self._transport.address),
                f"the list of files {self._index} is damaged: {error!r}",
                kind="answer",
                hint="delete that index, and index the files again",
            ) from error
        if self._old_runs:
            for path in articles.iter_files({"match_all": {}}):
                sources.files.setdefault(path, replace(_LOST))
        return sources

    def begin(self) -> Iterator[Action]:
        """Says that a run has begun to write; once."""
        if self._run is None:
            self._run = f"run-{os.getpid()}-{self._version()}"
            yield self._action("run", self._run, "{}", id=self._run)

    def changes(self, sources: Sources) -> Iterator[Action]:
        """What has changed of `sources` since the last time."""
        wanted = {key: _json(value) for key, value in _rows(sources)}
        for key, text in wanted.items():
            if self._written.get(key) != text:
                yield self._action(*key, text)
        for key in self._written.keys() - wanted.keys():
            yield self._action(*key, None)
        self._written = wanted

    def end(self) -> Iterator[Action]:
        """Says that the run is over, all of it written, and so are those before."""
        for id in [*self._old_runs, *([self._run] if self._run else [])]:
            yield Action(self._index, id, self._version(), None)
        self._old_runs, self._run = [], None

    def _action(self, kind: str, name: str, value: str | None, *, id: str = "") -> Action:
        id = id or _id(kind, name)
        if value is None:
            return Action(self._index, id, self._version(), None)
        row = {"kind": kind, "id": id, "name": _json(name), "value": value}
        return Action(self._index, id, self._version(), _json(row).encode("utf-8"))


def _rows(sources: Sources) -> Iterator[tuple[tuple[str, str], Any]]:
    for name, value in values_of(sources).items():
        if name in _KINDS:
            for path, row in value.items():
                yield (name, path), row
        else:
            yield (name, ""), value


def _id(kind: str, name: str) -> str:
    data = f"{kind}\0{name}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _json(value: Any) -> str:
    # Names may hold bytes that are no UTF-8, as lone surrogates: JSON in a string keeps these.
    return json.dumps(value, separators=(",", ":"))
