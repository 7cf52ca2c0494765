"""The codec that needs no compiler: Whoosh's layout without its pickles.

Each class is Whoosh's own (`whoosh.codec.whoosh3`) with one thing changed:

- postings are blocks of numbers (`postings.py`) instead of pickled tuples;
- stored fields are JSON in the same deflated column instead of pickles;
- the field writer leaves a *stem dictionary* beside the term dictionary: for
  each stem the forms of this segment that have it.  So an index holds every word
  once, as its exact form, and a stemmed word is the union of its forms.

`whoosh.index.open_dir` opens such an index with stock searchers as long as
Searcher can be imported.  What a field norm is stays Whoosh's: the length of the
field in one byte, rounded up (exact to ten words, then at most a tenth more).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from whoosh import columns
from whoosh.codec import whoosh3
from whoosh.filedb import filetables
from whoosh.reading import CorruptIndexError

from searcher.codec.postings import (
    PlainLeafMatcher,
    PlainPostingsWriter,
    PostingList,
    check_format,
    read_posting_list,
)
from searcher.importing import InstalledOnly

if TYPE_CHECKING:
    from searcher.codec.plain_segment import PlainOpenSegment

__all__ = ["PlainCodec", "PlainSegment"]

STEMS_EXTENSION = ".stm"
_SEPARATOR = b"\0"


class JsonColumn(columns.WrappedColumn):  # type: ignore[misc]
    """Objects as deflated JSON, one for each document."""

    def __init__(self) -> None:
        super().__init__(columns.CompressedBytesColumn())

    class Writer(columns.WrappedColumnWriter):  # type: ignore[misc]
        def add(self, docnum: int, v: Any) -> None:
            data = v if isinstance(v, bytes) else _as_json(v)
            self._child.add(docnum, data)

    class Reader(columns.WrappedColumnReader):  # type: ignore[misc]
        def __getitem__(self, docnum: int) -> Any:
            data = self._child[docnum]
            return json.loads(data) if data else None

        def __iter__(self) -> Iterator[Any]:
            for data in self._child:
                yield json.loads(data) if data else None


def _as_json(fields: Any) -> bytes:
    # Dates are text in an article's fields; Whoosh's callers have objects.
    return json.dumps(fields, ensure_ascii=False, default=lambda date: date.isoformat()).encode()


STORED_COLUMN = JsonColumn()


class PlainSegment(whoosh3.W3Segment):  # type: ignore[misc]
    """One segment; it lies in the directory as single files, never as a compound file."""

    def should_assemble(self) -> bool:
        return False

    def open(self, storage: Any) -> PlainOpenSegment:
        """Open it for Searcher's own readers."""
        from searcher.codec.plain_segment import PlainOpenSegment

        return PlainOpenSegment(storage, self)


class PlainCodec(whoosh3.W3Codec):  # type: ignore[misc]
    """The bundle of formats that `PlainSegment` is written in."""

    def __init__(self) -> None:
        super().__init__()

    def per_document_writer(self, storage: Any, segment: Any) -> PlainPerDocumentWriter:
        return PlainPerDocumentWriter(self, storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> PlainPerDocumentReader:
        return PlainPerDocumentReader(storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> PlainFieldWriter:
        return PlainFieldWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> PlainTermsReader:
        names = [
            segment.make_filename(e) for e in (self.TERMS_EXT, self.POSTS_EXT, STEMS_EXTENSION)
        ]
        files: list[Any] = []
        try:
            for name in names:
                files.append(storage.open_file(name))
            terms, postings, stems = files
            terms_bytes, _, stems_bytes = map(storage.file_length, names)
            return PlainTermsReader(self, terms, terms_bytes, postings, stems, stems_bytes)
        except BaseException:
            for file in files:
                file.close()
            raise

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PlainPostingsWriter:
        return PlainPostingsWriter(dbfile)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> PlainLeafMatcher:
        offset, length = terminfo.extent()
        return PlainLeafMatcher(dbfile, offset, length, format_, term=term, scorer=scorer)

    def new_segment(self, storage: Any, indexname: str) -> PlainSegment:
        return PlainSegment(self, indexname)


class PlainPerDocumentWriter(whoosh3.W3PerDocWriter):  # type: ignore[misc]
    """Whoosh's per-document columns, with stored fields as JSON."""

    def _create_column(self, fieldname: str, column: Any) -> None:
        super()._create_column(fieldname, STORED_COLUMN if fieldname == "_stored" else column)

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if fieldobj.indexed:
            check_format(fieldobj.format)
        super().add_field(fieldname, fieldobj, value, length)

    def close(self) -> None:
        super().close()
        # A plain dict, so that the segment list needs no more classes than it must.
        self._segment._fieldlengths = dict(self._fieldlengths)


class PlainPerDocumentReader(whoosh3.W3PerDocReader):  # type: ignore[misc]
    """Reads what `PlainPerDocumentWriter` wrote, and whole columns at once."""

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        fields = self._cached_reader("_stored", STORED_COLUMN)[docnum]
        if not isinstance(fields, dict):
            raise CorruptIndexError(f"stored fields of document {docnum} are not an object")
        return fields

    def length_codes(self, fieldname: str) -> bytes:
        """The field norms of all documents: a byte each, 0 where the field is empty."""
        return self._whole_column(f"_{fieldname}_len", 1, b"\0")

    def number_column(self, fieldname: str, typecode: str, default: int) -> array[int]:
        """A numeric column of all documents."""
        size = array(typecode).itemsize
        empty = default.to_bytes(size, "big", signed=typecode.islower())
        values: array[int] = array(typecode)
        values.frombytes(self._whole_column(fieldname, size, empty))
        values.byteswap()  # Whoosh writes numbers big-endian
        return values

    def _whole_column(self, name: str, size: int, default: bytes) -> bytes:
        filename = whoosh3.W3Codec.column_filename(self._segment, name)
        if not self._storage.file_exists(filename):
            return default * int(self._doccount)
        data: bytes = self._storage.read_whole(filename)
        if len(data) % size or len(data) > size * self._doccount:
            raise CorruptIndexError(f"{filename} has {len(data)} bytes")
        # Whoosh leaves out the defaults at the end of a numeric column.
        return data + default * (int(self._doccount) - len(data) // size)

    def close(self) -> None:
        # Whoosh's own close() leaves a file open that two readers share twice closed.
        for file, _, _ in self._colfiles.values():
            if not file.is_closed:
                file.close()


class PlainFieldWriter(whoosh3.W3FieldWriter):  # type: ignore[misc]
    """Whoosh's term dictionary over our postings, and the stem dictionary beside it."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._stems_file = segment.create_file(storage, STEMS_EXTENSION)
        self._forms: dict[str | None, set[bytes]] = {}
        self._field_forms: set[bytes] | None = None

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        super().start_field(fieldname, fieldobj)
        self._field_forms = None
        if fieldobj.scorable:
            language = getattr(fieldobj.analyzer, "language", None)
            self._field_forms = self._forms.setdefault(language, set())

    def start_term(self, btext: bytes) -> None:
        super().start_term(btext)
        if self._field_forms is not None:
            self._field_forms.add(btext)

    def add_list(
        self,
        btext: bytes,
        ids: array[int],
        frequencies: array[int],
        positions: array[int],
        length_codes: Sequence[int],
    ) -> None:
        """Write the whole posting list of the term `btext` (`PlainPostingsWriter.write_list`)."""
        self.start_term(btext)
        terminfo = self._postwriter.write_list(
            ids, frequencies, positions, length_codes, whoosh3.W3TermInfo()
        )
        self._postwriter._terminfo = None
        self._tindex.add(whoosh3.pack_ushort(self._fieldid) + btext, terminfo.to_bytes())

    def close(self) -> None:
        self._write_stems()
        super().close()

    def _write_stems(self) -> None:
        with InstalledOnly():
            from searcher.analysis.stemming import stem_function

        writer = filetables.OrderedHashWriter(self._stems_file)
        # Pairs in one string each, sorted: a set for each stem takes five times the memory.
        pairs: set[bytes] = set()
        for language, forms in self._forms.items():
            stem_of = stem_function(language)
            pairs.update(stem_of(form.decode()).encode() + _SEPARATOR + form for form in forms)
        for stem, group in groupby(sorted(pairs), key=lambda pair: pair.partition(_SEPARATOR)[0]):
            forms_of_stem = [pair.partition(_SEPARATOR)[2] for pair in group]
            writer.add(stem, _SEPARATOR.join(forms_of_stem))
        writer.close()


class PlainTermsReader(whoosh3.W3TermsReader):  # type: ignore[misc]
    """Whoosh's term dictionary, whole posting lists, and the forms of a stem."""

    def __init__(
        self,
        codec: Any,
        terms_file: Any,
        length: int,
        postings_file: Any,
        stems_file: Any,
        stems_length: int,
    ) -> None:
        super().__init__(codec, terms_file, length, postings_file)
        self._stems = filetables.OrderedHashReader(stems_file, stems_length)

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        key = self._keycoder(fieldname, tbytes)
        try:
            data = self._tindex[key]
        except KeyError:
            raise whoosh3.TermNotFound(f"No term {fieldname}:{tbytes!r}") from None
        if data[0]:  # the mark of postings pickled into the term info; we never write it
            raise CorruptIndexError(f"term {tbytes!r} has inlined postings")
        return whoosh3.W3TermInfo.from_bytes(data)

    def posting_list(
        self, fieldname: str, tbytes: bytes, *, absolute: bool = True
    ) -> PostingList | None:
        """The postings of a term, or None if no document of this segment holds it.

        Positions are deltas within each document unless `absolute`."""
        try:
            info = self.term_info(fieldname, tbytes)
        except whoosh3.TermNotFound:
            return None
        offset, length = info.extent()
        # W3TermInfo.from_bytes leaves the length as the tuple that struct gave it.
        size = length[0] if isinstance(length, tuple) else length
        return read_posting_list(self._postfile.get(offset, size), absolute=absolute)

    def field_terms(self, fieldname: str, prefix: bytes = b"") -> Iterator[bytes]:
        """The terms of a field that begin with `prefix`, in byte order."""
        if fieldname not in self._fieldmap:
            return
        for name, text in self.terms_from(fieldname, prefix):
            if name != fieldname or not text.startswith(prefix):
                return
            yield text

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        """The forms in this segment that have this stem, in byte order."""
        forms = self._stems.get(stem)
        return forms.split(_SEPARATOR) if forms else []

    def stems(self) -> Iterator[bytes]:
        """The stems of this segment, in byte order."""
        stems: Iterator[bytes] = self._stems.keys()
        return stems

    def close(self) -> None:
        super().close()
        self._stems.close()


def posting_lists(reader: PlainTermsReader, fieldname: str) -> Iterable[tuple[bytes, PostingList]]:
    """All terms of a field with their postings, positions as deltas, in byte order."""
    for text in reader.field_terms(fieldname):
        postings = reader.posting_list(fieldname, text, absolute=False)
        if postings is not None:
            yield text, postings
