"""Where do the positional parts of a query occur?

An *occurrence* is a run of positions (first, last) in one text field of one
article; equal runs are one occurrence.  `Occurrences` finds them for any node that
can stand in a proximity expression, by the rules of docs/query-language.md:

    word, pattern, fuzzy word   one position
    phrase, word of several tokens   its run
    OR, keyword group           the occurrences of the parts
    a w/n b                     one for each pair that fits, spanning both
    a NOT w/n b                 the occurrences of a that have no b near

It is written to be read: lists and loops, one article at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from searcher.analysis import Analyzer
from searcher.analysis.distance import within_edits
from searcher.analysis.patterns import literal_prefix, pattern_matcher
from searcher.analysis.tokens import tokenize
from searcher.errors import QueryError
from searcher.indexing.schema import NAME_GAP
from searcher.query import tree
from searcher.searching.postings import UnionPostings
from searcher.searching.snapshot import SegmentView, Snapshot

__all__ = ["EXPANSION_LIMIT", "Occurrences", "Scope", "Span"]

# A pattern that fits more forms than this is refused (docs/query-language.md).
EXPANSION_LIMIT = 50_000

Span = tuple[int, int]


class Scope(NamedTuple):
    """A text field, or its first `limit` positions."""

    field: str
    limit: int | None = None


class Occurrences:
    """Occurrences in one snapshot.  Posting lists and expansions are kept while it lives."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot = snapshot
        self._analyzer = analyzer
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
            QueryError: a pattern fits more than `EXPANSION_LIMIT` forms.
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
        if isinstance(word, tree.Pattern):
            prefix = literal_prefix(word.text)
            fits = pattern_matcher(word.text)
        else:
            assert isinstance(word, tree.Fuzzy)
            text = "".join(self._analyzer.forms(word.text))
            edits = word.edits
            prefix = text[:1]

            def fits(form: str) -> bool:
                return within_edits(text, form, edits)

        found = [t for t in self._snapshot.field_terms(field, prefix) if fits(t.decode("utf-8"))]
        if len(found) > EXPANSION_LIMIT:
            raise QueryError(
                f"{word} fits {len(found):,} different words, more than {EXPANSION_LIMIT:,}",
                position=max(word.start, 0),
                end=word.end if word.end > 0 else None,
                suggestion="make the pattern longer",
            )
        return found

    def _union(self, word: tree.Node, field: str, segment: SegmentView) -> UnionPostings:
        key = (word, field, id(segment))
        if key not in self._unions:
            postings = (segment.postings(field, form) for form in self.forms(word, field))
            self._unions[key] = UnionPostings([p for p in postings if p is not None])
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
        counts = (
            (number, len(self.spans(node, scope, segment, number)))
            for number in self._candidates(node, scope.field, segment)
        )
        return {number: count for number, count in counts if count}

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
            codes = segment.length_codes(field)
            return {number for number in range(segment.count) if codes[number]}
        lists = [self._union(word, field, segment).frequencies for word in words]
        return set.intersection(*map(set, lists))

    # ------------------------------------------------------------ spans

    def spans(self, node: tree.Node, scope: Scope, segment: SegmentView, number: int) -> list[Span]:
        """The occurrences of `node` in one document, ascending, each once."""
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
                    ordered=ordered,
                )
            case tree.NotNear(left, right, distance):
                others = self.spans(right, scope, segment, number)
                return [
                    span
                    for span in self.spans(left, scope, segment, number)
                    if not near_spans([span], others, distance)
                ]
            case tree.Within(left, right, unit):
                return within_spans(
                    self.spans(left, scope, segment, number),
                    self.spans(right, scope, segment, number),
                    self._unit_of(unit, scope, segment, number),
                )
        return self._runs(self.parts(node), scope, segment, number)

    def _runs(
        self, parts: Sequence[tree.Node], scope: Scope, segment: SegmentView, number: int
    ) -> list[Span]:
        if not parts:  # a word without a letter, which only a tree made by hand can hold
            return []
        words = [(i, part) for i, part in enumerate(parts) if not isinstance(part, tree.AnyWord)]
        starts: set[int] = set()
        if not words:
            starts.update(self._tokens(scope.field, segment, number))
        for place, (i, word) in enumerate(words):
            positions = self._union(word, scope.field, segment).positions(number)
            found = {position - i for position in positions}
            starts = starts & found if place else found
            if not starts:
                return []
        if len(words) < len(parts):
            # An any-word at either end must be a word of the text too.
            tokens = self._tokens(scope.field, segment, number)
            starts = {s for s in starts if all(s + i in tokens for i in range(len(parts)))}
        runs = [(start, start + len(parts) - 1) for start in sorted(starts)]
        return [run for run in runs if scope.limit is None or run[1] < scope.limit]

    def _tokens(self, field: str, segment: SegmentView, number: int) -> Collection[int]:
        """The positions that hold a word."""
        if field == "body":
            return range(segment.lengths()[number])
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


def near_spans(
    left: Sequence[Span], right: Sequence[Span], distance: int, *, ordered: bool = False
) -> list[Span]:
    """The pairs at most `distance` words apart, as runs that span both."""
    found = set()
    for a in left:
        for b in right:
            if a[1] < b[0]:
                fits = b[0] - a[1] <= distance
            else:
                fits = not ordered and b[1] < a[0] and a[0] - b[1] <= distance
            if fits:
                found.add((min(a[0], b[0]), max(a[1], b[1])))
    return sorted(found)


def within_spans(
    left: Sequence[Span], right: Sequence[Span], unit_of: Callable[[int], int]
) -> list[Span]:
    """The pairs that lie in one unit and do not overlap, as runs that span both."""
    found = set()
    for a in left:
        unit = unit_of(a[0])
        for b in right:
            apart = a[1] < b[0] or b[1] < a[0]
            if apart and all(unit_of(p) == unit for p in (a[1], *b)):
                found.add((min(a[0], b[0]), max(a[1], b[1])))
    return sorted(found)
