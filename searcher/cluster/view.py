"""What does an archive on a cluster answer at one moment?

`ClusterView` is to a cluster what `searching/view.py` is to an index directory, with the same
methods, so that `ArchiveReader` asks either.  What is not here is refused by name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

from searcher.article import Article
from searcher.cluster.asking import Asking, article_in
from searcher.cluster.checking import CheckingExecutor
from searcher.cluster.counting import ClusterSpellings, CountingExecutor
from searcher.cluster.figures import Figures
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.refusing import refused
from searcher.cluster.searching import Ranked
from searcher.cluster.translate import refuse_unknown
from searcher.cluster.words import Dsl, Words
from searcher.codec.schema import VERSION_MARK, article_of, instant_us, stored_of
from searcher.errors import ArticleNotFoundError
from searcher.importing import InstalledOnly
from searcher.query import tree
from searcher.query.printing import text_of
from searcher.query.rewrite import drop_stop_words
from searcher.request import AUTO, Request
from searcher.scoring import Scoring
from searcher.searching.axes import Axis
from searcher.searching.budget import Budget
from searcher.searching.coverage import Coverage
from searcher.searching.facets import Facet, count_facets, whole_of
from searcher.searching.marks import Marks, find_marks, find_title_marks
from searcher.searching.nothing import Nothing, why_nothing
from searcher.searching.occurrences import Span
from searcher.searching.recency import Recency
from searcher.searching.results import Found, Hit
from searcher.searching.timeline import Counted, count_archive, count_periods

if TYPE_CHECKING:
    from searcher.cluster.scanning import ClusterScan, HeldScan
    from searcher.query.notes import Note
    from searcher.searching.explain import Explanation
    from searcher.searching.first import FoundFirst
    from searcher.searching.lines import Line
    from searcher.searching.statistics import Statistics

__all__ = ["ClusterView"]

_NAMED_IDS = 5


class ClusterView:
    """Answers from the cluster as it is now.

    Arguments:
        known: figures that were found out before (`figures.py`).
        now_us: the clock, in microseconds since 1970.
        hides: pass over what may not be published.
    """

    def __init__(
        self,
        asking: Asking,
        facts: IndexFacts,
        known: dict[Any, Any],
        *,
        scoring: Scoring,
        now_us: Callable[[], int],
        hides: bool = True,
    ) -> None:
        self.facts = facts
        self.analyzer = facts.analyzer
        self._asking = asking
        self._known = known
        self._scoring = scoring
        self._now_us = now_us
        self._hides = hides
        self.last: Ranked | None = None

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise refused(self._address, name.replace("_", " "))

    @property
    def _address(self) -> str:
        return str(self._asking.transport.address)

    @property
    def snapshot(self) -> SimpleNamespace:
        """What answers say of the commit that they are from: a cluster has none."""
        return SimpleNamespace(generation=0)

    @property
    def order(self) -> str:
        """Whether the order of the last answer is "exact" or "approximate"."""
        return "exact" if self.last is None else self.last.order

    def understand(self, asked: tree.Node) -> tree.Node:
        """`asked` without the stop words that do not matter."""
        for part in tree.walk(asked):
            refuse_unknown(part)
        forms = self.analyzer.forms
        return drop_stop_words(asked, self.analyzer.stop_words, lambda text: tuple(forms(text)))

    def executor(self, scoring: Scoring | None = None) -> CountingExecutor:
        """What answers understood queries, ranking by `scoring`."""
        return CountingExecutor(
            self._asking,
            self.analyzer,
            self.facts.fields,
            Figures(self._asking, Words(self.analyzer), self._known),
            scoring=self._scoring if scoring is None else scoring,
            hides=self._hides,
            # To the second, so that what the cluster keeps of filters serves more than once.
            now_us=int(time.time()) * 1_000_000,
        )

    def _executor_for(self, request: Request) -> CountingExecutor:
        if request.group != "none":
            raise refused(self._address, f"folding by {request.group}")
        if request.expand:
            raise refused(self._address, "expansion of queries")
        return self.executor(request.scoring(self._scoring))

    def _recency(self, request: Request, budget: Budget) -> Recency | None:
        """How articles age for `request`, counted from the newest that is not in the future."""
        if request.recent is None:
            return None
        if request.recent == AUTO:
            raise refused(self._address, "recent='auto'")
        now_us = self._now_us()
        executor = self.executor()
        past: Dsl = {"bool": {"filter": [{"range": {"date_us": {"lte": now_us}}}]}}
        order: list[Dsl] = [{"date_us": "desc"}]
        newest = executor.asking.first(past, order, 1, budget)["hits"]["hits"]
        reference_us = newest[0]["sort"][0] if newest else now_us
        return Recency(float(request.recent), reference_us)

    # ------------------------------------------------------------ searching

    def hits(
        self, asked: tree.Node, request: Request, budget: Budget
    ) -> tuple[tree.Node, Found, Recency | None]:
        """How `asked` is understood, the articles that match, and how they age."""
        understood = self.understand(asked)
        recency = self._recency(request, budget)
        found, self.last = self._executor_for(request).hits(
            understood, request, budget, recency=recency
        )
        return understood, found, recency

    def suggestions(self, *_: Any) -> tuple[()]:
        """None: which words are like others, only an index directory can say."""
        return ()

    def nothing(self, understood: tree.Node, total: int, budget: Budget) -> Nothing | None:
        """Why a query found nothing; None if it found something."""
        if total:
            return None
        executor: Any = self.executor()
        return why_nothing(understood, executor, executor.coverage(budget), budget)

    def ids(self, asked: tree.Node, request: Request, budget: Budget) -> list[str]:
        """The ids of the articles that match, in order."""
        understood = self.understand(asked)
        recency = self._recency(request, budget)
        self.last = self._executor_for(request).rank(understood, request, budget, recency=recency)
        return [one.id for one in self.last.articles]

    def ranked(self, asked: tree.Node, request: Request, budget: Budget) -> list[tuple[str, float]]:
        """The ids of the articles that match, in order, with their scores."""
        _, _, articles, scores = self.places(asked, request, budget)
        return [(article.id, score) for article, score in zip(articles, scores, strict=True)]

    def places(
        self, asked: tree.Node, request: Request, budget: Budget
    ) -> tuple[tree.Node, int, list[Article], list[float]]:
        """How `asked` is understood, how many match, and those of `request`, in order, with
        their scores."""
        understood = self.understand(asked)
        recency = self._recency(request, budget)
        executor = self._executor_for(request)
        self.last = executor.rank(understood, request, budget, recency=recency)
        found = executor.scored(understood, self.last.articles, budget, recency=recency)
        articles = [article_of(dict(one.stored)) for one in found if one.stored is not None]
        return understood, self.last.total, articles, [one.score for one in found]

    def scan(
        self, asked: tree.Node, request: Request, budget: Budget
    ) -> tuple[tree.Node, ClusterScan | HeldScan]:
        """How `asked` is understood, and the articles of `request` one after another."""
        with InstalledOnly():
            from searcher.cluster.scanning import ClusterScan, HeldScan

        understood = self.understand(asked)
        recency = self._recency(request, budget)
        executor = self._executor_for(request)

        def begin() -> ClusterScan | HeldScan:
            bounds, _ = executor.bounds(understood)
            if not bounds.is_exact or request.limit == 0:
                _, total, articles, scores = self.places(asked, request, budget)
                return HeldScan(total, articles, scores)
            plan = executor.plan(understood, bounds.upper, request, budget, recency)
            return ClusterScan(executor, understood, plan, request, budget, recency)

        return understood, executor.patiently(begin)

    # ------------------------------------------------------------ how many of which

    @cached_property
    def coverage(self) -> Coverage:
        """Which time and how many articles there are."""
        return self.executor().coverage(Budget())

    def _counter(self, unit: str) -> Any:
        if unit != "articles":
            raise refused(self._address, f"counting of {unit}")
        return self.executor()

    def facets(
        self,
        asked: tree.Node,
        axes: Sequence[Axis],
        budget: Budget,
        *,
        limit: int | None,
        order: str,
        unit: str = "articles",
        share: bool = False,
    ) -> tuple[tree.Node, int, tuple[Facet, ...], Nothing | None]:
        """How `asked` is understood, how many match, and how they are spread, with their `share`
        of the archive if that is wanted."""
        counter = self._counter(unit)
        understood = self.understand(asked)
        spellings: Any = ClusterSpellings(counter, budget)
        parts = (counter, spellings, budget)
        whole = partial(whole_of, {}, counter, budget) if share else None
        total, facets = count_facets(
            understood, axes, *parts, limit=limit, order=order, whole=whole
        )
        return understood, total, facets, self.nothing(understood, total, budget)

    def count_periods(
        self,
        text: str,
        asked: tree.Node,
        period: Axis,
        split: Axis | None,
        unit: str,
        budget: Budget,
    ) -> tuple[Counted, Nothing | None]:
        """How many that match are of each period, beside those of the archive."""
        counter = self._counter(unit)
        understood = self.understand(asked)
        archive, extent = count_archive(period, split, counter, budget)
        total, found = count_periods(understood, period, split, counter, budget)
        counted = Counted(text, text_of(understood), total, found, archive, extent)
        return counted, self.nothing(understood, total, budget)

    def written(
        self, column: Axis, values: Sequence[bytes | None]
    ) -> dict[bytes | None, str | None]:
        """How values of `column` are written; None stands for having none."""
        spellings = ClusterSpellings(self.executor(), Budget())
        return {
            value: None if value is None else spellings.of(column.column or "", value)
            for value in values
        }

    def explain(
        self, asked: tree.Node, request: Request, notes: tuple[Note, ...], budget: Budget
    ) -> Explanation:
        """What each part of `asked` finds, which one fails, and how it was asked."""
        with InstalledOnly():
            from searcher.cluster.explaining import explain_on_cluster

        executor = self.executor(request.scoring(self._scoring))
        return explain_on_cluster(request.text, self.understand(asked), executor, notes, budget)

    def statistics(self) -> Statistics:
        """What the index holds."""
        with InstalledOnly():
            from searcher.cluster.statistics import statistics_of_cluster

        return statistics_of_cluster(self.executor(), self.facts)

    # ------------------------------------------------------------ what is read here

    def first(
        self, asked: tree.Node, column: Axis | None, budget: Budget, *, limit: int | None
    ) -> tuple[tree.Node, FoundFirst, Nothing | None]:
        """The first and last articles that match, which are at most 20,000."""
        with InstalledOnly():
            from searcher.searching.first import find_first

        understood, executor, engine = self._read_all(asked, budget)
        covered = executor.cover(column, budget) if column else {}
        spellings: Any = ClusterSpellings(executor, budget)
        parts = (understood, column, covered, engine.snapshot, engine, self.analyzer, spellings)
        found = find_first(*parts, budget, limit=limit)
        return understood, found, self.nothing(understood, found.total, budget)

    def lines(
        self, asked: tree.Node, request: Request, budget: Budget, **context: Any
    ) -> tuple[tree.Node, int, int, list[Line]]:
        """Every place that matches, in at most 20,000 articles: see `lines.find_lines`."""
        with InstalledOnly():
            from searcher.searching.lines import find_lines

        understood, _, engine = self._read_all(asked, budget)
        parts = (understood, request, engine.snapshot, engine, self.analyzer, budget)
        return understood, *find_lines(*parts, **context)

    def _read_all(
        self, asked: tree.Node, budget: Budget
    ) -> tuple[tree.Node, CountingExecutor, CheckingExecutor]:
        """How `asked` is understood, and the embedded engine over all that may match."""
        understood = self.understand(asked)
        executor = self.executor()
        engine = executor.patiently(
            lambda: executor.checked(understood, executor.bounds(understood)[0].upper, budget)
        )
        return understood, executor, engine

    # ------------------------------------------------------------ one article

    def article(self, id: str) -> Article:
        """The article `id`, or the only one whose id begins so.

        Raises:
            ArticleNotFoundError: there is none, or more than one.
        """
        begins: Dsl = {"prefix": {"id": {"value": id}}}
        order: list[Dsl] = [{"id": "asc"}]
        hits = self._asking.first(
            {"bool": {"should": [{"term": {"id": id}}, begins]}},
            order,
            _NAMED_IDS + 1,
            Budget(),
            _source=["article"],
        )["hits"]["hits"]
        found = {article.id: article for article in map(article_in, hits)}
        if id in found:
            return found[id]
        if not found:
            raise ArticleNotFoundError(id, f"no article has the id {id}")
        versions = tuple(one + VERSION_MARK for one in found)
        whole = [one for one in found if not one.startswith(versions)]
        if len(whole) == 1 and len(hits) <= _NAMED_IDS:
            return found[whole[0]]
        several = ", ".join(sorted(found)[:_NAMED_IDS])
        raise ArticleNotFoundError(id, f"several ids begin with {id}: {several}", is_ambiguous=True)

    def versions(self, id: str) -> list[Article]:
        """The older texts of the article `id`, the oldest first, and last the article."""
        article = self.article(id)
        begins: Dsl = {"prefix": {"id": {"value": article.id + VERSION_MARK}}}
        older = [
            version
            for version in map(article_of, map(dict, self._asking.candidates(begins, Budget())))
            if version.metadata.get("version_of") == article.id
        ]
        older.sort(key=lambda version: instant_us(version.updated or version.date))
        text = (article.title, article.body)
        return [*(one for one in older if (one.title, one.body) != text), article]

    def marks(self, id: str, asked: tree.Node) -> Marks:
        """Where in the article `id` the words of `asked` stand."""
        engine = self.executor().engine_over([stored_of(self.article(id))])
        (segment,) = engine.snapshot.segments
        return find_marks(segment, 0, self.understand(asked), engine, self.analyzer)

    def title_marks(self, asked: tree.Node, hits: Sequence[Hit]) -> list[tuple[Span, ...]]:
        """Where in the headlines of `hits` the words of `asked` stand."""
        titles = [{"id": hit.id, "title": hit.title, "body": ""} for hit in hits]
        engine = self.executor().engine_over(titles)
        by_place = {(0, number): hit.title for number, hit in enumerate(hits)}
        marks = find_title_marks(by_place, self.understand(asked), engine, self.analyzer)
        return list(marks.values())
