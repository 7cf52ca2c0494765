"""Which articles of a cluster does a query find, whatever their order?

`ClusterFinder` asks the cluster where one query says exactly what is meant (`translate.py`); where
none does, what a wider one finds is read and looked at here (`checking.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from searcher.analysis import Analyzer
from searcher.cluster.asking import Asking, TooManyWordsError
from searcher.cluster.checking import CheckingExecutor
from searcher.cluster.figures import Figures
from searcher.cluster.memory import Stored
from searcher.cluster.scores import field_of
from searcher.cluster.translate import Bounds, Reason, Translator, all_of, not_hidden
from searcher.cluster.words import ALL, Dsl
from searcher.fields import FieldTable
from searcher.query import tree
from searcher.scoring import Scoring
from searcher.searching.budget import Budget
from searcher.searching.plain import Leaf, Scopes, scored_leaves

__all__ = ["ClusterFinder"]

_T = TypeVar("_T")


class ClusterFinder:
    """Finds and counts over the index of a cluster; serves one search at a time.

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
        self._leaves: tuple[tree.Node, list[Leaf]] | None = None

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
                return self.counts(bounds.upper, None, budget)[0]
            engine = self.checked(node, bounds.upper, budget)
            engine.begin(budget)
            (segment,) = engine.snapshot.segments
            return len(engine.matching(node, segment, scopes))

        return self.patiently(counted)

    def checked(self, understood: tree.Node, query: Dsl, budget: Budget) -> CheckingExecutor:
        """The embedded engine over the articles that `query` finds."""
        self.figures.prepare(self.leaves(understood), budget)
        return self.engine_over(self.asking.candidates(query, budget))

    def engine_over(self, documents: Sequence[Stored]) -> CheckingExecutor:
        """The embedded engine over some articles, as they are stored."""
        return CheckingExecutor(
            documents, self.analyzer, self.table, self.figures, scoring=self.scoring
        )

    def leaves(self, understood: tree.Node) -> list[Leaf]:
        """What is scored of a query."""
        known = self._leaves
        if known is None or known[0] is not understood:
            engine = self.engine_over(())
            found = [*scored_leaves(understood), *engine.closeness_leaves(understood)]
            known = self._leaves = understood, found
        return known[1]

    def counts(self, query: Dsl, every: Dsl | None, budget: Budget) -> tuple[int, int]:
        """How many articles `query` finds, and how many of these `every` does too."""
        asked: Dsl = {"query": query, "size": 0, "track_total_hits": True}
        if every is not None:
            asked["aggs"] = {"all": {"filter": every}}
        found = self.asking.search(asked, budget)
        total: int = found["hits"]["total"]["value"]
        return total, total if every is None else found["aggregations"]["all"]["doc_count"]
