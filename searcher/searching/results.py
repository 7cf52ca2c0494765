"""What does an answer hold?

`Results` is the answer to a query and `Hit` one article of it, as values that belong
to no engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.nothing import Nothing
    from searcher.searching.suggesting import Suggestion

__all__ = [
    "MOST_LISTED",
    "Copies",
    "CopyOf",
    "Counts",
    "Found",
    "Hit",
    "Passage",
    "Results",
    "StoryOf",
    "hits_of",
    "metadata_of",
    "with_stories",
]


class CopyOf(NamedTuple):
    """An article with the text of a hit; `cover` is how much of the shorter of it and the
    earliest article with this text the other has."""

    id: str
    title: str
    source: str | None
    date: dt.datetime | dt.date | None
    url: str | None
    path: str | None
    cover: float

    def to_dict(self) -> dict[str, Any]:
        """The copy as JSON values."""
        values = self._asdict()
        values["date"] = self.date.isoformat() if self.date else None
        values["cover"] = round(self.cover, 4)
        return values


# Of a text that more articles have, so many are listed.
MOST_LISTED = 100


class Copies(NamedTuple):
    """The other articles with the text of a hit: how many, and the first hundred."""

    total: int
    articles: tuple[CopyOf, ...]

    def to_dict(self) -> dict[str, Any]:
        """The copies as JSON values."""
        return {"total": self.total, "articles": [one.to_dict() for one in self.articles]}


class StoryOf(NamedTuple):
    """The story of a hit: its first article, and how many texts and articles it has in all."""

    id: str
    texts: int
    articles: int


class Counts(NamedTuple):
    """How many articles match, how many different texts they are, and how many stories.  An
    article that is a copy of none is a text of its own, and one of no story is a story.
    `stories` is None where stories were not looked for."""

    articles: int
    texts: int
    stories: int | None = None

    def to_dict(self) -> dict[str, int]:
        """The counts as JSON values; without stories where they are not known."""
        return {name: count for name, count in self._asdict().items() if count is not None}


class Passage(NamedTuple):
    """A stretch of the body of an article, exactly as it is stored: `body[start:end]` is `text`,
    and `marks` are the runs of characters in it that matched."""

    start: int
    end: int
    text: str
    marks: tuple[tuple[int, int], ...]

    @classmethod
    def at(cls, start: int, text: str, marks: tuple[tuple[int, int], ...]) -> Passage:
        """The passage with this text that begins at `start`."""
        return cls(start, start + len(text), text, marks)

    def to_dict(self) -> dict[str, Any]:
        """The passage as JSON values."""
        return {**self._asdict(), "marks": [list(run) for run in self.marks]}


# Rows of a table in a notebook.
_MOST_SHOWN = 100


class Hit(NamedTuple):
    """One article that matched.

    `snippet` is the best stretch of its text, matched words between `**` and `**`.
    `date` and `updated` are aware datetimes, or dates when only the day is known; `status` is
    None for what may be published.  `metadata` is what
    the article has beyond these: the values of the archive's own fields, and others.
    `copies` are the other articles with this text, where the answer was folded by texts or
    stories, `passages` what the snippet shows, as it is stored, where that was asked for, and
    `story` is its story, where the answer was folded by those.
    """

    # A tuple, since the native core hands over the values of ten hits in one call, and any
    # other class would take them one by one.  `native/src/python/hits.rs` has the same order.
    id: str
    score: float
    title: str
    byline: tuple[str, ...]
    date: dt.datetime | dt.date | None
    updated: dt.datetime | dt.date | None
    status: str | None
    source: str | None
    section: str | None
    language: str | None
    url: str | None
    path: str | None
    metadata: Mapping[str, str | tuple[str, ...]]
    snippet: str
    copies: Copies | None = None
    passages: tuple[Passage, ...] = ()
    story: StoryOf | None = None

    def to_dict(self) -> dict[str, Any]:
        """The hit as JSON values: all that it has, under the same names."""
        values = self._asdict()
        values["byline"] = list(self.byline)
        values["date"] = self.date.isoformat() if self.date else None
        values["updated"] = self.updated.isoformat() if self.updated else None
        values["metadata"] = {
            name: value if isinstance(value, str) else list(value)
            for name, value in self.metadata.items()
        }
        del values["copies"], values["passages"], values["story"]
        if self.story is not None:
            values["story"] = self.story._asdict()
        if self.passages:
            values["passages"] = [passage.to_dict() for passage in self.passages]
        return values if self.copies is None else {**values, "copies": self.copies.to_dict()}


@dataclass(frozen=True, slots=True)
class Results(Sequence[Hit]):
    """The answer to a query; a sequence of its hits.

    `total` articles match; `matching_all` of them hold all words of the query's
    keyword groups.  `understood` is the query as it was read, printed back; `notes` say
    what of it was probably meant otherwise.  `half_life_days` says how fast articles aged in
    this answer; None if they did not.  `suggestions` are words that were probably meant
    instead of some that no article has, or hardly any (`suggesting.py`).  `nothing` says what
    the archive covers and which part of the query fails, if it found nothing (`nothing.py`).
    `counts` are articles, texts and stories of the whole answer, if it was folded by texts or
    stories.
    `generation` is the number of the commit that it was read from.
    `order` is "exact", or "approximate" where others might have been among the best: only on a
    cluster, and rarely (docs/cluster.md).
    """

    query: str
    understood: str
    total: int
    matching_all: int
    took_ms: float
    hits: tuple[Hit, ...]
    notes: tuple[Note, ...] = ()
    half_life_days: float | None = None
    suggestions: tuple[Suggestion, ...] = ()
    nothing: Nothing | None = None
    counts: Counts | None = None
    generation: int = 0
    order: str = "exact"

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, index: Any) -> Any:
        return self.hits[index]

    def to_arrow(self) -> Any:
        """The hits as a `pyarrow.Table`, with typed columns; see docs/exports.md.

        Raises:
            ExportError: pyarrow is missing; it says how to get it.
        """
        with InstalledOnly():
            from searcher.exporting.frames import arrow_table

        return arrow_table(self.hits)

    def to_pandas(self) -> Any:
        """The hits as a `pandas.DataFrame`, with the same columns as `to_arrow`.

        Raises:
            ExportError: pandas is missing; it says how to get it.
        """
        with InstalledOnly():
            from searcher.exporting.frames import data_frame

        return data_frame(self.hits)

    def _repr_html_(self) -> str:
        """The hits as a notebook shows them."""
        with InstalledOnly():
            from searcher.notebook import link, shown, table_html, with_marks

        matching = "article matches" if self.total == 1 else "articles match"
        heading = f"{self.total:,} {matching} {self.understood}"
        if len(self.hits) < self.total:
            heading += f"; {min(len(self.hits), _MOST_SHOWN):,} shown"
        rows = [
            (
                f"{rank}",
                shown(hit.title or "(no headline)") + (f"<br>{link(hit.url)}" if hit.url else ""),
                shown(hit.date.isoformat()[:10]) if hit.date else "",
                shown(hit.source or ""),
                with_marks(hit.snippet),
                shown(hit.id),
            )
            for rank, hit in enumerate(self.hits[:_MOST_SHOWN], 1)
        ]
        return table_html(heading, ("", "title", "date", "source", "snippet", "id"), rows)

    def to_dict(self) -> dict[str, Any]:
        """The results as JSON values."""
        return {
            "query": self.query,
            "understood": self.understood,
            "total": self.total,
            "matching_all": self.matching_all,
            "took_ms": round(self.took_ms, 3),
            "half_life_days": self.half_life_days,
            "notes": [note.to_dict() for note in self.notes],
            "suggestions": [suggestion.to_dict() for suggestion in self.suggestions],
            "nothing": self.nothing.to_dict() if self.nothing else None,
            **({} if self.counts is None else {"counts": self.counts.to_dict()}),
            **({} if self.order == "exact" else {"order": self.order}),
            "hits": [hit.to_dict() for hit in self.hits],
        }


# A class itself takes the values of a tuple one by one, and three times as long.
_new_hit: Callable[[tuple[Any, ...]], Hit] = partial(tuple.__new__, Hit)


def hits_of(
    rows: Sequence[tuple[Any, ...]], with_passages: bool, copies: Sequence[Copies] | None = None
) -> tuple[Hit, ...]:
    """The hits whose values, up to the snippet, the core gives as `rows`; with passages each
    row has one last.  `copies` are those of each, if there are any."""
    if copies is not None:
        pairs = zip(rows, copies, strict=True)
        if with_passages:
            passages = [(Passage.at(*row[-1]),) for row in rows]
            return tuple(
                [
                    _new_hit((*row[:-1], others, passage, None))
                    for (row, others), passage in zip(pairs, passages, strict=True)
                ]
            )
        return tuple([_new_hit((*row, others, (), None)) for row, others in pairs])
    if with_passages:
        return tuple([_new_hit((*row[:-1], None, (Passage.at(*row[-1]),), None)) for row in rows])
    return tuple([_new_hit((*row, None, (), None)) for row in rows])


def with_stories(hits: Sequence[Hit], stories: Sequence[StoryOf]) -> tuple[Hit, ...]:
    """The hits, each with its story."""
    return tuple([_new_hit((*hit[:-1], one)) for hit, one in zip(hits, stories, strict=True)])


def metadata_of(stored: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """The metadata of an article, as it stands among its stored fields."""
    given: Mapping[str, str | list[str]] = stored.get("metadata", {})
    return {
        name: value if isinstance(value, str) else tuple(value) for name, value in given.items()
    }


class Found(NamedTuple):
    """Hits, and how many articles match: see `Results`."""

    total: int
    matching_all: int
    hits: tuple[Hit, ...]
    counts: Counts | None = None
