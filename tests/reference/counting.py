"""How many articles have which value, and which were first, by reading all of them?

The oracle of facets, timelines and first mentions: it goes through articles, one after
another, with dictionaries, and knows nothing of columns.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from searcher import Article
from searcher.analysis.values import fold_value

__all__ = ["counts_by", "first_and_last", "period_of", "values_by"]


def day_of(article: Article) -> dt.date | None:
    """The printed day."""
    date = article.date
    return date.date() if isinstance(date, dt.datetime) else date


def period_of(day: dt.date, by: str) -> str:
    """The name of the day, week, month or year that `day` is in."""
    if by == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[by]]


def values_by(article: Article, by: str) -> set[str]:
    """What an article counts for, folded as values are."""
    if by in ("day", "week", "month", "year"):
        day = day_of(article)
        return set() if day is None else {period_of(day, by)}
    if by == "byline":
        given: Sequence[str] = article.byline
    elif by in ("source", "section", "language", "status"):
        value = getattr(article, by)
        given = [] if value is None else [value]
    else:
        held = (article.metadata or {}).get(by, ())
        given = [held] if isinstance(held, str) else held
    return {fold_value(value) for value in given}


def counts_by(articles: Iterable[Article], by: str) -> tuple[Counter[str], int]:
    """How many articles have each value, and how many have none."""
    counts: Counter[str] = Counter()
    without = 0
    for article in articles:
        values = values_by(article, by)
        counts.update(values)
        without += not values
    return counts, without


def instant_of(article: Article) -> dt.datetime | None:
    """When it was published; a day at its beginning."""
    date = article.date
    if date is None or isinstance(date, dt.datetime):
        return date
    return dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)


def first_and_last(
    articles: Iterable[Article], by: str
) -> dict[str | None, tuple[int, str | None, str | None]]:
    """For each value how many articles, and the ids of the earliest and the latest."""
    groups: dict[str | None, list[Article]] = defaultdict(list)
    for article in articles:
        values: set[str | None] = set(values_by(article, by))
        for value in values or {None}:
            groups[value].append(article)
    found: dict[str | None, tuple[int, str | None, str | None]] = {}
    for held, members in groups.items():
        dated = [(instant, a.id) for a in members if (instant := instant_of(a)) is not None]
        if not dated:
            found[held] = (len(members), None, None)
            continue
        first = min(dated)[1]
        newest = max(dated)[0]
        last = min(id for instant, id in dated if instant == newest)
        found[held] = (len(members), first, last)
    return found
