"""Which articles of a commit are about one event, in a file?

`stories-N.bin` is made anew at each commit where stories are kept, of what `copies/stories.py`
makes of all texts; its size and checksum stand in the manifest.  Documents are numbered as in
`groups.py`.  Whole numbers, little-endian:

    8 bytes             the mark
    4, 4, 4 bytes       version, segments, documents
    4 bytes a segment   its documents
    4 bytes a document  the lead of the first text of its story; 2^32 - 1 if it is in no group
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import compress
from operator import eq
from typing import TYPE_CHECKING

from whoosh.reading import CorruptIndexError

from searcher.codec.checksums import FileFacts
from searcher.codec.damage import file_damaged
from searcher.codec.generations import stories_name
from searcher.codec.groups import NO_LEAD, StoredGroups, little_endian, numbers_in

if TYPE_CHECKING:
    from searcher.codec.manifest import Manifest
    from searcher.codec.storage import DurableStorage

__all__ = ["StoredStories", "encode_stories", "read_stories", "write_stories"]

_MARK = b"SRCHSTRY"
_VERSION = 1
_HEAD = struct.Struct("<8sIII")
_MOST_BYTES = 1 << 33


class StoredStories:
    """The stories of a commit; `firsts` has of each document what the file has.

    Raises:
        CorruptIndexError: it is not of these segments, or no such file.
    """

    def __init__(self, data: bytes, counts: Sequence[int], name: str = "stories") -> None:
        if len(data) < _HEAD.size:
            raise CorruptIndexError(f"{name} is cut")
        mark, version, segments, documents = _HEAD.unpack_from(data)
        start = _HEAD.size + 4 * segments
        if mark != _MARK or version != _VERSION or start + 4 * documents != len(data):
            raise CorruptIndexError(f"{name} has not the size that it should")
        if list(numbers_in(data[_HEAD.size : start])) != list(counts) or sum(counts) != documents:
            raise CorruptIndexError(f"{name} is not of these segments")
        self.name = name
        self.firsts = firsts = numbers_in(data[start:])
        count = len(firsts)
        if not all(n == NO_LEAD or (n < count and firsts[n] == n) for n in set(firsts)):
            raise CorruptIndexError(f"{name}: a story begins with no text")
        self._sizes: tuple[Counter[int], Counter[int]] | None = None

    def size_of(self, first: int, groups: StoredGroups) -> tuple[int, int]:
        """How many texts and how many articles the story has that begins with `first`.

        Cost: the first time, to go through all documents.
        """
        if self._sizes is None:
            leads = map(eq, groups.leads, range(len(groups.leads)))
            self._sizes = Counter(compress(self.firsts, leads)), Counter(self.firsts)
        texts, articles = self._sizes
        return texts[first], articles[first]

    def verify(self, groups: StoredGroups) -> None:
        """Compare all of it with the groups of its commit.

        Raises:
            CorruptIndexError: a story begins with no text, or parts the articles of a text.
        """
        firsts, leads = self.firsts, groups.leads
        for number, (first, lead) in enumerate(zip(firsts, leads, strict=True)):
            if lead == NO_LEAD or first == NO_LEAD:
                if first != lead:
                    raise CorruptIndexError(f"{self.name}: article {number} is in no text")
            elif first >= len(leads) or leads[first] != first or firsts[first] != first:
                raise CorruptIndexError(f"{self.name}: a story begins with no text")
            elif firsts[lead] != first:
                raise CorruptIndexError(f"{self.name}: the articles of a text are in two stories")


def encode_stories(firsts: array[int], counts: Sequence[int]) -> bytes:
    """The file, of documents that are numbered through segments with so many."""
    head = _HEAD.pack(_MARK, _VERSION, len(counts), len(firsts))
    return b"".join((head, little_endian(array("I", counts)), little_endian(firsts)))


def write_stories(
    storage: DurableStorage, generation: int, firsts: array[int], counts: Sequence[int]
) -> FileFacts:
    """Write the file of `generation`, durably; what the manifest is to say of it."""
    data = encode_stories(firsts, counts)
    storage.write_whole(stories_name(generation), data)
    return FileFacts(len(data), zlib.crc32(data))


def read_stories(storage: DurableStorage, manifest: Manifest) -> StoredStories | None:
    """The stories of the commit `manifest`; None if it has none.

    Raises:
        IndexDamagedError: the file is not what was written.
        FileNotFoundError: it is gone, or a newer commit has removed it.
        OSError: it cannot be read.
    """
    if manifest.stories is None:
        return None
    name = stories_name(manifest.generation)
    data = storage.directory.read(name, _MOST_BYTES)
    if len(data) != manifest.stories.size or zlib.crc32(data) != manifest.stories.checksum:
        raise file_damaged(str(storage.folder), name, "is not what was written")
    return StoredStories(data, [record.documents for record in manifest.segments], name)
