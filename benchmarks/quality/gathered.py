"""Which collections are there, and what is asked of them?

All lie under `../shared/data` and are other people's; what is not there is left out.  Each is
one file of JSON lines, made once in the working folder, so that all engines index the same
fields.

    ap88        TREC topics 151 to 200, titles, on the AP newswire of 1988
    time        83 queries on TIME of 1963, all capitals, no titles
    cranfield   225 queries on abstracts of aeronautics; no news
    related     Reuters-21578: headlines of articles, and those that share a category are
                relevant (2 if they share all); categories of more than 500 articles are left
                out, as nobody is helped by 4,000 articles about earnings
    stories     AP 1988: headlines of articles, and the other articles of their story
    latest      the same of the archive's last two weeks, as a newsroom asks at their end
    topics      articles that are right for a TREC topic, and the others that are: for
                related.py, since a headline does not say which of its matters is meant
    known       Reuters 2006 to 2013: three to five words of a headline, and the one article
                that has them all in it
"""

from __future__ import annotations

import collections
import gzip
import json
import lzma
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

from peers import corpora

from quality.known_items import known_items
from searcher.evaluation.qrels import Qrels, read_qrels
from searcher.evaluation.topics import Topic, read_topics

SHARED = corpora.SHARED
_SEED = 15
_RELATED = 200
_STORIES = 400
_LATEST = date(1988, 12, 18)
_LARGEST_CATEGORY = 500


@dataclass(frozen=True)
class Collection:
    """Articles, a file of JSON lines, with topics and judgements.

    `sources` names the article that a topic was made of, which is no answer to it;
    `measures` are those that are printed, the first of which counts most; `depth` is how many
    hits are looked at.
    """

    name: str
    articles: Path
    topics: tuple[Topic, ...]
    qrels: Qrels
    measures: tuple[str, ...] = ("AP", "nDCG@10", "P@10", "R@1000")
    sources: dict[str, str] = field(default_factory=dict)
    depth: int = 1000


class Missing(Exception):
    """The files of a collection are not here."""


def _needed(*names: str) -> list[Path]:
    paths = [SHARED / name for name in names]
    for path in paths:
        if not path.exists():
            raise Missing(f"{path} is not here")
    return paths


def _record(id: str, title: str, body: str, day: str | None = None) -> dict[str, Any]:
    empty: dict[str, Any] = {"byline": [], "date_s": None, "url": None}
    return {"id": id, "title": title, "body": body, "date": day, **empty}


def _written(work: Path, name: str, records: Callable[[], Iterator[dict[str, Any]]]) -> Path:
    target = work / f"quality-{name}.jsonl"
    if not target.exists():
        corpora.write(target, records())
    return target


def ap88(work: Path) -> Collection:
    articles, topics, qrels = _needed(
        "ap88.tar.xz",
        "ap88-topics/topics.adhoc.151-200.txt",
        "ap88-topics/qrels.151-200.ap88.txt",
    )
    prepared = corpora.prepared(articles, None, work)
    return Collection("ap88", prepared, read_topics(topics), read_qrels(qrels))


def time(work: Path) -> Collection:
    articles, topics, qrels = _needed(
        "time/docs.jsonl.gz", "time/queries.tsv", "time/qrels.all.txt"
    )

    def records() -> Iterator[dict[str, Any]]:
        with gzip.open(articles, "rt", encoding="utf-8") as lines:
            for article in map(json.loads, lines):
                yield _record(article["id"], "", article["text"], article["date"])

    prepared = _written(work, "time-dated", records)
    return Collection("time", prepared, read_topics(topics), read_qrels(qrels))


def cranfield(work: Path) -> Collection:
    articles, topics, qrels = _needed(
        "cranfield/cran.all.1400.gz", "cranfield/cran.qry", "cranfield/cranqrel"
    )

    def records() -> Iterator[dict[str, Any]]:
        text = gzip.decompress(articles.read_bytes()).decode("ascii", "replace")
        for piece in re.split(r"^\.I ", text, flags=re.MULTILINE)[1:]:
            id, *parts = re.split(r"^\.([TABW])\s*$", piece, flags=re.MULTILINE)
            found = dict(zip(parts[::2], parts[1::2], strict=True))
            title = " ".join(found.get("T", "").split())
            body = " ".join(found.get("W", "").split()).removeprefix(title).strip()
            yield _record(id.strip(), title, body or title or "-")

    # 1 to 4 fall with relevance, and -1 is none.
    judged = {
        topic: {name: 1 for name, grade in grades.items() if grade > 0}
        for topic, grades in read_qrels(qrels).items()
    }
    asked = read_topics(topics, by_position=True)
    return Collection("cranfield", _written(work, "cranfield", records), asked, judged)


def related(work: Path) -> Collection:
    (folder,) = _needed("reuters21578")
    categories: dict[str, frozenset[str]] = {}

    def records() -> Iterator[dict[str, Any]]:
        for record in _reuters(folder):
            yield _record(record["id"], record["title"], record["body"])

    titles = {}
    for record in _reuters(folder):
        categories[record["id"]] = record["categories"]
        titles[record["id"]] = record["title"]
    sizes = collections.Counter(name for names in categories.values() for name in names)
    small = {name for name, size in sizes.items() if 5 <= size <= _LARGEST_CATEGORY}
    kept = {id: names & small for id, names in categories.items() if names & small}
    chosen = random.Random(_SEED).sample(sorted(id for id in kept if titles[id]), _RELATED)
    qrels = {
        topic: {
            id: 2 if names == kept[topic] else 1
            for id, names in kept.items()
            if id != topic and names & kept[topic]
        }
        for topic in chosen
    }
    topics = tuple(Topic(id, {"title": titles[id]}) for id in chosen)
    prepared = _written(work, "reuters21578", records)
    sources = {id: id for id in chosen}
    return Collection("related", prepared, topics, qrels, sources=sources)


def _reuters(folder: Path) -> Iterator[dict[str, Any]]:
    """The articles of Reuters-21578 with a body, and their categories, which no reader keeps."""
    for path in sorted(folder.glob("*.sgm.gz")):
        text = gzip.decompress(path.read_bytes()).decode("latin-1")
        for piece in text.split("<REUTERS ")[1:]:
            id = re.search(r'NEWID="(\d+)"', piece)
            parts = {name: _part(piece, name) for name in ("TITLE", "BODY", "TOPICS")}
            if id and parts["BODY"]:
                names = frozenset(re.findall(r"<D>(.*?)</D>", parts["TOPICS"]))
                title, body = (unescape(parts[name]) for name in ("TITLE", "BODY"))
                yield {"id": id[1], "title": title, "body": body, "categories": names}


def _part(piece: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", piece, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def stories(work: Path) -> Collection:
    return _stories(work, "stories", date.min, _STORIES)


def latest(work: Path) -> Collection:
    return _stories(work, "latest", _LATEST, None)


def _stories(work: Path, name: str, since: date, count: int | None) -> Collection:
    """`count` articles, or all, from the day `since` on that share a story with others."""
    source, told = _needed("ap88.tar.xz", "newsroom/ap88-stories.tsv.xz")
    prepared = corpora.prepared(source, None, work)
    members: collections.defaultdict[str, list[str]] = collections.defaultdict(list)
    with lzma.open(told, "rt", encoding="utf-8") as lines:
        for line in lines:
            article, story, _ = line.split("\t", 2)
            members[story].append(article)
    first = since.isoformat()
    articles = corpora.load(prepared)
    titles = {a["id"]: a["title"] for a in articles if a["title"] and (a["date"] or "") >= first}
    told_of = {id: ids for ids in members.values() if len(ids) > 1 for id in ids if id in titles}
    chosen = sorted(told_of)
    if count is not None:
        chosen = random.Random(_SEED).sample(chosen, count)
    qrels = {id: {other: 1 for other in told_of[id] if other != id} for id in chosen}
    asked = tuple(Topic(id, {"title": titles[id]}) for id in chosen)
    return Collection(name, prepared, asked, qrels, sources={id: id for id in chosen})


def topics(work: Path) -> Collection:
    judged = ap88(work)
    sources, qrels = {}, {}
    for topic, grades in judged.qrels.items():
        right = [id for id, grade in grades.items() if grade > 0]
        for id in right if len(right) > 1 else ():
            sources[f"{topic}:{id}"] = id
            qrels[f"{topic}:{id}"] = {other: 1 for other in right if other != id}
    asked = tuple(Topic(name, {"title": name}) for name in sources)
    return Collection("topics", judged.articles, asked, qrels, sources=sources)


def known(work: Path) -> Collection:
    (source,) = _needed("reuters-2006-2013.jsonl.xz")
    prepared = corpora.prepared(source, None, work)
    items = known_items(((a["id"], a["title"]) for a in corpora.load(prepared)), seed=_SEED)
    topics = tuple(Topic(id, {"title": query}) for id, query in items)
    qrels = {id: {id: 1} for id, _ in items}
    return Collection(
        "known", prepared, topics, qrels, measures=("Success@10", "RR", "Success@1"), depth=100
    )


COLLECTIONS: dict[str, Callable[[Path], Collection]] = {
    "ap88": ap88,
    "time": time,
    "cranfield": cranfield,
    "related": related,
    "stories": stories,
    "latest": latest,
    "known": known,
}
# Articles whose background is asked for.
BACKGROUND: dict[str, Callable[[Path], Collection]] = {
    "topics": topics,
    "stories": stories,
    "related": related,
}
