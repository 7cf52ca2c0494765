"""Which articles of a commit are copies of which, in a file?

`groups-N.bin` is made anew at each commit, of what `searcher/copies/` makes of all live articles;
its size and checksum stand in the manifest.  Documents are numbered through all segments, in the
order of the manifest.  Whole numbers, little-endian:

    8 bytes             the mark
    4, 4, 4, 4 bytes    version, segments, documents, links
    4 bytes a segment   its documents
    4 bytes a document  the number of its lead: its own if it leads, 2^32 - 1 if it is deleted,
                        empty or may not be shown
    28 bytes a link     document, lead (4 each), kind (1: 0 a copy, 1 a version), whether words
                        were compared (1), and the nine numbers of the comparison (2 each);
                        ascending by document and lead
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from whoosh.reading import CorruptIndexError

from searcher.codec.checksums import FileFacts
from searcher.codec.core import native_core
from searcher.codec.damage import file_damaged
from searcher.codec.generations import groups_name
from searcher.copies.grouping import Groups, Link
from searcher.copies.verification import Agreement, Kind

if TYPE_CHECKING:
    from searcher.codec.manifest import Manifest
    from searcher.codec.storage import DurableStorage

__all__ = [
    "NO_LEAD",
    "StoredGroups",
    "encode_groups",
    "join_groups",
    "little_endian",
    "numbers_in",
    "read_groups",
    "write_groups",
]

NO_LEAD = (1 << 32) - 1
_MARK = b"SRCHGRPS"
_VERSION = 2
_OTHER_RULES = 1  # by which identical texts could be in two groups
_HEAD = struct.Struct("<8sIIII")
_LINK = struct.Struct("<IIBB9H")
# Of a link, as it lies there: its kind, whether texts were compared, and of what was counted the
# words of the shorter, and those that are the same and near.
_COVER = struct.Struct("<8xBBH2xHH")
_KINDS = (Kind.COPY, Kind.VERSION)
_MOST_BYTES = 1 << 33


class StoredGroups:
    """The groups of a commit; numbers go through all its segments.

    Raises:
        CorruptIndexError: it is not of these segments, or no such file.
    """

    def __init__(self, data: bytes, counts: Sequence[int], name: str = "groups") -> None:
        if len(data) < _HEAD.size:
            raise CorruptIndexError(f"{name} is cut")
        mark, version, segments, documents, links = _HEAD.unpack_from(data)
        start = _HEAD.size + 4 * segments
        leads = start + 4 * documents
        is_known = mark == _MARK and version in (_OTHER_RULES, _VERSION)
        if not is_known or leads + _LINK.size * links != len(data):
            raise CorruptIndexError(f"{name} has not the size that it should")
        of_segments = list(numbers_in(data[_HEAD.size : start]))
        if of_segments != list(counts) or sum(counts) != documents:
            raise CorruptIndexError(f"{name} is not of these segments")
        self.name = name
        # Else changes cannot be worked into it.
        self.is_current = version == _VERSION
        self.leads = numbers_in(data[start:leads])
        self._links = data[leads:]
        self._count = links
        self.bases = [sum(counts[:place]) for place in range(len(counts))]
        self.verify()

    @property
    def lead_bytes(self) -> bytes:
        """The leads as they lie in the file."""
        return little_endian(self.leads)

    @property
    def link_bytes(self) -> bytes:
        """The links as they lie in the file."""
        return self._links

    def links_of(self, document: int) -> list[Link]:
        """What a document is to leads.

        Cost: the first time, to copy the documents of all links.
        """
        documents = self._documents
        place = bisect_left(documents, document)
        found = []
        while place < self._count and documents[place] == document:
            found.append(self._link(place))
            place += 1
        return found

    def cover_of(self, document: int) -> float:
        """How much of the shorter of a document and the lead of its text the other has; 1 if it
        leads.

        Cost: as `links_of`, and less.
        """
        documents = self._documents
        place = bisect_left(documents, document)
        while place < self._count and documents[place] == document:
            start = place * _LINK.size
            kind, compared, shorter, same, near = _COVER.unpack_from(self._links, start)
            if _KINDS[kind] is Kind.COPY:
                return (same + near) / shorter if compared else 1.0
            place += 1
        return 1.0

    @cached_property
    def _documents(self) -> array[int]:
        """The documents of all links, ascending."""
        return numbers_in(self._links)[:: _LINK.size // 4]

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        """The documents of each lead that leads more than itself."""
        members: dict[int, list[int]] = {}
        for number, lead in enumerate(self.leads):
            if lead not in (number, NO_LEAD):
                members.setdefault(lead, [lead]).append(number)
        return members

    def members_of(self, lead: int) -> list[int]:
        """All documents that `lead` leads, itself among them, ascending.

        Cost: the first time, to go through the leads of all documents.
        """
        return sorted(self._members.get(lead, (lead,)))

    @cached_property
    def _versions(self) -> dict[int, list[tuple[int, Link]]]:
        versions: dict[int, list[tuple[int, Link]]] = {}
        for number, link in self.all_links():
            if link.kind == Kind.VERSION:
                versions.setdefault(link.lead, []).append((number, link))
        return versions

    def versions_of(self, lead: int) -> list[tuple[int, Link]]:
        """The documents that are versions of `lead`, ascending, each with what it is to it.

        Cost: the first time, to go through all links.
        """
        return list(self._versions.get(lead, ()))

    def all_links(self) -> Iterator[tuple[int, Link]]:
        """Every link, with the document that has it."""
        for place in range(self._count):
            yield self._document(place), self._link(place)

    def as_groups(self) -> Groups:
        """All of it, to be changed."""
        leads = {n: lead for n, lead in enumerate(self.leads) if lead != NO_LEAD}
        links: dict[int, list[Link]] = {number: [] for number in leads}
        for place in range(self._count):
            links[self._document(place)].append(self._link(place))
        return Groups(leads, links)

    def verify(self) -> None:
        """Read all of it, as opening does.

        Raises:
            CorruptIndexError: a lead is none, or a link is of nothing.
        """
        leads = self.leads
        core = native_core()
        if core is not None:
            try:
                core.verify_groups(self.lead_bytes, self._links)
            except ValueError as error:
                raise CorruptIndexError(f"{self.name}: {error}") from None
            return
        for lead in leads:
            if lead != NO_LEAD and (lead >= len(leads) or leads[lead] != lead):
                raise CorruptIndexError(f"{self.name}: a lead does not lead")
        for place in range(self._count):
            document, lead = self._document(place), self._link(place).lead
            if max(document, lead) >= len(leads) or NO_LEAD in (leads[document], leads[lead]):
                raise CorruptIndexError(f"{self.name}: a link is of an article that is not there")

    def _document(self, place: int) -> int:
        start = place * _LINK.size
        return int.from_bytes(self._links[start : start + 4], "little")

    def _link(self, place: int) -> Link:
        _, lead, kind, compared, *counted = _LINK.unpack_from(self._links, place * _LINK.size)
        if kind >= len(_KINDS):
            raise CorruptIndexError(f"{self.name}: a link is of no known kind")
        return Link(lead, _KINDS[kind], Agreement(*counted) if compared else None)


def encode_groups(groups: Groups, counts: Sequence[int]) -> bytes:
    """The file, of groups whose numbers go through segments with so many documents."""
    leads = array("I", [NO_LEAD]) * sum(counts)
    for number, lead in groups.leads.items():
        leads[number] = lead
    links = [
        _LINK.pack(
            *(number, link.lead, _KINDS.index(link.kind), link.agreement is not None),
            *(link.agreement or (0,) * len(Agreement._fields)),
        )
        for number in sorted(groups.links)
        for link in sorted(groups.links[number], key=lambda link: link.lead)
    ]
    return join_groups(little_endian(leads), b"".join(links), counts)


def join_groups(leads: bytes, links: bytes, counts: Sequence[int]) -> bytes:
    """The file, of leads and links as they lie there."""
    documents, of_links = len(leads) // 4, len(links) // _LINK.size
    head = _HEAD.pack(_MARK, _VERSION, len(counts), documents, of_links)
    return b"".join((head, little_endian(array("I", counts)), leads, links))


def write_groups(storage: DurableStorage, generation: int, data: bytes) -> FileFacts:
    """Write the file of `generation`, durably; what the manifest is to say of it."""
    storage.write_whole(groups_name(generation), data)
    return FileFacts(len(data), zlib.crc32(data))


def read_groups(storage: DurableStorage, manifest: Manifest) -> StoredGroups | None:
    """The groups of the commit `manifest`; None if it has none.

    Raises:
        IndexDamagedError: the file is not what was written.
        FileNotFoundError: it is gone, or a newer commit has removed it.
        OSError: it cannot be read.
    """
    if manifest.groups is None:
        return None
    name = groups_name(manifest.generation)
    data = storage.directory.read(name, _MOST_BYTES)
    if len(data) != manifest.groups.size or zlib.crc32(data) != manifest.groups.checksum:
        raise file_damaged(str(storage.folder), name, "is not what was written")
    return StoredGroups(data, [record.documents for record in manifest.segments], name)


def little_endian(column: array[int]) -> bytes:
    """The bytes of a column, the lowest of each number first."""
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()


def numbers_in(data: bytes) -> array[int]:
    """The numbers of 32 bits in the bytes of a column."""
    column: array[int] = array("I")
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column
