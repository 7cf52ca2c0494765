"""How is a plain segment read as a whole?

`PlainOpenSegment` is `OpenSegment` over the readers of `plain.py`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh.columns import VarBytesColumn
from whoosh.reading import CorruptIndexError

from searcher.codec.boundaries import decode_boundaries
from searcher.codec.plain import PlainCodec, PlainPerDocumentReader, PlainSegment, PlainTermsReader
from searcher.codec.positioned import open_positioned
from searcher.codec.postings import PostingList
from searcher.codec.schema import MISSING_DATE, NO_DAY, day_number
from searcher.codec.storage import DurableStorage
from searcher.distance import within_edits
from searcher.fields import FIELDS

__all__ = ["PlainOpenSegment"]


class PlainOpenSegment:
    """A plain segment, opened for reading."""

    core: Any = None

    def __init__(self, storage: DurableStorage, segment: PlainSegment) -> None:
        codec = segment.codec()
        if not isinstance(codec, PlainCodec):
            raise CorruptIndexError(f"a segment was written by {type(codec).__name__}")
        self.count: int = segment.doc_count_all()
        self._field_lengths: dict[str, int] = segment._fieldlengths
        self._storage = storage
        self._name = str(segment.segment_id())
        self._check_count(segment)
        self._documents: PlainPerDocumentReader = codec.per_document_reader(storage, segment)
        self._terms: PlainTermsReader = codec.terms_reader(storage, segment)
        self._bytes_columns: dict[str, Any] = {}

    def _check_count(self, segment: PlainSegment) -> None:
        """Refuse a number of documents that there cannot be, before memory is taken for it."""
        stored = segment.make_filename("._stored.col")
        most = self._storage.file_length(stored)  # a byte for the length of each, and one more
        if not 0 <= self.count <= most or any(
            not 0 <= number < self.count for number in segment.deleted_docs()
        ):
            raise CorruptIndexError(f"{stored} has not the {self.count:,} documents it should")

    def recorded_length(self, field: str) -> int:
        return self._field_lengths.get(field, 0)

    def posting_list(self, field: str, term: bytes) -> PostingList | None:
        return self._terms.posting_list(field, term)

    def documents_of(self, field: str, value: bytes) -> Sequence[int]:
        postings = self._terms.posting_list(field, value)
        return () if postings is None else postings.ids

    def field_terms(self, field: str, prefix: bytes) -> Iterator[bytes]:
        return self._terms.field_terms(field, prefix)

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        return self._terms.forms_of_stem(stem)

    def form_frequencies(self, form: bytes) -> tuple[int, int, int]:
        title, body, byline = (self._terms.document_count(f, form) for f in FIELDS.texts)
        return title, body, byline

    def near_forms(self, form: str, edits: int) -> list[tuple[bytes, tuple[int, int, int]]]:
        prefix = form[:1].encode("utf-8")
        # A character takes one to four bytes: most forms are told by their length.
        least = len(form) - edits
        most = 4 * (len(form) + edits)
        found = {
            term
            for field in FIELDS.texts
            for term in self._terms.field_terms(field, prefix)
            if least <= len(term) <= most and within_edits(form, term.decode("utf-8"), edits)
        }
        return [(term, self.form_frequencies(term)) for term in sorted(found)]

    def length_codes(self, field: str) -> bytes:
        return self._documents.length_codes(field)

    def dates_us(self) -> array[int]:
        return self._documents.number_column("date", "q", MISSING_DATE)

    def lengths(self) -> array[int]:
        return self._documents.number_column("length", "I", 0)

    def digests(self) -> array[int]:
        return self._documents.number_column("digest", "Q", 0)

    def days(self) -> array[int]:
        days = array("i", [NO_DAY]) * self.count
        for term in self.field_terms("date", b""):
            day = day_number(term.decode("ascii"))
            for number in self.documents_of("date", term):
                days[number] = day
        return days

    def ordinals(self, field: str) -> tuple[array[int], array[int]]:
        pairs = sorted(
            (number, ordinal)
            for ordinal, term in enumerate(self.field_terms(field, b""))
            for number in self.documents_of(field, term)
        )
        return array("I", (n for n, _ in pairs)), array("I", (place for _, place in pairs))

    def boundaries(self, number: int) -> tuple[list[int], list[int]]:
        if not self._documents.has_column("boundaries"):  # written by Whoosh's own writer
            return [], []
        column = self._bytes_column("boundaries")
        try:
            return decode_boundaries(column[number])
        except CorruptIndexError as error:
            raise CorruptIndexError(f"{column}: row {number:,}: {error}") from error

    def id(self, number: int) -> str:
        return str(self._bytes_column("id")[number], "utf-8")

    def _bytes_column(self, name: str) -> Any:
        if name not in self._bytes_columns:
            self._bytes_columns[name] = self._documents.column_reader(name, VarBytesColumn())
        return self._bytes_columns[name]

    def stored(self, number: int) -> dict[str, Any]:
        return self._documents.stored_fields(number)

    def verify(self) -> None:
        for name in sorted(getattr(self._storage, "checksums", ())):
            if name.startswith(f"{self._name}."):
                open_positioned(self._storage, name).close()
        self.dates_us(), self.lengths(), self.digests()
        for field in FIELDS.texts:
            self.length_codes(field)
        fields = list(self._terms.indexed_field_names())
        for field in fields:
            for term in self.field_terms(field, b""):
                postings = self.posting_list(field, term)
                if postings is None:
                    raise CorruptIndexError(f"the postings of {field}:{term!r} do not fit")
        for stem in self._terms.stems():
            self.forms_of_stem(stem)
        for number in range(self.count):
            self.boundaries(number)
            id = self.id(number)
            if self.stored(number)["id"] != id or number not in self.documents_of(
                "id", id.encode("utf-8")
            ):
                raise CorruptIndexError(f"document {number} is not where its id says")

    def close(self) -> None:
        self._terms.close()
        self._documents.close()
