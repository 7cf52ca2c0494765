"""What does one commit of an index hold?

A `Snapshot` is one generation, opened: its segments with their readers, and the
statistics that scoring needs.  It never changes, whatever a writer commits
meanwhile.  What it has decoded is kept while a query is answered, so a snapshot serves
one thread at a time (`archive.py` keeps a pool).

Files are opened as they are needed.  When a newer commit has removed one by then,
`FileNotFoundError` comes through and the caller opens the newer commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from whoosh.reading import CorruptIndexError

from searcher.codec.damage import cannot_be_read, damage_reported
from searcher.codec.generations import (
    ManifestIdentity,
    identity_of,
    latest_generation,
    manifest_name,
)
from searcher.codec.manifest import read_manifest
from searcher.codec.schema import VERSION_MARK, article_of, instant_us
from searcher.codec.segment_records import segment_of
from searcher.codec.segments import Frequencies, OpenSegment, open_segment
from searcher.codec.storage import DurableStorage
from searcher.errors import ArticleError, ArticleNotFoundError
from searcher.fields import FIELDS
from searcher.importing import InstalledOnly
from searcher.searching.hidden import hidden_documents
from searcher.searching.term_postings import TermPostings

if TYPE_CHECKING:
    from searcher.article import Article
    from searcher.codec._native import Segment
    from searcher.codec.groups import StoredGroups
    from searcher.codec.stories import StoredStories
    from searcher.query import Node
    from searcher.searching.grouped import Grouped

__all__ = ["SegmentView", "Snapshot"]

_T = TypeVar("_T")
# Of ids that a beginning may mean, so many are named.
_NAMED_IDS = 5
# Conditions on groups whose articles are remembered.
_KEPT_CONDITIONS = 16


class SegmentView:
    """One segment of a snapshot.  Document numbers are the segment's own.

    What it is asked for twice is kept: columns while it lives, posting lists until
    they are forgotten.  Every method raises `IndexDamagedError` when the bytes are not
    what was written.
    """

    def __init__(self, storage: DurableStorage, segment: Any) -> None:
        self._directory = str(storage.folder)
        self._segment: OpenSegment = open_segment(storage, segment)
        self.count: int = self._segment.count
        self.removed: frozenset[int] = frozenset(segment.deleted_docs())
        """The documents that writers deleted."""
        self.hidden: frozenset[int] = frozenset()
        """The documents that may not be published, and are there."""
        self.hidden_until_s: float | None = None
        """Seconds since 1970 when the first embargo among them ends."""
        self.deleted: frozenset[int] = self.removed
        """What answers pass over: the deleted documents, and the hidden ones if they do."""
        self._columns: dict[str, Any] = {}
        self._postings: dict[tuple[str, bytes], TermPostings | None] = {}

    @property
    def core(self) -> Segment | None:
        """The segment as the native core has it; None if it is a plain one."""
        return self._segment.core

    @property
    def live(self) -> set[int]:
        """The documents that are not deleted."""
        return set(range(self.count)) - self.deleted

    def recorded_length(self, field: str) -> int:
        """The words of a text field in all documents, as the field norms record them."""
        with damage_reported(self._directory):
            return self._segment.recorded_length(field)

    def hide(self, now_s: float) -> None:
        """Find the documents that may not be published, and pass over them from now on."""
        self.hidden, self.hidden_until_s = hidden_documents(self, now_s)
        self.deleted = self.removed | self.hidden

    # -- terms

    def postings(self, field: str, term: bytes) -> TermPostings | None:
        """The postings of one term; None if the segment does not hold it."""
        key = (field, term)
        try:
            return self._postings[key]
        except KeyError:  # or another thread has just forgotten it
            with damage_reported(self._directory):
                found = self._segment.posting_list(field, term)
                if found is not None and len(found.ids) and found.ids[-1] >= self.count:
                    raise CorruptIndexError(
                        f"a word of {field} is in a document that is not there"
                    ) from None
            postings = None if found is None else TermPostings(found)
            self._postings[key] = postings
            return postings

    def documents_of(self, field: str, value: bytes) -> Sequence[int]:
        """The documents whose value field holds `value`, ascending; they are not kept."""
        with damage_reported(self._directory):
            return self._segment.documents_of(field, value)

    def field_terms(self, field: str, prefix: bytes = b"") -> list[bytes]:
        """The terms of a field that begin with `prefix`, in byte order."""
        with damage_reported(self._directory):
            return list(self._segment.field_terms(field, prefix))

    def forms_of_stem(self, stem: bytes) -> list[bytes]:
        """The forms in this segment that have this stem, in byte order."""
        with damage_reported(self._directory):
            return self._segment.forms_of_stem(stem)

    def form_frequencies(self, forms: Sequence[bytes]) -> list[Frequencies]:
        """How many documents hold each form in title, body and byline, deleted ones too."""
        with damage_reported(self._directory):
            return list(map(self._segment.form_frequencies, forms))

    def near_forms(self, form: str, edits: int) -> list[tuple[bytes, Frequencies]]:
        """The forms that begin as `form` and are at most `edits` slips from it."""
        with damage_reported(self._directory):
            return self._segment.near_forms(form, edits)

    def forget_postings(self) -> None:
        """Drop decoded posting lists."""
        self._postings.clear()

    # -- columns

    def length_codes(self, field: str) -> bytes:
        """The field norms of all documents."""
        return self._column(f"norm {field}", lambda: self._segment.length_codes(field))

    def dates_us(self) -> Sequence[int]:
        """The instants of all documents, `MISSING_DATE` where there is none."""
        return self._column("date", self._segment.dates_us)

    def lengths(self) -> Sequence[int]:
        """The exact numbers of words in the bodies of all documents."""
        return self._column("length", self._segment.lengths)

    def digests(self) -> Sequence[int]:
        """64 bits of a hash of each document."""
        return self._column("digest", self._segment.digests)

    def days(self) -> Sequence[int]:
        """The own days of all documents, counted from 1970; `NO_DAY` where there is none."""
        return self._column("day", self._segment.days)

    def ordinals(self, field: str) -> tuple[Sequence[int], Sequence[int]]:
        """For a field that articles are counted by, documents and the places of their values
        among `field_terms(field)`, ascending, as two columns of pairs."""
        return self._column(f"ordinal {field}", lambda: self._segment.ordinals(field))

    def kept(self, name: str, make: Callable[[], _T]) -> _T:
        """What `make` makes of columns, kept by `name` as they are."""
        return self._column(name, make)

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
            return self._segment.boundaries(number)

    def id(self, number: int) -> str:
        """The identity of a document."""
        with damage_reported(self._directory):
            return self._segment.id(number)

    def stored(self, number: int) -> dict[str, Any]:
        """All that is stored of a document."""
        return self._checked(number)[0]

    def article(self, number: int) -> Article:
        """The article that a document is."""
        return self._checked(number)[1]

    def _checked(self, number: int) -> tuple[dict[str, Any], Article]:
        with damage_reported(self._directory):
            fields = self._segment.stored(number)
            if not isinstance(fields["id"], str):
                raise CorruptIndexError(f"stored fields of document {number} have no id")
            try:
                return fields, article_of(fields)
            except (ArticleError, TypeError, ValueError) as error:
                raise CorruptIndexError(
                    f"stored fields of document {number} are no article: {error}"
                ) from error

    def close(self) -> None:
        self._segment.close()


class Snapshot:
    """One commit of the index in `directory`.

    Arguments:
        verified: what was compared with its checksum before, shared by snapshots.
        hides: pass over what may not be published: what has a status.

    Raises:
        IndexMissingError: there is no index.
        IndexDamagedError: it is broken or foreign.
        FileNotFoundError: a newer commit came in between; open again.
    """

    def __init__(
        self, directory: str, *, verified: set[Any] | None = None, hides: bool = True
    ) -> None:
        self.directory = directory
        self.hides = hides
        self.segments: list[SegmentView] = []
        self._beginnings: dict[str, bool] = {}
        self._grouped: dict[Node, Grouped] = {}
        self._storage = _opened(directory, verified)
        try:
            self.generation = latest_generation(directory, self._storage)
            self.manifest = read_manifest(self._storage, self.generation)
            self.identity = identity_of(
                self._storage.directory.status(manifest_name(self.generation))
            )
            self.language = self.manifest.language
            self.fields = self.manifest.fields
            self._storage.seal(self.manifest.files)
            self._storage.compare_sizes()
            with damage_reported(directory):
                for record in self.manifest.segments:
                    self.segments.append(
                        SegmentView(self._storage, segment_of(record, self.manifest.values))
                    )
            if hides:
                now_s = time.time()
                for segment in self.segments:
                    segment.hide(now_s)
        except BaseException:
            self.close()
            raise
        self.document_count = sum(segment.count for segment in self.segments)
        self.live_count = sum(s.count - len(s.deleted) for s in self.segments)
        self.hides_any = any(segment.hidden for segment in self.segments)
        ends = [s.hidden_until_s for s in self.segments if s.hidden_until_s is not None]
        self._hidden_until_s = min(ends, default=None)

    def is_current(self, identity: ManifestIdentity | None) -> bool:
        """Whether it is the commit with that manifest, and no embargo has ended since."""
        if self.identity != identity:
            return False
        return self._hidden_until_s is None or time.time() < self._hidden_until_s

    @cached_property
    def groups(self) -> StoredGroups | None:
        """Which articles are copies of which; None if that was not looked for.

        Raises:
            IndexDamagedError: the file is not what was written.
        """
        with InstalledOnly():
            from searcher.codec.groups import read_groups

        with damage_reported(self.directory):
            return read_groups(self._storage, self.manifest)

    @cached_property
    def stories(self) -> StoredStories | None:
        """Which articles are about one event; None if that was not looked for.

        Raises:
            IndexDamagedError: the file is not what was written.
        """
        with InstalledOnly():
            from searcher.codec.stories import read_stories

        with damage_reported(self.directory):
            return read_stories(self._storage, self.manifest)

    def grouped(self, node: Node) -> Grouped:
        """The articles that a condition on groups means: see `grouped.py`.

        Raises:
            QueryError: there are no groups, or no article, or more than one, has the id.
        """
        found = self._grouped.get(node)
        if found is None:
            with InstalledOnly():
                from searcher.searching.grouped import find_grouped

            if len(self._grouped) >= _KEPT_CONDITIONS:
                self._grouped.clear()
            found = self._grouped[node] = find_grouped(self, node)
        return found

    def grouped_in(self, segment: SegmentView, node: Node) -> set[int]:
        """The documents of `segment` among those.  Raises: as `grouped`."""
        return self.grouped(node).documents(self.segments.index(segment), segment.count)

    def average_length(self, field: str) -> float:
        """The mean recorded length of a field, over all articles."""
        total = sum(segment.recorded_length(field) for segment in self.segments)
        return total / self.document_count if self.document_count else 0.0

    def forms_of_stem(self, stem: str) -> list[bytes]:
        """The forms in the index that have this stem, in byte order."""
        key = stem.encode("utf-8")
        return sorted({form for s in self.segments for form in s.forms_of_stem(key)})

    def field_terms(self, field: str, prefix: str = "") -> list[bytes]:
        """The terms of a field that begin with `prefix`, in byte order."""
        key = prefix.encode("utf-8", "surrogatepass")  # from a query, so it may hold one
        return sorted({t for s in self.segments for t in s.field_terms(field, key)})

    def is_beginning(self, letter: str) -> bool:
        """Whether a word of a text field begins with `letter`.  Looked up once."""
        found = self._beginnings.get(letter)
        if found is None:
            key = letter.encode("utf-8", "surrogatepass")
            found = any(s.field_terms(f, key) for s in self.segments for f in FIELDS.texts)
            self._beginnings[letter] = found
        return found

    def form_frequencies(self, *forms: str) -> list[Frequencies]:
        """How many documents hold each form in title, body and byline, deleted ones too."""
        keys = [form.encode("utf-8", "surrogatepass") for form in forms]
        by_segment = [segment.form_frequencies(keys) for segment in self.segments]
        if len(by_segment) == 1:
            return by_segment[0]
        return [_together(found) for found in zip(*by_segment, strict=True)] or [(0, 0, 0)] * len(
            keys
        )

    def near_forms(self, form: str, edits: int) -> dict[str, Frequencies]:
        """The forms that begin as `form` and are at most `edits` slips from it.

        Cost: looks at all forms with that beginning.
        """
        found: dict[bytes, list[Frequencies]] = {}
        for segment in self.segments:
            for near, frequencies in segment.near_forms(form, edits):
                found.setdefault(near, []).append(frequencies)
        return {near.decode("utf-8"): _together(found[near]) for near in sorted(found)}

    def find(self, prefix: str) -> tuple[SegmentView, int]:
        """Where the article lies whose id is `prefix`, or the only one whose id begins so.

        Raises:
            ArticleNotFoundError: there is none, or more than one.
        """
        whole_id = prefix.encode("utf-8", "replace")
        for segment in self.segments:  # nearly always it is one, and soon found
            for number in segment.documents_of("id", whole_id):
                if number not in segment.removed:
                    return segment, number
        found: dict[str, tuple[SegmentView, int]] = {}
        for segment in self.segments:
            for term in segment.field_terms("id", prefix.encode("utf-8", "replace")):
                postings = segment.postings("id", term)
                for number in postings.ids if postings else ():
                    if number not in segment.removed:
                        found[term.decode("utf-8")] = (segment, number)
                if len(found) >= _NAMED_IDS:
                    break
        if not found:
            raise ArticleNotFoundError(prefix, f"no article has the id {prefix}")
        # Older versions of an article have ids that begin with its own.
        versions = tuple(id + VERSION_MARK for id in found)
        whole = [id for id in found if not id.startswith(versions)]
        if len(whole) == 1:
            return found[whole[0]]
        if len(found) > 1:
            several = ", ".join(sorted(found))
            raise ArticleNotFoundError(
                prefix, f"several ids begin with {prefix}: {several}", is_ambiguous=True
            )
        return next(iter(found.values()))

    def versions_of(self, id: str) -> list[dict[str, Any]]:
        """What is stored of the older versions of the article `id`, the oldest first."""
        found: list[dict[str, Any]] = []
        for segment in self.segments:
            for term in segment.field_terms("id", (id + VERSION_MARK).encode("utf-8", "replace")):
                postings = segment.postings("id", term)
                stored = [
                    segment.stored(n)
                    for n in (postings.ids if postings else ())
                    if n not in segment.removed
                ]
                found += [s for s in stored if s.get("metadata", {}).get("version_of") == id]
        # Of those with one date the order is that in which they came in.
        return sorted(found, key=_age)

    def close(self) -> None:
        for segment in self.segments:
            segment.close()
        self._storage.release()


def _together(frequencies: Iterable[Frequencies]) -> Frequencies:
    title = body = byline = 0
    for in_title, in_body, in_byline in frequencies:
        title, body, byline = title + in_title, body + in_body, byline + in_byline
    return title, body, byline


def _age(stored: dict[str, Any]) -> int:
    article = article_of(stored)
    return instant_us(article.updated or article.date)


def _opened(directory: str, verified: set[Any] | None) -> DurableStorage:
    try:
        return DurableStorage(directory, readonly=True, verified=verified)
    except OSError as error:
        latest_generation(directory)  # says what is there instead of an index
        raise cannot_be_read(directory, error) from error
