"""How are articles of a cluster looked at here, by the embedded engine?

`CheckingExecutor` is the plain executor over articles in memory (`memory.py`) that weighs words
by the figures of the whole cluster.  It is asked when no query of the cluster says exactly what
a tree means, for the scores of the best articles, and for what is shown of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from searcher.analysis import Analyzer
from searcher.analysis.patterns import fold_pattern
from searcher.cluster.concordance import FieldForms, LeafForms
from searcher.cluster.figures import Figures
from searcher.cluster.memory import MemorySegmentView, MemorySnapshot, Stored
from searcher.codec.core import native_core
from searcher.codec.schema import LENGTH_OF_CODE
from searcher.fields import FieldTable
from searcher.query import tree
from searcher.scoring import Scoring
from searcher.searching.budget import Budget
from searcher.searching.executor import Match
from searcher.searching.hits import hit_of, make_hit
from searcher.searching.occurrences import Occurrences, Scope
from searcher.searching.plain import Leaf, PlainExecutor, Scopes
from searcher.searching.results import Hit
from searcher.searching.snapshot import SegmentView
from searcher.searching.snippets import SNIPPET_WORDS

__all__ = ["CheckingExecutor", "CountedElsewhere"]

# Units of work (`budget.py`) for a position that is held against others, to look for what fits a
# pattern in an article, and to look for a part of the query there.
_PAIRING = 5
_EXPANDING = 100
_LOOKING = 20
_SINGLE = (tree.Word, tree.Exact, tree.Pattern, tree.Fuzzy)
# No text is longer.
_FARTHEST = 1 << 31


class CountedElsewhere(Occurrences):
    """Occurrences in some articles, weighed by all of the cluster."""

    figures: Figures

    def frequencies(self, node: tree.Node, scope: Scope, segment: SegmentView) -> dict[int, int]:
        # Two words near each other are most of what is looked at: they are counted without runs.
        pair = self.near_words(node)
        if pair is None or scope.limit is not None:
            return super().frequencies(node, scope, segment)
        for word in pair:
            self._budget.charge(_PAIRING * self._union(word, scope.field, segment).positions_count)
        assert isinstance(node, tree.Near) and isinstance(segment, MemorySegmentView)
        left, right = (self.forms(word, scope.field) for word in pair)
        return segment.words.pairs(scope.field, left, right, within_texts(node.distance))

    def near_words(self, node: tree.Node) -> tuple[tree.Node, tree.Node] | None:
        """The two words of which `node` says that they stand near each other, in any order; None
        if it says something else."""
        if not isinstance(node, tree.Near) or node.ordered:
            return None
        words = _unboosted(node.left), _unboosted(node.right)
        is_pair = all(
            isinstance(w, tree.Word | tree.Exact) and self.parts(w) == (w,) for w in words
        )
        return words if is_pair else None

    def _expand(self, word: tree.Node, field: str) -> list[bytes]:
        if not isinstance(word, tree.Pattern | tree.Fuzzy):
            return super()._expand(word, field)
        self._budget.work_on(word)
        (segment,) = self._snapshot.segments
        assert isinstance(segment, MemorySegmentView)
        key: object
        if isinstance(word, tree.Pattern):
            key = fold_pattern(word.text, self._analyzer.elided)
            found = segment.words.fitting_forms(field, word.text)
        else:
            key = text, edits = "".join(self._analyzer.forms(word.text)), max(word.edits, 0)
            found = segment.words.near_forms(field, text, edits)
        self._budget.charge(_EXPANDING * segment.count)
        self._budget.count_forms(key, word, len(found))
        self._budget.work_on(None)
        return found

    def document_frequency(self, word: tree.Node, field: str) -> int:
        return self.figures.document_frequency(word, field)

    def recurrence(self, word: tree.Node) -> tuple[int, int]:
        return self.figures.recurrence(word)


def within_texts(distance: int) -> int:
    """`distance`, or so many words as no text has."""
    return max(0, min(distance, _FARTHEST))


def _unboosted(node: tree.Node) -> tree.Node:
    while isinstance(node, tree.Boost):
        node = node.child
    return node


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
        self.occurrences: CountedElsewhere = CountedElsewhere(
            self._snapshot, self._analyzer, self._budget
        )
        self.occurrences.figures = self.figures
        self._weights = self.figures.weights

    def _average_length(self, field: str) -> float:
        return self.figures.average_length(field)

    def weight(self, node: tree.Node, scopes: Scopes) -> float:
        """What a scored part weighs."""
        return self._weight(node, scopes)

    def scores(self, understood: tree.Node, leaves: list[Leaf], budget: Budget) -> dict[int, float]:
        """What each of the articles scores, by its number, whether it matches or not; `leaves` are
        all that is scored of `understood`."""
        self.begin(budget)
        self.expand(understood)
        (segment,) = self._snapshot.segments
        return self._scores(leaves, set(range(segment.count)), segment)

    def _strengths(
        self, leaves: list[Leaf], found: set[int], segment: SegmentView
    ) -> Iterator[dict[int, float]]:
        # Words, and two words near each other, of all leaves at once.
        assert isinstance(segment, MemorySegmentView)
        formed = list(map(self._formed, leaves))
        asked = [forms for forms in formed if forms is not None]
        self._budget.charge(_LOOKING * segment.count * len(asked))
        average, codes = self._average_length("body"), segment.length_codes("body")
        lengths = [LENGTH_OF_CODE[code] for code in codes]
        told = iter(segment.words.strengths(asked, lengths, average, self._scoring))
        for leaf, forms in zip(leaves, formed, strict=True):
            if forms is None:
                yield self._strengths_of(leaf, found, segment)
            else:
                yield {number: x for number, x in next(told) if number in found}

    def _formed(self, leaf: Leaf) -> LeafForms | None:
        """The forms of a leaf that is one word, or two near each other; None if it is more."""
        fields = [scope.field for scope in leaf.scopes if scope.limit is None]
        forms = self.occurrences.forms
        pair = self.occurrences.near_words(leaf.node)
        if len(fields) < len(leaf.scopes):
            return None
        if pair is not None:
            left, right = pair
            both = [FieldForms(name, forms(left, name), forms(right, name)) for name in fields]
            assert isinstance(leaf.node, tree.Near)
            return LeafForms(both, within_texts(leaf.node.distance), leaf.for_closeness)
        parts = self.occurrences.parts(leaf.node)
        if len(parts) != 1 or not isinstance(parts[0], _SINGLE) or leaf.for_closeness:
            return None
        single = [FieldForms(name, forms(parts[0], name), None) for name in fields]
        return LeafForms(single, 0, False)

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
