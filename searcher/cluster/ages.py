"""When were the articles of a cluster published, as far as `recent` asks?

As in an index directory (`searching/recency.py`), with the newest article and the middle one found
by the cluster: the middle one by counts of how many are older than some instants, between which it
is looked for again, since the percentiles of a cluster are only near the truth.
"""

from __future__ import annotations

from typing import Any

from searcher.cluster.searching import ClusterExecutor
from searcher.cluster.window import ArticleWindow
from searcher.cluster.words import ALL, Dsl
from searcher.codec.schema import MISSING_DATE
from searcher.searching.budget import Budget
from searcher.searching.recency import Ages

__all__ = ["ClusterAges"]

_MIDDLE = "middle"
_COUNTS_AT_ONCE = 32
_MOST_IN_A_PAGE = 10_000


class ClusterAges(Ages):
    """The ages of all articles that `executor` asks.

    Arguments:
        known: figures that were found out before, which the middle is added to.
        window: where the best hits lie that are asked about.
    """

    def __init__(
        self,
        executor: ClusterExecutor,
        known: dict[Any, Any],
        budget: Budget,
        window: ArticleWindow | None = None,
    ) -> None:
        snapshot: Any = window
        super().__init__(snapshot)
        self._asking = executor.asking
        self._known = known
        self._budget = budget

    def _reference_us(self, now_us: int) -> int:
        newest = self._instant({"range": {"date_us": {"lte": now_us}}}, "desc", 0)
        return now_us if newest is None else newest

    def _middle_us(self) -> int:
        if _MIDDLE not in self._known:
            self._known[_MIDDLE] = self._find_middle()
        found: int = self._known[_MIDDLE]
        return found

    def _find_middle(self) -> int:
        ends = [self._instant(ALL, order, 0) for order in ("asc", "desc")]
        if ends[0] is None or ends[1] is None:
            return MISSING_DATE
        low, high = ends[0], ends[1]
        (total,) = self._counts([high + 1])
        before, inside = 0, total  # the middle is one of those from `low` to `high`
        while inside > _MOST_IN_A_PAGE and high > low:
            step = max(1, (high - low + _COUNTS_AT_ONCE) // _COUNTS_AT_ONCE)
            edges = list(range(low + step, high + 1, step))
            counts = [before, *self._counts(edges), before + inside]
            edges = [low, *edges, high + 1]
            # The last edge that no more than those before the middle are older than.
            place = max(i for i, count in enumerate(counts[:-1]) if count <= total // 2)
            low, high = edges[place], edges[place + 1] - 1
            before, inside = counts[place], counts[place + 1] - counts[place]
        if high <= low:
            return low
        middle = self._instant({"range": {"date_us": {"gte": low}}}, "asc", total // 2 - before)
        return low if middle is None else middle  # else some were removed meanwhile

    def _counts(self, instants_us: list[int]) -> list[int]:
        """How many articles are older than each instant."""
        bodies: list[Dsl] = [
            {
                "query": {"range": {"date_us": {"lt": instant}}},
                "size": 0,
                "track_total_hits": True,
            }
            for instant in instants_us
        ]
        answers = self._asking.search_several(bodies, self._budget)
        return [answer["hits"]["total"]["value"] for answer in answers]

    def _instant(self, query: Dsl, order: str, place: int) -> int | None:
        """The instant of the article at `place` of those that `query` finds and that have one."""
        dated: Dsl = {"bool": {"filter": [query, {"exists": {"field": "date_us"}}]}}
        more = {"from": place, "track_total_hits": False}
        found = self._asking.first(dated, [{"date_us": order}], 1, self._budget, **more)
        hits = found["hits"]["hits"]
        return hits[0]["sort"][0] if hits else None
