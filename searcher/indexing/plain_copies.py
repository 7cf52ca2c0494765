"""Which articles are copies, worked out without the core?

`copies.py` says when.  What copies are found by is taken over from the tables of the last commit
and worked out for new articles only; then what came and went since is worked into the groups
(`copies/grouping.py`).  An article is known again by its digest, which is of all that it says,
its id too.

Python takes some milliseconds for each article, so there is a bound on how many may be new.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from searcher.analysis import Analyzer
from searcher.codec.groups import NO_LEAD, StoredGroups, encode_groups
from searcher.codec.schema import MISSING_DATE, NO_DAY
from searcher.codec.segments import OpenSegment, open_segment
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import TextTable, encode_texts, read_texts, texts_name
from searcher.copies.fingerprints import fingerprints
from searcher.copies.gathered import article_order
from searcher.copies.grouping import Groups, Link, Removed, regroup
from searcher.copies.verification import Rules
from searcher.copies.words import is_correction, text_key

__all__ = ["PlainGrouping"]


class PlainGrouping:
    """Groups the articles of one index; see the head of the file."""

    def __init__(self, storage: DurableStorage, analyzer: Analyzer, rules: Rules) -> None:
        self._storage = storage
        self._analyzer = analyzer
        self._rules = rules

    def group(
        self,
        segments: Sequence[Any],
        there: Collection[str],
        before: tuple[Sequence[Any], StoredGroups] | None = None,
        *,
        most_new: int | None = None,
    ) -> bytes | None:
        """The file of groups of all articles of `segments`.

        Arguments:
            there: the files beside segments that can be believed; others are made.
            before: the segments of the last commit and its groups.
            most_new: above so many new articles nothing is done, and None is returned.
        """
        old = _Side(self._storage, before[0] if before else [], self._analyzer)
        new = _Side(self._storage, segments, self._analyzer)
        try:
            return self._group(old, new, there, before[1] if before else None, most_new)
        finally:
            old.close()
            new.close()

    def _group(
        self,
        old: _Side,
        new: _Side,
        there: Collection[str],
        stored: StoredGroups | None,
        most_new: int | None,
    ) -> bytes | None:
        old.read_tables(there)
        known = {old.digests[n]: n for n in range(old.count)}
        if most_new is not None and new.unknown(known) > most_new:
            return None
        new.make_tables(there, old, known)
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
        regroup(held, groups, added, removed, rules=self._rules)
        return encode_groups(groups, new.counts)


class _Side:
    """The segments of one commit, old or new, with documents numbered through all of them."""

    def __init__(
        self,
        storage: DurableStorage,
        segments: Sequence[Any],
        analyzer: Analyzer,
    ) -> None:
        self._storage = storage
        self._analyzer = analyzer
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
                self.tables.append(TextTable(read_texts(self._storage, name), count, name))

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
                data = read_texts(self._storage, name)
            else:
                data = self._table_of(place, old, known)
                self._storage.write_whole(name, data)
            self.tables.append(TextTable(data, self.counts[place], name))

    def _table_of(self, place: int, old: _Side, known: dict[int, int]) -> bytes:
        base, count = self.bases[place], self.counts[place]
        keys, lengths = array("Q", bytes(8 * count)), array("I", bytes(4 * count))
        numbers: list[Sequence[int]] = [()] * count
        body_lengths = self._opened[place].lengths()
        for number in range(count):
            if self._segments[place].is_deleted(number) or not body_lengths[number]:
                continue
            before = known.get(self.digests[base + number])
            if before is not None and old.tables:
                found = old.text_of(before)
                if found[0]:  # else it may have been deleted when that was written
                    keys[number], lengths[number], numbers[number] = found
                    continue
            stored = self._opened[place].stored(number)
            if stored.get("status") is not None:
                continue
            words = self._analyzer.forms(stored["body"])
            keys[number] = text_key(words, correction=is_correction(stored["title"]))
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
