"""Xapian, through Debian's python3-xapian.

Title (counted double) and body become terms without a prefix, the byline terms with the
prefix A, all stemmed by Snowball's English (`STEM_ALL`: every word once, as its stem, with
its position); the date is value 0, the article is the document's data.  BM25 with Xapian's
own constants.  Xapian indexes with one thread; `compact` makes one table of the levels.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

import xapian

from peers.protocol import Article, Engine, Query, serve

FLUSH_AFTER = 20_000  # documents between flushes; the default is 10,000
_GAP = 100


class Xapian(Engine):
    name = "xapian"

    def __init__(self) -> None:
        self._stem = xapian.Stem("english")

    def describe(self) -> dict[str, Any]:
        return {
            "version": xapian.version_string(),
            "setup": f"glass, STEM_ALL english, BM25, flushed after {FLUSH_AFTER} articles",
        }

    def index(self, documents: list[Article], path: str, threads: int) -> None:
        database = xapian.WritableDatabase(path, xapian.DB_CREATE)
        generator = xapian.TermGenerator()
        generator.set_stemmer(self._stem)
        generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
        for number, article in enumerate(documents, 1):
            document = xapian.Document()
            generator.set_document(document)
            generator.set_termpos(0)
            generator.index_text(article["title"], 2)
            generator.increase_termpos(_GAP)
            generator.index_text(article["body"])
            for name in article["byline"]:
                generator.increase_termpos(_GAP)
                generator.index_text(name, 1, "A")
            if article["date_s"] is not None:
                document.add_value(0, xapian.sortable_serialise(article["date_s"]))
            document.add_boolean_term("Q" + article["id"][:200])
            document.set_data(json.dumps(article))
            database.add_document(document)
            if number % FLUSH_AFTER == 0:
                database.commit()
        database.commit()
        database.close()

    def merge(self, path: str) -> None:
        database = xapian.Database(path)
        database.compact(path + ".compact")
        database.close()
        shutil.rmtree(path)
        shutil.move(path + ".compact", path)

    def open(self, path: str) -> dict[str, Any]:
        self._database = xapian.Database(path)
        self._documents = self._database.get_doccount()
        self._parser = xapian.QueryParser()
        self._parser.set_database(self._database)
        return {"documents": self._documents, "segments": 1}

    def _term(self, word: str) -> xapian.Query:
        return xapian.Query(self._stem(word))

    def query(self, query: Query) -> xapian.Query:
        terms = [self._term(word) for word in query.get("words", ())]
        match query["form"]:
            case "term":
                return terms[0]
            case "and":
                return xapian.Query(xapian.Query.OP_AND, terms)
            case "or":
                return xapian.Query(xapian.Query.OP_OR, terms)
            case "phrase":
                return xapian.Query(xapian.Query.OP_PHRASE, terms, len(terms))
            case "near":
                return xapian.Query(xapian.Query.OP_NEAR, terms, query["distance"] + 1)
            case "or_date":
                dates = xapian.Query(
                    xapian.Query.OP_VALUE_RANGE,
                    0,
                    xapian.sortable_serialise(query["from_s"]),
                    xapian.sortable_serialise(query["until_s"] - 1),
                )
                words = xapian.Query(xapian.Query.OP_OR, terms)
                return xapian.Query(xapian.Query.OP_FILTER, words, dates)
            case "byline":
                name = xapian.Query(b"A" + self._stem(query["name"]))
                return xapian.Query(xapian.Query.OP_FILTER, terms[0], name)
            case "prefix":
                # The operator itself cannot be reached from Python.
                return self._parser.parse_query(query["prefix"] + "*", self._parser.FLAG_WILDCARD)
            case other:
                raise ValueError(f"no form {other}")

    def _mset(self, query: xapian.Query, limit: int, check_at_least: int) -> xapian.MSet:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(query)
        return enquire.get_mset(0, limit, check_at_least)

    def top(self, query: xapian.Query, limit: int) -> list[Any]:
        best: list[Any] = self._mset(query, limit, 0)
        return best

    def top_with_total(self, query: xapian.Query, limit: int) -> int:
        total: int = self._mset(query, limit, self._documents).get_matches_estimated()
        return total

    def total(self, query: xapian.Query) -> int:
        return self.top_with_total(query, 0)

    def ids(self, query: xapian.Query, limit: int) -> list[str]:
        return [json.loads(match.document.get_data())["id"] for match in self.top(query, limit)]


if __name__ == "__main__":
    serve(Xapian())
