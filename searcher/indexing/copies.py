"""Which articles are copies, now that a commit has these segments?

`Grouper.group` is called when all segments of a commit are on disk and before its manifest is.
It writes beside each new segment what copies are found by (`codec/texts.py`), taken over from the
segments that were merged and worked out only for new articles, and then the groups of all live
articles (`codec/groups.py`).  Groups follow from the articles alone: what the last commit had
is taken as it was, and what came and went since is worked into it (`copies/grouping.py`).

An article is known again by its digest, which is of all that it says, its id too.  What has a
status (withheld, older versions) has no text here, and is nobody's copy.

The core, where it is, does the same (`native/src/copies/`): what texts are found by, comparisons,
and all articles at once where there were no groups.

Not done without the core: more than `MOST_AT_ONCE` articles in one commit, because Python takes
some milliseconds for each.  The commit then has no groups, and neither have the next, until
somebody asks for them (`searcher groups --rebuild`).
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from searcher.analysis import Analyzer
from searcher.codec.checksums import FileFacts
from searcher.codec.core import native_core
from searcher.codec.groups import NO_LEAD, read_groups, write_groups
from searcher.codec.manifest import GROUPING_NONE, GROUPING_ON, Manifest
from searcher.codec.schema import MISSING_DATE, NO_DAY
from searcher.codec.segment_records import segment_of
from searcher.codec.segments import OpenSegment, open_segment
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import EXTENSION, TextTable, encode_texts, texts_name
from searcher.copies.fingerprints import fingerprints
from searcher.copies.gathered import article_order
from searcher.copies.grouping import Groups, Link, Removed, regroup
from searcher.copies.verification import Agreement, Kind, Rules
from searcher.copies.words import is_correction, text_key
from searcher.errors import IndexDamagedError

if TYPE_CHECKING:
    from searcher.codec import _native

__all__ = ["MOST_AT_ONCE", "Grouper"]

MOST_AT_ONCE = 5_000
FEW_CHANGES = 50
"""Above so many the core looks at all articles, which takes some 20 us for each; below, at what
is concerned by the changes, which takes some milliseconds for each."""


class Grouper:
    """What makes the groups of one index; see the head of the file."""

    def __init__(self, storage: DurableStorage, analyzer: Analyzer) -> None:
        self._storage = storage
        self._analyzer = analyzer
        core = native_core()
        self._texts = None if core is None else core.Texts(analyzer.forms_of_distinct)

    def group(
        self, before: Manifest, generation: int, segments: Sequence[Any], *, afresh: bool = False
    ) -> tuple[str, FileFacts | None]:
        """Write the files of the commit `generation`; the `grouping` and `groups` of its
        manifest.

        Arguments:
            before: the manifest of the last commit.
            segments: those of the new one, in order; their files are on disk.
            afresh: whatever was there before, and however many articles.

        Raises:
            OSError, CorruptIndexError, IndexDamagedError: a file cannot be read or written.
        """
        if before.grouping != GROUPING_ON and not afresh:
            return before.grouping, None
        old = _Side(self._storage, [], self._analyzer, self._texts)
        new = _Side(self._storage, segments, self._analyzer, self._texts)
        try:
            if not afresh and before.groups is not None:
                old = _Side(
                    self._storage,
                    [segment_of(record, before.values) for record in before.segments],
                    self._analyzer,
                    self._texts,
                )
            return self._group(before, generation, old, new, afresh=afresh)
        finally:
            old.close()
            new.close()

    def _group(
        self, before: Manifest, generation: int, old: _Side, new: _Side, *, afresh: bool
    ) -> tuple[str, FileFacts | None]:
        stored = None if afresh else read_groups(self._storage, before)
        old.read_tables(before.files)
        known = {old.digests[n]: n for n in range(old.count) if old.digests}
        if self._texts is None and not afresh and new.unknown(known) > MOST_AT_ONCE:
            return GROUPING_NONE, None
        new.make_tables(self._sound(before.files) if afresh else before.files, old, known)
        held = _Held(new)
        leads = [] if stored is None else stored.leads
        here = {new.digests[n]: n for n in held.articles}
        # Numbers of the old commit as those of the new; what is gone has one below zero.
        moved = {
            n: here.get(old.digests[n], -1 - n) for n, lead in enumerate(leads) if lead != NO_LEAD
        }
        groups = Groups()
        if stored is not None:
            was = stored.as_groups()
            groups.leads = {moved[n]: moved[lead] for n, lead in was.leads.items()}
            groups.links = {
                moved[n]: [Link(moved[link.lead], *link[1:]) for link in links]
                for n, links in was.links.items()
            }
        removed = [old.removed(n, now) for n, now in moved.items() if now < 0]
        added = [n for n in held.articles if n not in groups.leads]
        if self._texts is None:
            regroup(held, groups, added, removed)
        elif len(added) + len(removed) <= FEW_CHANGES:
            regroup(held, groups, added, removed, comparing=partial(_compare, self._texts))
        else:
            groups = held.grouped(self._texts)
        return GROUPING_ON, write_groups(self._storage, generation, groups, new.counts)

    def _sound(self, files: Iterable[str]) -> set[str]:
        """Of the files beside segments those that are what was written."""
        found = set()
        for name in files:
            if name.endswith(EXTENSION):
                with suppress(IndexDamagedError, OSError):
                    self._storage.compare(name)
                    found.add(name)
        return found


class _Side:
    """The segments of one commit, old or new, with documents numbered through all of them."""

    def __init__(
        self,
        storage: DurableStorage,
        segments: Sequence[Any],
        analyzer: Analyzer,
        texts: _native.Texts | None,
    ) -> None:
        self._storage = storage
        self._analyzer = analyzer
        self._texts = texts
        self._segments = segments
        self._opened: list[OpenSegment] = []
        self.bases: list[int] = []
        self.counts: list[int] = []
        self.digests: array[int] = array("Q")
        self.dates_us: array[int] = array("q")
        self.days: array[int] = array("i")
        self.tables: list[TextTable] = []
        self._of_tables: dict[int, list[array[int]]] = {}
        for segment in segments:
            opened = open_segment(storage, segment)
            self._opened.append(opened)
            self.bases.append(len(self.digests))
            self.counts.append(opened.count)
            self.digests.extend(opened.digests())
            self.dates_us.extend(opened.dates_us())
            self.days.extend(opened.days())
        self.count = len(self.digests)
        self._places = [
            (place, number) for place, count in enumerate(self.counts) for number in range(count)
        ]

    def close(self) -> None:
        for opened in self._opened:
            opened.close()

    # -- tables

    def read_tables(self, files: Iterable[str]) -> None:
        """Read the tables of all segments that have one among `files`."""
        for segment, count in zip(self._segments, self.counts, strict=True):
            name = texts_name(segment.segment_id())
            if name in files:
                self.tables.append(TextTable(self._storage.read_whole(name), count, name))

    def unknown(self, known: dict[int, int]) -> int:
        """How many live documents have a digest that is not among `known`."""
        return sum(
            not segment.is_deleted(number) and self.digests[base + number] not in known
            for segment, base, count in zip(self._segments, self.bases, self.counts, strict=True)
            for number in range(count)
        )

    def make_tables(self, files: Iterable[str], old: _Side, known: dict[int, int]) -> None:
        """Read the tables that there are among `files`, and write those that there are not.

        Arguments:
            old: the last commit, for what is `known` there, by digest.
        """
        for place, segment in enumerate(self._segments):
            name = texts_name(segment.segment_id())
            if name in files:
                data = self._storage.read_whole(name)
            else:
                data = self._table_of(place, old, known)
                self._storage.write_whole(name, data)
            self.tables.append(TextTable(data, self.counts[place], name))

    def _table_of(self, place: int, old: _Side, known: dict[int, int]) -> bytes:
        base, count = self.bases[place], self.counts[place]
        keys, lengths = array("Q", bytes(8 * count)), array("I", bytes(4 * count))
        numbers: list[Sequence[int]] = [()] * count
        for number in range(count):
            if self._segments[place].is_deleted(number):
                continue
            before = known.get(self.digests[base + number])
            if before is not None and old.tables:
                keys[number], lengths[number], numbers[number] = old.text_of(before)
                continue
            stored = self._opened[place].stored(number)
            if stored.get("status") is not None:
                continue
            correction = is_correction(stored["title"])
            if self._texts is not None:
                facts = self._texts.facts(stored["body"], correction)
                keys[number], lengths[number] = facts[0], facts[1]
                numbers[number] = array("I", facts[2])
                continue
            words = self._analyzer.forms(stored["body"])
            keys[number] = text_key(words, correction=correction)
            lengths[number] = len(words)
            numbers[number] = array("I", fingerprints(words))
        return encode_texts(keys, lengths, numbers)

    def text_of(self, document: int) -> tuple[int, int, Sequence[int]]:
        """Key, words and fingerprints of a document."""
        place, number = self._places[document]
        table = self.tables[place]
        return table.keys[number], table.lengths[number], self.fingerprints(document)

    def fingerprints(self, document: int) -> Sequence[int]:
        """The fingerprints of a document.  Cost: the first time, to read all of its segment."""
        place, number = self._places[document]
        if place not in self._of_tables:
            self._of_tables[place] = self.tables[place].fingerprints()
        return self._of_tables[place][number]

    # -- documents

    def is_live(self, document: int) -> bool:
        """Whether a document is not deleted and has a text."""
        place, number = self._places[document]
        deleted = self._segments[place].is_deleted(number)
        return not deleted and self.tables[place].keys[number] != 0

    def order(self, document: int) -> tuple[bool, int, int, str]:
        """What sorts articles (`copies/gathered.py`)."""
        place, number = self._places[document]
        instant_us = self.dates_us[document]
        return article_order(
            None if instant_us == MISSING_DATE else instant_us,
            self.tables[place].lengths[number],
            _Id(self._opened[place], number),
        )

    def day(self, document: int) -> int | None:
        """The day of publication."""
        return None if self.days[document] == NO_DAY else self.days[document]

    def words(self, document: int) -> list[str]:
        """The words of a document.  Cost: decompresses and analyses it."""
        place, number = self._places[document]
        return self._analyzer.forms(self._opened[place].stored(number)["body"])

    def body(self, document: int) -> str:
        """The text of a document.  Cost: decompresses it."""
        place, number = self._places[document]
        body: str = self._opened[place].stored(number)["body"]
        return body

    def removed(self, document: int, number: int) -> Removed:
        """What is to be known of a document that is gone, and is called `number` now."""
        key, _, numbers = self.text_of(document)
        return Removed(number, key, self.day(document), self.order(document), numbers)


class _Id(str):
    """The id of a document, read only where two articles are of one instant and length."""

    __slots__ = ("_found", "_number", "_segment")

    def __new__(cls, segment: OpenSegment, number: int) -> _Id:
        return super().__new__(cls)

    def __init__(self, segment: OpenSegment, number: int) -> None:
        self._segment, self._number = segment, number
        self._found: str | None = None

    @property
    def _id(self) -> str:
        if self._found is None:
            self._found = self._segment.id(self._number)
        return self._found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Id) and self._id == other._id

    def __lt__(self, other: str) -> bool:
        return isinstance(other, _Id) and self._id < other._id

    def __gt__(self, other: str) -> bool:
        return isinstance(other, _Id) and self._id > other._id

    def __hash__(self) -> int:
        return hash(self._id)


class _Held:
    """The live articles of a commit, as grouping asks for them (`grouping.Holdings`)."""

    def __init__(self, side: _Side) -> None:
        self._side = side
        self.articles = [n for n in range(side.count) if side.is_live(n)]
        self._live = bytearray(side.count)
        self._keys: array[int] = array("Q")
        self._lengths: array[int] = array("I")
        for table in side.tables:
            self._keys.extend(table.keys)
            self._lengths.extend(table.lengths)
        self._with_key: defaultdict[int, list[int]] = defaultdict(list)
        for article in self.articles:
            self._live[article] = 1
            self._with_key[self._keys[article]].append(article)
        self._orders: dict[int, tuple[bool, int, int, str]] = {}

    def key(self, article: int) -> int:
        return self._keys[article]

    def day(self, article: int) -> int | None:
        return self._side.day(article)

    def length(self, article: int) -> int:
        return self._lengths[article]

    def order(self, article: int) -> tuple[bool, int, int, str]:
        if article not in self._orders:
            self._orders[article] = self._side.order(article)
        return self._orders[article]

    def words(self, article: int) -> Sequence[str]:
        return self._side.words(article)

    def fingerprints(self, article: int) -> Sequence[int]:
        return self._side.fingerprints(article)

    def with_key(self, key: int) -> Iterable[int]:
        return self._with_key.get(key, ())

    def holders(self, fingerprint: int) -> list[int]:
        live = self._live
        return [
            base + number
            for base, table in zip(self._side.bases, self._side.tables, strict=True)
            for number in table.documents_of(fingerprint)
            if live[base + number]
        ]

    def grouped(self, texts: _native.Texts) -> Groups:
        """What all articles make of each other, by the core: `regroup` from nothing."""
        flat, starts = array("I"), array("Q", [0])
        live = self._live
        for article in range(self._side.count):
            if live[article]:
                flat.extend(self._side.fingerprints(article))
            starts.append(len(flat))
        rules = Rules()
        leads, rows = texts.group(
            self._keys.tobytes(),
            self._side.days.tobytes(),
            self._lengths.tobytes(),
            array("I", sorted(self.articles, key=self.order)).tobytes(),
            starts.tobytes(),
            flat.tobytes(),
            self._side.body,
            cover_percent=rules.cover_percent,
            near_days=rules.near_days,
        )
        lead_of = array("I", leads)
        groups = Groups({article: lead_of[article] for article in self.articles})
        groups.links = {article: [] for article in self.articles}
        for article, lead, is_copy, counts in rows:
            agreement = None if counts is None else Agreement(*counts)
            kind = Kind.COPY if is_copy else Kind.VERSION
            groups.links[article].append(Link(lead, kind, agreement))
        return groups


def _compare(
    texts: _native.Texts, a: Sequence[str], b: Sequence[str], *, key_a: int, key_b: int
) -> Agreement:
    """`verification.compare`, by the core."""
    return Agreement(*texts.compare(a, b, key_a, key_b))
