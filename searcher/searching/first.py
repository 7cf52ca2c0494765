"""Who wrote of it first, and who never?

The earliest and the latest article that match, over all of them or of each source (or any
other field that articles are counted by), in the order of who was first; and the sources
that have articles, but none that match.  Beside each stands what the archive covers of it: an
archive that begins in 2006 cannot say that nobody wrote of it before.

Earliest is by instant, as `--sort date` has it; a date known to the day counts as its
beginning, and of equal ones the smallest id is first.  Articles without a date are counted,
and are never first.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor, Match
from searcher.searching.hits import make_hit
from searcher.searching.periods import day_at
from searcher.searching.results import Hit
from searcher.searching.snapshot import Snapshot
from searcher.searching.spelling import Spellings
from searcher.searching.tally import Extreme, Place

if TYPE_CHECKING:
    from searcher.query.notes import Note
    from searcher.searching.coverage import Coverage
    from searcher.searching.nothing import Nothing

__all__ = ["Covered", "FirstMentions", "Mention", "cover_values", "find_first"]


class Covered(NamedTuple):
    """What the archive has of one source: how many articles, and the days of the first and the
    last of them; None where none has a date."""

    articles: int
    first: dt.date | None
    last: dt.date | None

    def to_dict(self) -> dict[str, Any]:
        """The values as JSON has them."""
        return {
            "articles": self.articles,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
        }


class Mention(NamedTuple):
    """One source (or another value), None for articles without: how many of its articles
    match, how many of these have no date, and the earliest and the latest of the others.
    `archive` is what there is of it, whether it matches or not.
    """

    value: str | None
    articles: int
    undated: int
    first: Hit | None
    last: Hit | None
    archive: Covered

    def to_dict(self) -> dict[str, Any]:
        """The mention as JSON values."""
        return {
            "value": self.value,
            "articles": self.articles,
            "undated": self.undated,
            "first": self.first.to_dict() if self.first else None,
            "last": self.last.to_dict() if self.last else None,
            "archive": self.archive.to_dict(),
        }


class FirstMentions(NamedTuple):
    """The first and the last articles that match a query.

    `total` articles match, `undated` of them have no date.  `by` is the field that `mentions`
    are of, in the order of their first articles; `values` is how many there are.  `never` are
    the values that have articles, but none that match, most articles first; `never_values`
    is how many there are.
    """

    query: str
    understood: str
    total: int
    undated: int
    coverage: Coverage
    first: Hit | None
    last: Hit | None
    took_ms: float
    by: str | None = None
    mentions: tuple[Mention, ...] = ()
    values: int = 0
    never: tuple[Mention, ...] = ()
    never_values: int = 0
    notes: tuple[Note, ...] = ()
    nothing: Nothing | None = None

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "query": self.query,
            "understood": self.understood,
            "total": self.total,
            "undated": self.undated,
            "archive": self.coverage.to_dict(),
            "took_ms": round(self.took_ms, 3),
            "notes": [note.to_dict() for note in self.notes],
            "nothing": self.nothing.to_dict() if self.nothing else None,
            "first": self.first.to_dict() if self.first else None,
            "last": self.last.to_dict() if self.last else None,
            "by": self.by,
            "values": self.values,
            "mentions": [mention.to_dict() for mention in self.mentions],
            "never_values": self.never_values,
            "never": [
                {"value": mention.value, "archive": mention.archive.to_dict()}
                for mention in self.never
            ],
        }


class FoundFirst(NamedTuple):
    """What `find_first` finds: the values of `FirstMentions` of the same names."""

    total: int
    undated: int
    first: Hit | None
    last: Hit | None
    mentions: tuple[Mention, ...] = ()
    values: int = 0
    never: tuple[Mention, ...] = ()
    never_values: int = 0


def cover_values(
    snapshot: Snapshot, executor: Executor, column: Axis, budget: Budget
) -> dict[bytes | None, Covered]:
    """What the archive has of each value of `column`."""

    def day(place: Place | None) -> dt.date | None:
        return None if place is None else day_at(snapshot.segments[place[0]].days()[place[1]])

    return {
        found.value: Covered(found.articles, day(found.first), day(found.last))
        for found in executor.extremes(tree.Everything(), column, budget)
    }


def find_first(
    understood: tree.Node,
    column: Axis | None,
    covered: Mapping[bytes | None, Covered],
    snapshot: Snapshot,
    executor: Executor,
    analyzer: Analyzer,
    spellings: Spellings,
    budget: Budget,
    *,
    limit: int | None,
) -> FoundFirst:
    """The first and last articles that match, of each value of `column` if there is one.

    Arguments:
        covered: what the archive has of each of its values.
        limit: how many mentions are wanted, and how many of those who never had one.

    Raises:
        QueryError, DeadlineError: as `Executor.search`.

    Cost: that of finding all that match, and to read two articles for each mention.
    """
    shown: dict[Place, Hit] = {}

    def hit(place: Place | None) -> Hit | None:
        if place is None:
            return None
        if place not in shown:
            budget.enter("reading the articles to show")
            match = Match(place[0], place[1], 0.0)
            shown[place] = make_hit(match, understood, snapshot, executor, analyzer)
        return shown[place]

    whole = executor.extremes(understood, None, budget)
    overall = whole[0] if whole else Extreme(None, 0, 0, None, None)
    ends = FoundFirst(overall.articles, overall.undated, hit(overall.first), hit(overall.last))
    if column is None:
        return ends

    found = executor.extremes(understood, column, budget)
    ranked = _first_of_all(found, snapshot, limit)
    values = {each.value for each in found}
    never = sorted(
        (value for value in covered if value is not None and value not in values),
        key=lambda value: (-covered[value].articles, value),
    )

    def written(value: bytes | None) -> str | None:
        return None if value is None else spellings.of(column.column or "", value)

    return ends._replace(
        mentions=tuple(
            Mention(
                written(each.value),
                each.articles,
                each.undated,
                hit(each.first),
                hit(each.last),
                covered[each.value],
            )
            for each in ranked
        ),
        values=len(found),
        never=tuple(
            Mention(written(value), 0, 0, None, None, covered[value]) for value in never[:limit]
        ),
        never_values=len(never),
    )


def _first_of_all(found: Sequence[Extreme], snapshot: Snapshot, limit: int | None) -> list[Extreme]:
    """The first `limit` by the instants of their first articles, of equal ones by the ids of
    these; those without dates come last."""

    def instant(each: Extreme) -> float:
        if each.first is None:
            return float("inf")
        place, number = each.first
        return snapshot.segments[place].dates_us()[number]

    def id_of(each: Extreme) -> str:
        if each.first is None:
            return ""
        place, number = each.first
        return snapshot.segments[place].id(number)

    by_instant = sorted(found, key=instant)
    if limit is not None and limit < len(by_instant):
        if not limit:
            return []
        # Ids are read of no more than can matter.
        last = instant(by_instant[limit - 1])
        by_instant = [each for each in by_instant if instant(each) <= last]
    tied = Counter(map(instant, by_instant))

    def order(each: Extreme) -> tuple[float, str, bytes]:
        at = instant(each)
        return (at, id_of(each) if tied[at] > 1 else "", each.value or b"")

    return sorted(by_instant, key=order)[:limit]
