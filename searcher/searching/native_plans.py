"""What is the core told of a query?

`PlanCompiler` turns a tree into nested tuples (`native/src/search/plan/mod.rs` reads them):
words folded and stemmed by the analyzer, equal words and equal clauses once, dates as
instants and as days (`native/src/search/sets/days.rs`).

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
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from searcher.analysis import Analyzer
from searcher.analysis.patterns import fold_pattern
from searcher.analysis.values import fold_value
from searcher.codec.schema import MISSING_DATE, day_term, instant_us
from searcher.fields import FIELDS
from searcher.query import tree
from searcher.query.rewrite import is_optional
from searcher.scoring import Scoring
from searcher.searching.closeness import REACH, close_words
from searcher.searching.snapshot import Snapshot
from searcher.searching.values import check_field

__all__ = ["Plan", "PlanCompiler"]

_DAY_US = 86_400_000_000
_LAST_INSTANT = 2**63 - 1
_LAST_DAY = dt.date.max.toordinal()
_LONGEST = 2**32 - 1
_MAX_COUNT = 2**63

# The numbers by which the core knows things; plan.rs has the other side.
_STEM, _FORM, _PATTERN, _FUZZY = range(4)
_RUN, _ANY, _NEAR, _WITHIN, _NOT_NEAR, _BOOST = range(6)
_CLAUSE, _AND, _OR, _NOT, _GROUP, _AT_LEAST = range(6)
_EVERYTHING, _VALUE, _DATES, _LENGTHS, _DAYS, _LISTED = range(6, 12)
_ANY_WORD = -1
_SIDE_BY_SIDE = (tree.Word, tree.Exact, tree.Pattern, tree.Fuzzy, tree.Phrase, tree.AnyWord)
_SCOPES = {"": 0, "title": 1, "body": 2, "lead": 3, "hlead": 4, "byline": 5}
_UNITS = {"sentence": 0, "paragraph": 1}
_EVERYWHERE = 0

Close = tuple[float, int, int, list[tuple[int, list[float]]]]
Plan = tuple[list[Any], list[Any], Any, list[tuple[int, float]], list[Close], bool]


class PlanCompiler:
    """Compiles one tree.

    `nodes`, `clauses` and `values` are the words, the clauses and the value conditions of the
    plan by their numbers, as they stand in the tree, and `close` the words that count for
    standing close, each list with how far apart.
    """

    def __init__(self, analyzer: Analyzer, snapshot: Snapshot, scoring: Scoring) -> None:
        self._analyzer = analyzer
        self._snapshot = snapshot
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
        if node.name in tree.GROUPS:
            return self._grouped(node)
        return self._condition(node, FIELDS.by_name["has"].number, node.name.encode(), None)

    def _value(self, node: tree.Value, *_: Any) -> tuple[Any, ...]:
        # A lone surrogate, which no article holds, makes bytes that no value has.
        field = check_field(node, self._snapshot.fields).number
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

    def _grouped(self, node: tree.Node, *_: Any) -> tuple[Any, ...]:
        grouped = self._snapshot.grouped(node)
        listed = (_LISTED, [documents.tobytes() for documents in grouped.listed])
        return (_NOT, listed) if grouped.is_rest else listed

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


_Method = Callable[[PlanCompiler, Any, int, "float | None"], tuple[Any, ...]]
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
        PlanCompiler._text,
    ),
    tree.And: PlanCompiler._and,
    tree.Or: PlanCompiler._or,
    tree.Not: PlanCompiler._not,
    tree.Excluded: PlanCompiler._not,
    tree.Required: PlanCompiler._required,
    tree.Boost: PlanCompiler._boosted,
    tree.Field: PlanCompiler._field,
    tree.Group: PlanCompiler._group,
    tree.AtLeast: PlanCompiler._at_least,
    tree.Everything: PlanCompiler._everything,
    tree.Has: PlanCompiler._has,
    tree.Value: PlanCompiler._value,
    tree.InGroup: PlanCompiler._grouped,
    tree.Is: PlanCompiler._grouped,
    tree.DateRange: PlanCompiler._dates,
    tree.LengthRange: PlanCompiler._lengths,
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
    return _NODES[type(node)] is PlanCompiler._text


def _clamped(distance: int) -> int:
    return min(max(distance, 0), _LONGEST)
