"""How does a segment stand in the manifest?

As a few values that JSON can say: of which kind it is, its name, how many documents it
has, which of them are deleted, and how many words its fields have.  Whoosh pickles the
objects that it knows segments by; `segment_of` makes those anew from a record, and
`record_of` says what is to be written of one.

The deleted documents are a bit for each document, deflated, in base64: a thousandth of
the size of their numbers where they are few, and never more than a sixth of a byte for
each document, so that an index with ten million articles has a manifest of two megabytes
at the worst.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from typing import Any

from searcher.codec.checksums import NATIVE_EXTENSION
from searcher.codec.generations import INDEX_NAME, is_segment_name
from searcher.codec.native_codec import NativeCodec, NativeSegment
from searcher.codec.plain import PlainCodec, PlainSegment

__all__ = ["SegmentRecord", "integer", "record_of", "segment_of", "text"]

_KEYS = {"kind", "name", "documents", "deleted", "lengths"}
_KINDS: dict[str, tuple[type[Any], type[Any]]] = {
    "native": (NativeSegment, NativeCodec),
    "plain": (PlainSegment, PlainCodec),
}
_MOST_DOCUMENTS = 1 << 31
_MOST_WORDS = 1 << 53
_MOST_FIELDS = 100
_FIELD = re.compile(r"[a-z_]{1,40}")
_BITS_OF_BYTE = tuple(bytes(byte >> bit & 1 for bit in range(8)) for byte in range(256))


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """What a manifest says of a segment."""

    kind: str
    name: str
    documents: int
    deleted: frozenset[int]
    lengths: dict[str, int]

    @property
    def file_name(self) -> str:
        """What its file is called; of a plain segment, what all of its files are."""
        return self.name + (NATIVE_EXTENSION if self.kind == "native" else ".*")

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "kind": self.kind,
            "name": self.name,
            "documents": self.documents,
            "deleted": _packed(self.deleted, self.documents),
            "lengths": self.lengths,
        }

    @classmethod
    def from_json(cls, value: Any) -> SegmentRecord:
        """The record that `value` is.

        Raises:
            ValueError: it is not a record.
        """
        if type(value) is not dict or set(value) != _KEYS:
            raise ValueError("a segment is not described as one")
        kind, name = text(value["kind"]), text(value["name"])
        if kind not in _KINDS:
            raise ValueError(f"no kind of segment is called {kind!r}")
        if not is_segment_name(name):
            raise ValueError(f"{name!r} is not the name of a segment")
        lengths = value["lengths"]
        if type(lengths) is not dict or len(lengths) > _MOST_FIELDS:
            raise ValueError("the lengths of fields are missing")
        if not all(map(_FIELD.fullmatch, lengths)):
            raise ValueError("a field has no name of a field")
        documents = integer(value["documents"], _MOST_DOCUMENTS)
        return cls(
            kind,
            name,
            documents,
            _unpacked(text(value["deleted"]), documents),
            {field: integer(words, _MOST_WORDS) for field, words in lengths.items()},
        )


def integer(value: object, most: int) -> int:
    """`value` if it is a whole number from 0 to `most`; else `ValueError`."""
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{_shown(value)} is not a number from 0 to {most}")
    return value


def text(value: object) -> str:
    """`value` if it is text; else `ValueError`."""
    if type(value) is not str:
        raise ValueError(f"{_shown(value)} is not text")
    return value


def _shown(value: object) -> str:
    return repr(value)[:40] if type(value) in (bool, float, str) else type(value).__name__


def _packed(deleted: Iterable[int], documents: int) -> str:
    bits = bytearray((documents + 7) // 8)
    number = None
    for number in deleted:
        bits[number >> 3] |= 1 << (number & 7)
    return "" if number is None else base64.b64encode(zlib.compress(bits)).decode("ascii")


def _unpacked(packed: str, documents: int) -> frozenset[int]:
    if not packed:
        return frozenset()
    size = (documents + 7) // 8
    try:
        unpacker = zlib.decompressobj()
        bits = unpacker.decompress(base64.b64decode(packed, validate=True), size + 1)
    except (zlib.error, binascii.Error) as error:
        raise ValueError(f"the deleted documents cannot be read: {error}") from error
    marks = b"".join(map(_BITS_OF_BYTE.__getitem__, bits))
    if len(bits) != size or not unpacker.eof or any(marks[documents:]) or not any(bits):
        raise ValueError("the deleted documents do not fit the segment")
    return frozenset(compress(range(documents), marks))


def record_of(segment: Any) -> SegmentRecord:
    """The record of one of Whoosh's segment objects of our kinds."""
    kinds = {made: kind for kind, (made, _) in _KINDS.items()}
    return SegmentRecord(
        kinds[type(segment)],
        segment.segment_id(),
        segment.doc_count_all(),
        frozenset(segment.deleted_docs()),
        {name: int(words) for name, words in segment._fieldlengths.items()},
    )


def segment_of(record: SegmentRecord, own_fields: tuple[str, ...] = ()) -> Any:
    """The segment object that Whoosh, and the writers, work with: a new one each time.

    Arguments:
        own_fields: the archive's own value fields, as the manifest has them.
    """
    made, codec = _KINDS[record.kind]
    segment = made(
        codec(),
        INDEX_NAME,
        doccount=record.documents,
        segid=record.name.removeprefix(f"{INDEX_NAME}_"),
        deleted=set(record.deleted) or None,
    )
    segment._fieldlengths = dict(record.lengths)
    if own_fields and record.kind == "native":
        segment.own_fields = own_fields
    return segment
