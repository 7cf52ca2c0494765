"""Which articles are copies, now that a commit has these segments?

`Grouper.group` is called when all segments of a commit are on disk and before its manifest is.
It writes beside each segment that has none yet what copies are found by (`codec/texts.py`), and
then the groups of all live articles (`codec/groups.py`).  Groups follow from the articles alone:
what the last commit had is taken as it was, and what came and went since is worked into it, or
all articles are looked at anew; what comes out is the same.

What has a status (withheld, older versions) has no text here, and is nobody's copy.

The core does it where it is (`native_copies.py`), else Python (`plain_copies.py`); both do what
`copies/` says.  Not done without the core: more than `MOST_AT_ONCE` articles in one commit,
because Python takes some milliseconds for each.  The commit then has no groups, and neither have
the next, until somebody asks for them (`searcher groups --rebuild`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from searcher.analysis import Analyzer
from searcher.codec.checksums import FileFacts
from searcher.codec.core import native_core
from searcher.codec.damage import unreadable_reported
from searcher.codec.groups import read_groups, write_groups
from searcher.codec.manifest import GROUPING_NONE, GROUPING_ON, Manifest
from searcher.codec.segment_records import segment_of
from searcher.codec.storage import DurableStorage
from searcher.codec.texts import EXTENSION, texts_name
from searcher.copies.verification import Rules
from searcher.errors import IndexDamagedError
from searcher.indexing.native_copies import NativeGrouping
from searcher.indexing.plain_copies import PlainGrouping

__all__ = ["MOST_AT_ONCE", "Grouper"]

MOST_AT_ONCE = 5_000


class Grouper:
    """What makes the groups of one index; see the head of the file."""

    def __init__(self, storage: DurableStorage, analyzer: Analyzer, rules: Rules) -> None:
        self._storage = storage
        self._analyzer = analyzer
        self._rules = rules

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
        there = self._there(before, afresh=afresh)
        with unreadable_reported(str(self._storage.folder)):
            stored = None if afresh else read_groups(self._storage, before)
        past = None
        if stored is not None and stored.is_current:
            past = [segment_of(record, before.values) for record in before.segments], stored
        data: bytes | None
        if native_core() is not None:
            native = NativeGrouping(self._storage, self._analyzer, self._rules)
            data = native.group(segments, there, past)
        else:
            plain = PlainGrouping(self._storage, self._analyzer, self._rules)
            most = None if afresh else MOST_AT_ONCE
            data = plain.group(segments, there, past, most_new=most)
        if data is None:
            return GROUPING_NONE, None
        return GROUPING_ON, write_groups(self._storage, generation, data)

    def _there(self, before: Manifest, *, afresh: bool) -> set[str]:
        """The files beside segments that can be believed: those of the last commit, where all
        is made anew only if they are sound, and those that were written since."""
        known = {texts_name(record.name) for record in before.segments}
        written = {n for n in self._storage.list() if n.endswith(EXTENSION) and n not in known}
        return written | (self._sound(before.files) if afresh else set(before.files))

    def _sound(self, files: Iterable[str]) -> set[str]:
        found = set()
        for name in files:
            if name.endswith(EXTENSION):
                with suppress(IndexDamagedError, OSError):
                    self._storage.compare(name)
                    found.add(name)
        return found
