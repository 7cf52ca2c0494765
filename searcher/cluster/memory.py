"""How is the embedded engine asked about a few articles that are in no index directory?

Articles that came from a cluster are kept as one segment in memory, in the shape that the plain
executor reads.  So whatever it finds, marks and shows of them is what it would in an index
directory, by the same code.

Nothing is made before it is asked for, since of most articles it is only asked where a few words
stand (`concordance.py`).  Sentences are found in those articles only where proximity asks for them,
and values of fields where conditions do.

What a few articles cannot know of all others (how many hold a word, how long bodies are) comes
from the cluster (`statistics.py`).
"""

from __future__ import annotations

import hashlib
import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from searcher.analysis import Analyzer
from searcher.cluster.concordance import Concordance, concordance_of
from searcher.cluster.mapping import recorded_length
from searcher.codec.core import native_core
from searcher.codec.postings import PostingList
from searcher.codec.schema import (
    LENGTH_OF_CODE,
    NO_DAY,
    article_of,
    day_number,
    instant_us,
    stored_of,
    values_of,
)
from searcher.distance import within_edits
from searcher.fields import FIELDS, FieldTable
from searcher.searching.hits import date_of
from searcher.searching.snapshot import SegmentView, Snapshot

__all__ = ["MemorySegmentView", "MemorySnapshot", "Stored"]

Stored = Mapping[str, Any]
"""All that an article says, as `stored_of` has it and `_source` of the cluster."""

_CODES = sorted(range(256), key=LENGTH_OF_CODE.__getitem__)
_LENGTHS = [LENGTH_OF_CODE[code] for code in _CODES]


class _MemorySegment:
    """Articles as an open segment (`codec/segments.py`)."""

    core: Any = None

    def __init__(self, documents: Sequence[Stored], analyzer: Analyzer, table: FieldTable) -> None:
        self.documents = documents
        self._analyzer = analyzer
        self._table = table
        self.count = len(documents)
        self._terms: dict[str, list[bytes]] = {}
        self._boundaries: dict[int, tuple[list[int], list[int]]] = {}

    @cached_property
    def words(self) -> Concordance:
        """Where words stand in the articles."""
        return concordance_of(self.documents, self._analyzer)

    @cached_property
    def _values(self) -> dict[str, dict[str, list[int]]]:
        """The documents that have each value, by field."""
        found: dict[str, dict[str, list[int]]] = {}
        for number, document in enumerate(self.documents):
            article = article_of(dict(document))
            for name, values in values_of(article, self._table).items():
                for value in values:
                    found.setdefault(name, {}).setdefault(value, []).append(number)
        return found

    def recorded_length(self, field: str) -> int:
        return sum(map(recorded_length, self.words.lengths(field)))

    def posting_list(self, field: str, term: bytes) -> PostingList | None:
        if field in FIELDS.texts:
            return self.words.posting_list(field, term)
        found = self._values.get(field, {}).get(term.decode("utf-8", "surrogatepass"))
        return None if found is None else PostingList(found, [1] * len(found), array("I"))

    def documents_of(self, field: str, value: bytes) -> Sequence[int]:
        found = self.posting_list(field, value)
        return () if found is None else found.ids

    def field_terms(self, field: str, prefix: bytes) -> Iterable[bytes]:
        if field in FIELDS.texts:
            return self.words.field_forms(field, prefix)
        terms = self._terms_of(field)
        first = bisect_left(terms, prefix)
        last = first
        while last < len(terms) and terms[last].startswith(prefix):
            last += 1
        return terms[first:last]

    def _terms_of(self, field: str) -> list[bytes]:
        if field not in self._terms:
            terms = self._values.get(field, {})
            self._terms[field] = sorted(term.encode("utf-8", "surrogatepass") for term in terms)
        return self._terms[field]

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        return self.words.forms_of_stem(stem)

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

        return bytes(map(code, self.words.lengths(field)))

    def dates_us(self) -> Sequence[int]:
        return [instant_us(date_of(document.get("date"))) for document in self.documents]

    def lengths(self) -> Sequence[int]:
        return self.words.lengths("body")

    def digests(self) -> Sequence[int]:
        return [_digest(document) for document in self.documents]

    def days(self) -> Sequence[int]:
        days = [NO_DAY] * self.count
        for term in self._terms_of("date"):
            for number in self.documents_of("date", term):
                days[number] = day_number(term.decode("ascii"))
        return days

    def ordinals(self, field: str) -> tuple[Sequence[int], Sequence[int]]:
        pairs = sorted(
            (number, place)
            for place, term in enumerate(self._terms_of(field))
            for number in self.documents_of(field, term)
        )
        return [number for number, _ in pairs], [place for _, place in pairs]

    def boundaries(self, number: int) -> tuple[list[int], list[int]]:
        if number not in self._boundaries:
            self._boundaries[number] = _boundaries_of(
                self.documents[number]["body"], self._analyzer
            )
        return self._boundaries[number]

    def id(self, number: int) -> str:
        id: str = self.documents[number]["id"]
        return id

    def stored(self, number: int) -> dict[str, Any]:
        return dict(self.documents[number])

    def verify(self) -> None: ...

    def close(self) -> None: ...


def _boundaries_of(text: str, analyzer: Analyzer) -> tuple[list[int], list[int]]:
    """Where sentences and paragraphs begin: by the core where it is there."""
    core = native_core()
    if core is not None:
        try:
            return core.boundaries(text)
        except UnicodeEncodeError:  # as in `concordance_of`
            pass
    analyzed = analyzer.analyze(text)
    return analyzed.sentence_starts, analyzed.paragraph_starts


def _digest(document: Stored) -> int:
    """As an index directory has it (`indexing/inversion.py`)."""
    stored = stored_of(article_of(dict(document)))
    data = json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode()
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")


class MemorySegmentView(SegmentView):
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
        self._documents = segment.documents
        self._memory = segment

    @property
    def words(self) -> Concordance:
        """Where words stand in the articles."""
        return self._memory.words

    def stored(self, number: int) -> dict[str, Any]:
        # Not looked at whether it is an article, as what a file holds is: it has been one.
        return dict(self._documents[number])


class MemorySnapshot(Snapshot):
    """A snapshot of `documents`, articles as they are stored, which are numbered in their order;
    it hides none.

    Cost: nothing at first; to look for words in it, that of `concordance_of`.
    """

    def __init__(
        self, documents: Sequence[Stored], analyzer: Analyzer, table: FieldTable = FIELDS
    ) -> None:
        # Not the constructor of `Snapshot`, which opens a directory.
        self.directory = "memory"
        self.hides = False
        self.segments = [MemorySegmentView(_MemorySegment(documents, analyzer, table))]
        self._beginnings = {}
        self._grouped = {}
        self.generation = 0
        self.language = analyzer.language
        self.fields = table
        self.document_count = self.live_count = len(documents)
        self.hides_any = False
        self.groups = self.stories = None

    def close(self) -> None: ...
