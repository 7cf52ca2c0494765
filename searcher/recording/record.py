"""What must be kept of a search, so that others can ask it again?

The query as it was typed and as it was understood, all settings, the constants of the ranking,
how many articles answered, the best of them with a hash of what they said, of which archive and
which commit of it, with which versions of what.  And when: relative dates in a query are read by
that clock when it is asked again.

It is JSON, may come from anybody, and is believed in nothing: each value has its type and its
bounds, and a query is only ever asked as a query.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from searcher.scoring import DEFAULT_SCORING, WEIGHTS

__all__ = ["MOST_HITS", "RecordedArchive", "RecordedHit", "SearchRecord"]

FORMAT = 1
MOST_HITS = 100
"""So many of the best articles are kept."""
_LONGEST = 20_000
_OPTIONS = ("sort", "limit", "offset", "recent", "expand", "weights", "group")


@dataclass(frozen=True, slots=True)
class RecordedHit:
    """An article that answered: its score, a hash of all it says, and what people know it by."""

    id: str
    score: float
    digest: str
    title: str
    date: str | None


@dataclass(frozen=True, slots=True)
class RecordedArchive:
    """The archive that was asked.

    `checksum` is that of its manifest: the same number of another archive, or of another
    commit, is chance.  `rules` are those of text analysis, `first` and `last` the days that
    its articles are of.
    """

    path: str
    generation: int
    checksum: int
    articles: int
    language: str
    rules: str
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search.

    `at` is when, `note` what whoever asked wrote beside it.  `options` are what was asked
    besides the query, `constants` those that were ranked with.  `total` articles matched,
    `hits` are the best, `matched` a hash of the ids of all, None where there were too many.
    `versions` are of Searcher and what it stands on.
    """

    at: dt.datetime
    query: str
    understood: str
    options: Mapping[str, Any]
    constants: Mapping[str, float]
    total: int
    matching_all: int
    hits: tuple[RecordedHit, ...]
    matched: str | None
    archive: RecordedArchive
    versions: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "record": FORMAT,
            "at": self.at.isoformat(timespec="seconds"),
            "query": self.query,
            "understood": self.understood,
            "note": self.note,
            "options": dict(self.options),
            "constants": dict(self.constants),
            "total": self.total,
            "matching_all": self.matching_all,
            "matched": self.matched,
            "archive": _values(self.archive),
            "versions": dict(self.versions),
            "hits": [_values(hit) for hit in self.hits],
        }

    @classmethod
    def from_dict(cls, value: Any) -> SearchRecord:
        """The record that `value`, of JSON, is.

        Raises:
            ValueError: it is none, or one of a newer Searcher.
        """
        if type(value) is not dict or type(value.get("record")) is not int:
            raise ValueError("it is no record of a search")
        if value["record"] != FORMAT:
            raise ValueError(f"it is a record of another Searcher (format {value['record']})")
        at = dt.datetime.fromisoformat(_text(value, "at"))
        if at.utcoffset() is None:
            raise ValueError("at has no offset from UTC")
        hits = value.get("hits")
        if type(hits) is not list or len(hits) > MOST_HITS:
            raise ValueError("hits is not a list of the best articles")
        return cls(
            at=at,
            query=_text(value, "query"),
            understood=_text(value, "understood"),
            options=_options(value.get("options")),
            constants=_constants(value.get("constants")),
            total=_number(value, "total"),
            matching_all=_number(value, "matching_all"),
            hits=tuple(_hit(hit) for hit in hits),
            matched=_text_or_none(value, "matched"),
            archive=_archive(value.get("archive")),
            versions=_texts(value.get("versions")),
            note=_text(value, "note"),
        )


def _values(record: RecordedArchive | RecordedHit) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record)}


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    if type(found) is not str or len(found) > _LONGEST:
        raise ValueError(f"{name} is no text, or too long")
    return found


def _text_or_none(value: Mapping[str, Any], name: str) -> str | None:
    return None if value.get(name) is None else _text(value, name)


def _number(value: Mapping[str, Any], name: str) -> int:
    found = value.get(name)
    if type(found) is not int or not 0 <= found < 1 << 64:
        raise ValueError(f"{name} is no number of articles")
    return found


def _options(value: Any) -> dict[str, Any]:
    if type(value) is not dict or set(value) != set(_OPTIONS):
        raise ValueError("the options are missing")
    return value


def _constants(value: Any) -> dict[str, float]:
    if type(value) is not dict or not set(value) <= set(WEIGHTS):
        raise ValueError("the constants of the ranking are missing")
    DEFAULT_SCORING.with_weights(value)
    return value


def _texts(value: Any) -> dict[str, str]:
    if type(value) is not dict or len(value) > 20:
        raise ValueError("the versions are missing")
    return {name: _text(value, name) for name in value}


def _hit(value: Any) -> RecordedHit:
    if type(value) is not dict or type(value.get("score")) not in (int, float):
        raise ValueError("a hit is not described as one")
    return RecordedHit(
        _text(value, "id"),
        float(value["score"]),
        _text(value, "digest"),
        _text(value, "title"),
        _text_or_none(value, "date"),
    )


def _archive(value: Any) -> RecordedArchive:
    if type(value) is not dict:
        raise ValueError("the archive is missing")
    return RecordedArchive(
        _text(value, "path"),
        _number(value, "generation"),
        _number(value, "checksum"),
        _number(value, "articles"),
        _text(value, "language"),
        _text(value, "rules"),
        _text_or_none(value, "first"),
        _text_or_none(value, "last"),
    )
