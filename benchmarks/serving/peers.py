"""The peers of `rates.py`: their indexes, and the bare application over Tantivy.

    python benchmarks/serving/peers.py --index DIR --work DIR      makes both indexes

Tantivy has one text field of title and body, with positions, stored, so that it can make snippets
of its own; the application around it is the least that Starlette and uvicorn can be: one route, a
thread for each search, JSON by msgspec.  SQLite's FTS5 has title and body, is ranked by its own
bm25, and is asked by datasette through the SQL that its documentation shows.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SQL = (
    "select a.id, a.title, a.byline, a.date, a.url, "
    "snippet(text, 1, '<mark>', '</mark>', '…', 40) as snippet "
    "from text join articles a on a.rowid = text.rowid "
    "where text match :q order by rank limit 10"
)


def make_tantivy(archive: Any, folder: Path) -> None:
    """An index of all articles in `folder`."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("id", "byline", "date", "url", "title"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
    folder.mkdir(parents=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=1_000_000_000, num_threads=1)
    for _, _, article in archive.scan("*"):
        document = tantivy.Document()
        document.add_text("id", article.id)
        document.add_text("title", article.title)
        document.add_text("byline", "; ".join(article.byline))
        document.add_text("date", article.date.isoformat() if article.date else "")
        document.add_text("url", article.url or "")
        document.add_text("text", f"{article.title}\n{article.body}")
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def make_sqlite(archive: Any, path: Path) -> None:
    """A database of all articles in the file `path`."""
    with sqlite3.connect(path) as database:
        database.execute("create table articles (id, title, byline, date, url, body)")
        database.execute(
            "create virtual table text using "
            "fts5(title, body, content='articles', tokenize='porter unicode61')"
        )
        database.executemany(
            "insert into articles values (?, ?, ?, ?, ?, ?)",
            (
                (
                    article.id,
                    article.title,
                    "; ".join(article.byline),
                    article.date.isoformat() if article.date else None,
                    article.url,
                    article.body,
                )
                for _, _, article in archive.scan("*")
            ),
        )
        database.execute("insert into text(text) values ('rebuild')")
        database.execute("insert into text(text) values ('optimize')")


def bare_app(folder: str) -> Any:
    """Tantivy's ten best with snippets, and nothing else."""
    import msgspec
    import tantivy
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    index = tantivy.Index.open(folder)
    searcher = index.searcher()
    schema = index.schema
    encode = msgspec.json.Encoder().encode
    pool = ThreadPoolExecutor(4)

    def search(q: str) -> bytes:
        query = index.parse_query(q, ["text"])
        found = searcher.search(query, 10)
        snippets = tantivy.SnippetGenerator.create(searcher, query, schema, "text")
        hits = []
        for score, address in found.hits:
            document = searcher.doc(address)
            snippet = snippets.snippet_from_doc(document)
            hits.append(
                {
                    "id": document.get_first("id"),
                    "score": score,
                    "title": document.get_first("title"),
                    "byline": document.get_first("byline"),
                    "date": document.get_first("date"),
                    "url": document.get_first("url"),
                    "snippet": snippet.to_html(),
                }
            )
        return encode({"query": q, "total": found.count, "hits": hits})

    async def answer(request: Request) -> Response:
        q = request.query_params["q"]
        data = await asyncio.get_running_loop().run_in_executor(pool, search, q)
        return Response(data, media_type="application/json")

    return Starlette(routes=[Route("/search", answer)])


def serve_tantivy(folder: str, port: int) -> None:
    """Serve `bare_app` until killed."""
    import uvicorn

    uvicorn.run(bare_app(folder), port=port, log_level="critical", access_log=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--index", help="Searcher's index, whose articles they get")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--serve", type=int, metavar="PORT", help="serve Tantivy's")
    options = parser.parse_args()
    if options.serve:
        serve_tantivy(os.fspath(options.work / "tantivy"), options.serve)
        return
    from searcher import Archive

    options.work.mkdir(exist_ok=True)
    with Archive.open(options.index) as archive:
        if not (options.work / "tantivy").exists():
            make_tantivy(archive, options.work / "tantivy")
        if not (options.work / "articles.db").exists():
            make_sqlite(archive, options.work / "articles.db")


if __name__ == "__main__":
    main()
