"""Stock Whoosh, with its own codec and its own writer.

One `text` field holds title and body, so that no query has to look in two fields; its
StemmingAnalyzer keeps every word.  The date is a NUMERIC field, which its range queries
read.  Two indexing threads are two of its worker processes.
"""

from __future__ import annotations

import os
from typing import Any

from whoosh import fields, query, versionstring
from whoosh.analysis import StemmingAnalyzer
from whoosh.index import create_in, open_dir
from whoosh.query.spans import SpanNear

from peers.protocol import Article, Engine, Query, serve

MEMORY_MB = 512


def _text() -> fields.TEXT:
    return fields.TEXT(StemmingAnalyzer(stoplist=None, minsize=1, cachesize=-1), stored=False)


class Whoosh(Engine):
    name = "whoosh"
    threads = (1, 2)

    def describe(self) -> dict[str, Any]:
        return {
            "version": versionstring(),
            "setup": f"StemmingAnalyzer, one text field, limitmb {MEMORY_MB}, procs = threads",
        }

    def document(self, article: Article) -> dict[str, Any]:
        values = {
            "id": article["id"],
            "url": article["url"],
            "title": article["title"],
            "body": article["body"],
            "text": article["title"] + "\n\n" + article["body"],
            "byline": " ; ".join(article["byline"]),
            "date": article["date_s"],
        }
        return {name: value for name, value in values.items() if value not in (None, "")}

    def index(self, documents: list[dict[str, Any]], path: str, threads: int) -> None:
        schema = fields.Schema(
            id=fields.ID(stored=True),
            url=fields.STORED,
            title=fields.STORED,
            body=fields.STORED,
            text=_text(),
            byline=_text(),
            date=fields.NUMERIC(int, bits=64, stored=True),
        )
        os.makedirs(path)
        index = create_in(path, schema)
        writer = index.writer(limitmb=MEMORY_MB // threads, procs=threads)
        for document in documents:
            writer.add_document(**document)
        writer.commit()

    def merge(self, path: str) -> None:
        open_dir(path).optimize()

    def open(self, path: str) -> dict[str, Any]:
        self._index = open_dir(path)
        self._searcher = self._index.searcher()
        self._analyze = _text().analyzer
        return {
            "documents": self._searcher.doc_count(),
            "segments": len(self._searcher.reader().leaf_readers()),
        }

    def _term(self, field: str, word: str) -> query.Term:
        return query.Term(field, next(token.text for token in self._analyze(word)))

    def query(self, asked: Query) -> query.Query:
        terms = [self._term("text", word) for word in asked.get("words", ())]
        match asked["form"]:
            case "term":
                return terms[0]
            case "and":
                return query.And(terms)
            case "or":
                return query.Or(terms)
            case "phrase":
                return query.Phrase("text", [term.text for term in terms])
            case "near":
                one, other = terms
                return SpanNear(one, other, slop=asked["distance"], ordered=False)
            case "or_date":
                dates = query.NumericRange("date", asked["from_s"], asked["until_s"] - 1)
                return query.And([query.Or(terms), query.ConstantScoreQuery(dates, 0.0)])
            case "byline":
                return query.And([terms[0], self._term("byline", asked["name"])])
            case "prefix":
                return query.Prefix("text", asked["prefix"])
            case other:
                raise ValueError(f"no form {other}")

    def top(self, asked: Any, limit: int) -> list[Any]:
        best: list[Any] = self._searcher.search(asked, limit=limit).top_n
        return best

    def top_with_total(self, asked: Any, limit: int) -> int:
        return len(self._searcher.search(asked, limit=limit))

    def total(self, asked: Any) -> int:
        return sum(1 for _ in self._searcher.docs_for_query(asked))

    def ids(self, asked: Any, limit: int) -> list[str]:
        return [hit["id"] for hit in self._searcher.search(asked, limit=limit)]


if __name__ == "__main__":
    serve(Whoosh())
