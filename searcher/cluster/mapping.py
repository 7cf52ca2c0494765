"""What does a cluster hold of an article, and under which names?

`index_body` gives the settings and fields of an index, made from the table of fields, and
`document` what is written of an article:

    title, body, lead, byline   token strings (`terms.py`); `lead` is the beginning of the body,
                                `byline` one for each name
    source, section, ...        whole values, folded, as `searcher/fields.py` has them, and those
                                of the archive's own; several where there are several
    name, has, file, id         each whole name, which fields there are, the path and the
                                identity as they are
    date_us                     the instant in microseconds since 1970, to compare and to sort by
    day                         the article's own day, to compare and to count by
    length, title_length        words of the body and the title
    norm                        words of the body as field norms of an index directory have them,
                                so that scores are the same
    embargo_us                  when an embargo ends, for those that are under one
    digest                      of all the article says, so that unchanged ones are passed over
    article                     all the article says, stored and not searched

What articles are not: an older version of one is an article of its own, as everywhere, with
the status "superseded" and the id of the article before `~`.

The fields are strict: what is not named here is refused by the cluster.  What else an archive
knows of itself stands in `_meta` of the mapping: the rules of the analysis, the language, and
the names of its own fields.  Which text makes which query is the business of `translate.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.analysis.values import fold_value
from searcher.article import Article, values_in
from searcher.cluster.terms import analyzed_string
from searcher.codec.schema import (
    LENGTH_OF_CODE,
    NAME_GAP,
    agencies_of,
    has_of,
    instant_us,
    own_day,
    stored_of,
)
from searcher.errors import ArticleError
from searcher.fields import DERIVED, FIELDS, FieldTable
from searcher.scoring import DEFAULT_SCORING
from searcher.searching.plain import LEAD_WORDS

__all__ = [
    "FORMAT",
    "IndexFacts",
    "digest",
    "document",
    "document_id",
    "embargo_end_us",
    "facts_of",
    "index_body",
    "own_field_properties",
    "value_term",
]

FORMAT = 1
"""The version of this layout, in `_meta`: another one is not read."""
# A keyword takes 32,766 bytes, and a character of UTF-8 up to four.
_MOST_VALUE = 8_000
_KEPT_VALUE = 2_000
_MOST_ID = 8_000
_MOST_ID_BYTES = 512
_LENGTHS = sorted(LENGTH_OF_CODE)


class IndexFacts(NamedTuple):
    """What an index says of itself in `_meta`."""

    language: str
    analysis: str
    values: tuple[str, ...] = ()

    @property
    def analyzer(self) -> Analyzer:
        """What makes terms here."""
        return _analyzer(self.language, self.analysis)

    @property
    def fields(self) -> FieldTable:
        """The fields that its articles have."""
        table = FIELDS.with_values(*self.values)
        return table.without_credits() if self.analysis in Analyzer.before_credits else table

    def to_meta(self) -> dict[str, Any]:
        """As `facts_of` reads them."""
        return {
            "searcher": FORMAT,
            "language": self.language,
            "analysis": self.analysis,
            "values": list(self.values),
        }


@cache
def _analyzer(language: str, version: str) -> Analyzer:
    """One for all who ask, since it keeps the stems that it has made."""
    return Analyzer(language, version=version)


def facts_of(meta: Mapping[str, Any]) -> IndexFacts:
    """What `_meta` of a mapping says.

    Raises:
        ValueError: Searcher did not write it, or one of another layout or with other rules did;
            the message says which.
    """
    found = meta.get("searcher")
    if found != FORMAT:
        said = "of no archive of Searcher's" if found is None else f"of layout {found!r:.20}"
        raise ValueError(f"the index is {said}")
    language, analysis, values = meta.get("language"), meta.get("analysis"), meta.get("values", [])
    if not isinstance(language, str) or not isinstance(values, list):
        raise ValueError("the index does not say its language and fields")
    if analysis not in Analyzer.versions:
        raise ValueError(f"the index has analysis rules {analysis!r:.20}")
    facts = IndexFacts(language, analysis, tuple(values))
    FIELDS.with_values(*facts.values)  # a FieldError is a ValueError
    return facts


# ---------------------------------------------------------------- the index


def index_body(
    facts: IndexFacts,
    *,
    shards: int = 1,
    copies: int = 2,
    refresh_interval: str = "30s",
) -> dict[str, Any]:
    """Settings and mappings of an index of articles.

    Arguments:
        shards: into how many parts the articles are divided: one for each 30 GB.
        copies: how many times each article is held, 1 or more.
        refresh_interval: how soon what is written is found, where nobody asks for it.
    """
    body_b = DEFAULT_SCORING.b
    similar = {"type": "BM25", "k1": DEFAULT_SCORING.k1}
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": copies - 1,
                "codec": "best_compression",
                "refresh_interval": refresh_interval,
                "similarity": {
                    "default": {**similar, "b": body_b},
                    "flat": {**similar, "b": 0.0},
                },
            },
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 100_000}},
                "filter": {
                    "parts": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": ["([^|]+)"],
                    },
                    "anyword": {"type": "stop", "stopwords": ["_"]},
                },
                "analyzer": {
                    "terms": {"type": "custom", "tokenizer": "blanks", "filter": ["parts"]},
                    "asked": {
                        "type": "custom",
                        "tokenizer": "blanks",
                        "filter": ["parts", "anyword"],
                    },
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": facts.to_meta(),
            "properties": _properties(facts.fields),
        },
    }


def _properties(table: FieldTable) -> dict[str, Any]:
    text = {"type": "text", "analyzer": "terms", "search_analyzer": "asked"}
    derived = [row.name for row in table.rows if row.kind == DERIVED]
    return {
        "title": {**text, "similarity": "flat"},
        "body": text,
        "lead": {**text, "norms": False},
        "byline": {**text, "similarity": "flat", "position_increment_gap": NAME_GAP},
        **{name: dict(_VALUE) for name in (*table.values, *derived, "id")},
        "date_us": {"type": "long"},
        "day": {"type": "date", "format": "strict_date"},
        "embargo_us": {"type": "long"},
        **{name: {"type": "integer"} for name in ("length", "title_length", "norm")},
        "digest": {"type": "keyword", "index": False},
        "article": {"type": "object", "enabled": False},
    }


_VALUE = {"type": "keyword", "ignore_above": 8191}


def own_field_properties(*names: str) -> dict[str, Any]:
    """The fields that an index gets when an archive is given own values `names`."""
    return {name: dict(_VALUE) for name in names}


# ---------------------------------------------------------------- a document


def document(article: Article, analyzer: Analyzer, table: FieldTable = FIELDS) -> dict[str, Any]:
    """What is written of `article`, whose own values are those of `table`.

    Raises:
        ArticleError: it has an id that no cluster holds.

    Cost: that of analyzing it; some 0.7 ms for 500 words.
    """
    if len(article.id) > _MOST_ID:
        raise ArticleError("id", f"at most {_MOST_ID:,} characters on a cluster", len(article.id))
    analyzed = analyzer.analyze(article.body)
    body = (analyzed.forms, analyzed.sentence_starts, analyzed.paragraph_starts)
    title = analyzer.forms(article.title)
    stored = stored_of(article)
    found: dict[str, Any] = {
        "title": analyzed_string(analyzer, title),
        "body": analyzed_string(analyzer, *body),
        "lead": analyzed_string(analyzer, *body, limit=LEAD_WORDS),
        "byline": [analyzed_string(analyzer, analyzer.forms(name)) for name in article.byline],
        "name": sorted({value_term(name) for name in article.byline}),
        "has": has_of(article, table),
        "id": article.id,
        "length": len(analyzed.forms),
        "title_length": len(title),
        "norm": recorded_length(len(analyzed.forms)),
        "digest": _digest(stored, table),
        "article": stored,
    }
    for name in table.values:
        if values := values_in(article, name):
            terms = sorted({value_term(value) for value in values})
            found[name] = terms[0] if len(terms) == 1 else terms
    if table.keeps_credits and (agencies := agencies_of(article)):
        found["credit"] = agencies
    if article.path is not None:
        found["file"] = _short(article.path)
    if article.date is not None:
        found["date_us"] = instant_us(article.date)
        found["day"] = own_day(article.date).isoformat()
    if (end_us := embargo_end_us(article)) is not None:
        found["embargo_us"] = end_us
    return found


def document_id(id: str) -> str:
    """Under which `_id` the article `id` is written: its own, if the cluster can hold that."""
    data = id.encode("utf-8", "replace")
    if len(data) <= _MOST_ID_BYTES:
        return id
    return f"{id[:100]}~~{hashlib.blake2b(data, digest_size=16).hexdigest()}"


def digest(article: Article, table: FieldTable = FIELDS) -> str:
    """A digest of all that `article` says, and of which values it is found by."""
    return _digest(stored_of(article), table)


def _digest(stored: Mapping[str, Any], table: FieldTable) -> str:
    said = [stored, list(table.own)] if table.own else stored
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def value_term(text: str) -> str:
    """The term of a value: folded, and if it is very long its beginning and a digest."""
    return _short(fold_value(text))


def _short(text: str) -> str:
    if len(text) <= _MOST_VALUE:
        return text
    data = text.encode("utf-8", "replace")
    return f"{text[:_KEPT_VALUE]}~~{hashlib.blake2b(data, digest_size=16).hexdigest()}"


def recorded_length(words: int) -> int:
    """A length as a field norm of an index directory records it: rounded up."""
    return _LENGTHS[min(bisect_left(_LENGTHS, words), len(_LENGTHS) - 1)]


def embargo_end_us(article: Article) -> int | None:
    """When the embargo ends that `article` is under, in microseconds since 1970.

    None if it is under none, or nobody says until when.
    """
    given = article.metadata.get("embargoed")
    if article.status is None or fold_value(article.status) != "embargoed":
        return None
    try:
        until = dt.datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    if until is None:
        return None
    return instant_us(until if until.tzinfo else until.replace(tzinfo=dt.UTC))
