"""SQLite's FTS5, through Python's sqlite3.

Title and body are two columns (a title counts double in `bm25`), the byline a third,
`porter` over `unicode61` stems, the text is stored in the table.  The date, which FTS5 has
no columns for, stands in a table of its own under the same rowid, with an index.  One
transaction without a journal, as a bulk load is done; `optimize` makes one segment.
SQLite indexes with one thread.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from peers.protocol import Article, Engine, Query, serve

_TABLES = """
create table meta(number integer primary key, id text, url text, date integer);
create virtual table articles using fts5(title, body, byline, tokenize='porter unicode61');
insert into articles(articles, rank) values('rank', 'bm25(2.0, 1.0, 0.0)');
"""
_TEXT = "{title body} : "
_TOP = "select rowid, rank from articles where articles match ? order by rank limit ?"
_TOTAL = "select count(*) from articles where articles match ?"
_BETWEEN = "meta on meta.number = articles.rowid where articles match ? and date >= ? and date < ?"
_TOP_IN_DATES = f"select articles.rowid, rank from articles join {_BETWEEN} order by rank limit ?"
_TOTAL_IN_DATES = f"select count(*) from articles join {_BETWEEN}"


class Fts5(Engine):
    name = "fts5"

    def describe(self) -> dict[str, Any]:
        return {
            "version": sqlite3.sqlite_version,
            "setup": "porter unicode61, columns title, body, byline; bm25(2, 1, 0); 256 MB cache",
        }

    def document(self, article: Article) -> tuple[Any, ...]:
        names = " ; ".join(article["byline"])
        return (
            (article["id"], article["url"], article["date_s"]),
            (article["title"], article["body"], names),
        )

    def _connect(self, path: str) -> sqlite3.Connection:
        database = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        database.execute("pragma cache_size = -256000")
        database.execute("pragma mmap_size = 4000000000")
        return database

    def index(self, documents: list[tuple[Any, ...]], path: str, threads: int) -> None:
        database = self._connect(path)
        database.execute("pragma journal_mode = off")
        database.execute("pragma synchronous = off")
        database.executescript(_TABLES)
        database.execute("begin")
        database.executemany(
            "insert into meta values(?, ?, ?, ?)",
            ((i, *values) for i, (values, _) in enumerate(documents, 1)),
        )
        database.executemany(
            "insert into articles(rowid, title, body, byline) values(?, ?, ?, ?)",
            ((i, *text) for i, (_, text) in enumerate(documents, 1)),
        )
        database.execute("create index date_of on meta(date)")
        database.execute("commit")
        database.close()

    def merge(self, path: str) -> None:
        database = self._connect(path)
        database.execute("insert into articles(articles) values('optimize')")
        database.execute("vacuum")
        database.close()

    def open(self, path: str) -> dict[str, Any]:
        self._database = self._connect(path)
        (documents,) = self._database.execute("select count(*) from meta").fetchone()
        (segments,) = self._database.execute(
            "select count(distinct segid) from articles_idx"
        ).fetchone()
        return {"documents": documents, "segments": segments}

    def query(self, query: Query) -> tuple[str, tuple[int, ...]]:
        words = [f'"{word}"' for word in query.get("words", ())]
        match query["form"]:
            case "term":
                return _TEXT + words[0], ()
            case "and":
                return _TEXT + "(" + " AND ".join(words) + ")", ()
            case "or":
                return _TEXT + "(" + " OR ".join(words) + ")", ()
            case "phrase":
                return _TEXT + '"' + " ".join(query["words"]) + '"', ()
            case "near":
                return _TEXT + f"NEAR({' '.join(words)}, {query['distance'] - 1})", ()
            case "or_date":
                return _TEXT + "(" + " OR ".join(words) + ")", (query["from_s"], query["until_s"])
            case "byline":
                return f'({_TEXT}{words[0]}) AND (byline : "{query["name"]}")', ()
            case "prefix":
                return _TEXT + f'"{query["prefix"]}" *', ()
            case other:
                raise ValueError(f"no form {other}")

    def top(self, query: tuple[str, tuple[int, ...]], limit: int) -> list[Any]:
        match, dates = query
        sql = _TOP_IN_DATES if dates else _TOP
        return self._database.execute(sql, (match, *dates, limit)).fetchall()

    def top_with_total(self, query: tuple[str, tuple[int, ...]], limit: int) -> int:
        self.top(query, limit)
        return self.total(query)

    def total(self, query: tuple[str, tuple[int, ...]]) -> int:
        match, dates = query
        sql = _TOTAL_IN_DATES if dates else _TOTAL
        (total,) = self._database.execute(sql, (match, *dates)).fetchone()
        return int(total)

    def ids(self, query: tuple[str, tuple[int, ...]], limit: int) -> list[str]:
        find = "select id from meta where number = ?"
        return [
            self._database.execute(find, (number,)).fetchone()[0]
            for number, _ in self.top(query, limit)
        ]


if __name__ == "__main__":
    serve(Fts5())
