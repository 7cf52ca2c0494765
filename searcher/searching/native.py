"""The native executor: a query tree answered in one call of the core.

The tree becomes a plan (`native_plans.py`).  The core evaluates that over native segments,
with the articles, the order and the scores, to the last bit, of `plain.py`, which is the
definition of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from searcher.analysis import Analyzer
from searcher.codec.core import NativeCore, required_core
from searcher.codec.damage import REBUILD
from searcher.codec.schema import LENGTH_OF_CODE
from searcher.errors import IndexDamagedError
from searcher.fields import FIELDS
from searcher.query import tree
from searcher.request import Request
from searcher.scoring import DEFAULT_SCORING, Scoring
from searcher.searching.budget import Budget, too_costly, too_many_forms
from searcher.searching.closeness import pairs_of
from searcher.searching.executor import Ranking
from searcher.searching.native_folding import NativeFolding
from searcher.searching.native_plans import PlanCompiler
from searcher.searching.native_tally import NativeTallies
from searcher.searching.occurrences import Span
from searcher.searching.recency import Recency
from searcher.searching.results import Found, Hit, hits_of
from searcher.searching.snapshot import SegmentView, Snapshot
from searcher.searching.snippets import SNIPPET_WORDS
from searcher.searching.word_weights import Stems, WeighedArticle, Weighing, WordWeight

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeExecutor"]

_T = TypeVar("_T")
_KEPT_PLANS = 256

# What is done in a stage of the core, and what its steps are.
_STAGES = {
    "expanding": ("looking for the words that the query stands for", "words of the query"),
    "weighing": ("weighing the words of the query", "parts of the query"),
    "ranking": ("looking for articles", "segments of the index"),
    "showing": ("reading the articles to show", "articles"),
}

# Of a tuple; a class itself takes its values one by one, and three times as long.
# The matches of a ranking are those of the core, which say the same and are equal.
_Ranked: TypeAlias = "tuple[int, int, list[_native.Match]]"
_new_ranking: Callable[[_Ranked], Ranking] = partial(tuple.__new__, Ranking)
_new_found: Callable[[tuple[int, int, tuple[Hit, ...], None]], Found] = partial(
    tuple.__new__, Found
)
_new_word_weight: Callable[[tuple[int, str, int, float]], WordWeight] = partial(
    tuple.__new__, WordWeight
)


class _Prepared(NamedTuple):
    """A query, what the core was told of it, and the parts of that as they stand in the tree."""

    query: tree.Node
    plan: _native.Plan
    words: list[tree.Node]
    clauses: list[tree.Node]
    values: list[tree.Node]
    close: list[tuple[int, list[tree.Node]]]

    def part(self, kind: str, number: int) -> tree.Node:
        """The word, clause or value of that number; pairs of close words are the last clauses."""
        parts = {"word": self.words, "clause": self.clauses, "value": self.values}[kind]
        if number < len(parts):
            return parts[number]
        pairs = [(*pair, far) for far, words in self.close for pair in pairs_of(words)]
        return tree.Near(*pairs[number - len(parts)])


class NativeExecutor(NativeFolding, NativeTallies):
    """Answers query trees over one snapshot of native segments.

    Arguments:
        core: the extension module; the one that is in use when left out.
        scoring: the constants of the ranking.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        analyzer: Analyzer,
        core: NativeCore | None = None,
        *,
        scoring: Scoring = DEFAULT_SCORING,
    ) -> None:
        core = core or required_core()
        self._core = core
        self._snapshot = snapshot
        self._analyzer = analyzer
        self._too_many: type[Exception] = core.TooManyFormsError
        self._spent: type[Exception] = core.SpentError
        self._damaged: type[Exception] = core.DamagedError
        self._failures = (self._damaged, self._too_many, self._spent)
        self._searcher = core.Searcher(
            [(_core_of(segment), sorted(segment.deleted)) for segment in snapshot.segments],
            LENGTH_OF_CODE,
            # Not a method: the core would keep this executor alive with itself, and the index.
            partial(_count_words, analyzer),
            scoring.as_tuple(),
        )
        self._scoring = scoring
        self._search = self._searcher.search
        self._plan = core.Plan
        self._kept: dict[int, _Prepared] = {}

    def search(
        self,
        understood: tree.Node,
        request: Request,
        *,
        count: bool = True,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Ranking:
        """Rank the articles that match: see `Executor.search`.  Often not to count them is
        much less work."""
        limit, offset = self._within_index(request)
        wanted = None if limit is None else offset + limit
        # What a search costs besides the core: rare words take little more than that.
        prepared = self._kept.get(id(understood))
        if prepared is None:
            prepared = self._compile(understood)
            if request.query is understood:  # who asks with a tree may ask with it again
                self._keep(prepared)
        timeout_s = request.timeout_s if budget is None else budget.remaining_s
        aging = None if recency is None else self._aging(recency)
        try:
            found = self._search(prepared.plan, wanted, request.sort, count, timeout_s, aging)
        except self._failures as error:
            raise self._explained(error, prepared, budget or Budget(request.timeout_s)) from error
        if offset:
            total, matching_all, matches = found
            return _new_ranking((total, matching_all, matches[offset:]))
        return _new_ranking(found)

    def _within_index(self, request: Request) -> tuple[int | None, int]:
        """Limit and offset as numbers that the core can hold: there are no more articles."""
        limit, offset, most = request.limit, request.offset, self._snapshot.document_count
        return None if limit is None else min(limit, most), min(offset, most)

    def hits(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Found:
        """The articles that `search` returns, as they are shown.

        The same as `make_hit` for each, in one call of the core.
        """
        limit, offset = self._within_index(request)
        # Whoever asks for hits has mostly just read the query; a plan kept for each would be
        # dropped unused, and the collector would go through all of them.
        prepared = self._kept.get(id(understood)) or self._compile(understood)
        timeout_s = request.timeout_s if budget is None else budget.remaining_s
        aging = None if recency is None else self._aging(recency)
        try:
            total, matching_all, rows = self._searcher.hits(
                *(prepared.plan, limit, offset, request.sort, SNIPPET_WORDS, timeout_s, aging),
                request.passages,
            )
        except self._failures as error:
            raise self._explained(error, prepared, budget or Budget(request.timeout_s)) from error
        return _new_found((total, matching_all, hits_of(rows, request.passages), None))

    def words_of(
        self,
        articles: Sequence[WeighedArticle],
        weighing: Weighing,
        stems: Stems,
        budget: Budget,
    ) -> list[WordWeight]:
        """The stems of some articles, weighed: see `Executor.words_of`."""
        places = [article.place for article in articles]
        weights = [article.weight for article in articles]
        norms = [article.norm for article in articles]
        try:
            words = self._searcher.words(
                places, weights, norms, weighing, stems, budget.remaining_s
            )
        except self._damaged as error:
            raise IndexDamagedError(self._snapshot.directory, str(error), hint=REBUILD) from error
        except self._spent as error:
            raise budget.passed("reading the best articles", "") from error
        return list(map(_new_word_weight, words))

    def stem_frequencies(self, stems: Sequence[str]) -> list[int]:
        """How many documents hold each of `stems`: see `Executor.stem_frequencies`."""
        # Half characters stand in no article, and may stand in a query.
        encoded = [stem.encode("utf-8", "surrogatepass") for stem in stems]
        try:
            return self._searcher.stem_frequencies(encoded)
        except self._damaged as error:
            raise IndexDamagedError(self._snapshot.directory, str(error), hint=REBUILD) from error

    def _aging(self, recency: Recency) -> _native.Recency:
        """`recency` as the core reads it."""
        return self._core.Recency(recency.reference_us, recency.factors)

    def matched_positions(
        self, understood: tree.Node, field: str, segment: SegmentView, number: int
    ) -> dict[int, list[Span]]:
        """For each scored leaf (by its place in the tree) where its words stand in a field."""
        place = next(i for i, s in enumerate(self._snapshot.segments) if s is segment)
        return self.positions(understood, field, [(place, number)])[0]

    def positions(
        self,
        understood: tree.Node,
        field: str,
        documents: Sequence[tuple[int, int]],
        *,
        budget: Budget | None = None,
    ) -> list[dict[int, list[Span]]]:
        """`matched_positions` of several documents, given by segment and number."""
        found: list[dict[int, list[Span]]]
        prepared = self._kept.get(id(understood)) or self._compile(understood)
        number = FIELDS.by_name[field].number
        timeout_s = None if budget is None else budget.remaining_s
        try:
            found = self._searcher.positions(prepared.plan, number, list(documents), timeout_s)
        except self._failures as error:
            raise self._explained(error, prepared, budget) from error
        return found

    def _ask(self, understood: tree.Node, budget: Budget, ask: Callable[..., _T]) -> _T:
        prepared = self._kept.get(id(understood)) or self._compile(understood)
        try:
            return ask(prepared.plan, budget.remaining_s)
        except self._failures as error:
            raise self._explained(error, prepared, budget) from error

    def _explained(self, error: Exception, prepared: _Prepared, budget: Budget | None) -> Exception:
        """The error to raise for one of the core."""
        if isinstance(error, self._damaged):  # it names the file and the section of it
            return IndexDamagedError(self._snapshot.directory, str(error), hint=REBUILD)
        if isinstance(error, self._too_many):
            number, found, together = error.args
            return too_many_forms(prepared.words[number], found, together)
        limit, stage, kind, number, (done, steps) = error.args
        if limit == "time" and budget is not None:
            named, counted = _STAGES[stage]
            return budget.passed(named, f"{done:,} of {steps:,} {counted}")
        return too_costly(prepared.part(kind, number) if kind else None, limit)

    def _compile(self, query: tree.Node) -> _Prepared:
        compiler = PlanCompiler(self._analyzer, self._snapshot, self._scoring)
        plan = self._plan(compiler.plan(query))
        found = compiler.nodes, compiler.clauses, compiler.values, compiler.close
        return _Prepared(query, plan, *found)

    def _keep(self, prepared: _Prepared) -> None:
        if len(self._kept) >= _KEPT_PLANS:
            self._kept.clear()
        # A tree never changes, and its number is its own as long as it is kept here.
        self._kept[id(prepared.query)] = prepared


def _count_words(analyzer: Analyzer, byline: bool, stored: bytes) -> list[int]:
    """The number of words of the title, or of each name of the byline."""
    article = json.loads(stored)
    texts = article.get("byline", []) if byline else [article["title"]]
    return [len(analyzer.forms(text)) for text in texts]


def _core_of(segment: SegmentView) -> _native.Segment:
    if segment.core is None:  # `choice.py` has looked
        raise ValueError("the native executor reads native segments only")
    return segment.core
