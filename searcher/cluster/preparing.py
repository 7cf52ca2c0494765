"""What is made of an article before it travels to a cluster, in whichever process reads it?

All of the analysis: `prepare` turns articles into the documents of `mapping.py`, as bytes that go
into a bulk as they are, with what a session must know of each.  It takes the place that inverting
has for an index directory, so the workers of `indexing/workers.py` do it on all cores.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.cluster.mapping import document
from searcher.codec.schema import article_of
from searcher.fields import FieldTable
from searcher.indexing.segment_kinds import SegmentKind
from searcher.indexing.workers import serve

__all__ = ["CLUSTER_KIND", "Prepared", "PreparedBatch", "main", "prepare"]


class Prepared(NamedTuple):
    """One article as a document: `source` is the JSON, `digest` of all that it says.

    `source` is None where no document can be made of it; `refusal` says why.
    """

    id: str
    path: str | None
    digest: int
    text_bytes: int
    has_text: bool
    source: bytes | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """Some prepared articles, as a `Batch`."""

    keys: Sequence[Prepared]

    @property
    def text_bytes(self) -> int:
        """How much they say."""
        return sum(key.text_bytes for key in self.keys)

    @property
    def without_text(self) -> int:
        """How many have no word in their body."""
        return sum(not key.has_text for key in self.keys)

    def article(self, number: int) -> Article:
        """One of them, as it was handed over."""
        key = self.keys[number]
        if key.source is None:
            return Article("", "", path=key.path, id=key.id)
        return article_of(json.loads(key.source)["article"])


def prepare(articles: Iterable[Article], analyzer: Analyzer, fields: FieldTable) -> list[Prepared]:
    """Documents of `articles`.  Cost: that of analyzing them; 0.7 ms for 500 words."""
    return [_prepared(article, analyzer, fields) for article in articles]


def _prepared(article: Article, analyzer: Analyzer, fields: FieldTable) -> Prepared:
    size, has_text = len(article.title) + len(article.body), bool(article.body)
    try:
        made = document(article, analyzer, fields)
    except ValueError as error:  # an ArticleError says what no cluster holds
        return Prepared(article.id, article.path, 0, size, has_text, None, str(error))
    # No character of JSON's is a line break, so a document is one line, as a bulk asks.
    source = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    digest = int(made["digest"], 16)
    return Prepared(article.id, article.path, digest, size, has_text, source)


def _none(*_: Any) -> NoReturn:
    raise NotImplementedError("a cluster makes its own segments")


CLUSTER_KIND = SegmentKind(
    "cluster",
    digest=prepare,
    pack=lambda payload: payload,
    builder=_none,
    commit=_none,
    cheap_digest=False,
    worker="searcher.cluster.preparing",
)


def main() -> None:
    """Be a worker: read and prepare what the parent asks for, until it closes the pipes."""
    serve(CLUSTER_KIND)
