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
from searcher.cluster.asking import Asking
from searcher.cluster.checking import CheckingExecutor
from searcher.cluster.counting import ClusterSpellings, CountingExecutor
from searcher.cluster.figures import Figures
from searcher.cluster.mapping import IndexFacts
from searcher.cluster.refusing import refused
from searcher.cluster.searching import Ranked
from searcher.cluster.texts import ClusterTexts
from searcher.cluster.translate import refuse_unknown
from searcher.cluster.words import Words
from searcher.codec.schema import article_of
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
from searcher.searching.nothing import Nothing, why_nothing
from searcher.searching.recency import BEST_HITS, Recency
from searcher.searching.results import Found
from searcher.searching.timeline import Counted, count_archive, count_periods

if TYPE_CHECKING:
    from searcher.cluster.scanning import ClusterScan, HeldScan
    from searcher.query.notes import Note
    from searcher.searching.explain import Explanation
    from searcher.searching.first import FoundFirst
    from searcher.searching.lines import Line
    from searcher.searching.statistics import Statistics

__all__ = ["ClusterView"]


class ClusterView(ClusterTexts):
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
        """What answers say of the commit that they are from: a cluster has none.  Whether
        anything may not be shown it would have to be asked, so it is taken to be so."""
        return SimpleNamespace(generation=0, hides_any=True)

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
        return self.executor(request.scoring(self._scoring))

    def _recency(self, understood: tree.Node, request: Request, budget: Budget) -> Recency | None:
        """How articles age for `request`, counted from the newest that is not in the future."""
        if request.recent is None:
            return None
        with InstalledOnly():
            from searcher.cluster.ages import ClusterAges

        now_us = self._now_us()
        half_life_days: float | str | None = request.recent
        window = self._window(request, budget)
        ages = ClusterAges(self.executor(), self._known, budget, window)
        if half_life_days == AUTO:
            best = Request(understood, limit=BEST_HITS)
            matches = window.executor.search(understood, best, count=False, budget=budget).matches
            half_life_days = ages.half_life_of(matches, now_us)
        if half_life_days is None:
            return None
        return ages.recency(float(half_life_days), now_us)

    # ------------------------------------------------------------ searching

    def _rewritten(self, asked: tree.Node, request: Request, budget: Budget) -> tree.Node:
        """How `asked` is understood, with the words of its best answers if that is asked for."""
        understood = self.understand(asked)
        if not request.expand:
            return understood
        with InstalledOnly():
            from searcher.searching.feedback import expanded

        window: Any = self._window(request, budget)
        parts = (window.executor, window, self.analyzer, self._telling_stems)
        return expanded(understood, request, *parts, request.scoring(self._scoring), budget)

    def hits(
        self, asked: tree.Node, request: Request, budget: Budget
    ) -> tuple[tree.Node, Found, Recency | None]:
        """How `asked` is understood, the articles that match, and how they age."""
        understood = self._rewritten(asked, request, budget)
        recency = self._recency(understood, request, budget)
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
        understood = self._rewritten(asked, request, budget)
        recency = self._recency(understood, request, budget)
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
        understood = self._rewritten(asked, request, budget)
        recency = self._recency(understood, request, budget)
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

        understood = self._rewritten(asked, request, budget)
        recency = self._recency(understood, request, budget)
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
