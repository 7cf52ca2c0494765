"""Where do the positional parts of a query occur?

An *occurrence* is a run of positions (first, last) in one text field of one
article; equal runs are one occurrence.  `Occurrences` finds them for any node that
can stand in a proximity expression, by the rules of docs/query-language.md:

    word, pattern, fuzzy word   one position
    phrase, word of several tokens   its run
    OR, keyword group           the occurrences of the parts
    a w/n b                     one for each pair that fits, spanning both
    a NOT w/n b                 the occurrences of a that have no b near

It is written to be read: lists and loops, one article at a time.  What that costs is
counted (`budget.py`), so that a costly query ends with an error and not after minutes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.analysis.patterns import fold_pattern, literal_prefix, pattern_matcher
from searcher.analysis.tokens import tokenize
from searcher.codec.schema import NAME_GAP
from searcher.distance import within_edits
from searcher.query import tree
from searcher.searching.budget import Budget
from searcher.searching.snapshot import SegmentView, Snapshot
from searcher.searching.term_postings import UnionPostings

__all__ = ["Occurrences", "Scope", "Span", "inside_spans"]

Span = tuple[int, int]

# Units of work (`budget.py`), as measured over plain segments: to find a place in a
# dictionary, to read a term there, to compare one with a pattern or with a fuzzy word, and to
# fill a field of the table of two words that are nearly as long; to find a posting list or
# that there is none, to read a posting and put it among others.  A position is one.
_SEEK = 450
_TERM = 18
_COMPARISON = 22
_FUZZY_COMPARISON = 10
_SLIP = 4
_LIST = 550
_NO_LIST = 150
_POSTING = 8
# To look a clause up in a document, a list for its positions there, and what is stored of it;
# to go through a part of a phrase; to look for what is near a run, to make a pair, and one in
# a sentence; to see whether a run is alone.
_LOOK = 45
_ASK = 20
_STORED = 3_500
_BOUNDARIES = 250
_PART = 9
_NEAR = 5
_PAIR = 8
_PAIR_WITHIN = 14
_LONELY = 12
_SORTED = 4
# Terms that are compared before the budget is asked again.
_AT_ONCE = 1_000
# To make a key of a word of the query, by which what was found for it is kept.
_KEY = 25
# To analyze a word of the query.
_NEW_WORD = 400
# Numbers held for a document of a dictionary, for one that has a list of positions, for a
# position in it, for a term, and for a pair.
_DOCUMENT_HELD = 16
_LIST_HELD = 16
_POSITION_HELD = 5
_TERM_HELD = 8
_PAIR_HELD = 18


class Scope(NamedTuple):
    """A text field, or its first `limit` positions."""

    field: str
    limit: int | None = None


class _Run(NamedTuple):
    """Where the words of a word or phrase stand in it, and their postings in one segment."""

    node: tree.Node
    length: int
    # The place of each word that is no any-word, and which of `unions` is its own.
    places: list[tuple[int, int]]
    unions: list[UnionPostings]


class Occurrences:
    """Occurrences in one snapshot.  Posting lists and expansions are kept while it lives.

    Every method raises `QueryError` when the budget is used up, and `DeadlineError` when the
    time has passed.
    """

    def __init__(
        self, snapshot: Snapshot, analyzer: Analyzer, budget: Budget | None = None
    ) -> None:
        self._snapshot = snapshot
        self._analyzer = analyzer
        self._budget = Budget() if budget is None else budget
        self._budget.allow_for(snapshot.document_count)
        self._terms: dict[tuple[str, str], list[bytes]] = {}
        self._frequencies: dict[tuple[tree.Node, Scope, int], dict[int, int]] = {}
        self._forms: dict[tuple[tree.Node, str], list[bytes]] = {}
        self._unions: dict[tuple[tree.Node, str, int], UnionPostings] = {}
        # By identity, with the node that so stays what it is: a key made of a phrase takes as
        # long as to read it, and these are asked for in every document.
        self._parts: dict[int, tuple[tree.Node, tuple[tree.Node, ...]]] = {}
        self._runs: dict[tuple[int, str, int], _Run] = {}

    # ------------------------------------------------------------ words

    def parts(self, node: tree.Node) -> tuple[tree.Node, ...]:
        """The single tokens that stand side by side in a word or phrase."""
        if id(node) not in self._parts:
            self._parts[id(node)] = node, tuple(self._split(node))
        return self._parts[id(node)][1]

    def _split(self, node: tree.Node) -> list[tree.Node]:
        if isinstance(node, tree.Phrase):
            return [part for whole in node.parts for part in self._split(whole)]
        if isinstance(node, tree.Word | tree.Exact):
            # As written, not as forms: ½ is one token, and its form 1⁄2 would be two.
            tokens = tokenize(node.text)
            return [node] if len(tokens) == 1 else [type(node)(token) for token in tokens]
        return [node]

    def forms(self, word: tree.Node, field: str) -> list[bytes]:
        """The forms of the index that a single word, pattern or fuzzy word stands for.

        Raises:
            QueryError: the patterns that were asked for fit too many forms together.
        """
        # Only patterns and fuzzy words read the terms of one field.
        key = (word, field if isinstance(word, tree.Pattern | tree.Fuzzy) else "")
        if key not in self._forms:
            self._forms[key] = self._expand(word, field)
        return self._forms[key]

    def _expand(self, word: tree.Node, field: str) -> list[bytes]:
        self._budget.charge(_NEW_WORD)
        if isinstance(word, tree.Exact):
            return [form.encode("utf-8") for form in self._analyzer.forms(word.text)]
        if isinstance(word, tree.Word):
            forms = self._analyzer.forms(word.text)
            self._budget.charge(_NO_LIST * len(forms) * len(self._snapshot.segments))
            return [
                form
                for token in forms
                for form in self._snapshot.forms_of_stem(self._analyzer.stem(token))
            ]
        key: object
        if isinstance(word, tree.Pattern):
            elided = self._analyzer.elided
            key = fold_pattern(word.text, elided)
            prefix = literal_prefix(word.text, elided)
            fits = pattern_matcher(word.text, elided)
            cost = _COMPARISON
        else:
            assert isinstance(word, tree.Fuzzy)
            text = "".join(self._analyzer.forms(word.text))
            edits = word.edits
            key = (text, edits)
            prefix = text[:1]
            cost = _FUZZY_COMPARISON

            def fits(form: str) -> bool:
                if abs(len(form) - len(text)) > edits:
                    return False
                self._budget.charge(_SLIP * (2 * edits + 1) * (3 + min(len(form), len(text))))
                return within_edits(text, form, edits)

        self._budget.work_on(word)
        found: list[bytes] = []
        terms = self.terms(field, prefix)
        for start in range(0, len(terms), _AT_ONCE):
            some = terms[start : start + _AT_ONCE]
            self._budget.charge(cost * len(some))
            found += [term for term in some if fits(term.decode("utf-8"))]
        self._budget.count_forms(key, word, len(found))
        self._budget.work_on(None)
        return found

    def terms(self, field: str, prefix: str) -> list[bytes]:
        """The terms of a field that begin with `prefix`, in byte order; kept."""
        key = (field, prefix)
        if key not in self._terms:
            together: set[bytes] = set()
            start = prefix.encode("utf-8", "surrogatepass")  # from a query, so it may hold one
            for segment in self._snapshot.segments:
                self._budget.charge(_SEEK)
                before = len(together)
                terms = segment.field_terms(field, start)
                together.update(terms)
                self._budget.charge(_TERM * len(terms))
                self._budget.hold(_TERM_HELD * (len(together) - before))
            self._terms[key] = sorted(together)
        return self._terms[key]

    def expand(self, node: tree.Node, scopes: Sequence[Scope]) -> None:
        """Look for the forms of all words of a positional node, so that too many of them are
        told before anything is read.
        """
        for word in _words(node, self.parts):
            for scope in scopes:
                self.forms(word, scope.field)

    def _union(self, word: tree.Node, field: str, segment: SegmentView) -> UnionPostings:
        key = (word, field, id(segment))
        if key not in self._unions:
            self._budget.work_on(word)
            lists = []
            for form in self.forms(word, field):
                postings = segment.postings(field, form)
                if postings is None:
                    self._budget.charge(_NO_LIST)
                    continue
                documents = len(postings.ids)
                self._budget.charge(_LIST + _POSTING * documents + postings.position_count)
                self._budget.hold(postings.position_count // 2 + _DOCUMENT_HELD * documents)
                lists.append(postings)
            self._unions[key] = UnionPostings(lists)
            self._budget.work_on(None)
        return self._unions[key]

    def document_frequency(self, word: tree.Node, field: str) -> int:
        """How many articles hold a single word in `field`, deleted ones too."""
        return sum(len(self._union(word, field, s).frequencies) for s in self._snapshot.segments)

    def recurrence(self, word: tree.Node) -> tuple[int, int]:
        """How often a single word stands in titles and bodies, and in how many articles,
        deleted ones too."""
        occurrences = documents = 0
        for segment in self._snapshot.segments:
            found = [self._union(word, field, segment).frequencies for field in ("title", "body")]
            occurrences += sum(sum(frequencies.values()) for frequencies in found)
            documents += len(found[0].keys() | found[1].keys())
        return occurrences, documents

    # ------------------------------------------------------------ articles

    def frequencies(self, node: tree.Node, scope: Scope, segment: SegmentView) -> dict[int, int]:
        """How often `node` occurs in each document that holds it."""
        parts = self.parts(node)
        self._budget.charge(_LOOK + _KEY * len(parts))
        if len(parts) == 1 and scope.limit is None and _is_single(parts[0]):
            return self._union(parts[0], scope.field, segment).frequencies
        key = (node, scope, id(segment))
        if key not in self._frequencies:
            self._budget.work_on(node)
            found: dict[int, int] = {}
            for number in self._candidates(node, scope.field, segment):
                count = len(self.spans(node, scope, segment, number))
                self._budget.release_brief()
                if count:
                    found[number] = count
            self._budget.hold(_DOCUMENT_HELD * len(found))
            self._frequencies[key] = found
            self._budget.work_on(None)
        return self._frequencies[key]

    def _candidates(self, node: tree.Node, field: str, segment: SegmentView) -> set[int]:
        """Documents outside of which `node` cannot occur."""
        match node:
            case tree.Or(children) | tree.Group(children):
                return set().union(*(self._candidates(c, field, segment) for c in children))
            case tree.Near(left, right) | tree.Within(left, right):
                return self._candidates(left, field, segment) & self._candidates(
                    right, field, segment
                )
            case tree.NotNear(child) | tree.Boost(child):
                return self._candidates(child, field, segment)
        words = [part for part in self.parts(node) if not isinstance(part, tree.AnyWord)]
        if not words:
            self._budget.charge(segment.count)
            codes = segment.length_codes(field)
            return {number for number in range(segment.count) if codes[number]}
        lists = [self._union(word, field, segment).frequencies for word in dict.fromkeys(words)]
        rarest, *others = sorted(lists, key=len)
        self._budget.charge(_KEY * len(words) + len(rarest) * len(lists))
        return {number for number in rarest if all(number in other for other in others)}

    # ------------------------------------------------------------ spans

    def spans(self, node: tree.Node, scope: Scope, segment: SegmentView, number: int) -> list[Span]:
        """The occurrences of `node` in one document, ascending, each once."""
        self._budget.charge(_LOOK)
        match node:
            case tree.Or(children) | tree.Group(children):
                found = [s for c in children for s in self.spans(c, scope, segment, number)]
                self._budget.charge(_SORTED * len(found))
                return sorted(set(found))
            case tree.Boost(child):
                return self.spans(child, scope, segment, number)
            case tree.Near(left, right, distance, ordered):
                return near_spans(
                    self.spans(left, scope, segment, number),
                    self.spans(right, scope, segment, number),
                    distance,
                    self._budget,
                    ordered=ordered,
                )
            case tree.NotNear(left, right, distance):
                return lonely_spans(
                    self.spans(left, scope, segment, number),
                    self.spans(right, scope, segment, number),
                    distance,
                    self._budget,
                )
            case tree.Within(left, right, unit):
                return within_spans(
                    self.spans(left, scope, segment, number),
                    self.spans(right, scope, segment, number),
                    self._unit_of(unit, scope, segment, number),
                    self._budget,
                )
        return self._side_by_side(node, scope, segment, number)

    def _run(self, node: tree.Node, field: str, segment: SegmentView) -> _Run:
        key = (id(node), field, id(segment))
        if key not in self._runs:
            parts = self.parts(node)
            self._budget.charge(_KEY * len(parts))
            words: dict[tree.Node, int] = {}
            places = [
                (i, words.setdefault(part, len(words)))
                for i, part in enumerate(parts)
                if not isinstance(part, tree.AnyWord)
            ]
            unions = [self._union(word, field, segment) for word in words]
            self._runs[key] = _Run(node, len(parts), places, unions)
        return self._runs[key]

    def _side_by_side(
        self, node: tree.Node, scope: Scope, segment: SegmentView, number: int
    ) -> list[Span]:
        run = self._run(node, scope.field, segment)
        if not run.length:  # a word without a letter, which only a tree made by hand can hold
            return []
        starts: set[int] = set()
        if not run.places:
            starts.update(self._tokens(scope.field, segment, number))
        read: dict[int, list[int]] = {}
        for place, (i, which) in enumerate(run.places):
            positions = read.get(which)
            if positions is None:
                positions = read[which] = self._positions(run.unions[which], number)
            self._budget.charge(_PART + len(positions))
            found = {position - i for position in positions}
            starts = starts & found if place else found
            if not starts:
                return []
        if len(run.places) < run.length:
            # An any-word at either end must be a word of the text too.
            tokens = self._tokens(scope.field, segment, number)
            self._budget.charge(len(starts) * run.length)
            starts = {s for s in starts if all(s + i in tokens for i in range(run.length))}
        self._budget.charge(_SORTED * len(starts))
        runs = [(start, start + run.length - 1) for start in sorted(starts)]
        return [one for one in runs if scope.limit is None or one[1] < scope.limit]

    def _positions(self, union: UnionPostings, number: int) -> list[int]:
        if not union.is_ready:
            self._budget.charge(_POSTING * union.documents + 2 * union.positions_count)
            self._budget.hold(_LIST_HELD * union.documents + _POSITION_HELD * union.positions_count)
        self._budget.charge(_ASK * union.asked)
        return union.positions(number)

    def _tokens(self, field: str, segment: SegmentView, number: int) -> Collection[int]:
        """The positions that hold a word."""
        if field == "body":
            return range(segment.lengths()[number])
        self._budget.charge(_STORED)
        stored = segment.stored(number)
        texts = [stored["title"]] if field == "title" else stored.get("byline", [])
        return {
            i * NAME_GAP + position
            for i, text in enumerate(texts)
            for position in range(len(self._analyzer.forms(text)))
        }

    def _unit_of(
        self, unit: str, scope: Scope, segment: SegmentView, number: int
    ) -> Callable[[int], int]:
        """The function from a position to the number of its sentence or paragraph."""
        if scope.field == "title":
            return lambda position: 0
        if scope.field == "byline":
            return lambda position: position // NAME_GAP
        self._budget.charge(_BOUNDARIES)
        starts = segment.boundaries(number)[0 if unit == "sentence" else 1]
        return lambda position: bisect_right(starts, position)


def _is_single(node: tree.Node) -> bool:
    return isinstance(node, tree.Word | tree.Exact | tree.Pattern | tree.Fuzzy)


def _words(
    node: tree.Node, parts: Callable[[tree.Node], tuple[tree.Node, ...]]
) -> Iterator[tree.Node]:
    """The single words of a positional node, in the order of the query."""
    children = () if isinstance(node, tree.Phrase) else tree.subtrees(node)
    if children:
        for child in children:
            yield from _words(child, parts)
    else:
        yield from (part for part in parts(node) if _is_single(part))


def near_spans(
    left: Sequence[Span],
    right: Sequence[Span],
    distance: int,
    budget: Budget,
    *,
    ordered: bool = False,
) -> list[Span]:
    """The pairs at most `distance` words apart, as runs that span both."""
    budget.charge(_NEAR * (len(left) + len(right)))
    found = set(_followed(left, right, distance, budget))
    if not ordered:
        found.update(_followed(right, left, distance, budget))
    return sorted(found)


def _followed(
    before: Sequence[Span], after: Sequence[Span], distance: int, budget: Budget
) -> Iterator[Span]:
    """The pairs of which the second begins at most `distance` words behind the first."""
    starts = [start for start, _ in after]
    for start, end in before:
        first = bisect_right(starts, end)
        if first == len(starts) or starts[first] > end + distance:
            continue  # as for most, for which `near_spans` has paid
        last = bisect_right(starts, end + distance, first)
        budget.charge(_PAIR * (1 + last - first))
        budget.hold_briefly(_PAIR_HELD * (last - first))
        for i in range(first, last):
            yield start, after[i][1]


def lonely_spans(
    left: Sequence[Span], right: Sequence[Span], distance: int, budget: Budget
) -> list[Span]:
    """Those of `left` that have none of `right` at most `distance` words away."""
    budget.charge(_LONELY * (len(left) + len(right)))
    starts = [start for start, _ in right]
    ends = sorted(end for _, end in right)

    def is_lonely(span: Span) -> bool:
        first, last = span
        behind = bisect_right(starts, last + distance) - bisect_right(starts, last)
        ahead = bisect_left(ends, first) - bisect_left(ends, first - distance)
        return behind == 0 and ahead == 0

    return [span for span in left if is_lonely(span)]


def within_spans(
    left: Sequence[Span],
    right: Sequence[Span],
    unit_of: Callable[[int], int],
    budget: Budget,
) -> list[Span]:
    """The pairs that lie in one unit and do not overlap, as runs that span both."""
    budget.charge(_PAIR_WITHIN * len(right))
    in_unit: dict[int, list[Span]] = {}
    for b in right:
        if unit_of(b[0]) == unit_of(b[1]):
            in_unit.setdefault(unit_of(b[0]), []).append(b)
    found: set[Span] = set()
    for a in left:
        unit = unit_of(a[0])
        others = in_unit.get(unit, []) if unit_of(a[1]) == unit else []
        budget.charge(_PAIR_WITHIN * (1 + len(others)))
        budget.hold_briefly(_PAIR_HELD * len(others))
        found.update(
            (min(a[0], b[0]), max(a[1], b[1])) for b in others if a[1] < b[0] or b[1] < a[0]
        )
    return sorted(found)


def inside_spans(runs: list[Span], pairs: list[Span]) -> list[Span]:
    """The runs that lie in one of `pairs`, ascending, each once."""
    inside = []
    i = 0
    # Of the pairs that begin no later than a run, how far the one reaches that reaches farthest.
    reach = -1
    for first, last in sorted(set(runs)):
        while i < len(pairs) and pairs[i][0] <= first:
            reach = max(reach, pairs[i][1])
            i += 1
        if last <= reach:
            inside.append((first, last))
    return inside
