"""The plain executor: a whole query tree answered in obvious Python.

`matching` gives the set of documents of one segment that a node matches, by set
algebra over its parts.  `scores` adds up what each scored leaf is worth to each of
them.  `search` puts the two together over all segments.  This is the meaning of
the query language and of the ranking; a faster executor must give the same
articles in the same order with the same scores.

Sources: the set semantics of docs/query-language.md and the formula of
`scoring.py`.  What it does not do: prune, skip, or stop early.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.codec.schema import LENGTH_OF_CODE, MISSING_DATE, day_term, instant_us
from searcher.query import tree
from searcher.query.rewrite import is_optional
from searcher.request import Request
from searcher.scoring import DEFAULT_SCORING, Scoring, inverse_document_frequency, recurrence
from searcher.searching.budget import Budget
from searcher.searching.closeness import close_pairs, counted
from searcher.searching.executor import Match, Ranking
from searcher.searching.hits import make_hit
from searcher.searching.occurrences import Occurrences, Scope, Span, inside_spans
from searcher.searching.plain_folding import PlainFolding
from searcher.searching.plain_tally import PlainTallies
from searcher.searching.recency import Recency
from searcher.searching.results import Found
from searcher.searching.snapshot import SegmentView, Snapshot
from searcher.searching.values import ValueMatcher, check_field, value_matcher
from searcher.searching.word_weights import Stems, WeighedArticle, Weighing, WordWeight, words_of

__all__ = ["DEFAULT_SCOPES", "SCOPES", "Match", "PlainExecutor", "Ranking", "Scopes"]

DEFAULT_SCOPES = (Scope("title"), Scope("body"))
LEAD_WORDS = 60
SCOPES = {
    "title": (Scope("title"),),
    "body": (Scope("body"),),
    "lead": (Scope("body", LEAD_WORDS),),
    "hlead": (Scope("title"), Scope("body", LEAD_WORDS)),
    "byline": (Scope("byline"),),
}
Scopes = tuple[Scope, ...]
_TEXT = (
    tree.Word,
    tree.Exact,
    tree.Pattern,
    tree.Fuzzy,
    tree.Phrase,
    tree.Near,
    tree.Within,
    tree.NotNear,
)
# Units of work (`budget.py`): to look at a part of the query, to read a value of a field and
# to find the documents of one, for a document in a set, for one that is scored in a field and
# for one that is ordered.
_LOOK = 10
_VALUE = 20
_LIST = 450
_DOCUMENT = 3
_SCORE = 14
_ANSWER = 22
# Numbers held for a document of a set, and for one that is an answer.
_SET_HELD = 8
_ANSWER_HELD = 25


class Leaf(NamedTuple):
    """A scored part of a query: a positional node, where it is sought, and its boost."""

    node: tree.Node
    scopes: Scopes
    boost: float
    for_closeness: bool = False


class PlainExecutor(PlainTallies, PlainFolding):
    """Answers query trees over one snapshot; serves one search at a time."""

    def __init__(
        self, snapshot: Snapshot, analyzer: Analyzer, *, scoring: Scoring = DEFAULT_SCORING
    ) -> None:
        self._snapshot = snapshot
        self._analyzer = analyzer
        self._scoring = scoring
        self.begin(None)

    def begin(self, budget: Budget | None) -> None:
        """Begin what may cost `budget`, and drop what was decoded for the last search, so that
        memory does not grow with searches.
        """
        self._budget = Budget() if budget is None else budget
        self._budget.allow_for(self._snapshot.document_count)
        self.occurrences = Occurrences(self._snapshot, self._analyzer, self._budget)
        self._weights: dict[tuple[tree.Node, Scopes], float] = {}
        self._averages: dict[str, float] = {}
        for segment in self._snapshot.segments:
            segment.forget_postings()

    def search(
        self,
        understood: tree.Node,
        request: Request,
        *,
        count: bool = True,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Ranking:
        """Rank the articles that match: see `Executor.search`.  They are always counted."""
        self.begin(Budget(request.timeout_s) if budget is None else budget)
        self._budget.enter("looking for the words that the query stands for")
        self.expand(understood)
        leaves = [*scored_leaves(understood), *self.closeness_leaves(understood)]
        matches: list[Match] = []
        all_words = 0
        groups = any(True for _ in _groups(understood))
        for i, segment in enumerate(self._snapshot.segments):
            done = f"{i:,} of {len(self._snapshot.segments):,} segments of the index"
            self._budget.enter("looking for articles", done)
            found = self.matching(understood, segment) - segment.deleted
            if groups:
                every = self.matching(understood, segment, all_optional=True) - segment.deleted
                all_words += len(every)
            scores = self._scores(leaves, found, segment)
            self._budget.charge(_ANSWER * len(found))
            self._budget.hold(_ANSWER_HELD * len(found))
            if recency is not None:
                dates = segment.dates_us()
                scores = {n: s * recency.factor(dates[n]) for n, s in scores.items()}
            matches += [Match(i, number, scores.get(number, 0.0)) for number in found]
        total = len(matches)
        last = None if request.limit is None else request.offset + request.limit
        best = self._order(matches, request.sort, last)
        return Ranking(total, all_words if groups else total, best[request.offset :])

    def found(self, understood: tree.Node, budget: Budget) -> list[set[int]]:
        """The documents of each segment that match."""
        self.begin(budget)
        budget.enter("looking for the words that the query stands for")
        self.expand(understood)
        budget.enter("looking for articles")
        return [self.matching(understood, s) - s.deleted for s in self._snapshot.segments]

    def expand(self, node: tree.Node, scopes: Scopes = DEFAULT_SCOPES) -> None:
        """Look for the forms of all words of a query, also of those it excludes.

        Raises:
            QueryError: its patterns fit too many.
        """
        match node:
            case tree.Field(name, child):
                self.expand(child, SCOPES[name])
            case tree.AtLeast(_, child):
                self.occurrences.expand(child, scopes)
            case _ if isinstance(node, _TEXT):
                self.occurrences.expand(node, scopes)
            case _:
                for child in tree.subtrees(node):
                    self.expand(child, scopes)

    # ------------------------------------------------------------ which articles

    def matching(
        self,
        node: tree.Node,
        segment: SegmentView,
        scopes: Scopes = DEFAULT_SCOPES,
        *,
        all_optional: bool = False,
    ) -> set[int]:
        """The documents of `segment` that match `node`, deleted ones included.

        With `all_optional` the optional words of keyword groups are all required,
        which is how `matching_all` is counted.
        """

        self._budget.charge(_LOOK)

        def matches(child: tree.Node) -> set[int]:
            return self.matching(child, segment, scopes, all_optional=all_optional)

        match node:
            case tree.And(children):
                return self._together(set.intersection_update, children, matches)
            case tree.Or(children):
                return self._together(set.update, children, matches)
            case tree.Not(child) | tree.Excluded(child):
                excluded = self.matching(child, segment, scopes)
                self._budget.charge(_DOCUMENT * segment.count)
                return set(range(segment.count)) - excluded
            case tree.Required(child) | tree.Boost(child):
                return matches(child)
            case tree.Group(items):
                return self._matching_group(items, matches, segment, all_optional)
            case tree.Field(name, child):
                return self.matching(child, segment, SCOPES[name], all_optional=all_optional)
            case tree.AtLeast(count, child):
                counts: dict[int, int] = {}
                for scope in scopes:
                    found = self.occurrences.frequencies(child, scope, segment)
                    self._budget.charge(len(found))
                    for number, frequency in found.items():
                        counts[number] = counts.get(number, 0) + frequency
                return {number for number, n in counts.items() if n >= count}
            case tree.Everything():
                self._budget.charge(segment.count)
                return set(range(segment.count))
            case tree.InGroup() | tree.Is() | tree.Has("copies" | "versions" | "story"):
                self._budget.charge(segment.count)
                return self._snapshot.grouped_in(segment, node)
            case tree.Has(name):
                return self._documents_of(segment, "has", [name.encode()])
            case tree.Value(name, _, _):
                check_field(node, self._snapshot.fields)
                fits = value_matcher(node)
                return self._documents_of(segment, name, self._values(node, fits, segment))
            case tree.DateRange(first, last):
                return self._matching_dates(segment, first, last)
            case tree.LengthRange(low, high):
                self._budget.charge(_DOCUMENT * segment.count)
                most = float("inf") if high is None else high
                return {i for i, n in enumerate(segment.lengths()) if (low or 0) <= n <= most}
        holders: set[int] = set()
        for scope in scopes:
            frequencies = self.occurrences.frequencies(node, scope, segment)
            self._budget.charge(_DOCUMENT * len(frequencies))
            holders.update(frequencies)
        return holders

    def _together(
        self,
        join: Callable[[set[int], set[int]], None],
        children: Iterable[tree.Node],
        matches: Callable[[tree.Node], set[int]],
    ) -> set[int]:
        """The sets of all children joined, one after another: no more than one is kept."""
        first, *others = children
        found = matches(first)
        for child in others:
            held = _SET_HELD * len(found)
            self._budget.hold(held)
            more = matches(child)
            self._budget.release(held)
            self._budget.charge(len(more) if join is set.update else len(found))
            join(found, more)
        return found

    def _values(self, node: tree.Value, fits: ValueMatcher, segment: SegmentView) -> list[bytes]:
        """The values of a segment that fit."""
        self._budget.work_on(node)
        found = []
        for term in segment.field_terms(node.name, fits.prefix):
            self._budget.charge(_VALUE + len(term) * (1 + node.text.count("*")))
            if fits(term):
                found.append(term)
        self._budget.work_on(None)
        return found

    def _matching_group(
        self,
        items: tuple[tree.Node, ...],
        matches: Callable[[tree.Node], set[int]],
        segment: SegmentView,
        all_optional: bool,
    ) -> set[int]:
        if all_optional:
            return self._together(set.intersection_update, items, matches)
        optional = [item for item in items if is_optional(item)]
        needed = [item for item in items if not is_optional(item)]
        if needed:
            found = self._together(set.intersection_update, needed, matches)
        else:
            found = set(range(segment.count))
            self._budget.charge(len(found))
        # Conditions (dates, values, exclusions) narrow the words; only a required text
        # part leaves the optional words to the ranking.
        if optional and not any(True for item in needed for _ in scored_leaves(item)):
            held = _SET_HELD * len(found)
            self._budget.hold(held)
            found &= self._together(set.update, optional, matches)
            self._budget.release(held)
        return found

    def _matching_dates(
        self, segment: SegmentView, first: dt.date | None, last: dt.date | None
    ) -> set[int]:
        """The dated documents from `first` to `last`: an end that is a day is compared with
        the article's own day, an end that is an instant with its instant."""
        low, high = MISSING_DATE + 1, 2**63
        first_day, last_day = b"", b"~"  # before and after every day
        if isinstance(first, dt.datetime):
            low = instant_us(first)
        elif first is not None:
            first_day = day_term(first).encode()
        if isinstance(last, dt.datetime):
            high = instant_us(last) + 1
        elif last is not None:
            last_day = day_term(last).encode()
        begin = first_day[:4] if first_day[:4] == last_day[:4] else b""  # a year, or all
        days = segment.field_terms("date", begin)
        self._budget.charge(_VALUE * len(days))
        days = [t for t in days if first_day <= t <= last_day]
        found = self._documents_of(segment, "date", days)
        if low <= MISSING_DATE + 1 and high >= 2**63:
            return found
        self._budget.charge(_DOCUMENT * len(found))
        dates = segment.dates_us()
        return {number for number in found if low <= dates[number] < high}

    def _documents_of(self, segment: SegmentView, field: str, terms: list[bytes]) -> set[int]:
        found: set[int] = set()
        for term in terms:
            self._budget.charge(_LIST)
            if postings := segment.postings(field, term):
                self._budget.charge(_DOCUMENT * len(postings.ids))
                found.update(postings.ids)
        return found

    # ------------------------------------------------------------ in which order

    def closeness_leaves(
        self, node: tree.Node, scopes: Scopes = DEFAULT_SCOPES, boost: float = 1.0
    ) -> Iterator[Leaf]:
        """What is scored of `node` besides its own parts: see `closeness.py`."""
        if self._scoring.closeness == 0.0:
            return
        match node:
            case tree.Group(items):
                for left, right in close_pairs(node, self._analyzer):
                    near = tree.Near(left, right, self._scoring.closeness_distance)
                    yield Leaf(near, scopes, boost * self._scoring.closeness, True)
                for item in items:
                    yield from self.closeness_leaves(item, scopes, boost)
            case tree.And(children) | tree.Or(children):
                for child in children:
                    yield from self.closeness_leaves(child, scopes, boost)
            case tree.Required(child):
                yield from self.closeness_leaves(child, scopes, boost)
            case tree.Boost(child, factor):
                yield from self.closeness_leaves(child, scopes, boost * factor)
            case tree.Field(name, child):
                yield from self.closeness_leaves(child, SCOPES[name], boost)

    def _scores(
        self, leaves: list[Leaf], found: set[int], segment: SegmentView
    ) -> dict[int, float]:
        scores: dict[int, float] = {}
        for leaf, strengths in zip(leaves, self._strengths(leaves, found, segment), strict=True):
            factor = leaf.boost * self._weight(leaf.node, leaf.scopes) if strengths else 0.0
            for number, x in strengths.items():
                scores[number] = scores.get(number, 0.0) + factor * self._scoring.saturation(x)
        return scores

    def _strengths(
        self, leaves: list[Leaf], found: set[int], segment: SegmentView
    ) -> Iterator[dict[int, float]]:
        """Of each leaf what its occurrences add up to in those of `found` that have any."""
        for leaf in leaves:
            yield self._strengths_of(leaf, found, segment)

    def _strengths_of(self, leaf: Leaf, found: set[int], segment: SegmentView) -> dict[int, float]:
        strengths: dict[int, float] = {}
        for scope in leaf.scopes:
            field = scope.field
            of = partial(self.occurrences.frequencies, scope=scope, segment=segment)
            frequencies = counted(leaf.node, of) if leaf.for_closeness else of(leaf.node)
            average = self._average_length(field)
            codes = segment.length_codes(field)
            self._budget.charge(_SCORE * min(len(found), len(frequencies)))
            for number in found & frequencies.keys():
                length = LENGTH_OF_CODE[codes[number]]
                added = self._scoring.strength(field, frequencies[number], length, average)
                strengths[number] = strengths.get(number, 0.0) + added
        return strengths

    def _average_length(self, field: str) -> float:
        if field not in self._averages:
            self._averages[field] = self._snapshot.average_length(field)
        return self._averages[field]

    def _weight(self, node: tree.Node, scopes: Scopes) -> float:
        key = (node, scopes)
        if key not in self._weights:
            self._weights[key] = self._compute_weight(node, scopes)
        return self._weights[key]

    def _compute_weight(self, node: tree.Node, scopes: Scopes) -> float:
        match node:
            case tree.Or(children) | tree.Group(children):
                return min(self._weight(child, scopes) for child in children)
            case tree.Near(left, right) | tree.Within(left, right):
                return self._weight(left, scopes) + self._weight(right, scopes)
            case tree.NotNear(left):
                return self._weight(left, scopes)
            case tree.Boost(child, factor):
                return factor * self._weight(child, scopes)
            case tree.AnyWord():
                return 0.0
        parts = self.occurrences.parts(node)
        if len(parts) == 1 and parts[0] == node:
            frequency = max(self.occurrences.document_frequency(node, s.field) for s in scopes)
            idf = inverse_document_frequency(frequency, self._snapshot.document_count)
            if isinstance(node, tree.Word) and all(scope.field != "byline" for scope in scopes):
                return idf * recurrence(*self.occurrences.recurrence(node))
            return idf
        # Not `sum`, which compensates rounding from Python 3.12 on: the order is the rule.
        weight = 0.0
        for part in parts:
            weight += self._weight(part, scopes)
        return weight

    def _order(self, matches: list[Match], sort: str, count: int | None) -> list[Match]:
        """The first `count` matches in order; equal ones by their ids."""
        segments = self._snapshot.segments

        def key(match: Match) -> tuple[float, float]:
            date = segments[match.segment].dates_us()[match.number]
            newest_first = float("inf") if date == MISSING_DATE else -date
            if sort == "score":
                return (-match.score, newest_first)
            if sort == "date":
                return (float("inf") if date == MISSING_DATE else date, 0.0)
            return (newest_first, 0.0)

        keyed = [(key(match), match) for match in matches]
        if count is not None and count < len(keyed):
            if count == 0:
                return []
            last = heapq.nsmallest(count, (k for k, _ in keyed))[-1]
            keyed = [pair for pair in keyed if pair[0] <= last]
        keyed.sort(key=lambda pair: pair[0])
        ordered: list[Match] = []
        start = 0
        while start < len(keyed) and (count is None or len(ordered) < count):
            end = start
            while end < len(keyed) and keyed[end][0] == keyed[start][0]:
                end += 1
            tied = [match for _, match in keyed[start:end]]
            if len(tied) > 1:
                tied.sort(key=lambda m: segments[m.segment].id(m.number))
            ordered += tied
            start = end
        return ordered if count is None else ordered[:count]

    # ------------------------------------------------------------ what is shown

    def hits(
        self,
        understood: tree.Node,
        request: Request,
        *,
        budget: Budget | None = None,
        recency: Recency | None = None,
    ) -> Found:
        """The articles that `search` returns, as they are shown."""
        ranking = self.search(understood, request, budget=budget, recency=recency)
        hits = []
        for i, match in enumerate(ranking.matches):
            self._budget.enter("reading the articles to show", f"{i:,} of {len(ranking.matches):,}")
            parts = (match, understood, self._snapshot, self, self._analyzer)
            hits.append(make_hit(*parts, passages=request.passages))
        return Found(ranking.total, ranking.matching_all, tuple(hits))

    # ------------------------------------------------------------ what articles say

    def words_of(
        self,
        articles: Sequence[WeighedArticle],
        weighing: Weighing,
        stems: Stems,
        budget: Budget,
    ) -> list[WordWeight]:
        """The stems of some articles, weighed: see `Executor.words_of`."""
        return words_of(self._snapshot, articles, weighing, stems, budget)

    def stem_frequencies(self, stems: Sequence[str]) -> list[int]:
        """How many documents hold each of `stems`: see `Executor.stem_frequencies`."""
        return [self._stem_frequency(stem) for stem in stems]

    def _stem_frequency(self, stem: str) -> int:
        forms = self._snapshot.forms_of_stem(stem)
        counts = []
        for field in ("title", "body"):
            count = 0
            for segment in self._snapshot.segments:
                lists = [p.ids for form in forms if (p := segment.postings(field, form))]
                count += len(set().union(*lists))
            counts.append(count)
        return max(counts)

    # ------------------------------------------------------------ where it matched

    def matched_positions(
        self, understood: tree.Node, field: str, segment: SegmentView, number: int
    ) -> dict[int, list[Span]]:
        """For each scored leaf (by its place in the tree) where its words stand in a field."""
        found: dict[int, list[Span]] = {}
        for i, leaf in enumerate(scored_leaves(understood)):
            for scope in leaf.scopes:
                if scope.field == field:
                    spans = self._marked(leaf.node, scope, segment, number)
                    self._budget.release_brief()
                    if spans:
                        found[i] = spans
        return found

    def positions(
        self,
        understood: tree.Node,
        field: str,
        documents: Sequence[tuple[int, int]],
        *,
        budget: Budget | None = None,
    ) -> list[dict[int, list[Span]]]:
        """`matched_positions` of several documents, given by segment and number."""
        if budget is not None and budget is not self._budget:
            self.begin(budget)
        segments = self._snapshot.segments
        return [
            self.matched_positions(understood, field, segments[place], number)
            for place, number in documents
        ]

    def _marked(
        self, node: tree.Node, scope: Scope, segment: SegmentView, number: int
    ) -> list[Span]:
        """The runs to mark for `node`: of a proximity expression its operands' runs."""
        match node:
            case tree.Near(left, right) | tree.Within(left, right):
                pairs = self.occurrences.spans(node, scope, segment, number)
                runs = self._marked(left, scope, segment, number)
                runs = runs + self._marked(right, scope, segment, number)
                return inside_spans(runs, pairs)
            case tree.Or(children) | tree.Group(children):
                return sorted(
                    {r for c in children for r in self._marked(c, scope, segment, number)}
                )
            case tree.Boost(child):
                return self._marked(child, scope, segment, number)
        return self.occurrences.spans(node, scope, segment, number)


def scored_leaves(
    node: tree.Node, scopes: Scopes = DEFAULT_SCOPES, boost: float = 1.0
) -> Iterator[Leaf]:
    """The scored parts of a query, in the order of the tree."""
    match node:
        case tree.And(children) | tree.Or(children) | tree.Group(children):
            for child in children:
                yield from scored_leaves(child, scopes, boost)
        case tree.Required(child) | tree.AtLeast(_, child):
            yield from scored_leaves(child, scopes, boost)
        case tree.Boost(child, factor):
            yield from scored_leaves(child, scopes, boost * factor)
        case tree.Field(name, child):
            yield from scored_leaves(child, SCOPES[name], boost)
        case _ if isinstance(node, _TEXT):
            yield Leaf(node, scopes, boost)


def _groups(node: tree.Node) -> Iterator[tree.Group]:
    """The keyword groups in positive places that have optional items."""
    match node:
        case tree.Group(items):
            if any(map(is_optional, items)):
                yield node
            for item in items:
                yield from _groups(item)
        case tree.And(children) | tree.Or(children):
            for child in children:
                yield from _groups(child)
        case tree.Required(child) | tree.Boost(child) | tree.Field(_, child):
            yield from _groups(child)
