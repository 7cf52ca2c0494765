"""Where do the words of a few articles stand that are in no index?

A concordance is an alphabet of the words of some texts with the places where they stand.  Articles
that came from a cluster have one as long as a search lasts: where its words stand in them is what
they are scored by and what is shown.

There are two, which say the same: of the native core, which tokenises the texts and goes through
the numbers of their words some thousand million a second (`native/src/concordance/`); and a plain
one, in Python.  The forms of each field lie in one row, article behind article, in which a word is
looked for; where many words are, the row is inverted once.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from searcher.analysis import Analyzer
from searcher.analysis.patterns import fold_pattern, literal_prefix, pattern_matcher
from searcher.codec.core import native_core, required_core
from searcher.codec.groups import numbers_in
from searcher.codec.postings import PostingList
from searcher.codec.schema import NAME_GAP
from searcher.distance import within_edits
from searcher.scoring import Scoring

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = [
    "Concordance",
    "FieldForms",
    "LeafForms",
    "NativeConcordance",
    "PlainConcordance",
    "concordance_of",
]

_TEXTS = ("title", "body", "byline")
# Of more words than these a row is inverted; each costs to go through the row before.
_MOST_SOUGHT = 12
_LANGUAGES = 8
_HALF = re.compile("[\ud800-\udfff]")


class FieldForms(NamedTuple):
    """The forms of a word in a field, and those of a second one that is to stand near."""

    field: str
    left: Sequence[bytes]
    right: Sequence[bytes] | None


class LeafForms(NamedTuple):
    """A scored part of a query that is a word, or two that stand near each other.

    Arguments:
        fields: where it is looked for, in the order of its scopes.
        distance: how many words apart two may stand.
        is_least: whether a pair counts no more often than either word (`closeness.py`).
    """

    fields: Sequence[FieldForms]
    distance: int
    is_least: bool


class Concordance(Protocol):
    """Where words stand in title, body and byline of some articles, which are numbered."""

    def lengths(self, field: str) -> Sequence[int]:
        """How many words the field of each article has."""

    def posting_list(self, field: str, form: bytes) -> PostingList | None:
        """Where a form stands; None where it does not."""

    def field_forms(self, field: str, prefix: bytes) -> list[bytes]:
        """The forms in a field that begin with `prefix`, in byte order."""

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        """The forms with this stem in any field, in byte order."""

    def pairs(
        self, field: str, left: Sequence[bytes], right: Sequence[bytes], distance: int
    ) -> dict[int, int]:
        """Of each article in whose field one of the forms `left` and one of `right` stand at most
        `distance` words apart: how many pairs of places that are."""

    def strengths(
        self, leaves: Sequence[LeafForms], lengths: Sequence[int], average: float, scoring: Scoring
    ) -> list[list[tuple[int, float]]]:
        """Of each of `leaves` the articles in which it occurs, and what its occurrences there
        add up to (`scoring.py`); `average` is the mean recorded length of bodies, `lengths` the
        recorded ones of these."""

    def fitting_forms(self, field: str, pattern: str) -> list[bytes]:
        """The forms in a field that fit a pattern, in byte order."""

    def near_forms(self, field: str, form: str, edits: int) -> list[bytes]:
        """The forms in a field that begin as `form` and are at most `edits` slips from it, in
        byte order."""


def concordance_of(documents: Sequence[Mapping[str, Any]], analyzer: Analyzer) -> Concordance:
    """That of articles as they are stored.

    Cost: twenty articles of 400 words take the core .2 ms, Python three.
    """
    if native_core() is not None:
        try:
            return NativeConcordance(documents, analyzer)
        except UnicodeEncodeError:  # half a character, which only others than Searcher can store
            pass
    return PlainConcordance(documents, analyzer)


class NativeConcordance:
    """By the core: see `Concordance`."""

    def __init__(self, documents: Sequence[Mapping[str, Any]], analyzer: Analyzer) -> None:
        self._read: _native.Concordance = _known_words(analyzer).read(
            [document["title"] for document in documents],
            [document["body"] for document in documents],
            [document.get("byline", ()) for document in documents],
            NAME_GAP,
        )
        self._elided = analyzer.elided
        self.field_forms = self._read.field_forms
        self.forms_of_stem = self._read.forms_of_stem
        self.near_forms = self._read.near_forms
        self.pairs = self._read.pairs

    def lengths(self, field: str) -> array[int]:
        """How many words the field of each article has."""
        return numbers_in(self._read.lengths(field))

    def posting_list(self, field: str, form: bytes) -> PostingList | None:
        """Where a form stands; None where it does not."""
        found = self._read.posting_list(field, form)
        return None if found is None else PostingList(*map(numbers_in, found))

    def strengths(
        self, leaves: Sequence[LeafForms], lengths: Sequence[int], average: float, scoring: Scoring
    ) -> list[list[tuple[int, float]]]:
        """What occurrences add up to: see `Concordance`."""
        return self._read.strengths(leaves, lengths, average, scoring.as_tuple())

    def fitting_forms(self, field: str, pattern: str) -> list[bytes]:
        """The forms in a field that fit a pattern, in byte order."""
        folded = fold_pattern(pattern, self._elided)
        # No form has half a character, and the core cannot be told of one.
        return [] if _HALF.search(folded) else self._read.fitting_forms(field, folded)


@lru_cache(_LANGUAGES)
def _known_words(analyzer: Analyzer) -> _native.KnownWords:
    """The words that were met so far, which are most of those to come."""
    return required_core().KnownWords(analyzer.forms_of_distinct, analyzer.stems_of_distinct)


class PlainConcordance:
    """In Python: see `Concordance`.  Nothing is made before it is asked for."""

    def __init__(self, documents: Sequence[Mapping[str, Any]], analyzer: Analyzer) -> None:
        self._documents = documents
        self._analyzer = analyzer
        self._rows: dict[str, _Row] = {}

    def _row(self, field: str) -> _Row:
        if field not in self._rows:
            forms = self._analyzer.forms_of_text
            if field == "byline":
                names = [[forms(name) for name in d.get("byline", ())] for d in self._documents]
                self._rows[field] = _Row(
                    [[form for name in some for form in name] for some in names],
                    [
                        [
                            i * NAME_GAP + place
                            for i, name in enumerate(some)
                            for place, _ in enumerate(name)
                        ]
                        for some in names
                    ],
                )
            else:
                self._rows[field] = _Row([forms(d[field]) for d in self._documents], None)
        return self._rows[field]

    def lengths(self, field: str) -> Sequence[int]:
        """How many words the field of each article has."""
        return self._row(field).lengths

    def posting_list(self, field: str, form: bytes) -> PostingList | None:
        """Where a form stands; None where it does not."""
        return self._row(field).posting_list(form.decode("utf-8", "surrogatepass"))

    def field_forms(self, field: str, prefix: bytes) -> list[bytes]:
        """The forms in a field that begin with `prefix`, in byte order."""
        forms = (form.encode("utf-8", "surrogatepass") for form in set(self._row(field).forms))
        return sorted(form for form in forms if form.startswith(prefix))

    @cached_property
    def _stemmed(self) -> tuple[list[str], list[str]]:
        """All forms, and the stem of each."""
        forms = list(set(chain.from_iterable(self._row(field).forms for field in _TEXTS)))
        return forms, self._analyzer.stems(forms)

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        """The forms with this stem in any field, in byte order."""
        forms, stems = self._stemmed
        sought, found, at = stem.decode("utf-8", "surrogatepass"), [], -1
        for _ in range(stems.count(sought)):
            at = stems.index(sought, at + 1)
            found.append(forms[at].encode("utf-8", "surrogatepass"))
        return sorted(found)

    def pairs(
        self, field: str, left: Sequence[bytes], right: Sequence[bytes], distance: int
    ) -> dict[int, int]:
        """How many pairs of places stand so near: see `Concordance`."""
        ones, others = (self._positions(field, forms) for forms in (left, right))
        found: dict[int, int] = {}
        for number in sorted(ones.keys() & others.keys()):
            here, there = sorted(ones[number]), sorted(others[number])
            # A pair of places where both words stand is one from either side.
            both = sorted(ones[number] & others[number])
            count = _followers(here, there, distance) + _followers(there, here, distance)
            count -= _followers(both, both, distance)
            if count:
                found[number] = count
        return found

    def strengths(
        self, leaves: Sequence[LeafForms], lengths: Sequence[int], average: float, scoring: Scoring
    ) -> list[list[tuple[int, float]]]:
        """What occurrences add up to: see `Concordance`."""
        return [self._strengths(leaf, lengths, average, scoring) for leaf in leaves]

    def _strengths(
        self, leaf: LeafForms, lengths: Sequence[int], average: float, scoring: Scoring
    ) -> list[tuple[int, float]]:
        found: dict[int, float] = {}
        for field, left, right in leaf.fields:
            frequencies = self._frequencies(field, left)
            if right is not None:
                sides = frequencies, self._frequencies(field, right)
                frequencies = self.pairs(field, left, right, leaf.distance)
                if leaf.is_least:
                    frequencies = {
                        number: min(count, *(side[number] for side in sides))
                        for number, count in frequencies.items()
                    }
            for number, count in frequencies.items():
                added = scoring.strength(field, count, lengths[number], average)
                found[number] = found.get(number, 0.0) + added
        return sorted(found.items())

    def fitting_forms(self, field: str, pattern: str) -> list[bytes]:
        """The forms in a field that fit a pattern, in byte order."""
        elided = self._analyzer.elided
        prefix = literal_prefix(pattern, elided).encode("utf-8", "surrogatepass")
        fits = pattern_matcher(pattern, elided)
        terms = self.field_forms(field, prefix)
        return [term for term in terms if fits(term.decode("utf-8", "surrogatepass"))]

    def near_forms(self, field: str, form: str, edits: int) -> list[bytes]:
        """The forms in a field that are near `form`: see `Concordance`."""
        terms = self.field_forms(field, form[:1].encode("utf-8"))
        return [term for term in terms if within_edits(form, term.decode("utf-8"), edits)]

    def _frequencies(self, field: str, forms: Sequence[bytes]) -> dict[int, int]:
        return {number: len(places) for number, places in self._positions(field, forms).items()}

    def _positions(self, field: str, forms: Sequence[bytes]) -> dict[int, set[int]]:
        """Where any of `forms` stands, by article."""
        together: defaultdict[int, set[int]] = defaultdict(set)
        for form in forms:
            found = self.posting_list(field, form)
            if found is not None:
                at = iter(found.positions)
                for number, frequency in zip(found.ids, found.frequencies, strict=True):
                    together[number].update(next(at) for _ in range(frequency))
        return together


def _followers(before: Sequence[int], after: Sequence[int], distance: int) -> int:
    """How many of `after` stand at most `distance` behind one of `before`, for each of these."""
    return sum(bisect_right(after, at + distance) - bisect_right(after, at) for at in before)


class _Row:
    """The forms of one text field of all articles, one article behind the other.

    Arguments:
        forms: of each article.
        places: of each article the positions of its forms, where they do not count from 0.
    """

    def __init__(self, forms: Sequence[list[str]], places: Sequence[list[int]] | None) -> None:
        self._places = places
        self.lengths = list(map(len, forms))
        self._ends: list[int] = []
        self._forms: list[str] = []
        for some in forms:
            self._forms += some
            self._ends.append(len(self._forms))
        self._sought = 0

    @property
    def forms(self) -> Sequence[str]:
        """All of them, as often as they stand there."""
        return self._forms

    def posting_list(self, form: str) -> PostingList | None:
        """Where `form` stands."""
        is_inverted = self._sought >= _MOST_SOUGHT
        found = self._inverted.get(form) if is_inverted else self._seek(form)
        if not found:
            return None
        ids, frequencies, positions = array("I"), array("I"), array("I")
        number = -1
        end = start = 0
        for at in found:
            if at >= end:
                number = bisect_left(self._ends, at + 1, number + 1)
                start, end = self._ends[number] - self.lengths[number], self._ends[number]
                ids.append(number)
                frequencies.append(0)
            frequencies[-1] += 1
            place = at - start
            positions.append(place if self._places is None else self._places[number][place])
        return PostingList(ids, frequencies, positions)

    def _seek(self, form: str) -> list[int]:
        self._sought += 1
        index, found, at = self._forms.index, [], -1
        try:
            while True:
                at = index(form, at + 1)
                found.append(at)
        except ValueError:  # there is no more
            return found

    @cached_property
    def _inverted(self) -> Mapping[str, Sequence[int]]:
        found: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for at, form in enumerate(self._forms):
            found[form].append(at)
        return found
