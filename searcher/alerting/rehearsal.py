"""How often would an alert have rung?

A query that finds too much is a flood that nobody reads, one that finds too little is found out
months later.  So before an alert is kept it can be asked of the past: how many articles of each
of the last days of the archive answer it.  Days are those of publication, in the article's own
time, since an archive that was indexed in one evening knows no others.

The last day is the archive's, but not later than tomorrow: one article dated 2099 would leave
nothing to count.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searcher.alerting.fresh import every_word
from searcher.codec.schema import NO_DAY
from searcher.query import Node
from searcher.query.printing import text_of
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.hits import make_hit
from searcher.searching.results import Hit
from searcher.searching.view import View

__all__ = ["Rehearsal", "check_rehearsed", "rehearsal_of", "rehearse"]

_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How often an alert would have rung in the days from `first` to `last`.

    `counts` are the articles of each day that has any, `archive_counts` all articles of these
    days, whatever they say.  `total` articles of the whole archive answer, `undated` of them
    have no date.  `sample` are the newest.
    """

    query: str
    understood: str
    first: dt.date | None
    last: dt.date | None
    days: int
    total: int
    undated: int
    counts: dict[dt.date, int]
    archive_counts: dict[dt.date, int]
    sample: tuple[Hit, ...]

    @property
    def in_days(self) -> int:
        """The articles in these days that answer."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float:
        """The articles that it would have rung for, a day."""
        return self.in_days / self.days if self.first else 0.0

    @property
    def most(self) -> int:
        """The articles on the day that has most."""
        return max(self.counts.values(), default=0)

    def to_dict(self) -> dict[str, Any]:
        """The rehearsal as JSON values, with every day that has an article."""
        return {
            "query": self.query,
            "understood": self.understood,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "days": self.days,
            "total": self.total,
            "undated": self.undated,
            "in_days": self.in_days,
            "mean": round(self.mean, 3),
            "most": self.most,
            "days_rung": len(self.counts),
            "counts": [
                {"day": day.isoformat(), "count": self.counts.get(day, 0), "articles": articles}
                for day, articles in sorted(self.archive_counts.items())
            ],
            "sample": [hit.to_dict() for hit in self.sample],
        }


def rehearse(
    view: View,
    text: str,
    asked: Node,
    budget: Budget,
    *,
    today: dt.date,
    days: int,
    shown: int,
) -> Rehearsal:
    """Ask `asked`, whose text is `text`, of the past.

    Raises:
        QueryError, DeadlineError: as `Executor.search`.
        ValueError: `days` is less than 1, or `shown` less than 0.

    Cost: a search that returns all of its hits, and the days of all articles.
    """
    check_rehearsed(days, shown)
    query = every_word(view.understand(asked))
    request = Request(query, limit=None, sort="-date")
    matches = view.executor.search(query, request, count=False, budget=budget).matches
    of_segment = [segment.days() for segment in view.snapshot.segments]
    all_days: Counter[int] = Counter()
    for segment, published in zip(view.snapshot.segments, of_segment, strict=True):
        all_days.update(day for n, day in enumerate(published) if n not in segment.deleted)
    found = Counter(of_segment[match.segment][match.number] for match in matches)
    parts = query, view.snapshot, view.executor, view.analyzer
    sample = tuple(make_hit(match, *parts) for match in matches[:shown])
    return rehearsal_of(text, query, len(matches), found, all_days, sample, today=today, days=days)


def check_rehearsed(days: int, shown: int) -> None:
    """Raise the `ValueError` for what is no number of days, or of articles that are shown."""
    if days < 1 or shown < 0:
        raise ValueError("days is 1 or more and shown 0 or more")


def rehearsal_of(
    text: str,
    understood: Node,
    total: int,
    found: Mapping[int, int],
    all_days: Mapping[int, int],
    sample: tuple[Hit, ...],
    *,
    today: dt.date,
    days: int,
) -> Rehearsal:
    """What counts say of the past.

    Arguments:
        total: how many articles answer.
        found, all_days: how many articles of each day answer, and how many there are; days are
            counted from 1970, and `NO_DAY` stands for none.
    """
    latest = (today - _EPOCH).days + 1
    last = max((day for day in all_days if NO_DAY < day <= latest), default=None)
    window = range(0) if last is None else range(last - days + 1, last + 1)
    return Rehearsal(
        query=text,
        understood=text_of(understood),
        first=_day(window[0]) if window else None,
        last=_day(window[-1]) if window else None,
        days=days,
        total=total,
        undated=found.get(NO_DAY, 0),
        counts={_day(day): found[day] for day in window if found.get(day)},
        archive_counts={_day(day): all_days[day] for day in window if all_days.get(day)},
        sample=sample,
    )


def _day(number: int) -> dt.date:
    return dt.date.fromordinal(max(1, min(_EPOCH.toordinal() + number, dt.date.max.toordinal())))
