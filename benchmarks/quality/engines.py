"""How are Searcher and Lucene asked the same?

Both index the same records, title and body, and are asked the same bare words.  Lucene is the
peer of `peers/lucene`: one field for title and body, Snowball English, BM25 with k1 0.9 and b
0.4, as Anserini has it.  Its own defaults (1.2 and 0.75) are for other texts than articles.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peers import corpora, installing
from peers.processes import EngineProcess
from peers.searcher_engine import article_of

from quality.gathered import Collection
from searcher import Archive
from searcher.analysis import Analyzer
from searcher.evaluation.asking import bare_words
from searcher.evaluation.runs import Run
from searcher.request import Request
from searcher.scoring import Scoring
from searcher.searching.key_words import TellingStems
from searcher.searching.related import is_copy
from searcher.searching.word_weights import count_words

RELATED_DEPTH = 10
# Answers of which copies are left out.
_LOOKED_AT = 31
LUCENE = {"k1": 0.9, "b": 0.4}


def index_with_searcher(collection: Collection, work: Path, *, anew: bool) -> Path:
    """The index of a collection, made if it is not there or `anew`."""
    path = work / f"{collection.articles.stem}-searcher"
    mark = path.with_suffix(".made")
    if anew or not mark.exists() or mark.stat().st_mtime < collection.articles.stat().st_mtime:
        mark.unlink(missing_ok=True)
        _remove(path)
        with Archive.create(path) as archive, archive.writer() as writer:
            for record in corpora.load(collection.articles):
                writer.add(article_of(record))
        mark.touch()
    return path


def run_of_searcher(
    collection: Collection, index: Path, scoring: Scoring, options: dict[str, Any]
) -> Run:
    """What Searcher finds.

    Arguments:
        options: what `Request` takes beside query and limit.
    """
    run: Run = {}
    with Archive.open(index, scoring=scoring) as archive:
        for topic in collection.topics:
            query = bare_words(topic.text()[0])
            assert query is not None, topic
            run[topic.id] = archive.ranked(Request(query, limit=collection.depth + 1, **options))
    return _without_sources(run, collection)


def run_of_related(collection: Collection, index: Path) -> Run:
    """What `archive.related` finds for the articles that the topics are made of."""
    with Archive.open(index) as archive:
        return {
            topic: [
                (found.hit.id, float(-rank))
                for rank, found in enumerate(archive.related(source, limit=RELATED_DEPTH))
            ]
            for topic, source in collection.sources.items()
        }


def run_of_its_query(collection: Collection, index: Path) -> Run:
    """What the query of `archive.related` finds, in the order of the scores: without copies of
    the article, and nothing done for variety."""
    with Archive.open(index) as archive:
        asked = [archive.related(source, limit=0).query for source in collection.sources.values()]
        found = [archive.ids(query, limit=_LOOKED_AT) if query else [] for query in asked]
        return _without_copies(collection, archive, found)


def run_of_more_like_this(collection: Collection, index: Path, work: Path) -> Run:
    """What Lucene's MoreLikeThis finds for them, by its 25 terms with their weights, without
    copies of the article.

    Raises:
        NotHere: it cannot be had on this machine.
    """
    with Archive.open(index) as archive, _lucene(collection, work) as engine:
        articles = [archive.get(source) for source in collection.sources.values()]
        queries = [{"form": "like", "text": f"{a.title}\n{a.body}"} for a in articles]
        engine.ask("prepare", kind="related", queries=queries)
        found = engine.ask("ids", kind="related", limit=_LOOKED_AT)["ids"]
        return _without_copies(collection, archive, found)


def _without_copies(
    collection: Collection, archive: Archive, found: Sequence[Sequence[str]]
) -> Run:
    """The first of the ids that were `found` for each source, without itself and what
    `archive.related` takes for a copy of it."""
    stems = TellingStems(Analyzer("en"))

    @functools.cache
    def words(id: str) -> set[int]:
        article = archive.get(id)
        return {one.stem for one in count_words(article.title, article.body, stems)}

    return {
        topic: [
            (id, float(-rank))
            for rank, id in enumerate(ids)
            if id != source and not is_copy(words(source), words(id))
        ][:RELATED_DEPTH]
        for (topic, source), ids in zip(collection.sources.items(), found, strict=True)
    }


def run_of_lucene(collection: Collection, work: Path) -> Run:
    """What Lucene finds.

    Raises:
        NotHere: it cannot be had on this machine.
    """
    with _lucene(collection, work) as engine:
        queries = [
            {"form": "or", "words": re.findall(r"[\w'’]+", topic.text()[0].replace(".", ""))}
            for topic in collection.topics
        ]
        engine.ask("prepare", kind="topics", queries=queries)
        found: Sequence[Sequence[str]] = engine.ask(
            "ids", kind="topics", limit=collection.depth + 1
        )["ids"]
    run: Run = {
        topic.id: [(id, float(-rank)) for rank, id in enumerate(ids)]
        for topic, ids in zip(collection.topics, found, strict=True)
    }
    return _without_sources(run, collection)


@contextmanager
def _lucene(collection: Collection, work: Path) -> Iterator[EngineProcess]:
    """Lucene with the articles of a collection, which it indexes if it has not yet.

    Raises:
        NotHere: it cannot be had on this machine.
    """
    command = installing.command("lucene")
    path = work / f"{collection.articles.stem}-lucene"
    mark = path.with_suffix(".made")
    with EngineProcess("lucene", command, work / "lucene.log") as engine:
        if not mark.exists() or mark.stat().st_mtime < collection.articles.stat().st_mtime:
            mark.unlink(missing_ok=True)
            _remove(path)
            engine.ask("load", corpus=str(collection.articles))
            engine.ask("index", path=str(path), threads=1, cold=True)
            mark.touch()
        engine.ask("open", path=str(path), **LUCENE)
        yield engine


def _without_sources(run: Run, collection: Collection) -> Run:
    return {
        topic: [hit for hit in hits if hit[0] != collection.sources.get(topic)][: collection.depth]
        for topic, hits in run.items()
    }


def _remove(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)
