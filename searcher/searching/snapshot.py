"""What does one commit of an index hold?

A `Snapshot` is one generation, opened: its segments with their readers, and the
statistics that scoring needs.  It never changes, whatever a writer commits
meanwhile.  Whoosh's readers share a file position, so a snapshot serves one thread
at a time (`archive.py` keeps a pool).

Files are opened as they are needed.  When a newer commit has removed one by then,
`FileNotFoundError` comes through and the caller opens the newer commit.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, TypeVar

from whoosh.index import TOC
from whoosh.reading import CorruptIndexError
from whoosh.util.numeric import byte_to_length

from searcher.codec.boundaries import decode_boundaries
from searcher.codec.damage import damage_reported
from searcher.codec.plain import PlainCodec, PlainSegment
from searcher.codec.storage import DurableStorage
from searcher.indexing import manifest as manifests
from searcher.indexing.manifest import INDEX_NAME
from searcher.indexing.schema import MISSING_DATE, make_schema
from searcher.searching.postings import TermPostings

__all__ = ["LENGTH_OF_CODE", "SegmentView", "Snapshot"]

LENGTH_OF_CODE = tuple(int(byte_to_length(code)) for code in range(256))
_T = TypeVar("_T")


class SegmentView:
    """One segment of a snapshot.  Document numbers are the segment's own.

    Every method raises `IndexDamagedError` when the bytes are not what was written.
    """

    def __init__(self, storage: DurableStorage, segment: PlainSegment) -> None:
        codec = segment.codec()
        if not isinstance(codec, PlainCodec):
            raise CorruptIndexError(f"segment written by {type(codec).__name__}")
        self.count: int = segment.doc_count_all()
        self.deleted: frozenset[int] = frozenset(segment.deleted_docs())
        self.field_lengths: dict[str, int] = dict(segment._fieldlengths)
        self._directory = str(storage.folder)
        self._terms = codec.terms_reader(storage, segment)
        self._documents = codec.per_document_reader(storage, segment)
        self._columns: dict[str, Any] = {}
        self._postings: dict[tuple[str, bytes], TermPostings | None] = {}

    @property
    def live(self) -> set[int]:
        """The documents that are not deleted."""
        return set(range(self.count)) - self.deleted

    # -- terms

    def postings(self, field: str, term: bytes) -> TermPostings | None:
        """The postings of one term; None if the segment does not hold it."""
        key = (field, term)
        if key not in self._postings:
            with damage_reported(self._directory):
                found = self._terms.posting_list(field, term)
                self._postings[key] = None if found is None else TermPostings(found)
        return self._postings[key]

    def field_terms(self, field: str, prefix: bytes = b"") -> list[bytes]:
        """The terms of a field that begin with `prefix`, in byte order."""
        with damage_reported(self._directory):
            return list(self._terms.field_terms(field, prefix))

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        """The forms in this segment that have this stem, in byte order."""
        with damage_reported(self._directory):
            return self._terms.forms_of_stem(stem)

    def forget_postings(self) -> None:
        """Drop decoded posting lists."""
        self._postings.clear()

    # -- columns

    def length_codes(self, field: str) -> bytes:
        """The field norms of all documents."""
        return self._column(f"norm {field}", lambda: self._documents.length_codes(field))

    def dates_us(self) -> array[int]:
        """The instants of all documents, `MISSING_DATE` where there is none."""
        return self._column(
            "date", lambda: self._documents.number_column("date", "q", MISSING_DATE)
        )

    def lengths(self) -> array[int]:
        """The exact numbers of words in the bodies of all documents."""
        return self._column("length", lambda: self._documents.number_column("length", "I", 0))

    def _column(self, name: str, load: Callable[[], _T]) -> _T:
        if name not in self._columns:
            with damage_reported(self._directory):
                self._columns[name] = load()
        column: _T = self._columns[name]
        return column

    # -- documents

    def boundaries(self, number: int) -> tuple[list[int], list[int]]:
        """Where sentences and paragraphs of the body of a document begin."""
        with damage_reported(self._directory):
            return decode_boundaries(self._bytes_column("boundaries")[number])

    def id(self, number: int) -> str:
        """The identity of a document."""
        with damage_reported(self._directory):
            return str(self._bytes_column("id")[number], "utf-8")

    def _bytes_column(self, name: str) -> Any:
        from whoosh.columns import VarBytesColumn

        return self._column(
            f"bytes {name}", lambda: self._documents.column_reader(name, VarBytesColumn())
        )

    def stored(self, number: int) -> dict[str, Any]:
        """All that is stored of a document."""
        with damage_reported(self._directory):
            fields: dict[str, Any] = self._documents.stored_fields(number)
            if not (isinstance(fields["title"], str) and isinstance(fields["body"], str)):
                raise CorruptIndexError(f"stored fields of document {number} are no article")
            return fields

    def close(self) -> None:
        self._terms.close()
        self._documents.close()


class Snapshot:
    """One commit of the index in `directory`.

    Raises:
        IndexMissingError: there is no index.
        IndexDamagedError: it is broken or foreign.
        FileNotFoundError: a newer commit came in between; open again.
    """

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.generation = manifests.latest_generation(directory)
        manifest = manifests.read_manifest(directory, self.generation)
        manifests.check_sizes(directory, manifest)
        self.language = manifest.language
        storage = DurableStorage(directory, readonly=True)
        self.segments: list[SegmentView] = []
        try:
            with damage_reported(directory):
                toc = TOC.read(
                    storage, INDEX_NAME, gen=self.generation, schema=make_schema(self.language)
                )
                for segment in toc.segments:
                    self.segments.append(SegmentView(storage, segment))
        except BaseException:
            self.close()
            raise
        self.document_count = sum(segment.count for segment in self.segments)
        self.live_count = sum(s.count - len(s.deleted) for s in self.segments)

    def average_length(self, field: str) -> float:
        """The mean recorded length of a field, over all articles."""
        total = sum(segment.field_lengths.get(field, 0) for segment in self.segments)
        return total / self.document_count if self.document_count else 0.0

    def forms_of_stem(self, stem: str) -> list[bytes]:
        """The forms in the index that have this stem, in byte order."""
        key = stem.encode("utf-8")
        return sorted({form for s in self.segments for form in s.forms_of_stem(key)})

    def field_terms(self, field: str, prefix: str = "") -> list[bytes]:
        """The terms of a field that begin with `prefix`, in byte order."""
        key = prefix.encode("utf-8", "surrogatepass")  # from a query, so it may hold one
        return sorted({t for s in self.segments for t in s.field_terms(field, key)})

    def close(self) -> None:
        for segment in self.segments:
            segment.close()
