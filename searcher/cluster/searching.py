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

from searcher.cluster.asking import stored_in
from searcher.cluster.checking import CheckingExecutor
from searcher.cluster.finding import ClusterFinder
from searcher.cluster.memory import Stored
from searcher.cluster.positions import Positions
from searcher.cluster.scores import ORDER_BY_SCORE, RankingQuery, fields_of, ranking_query
from searcher.cluster.translate import Reason, all_of
from searcher.cluster.words import Dsl
from searcher.codec.schema import MISSING_DATE, instant_us
from searcher.query import tree
from searcher.query.rewrite import is_optional
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Ranking
from searcher.searching.hits import date_of
from searcher.searching.recency import Recency
from searcher.searching.results import Found

__all__ = ["MOST_RESCORED", "ClusterExecutor", "Plan", "Ranked", "RankedArticle", "in_order"]

MOST_RESCORED = 300
_MORE_READ = 10
_MOST_IN_A_PAGE = 10_000
# What the cluster sorts articles by that have no date is the last, or the first, of all longs.
_NO_DATE_US = 2**63 - 1
# Of scores in 32 bits.
_SLACK = 1.0 + 1e-6
_BY_DATE: list[Dsl] = [{"date_us": {"order": "asc", "missing": "_last"}}, {"id": "asc"}]
_BY_NEWEST: list[Dsl] = [{"date_us": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]


class RankedArticle(NamedTuple):
    """One article in order, with its instant; `stored` where it was read, `engine` where it was
    scored, in which it has a number."""

    id: str
    date_us: int
    score: float
    stored: Stored | None
    engine: CheckingExecutor | None = None
    number: int = 0


class Ranked(NamedTuple):
    """`total` articles match, `matching_all` of them all optional words; those in order.

    `order` is "exact" or "approximate"; `reasons` are the parts that had to be checked here.
    """

    total: int
    matching_all: int
    articles: list[RankedArticle]
    order: str = "exact"
    reasons: tuple[Reason, ...] = ()


class Plan(NamedTuple):
    """What finds articles in an order, which is certain if `is_certain`."""

    query: Dsl
    sort: list[Dsl]
    is_certain: bool = True

    def article_of(self, hit: dict[str, Any]) -> RankedArticle:
        """What a hit says of an article."""
        score = hit["_score"] or 0.0 if self.sort is ORDER_BY_SCORE else 0.0
        stored = stored_in(hit) if "_source" in hit else None
        # These are the last that all orders go by.
        date_us, id = hit["sort"][-2:]
        return RankedArticle(
            id, date_us if abs(date_us) < _NO_DATE_US else MISSING_DATE, score, stored
        )


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
        plan = self.plan(understood, bounds.upper, request, budget, recency)
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
            engine = self.checked(understood, every, budget)
            engine.begin(budget)
            (segment,) = engine.snapshot.segments
            matching_all = len(engine.matching(understood, segment, all_optional=True))
        return Ranked(total, matching_all, found[request.offset :], order, reasons)

    def _page(
        self, plan: Plan, size: int, every: Dsl | None, with_articles: bool, budget: Budget
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

    def plan(
        self,
        understood: tree.Node,
        query: Dsl,
        request: Request,
        budget: Budget,
        recency: Recency | None,
    ) -> Plan:
        """What finds the articles of `query` in the order of `request`."""
        if request.sort != "score":
            return Plan(query, _BY_DATE if request.sort == "date" else _BY_NEWEST)
        if request.limit == 0:
            return Plan(query, _BY_NEWEST)
        ranked = self._ranking_query(understood, query, budget, recency)
        if ranked is None:  # nothing is scored
            return Plan(query, _BY_NEWEST)
        return Plan(ranked.query, ORDER_BY_SCORE, ranked.is_exact)

    def _rank_here(
        self,
        understood: tree.Node,
        query: Dsl,
        request: Request,
        budget: Budget,
        recency: Recency | None,
        reasons: tuple[Reason, ...],
    ) -> Ranked:
        engine = self.checked(understood, query, budget)
        ranking = engine.search(understood, request, budget=budget, recency=recency)
        (segment,) = engine.snapshot.segments
        found = []
        for _, number, score in ranking.matches:
            stored = segment.stored(number)
            date_us = instant_us(date_of(stored.get("date")))
            found.append(RankedArticle(stored["id"], date_us, score, stored, engine, number))
        return Ranked(ranking.total, ranking.matching_all, found, reasons=reasons)

    def _many(
        self,
        understood: tree.Node,
        plan: Plan,
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
        plan: Plan,
        hits: Sequence[dict[str, Any]],
        last: int,
        total: int,
        budget: Budget,
        recency: Recency | None,
    ) -> tuple[list[RankedArticle], str]:
        """The best `last` articles, of which `hits` were read: more are, until it is certain
        which these are."""
        read = list(hits)
        scored: list[RankedArticle] = []
        wanted = _first_read(last)
        some = last + 2
        while True:
            if len(scored) == len(read) < min(wanted, total):
                read += self.asking.first(
                    plan.query,
                    plan.sort,
                    wanted - len(read),
                    budget,
                    **{"from": len(read), "track_total_hits": False, "_source": ["article"]},
                )["hits"]["hits"]
            # They come by their bounds: what is far down need not be looked at.
            documents = [stored_in(hit) for hit in read[len(scored) : some]]
            scored += self._scored(understood, documents, budget, recency)
            scored.sort(key=in_order)
            next_one = read[min(len(scored), len(read) - 1)] if read else None
            if len(scored) >= total or (
                next_one is not None
                and last <= len(scored)
                and scored[last - 1].score > next_one["_score"] * _SLACK
            ):
                return scored[:last], "exact"
            some = 2 * len(scored)
            if len(scored) == len(read):
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
        self.figures.prepare_forms(leaves, fields_of, budget)
        engine = self.engine_over(())
        weighed = [(leaf, leaf.boost * engine.weight(leaf.node, leaf.scopes)) for leaf in leaves]
        return ranking_query(
            query,
            weighed,
            Positions(self.analyzer, expands=self._expands),
            self.scoring,
            self.figures.average_length("body"),
            self.figures.forms,
            recency=recency,
        )

    def _scored(
        self,
        understood: tree.Node,
        documents: Sequence[Stored],
        budget: Budget,
        recency: Recency | None,
    ) -> list[RankedArticle]:
        engine = self.engine_over(documents)
        scores = engine.scores(understood, self.leaves(understood), budget)
        found = []
        for number, stored in enumerate(documents):
            score = scores.get(number, 0.0)
            date_us = instant_us(date_of(stored.get("date")))
            if recency is not None:
                score *= recency.factor(date_us)
            found.append(RankedArticle(stored["id"], date_us, score, stored, engine, number))
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
        hits = [
            one.engine.shown(understood, one.number, one.score, passages=request.passages)
            for one in self.scored(understood, ranked.articles, budget, recency=recency)
            if one.engine is not None
        ]
        return Found(ranked.total, ranked.matching_all, tuple(hits)), ranked

    def scored(
        self,
        understood: tree.Node,
        ranked: Sequence[RankedArticle],
        budget: Budget,
        *,
        recency: Recency | None = None,
    ) -> list[RankedArticle]:
        """The articles, read and scored where they were not; those that are gone by now are left
        out."""
        missing = [one.id for one in ranked if one.stored is None]
        documents = [one.stored for one in ranked if one.engine is None and one.stored is not None]
        for at in range(0, len(missing), 1_000):
            some = missing[at : at + 1_000]
            asked = {"terms": {"id": some}}
            found = self.asking.first(
                asked, [{"id": "asc"}], len(some), budget, _source=["article"]
            )
            documents += map(stored_in, found["hits"]["hits"])
        if not documents:
            return list(ranked)
        self.figures.prepare(self.leaves(understood), budget)
        known = {one.id: one for one in self._scored(understood, documents, budget, recency)}
        known |= {one.id: one for one in ranked if one.engine is not None}
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
    return min(last + _MORE_READ, max(MOST_RESCORED, last))


def in_order(one: RankedArticle) -> tuple[float, float, str]:
    """By what articles are ordered that were read: score, date, identity."""
    newest_first = float("inf") if one.date_us == MISSING_DATE else -one.date_us
    return -one.score, newest_first, one.id
