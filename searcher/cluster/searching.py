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

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.cluster.asking import Asking, TooManyWordsError, article_in
from searcher.cluster.checking import CheckingExecutor
from searcher.cluster.figures import Figures
from searcher.cluster.positions import Positions
from searcher.cluster.scores import ORDER_BY_SCORE, RankingQuery, field_of, ranking_query
from searcher.cluster.translate import Bounds, Reason, Translator, all_of, not_hidden
from searcher.cluster.words import ALL, Dsl
from searcher.codec.schema import instant_us
from searcher.fields import FieldTable
from searcher.query import tree
from searcher.query.rewrite import is_optional
from searcher.request import Request
from searcher.scoring import Scoring
from searcher.searching.budget import Budget
from searcher.searching.executor import Match, Ranking
from searcher.searching.hits import make_hit
from searcher.searching.plain import Leaf, Scopes, scored_leaves
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

_T = TypeVar("_T")


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


class ClusterExecutor:
    """Answers over the index of a cluster; serves one search at a time.

    Arguments:
        hides: pass over what may not be published at the instant `now_us`.
    """

    def __init__(
        self,
        asking: Asking,
        analyzer: Analyzer,
        table: FieldTable,
        figures: Figures,
        *,
        scoring: Scoring,
        hides: bool,
        now_us: int,
    ) -> None:
        self.asking = asking
        self.analyzer = analyzer
        self.table = table
        self.figures = figures
        self.scoring = scoring
        self.visible = not_hidden(now_us) if hides else ALL
        self._expands = True

    # ------------------------------------------------------------ which articles

    def bounds(
        self,
        understood: tree.Node,
        *,
        fields: Sequence[str] = ("title", "body"),
        all_optional: bool = False,
    ) -> tuple[Bounds, tuple[Reason, ...]]:
        """The queries for `understood`, of what may be shown, and why they are not exact."""
        translator = Translator(
            self.analyzer, self.table, expands=self._expands, all_optional=all_optional
        )
        found = translator.translate(understood, fields)
        upper = all_of([found.upper, self.visible])
        lower = upper if found.is_exact else all_of([found.lower, self.visible])
        return Bounds(upper, lower), tuple(translator.reasons)

    def patiently(self, use: Callable[[], _T]) -> _T:
        """Run `use`, once more with patterns checked here if the cluster refuses them."""
        try:
            return use()
        except TooManyWordsError:
            if not self._expands:
                raise
        self._expands = False
        try:
            return use()
        finally:
            self._expands = True

    def count(self, node: tree.Node, scopes: Scopes, budget: Budget) -> int:
        """How many articles have `node` in one of `scopes`.  Raises: as `rank`."""
        fields = [field_of(scope) for scope in scopes]

        def counted() -> int:
            bounds, _ = self.bounds(node, fields=fields)
            if bounds.is_exact:
                return self._counts(bounds.upper, None, budget)[0]
            engine, _ = self.checked(node, bounds.upper, budget)
            engine.begin(budget)
            (segment,) = engine.snapshot.segments
            return len(engine.matching(node, segment, scopes))

        return self.patiently(counted)

    def checked(
        self, understood: tree.Node, query: Dsl, budget: Budget
    ) -> tuple[CheckingExecutor, list[Article]]:
        """The articles that `query` finds, and the embedded engine over them."""
        self.figures.prepare(self.leaves(understood), budget)
        articles = self.asking.candidates(query, budget)
        return self.engine_over(articles), articles

    def engine_over(self, articles: Sequence[Article]) -> CheckingExecutor:
        """The embedded engine over some articles."""
        return CheckingExecutor(
            articles, self.analyzer, self.table, self.figures, scoring=self.scoring
        )

    def leaves(self, understood: tree.Node) -> list[Leaf]:
        """What is scored of a query."""
        engine = self.engine_over(())
        return [*scored_leaves(understood), *engine.closeness_leaves(understood)]

    # ------------------------------------------------------------ in which order

    def rank(
        self,
        understood: tree.Node,
        request: Request,
        budget: Budget,
        *,
        recency: Recency | None = None,
    ) -> Ranked:
        """The articles of `request` in order.

        Raises:
            QueryError: it cannot be asked of a cluster, or too much has to be looked at.
            ClusterError, DeadlineError: as `Asking.search`.
        """
        return self.patiently(lambda: self._rank(understood, request, budget, recency))

    def _rank(
        self, understood: tree.Node, request: Request, budget: Budget, recency: Recency | None
    ) -> Ranked:
        bounds, reasons = self.bounds(understood)
        wider = None
        if _has_optional(understood):
            wider, more = self.bounds(understood, all_optional=True)
            reasons += tuple(reason for reason in more if reason not in reasons)
        if not bounds.is_exact:
            return self._rank_here(understood, bounds.upper, request, budget, recency, reasons)
        every = None if wider is None else all_of([bounds.upper, wider.upper])
        total, matching_all = self._counts(bounds.upper, every, budget)
        if wider is not None and every is not None and not wider.is_exact:
            engine, _ = self.checked(understood, every, budget)
            engine.begin(budget)
            (segment,) = engine.snapshot.segments
            matching_all = len(engine.matching(understood, segment, all_optional=True))
        last = total if request.limit is None else min(request.offset + request.limit, total)
        if last <= request.offset:
            return Ranked(total, matching_all, [], reasons=reasons)
        order = "exact"
        if request.sort == "score":
            found, order = self._by_score(understood, bounds.upper, last, total, budget, recency)
        else:
            sort = _BY_DATE if request.sort == "date" else _BY_NEWEST
            found = [_unread(hit) for hit in self._in_order(bounds.upper, sort, last, budget)]
        return Ranked(total, matching_all, found[request.offset :], order, reasons)

    def _counts(self, query: Dsl, every: Dsl | None, budget: Budget) -> tuple[int, int]:
        asked: Dsl = {"query": query, "size": 0, "track_total_hits": True}
        if every is not None:
            asked["aggs"] = {"all": {"filter": every}}
        found = self.asking.search(asked, budget)
        total: int = found["hits"]["total"]["value"]
        return total, total if every is None else found["aggregations"]["all"]["doc_count"]

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

    def _by_score(
        self,
        understood: tree.Node,
        query: Dsl,
        last: int,
        total: int,
        budget: Budget,
        recency: Recency | None,
    ) -> tuple[list[RankedArticle], str]:
        ranked = self._ranking_query(understood, query, budget, recency)
        if ranked is None:  # nothing is scored
            hits = self._in_order(query, _BY_NEWEST, last, budget)
            return [_unread(hit, 0.0) for hit in hits], "exact"
        if ranked.is_exact:
            hits = self._in_order(ranked.query, ORDER_BY_SCORE, last, budget)
            return [_unread(hit) for hit in hits], "exact"
        wanted = min(max(_FIRST_READ, last + 10), MOST_RESCORED)
        read: list[dict[str, Any]] = []
        scored: list[RankedArticle] = []
        while True:
            more = self.asking.first(
                ranked.query,
                ORDER_BY_SCORE,
                wanted - len(read),
                budget,
                **{"from": len(read), "track_total_hits": False, "_source": ["article"]},
            )["hits"]["hits"]
            read += more
            scored += self._scored(understood, more, budget, recency)
            scored.sort(key=_place)
            is_all = len(read) >= total or len(read) < wanted
            if is_all or (
                last <= len(scored) and scored[last - 1].score > read[-1]["_score"] * _SLACK
            ):
                return scored[:last], "exact"
            if wanted == MOST_RESCORED:
                break
            wanted = min(wanted * 3 + 10, MOST_RESCORED)
        if last > len(scored):
            hits = self._in_order(ranked.query, ORDER_BY_SCORE, last, budget)
            known = {one.id for one in scored}
            scored += [one for one in map(_unread, hits) if one.id not in known]
        return scored[:last], "approximate"

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
        ranked = self.rank(understood, request, budget, recency=recency)
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


def _unread(hit: dict[str, Any], score: float | None = None) -> RankedArticle:
    # The identity is the last that all orders go by.
    return RankedArticle(hit["sort"][-1], (hit["_score"] or 0.0) if score is None else score, None)


def _place(one: RankedArticle) -> tuple[float, float, str]:
    assert one.article is not None
    date = one.article.date
    return -one.score, float("inf") if date is None else -instant_us(date), one.id
