"""How are articles of a cluster looked at here, by the embedded engine?

`CheckingExecutor` is the plain executor over articles in memory (`memory.py`) that weighs words
by the figures of the whole cluster.  It is asked when no query of the cluster says exactly what
a tree means, for the scores of the best articles, and for what is shown of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from searcher.analysis import Analyzer
from searcher.cluster.figures import Figures
from searcher.cluster.memory import MemorySnapshot, Stored
from searcher.codec.core import native_core
from searcher.fields import FieldTable
from searcher.query import tree
from searcher.scoring import Scoring
from searcher.searching.budget import Budget
from searcher.searching.executor import Match
from searcher.searching.hits import hit_of, make_hit
from searcher.searching.occurrences import Occurrences
from searcher.searching.plain import PlainExecutor, Scopes, scored_leaves
from searcher.searching.results import Hit
from searcher.searching.snippets import SNIPPET_WORDS

__all__ = ["CheckingExecutor"]


class _CountedElsewhere(Occurrences):
    """Occurrences in some articles, weighed by all of the cluster."""

    figures: Figures

    def document_frequency(self, word: tree.Node, field: str) -> int:
        return self.figures.document_frequency(word, field)

    def recurrence(self, word: tree.Node) -> tuple[int, int]:
        return self.figures.recurrence(word)


class CheckingExecutor(PlainExecutor):
    """Answers over some articles of a cluster, as if they were among all the others.

    Arguments:
        documents: the articles, as they are stored.
        figures: what is known of all; prepared for the queries that are asked.
    """

    def __init__(
        self,
        documents: Sequence[Stored],
        analyzer: Analyzer,
        table: FieldTable,
        figures: Figures,
        *,
        scoring: Scoring,
    ) -> None:
        self.figures = figures
        self.snapshot = MemorySnapshot(documents, analyzer, table)
        # What weights are made of; the articles themselves are counted by their segment.
        self.snapshot.document_count = max(figures.count, len(documents))
        super().__init__(self.snapshot, analyzer, scoring=scoring)

    def begin(self, budget: Budget | None) -> None:
        super().begin(budget)
        self.occurrences = _CountedElsewhere(self._snapshot, self._analyzer, self._budget)
        self.occurrences.figures = self.figures

    def _average_length(self, field: str) -> float:
        return self.figures.average_length(field)

    def weight(self, node: tree.Node, scopes: Scopes) -> float:
        """What a scored part weighs."""
        return self._weight(node, scopes)

    def scores(self, understood: tree.Node, budget: Budget) -> dict[int, float]:
        """What each of the articles scores, by its number, whether it matches or not."""
        self.begin(budget)
        self.expand(understood)
        leaves = [*scored_leaves(understood), *self.closeness_leaves(understood)]
        (segment,) = self._snapshot.segments
        return self._scores(leaves, set(range(segment.count)), segment)

    def shown(
        self, understood: tree.Node, number: int, score: float, *, passages: bool = False
    ) -> Hit:
        """One of the articles as a hit, after `scores` or `search` for the same query."""
        core = None if passages else native_core()
        if core is None:
            parts = (understood, self.snapshot, self, self._analyzer)
            return make_hit(Match(0, number, score), *parts, passages=passages)
        (segment,) = self.snapshot.segments
        stored = segment.stored(number)
        matched = self.matched_positions(understood, "body", segment, number)
        runs = [(first, last, part) for part, found in matched.items() for first, last in found]
        return hit_of(stored, score, core.snippet(stored["body"], runs, SNIPPET_WORDS))
