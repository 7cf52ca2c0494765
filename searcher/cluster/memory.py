"""How is the embedded engine asked about a few articles that are in no index directory?

Articles that came from a cluster are inverted as a writer would (`indexing/inversion.py`) and
kept as one segment in memory, in the shape that the plain executor reads.  So whatever it
finds, marks and shows of them is what it would in an index directory, by the same code.

What a few articles cannot know of all others (how many hold a word, how long bodies are) comes
from the cluster (`statistics.py`).
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.cluster.mapping import recorded_length
from searcher.codec.boundaries import decode_boundaries
from searcher.codec.postings import PostingList
from searcher.codec.schema import LENGTH_OF_CODE, NO_DAY, day_number
from searcher.distance import within_edits
from searcher.fields import FIELDS, FieldTable
from searcher.indexing.inversion import invert
from searcher.searching.snapshot import SegmentView, Snapshot

__all__ = ["MemorySnapshot"]

_CODES = sorted(range(256), key=LENGTH_OF_CODE.__getitem__)
_LENGTHS = [LENGTH_OF_CODE[code] for code in _CODES]


class _MemorySegment:
    """Inverted articles as an open segment (`codec/segments.py`)."""

    core: Any = None

    def __init__(self, articles: Sequence[Article], analyzer: Analyzer, table: FieldTable) -> None:
        batch = invert(articles, analyzer, table)
        self._documents = batch.documents
        self._postings = batch.terms
        self.count = len(batch.documents)
        self._terms = {
            field: sorted(term.encode("utf-8") for term in terms)
            for field, terms in batch.terms.items()
        }
        self._analyzer = analyzer
        self._stems: dict[bytes, list[bytes]] | None = None

    def recorded_length(self, field: str) -> int:
        return sum(recorded_length(document.lengths[field]) for document in self._documents)

    def posting_list(self, field: str, term: bytes) -> PostingList | None:
        found = self._postings.get(field, {}).get(term.decode("utf-8", "surrogatepass"))
        if found is None:
            return None
        ids, frequencies, deltas = found
        positions = array("I")
        at = 0
        for frequency in frequencies if deltas else ():
            position = 0
            for delta in deltas[at : at + frequency]:
                position += delta
                positions.append(position)
            at += frequency
        return PostingList(ids, frequencies, positions)

    def documents_of(self, field: str, value: bytes) -> Sequence[int]:
        found = self._postings.get(field, {}).get(value.decode("utf-8", "surrogatepass"))
        return () if found is None else found[0]

    def field_terms(self, field: str, prefix: bytes) -> Iterable[bytes]:
        terms = self._terms.get(field, [])
        first = bisect_left(terms, prefix)
        last = first
        while last < len(terms) and terms[last].startswith(prefix):
            last += 1
        return terms[first:last]

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        if self._stems is None:
            self._stems = {}
            forms = sorted({form for field in FIELDS.texts for form in self._terms.get(field, [])})
            stems = self._analyzer.stems(form.decode("utf-8") for form in forms)
            for form, its_stem in zip(forms, stems, strict=True):
                self._stems.setdefault(its_stem.encode("utf-8"), []).append(form)
        return self._stems.get(stem, [])

    def form_frequencies(self, form: bytes) -> tuple[int, int, int]:
        title, body, byline = (len(self.documents_of(field, form)) for field in FIELDS.texts)
        return title, body, byline

    def near_forms(self, form: str, edits: int) -> list[tuple[bytes, tuple[int, int, int]]]:
        prefix = form[:1].encode("utf-8")
        found = {
            term
            for field in FIELDS.texts
            for term in self.field_terms(field, prefix)
            if within_edits(form, term.decode("utf-8"), edits)
        }
        return [(term, self.form_frequencies(term)) for term in sorted(found)]

    def length_codes(self, field: str) -> bytes:
        def code(words: int) -> int:
            return _CODES[min(bisect_left(_LENGTHS, words), len(_CODES) - 1)]

        return bytes(code(document.lengths[field]) for document in self._documents)

    def dates_us(self) -> Sequence[int]:
        return [document.date_us for document in self._documents]

    def lengths(self) -> Sequence[int]:
        return [document.lengths["body"] for document in self._documents]

    def digests(self) -> Sequence[int]:
        return [document.digest for document in self._documents]

    def days(self) -> Sequence[int]:
        days = [NO_DAY] * self.count
        for term in self._terms.get("date", []):
            for number in self.documents_of("date", term):
                days[number] = day_number(term.decode("ascii"))
        return days

    def ordinals(self, field: str) -> tuple[Sequence[int], Sequence[int]]:
        pairs = sorted(
            (number, place)
            for place, term in enumerate(self._terms.get(field, []))
            for number in self.documents_of(field, term)
        )
        return [number for number, _ in pairs], [place for _, place in pairs]

    def boundaries(self, number: int) -> tuple[list[int], list[int]]:
        return decode_boundaries(self._documents[number].boundaries)

    def id(self, number: int) -> str:
        return self._documents[number].id

    def stored(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._documents[number].stored)
        return found

    def verify(self) -> None: ...

    def close(self) -> None: ...


class _MemorySegmentView(SegmentView):
    """A segment in memory as an executor reads it."""

    def __init__(self, segment: _MemorySegment) -> None:
        # Not the constructor of `SegmentView`, which opens files.
        self._directory = "memory"
        self._segment = segment
        self.count = segment.count
        self.removed = self.hidden = self.deleted = frozenset()
        self.hidden_until_s = None
        self._columns = {}
        self._postings = {}


class MemorySnapshot(Snapshot):
    """A snapshot of `articles`, which are numbered in their order; it hides none.

    Cost: a millisecond for two articles of 500 words.
    """

    def __init__(
        self, articles: Sequence[Article], analyzer: Analyzer, table: FieldTable = FIELDS
    ) -> None:
        # Not the constructor of `Snapshot`, which opens a directory.
        self.directory = "memory"
        self.hides = False
        self.segments = [_MemorySegmentView(_MemorySegment(articles, analyzer, table))]
        self._beginnings = {}
        self._grouped = {}
        self.generation = 0
        self.language = analyzer.language
        self.fields = table
        self.document_count = self.live_count = len(articles)
        self.hides_any = False
        self.groups = self.stories = None

    def close(self) -> None: ...
