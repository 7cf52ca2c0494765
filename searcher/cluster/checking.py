"""How are articles of a cluster looked at here, by the embedded engine?

`CheckingExecutor` is the plain executor over articles in memory (`memory.py`) that weighs words
by the figures of the whole cluster.  It is asked when no query of the cluster says exactly what
a tree means, for the scores of the best articles, and for what is shown of them.
"""

from __future__ import annotations

from bisect import bisect_right
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
from searcher.searching.occurrences import Occurrences, Scope, near_spans
from searcher.searching.plain import PlainExecutor, Scopes, scored_leaves
from searcher.searching.results import Hit
from searcher.searching.snapshot import SegmentView
from searcher.searching.snippets import SNIPPET_WORDS
from searcher.searching.term_postings import UnionPostings

__all__ = ["CheckingExecutor", "CountedElsewhere"]

# Units of work (`budget.py`) for a position that is held against others.
_PAIRING = 5


class CountedElsewhere(Occurrences):
    """Occurrences in some articles, weighed by all of the cluster."""

    figures: Figures

    def frequencies(self, node: tree.Node, scope: Scope, segment: SegmentView) -> dict[int, int]:
        # Two words near each other are most of what is scored: they are counted without runs.
        if isinstance(node, tree.Near) and not node.ordered and scope.limit is None:
            words = _unboosted(node.left), _unboosted(node.right)
            if all(isinstance(w, tree.Word | tree.Exact) and self.parts(w) == (w,) for w in words):
                left, right = (self._union(word, scope.field, segment) for word in words)
                return self._pairs(left, right, node.distance)
        return super().frequencies(node, scope, segment)

    def _pairs(self, left: UnionPostings, right: UnionPostings, distance: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for number in left.frequencies.keys() & right.frequencies.keys():
            ones, others = self._positions(left, number), self._positions(right, number)
            self._budget.charge(_PAIRING * (len(ones) + len(others)))
            if ones == others:  # the same word: each pair is there from both sides
                count = _followers(ones, ones, distance)
            elif set(ones).isdisjoint(others):
                count = _followers(ones, others, distance) + _followers(others, ones, distance)
            else:
                spans = [[(at, at) for at in some] for some in (ones, others)]
                count = len(near_spans(spans[0], spans[1], distance, self._budget))
                self._budget.release_brief()
            if count:
                found[number] = count
        return found

    def document_frequency(self, word: tree.Node, field: str) -> int:
        return self.figures.document_frequency(word, field)

    def recurrence(self, word: tree.Node) -> tuple[int, int]:
        return self.figures.recurrence(word)


def _unboosted(node: tree.Node) -> tree.Node:
    while isinstance(node, tree.Boost):
        node = node.child
    return node


def _followers(before: Sequence[int], after: Sequence[int], distance: int) -> int:
    """How many of `after` stand at most `distance` behind one of `before`, for each of these."""
    return sum(bisect_right(after, at + distance) - bisect_right(after, at) for at in before)


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
        self._core = native_core()
        super().__init__(self.snapshot, analyzer, scoring=scoring)

    def begin(self, budget: Budget | None) -> None:
        super().begin(budget)
        self.occurrences = CountedElsewhere(self._snapshot, self._analyzer, self._budget)
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
        core = None if passages else self._core
        if core is None:
            parts = (understood, self.snapshot, self, self._analyzer)
            return make_hit(Match(0, number, score), *parts, passages=passages)
        (segment,) = self.snapshot.segments
        stored = segment.stored(number)
        matched = self.matched_positions(understood, "body", segment, number)
        runs = [(first, last, part) for part, found in matched.items() for first, last in found]
        return hit_of(stored, score, core.snippet(stored["body"], runs, SNIPPET_WORDS))
