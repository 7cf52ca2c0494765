"""How is one native segment written?

The native core does the work, in its own threads: `NativeBuilder` hands it articles (or,
from another process, plain tuples of them: `rows_of`), and at the end lets it ask for the
form and the stem of every distinct word once.  `NativeCommit` does what
`plain_building.PlainCommit` does on the plain path: it writes the new articles as a segment,
merges what the policy (`merging.py`) says, and publishes the new list of segments.

Plain segments that are to be merged are read back into articles and built anew, so an
archive that was begun without the core becomes native as it grows.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.codec.checksums import NATIVE_EXTENSION
from searcher.codec.contents import ManifestIndex
from searcher.codec.core import required_core
from searcher.codec.forks import belongs_here, never_release
from searcher.codec.generations import INDEX_NAME
from searcher.codec.native_codec import NativeCodec, NativeSegment
from searcher.codec.schema import LENGTH_OF_CODE, article_of, day_term, instant_us, own_day
from searcher.codec.segments import open_segment
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import read_texts, texts_name, verify_texts
from searcher.errors import IndexStateError
from searcher.fields import FIELDS, FieldTable
from searcher.indexing.building import Publish, Resources, usable_cores
from searcher.indexing.merging import choose_merges, size_class
from searcher.scoring import Scoring

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeBuilder", "NativeCommit", "as_they_are", "rows_of"]

# Of a row, after all else, as the core expects them.
_TEXT_ATTRIBUTES = (
    *(name for name in FIELDS.values if FIELDS.by_name[name].attribute),
    "date_text",
    "encoding",
    "updated_text",
)
_CONVERTED_AT_ONCE = 256
# What is held in memory of plain segments that are being converted.
_CONVERSION_BYTES = 128_000_000


def as_they_are(
    articles: Iterable[Article], analyzer: Analyzer, fields: FieldTable
) -> list[Article]:
    """Nothing is done to articles before they are handed to the core."""
    return list(articles)


def rows_of(articles: Iterable[Article]) -> list[_native._Row]:
    """The articles as tuples, which are pickled in a fraction of the time."""
    return [_row(article) for article in articles]


def _row(article: Article) -> _native._Row:
    date = article.date
    return (
        article.id,
        article.title,
        article.body,
        article.byline,
        None if date is None else date.isoformat(),
        instant_us(date),
        None if date is None else day_term(own_day(date)),
        article.record,
        dict(article.metadata),
        *(getattr(article, name) for name in _TEXT_ATTRIBUTES),
    )


def _article(row: _native._Row) -> Article:
    """The way back from `_row`."""
    texts = dict(zip(_TEXT_ATTRIBUTES, row[9:], strict=True))
    stored: dict[str, Any] = {"id": row[0], "title": row[1], "body": row[2]}
    stored |= texts | {
        "byline": row[3],
        "date": row[4],
        "record": row[7],
        "metadata": row[8],
        "updated": texts["updated_text"],
    }
    del stored["updated_text"]
    return article_of(stored)


def value_fields(fields: FieldTable) -> list[tuple[str, int, bool]]:
    """What the core must know of the value fields, in the order of `FieldTable.values`: name,
    number, and whether an article has it as an attribute."""
    rows = (fields.by_name[name] for name in fields.values)
    return [(row.name, row.number, row.attribute) for row in rows]


def facet_numbers(fields: FieldTable) -> list[int]:
    """The numbers of the fields that articles are counted by."""
    return [fields.term_numbers[name] for name in fields.facets]


class _Key(NamedTuple):
    id: str
    digest: int
    path: str | None


@dataclass(frozen=True, slots=True)
class NativeBatch:
    """Articles that the core has taken over from Python."""

    prepared: _native.Prepared
    keys: Sequence[_Key]
    text_bytes: int
    without_text: int
    payload: Sequence[Article | _native._Row]

    def article(self, number: int) -> Article:
        item = self.payload[number]
        return _article(item) if isinstance(item, tuple) else item


class NativeBuilder:
    """Articles in the core's memory (`building.SegmentBuilder`).

    What it holds is lost when the core fails to write its file; from then on every call
    says so, and only a new session helps.

    Arguments:
        with_texts: write what copies are found by beside the segment, too.
    """

    def __init__(
        self,
        storage: DurableStorage,
        analyzer: Analyzer,
        resources: Resources,
        fields: FieldTable,
        scoring: Scoring,
        with_texts: bool = False,
    ) -> None:
        self._storage = storage
        self._analyzer = analyzer
        self._resources = resources
        self._fields = fields
        self._scoring = scoring
        self._with_texts = with_texts
        self._segment = NativeSegment(NativeCodec(), INDEX_NAME)
        self._name = self._segment.make_filename(NATIVE_EXTENSION)
        self._core = required_core()
        self._builder: _native.Builder | None = None
        self._finished = False
        self._failed = False

    @property
    def size_bytes(self) -> int:
        return 0 if self._builder is None else self._builder.size_bytes

    @property
    def document_count(self) -> int:
        """The articles that the segment will hold."""
        if self._finished:
            return int(self._segment.doc_count_all())
        return 0 if self._builder is None else self._builder.document_count

    @property
    def is_empty(self) -> bool:
        return not (self._failed or self.document_count)

    def receive(self, payload: Sequence[Article | _native._Row]) -> NativeBatch:
        prepared = self._opened().prepare(payload)
        keys = list(map(_Key._make, prepared.keys()))
        bodies = [item[2] if isinstance(item, tuple) else item.body for item in payload]
        return NativeBatch(prepared, keys, sum(map(len, bodies)), bodies.count(""), payload)

    def add_new(self, payload: Sequence[Article | _native._Row]) -> bool:
        """Nothing is told to Python, so this is quicker than `receive` and `add`."""
        builder = self._opened()
        prepared = builder.prepare(payload)
        with self._failing():
            builder.add(prepared, [True] * len(payload))
        return True

    def add(self, batch: NativeBatch, keep: list[bool]) -> None:
        if any(keep):
            with self._failing():
                self._opened().add(batch.prepared, keep)

    def remove(self, id: str) -> bool:
        return self._builder is not None and self._builder.remove(id)

    def finish(self) -> NativeSegment | None:
        """Write the segment; None if it would hold nothing.  May be called again."""
        if not self._finished:
            if self._builder is None and not self._failed:
                return None
            builder = self._opened()
            if not builder.document_count:
                return None
            with self._failing():
                # Each is asked once for a segment, so keeping the answers costs more memory
                # and time than it saves later segments.
                analyzer = self._analyzer
                summary = builder.finish(analyzer.forms_of_distinct, analyzer.stems_of_distinct)
                write_texts(self._storage, self._segment, summary)
            self._segment.describe(summary)
            self._builder = None
            self._finished = True
        return self._segment

    def discard(self) -> None:
        if self._builder is None and not self._finished:
            return
        self._failed = True
        self._builder = None
        self._finished = False
        for name in (self._name, texts_name(self._segment.segment_id())):
            with contextlib.suppress(FileNotFoundError):
                self._storage.directory.unlink(name)

    def forked(self) -> None:
        """In a child: the file, and the threads that fill it, are the parent's."""
        if self._builder is not None:
            never_release(self._builder)  # it would wait for those threads, and remove the file
        self._failed = True
        self._builder = None
        self._finished = False

    def _opened(self) -> _native.Builder:
        if self._failed or self._finished:
            raise IndexStateError(
                str(self._storage.folder),
                "the articles that were added are lost to an earlier failure",
                hint="begin a new session and add them again",
            )
        if self._builder is None:
            belongs_here(self)
            self._builder = self._core.Builder(
                os.path.join(str(self._storage.folder), self._name),
                LENGTH_OF_CODE,
                self._scoring.as_tuple(),
                self._resources.threads,
                self._resources.memory_bytes - self._resources.held_bytes,
                self._resources.memory_bytes,
                value_fields(self._fields),
                facet_numbers(self._fields),
                self._with_texts,
                self._fields.keeps_credits,
            )
        return self._builder

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.discard()
            raise


class NativeCommit:
    """One commit (`building.Commit`)."""

    def __init__(
        self,
        index: ManifestIndex,
        publish: Publish,
        fields: FieldTable,
        with_texts: bool = False,
    ) -> None:
        self.segments: list[Any] = index.segments()
        self.generation = index.latest_generation() + 1
        self._storage: DurableStorage = index.storage
        self._analyzer = index.analyzer
        self._scoring = index.scoring
        self._fields = fields
        self._with_texts = with_texts
        self._publish = publish

    def write(self, builder: NativeBuilder, *, merge_all: bool = False) -> None:
        """Write what `builder` holds as a segment, merge, and publish."""
        chosen = choose_merges(self.segments, builder.document_count, merge_all=merge_all)
        staying = [s for s in self.segments if s not in chosen and s.doc_count()]
        new = builder.finish()
        merging: list[NativeSegment] = []
        for segment in self.segments:
            if segment in chosen:
                is_native = isinstance(segment, NativeSegment)
                merging += [segment] if is_native else self._converted(segment)
        if new is not None:
            # A segment larger than all that is merged is not written twice for it.
            joining = sum(segment.doc_count() for segment in merging)
            is_small = size_class(new.doc_count()) <= size_class(joining)
            joins = merging and (merge_all or is_small)
            (merging if joins else staying).append(new)
        if merging:
            staying.append(self._merged(merging))
        self._publish(self.generation, staying)

    def _converted(self, segment: Any) -> list[NativeSegment]:
        """The live articles of a plain segment, as native ones."""
        converted: list[NativeSegment | None] = []
        opened = open_segment(self._storage, segment)
        try:
            live = (
                article_of(opened.stored(number))
                for number in range(opened.count)
                if not segment.is_deleted(number)
            )
            resources = Resources(usable_cores(), _CONVERSION_BYTES)
            builder = self._builder(resources)
            while articles := list(islice(live, _CONVERTED_AT_ONCE)):
                batch = builder.receive(articles)
                builder.add(batch, [True] * len(articles))
                if builder.size_bytes > _CONVERSION_BYTES:
                    converted.append(builder.finish())
                    builder = self._builder(resources)
            converted.append(builder.finish())
        finally:
            opened.close()
        return [new for new in converted if new is not None]

    def _builder(self, resources: Resources) -> NativeBuilder:
        parts = (self._storage, self._analyzer, resources, self._fields, self._scoring)
        return NativeBuilder(*parts, self._with_texts)

    def _merged(self, segments: list[NativeSegment]) -> NativeSegment:
        if len(segments) == 1 and not segments[0].has_deletions():
            return segments[0]
        merged = NativeSegment(NativeCodec(), INDEX_NAME)
        path = os.path.join(str(self._storage.folder), merged.make_filename(NATIVE_EXTENSION))
        sources = [
            (segment.open(self._storage).core, sorted(segment.deleted_docs()))
            for segment in segments
        ]
        texts = self._texts_of(segments)
        try:
            summary = required_core().merge(
                path,
                sources,
                LENGTH_OF_CODE,
                self._scoring.as_tuple(),
                facet_numbers(self._fields),
                texts,
            )
        except ValueError:
            if texts is not None:
                names = (texts_name(segment.segment_id()) for segment in segments)
                counts = (segment.doc_count_all() for segment in segments)
                verify_texts(zip(texts, counts, names, strict=True))
            raise
        write_texts(self._storage, merged, summary)
        merged.describe(summary)
        return merged

    def _texts_of(self, segments: list[NativeSegment]) -> list[bytes] | None:
        """What copies of the articles of `segments` are found by; None if it is not wanted, or
        not there for one of them."""
        names = [texts_name(segment.segment_id()) for segment in segments]
        if not self._with_texts or not all(map(self._storage.file_exists, names)):
            return None
        return [read_texts(self._storage, name) for name in names]


def write_texts(storage: DurableStorage, segment: NativeSegment, summary: _native._Merged) -> None:
    """Write what copies are found by beside `segment`, if the core says it."""
    if summary["texts"] is not None:
        storage.write_whole(texts_name(segment.segment_id()), summary["texts"])
