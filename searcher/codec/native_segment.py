"""How is a native segment read as a whole?

`NativeOpenSegment` is `OpenSegment` over the native core's own view of the file.  It
turns what the core returns (bytes of arrays) into what Python's side of the house works
with, and knows nothing of the format.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from whoosh.reading import CorruptIndexError

from searcher.codec.postings import PostingList
from searcher.fields import FIELDS, FieldTable

if TYPE_CHECKING:
    from searcher.codec._native import Segment

__all__ = ["NativeOpenSegment"]

# How the stored fields of an article begin.
_ID_KEY = b'{"id":"'


class NativeOpenSegment:
    """A native segment, opened for reading."""

    def __init__(
        self, core: Segment, field_lengths: dict[str, int], fields: FieldTable = FIELDS
    ) -> None:
        self.core = core
        self.count = core.doc_count
        self._field_lengths = field_lengths
        self.fields = fields
        self._numbers = fields.term_numbers

    def recorded_length(self, field: str) -> int:
        return self._field_lengths.get(field, 0)

    def posting_list(self, field: str, term: bytes) -> PostingList | None:
        if field not in FIELDS.texts:
            documents = self.core.value_documents(self._numbers[field], term)
            if documents is None:
                return None
            ids = _array("I", documents)
            return PostingList(ids, (1,) * len(ids), ())
        found = self.core.posting_list(field, term)
        return None if found is None else PostingList(*(_array("I", column) for column in found))

    def documents_of(self, field: str, value: bytes) -> Sequence[int]:
        return _array("I", self.core.value_documents(self._numbers[field], value) or b"")

    def field_terms(self, field: str, prefix: bytes) -> list[bytes]:
        if field in FIELDS.texts:
            return self.core.field_forms(field, prefix)
        return self.core.field_values(self._numbers[field], prefix)

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        return self.core.forms_of_stem(stem)

    def form_frequencies(self, form: bytes) -> tuple[int, int, int]:
        return self.core.form_frequencies(form)

    def near_forms(self, form: str, edits: int) -> list[tuple[bytes, tuple[int, int, int]]]:
        return self.core.near_forms(form, edits)

    def length_codes(self, field: str) -> bytes:
        return self.core.norms(field)

    def dates_us(self) -> array[int]:
        return _array("q", self.core.dates())

    def lengths(self) -> array[int]:
        return _array("I", self.core.lengths())

    def digests(self) -> array[int]:
        return _array("Q", self.core.digests())

    def days(self) -> array[int]:
        return _array("i", self.core.days())

    def ordinals(self, field: str) -> tuple[array[int], array[int]]:
        found = self.core.ordinals(self._numbers[field])
        if found is None:
            if self.field_terms(field, b""):
                raise CorruptIndexError(f"the segment has no column of the field {field}")
            # Written before the archive had this field, and none of its articles has a value.
            return array("I"), array("I")
        return _array("I", found[0]), _array("I", found[1])

    def boundaries(self, number: int) -> tuple[list[int], list[int]]:
        codes = self.core.boundaries(number)
        return [code >> 1 for code in codes], [code >> 1 for code in codes if code & 1]

    def id(self, number: int) -> str:
        stored = self.core.hot(number)
        # It stands first, and mostly as it is: all of it need not be read.
        end = stored.find(b'"', len(_ID_KEY))
        id = stored[len(_ID_KEY) : end]
        if end > 0 and stored.startswith(_ID_KEY) and b"\\" not in id:
            return id.decode("utf-8")
        return str(json.loads(stored)["id"])

    def stored(self, number: int) -> dict[str, Any]:
        # Decoded here: else its encoding is guessed each time, and it is always the same.
        fields: dict[str, Any] = json.loads(self.core.hot(number).decode("utf-8"))
        fields["body"] = self.core.cold(number).decode("utf-8")
        return fields

    def verify(self) -> None:
        self.core.verify()

    def close(self) -> None:
        """The file is unmapped when nothing refers to it any more."""


def _array(typecode: str, data: bytes) -> array[int]:
    values: array[int] = array(typecode)
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values
