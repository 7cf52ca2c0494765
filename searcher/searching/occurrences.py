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

__all__ = ["Occurrences", "Scope", "Span"]

Span = tuple[int, int]

# Units of work (`budget.py`): to compare a term with a pattern or with a fuzzy word, to look
# a clause up in a document, to read a posting or a position, to make a pair.
_COMPARISON = 4
_FUZZY_COMPARISON = 20
_LOOK = 30
_POSTING = 3
_PAIR = 4
# To go through the parts of a phrase.
_PART = 4
# Numbers held for a document of a dictionary, and for a position in a list.
_DOCUMENT_HELD = 20
_POSITION_HELD = 2


class Scope(NamedTuple):
    """A text field, or its first `limit` positions."""

    field: str
    limit: int | None = None


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
        self._parts: dict[tree.Node, tuple[tree.Node, ...]] = {}

    # ------------------------------------------------------------ words

    def parts(self, node: tree.Node) -> tuple[tree.Node, ...]:
        """The single tokens that stand side by side in a word or phrase."""
        if node not in self._parts:
            self._parts[node] = tuple(self._split(node))
        return self._parts[node]

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
        if isinstance(word, tree.Exact):
            return [form.encode("utf-8") for form in self._analyzer.forms(word.text)]
        if isinstance(word, tree.Word):
            forms = self._analyzer.forms(word.text)
            return [
                form
                for token in forms
                for form in self._snapshot.forms_of_stem(self._analyzer.stem(token))
            ]
        key: object
        if isinstance(word, tree.Pattern):
            key = fold_pattern(word.text)
            prefix = literal_prefix(word.text)
            fits = pattern_matcher(word.text)
            cost = _COMPARISON
        else:
            assert isinstance(word, tree.Fuzzy)
            text = "".join(self._analyzer.forms(word.text))
            edits = word.edits
            key = (text, edits)
            prefix = text[:1]
            cost = _FUZZY_COMPARISON

            def fits(form: str) -> bool:
                return within_edits(text, form, edits)

        self._budget.work_on(word)
        found = []
        for term in self.terms(field, prefix):
            self._budget.charge(cost)
            if fits(term.decode("utf-8")):
                found.append(term)
        self._budget.count_forms(key, word, len(found))
        self._budget.work_on(None)
        return found

    def terms(self, field: str, prefix: str) -> list[bytes]:
        """The terms of a field that begin with `prefix`, in byte order; kept."""
        key = (field, prefix)
        if key not in self._terms:
            self._budget.check()
            self._terms[key] = self._snapshot.field_terms(field, prefix)
            self._budget.charge(_POSTING * len(self._terms[key]))
            self._budget.hold(len(self._terms[key]))
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
                self._budget.charge(_LOOK)
                postings = segment.postings(field, form)
                if postings is not None:
                    self._budget.charge(_POSTING * len(postings.ids))
                    self._budget.hold(
                        postings.position_count // 2 + _DOCUMENT_HELD * len(postings.ids)
                    )
                    lists.append(postings)
            self._unions[key] = UnionPostings(lists)
            self._budget.work_on(None)
        return self._unions[key]

    def document_frequency(self, word: tree.Node, field: str) -> int:
        """How many articles hold a single word in `field`, deleted ones too."""
        return sum(len(self._union(word, field, s).frequencies) for s in self._snapshot.segments)

    # ------------------------------------------------------------ articles

    def frequencies(self, node: tree.Node, scope: Scope, segment: SegmentView) -> dict[int, int]:
        """How often `node` occurs in each document that holds it."""
        parts = self.parts(node)
        if len(parts) == 1 and scope.limit is None and _is_single(parts[0]):
            return self._union(parts[0], scope.field, segment).frequencies
        key = (node, scope, id(segment))
        if key not in self._frequencies:
            self._budget.work_on(node)
            found: dict[int, int] = {}
            for number in self._candidates(node, scope.field, segment):
                count = len(self.spans(node, scope, segment, number))
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
        self._budget.charge(len(rarest) * len(lists))
        return {number for number in rarest if all(number in other for other in others)}

    # ------------------------------------------------------------ spans

    def spans(self, node: tree.Node, scope: Scope, segment: SegmentView, number: int) -> list[Span]:
        """The occurrences of `node` in one document, ascending, each once."""
        self._budget.charge(_LOOK)
        match node:
            case tree.Or(children) | tree.Group(children):
                return sorted({s for c in children for s in self.spans(c, scope, segment, number)})
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
                )
            case tree.Within(left, right, unit):
                return within_spans(
                    self.spans(left, scope, segment, number),
                    self.spans(right, scope, segment, number),
                    self._unit_of(unit, scope, segment, number),
                    self._budget,
                )
        return self._runs(self.parts(node), scope, segment, number)

    def _runs(
        self, parts: Sequence[tree.Node], scope: Scope, segment: SegmentView, number: int
    ) -> list[Span]:
        if not parts:  # a word without a letter, which only a tree made by hand can hold
            return []
        self._budget.charge(_PART * len(parts))
        words = [(i, part) for i, part in enumerate(parts) if not isinstance(part, tree.AnyWord)]
        starts: set[int] = set()
        if not words:
            starts.update(self._tokens(scope.field, segment, number))
        read: dict[tree.Node, list[int]] = {}
        for place, (i, word) in enumerate(words):
            if word not in read:
                union = self._union(word, scope.field, segment)
                if not union.is_ready:
                    self._budget.charge(_POSTING * union.work)
                    self._budget.hold(_POSITION_HELD * union.work)
                read[word] = union.positions(number)
            positions = read[word]
            self._budget.charge(len(positions))
            found = {position - i for position in positions}
            starts = starts & found if place else found
            if not starts:
                return []
        if len(words) < len(parts):
            # An any-word at either end must be a word of the text too.
            tokens = self._tokens(scope.field, segment, number)
            self._budget.charge(len(starts) * len(parts))
            starts = {s for s in starts if all(s + i in tokens for i in range(len(parts)))}
        runs = [(start, start + len(parts) - 1) for start in sorted(starts)]
        return [run for run in runs if scope.limit is None or run[1] < scope.limit]

    def _tokens(self, field: str, segment: SegmentView, number: int) -> Collection[int]:
        """The positions that hold a word."""
        if field == "body":
            return range(segment.lengths()[number])
        self._budget.charge(_LOOK)
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
        last = bisect_right(starts, end + distance, first)
        budget.charge(_PAIR * (1 + last - first))
        for i in range(first, last):
            yield start, after[i][1]


def lonely_spans(left: Sequence[Span], right: Sequence[Span], distance: int) -> list[Span]:
    """Those of `left` that have none of `right` at most `distance` words away."""
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
    in_unit: dict[int, list[Span]] = {}
    for b in right:
        if unit_of(b[0]) == unit_of(b[1]):
            in_unit.setdefault(unit_of(b[0]), []).append(b)
    found: set[Span] = set()
    for a in left:
        unit = unit_of(a[0])
        others = in_unit.get(unit, []) if unit_of(a[1]) == unit else []
        budget.charge(_PAIR * (1 + len(others)))
        found.update(
            (min(a[0], b[0]), max(a[1], b[1])) for b in others if a[1] < b[0] or b[1] < a[0]
        )
    return sorted(found)
