"""How does Whoosh see a native segment?

The codec of native segments, for Whoosh's own classes: `whoosh.index.open_dir` opens
an index with native segments as long as Searcher can be imported and its core is
built, and term queries, stored fields, and sorting by the columns work on them.  It
asks the core for whole lists and hands them out one posting at a time; slow, but it is
not what Searcher itself reads with (`native_segment.py`).

What it does not do: let Whoosh's own writer make native segments.  That writer numbers
documents as they come and holds to its numbers, gives weights to postings and takes
terms from whatever analyzer a schema names; native segments are numbered by date and
made from articles.  So what it writes through this codec (`writer(codec=NativeCodec())`)
is a plain segment, and an index may hold both kinds.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from whoosh import columns
from whoosh.codec import base, whoosh3
from whoosh.reading import CorruptIndexError, TermInfo, TermNotFound
from whoosh.util.numeric import byte_to_length

from searcher.codec.boundaries import encode_boundaries
from searcher.codec.checksums import NATIVE_EXTENSION
from searcher.codec.core import find_core
from searcher.codec.native_segment import NativeOpenSegment
from searcher.codec.plain import PlainCodec, PlainSegment
from searcher.codec.postings import PostingList, unsigned_array
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexStateError
from searcher.fields import FIELDS

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeCodec", "NativeSegment"]

_COLUMNS = ("date", "length", "digest", "id", "boundaries")


class NativeSegment(whoosh3.W3Segment):  # type: ignore[misc]
    """One segment in one file, which the native core reads and writes."""

    _fieldlengths: dict[str, int]
    own_fields: tuple[str, ...] = ()
    """The archive's own value fields, as the manifest has them."""

    def should_assemble(self) -> bool:
        return False

    def describe(self, summary: _native._Merged) -> None:
        """Note what the core says of the file that it wrote."""
        self.set_doc_count(summary["documents"])
        lengths = summary["field_length_totals"]
        self._fieldlengths = dict(zip(FIELDS.texts, lengths, strict=True))

    def open(self, storage: Any) -> NativeOpenSegment:
        """Open it for Searcher's own readers.

        Raises:
            IndexStateError: the core is missing or turned off.
        """
        core = find_core()
        if core.module is None:
            raise IndexStateError(
                str(storage.folder),
                f"was made with the native core, and cannot be read without it ({core.reason})",
                hint="build the core with `make setup` where cargo is, and leave "
                "SEARCHER_NATIVE alone",
            )
        name = self.make_filename(NATIVE_EXTENSION)
        is_ours = isinstance(storage, DurableStorage)  # else it is stock Whoosh's own
        path = storage.path_of(name) if is_ours else os.path.join(storage.folder, name)
        opened = core.module.Segment(path)
        if is_ours:  # now that it is known to be sound, is it the one that was committed?
            storage.compare(name)
        if opened.doc_count != self.doc_count_all():
            raise CorruptIndexError(
                f"{self.segment_id()} holds {opened.doc_count} documents "
                f"instead of {self.doc_count_all()}"
            )
        return NativeOpenSegment(opened, self._fieldlengths, FIELDS.with_values(*self.own_fields))


class NativeCodec(PlainCodec):
    """The codec of `NativeSegment`; what Whoosh writes through it is a `PlainSegment`."""

    def new_segment(self, storage: Any, indexname: str) -> PlainSegment:
        return PlainSegment(PlainCodec(), indexname)

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        if isinstance(segment, NativeSegment):
            return NativePerDocumentReader(segment, segment.open(storage))
        return super().per_document_reader(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        if isinstance(segment, NativeSegment):
            return NativeTermsReader(segment.open(storage))
        return super().terms_reader(storage, segment)


class NativePerDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Documents one at a time, for Whoosh."""

    def __init__(self, segment: NativeSegment, opened: NativeOpenSegment) -> None:
        self._segment = segment
        self._open = opened
        self._codes: dict[str, bytes] = {}

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return self._open.count

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in _COLUMNS

    def column_reader(self, fieldname: str, column: Any) -> RowsReader:
        opened = self._open
        match fieldname:
            case "date":
                return RowsReader(opened.dates_us(), column)
            case "length":
                return RowsReader(opened.lengths(), column)
            case "digest":
                return RowsReader(opened.digests(), column)
            case "id":
                return RowsReader(_Rows(opened, _id_bytes), column)
        return RowsReader(_Rows(opened, _boundary_bytes), column)

    def length_codes(self, fieldname: str) -> bytes:
        """The field norms of all documents; none for a field without text."""
        if fieldname not in self._codes:
            is_text = fieldname in FIELDS.texts
            self._codes[fieldname] = self._open.length_codes(fieldname) if is_text else b""
        return self._codes[fieldname]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        codes = self.length_codes(fieldname)
        return int(byte_to_length(codes[docnum])) if codes else default

    def field_length(self, fieldname: str) -> int:
        return self._open.recorded_length(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        return int(byte_to_length(min(self.length_codes(fieldname), default=0)))

    def max_field_length(self, fieldname: str) -> int:
        return int(byte_to_length(max(self.length_codes(fieldname), default=0)))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self._open.stored(docnum)


class _Rows(Sequence[bytes]):
    """A column whose values are made as they are asked for."""

    def __init__(self, opened: NativeOpenSegment, row: Any) -> None:
        self._open = opened
        self._row = row

    def __len__(self) -> int:
        return self._open.count

    def __getitem__(self, number: Any) -> Any:
        return self._row(self._open, number)


def _id_bytes(opened: NativeOpenSegment, number: int) -> bytes:
    return opened.id(number).encode("utf-8")


def _boundary_bytes(opened: NativeOpenSegment, number: int) -> bytes:
    return encode_boundaries(*opened.boundaries(number))


class RowsReader(columns.ColumnReader):  # type: ignore[misc]
    """A column of values that are at hand."""

    def __init__(self, rows: Sequence[Any], column: Any) -> None:
        self._rows = rows
        self._doccount = len(rows)
        self._reversible = column.reversible
        self._is_reversed = False

    def __getitem__(self, docnum: int) -> Any:
        return self._rows[docnum]

    def sort_key(self, docnum: int) -> Any:
        return -self._rows[docnum] if self._is_reversed else self._rows[docnum]

    def set_reverse(self) -> None:
        if not self._reversible:
            raise NotImplementedError
        self._is_reversed = True


class NativeTermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms and their postings, for Whoosh."""

    def __init__(self, opened: NativeOpenSegment) -> None:
        self._open = opened
        # Whoosh wants the fields in order, as its own writer puts them.
        self._fields = sorted((*FIELDS.texts, *opened.fields.term_numbers))
        self._terms: dict[str, list[bytes]] = {}

    def _field_terms(self, fieldname: str) -> list[bytes]:
        if fieldname not in self._terms:
            known = fieldname in self._fields
            self._terms[fieldname] = self._open.field_terms(fieldname, b"") if known else []
        return self._terms[fieldname]

    def _found(self, fieldname: str, tbytes: bytes) -> PostingList | None:
        return self._open.posting_list(fieldname, tbytes) if fieldname in self._fields else None

    def _postings(self, fieldname: str, tbytes: bytes) -> PostingList:
        found = self._found(fieldname, tbytes)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{tbytes!r}")
        return found

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._found(*term) is not None

    def indexed_field_names(self) -> list[str]:
        return [name for name in self._fields if self._field_terms(name)]

    def cursor(self, fieldname: str, fieldobj: Any) -> NativeFieldCursor:
        return NativeFieldCursor(self, fieldname, self._field_terms(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in self._fields:
            if name >= fieldname:
                terms = self._field_terms(name)
                first = bisect_left(terms, prefix) if name == fieldname else 0
                for i in range(first, len(terms)):
                    yield name, terms[i]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def term_info(self, fieldname: str, tbytes: bytes) -> TermInfo:
        return self._info(fieldname, self._postings(fieldname, tbytes))

    def _info(self, fieldname: str, postings: PostingList) -> TermInfo:
        codes = self._codes(fieldname, postings)
        return TermInfo(
            weight=float(sum(postings.frequencies)),
            df=len(postings.ids),
            minlength=int(byte_to_length(min(codes, default=0))),
            maxlength=int(byte_to_length(max(codes, default=0))),
            maxweight=float(max(postings.frequencies)),
            minid=postings.ids[0],
            maxid=postings.ids[-1],
        )

    def _codes(self, fieldname: str, postings: PostingList) -> bytes:
        if fieldname not in FIELDS.texts:
            return b""
        codes = self._open.length_codes(fieldname)
        return bytes([codes[number] for number in postings.ids])

    def frequency(self, fieldname: str, tbytes: bytes) -> int:
        found = self._found(fieldname, tbytes)
        return 0 if found is None else sum(found.frequencies)

    def doc_frequency(self, fieldname: str, tbytes: bytes) -> int:
        found = self._found(fieldname, tbytes)
        return 0 if found is None else len(found.ids)

    def matcher(
        self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None
    ) -> NativeLeafMatcher:
        postings = self._postings(fieldname, tbytes)
        info = self._info(fieldname, postings)
        return NativeLeafMatcher(postings, info, format_, (fieldname, tbytes), scorer)


class NativeFieldCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of one field."""

    def __init__(
        self, reader: NativeTermsReader, fieldname: str, terms: list[bytes], fieldobj: Any
    ) -> None:
        self._reader = reader
        self._fieldname = fieldname
        self._terms = terms
        self._fieldobj = fieldobj
        self._next = 0
        self.next()

    def first(self) -> Any:
        self._next = 0
        return self.next()

    def find(self, term: Any) -> Any:
        key = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._next = bisect_left(self._terms, key)
        return self.next()

    def next(self) -> Any:
        self._next += 1
        return self.text()

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self._terms[self._next - 1]) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        if not self.is_valid():
            return None
        return self._reader.term_info(self._fieldname, self._terms[self._next - 1])

    def is_valid(self) -> bool:
        return self._next <= len(self._terms)


class NativeLeafMatcher(whoosh3.W3LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher over a whole list, which stands for its one block."""

    # Whoosh's attributes, which its own `reset` declares as None.
    _values: Any

    def __init__(
        self,
        postings: PostingList,
        info: TermInfo,
        format_: Any,
        term: tuple[str, bytes],
        scorer: Any,
    ) -> None:
        self._postings = postings
        self._info = info
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._byteids = None
        self.reset()

    def reset(self) -> None:
        self._i = 0
        self._atend = False
        self._lastblock = True
        self._ids = self._postings.ids
        self._weights = [float(frequency) for frequency in self._postings.frequencies]
        self._values = None
        self._blocklength = len(self._ids)
        self._maxid = self._info.max_id()
        self._maxweight = self._info.max_weight()
        self._minlength = self._info.min_length()
        self._maxlength = self._info.max_length()

    def _read_values(self) -> None:
        positions, frequencies = self._postings.positions, self._postings.frequencies
        if not positions:
            self._values = [b""] * len(self._ids)
            return
        ends = list(accumulate(frequencies))
        encode = self.format.encode
        self._values = [
            encode(unsigned_array(positions[end - frequency : end]))
            for end, frequency in zip(ends, frequencies, strict=True)
        ]
