"""Which articles are copies, worked out by the core?

The core does the work of `copies.py` where it is (`native/src/copies/`), with arrays of numbers
instead of objects for each article.  What copies are found by lies beside most segments already:
the builder writes it with the segment, and merging takes it over.  For segments of which it is
not known (older ones, plain ones) it is worked out of what they store.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

from searcher.analysis import Analyzer
from searcher.codec.core import required_core
from searcher.codec.groups import StoredGroups, join_groups
from searcher.codec.segments import OpenSegment, open_segment
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import encode_texts, read_texts, texts_name, verify_texts
from searcher.copies.verification import Rules
from searcher.copies.words import is_correction

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["NativeGrouping"]


class NativeGrouping:
    """Groups articles of one index; see the head of the file."""

    def __init__(self, storage: DurableStorage, analyzer: Analyzer, rules: Rules) -> None:
        self._storage = storage
        self._rules = rules
        self._core_texts = required_core().Texts(analyzer.forms_of_distinct)

    def group(
        self,
        segments: Sequence[Any],
        there: Collection[str],
        before: tuple[Sequence[Any], StoredGroups] | None = None,
    ) -> bytes:
        """The file of groups of all articles of `segments`.

        Arguments:
            there: the files beside segments that can be believed; others are made.
            before: the segments of the last commit and its groups.

        Cost: some 20 us for each article, 100 for each that shares a passage with another; if
        less than one in 32 has changed, a tenth of the first for each and some milliseconds for
        what has changed.
        """
        with ExitStack() as stack:
            held: dict[str, _Held] = {}
            for segment in [*segments, *(before[0] if before else ())]:
                if segment.segment_id() not in held:
                    opened = open_segment(self._storage, segment)
                    stack.callback(opened.close)
                    texts = self._texts(segment, opened, there)
                    held[segment.segment_id()] = _Held(opened, texts)
            now = [held[segment.segment_id()] for segment in segments]
            past = None
            if before is not None:
                was = [held[segment.segment_id()] for segment in before[0]]
                rows = [one.row(()) for one in was]
                past = rows, _bodies(was), before[1].lead_bytes, before[1].link_bytes
            try:
                leads, links = self._core_texts.group(
                    [one.row(s.deleted_docs()) for one, s in zip(now, segments, strict=True)],
                    _bodies(now),
                    _ids(now),
                    before=past,
                    cover_percent=self._rules.cover_percent,
                    near_days=self._rules.near_days,
                )
            except ValueError:
                files = ((one.texts, one.opened.count, texts_name(n)) for n, one in held.items())
                verify_texts(files)
                raise
            return join_groups(leads, links, [one.opened.count for one in now])

    def _texts(self, segment: Any, opened: OpenSegment, there: Collection[str]) -> bytes:
        """The file beside `segment`: as it is, if it is `there`, else it is made and written."""
        name = texts_name(segment.segment_id())
        if name in there:
            return read_texts(self._storage, name)
        data = self._table_of(segment, opened)
        self._storage.write_whole(name, data)
        return data

    def _table_of(self, segment: Any, opened: OpenSegment) -> bytes:
        deleted = set(segment.deleted_docs())
        if opened.core is not None:
            mark = _marking(opened)
            return self._core_texts.table_of(opened.core, sorted(deleted), mark)
        keys, lengths = array("Q", bytes(8 * opened.count)), array("I", bytes(4 * opened.count))
        numbers: list[Sequence[int]] = [()] * opened.count
        for number in range(opened.count):
            stored = {} if number in deleted else opened.stored(number)
            if stored and stored.get("status") is None:
                facts = self._core_texts.facts(stored["body"], is_correction(stored["title"]))
                keys[number], lengths[number] = facts[0], facts[1]
                numbers[number] = array("I", facts[2])
        return encode_texts(keys, lengths, numbers)


def _marking(opened: OpenSegment) -> Callable[[int], bool | None]:
    """What says whether a document is a correction, or None if it has a status."""

    def mark(number: int) -> bool | None:
        stored = opened.stored(number)
        return is_correction(stored["title"]) if stored.get("status") is None else None

    return mark


class _Held(NamedTuple):
    """A segment that is looked at."""

    opened: OpenSegment
    texts: bytes

    def row(self, deleted: Iterable[int]) -> _native._SegmentRow:
        """As the core wants it."""
        opened = self.opened
        return (
            self.texts,
            opened.core,
            sorted(deleted),
            array("q", opened.dates_us()).tobytes(),
            array("i", opened.days()).tobytes(),
            array("Q", opened.digests()).tobytes(),
        )


def _bodies(segments: Sequence[_Held]) -> Callable[[int], str]:
    """What gives the text of a document, numbered through all segments."""

    def body(document: int) -> str:
        opened, number = _place(segments, document)
        return str(opened.stored(number)["body"])

    return body


def _ids(segments: Sequence[_Held]) -> Callable[[int], str]:
    def id(document: int) -> str:
        opened, number = _place(segments, document)
        return opened.id(number)

    return id


def _place(segments: Sequence[_Held], document: int) -> tuple[OpenSegment, int]:
    for opened, _ in segments:
        if document < opened.count:
            return opened, document
        document -= opened.count
    raise IndexError(document)
