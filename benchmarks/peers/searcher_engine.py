"""Searcher, through its public classes.

Indexing is `archive.writer().add` of `Article` objects made before the clock starts.  Like
the peers' query objects, a query here is a parsed tree handed to the executor; what a
caller of the library pays in all, text in and hits with snippets out, is the command
`whole` (`archive.search`).

No peer looks for copies of articles, so neither does this archive: the same job on both sides.
What finding them costs is `newsroom/copies_cost.py`'s question.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any, NamedTuple

import searcher
from peers.protocol import Article as Record
from peers.protocol import Engine, Query, serve
from searcher import Archive, Article
from searcher.query import Node, parse
from searcher.request import Request

MEMORY_MB = 1024


class Asked(NamedTuple):
    """A query as text, as the tree that the executor gets, and as requests by their limits."""

    text: str
    tree: Node
    requests: dict[int, Request]

    def request(self, limit: int) -> Request:
        """Made once, like the peers' query objects."""
        found = self.requests.get(limit)
        if found is None:
            found = self.requests[limit] = Request(self.tree, limit=limit)
        return found


def article_of(record: Record) -> Article:
    date = record["date"]
    return Article(
        record["title"],
        record["body"],
        byline=tuple(record["byline"]),
        date=date and (dt.datetime if "T" in date else dt.date).fromisoformat(date),
        url=record["url"],
        id=record["id"],
    )


def text_of(query: Query) -> str:
    """The query in Searcher's own language."""
    words = query.get("words", [])
    match query["form"]:
        case "term":
            text = words[0]
        case "and":
            text = " AND ".join(words)
        case "or":
            text = " OR ".join(words)
        case "phrase":
            # Quoted words match as typed; joined ones match by their stems, as all
            # words of the peers do.
            text = f'"{" ".join(words)}"' if query["exact"] else "-".join(words)
        case "near":
            text = f" w/{query['distance']} ".join(words)
        case "or_date":
            text = f"({' OR '.join(words)}) AND date:{query['from']}..{query['until']}"
        case "byline":
            text = f"{words[0]} AND byline:{query['name']}"
        case "prefix":
            text = query["prefix"] + "*"
        case other:
            raise ValueError(f"no form {other}")
    return str(text)


class Searcher(Engine):
    name = "searcher"
    threads = (1, 2)

    def describe(self) -> dict[str, Any]:
        return {
            "version": searcher.__version__,
            "setup": f"memory_mb {MEMORY_MB}; three text fields, exact forms, sentences; no groups",
        }

    def document(self, article: Record) -> Article:
        return article_of(article)

    def index(self, documents: list[Article], path: str, threads: int) -> None:
        archive = Archive.create(path)
        archive.define_groups(False)
        with archive.writer(memory_mb=MEMORY_MB, threads=threads) as writer:
            for document in documents:
                writer.add(document)
        archive.close()

    def merge(self, path: str) -> None:
        with Archive.open(path) as archive:
            archive.optimize()

    def open(self, path: str) -> dict[str, Any]:
        self._archive = Archive.open(path)
        # One executor on one snapshot, held open like the peers' searchers.
        stack = contextlib.ExitStack()
        self._view = self._archive._views.open()
        self._executor = self._view.executor
        stack.callback(self._view.snapshot.close)
        self._stack = stack
        return {
            "documents": len(self._archive),
            "segments": len(self._view.snapshot.segments),
            "executor": type(self._executor).__name__,
        }

    def query(self, query: Query) -> Asked:
        text = text_of(query)
        return Asked(text, self._view.understand(parse(text)), {})

    def top(self, query: Asked, limit: int) -> list[Any]:
        return self._executor.search(query.tree, query.request(limit), count=False).matches

    def top_with_total(self, query: Asked, limit: int) -> int:
        return self._executor.search(query.tree, query.request(limit)).total

    def total(self, query: Asked) -> int:
        return self._executor.search(query.tree, query.request(0)).total

    def whole(self, query: Asked) -> int:
        """Text in, ten hits with snippets and the total out, each looked at as a page does."""
        found = self._archive.search(query.text, limit=10)
        for hit in found:
            _ = hit.title, hit.byline, hit.date, hit.url, hit.snippet
        _ = found.understood
        return found.total

    def ids(self, query: Asked, limit: int) -> list[str]:
        return self._archive.ids(query.text, limit=limit)

    def commands(self) -> dict[str, Any]:
        return {**super().commands(), "whole": self.whole}


if __name__ == "__main__":
    serve(Searcher())
