"""The codec that needs no compiler: Whoosh's layout without its pickles.

Each class is Whoosh's own (`whoosh.codec.whoosh3`) with something changed:

- postings are blocks of numbers (`postings.py`) instead of pickled tuples;
- stored fields are JSON (`plain_columns.py`) instead of pickles;
- dictionaries describe themselves in JSON (`plain_tables.py`) instead of a pickle;
- the field writer leaves a *stem dictionary* beside the term dictionary: for
  each stem the forms of this segment that have it.  So an index holds every word
  once, as its exact form, and a stemmed word is the union of its forms;
- columns are written to their own files at once, not by way of a temporary one;
- files are read at positions of their own (`positioned.py`) and compared with their
  checksums before that.

`whoosh.index.open_dir` opens such an index with stock searchers as long as
Searcher can be imported.  What a field norm is stays Whoosh's: the length of the
field in one byte, rounded up (exact to ten words, then at most a tenth more).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from struct import Struct
from struct import error as StructError
from typing import Any

from whoosh import columns
from whoosh.codec import whoosh3
from whoosh.reading import CorruptIndexError
from whoosh.system import IS_LITTLE

from searcher.codec.plain_columns import STORED_COLUMN, BytesReader, checked_stored
from searcher.codec.plain_tables import TableReader, TableWriter
from searcher.codec.positioned import PositionedFile, open_positioned, read_positioned
from searcher.codec.postings import (
    PlainLeafMatcher,
    PlainPostingsWriter,
    PostingList,
    check_format,
    read_posting_list,
)

__all__ = ["PlainCodec", "PlainSegment"]

STEMS_EXTENSION = ".stm"
_SEPARATOR = b"\0"
_MOST_FIELDS = 1000


class PlainSegment(whoosh3.W3Segment):  # type: ignore[misc]
    """One segment; it lies in the directory as single files, never as a compound file."""

    def should_assemble(self) -> bool:
        return False


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
        extensions = (self.TERMS_EXT, self.POSTS_EXT, STEMS_EXTENSION)
        files: list[PositionedFile] = []
        try:
            for extension in extensions:
                files.append(open_positioned(storage, segment.make_filename(extension)))
            return PlainTermsReader(self, *files, count=segment.doc_count_all())
        except BaseException:
            for file in files:
                file.close()
            raise

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PlainPostingsWriter:
        return PlainPostingsWriter(dbfile)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> PlainLeafMatcher:
        offset, length = _extent(terminfo)
        return PlainLeafMatcher(dbfile, offset, length, format_, term=term, scorer=scorer)

    def new_segment(self, storage: Any, indexname: str) -> PlainSegment:
        return PlainSegment(self, indexname)


class PlainPerDocumentWriter(whoosh3.W3PerDocWriter):  # type: ignore[misc]
    """Whoosh's per-document columns, with stored fields as JSON."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        # Whoosh's own makes a directory for its temporary file here.
        self._codec = codec
        self._storage = storage
        self._segment = segment
        self._files: list[Any] = []
        self._colwriters: dict[str, Any] = {}
        self._fieldlengths: dict[str, int] = defaultdict(int)
        self._doccount = 0
        self._docnum: int | None = None
        self._storedfields: dict[str, Any] = {}
        self._indoc = False
        self._vpostfile: Any = None
        self.is_closed = False
        self._create_column("_stored", STORED_COLUMN)

    def _create_column(self, fieldname: str, column: Any) -> None:
        file = self._storage.create_file(self._column_filename(fieldname))
        self._files.append(file)
        self._colwriters[fieldname] = column.writer(file)

    def start_doc(self, docnum: int) -> None:
        super().start_doc(docnum)
        # A document is written when it is whole: Whoosh may yet take it back.
        self._values: list[tuple[str, Any, Any]] = []
        self._lengths: list[tuple[str, int]] = []

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if fieldobj.indexed:
            check_format(fieldobj.format)
        if value is not None:
            self._storedfields[fieldname] = value
        if length:
            code = whoosh3.length_to_byte(length)
            self.add_column_value(f"_{fieldname}_len", whoosh3.LENGTHS_COLUMN, code)
            self._lengths.append((fieldname, length))

    def add_column_value(self, fieldname: str, column: Any, value: Any) -> None:
        self._values.append((fieldname, column, value))

    def finish_doc(self) -> None:
        if self._storedfields:
            self.add_column_value("_stored", STORED_COLUMN, self._storedfields)
        for name, column, value in self._values:
            super().add_column_value(name, column, value)
        for name, length in self._lengths:
            self._fieldlengths[name] += length
        self._indoc = False

    def close(self) -> None:
        for writer in self._colwriters.values():
            if isinstance(writer, columns.NumericColumn.Writer):
                writer.fill(self._doccount)  # Whoosh leaves out the defaults at the end
            writer.finish(self._doccount)
        for file in self._files:
            file.close()
        if self._vpostfile:
            self._vpostfile.close()
        # A plain dict, so that the segment list needs no more classes than it must.
        self._segment._fieldlengths = dict(self._fieldlengths)
        self.is_closed = True


class PlainPerDocumentReader(whoosh3.W3PerDocReader):  # type: ignore[misc]
    """Reads what `PlainPerDocumentWriter` wrote, and whole columns at once."""

    def _filename(self, fieldname: str) -> str:
        return str(self._segment.make_filename(f".{fieldname}{whoosh3.W3Codec.COLUMN_EXT}"))

    def _get_column_file(self, fieldname: str) -> tuple[PositionedFile, int, int]:
        file = open_positioned(self._storage, self._filename(fieldname))
        return file, 0, file.size

    def column_reader(self, fieldname: str, column: Any) -> Any:
        if fieldname not in self._colfiles:
            self._colfiles[fieldname] = self._get_column_file(fieldname)
        file, _, length = self._colfiles[fieldname]
        if isinstance(column, columns.VarBytesColumn):
            return BytesReader(file, self._doccount)
        if isinstance(column, columns.NumericColumn):
            self._check_size(str(file), length, column)
        return column.reader(file, 0, length, self._doccount)

    def _check_size(self, name: str, length: int, column: columns.NumericColumn) -> None:
        expected = array(column._typecode).itemsize * int(self._doccount)
        if length != expected:
            raise CorruptIndexError(f"{name} has {length:,} bytes instead of {expected:,}")

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return checked_stored(self._cached_reader("_stored", STORED_COLUMN)[docnum], docnum)

    def length_codes(self, fieldname: str) -> bytes:
        """The field norms of all documents: a byte each, 0 where the field is empty."""
        return self._whole_column(f"_{fieldname}_len", whoosh3.LENGTHS_COLUMN)

    def number_column(self, fieldname: str, typecode: str, default: int) -> array[int]:
        """A numeric column of all documents."""
        column = columns.NumericColumn(typecode, default=default)
        values: array[int] = array(typecode)
        values.frombytes(self._whole_column(fieldname, column))
        if IS_LITTLE:
            values.byteswap()  # Whoosh writes numbers big-endian
        return values

    def _whole_column(self, fieldname: str, column: columns.NumericColumn) -> bytes:
        name = self._filename(fieldname)
        if not self._storage.file_exists(name):
            return Struct("!" + column._typecode).pack(column._default) * int(self._doccount)
        data = read_positioned(self._storage, name)
        self._check_size(name, len(data), column)
        return data

    def close(self) -> None:
        for file, _, _ in self._colfiles.values():
            file.close()


class PlainFieldWriter(whoosh3.W3FieldWriter):  # type: ignore[misc]
    """Whoosh's term dictionary over our postings, and the stem dictionary beside it."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        self._codec = codec
        self._storage = storage
        self._segment = segment
        self._fieldname: str | None = None
        self._fieldid: int | None = None
        self._btext: bytes | None = None
        self._fieldobj: Any = None
        self._format: Any = None
        self._tindex = TableWriter(self._create_file(whoosh3.W3Codec.TERMS_EXT))
        self._fieldmap: dict[str, int] = {}
        self._tindex.extras["fieldmap"] = self._fieldmap
        self._postfile = self._create_file(whoosh3.W3Codec.POSTS_EXT)
        self._postwriter: Any = None
        self._infield = False
        self.is_closed = False
        self._stems_file = self._create_file(STEMS_EXTENSION)
        self._forms: dict[Any, set[bytes]] = {}
        self._field_forms: set[bytes] | None = None

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        super().start_field(fieldname, fieldobj)
        self._field_forms = None
        if fieldobj.scorable:
            analyzer = getattr(fieldobj.analyzer, "analyzer", None)
            self._field_forms = self._forms.setdefault(analyzer, set())

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
        writer = TableWriter(self._stems_file)
        # Pairs in one string each, sorted: a set for each stem takes five times the memory.
        pairs: set[bytes] = set()
        for analyzer, forms in self._forms.items():
            words = [form.decode() for form in forms]
            stems = analyzer.stems_of_distinct(words) if analyzer else words
            pairs.update(
                stem.encode() + _SEPARATOR + form for stem, form in zip(stems, forms, strict=True)
            )
        for stem, group in groupby(sorted(pairs), key=lambda pair: pair.partition(_SEPARATOR)[0]):
            forms_of_stem = [pair.partition(_SEPARATOR)[2] for pair in group]
            writer.add(stem, _SEPARATOR.join(forms_of_stem))
        writer.close()


class PlainTermsReader(whoosh3.W3TermsReader):  # type: ignore[misc]
    """Whoosh's term dictionary, whole posting lists, and the forms of a stem.

    `count` is the number of documents of the segment.
    """

    def __init__(
        self,
        codec: Any,
        terms_file: PositionedFile,
        postings_file: PositionedFile,
        stems_file: PositionedFile,
        *,
        count: int,
    ) -> None:
        self._codec = codec
        self._dbfile = terms_file
        self._count = count
        self._tindex = TableReader(terms_file)
        self._fieldmap = _checked_fields(self._tindex.extras.get("fieldmap"), str(terms_file))
        self._fieldunmap = sorted(self._fieldmap, key=self._fieldmap.__getitem__)
        self._postfile = postings_file
        self._stems = TableReader(stems_file)

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        key = self._keycoder(fieldname, tbytes)
        try:
            data = self._tindex[key]
        except KeyError:
            raise whoosh3.TermNotFound(f"No term {fieldname}:{tbytes!r}") from None
        if data[:1] != b"\0":  # the mark of postings pickled into the term info
            raise CorruptIndexError(f"{self._dbfile}: {tbytes[:40]!r} has inlined postings")
        try:
            return whoosh3.W3TermInfo.from_bytes(data)
        except StructError as error:
            raise CorruptIndexError(f"{self._dbfile}: {tbytes[:40]!r} is cut short") from error

    def document_count(self, fieldname: str, tbytes: bytes) -> int:
        """How many documents of this segment hold a term."""
        if fieldname not in self._fieldmap:
            return 0
        try:
            return int(self.term_info(fieldname, tbytes).doc_frequency())
        except whoosh3.TermNotFound:
            return 0

    def posting_list(
        self, fieldname: str, tbytes: bytes, *, absolute: bool = True
    ) -> PostingList | None:
        """The postings of a term, or None if no document of this segment holds it.

        Positions are deltas within each document unless `absolute`."""
        try:
            info = self.term_info(fieldname, tbytes)
        except whoosh3.TermNotFound:
            return None
        data = self._postfile.get(*_extent(info))
        try:
            postings = read_posting_list(data, count=self._count, absolute=absolute)
        except CorruptIndexError as error:
            raise CorruptIndexError(f"{self._postfile}: {tbytes[:40]!r}: {error}") from error
        if len(postings.ids) != info.doc_frequency():
            raise CorruptIndexError(f"{self._postfile}: {tbytes[:40]!r} and its postings disagree")
        return postings

    def field_terms(self, fieldname: str, prefix: bytes = b"") -> Iterator[bytes]:
        """The terms of a field that begin with `prefix`, in byte order."""
        if fieldname not in self._fieldmap:
            return
        for name, text in self.terms_from(fieldname, prefix):
            if name != fieldname or not text.startswith(prefix):
                return
            yield _checked_text(text)

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        """The forms in this segment that have this stem, in byte order."""
        forms = self._stems.get(stem)
        return [_checked_text(form) for form in forms.split(_SEPARATOR)] if forms else []

    def stems(self) -> Iterator[bytes]:
        """The stems of this segment, in byte order."""
        stems: Iterator[bytes] = self._stems.keys()
        return stems

    def close(self) -> None:
        super().close()
        self._stems.close()


def _extent(info: Any) -> tuple[int, int]:
    """Where a posting list begins and how many bytes it has."""
    offset, length = info.extent()
    # W3TermInfo.from_bytes leaves the length as the tuple that struct gave it.
    return offset, length[0] if isinstance(length, tuple) else length


def _checked_fields(numbers: Any, name: str) -> dict[str, int]:
    """The numbers of the fields of a term dictionary, if they can be."""
    if not isinstance(numbers, dict) or len(numbers) > _MOST_FIELDS:
        raise CorruptIndexError(f"{name} is damaged: it does not name its fields")
    if sorted(numbers.values(), key=repr) != sorted(range(len(numbers)), key=repr):
        raise CorruptIndexError(f"{name} is damaged: its fields are not numbered")
    return numbers


def _checked_text(text: bytes) -> bytes:
    """Return `text`, a term, if it is UTF-8; raises ValueError if not."""
    if not text.isascii():
        str(text, "utf-8")
    return text


def posting_lists(reader: PlainTermsReader, fieldname: str) -> Iterable[tuple[bytes, PostingList]]:
    """All terms of a field with their postings, positions as deltas, in byte order."""
    for text in reader.field_terms(fieldname):
        postings = reader.posting_list(fieldname, text, absolute=False)
        if postings is not None:
            yield text, postings
