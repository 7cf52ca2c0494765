"""How does a cluster find words that stand in some place to each other?

A phrase is a `match_phrase`; with patterns in it, ordered intervals without gaps; with any-words
beside patterns, spans.  `a w/5 b` is ordered intervals both ways; a sentence is what lies between
its marks (`terms.py`).  Proximity inside proximity is a chain of spans from left to right: the
second parts that have a first one at most so far before them, the third ones that have such a
second, each said with `span_not` twice over.

What these find was compared with the embedded engine over thousands of random trees, and some
of Lucene's own ways are left out because they were wrong: intervals keep only the shortest of
those that overlap, so an operand with runs of several widths is asked for width by width; spans
lose pairs when operands overlap, so chains are only made of operands that cannot, neither each
other nor one alternative another of the same; gaps between
one source and itself are counted wrong, so the second is written otherwise; a boundary is
never excluded by `not_containing`, for which touching is containing.

`exact` gives a query that finds exactly the articles, or raises `NeedsCheck`; `loose` one that
finds at least them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.cluster.terms import ANY_WORD, FIELD_END, FIELD_START, UNIT_MARKS
from searcher.cluster.words import ALL, NONE, Dsl, NeedsCheck, Words, any_of
from searcher.codec.schema import NAME_GAP
from searcher.query import tree
from searcher.searching.plain import LEAD_WORDS

__all__ = ["Positions"]

_MOST_ORDERS = 64
_MOST_TIMES = 20
# Pairs of names never stand so near, and words of one never so far.
_WITHIN_NAME = NAME_GAP // 2
_NOWHERE: Dsl = {"match": {"query": "|"}}
_LENGTH_OF = {"body": "length", "title": "title_length", "lead": "length"}


class _Run(NamedTuple):
    """An alternative of an operand: words side by side.

    `stems` are those of its words; None where they are not known, as of patterns.
    `is_apart` says that no two places where it stands overlap.
    """

    width: int
    interval: Dsl | None
    span: Dsl
    stems: frozenset[str] | None
    is_apart: bool


class Positions:
    """Positional parts of queries.  Arguments: those of `Words`."""

    def __init__(self, analyzer: Analyzer, *, expands: bool = True) -> None:
        self.words = Words(analyzer, expands=expands)

    # ------------------------------------------------------------ in one field

    def exact(self, node: tree.Node, field: str) -> Dsl:
        """The articles in whose `field` the part `node` occurs.

        Raises:
            NeedsCheck: no query says so.
        """
        match node:
            case tree.Or(children) | tree.Group(children):
                return any_of([self.exact(child, field) for child in children])
            case tree.Boost(child):
                return self.exact(child, field)
            case tree.Near():
                return self._near(node, field)
            case tree.NotNear():
                return self._alone(node, field)
            case tree.Within(left, right, unit):
                return self._within(left, right, unit, field)
        parts = self.words.parts(node)
        if len(parts) == 1 and not isinstance(parts[0], tree.AnyWord):
            return self.words.query(parts[0], field)
        return self._phrase(parts, field) if parts else NONE

    def loose(self, node: tree.Node, field: str) -> Dsl:
        """At least the articles in whose `field` the part `node` occurs."""
        match node:
            case tree.Or(children) | tree.Group(children):
                return any_of([self.loose(child, field) for child in children])
            case tree.Boost(child) | tree.NotNear(child) | tree.AtLeast(_, child):
                return self.loose(child, field)
        try:
            return self.exact(node, field)
        except NeedsCheck:
            pass
        if isinstance(node, tree.Near | tree.Within):
            both = [self.loose(node.left, field), self.loose(node.right, field)]
        else:
            parts = self.words.parts(node)
            both = []
            for part in parts:
                if not isinstance(part, tree.AnyWord):
                    try:
                        both.append(self.words.query(part, field))
                    except NeedsCheck:
                        continue
        both = [query for query in both if query != ALL]
        return {"bool": {"filter": both}} if both else ALL

    def at_least(self, count: int, node: tree.Node, fields: Sequence[str]) -> Dsl:
        """The articles in which `node` occurs `count` times, all `fields` together.

        Raises:
            NeedsCheck: no query says so.
        """
        sources = {field: self._repeated(node, field) for field in dict.fromkeys(fields)}
        if count > _MOST_TIMES:
            raise NeedsCheck(f"atleast of more than {_MOST_TIMES}")

        def times(field: str, wanted: int) -> Dsl:
            source = sources[field]
            if wanted > 1:
                source = {"all_of": {"mode": "ordered", "intervals": [source] * wanted}}
            return {"intervals": {field: source}}

        first, *others = sources
        if not others:
            return times(first, count)
        (second,) = others
        ways = []
        for here in range(count + 1):
            both = [times(first, here)] if here else []
            both += [times(second, count - here)] if here < count else []
            ways.append(both[0] if len(both) == 1 else {"bool": {"filter": both}})
        return any_of(ways)

    def _repeated(self, node: tree.Node, field: str) -> Dsl:
        runs = self._runs(node, field)
        if len({run.width for run in runs}) > 1:
            raise NeedsCheck("atleast of runs of several widths")
        if runs[0].width > 1:
            parts = [] if isinstance(node, tree.Or | tree.Group) else self.words.parts(node)
            if not parts or self._may_overlap_itself(parts):
                raise NeedsCheck("atleast of a phrase that may overlap itself")
        return _any_source([_interval_of(run, "atleast") for run in runs])

    def _may_overlap_itself(self, parts: list[tree.Node]) -> bool:
        stems = []
        for part in parts:
            if not isinstance(part, tree.Word | tree.Exact):
                return True
            stems.append(self.words.stem(part))
        return any(stems[shift:] == stems[:-shift] for shift in range(1, len(stems)))

    # ------------------------------------------------------------ phrases

    def _phrase(self, parts: list[tree.Node], field: str) -> Dsl:
        any_words = [isinstance(part, tree.AnyWord) for part in parts]
        if all(any_words):
            if field not in _LENGTH_OF:
                raise NeedsCheck("a phrase of any words alone in a byline")
            if field == "lead" and len(parts) > LEAD_WORDS:
                return NONE
            return {"range": {_LENGTH_OF[field]: {"gte": len(parts)}}}
        first = any_words.index(False)
        last = len(parts) - any_words[::-1].index(False)
        if first or last < len(parts):
            run = self._span_run(parts[first:last], field)
            if first:
                run = _span_not(run, {"span_term": {field: FIELD_START}}, before=first - 1)
            if after := len(parts) - last:
                run = _span_not(run, {"span_term": {field: FIELD_END}}, after=after - 1)
            return run
        if all(isinstance(part, tree.Word | tree.Exact | tree.AnyWord) for part in parts):
            said = " ".join(
                self.words.term(part) if isinstance(part, tree.Word | tree.Exact) else ANY_WORD
                for part in parts
            )
            return {"match_phrase": {field: {"query": said}}}
        if any(any_words):
            return self._span_run(parts, field)
        return {"intervals": {field: self._interval_run(parts)}}

    def _interval_run(self, parts: list[tree.Node]) -> Dsl | None:
        """Words side by side as intervals; None if there is an any-word among them."""
        if any(isinstance(part, tree.AnyWord) for part in parts):
            return None
        if len(parts) == 1:
            return self.words.interval(parts[0])
        terms = [
            self.words.term(part) for part in parts if isinstance(part, tree.Word | tree.Exact)
        ]
        if len(terms) == len(parts):
            return {"match": {"query": " ".join(terms), "max_gaps": 0, "mode": "ordered"}}
        sources = [self.words.interval(part) for part in parts]
        return {"all_of": {"mode": "ordered", "max_gaps": 0, "intervals": sources}}

    def _span_run(self, parts: list[tree.Node], field: str) -> Dsl:
        """Words side by side as spans; the first and the last are words."""
        if len(parts) == 1:
            return self.words.span(parts[0], field)
        clauses = [
            {"span_gap": {field: 1}}
            if isinstance(part, tree.AnyWord)
            else self.words.span(part, field)
            for part in parts
        ]
        return {"span_near": {"in_order": True, "slop": 0, "clauses": clauses}}

    # ------------------------------------------------------------ operands

    def _runs(self, node: tree.Node, field: str) -> list[_Run]:
        """The alternatives of an operand.

        Raises:
            _Nested: a proximity is among them.
            NeedsCheck: they begin or end with any word.
        """
        match node:
            case tree.Or(children) | tree.Group(children):
                return [run for child in children for run in self._runs(child, field)]
            case tree.Boost(child):
                return self._runs(child, field)
            case tree.NotNear(left):
                runs = self._runs(left, field)
                known = [run.stems for run in runs if run.stems is not None]
                stems = frozenset().union(*known) if len(known) == len(runs) else None
                width = max(run.width for run in runs)
                return [_Run(width, None, self._alone(node, field), stems, _are_apart(runs))]
            case tree.Near() | tree.Within():
                raise _Nested("proximity inside w/s, w/p or atleast")
        parts = self.words.parts(node)
        if not parts or any(isinstance(part, tree.AnyWord) for part in (parts[0], parts[-1])):
            raise NeedsCheck("any word at the edge of a phrase in a proximity")
        words = [part for part in parts if isinstance(part, tree.Word | tree.Exact)]
        stems = frozenset(map(self.words.stem, words)) if len(words) == len(parts) else None
        interval, span = self._interval_run(parts), self._span_run(parts, field)
        is_apart = len(parts) == 1 or (stems is not None and len(stems) == len(parts))
        return [_Run(len(parts), interval, span, stems, is_apart)]

    # ------------------------------------------------------------ proximity

    def _near(self, node: tree.Near, field: str) -> Dsl:
        if node.distance < 1:
            return NONE
        if field == "byline" and node.distance > _WITHIN_NAME:
            raise NeedsCheck("proximity from name to name")
        try:
            left, right = self._runs(node.left, field), self._runs(node.right, field)
        except _Nested:
            return self._chains(node, field)
        if any(run.interval is None for run in left + right):
            return self._chains(node, field)
        gaps = node.distance - 1
        sources = [
            {
                "all_of": {
                    "mode": "ordered",
                    "max_gaps": gaps,
                    "intervals": [one, _unlike(other, one)],
                }
            }
            for one, other in _pairs(left, right, ordered=node.ordered)
        ]
        return {"intervals": {field: _any_source(sources)}}

    def _within(self, left: tree.Node, right: tree.Node, unit: str, field: str) -> Dsl:
        ones, others = self._runs(left, field), self._runs(right, field)
        for run in ones + others:
            _interval_of(run, "w/s or w/p")
        sources = []
        for one, other in _pairs(ones, others, ordered=False):
            pair: Dsl = {"mode": "ordered", "intervals": [one, other]}
            if field in ("body", "lead"):
                ends = [{"match": {"query": mark}} for mark in UNIT_MARKS[unit]]
                bounds = {"all_of": {"mode": "ordered", "intervals": ends}}
                pair["filter"] = {"contained_by": bounds}
            elif field == "byline":
                pair["max_gaps"] = _WITHIN_NAME
            sources.append({"all_of": pair})
        return {"intervals": {field: _any_source(sources)}}

    def _alone(self, node: tree.NotNear, field: str) -> Dsl:
        """The runs of the left part that have none of the right one near, as spans."""
        left, right = self._runs(node.left, field), self._runs(node.right, field)
        if not _are_disjoint(left, right):
            raise NeedsCheck("NOT w/n of parts that may overlap")
        n = node.distance
        return _span_not(_any_span(left), _any_span(right), before=n, after=n)

    def _chains(self, node: tree.Near, field: str) -> Dsl:
        orders = self._orders(node, field)
        if len(orders) > _MOST_ORDERS:
            raise NeedsCheck(f"proximity of more than {_MOST_ORDERS} orders")
        return any_of([_chain(order) for order in orders])

    def _orders(self, node: tree.Node, field: str) -> list[_Order]:
        """The orders in which the operands of nested proximity may stand."""
        match node:
            case tree.Boost(child):
                return self._orders(child, field)
            case tree.Within():
                raise NeedsCheck("w/s or w/p inside proximity")
            case tree.Or(children):
                try:
                    return [[(self._runs(node, field), 0)]]
                except _Nested:
                    return [order for child in children for order in self._orders(child, field)]
            case tree.Near(left, right, distance, ordered):
                found: list[_Order] = []
                for one in self._orders(left, field):
                    for other in self._orders(right, field):
                        found.append([*one, (other[0][0], distance), *other[1:]])
                        if not ordered:
                            found.append([*other, (one[0][0], distance), *one[1:]])
                        if len(found) > _MOST_ORDERS:
                            raise NeedsCheck(f"proximity of more than {_MOST_ORDERS} orders")
                return found
        return [[(self._runs(node, field), 0)]]


_Order = list[tuple[list[_Run], int]]
"""Operands from left to right, each with its distance from the one before."""


class _Nested(NeedsCheck):
    """There is a proximity among the operands."""


def _chain(order: _Order) -> Dsl:
    before = order[0][0]
    reached = _any_span(before)
    for runs, distance in order[1:]:
        if not _are_disjoint(before, runs):
            raise NeedsCheck("nested proximity of parts that may overlap")
        if not _are_apart(runs):  # what overlaps an unreached one would be taken out with it
            raise NeedsCheck("alternatives that may overlap in nested proximity")
        span = _any_span(runs)
        unreached = _span_not(span, reached, before=distance)
        reached = _span_not(span, unreached)
        before = runs
    return reached


def _are_disjoint(left: Sequence[_Run], right: Sequence[_Run]) -> bool:
    """Whether no run of one can overlap one of the other."""
    return all(
        one.stems is not None and other.stems is not None and not one.stems & other.stems
        for one in left
        for other in right
    )


def _are_apart(runs: Sequence[_Run]) -> bool:
    """Whether no two places where one of `runs` stands overlap, unless they are one."""
    return all(run.is_apart for run in runs) and all(
        one.width == other.width == 1 or _are_disjoint([one], [other])
        for one, other in combinations(runs, 2)
    )


def _interval_of(run: _Run, where: str) -> Dsl:
    if run.interval is None:
        raise NeedsCheck(f"NOT w/n or any word inside {where}")
    return run.interval


def _pairs(
    left: Sequence[_Run], right: Sequence[_Run], *, ordered: bool
) -> Iterator[tuple[Dsl, Dsl]]:
    """What may stand before what, the runs of one width together."""
    for one in _by_width(left):
        for other in _by_width(right):
            yield one, other
            if not ordered:
                yield other, one


def _by_width(runs: Sequence[_Run]) -> list[Dsl]:
    widths: dict[int, list[Dsl]] = {}
    for run in runs:
        assert run.interval is not None
        widths.setdefault(run.width, []).append(run.interval)
    return [_any_source(sources) for sources in widths.values()]


def _unlike(source: Dsl, other: Dsl) -> Dsl:
    """`source`, written otherwise if it is `other`: of one source twice Lucene counts the words
    of both as a gap between them."""
    return {"any_of": {"intervals": [source, _NOWHERE]}} if source == other else source


def _any_source(sources: list[Dsl]) -> Dsl:
    return sources[0] if len(sources) == 1 else {"any_of": {"intervals": sources}}


def _any_span(runs: Sequence[_Run]) -> Dsl:
    spans = [run.span for run in runs]
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}


def _span_not(include: Dsl, exclude: Dsl, *, before: int = 0, after: int = 0) -> Dsl:
    return {"span_not": {"include": include, "exclude": exclude, "pre": before, "post": after}}
