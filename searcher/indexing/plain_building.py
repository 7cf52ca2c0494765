"""How is one plain segment written?

`PlainCommit` does all that one commit does to a Whoosh index: it writes the new
articles as a segment, with what the policy (`merging.py`) says to merge into it, and
publishes the new list of segments.  It drives Whoosh's `SegmentWriter` for the
per-document files; posting lists come whole from memory or from the segments that are
merged, term by term.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from whoosh.reading import SegmentReader
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh.writing import SegmentWriter

from searcher.codec.contents import ManifestIndex
from searcher.codec.plain import PlainCodec, PlainTermsReader, posting_lists
from searcher.codec.schema import MISSING_DATE
from searcher.fields import FIELDS, FieldTable
from searcher.indexing.building import Publish
from searcher.indexing.inversion import Columns, Document, Inversion
from searcher.indexing.merging import choose_merges

__all__ = ["PlainCommit", "recorded_length"]

# Whoosh's stored column counts bytes in 32 bits; past this size merging must not go.
_MERGE_LIMIT_BYTES = 1_500_000_000


def recorded_length(words: int) -> int:
    """The length of a field as its norm records it (one byte, rounded up)."""
    return int(byte_to_length(length_to_byte(words))) if words else 0


class PlainCommit(SegmentWriter):  # type: ignore[misc]  # Whoosh's class is untyped
    """One commit.  The caller holds the write lock and calls `write` once.

    `publish` is called with the generation and the segments when all their files are
    on disk, to make them the index.
    """

    def __init__(self, index: ManifestIndex, publish: Publish, fields: FieldTable) -> None:
        super().__init__(index, _lk=False, codec=PlainCodec(), compound=False)
        self._publish = publish
        self._inversion: Inversion | None = None
        self._inversion_base = 0
        self._merge_all = False
        self._merging: list[tuple[PlainTermsReader, int, dict[int, int] | None]] = []
        self._readers: list[SegmentReader] = []
        self._codes: dict[str, bytearray] = {name: bytearray() for name in FIELDS.texts}

    def write(self, inversion: Inversion, *, merge_all: bool = False) -> None:
        """Write `inversion` as a segment, with what is merged into it, and publish."""
        self._merge_all = merge_all
        self._inversion = inversion if inversion.documents else None
        try:
            self.commit(mergetype=self._select_merges)
        finally:
            for reader in self._readers:
                reader.close()

    # -- merging

    def _select_merges(self, writer: SegmentWriter, segments: list[Any]) -> list[Any]:
        documents = self._inversion.documents if self._inversion else []
        new_count = len(documents)
        chosen = choose_merges(segments, new_count, merge_all=self._merge_all)
        stored_bytes = sum(len(document.stored) for document in documents)
        for segment in segments:
            if segment in chosen:
                stored_bytes += self.storage.file_length(segment.make_filename("._stored.col"))
                if stored_bytes > _MERGE_LIMIT_BYTES:
                    chosen.discard(segment)
                    continue
                reader = SegmentReader(self.storage, self.schema, segment)
                self._readers.append(reader)
                self.add_reader(reader)
        return [s for s in segments if s not in chosen and s.deleted_count() < s.doc_count_all()]

    def add_reader(self, reader: SegmentReader) -> None:
        base = self.docnum
        docmap = self.write_per_doc(set(self.schema.names()), reader)
        if self.docnum == base:
            return
        self._merging.append((reader._terms, base, docmap))
        for name, codes in self._codes.items():
            old = reader._perdoc.length_codes(name)
            codes += old if docmap is None else bytes(old[i] for i in sorted(docmap))
        self._added = True

    # -- per-document files

    def _flush_segment(self) -> None:
        self._inversion_base = self.docnum
        if self._inversion:
            for document in self._inversion.documents:
                self._write_document(document)
            for number in self._inversion.superseded:
                self.newsegment.delete_document(self._inversion_base + number)
        self.perdocwriter.close()
        self._write_terms()
        self.fieldwriter.close()

    def commit(self, **options: Any) -> None:
        # Whoosh finalises a segment only if something was added before the merges.
        self._added = self._inversion is not None
        super().commit(**options)

    def _write_document(self, document: Document) -> None:
        writer, schema = self.perdocwriter, self.schema
        writer.start_doc(self.docnum)
        for name, length in document.lengths.items():
            writer.add_field(name, schema[name], None, recorded_length(length))
            self._codes[name].append(length_to_byte(length) if length else 0)
        writer.add_column_value("_stored", None, document.stored)
        if document.date_us != MISSING_DATE:
            writer.add_column_value("date", schema["date"].column_type, document.date_us)
        for name, value in (
            ("id", document.id.encode("utf-8")),
            ("length", document.lengths["body"]),
            ("digest", document.digest),
            ("boundaries", document.boundaries),
        ):
            writer.add_column_value(name, schema[name].column_type, value)
        writer.finish_doc()
        self.docnum += 1

    # -- posting lists

    def _write_terms(self) -> None:
        writer = self.fieldwriter
        for name in sorted(self.schema.names()):
            if not self.schema[name].indexed:
                continue
            codes = self._codes.get(name, b"")
            started = False
            for term, columns in self._merged_terms(name):
                if not started:
                    writer.start_field(name, self.schema[name])
                    started = True
                writer.add_list(term, *columns, codes)
            if started:
                writer.finish_field()

    def _merged_terms(self, name: str) -> Iterator[tuple[bytes, Columns]]:
        sources = [
            _rebased_terms(reader, name, base, docmap) for reader, base, docmap in self._merging
        ]
        if self._inversion:
            sources.append(_inverted_terms(self._inversion, name, self._inversion_base))
        if len(sources) == 1:
            yield from sources[0]
            return
        # Sources stand in the order of their document numbers and heapq.merge is
        # stable, so the columns of one term need only be put on end.
        for term, group in groupby(heapq.merge(*sources, key=itemgetter(0)), key=itemgetter(0)):
            merged = (array("I"), array("I"), array("I"))
            for _, columns in group:
                for mine, more in zip(merged, columns, strict=True):
                    mine.extend(more)
            yield term, merged

    # -- publishing

    def _commit_toc(self, segments: list[Any]) -> None:
        live = [s for s in segments if s.deleted_count() < s.doc_count_all()]
        self._publish(self.generation, live)


def _inverted_terms(inversion: Inversion, name: str, base: int) -> Iterator[tuple[bytes, Columns]]:
    terms = inversion.terms.get(name, {})
    # Code point order of strings is byte order of their UTF-8.
    for term in sorted(terms):
        ids, frequencies, positions = terms[term]
        if base:
            ids = array("I", [i + base for i in ids])
        yield term.encode("utf-8"), (ids, frequencies, positions)


def _rebased_terms(
    reader: PlainTermsReader, name: str, base: int, docmap: dict[int, int] | None
) -> Iterator[tuple[bytes, Columns]]:
    for term, postings in posting_lists(reader, name):
        ids, frequencies, deltas = postings.ids, postings.frequencies, postings.positions
        columns: Columns
        if docmap is None:
            columns = (
                array("I", [i + base for i in ids]),
                array("I", frequencies),
                array("I", deltas),
            )
        else:
            columns = (array("I"), array("I"), array("I"))
            start = 0
            for i, frequency in zip(ids, frequencies, strict=True):
                end = start + frequency if deltas else 0
                if (number := docmap.get(i)) is not None:
                    columns[0].append(number)
                    columns[1].append(frequency)
                    columns[2].extend(deltas[start:end])
                start = end
            if not columns[0]:
                continue
        yield term, columns
