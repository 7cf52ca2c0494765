"""The native executor: a query tree answered in one call of the core.

`_Compiler` turns a tree into nested tuples (`native/src/search/plan/mod.rs` reads them):
words folded and stemmed by the analyzer, equal words and equal clauses once, dates as
instants and as days (`native/src/search/sets/days.rs`).  The core evaluates that over native
segments, with the articles, the order and the scores, to the last bit, of `plain.py`,
which is the definition of both.

    plan      (words, clauses, root, leaves, close, whether there are keyword groups)
    word      (kind, text, edits): what a single word stands for
    clause    (operand, scope): a positional part of the query and its fields
    leaf      (clause, boost): what is scored, in the order of the query
    close     (boost, distance, reach, words): words of which each and so many of the next
              are worth more where they stand close (`closeness.py`), as (clause, factors of
              its boosts, the outer ones first); the core makes the pairs, and their clauses
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from searcher.analysis import Analyzer
from searcher.analysis.patterns import fold_pattern
from searcher.analysis.values import fold_value
from searcher.codec.core import NativeCore, required_core
from searcher.codec.damage import REBUILD
from searcher.codec.schema import LENGTH_OF_CODE, MISSING_DATE, day_term, instant_us
from searcher.errors import IndexDamagedError
from searcher.fields import FIELDS, FieldTable
from searcher.query import tree
from searcher.query.rewrite import is_optional
from searcher.request import Request
from searcher.scoring import DEFAULT_SCORING, Scoring
from searcher.searching.budget import Budget, too_costly, too_many_forms
from searcher.searching.closeness import REACH, close_words, pairs_of
from searcher.searching.executor import Ranking
from searcher.searching.native_tally import NativeTallies
from searcher.searching.occurrences import Span
from searcher.searching.recency import Recency
from searcher.searching.results import Found, Hit
from searcher.searching.snapshot import SegmentView, Snapshot
from searcher.searching.snippets import SNIPPET_WORDS
from searcher.searching.values import check_field
from searcher.searching.word_weights import Stems, WeighedArticle, Weighing, WordWeight

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeExecutor", "Plan"]

_T = TypeVar("_T")
_DAY_US = 86_400_000_000
_LAST_INSTANT = 2**63 - 1
_LAST_DAY = dt.date.max.toordinal()
_LONGEST = 2**32 - 1
_MAX_COUNT = 2**63

# The numbers by which the core knows things; plan.rs has the other side.
_STEM, _FORM, _PATTERN, _FUZZY = range(4)
_RUN, _ANY, _NEAR, _WITHIN, _NOT_NEAR, _BOOST = range(6)
_CLAUSE, _AND, _OR, _NOT, _GROUP, _AT_LEAST, _EVERYTHING, _VALUE, _DATES, _LENGTHS, _DAYS = range(
    11
)
_ANY_WORD = -1
_SIDE_BY_SIDE = (tree.Word, tree.Exact, tree.Pattern, tree.Fuzzy, tree.Phrase, tree.AnyWord)
_SCOPES = {"": 0, "title": 1, "body": 2, "lead": 3, "hlead": 4, "byline": 5}
_UNITS = {"sentence": 0, "paragraph": 1}
_EVERYWHERE = 0
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
_new_hit: Callable[[tuple[Any, ...]], Hit] = partial(tuple.__new__, Hit)

Close = tuple[float, int, int, list[tuple[int, list[float]]]]
Plan = tuple[list[Any], list[Any], Any, list[tuple[int, float]], list[Close], bool]


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


class NativeExecutor(NativeTallies):
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
            self._count_words,
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
                prepared.plan, limit, offset, request.sort, SNIPPET_WORDS, timeout_s, aging
            )
        except self._failures as error:
            raise self._explained(error, prepared, budget or Budget(request.timeout_s)) from error
        hits = tuple([_new_hit((*row, None)) for row in rows])
        return _new_found((total, matching_all, hits, None))

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
        try:
            return self._searcher.stem_frequencies([stem.encode() for stem in stems])
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
        field_number = FIELDS.by_name[field].number
        try:
            found = self._searcher.positions(
                prepared.plan,
                field_number,
                list(documents),
                None if budget is None else budget.remaining_s,
            )
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
        compiler = _Compiler(self._analyzer, self._snapshot.fields, self._scoring)
        plan = self._plan(compiler.plan(query))
        found = compiler.nodes, compiler.clauses, compiler.values, compiler.close
        return _Prepared(query, plan, *found)

    def _keep(self, prepared: _Prepared) -> None:
        if len(self._kept) >= _KEPT_PLANS:
            self._kept.clear()
        # A tree never changes, and its number is its own as long as it is kept here.
        self._kept[id(prepared.query)] = prepared

    def _count_words(self, byline: bool, stored: bytes) -> list[int]:
        """The number of words of the title, or of each name of the byline."""
        article = json.loads(stored)
        texts = article.get("byline", []) if byline else [article["title"]]
        return [len(self._analyzer.forms(text)) for text in texts]


def _core_of(segment: SegmentView) -> _native.Segment:
    if segment.core is None:  # `choice.py` has looked
        raise ValueError("the native executor reads native segments only")
    return segment.core


class _Compiler:
    """Compiles one tree.

    `nodes`, `clauses` and `values` are the words, the clauses and the value conditions of the
    plan by their numbers, as they stand in the tree, and `close` the words that count for
    standing close, each list with how far apart.
    """

    def __init__(self, analyzer: Analyzer, fields: FieldTable, scoring: Scoring) -> None:
        self._analyzer = analyzer
        self._fields = fields
        self._scoring = scoring
        self._words: dict[tuple[int, bytes, int], int] = {}
        self._clauses: dict[tuple[Any, int], int] = {}
        self._leaves: list[tuple[int, float]] = []
        self._close: list[Close] = []
        self._has_groups = False
        self._conditions: dict[tuple[int, bytes, bytes | None], int] = {}
        self.nodes: list[tree.Node] = []
        self.clauses: list[tree.Node] = []
        self.values: list[tree.Node] = []
        self.close: list[tuple[int, list[tree.Node]]] = []

    def plan(self, query: tree.Node) -> Plan:
        root = self._node(query, _EVERYWHERE, 1.0)
        words, clauses = list(self._words), list(self._clauses)
        return words, clauses, root, self._leaves, self._close, self._has_groups

    # ------------------------------------------------------------ which articles

    # `boost` is None where nothing is scored (exclusions); keyword groups do not count
    # as such there either.

    def _node(self, node: tree.Node, scope: int, boost: float | None) -> tuple[Any, ...]:
        return _NODES[type(node)](self, node, scope, boost)

    def _text(self, node: Any, scope: int, boost: float | None) -> tuple[Any, ...]:
        clause = self._clause(node, scope)
        if boost is not None:
            self._leaves.append((clause, boost))
        return (_CLAUSE, clause)

    def _and(self, node: tree.And, scope: int, boost: float | None) -> tuple[Any, ...]:
        return (_AND, [_NODES[type(child)](self, child, scope, boost) for child in node.children])

    def _or(self, node: tree.Or, scope: int, boost: float | None) -> tuple[Any, ...]:
        return (_OR, [_NODES[type(child)](self, child, scope, boost) for child in node.children])

    def _not(
        self, node: tree.Not | tree.Excluded, scope: int, boost: float | None
    ) -> tuple[Any, ...]:
        return (_NOT, self._node(node.child, scope, None))

    def _required(self, node: tree.Required, scope: int, boost: float | None) -> tuple[Any, ...]:
        return self._node(node.child, scope, boost)

    def _boosted(self, node: tree.Boost, scope: int, boost: float | None) -> tuple[Any, ...]:
        return self._node(node.child, scope, None if boost is None else boost * node.factor)

    def _field(self, node: tree.Field, scope: int, boost: float | None) -> tuple[Any, ...]:
        return self._node(node.child, _SCOPES[node.name], boost)

    def _group(self, node: tree.Group, scope: int, boost: float | None) -> tuple[Any, ...]:
        if boost is not None and self._scoring.closeness:
            self._stand_close(node, scope, boost * self._scoring.closeness)
        needed, optional = [], []
        needs_text = False
        for item in node.items:
            if is_optional(item):
                optional.append(self._node(item, scope, boost))
            else:
                needed.append(self._node(item, scope, boost))
                needs_text = needs_text or _has_text(item)
        if optional and boost is not None:
            self._has_groups = True
        return (_GROUP, needed, optional, needs_text)

    def _stand_close(self, group: tree.Group, scope: int, boost: float) -> None:
        """Score how close the words of a group stand, as `plain.closeness_leaves` does."""
        words = close_words(group, self._analyzer)
        if len(words) < 2:
            return
        sides: list[tuple[int, list[float]]] = []
        for word in words:
            factors: list[float] = []
            node = word
            while isinstance(node, tree.Boost):
                factors.append(float(node.factor))
                node = node.child
            sides.append((self._clause(node, scope), factors))
        distance = self._scoring.closeness_distance
        self._close.append((boost, distance, REACH, sides))
        self.close.append((distance, words))

    def _at_least(self, node: tree.AtLeast, scope: int, boost: float | None) -> tuple[Any, ...]:
        if boost is not None:
            self._score(node.child, scope, boost)
        count = min(max(node.count, 0), _MAX_COUNT)
        return (_AT_LEAST, count, self._clause(node.child, scope))

    def _score(self, node: tree.Node, scope: int, boost: float) -> None:
        """Score the parts of an operand each for itself, as `plain.scored_leaves` does."""
        if isinstance(node, tree.Or | tree.Group):
            for child in tree.subtrees(node):
                self._score(child, scope, boost)
        elif isinstance(node, tree.Boost):
            self._score(node.child, scope, boost * node.factor)
        else:
            self._leaves.append((self._clause(node, scope), boost))

    def _everything(self, *_: Any) -> tuple[Any, ...]:
        return (_EVERYTHING,)

    def _has(self, node: tree.Has, *_: Any) -> tuple[Any, ...]:
        return self._condition(node, FIELDS.by_name["has"].number, node.name.encode(), None)

    def _value(self, node: tree.Value, *_: Any) -> tuple[Any, ...]:
        # A lone surrogate, which no article holds, makes bytes that no value has.
        field = check_field(node, self._fields).number
        folded = fold_value(node.text)
        whole = folded.encode("utf-8", "surrogatepass")
        if node.quoted or not ("*" in folded or "?" in folded):
            return self._condition(node, field, whole, None)
        prefix = folded.replace("?", "*").partition("*")[0]
        start = prefix.encode("utf-8", "surrogatepass")
        return self._condition(node, field, start, whole)

    def _condition(
        self, node: tree.Node, field: int, start: bytes, pattern: bytes | None
    ) -> tuple[Any, ...]:
        number = self._conditions.setdefault((field, start, pattern), len(self._conditions))
        if number == len(self.values):
            self.values.append(node)
        return (_VALUE, field, start, pattern, number)

    def _dates(self, node: tree.DateRange, *_: Any) -> tuple[Any, ...]:
        first_day, since = _day_or_instant(node.first)
        last_day, until = _day_or_instant(node.last)
        days = first_day is not None or last_day is not None
        if days and since is None and until is None:
            return _days(first_day, last_day)
        low = MISSING_DATE + 1 if since is None else since
        instants = (_DATES, low, _LAST_INSTANT if until is None else until)
        return (_AND, [_days(first_day, last_day), instants]) if days else instants

    def _lengths(self, node: tree.LengthRange, *_: Any) -> tuple[Any, ...]:
        low = 0 if node.low is None else node.low
        high = _LONGEST if node.high is None else node.high
        if low > _LONGEST or high < 0:
            low, high = 1, 0
        return (_LENGTHS, max(low, 0), min(high, _LONGEST))

    # ------------------------------------------------------------ words and positions

    def _clause(self, node: tree.Node, scope: int) -> int:
        number = self._clauses.setdefault((self._operand(node), scope), len(self._clauses))
        if number == len(self.clauses):
            self.clauses.append(node)
        return number

    def _operand(self, node: tree.Node) -> tuple[Any, ...]:
        if type(node) in _SIDE_BY_SIDE:
            return (_RUN, self._parts(node))
        match node:
            case tree.Near(left, right, distance, ordered):
                sides = self._operand(left), self._operand(right)
                return (_NEAR, *sides, _clamped(distance), bool(ordered))
            case tree.Within(left, right, unit):
                return (_WITHIN, self._operand(left), self._operand(right), _UNITS[unit])
            case tree.NotNear(left, right, distance):
                sides = self._operand(left), self._operand(right)
                return (_NOT_NEAR, *sides, _clamped(distance))
            case tree.Or(children) | tree.Group(children):
                return (_ANY, tuple(self._operand(child) for child in children))
            case tree.Boost(child, factor):
                return (_BOOST, self._operand(child), float(factor))
        raise TypeError(f"{node} has no place in a text")

    def _parts(self, node: tree.Node) -> tuple[int, ...]:
        """The words of what is found side by side."""
        analyzer = self._analyzer
        # Compared by class, the most frequent first: patterns of `match` are tried in turn.
        if isinstance(node, tree.Word):
            stems = analyzer.stems(analyzer.forms(node.text))
            if len(stems) == 1:
                return (self._word(node, _STEM, stems[0].encode()),)
            return tuple([self._word(node, _STEM, stem.encode()) for stem in stems])
        if isinstance(node, tree.Phrase):
            return tuple([place for part in node.parts for place in self._parts(part)])
        if isinstance(node, tree.Exact):
            forms = analyzer.forms(node.text)
            return tuple([self._word(node, _FORM, form.encode()) for form in forms])
        if isinstance(node, tree.Pattern):
            folded = fold_pattern(node.text, analyzer.elided).encode("utf-8", "surrogatepass")
            return (self._word(node, _PATTERN, folded),)
        if isinstance(node, tree.Fuzzy):
            form = "".join(analyzer.forms(node.text))
            return (self._word(node, _FUZZY, form.encode(), max(node.edits, 0)),)
        if isinstance(node, tree.AnyWord):
            return (_ANY_WORD,)
        raise TypeError(f"{node} has no place in a text")

    def _word(self, node: tree.Node, kind: int, text: bytes, edits: int = 0) -> int:
        key = (kind, text, edits)
        number = self._words.setdefault(key, len(self._words))
        if number == len(self.nodes):
            self.nodes.append(node)
        return number


_Method = Callable[[_Compiler, Any, int, "float | None"], tuple[Any, ...]]
_NODES: dict[type[tree.Node], _Method] = {
    **dict.fromkeys(
        (
            tree.Word,
            tree.Exact,
            tree.Pattern,
            tree.Fuzzy,
            tree.Phrase,
            tree.AnyWord,
            tree.Near,
            tree.Within,
            tree.NotNear,
        ),
        _Compiler._text,
    ),
    tree.And: _Compiler._and,
    tree.Or: _Compiler._or,
    tree.Not: _Compiler._not,
    tree.Excluded: _Compiler._not,
    tree.Required: _Compiler._required,
    tree.Boost: _Compiler._boosted,
    tree.Field: _Compiler._field,
    tree.Group: _Compiler._group,
    tree.AtLeast: _Compiler._at_least,
    tree.Everything: _Compiler._everything,
    tree.Has: _Compiler._has,
    tree.Value: _Compiler._value,
    tree.DateRange: _Compiler._dates,
    tree.LengthRange: _Compiler._lengths,
}


def _day_or_instant(end: dt.date | None) -> tuple[dt.date | None, int | None]:
    """An end of a range of dates as the day or the instant that it is."""
    return (None, instant_us(end)) if isinstance(end, dt.datetime) else (end, None)


@lru_cache(maxsize=1024)  # the next page and the next query ask for the same days
def _days(first: dt.date | None, last: dt.date | None) -> tuple[Any, ...]:
    """The own days from `first` to `last`: the instants surely inside, and the days at the
    edges, whose lists say the rest (`native/src/search/sets/days.rs` says why)."""
    low = MISSING_DATE + 1 if first is None else instant_us(first) + _DAY_US
    high = _LAST_INSTANT if last is None else instant_us(last) - 1
    edges: dict[dt.date, bytes] = {}
    # The inner ones first: the run that is sure grows from day to day.
    for day, step in ((first, 1), (first, 0), (last, -1), (last, 0)):
        if day is None or not 1 <= day.toordinal() + step <= _LAST_DAY:
            continue
        near = dt.date.fromordinal(day.toordinal() + step)
        if (first is None or first <= near) and (last is None or near <= last):
            edges[near] = day_term(near).encode()
    return (_DAYS, low, high, tuple(edges.values()))


def _has_text(node: tree.Node) -> bool:
    """Whether `node` has a scored part."""
    if isinstance(node, tree.Not | tree.Excluded):
        return False
    if isinstance(node, tree.And | tree.Or | tree.Group):
        return any(map(_has_text, tree.subtrees(node)))
    if isinstance(node, tree.Required | tree.AtLeast | tree.Boost | tree.Field):
        return _has_text(node.child)
    return _NODES[type(node)] is _Compiler._text


def _clamped(distance: int) -> int:
    return min(max(distance, 0), _LONGEST)
