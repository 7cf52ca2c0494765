"""How many of the articles that match are of which source, name or month, on a cluster?

`CountingExecutor` answers what `searching/facets.py` and `searching/timeline.py` ask of an
executor, so that what is made of the counts is the same code for both.  The cluster counts by
`composite` aggregations, page by page until there is no more: its `terms` are only near the
truth where there are several shards.  What has to be checked is counted here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from searcher.cluster.searching import ClusterExecutor
from searcher.cluster.words import Dsl
from searcher.query import tree
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.coverage import Coverage
from searcher.searching.first import Covered
from searcher.searching.periods import day_at
from searcher.searching.spelling import spelt
from searcher.searching.tally import COUNT, Key, Tally

__all__ = ["ClusterSpellings", "CountingExecutor"]

_PAGE = 5_000
_PAGE_OF_ARTICLES = 500
_DAY_MS = 86_400_000
_SPELLINGS_AT_ONCE = 100


class CountingExecutor(ClusterExecutor):
    """Counts, besides finding."""

    def tally(
        self,
        understood: tree.Node,
        axes: Sequence[Axis],
        *,
        limit: int | None,
        order: str,
        budget: Budget,
    ) -> tuple[int, list[Tally]]:
        """How many match, and how many have each value: see `Executor.tally`."""

        def count() -> tuple[int, list[Tally]]:
            bounds, _ = self.bounds(understood)
            if not bounds.is_exact:
                engine = self.checked(understood, bounds.upper, budget)
                return engine.tally(understood, axes, limit=limit, order=order, budget=budget)
            missing: Dsl = {
                axis.name: {"missing": {"field": axis.column or "day"}} for axis in axes
            }
            asked = {"query": bounds.upper, "size": 0, "track_total_hits": True, "aggs": missing}
            found = self.asking.search(asked, budget, stage="counting")
            without = found["aggregations"]
            tallies = []
            for axis in axes:
                rows = sorted(
                    (_known(bucket["key"]["axis"], axis), bucket["doc_count"])
                    for bucket in self._buckets(bounds.upper, {"axis": axis}, budget)
                )
                if order == COUNT:
                    rows.sort(key=lambda row: -row[1])
                tallies.append(
                    Tally(
                        without[axis.name]["doc_count"],
                        len(rows),
                        sum(number for _, number in rows),
                        rows[:limit],
                    )
                )
            return found["hits"]["total"]["value"], tallies

        return self.patiently(count)

    def tally_two(
        self, understood: tree.Node, period: Axis, column: Axis, budget: Budget
    ) -> dict[tuple[int | None, bytes | None], int]:
        """How many are of each period and have each value: see `Executor.tally_two`."""

        def count() -> dict[tuple[int | None, bytes | None], int]:
            bounds, _ = self.bounds(understood)
            if not bounds.is_exact:
                engine = self.checked(understood, bounds.upper, budget)
                return engine.tally_two(understood, period, column, budget)
            axes = {"period": period, "column": column}
            found: dict[tuple[int | None, bytes | None], int] = {}
            for bucket in self._buckets(bounds.upper, axes, budget, with_missing=True):
                key = bucket["key"]
                found[_day(key["period"]), _value(key["column"])] = bucket["doc_count"]
            return found

        return self.patiently(count)

    def cover(self, column: Axis, budget: Budget) -> dict[bytes | None, Covered]:
        """What the archive has of each value of `column` (`searching/first.py`)."""
        asked = {
            "dated": {
                "filter": {"exists": {"field": "date_us"}},
                "aggs": {"first": _own_day_of("asc"), "last": _own_day_of("desc")},
            }
        }
        found: dict[bytes | None, Covered] = {}
        axes = {"axis": column}
        for bucket in self._buckets(
            self.visible, axes, budget, with_missing=True, page=_PAGE_OF_ARTICLES, aggs=asked
        ):
            days = [_own_day_in(bucket["dated"][name]) for name in ("first", "last")]
            found[_value(bucket["key"]["axis"])] = Covered(bucket["doc_count"], *days)
        return found

    def _buckets(
        self,
        query: Dsl,
        axes: dict[str, Axis],
        budget: Budget,
        *,
        with_missing: bool = False,
        page: int = _PAGE,
        aggs: Dsl | None = None,
    ) -> Iterator[dict[str, Any]]:
        """All values along `axes`, with how many articles have them and with `aggs` of these."""
        sources = [{name: _source(axis, with_missing)} for name, axis in axes.items()]
        after: dict[str, Any] | None = None
        while True:
            asked: Dsl = {"size": page, "sources": sources}
            if after is not None:
                asked["after"] = after
            rows: Dsl = {"composite": asked, **({} if aggs is None else {"aggs": aggs})}
            body = {"query": query, "size": 0, "track_total_hits": False, "aggs": {"rows": rows}}
            found = self.asking.search(body, budget, stage="counting")["aggregations"]["rows"]
            yield from found["buckets"]
            after = found.get("after_key")
            if after is None or len(found["buckets"]) < page:
                return

    # ------------------------------------------------------------ what stands beside counts

    def coverage(self, budget: Budget) -> Coverage:
        """Which time and how many articles there are, of what may be shown."""
        asked: Dsl = {
            "query": self.visible,
            "size": 0,
            "track_total_hits": True,
            "aggs": {
                "first": {"min": {"field": "day"}},
                "last": {"max": {"field": "day"}},
                "undated": {"missing": {"field": "day"}},
            },
        }
        found = self.asking.search(asked, budget)
        counted = found["aggregations"]
        first, last = (
            None
            if counted[name]["value"] is None
            else day_at(int(counted[name]["value"]) // _DAY_MS)
            for name in ("first", "last")
        )
        total = found["hits"]["total"]["value"]
        return Coverage(total, counted["undated"]["doc_count"], first, last)


class ClusterSpellings:
    """How values are written: as the newest article has them (`searching/spelling.py`).

    Of equally new ones it is the one with the smallest digest.
    """

    def __init__(self, executor: CountingExecutor, budget: Budget) -> None:
        self._executor = executor
        self._budget = budget
        self._known: dict[tuple[str, bytes], str] = {}

    def prepare(self, column: str, terms: Sequence[bytes]) -> None:
        """Find out about several values at once."""
        for at in range(0, len(terms), _SPELLINGS_AT_ONCE):
            some = terms[at : at + _SPELLINGS_AT_ONCE]
            bodies = [self._body(column, term) for term in some]
            answers = self._executor.asking.search_several(bodies, self._budget)
            for term, found in zip(some, answers, strict=True):
                hits = found["hits"]["hits"]
                self._known[column, term] = (
                    spelt(hits[0]["_source"]["article"], column, term)
                    if hits
                    else term.decode("utf-8")
                )

    def of(self, column: str, term: bytes) -> str:
        """How the value `term` of the field `column` is written."""
        if (column, term) not in self._known:
            self.prepare(column, [term])
        return self._known[column, term]

    def _body(self, column: str, term: bytes) -> Dsl:
        value = {"term": {column: term.decode("utf-8")}}
        return {
            "query": {"bool": {"filter": [value, self._executor.visible]}},
            "sort": [{"date_us": {"order": "desc", "missing": "_last"}}, {"digest": "asc"}],
            "size": 1,
            "track_total_hits": False,
            "_source": ["article"],
        }


def _own_day_of(order: str) -> Dsl:
    """The own day of the first article in order, of equally old ones that with the smallest id."""
    return {
        "top_hits": {
            "size": 1,
            "sort": [{"date_us": order}, {"id": "asc"}],
            "_source": False,
            "docvalue_fields": [{"field": "day", "format": "strict_date"}],
        }
    }


def _own_day_in(found: dict[str, Any]) -> dt.date | None:
    hits = found["hits"]["hits"]
    return dt.date.fromisoformat(hits[0]["fields"]["day"][0]) if hits else None


def _source(axis: Axis, with_missing: bool) -> Dsl:
    missing = {"missing_bucket": True} if with_missing else {}
    if axis.column is not None:
        return {"terms": {"field": axis.column, **missing}}
    return {"date_histogram": {"field": "day", "calendar_interval": axis.name, **missing}}


def _key(value: Any, axis: Axis) -> Key | None:
    return _day(value) if axis.column is None else _value(value)


def _day(value: Any) -> int | None:
    """The first day of a period."""
    return None if value is None else int(value) // _DAY_MS


def _value(value: Any) -> bytes | None:
    return None if value is None else str(value).encode("utf-8")


def _known(value: Any, axis: Axis) -> Any:
    key = _key(value, axis)
    assert key is not None
    return key
