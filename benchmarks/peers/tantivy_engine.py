"""Tantivy, through its own Python package, as its documentation would set it up.

One `text` field holds title and body (two values, with frequencies and positions, both
stored), so that no query has to look in two fields.  `en_stem` keeps every word.  The
date is a fast field, which its range queries read; the byline is a text field, and a
filter on it is not scored.  For totals alone the package's quickest ways are taken: a
word's document frequency, else an aggregation that counts a field all articles have.
The writer's heap is ample: with one thread a whole corpus becomes one segment, which is the
only way to one segment that the package offers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import tantivy
from tantivy import FieldType, Occur

from peers.protocol import Article, Engine, Query, serve

HEAP_BYTES_A_THREAD = 1_000_000_000
ONE_SEGMENT_HEAP_BYTES = 4_000_000_000
_IN_ALL = "one"  # a field that every article has, always 1
_COUNT = {"total": {"value_count": {"field": _IN_ALL}}}


class Asked(NamedTuple):
    """A query object; `term` when it is one word."""

    query: tantivy.Query
    term: str | None = None


# The same as `en_stem`, for asking for the frequency of a word.
_ANALYZER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("url", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("byline", stored=True, tokenizer_name="en_stem")
    builder.add_date_field("date", stored=True, fast=True)
    builder.add_unsigned_field(_IN_ALL, fast=True)
    return builder.build()


class Tantivy(Engine):
    name = "tantivy"
    threads = (1, 2)

    def describe(self) -> dict[str, Any]:
        return {
            "version": tantivy.__version__,
            "setup": f"en_stem, one text field, heap {HEAP_BYTES_A_THREAD // 10**6} MB a thread",
        }

    def document(self, article: Article) -> tantivy.Document:
        document = tantivy.Document()
        document.add_text("id", article["id"])
        if article["url"]:
            document.add_text("url", article["url"])
        if article["title"]:
            document.add_text("text", article["title"])
        document.add_text("text", article["body"])
        for name in article["byline"]:
            document.add_text("byline", name)
        document.add_unsigned(_IN_ALL, 1)
        if article["date_s"] is not None:
            document.add_date("date", dt.datetime.fromtimestamp(article["date_s"], dt.UTC))
        return document

    def index(self, documents: list[tantivy.Document], path: str, threads: int) -> None:
        Path(path).mkdir(parents=True)
        index = tantivy.Index(schema(), path)
        self._write(index, documents, HEAP_BYTES_A_THREAD * threads, threads)
        self._documents = documents

    def _write(
        self, index: tantivy.Index, documents: list[tantivy.Document], heap: int, threads: int
    ) -> None:
        writer = index.writer(heap_size=heap, num_threads=threads)
        for document in documents:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def merge(self, path: str) -> None:
        """Index again with one thread and the largest heap: the package cannot merge."""
        for file in Path(path).iterdir():
            file.unlink()
        index = tantivy.Index(schema(), path)
        self._write(index, self._documents, ONE_SEGMENT_HEAP_BYTES, 1)

    def open(self, path: str) -> dict[str, Any]:
        self._index = tantivy.Index.open(path)
        self._index.reload()
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        return {"documents": self._searcher.num_docs, "segments": self._searcher.num_segments}

    def query(self, query: Query) -> Asked:
        if query["form"] == "term":
            (term,) = _ANALYZER.analyze(query["words"][0])
            return Asked(self._parsed(query["words"][0]), term)
        return Asked(self._query(query))

    def _query(self, query: Query) -> tantivy.Query:
        match query["form"]:
            case "and":
                return self._all(Occur.Must, map(self._parsed, query["words"]))
            case "or":
                return self._all(Occur.Should, map(self._parsed, query["words"]))
            case "phrase":
                return self._parsed('"' + " ".join(query["words"]) + '"')
            case "near":
                # Its phrases with slop keep the order, so either order is two of them.
                slop = query["distance"] - 1
                one, other = query["words"]
                both = (f'"{one} {other}"~{slop}', f'"{other} {one}"~{slop}')
                return self._all(Occur.Should, map(self._parsed, both))
            case "or_date":
                first, last = (
                    dt.datetime.fromtimestamp(query[end], dt.UTC) for end in ("from_s", "until_s")
                )
                dates = tantivy.Query.range_query(
                    self._schema, "date", FieldType.Date, first, last, include_upper=False
                )
                words = self._all(Occur.Should, map(self._parsed, query["words"]))
                return self._all(Occur.Must, (words, _unscored(dates)))
            case "byline":
                name = self._index.parse_query(query["name"], ["byline"])
                return self._all(Occur.Must, (self._parsed(query["words"][0]), _unscored(name)))
            case "prefix":
                return tantivy.Query.regex_query(self._schema, "text", query["prefix"] + ".*")
            case other:
                raise ValueError(f"no form {other}")

    def _parsed(self, text: str) -> tantivy.Query:
        return self._index.parse_query(text, ["text"])

    def _all(self, occur: Occur, parts: Iterable[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(occur, part) for part in parts])

    def top(self, query: Asked, limit: int) -> list[Any]:
        hits: list[Any] = self._searcher.search(query.query, limit, count=False).hits
        return hits

    def top_with_total(self, query: Asked, limit: int) -> int:
        total: int = self._searcher.search(query.query, limit, count=True).count
        return total

    def total(self, query: Asked) -> int:
        if query.term is not None:
            total: int = self._searcher.doc_freq("text", query.term)
            return total
        return int(self._searcher.aggregate(query.query, _COUNT)["total"]["value"])

    def ids(self, query: Asked, limit: int) -> list[str]:
        hits = self._searcher.search(query.query, limit).hits
        return [self._searcher.doc(address)["id"][0] for _, address in hits]


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)


if __name__ == "__main__":
    serve(Tantivy())
