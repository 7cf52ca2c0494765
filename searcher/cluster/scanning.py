"""How are all the articles of a cluster that match gone through, one after another?

At one point in time, page by page in the order of the cluster (`Asking.walk`), so that no more
than a page is held, however many they are: what is written or removed meanwhile changes nothing.
The scores are made here, for each page.

Where the order of the cluster is by a bound of the scores (`scores.py`), the first articles are
put in their order here, as many as a search would read, and the others follow as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from searcher.article import Article
from searcher.cluster import asking, searching
from searcher.cluster.searching import ClusterExecutor, Plan, RankedArticle, in_order
from searcher.codec.schema import article_of
from searcher.query import tree
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.recency import Recency
from searcher.searching.scan import ScannedArticle

__all__ = ["ClusterScan", "HeldScan"]


class HeldScan:
    """The same of articles that had to be looked at here, and so are held: at most 20,000."""

    def __init__(self, total: int, articles: Sequence[Article], scores: Sequence[float]) -> None:
        self.total = total
        self.length = len(articles)
        self._articles = articles
        self._scores = scores

    def article_at(self, place: int) -> ScannedArticle:
        """The article at `place`."""
        return ScannedArticle(place + 1, self._scores[place], self._articles[place])

    def end(self) -> None:
        """There is nothing to let go of."""


class ClusterScan:
    """The articles of `request` as `plan` has them in order.

    `total` articles match, of which `length` are gone through; `article_at` gives one after
    another, and `end` lets go of the point in time.

    Raises:
        QueryError, ClusterError, DeadlineError: as `Asking.search`.
    """

    def __init__(
        self,
        executor: ClusterExecutor,
        understood: tree.Node,
        plan: Plan,
        request: Request,
        budget: Budget,
        recency: Recency | None,
    ) -> None:
        self._executor = executor
        self._understood = understood
        self._plan = plan
        self._recency = recency
        last = None if request.limit is None else request.offset + request.limit
        self.total = 0
        hits = executor.asking.walk(
            plan.query,
            plan.sort,
            budget,
            source=True,
            page=asking.PAGE,
            most=last if last is None or plan.is_certain else max(last, searching.MOST_RESCORED),
            on_total=self._note_total,
        )
        self.end: Callable[[], None] = hits.close
        first = next(hits, None)  # of what is wrong with the query the caller is told now
        last = self.total if last is None else min(last, self.total)
        self.length = max(0, last - request.offset)
        rows = map(plan.article_of, hits if first is None else chain([first], hits))
        self._articles = islice(self._scored(rows), request.offset, last)

    def _note_total(self, total: int) -> None:
        self.total = total

    def article_at(self, place: int) -> ScannedArticle:
        """The next article, which is the one at `place`."""
        one = next(self._articles)
        assert one.stored is not None
        return ScannedArticle(place + 1, one.score, article_of(dict(one.stored)))

    def _scored(self, rows: Iterator[RankedArticle]) -> Iterator[RankedArticle]:
        if not self._plan.is_certain:
            yield from sorted(self._page(list(islice(rows, searching.MOST_RESCORED))), key=in_order)
        while page := list(islice(rows, asking.PAGE)):
            yield from self._page(page)

    def _page(self, page: list[RankedArticle]) -> list[RankedArticle]:
        # The time of the query was for finding them.
        return self._executor.scored(self._understood, page, Budget(), recency=self._recency)
