"""Which articles of a cluster answer a request, in which order?

`ClusterExecutor` answers understood queries as the executors of an index directory do.  Where
one query of the cluster says exactly what is meant (`translate.py`), the cluster finds and
counts; where none does, what a wider one finds is read and looked at here (`checking.py`).

The order is that of `scoring.py`.  The cluster sorts by a bound of the scores (`scores.py`); of
single words that is the order.  Else the first articles are read and scored here, until those
that are wanted beat the bound of the next: then the order is certain.  After 300 it is as good
as it gets, and `order` says "approximate".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from searcher.article import Article
from searcher.cluster.asking import article_in
from searcher.cluster.finding import ClusterFinder
from searcher.cluster.positions import Positions
from searcher.cluster.scores import ORDER_BY_SCORE, RankingQuery, ranking_query
from searcher.cluster.translate import Reason, all_of
from searcher.cluster.words import Dsl
from searcher.codec.schema import instant_us
from searcher.query import tree
from searcher.query.rewrite import is_optional
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Match, Ranking
from searcher.searching.hits import make_hit
from searcher.searching.recency import Recency
from searcher.searching.results import Found, Hit

__all__ = ["ClusterExecutor", "Ranked", "RankedArticle"]

MOST_RESCORED = 300
_FIRST_READ = 30
_MOST_IN_A_PAGE = 10_000
# Of scores in 32 bits.
_SLACK = 1.0 + 1e-6
_BY_DATE: list[Dsl] = [{"date_us": {"order": "asc", "missing": "_last"}}, {"id": "asc"}]
_BY_NEWEST: list[Dsl] = [{"date_us": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]


class RankedArticle(NamedTuple):
    """One article in order; `article` only where it was read."""

    id: str
    score: float
    article: Article | None


class Ranked(NamedTuple):
    """`total` articles match, `matching_all` of them all optional words; those in order.

    `order` is "exact" or "approximate"; `reasons` are the parts that had to be checked here.
    """

    total: int
    matching_all: int
    articles: list[RankedArticle]
    order: str = "exact"
    reasons: tuple[Reason, ...] = ()


class _Plan(NamedTuple):
    """What finds articles in an order, which is certain if `is_certain`."""

    query: Dsl
    sort: list[Dsl]
    is_certain: bool = True

    def article_of(self, hit: dict[str, Any]) -> RankedArticle:
        """What a hit says of an article."""
        score = hit["_score"] or 0.0 if self.sort is ORDER_BY_SCORE else 0.0
        # The identity is the last that all orders go by.
        article = article_in(hit) if "_source" in hit else None
        return RankedArticle(hit["sort"][-1], score, article)


class ClusterExecutor(ClusterFinder):
    """Answers over the index of a cluster, in order; serves one search at a time."""

    def rank(
        self,
        understood: tree.Node,
        request: Request,
        budget: Budget,
        *,
        recency: Recency | None = None,
        with_articles: bool = False,
    ) -> Ranked:
        """The articles of `request` in order; those that are shown are read with them if
        `with_articles` says so.

        Raises:
            QueryError: it cannot be asked of a cluster, or too much has to be looked at.
            ClusterError, DeadlineError: as `Asking.search`.
        """
        return self.patiently(
            lambda: self._rank(understood, request, budget, recency, with_articles)
        )

    def _rank(
        self,
        understood: tree.Node,
        request: Request,
        budget: Budget,
        recency: Recency | None,
        with_articles: bool,
    ) -> Ranked:
        bounds, reasons = self.bounds(understood)
        wider = None
        if _has_optional(understood):
            wider, more = self.bounds(understood, all_optional=True)
            reasons += tuple(reason for reason in more if reason not in reasons)
        if not bounds.is_exact:
            return self._rank_here(understood, bounds.upper, request, budget, recency, reasons)
        every = None if wider is None else all_of([bounds.upper, wider.upper])
        plan = self._plan(understood, bounds.upper, request, budget, recency)
        last = None if request.limit is None else request.offset + request.limit
        if request.limit == 0 or last is None or last > _MOST_IN_A_PAGE:
            total, matching_all = self.counts(bounds.upper, every, budget)
            found: list[RankedArticle] = []
            order = "exact"
            last = total if last is None else min(last, total)
            if request.limit != 0 and last > request.offset:
                found, order = self._many(understood, plan, last, total, budget, recency)
        else:
            size = last if plan.is_certain else _first_read(last)
            answer = self._page(plan, size, every, with_articles, budget)
            total = answer["hits"]["total"]["value"]
            matching_all = total if every is None else answer["aggregations"]["all"]["doc_count"]
            hits = answer["hits"]["hits"]
            if plan.is_certain:
                found, order = [plan.article_of(hit) for hit in hits], "exact"
            else:
                found, order = self._surely_best(
                    understood, plan, hits, last, total, budget, recency
                )
        if wider is not None and every is not None and not wider.is_exact:
            engine, _ = self.checked(understood, every, budget)
            engine.begin(budget)
            (segment,) = engine.snapshot.segments
            matching_all = len(engine.matching(understood, segment, all_optional=True))
        return Ranked(total, matching_all, found[request.offset :], order, reasons)

    def _page(
        self, plan: _Plan, size: int, every: Dsl | None, with_articles: bool, budget: Budget
    ) -> dict[str, Any]:
        """The first articles and the totals, in one request."""
        is_read = not plan.is_certain or (with_articles and size <= MOST_RESCORED)
        asked: Dsl = {
            "query": plan.query,
            "sort": plan.sort,
            "size": size,
            "track_total_hits": True,
            "_source": ["article"] if is_read else False,
        }
        if every is not None:
            asked["aggs"] = {"all": {"filter": every}}
        return self.asking.search(asked, budget)

    def _plan(
        self,
        understood: tree.Node,
        query: Dsl,
        request: Request,
        budget: Budget,
        recency: Recency | None,
    ) -> _Plan:
        if request.sort != "score":
            return _Plan(query, _BY_DATE if request.sort == "date" else _BY_NEWEST)
        if request.limit == 0:
            return _Plan(query, _BY_NEWEST)
        ranked = self._ranking_query(understood, query, budget, recency)
        if ranked is None:  # nothing is scored
            return _Plan(query, _BY_NEWEST)
        return _Plan(ranked.query, ORDER_BY_SCORE, ranked.is_exact)

    def _rank_here(
        self,
        understood: tree.Node,
        query: Dsl,
        request: Request,
        budget: Budget,
        recency: Recency | None,
        reasons: tuple[Reason, ...],
    ) -> Ranked:
        engine, articles = self.checked(understood, query, budget)
        ranking = engine.search(understood, request, budget=budget, recency=recency)
        found = [
            RankedArticle(articles[match.number].id, match.score, articles[match.number])
            for match in ranking.matches
        ]
        return Ranked(ranking.total, ranking.matching_all, found, reasons=reasons)

    def _many(
        self,
        understood: tree.Node,
        plan: _Plan,
        last: int,
        total: int,
        budget: Budget,
        recency: Recency | None,
    ) -> tuple[list[RankedArticle], str]:
        """The first `last` articles, more than are read here: in the order of the cluster,
        after those whose order is certain."""
        best: list[RankedArticle] = []
        order = "exact"
        if not plan.is_certain:
            some = min(last, MOST_RESCORED)
            best, order = self._surely_best(understood, plan, [], some, total, budget, recency)
            if last <= len(best):
                return best[:last], order
            order = "approximate"
        known = {one.id for one in best}
        for hit in self._in_order(plan.query, plan.sort, last, budget):
            one = plan.article_of(hit)
            if one.id not in known:
                best.append(one)
        return best[:last], order

    def _surely_best(
        self,
        understood: tree.Node,
        plan: _Plan,
        hits: Sequence[dict[str, Any]],
        last: int,
        total: int,
        budget: Budget,
        recency: Recency | None,
    ) -> tuple[list[RankedArticle], str]:
        """The best `last` articles, of which `hits` were read: more are, until it is certain
        which these are."""
        read = list(hits)
        scored = self._scored(understood, read, budget, recency)
        wanted = _first_read(last)
        while True:
            if len(read) < min(wanted, total):
                more = self.asking.first(
                    plan.query,
                    plan.sort,
                    wanted - len(read),
                    budget,
                    **{"from": len(read), "track_total_hits": False, "_source": ["article"]},
                )["hits"]["hits"]
                read += more
                scored += self._scored(understood, more, budget, recency)
            scored.sort(key=_place)
            if len(read) >= total or (
                last <= len(scored) and scored[last - 1].score > read[-1]["_score"] * _SLACK
            ):
                return scored[:last], "exact"
            if wanted >= MOST_RESCORED or len(read) < wanted:
                return scored[:last], "approximate"
            wanted = min(wanted * 3 + 10, MOST_RESCORED)

    def _ranking_query(
        self, understood: tree.Node, query: Dsl, budget: Budget, recency: Recency | None
    ) -> RankingQuery | None:
        leaves = self.leaves(understood)
        if not leaves:
            return None
        self.figures.prepare(leaves, budget)
        engine = self.engine_over(())
        weighed = [(leaf, leaf.boost * engine.weight(leaf.node, leaf.scopes)) for leaf in leaves]
        return ranking_query(
            query,
            weighed,
            Positions(self.analyzer, expands=self._expands),
            self.scoring,
            self.figures.average_length("body"),
            recency=recency,
        )

    def _scored(
        self,
        understood: tree.Node,
        hits: Sequence[dict[str, Any]],
        budget: Budget,
        recency: Recency | None,
    ) -> list[RankedArticle]:
        articles = [article_in(hit) for hit in hits]
        scores = self.engine_over(articles).scores(understood, budget)
        found = []
        for number, article in enumerate(articles):
            score = scores.get(number, 0.0)
            if recency is not None:
                score *= recency.factor(instant_us(article.date))
            found.append(RankedArticle(article.id, score, article))
        return found

    def _in_order(
        self, query: Dsl, sort: list[Dsl], count: int, budget: Budget
    ) -> list[dict[str, Any]]:
        """The first `count` that match, in order."""
        if count > _MOST_IN_A_PAGE:
            return list(self.asking.walk(query, sort, budget, page=_MOST_IN_A_PAGE, most=count))
        found = self.asking.first(query, sort, count, budget, track_total_hits=False)
        hits: list[dict[str, Any]] = found["hits"]["hits"]
        return hits

    # ------------------------------------------------------------ what is shown

    def hits(
        self,
        understood: tree.Node,
        request: Request,
        budget: Budget,
        *,
        recency: Recency | None = None,
    ) -> tuple[Found, Ranked]:
        """The articles of `request` as they are shown, and how they were found."""
        ranked = self.rank(understood, request, budget, recency=recency, with_articles=True)
        articles = self.read(ranked.articles, budget)
        engine = self.engine_over(articles)
        self.figures.prepare(self.leaves(understood), budget)
        scores = engine.scores(understood, budget)
        hits: list[Hit] = []
        for number, article in enumerate(articles):
            score = scores.get(number, 0.0)
            if recency is not None:
                score *= recency.factor(instant_us(article.date))
            parts = (Match(0, number, score), understood, engine.snapshot, engine, self.analyzer)
            hits.append(make_hit(*parts, passages=request.passages))
        return Found(ranked.total, ranked.matching_all, tuple(hits)), ranked

    def read(self, ranked: Sequence[RankedArticle], budget: Budget) -> list[Article]:
        """The articles, read where they were not; those that are gone by now are left out."""
        missing = [one.id for one in ranked if one.article is None]
        known = {one.id: one.article for one in ranked if one.article is not None}
        for at in range(0, len(missing), 1_000):
            some = missing[at : at + 1_000]
            asked = {"terms": {"id": some}}
            found = self.asking.first(
                asked, [{"id": "asc"}], len(some), budget, _source=["article"]
            )
            known |= {article.id: article for article in map(article_in, found["hits"]["hits"])}
        return [known[one.id] for one in ranked if one.id in known]

    def search(
        self,
        understood: tree.Node,
        request: Request,
        *,
        count: bool = True,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Ranking:
        """How many match, as `Executor.search` says; which they are, `rank` does."""
        budget = Budget(request.timeout_s) if budget is None else budget
        ranked = self.rank(understood, request.replace(limit=0), budget)
        return Ranking(ranked.total, ranked.matching_all, [])


def _has_optional(understood: tree.Node) -> bool:
    """Whether there are optional words, which an article may have all of or not."""
    groups = (part for part in tree.walk(understood) if isinstance(part, tree.Group))
    return any(is_optional(item) for group in groups for item in group.items)


def _first_read(last: int) -> int:
    """How many are read at first, to find the best `last`."""
    return min(max(_FIRST_READ, last + 10), max(MOST_RESCORED, last))


def _place(one: RankedArticle) -> tuple[float, float, str]:
    assert one.article is not None
    date = one.article.date
    return -one.score, float("inf") if date is None else -instant_us(date), one.id
