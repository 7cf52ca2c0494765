"""What does the last commit hold, for the session that writes the next one?

By id and by file: is it there, with which content, from where.  The write lock keeps all
files in their place meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from searcher.article import Article, storable_path
from searcher.codec.damage import unreadable_reported
from searcher.codec.segment_lookup import SegmentLookup
from searcher.codec.storage import DurableStorage

__all__ = ["CommittedArticles"]


class CommittedArticles:
    """The articles of the segments that were opened last; none before.

    All methods raise `IndexStateError` if a file cannot be read, or is not what was written.
    """

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._lookups: list[SegmentLookup] = []

    def open(self, storage: DurableStorage, segments: Iterable[Any]) -> None:
        """Look into `segments` from here on."""
        self.close()
        for segment in segments:
            self._lookups.append(SegmentLookup(storage, segment))

    def close(self) -> None:
        """Close all files."""
        lookups, self._lookups = self._lookups, []
        for lookup in lookups:
            with suppress(OSError):  # it was only read from
                lookup.close()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever committed here."""
        return not self._lookups

    @property
    def is_optimal(self) -> bool:
        """Whether it is one segment, without anything deleted, or none."""
        segments = [lookup.segment for lookup in self._lookups]
        return len(segments) < 2 and not any(segment.deleted_count() for segment in segments)

    # -- by id

    def holds(self, id: str) -> bool:
        """Whether the article `id` is there."""
        with unreadable_reported(self._directory):
            return any(True for _ in self._found("id", id))

    def digest_of(self, id: str) -> int | None:
        """The hash of what the article `id` says; None if it is not there."""
        with unreadable_reported(self._directory):
            for lookup, number in self._found("id", id):
                return lookup.digest(number)
        return None

    def article(self, id: str) -> Article | None:
        """The article `id`; None if it is not there."""
        with unreadable_reported(self._directory):
            for lookup, number in self._found("id", id):
                return lookup.article(number)
        return None

    def file_of(self, id: str) -> str | None:
        """The file that the article `id` was read from."""
        with unreadable_reported(self._directory):
            for lookup, number in self._found("id", id):
                return lookup.path_of(number)
        return None

    def ids_beginning(self, beginning: str) -> list[str]:
        """The ids that begin so, in order."""
        return sorted(self._live_terms("id", storable_path(beginning)))

    def ids_with_metadata(self, names: Sequence[str]) -> list[str]:
        """The articles that have one of `names` in their metadata.  Cost: reads all."""
        with unreadable_reported(self._directory):
            return [id for lookup in self._lookups for id in lookup.ids_with_metadata(names)]

    def has_value(self, field: str, value: str) -> bool:
        """Whether any article has this value."""
        with unreadable_reported(self._directory):
            return any(True for _ in self._found(field, value))

    # -- by file

    def ids_of_file(self, path: str) -> set[str]:
        """The ids of the articles that were read from `path`."""
        return set(self.iter_ids_of_file(path))

    def iter_ids_of_file(self, path: str) -> Iterator[str]:
        """The same one by one, for files of a million articles."""
        with unreadable_reported(self._directory):
            for lookup, number in self._found("file", storable_path(path)):
                yield lookup.id_of(number)

    def files_within(self, path: str) -> set[str]:
        """The files that articles were read from: `path`, and those below it."""
        path = storable_path(path)
        below = path.rstrip(os.sep) + os.sep
        found = {path} if self.ids_of_file(path) else set()
        return found | self._live_terms("file", below)

    # -- deleting

    def delete_from(self, segments: Iterable[Any], ids: Iterable[str]) -> None:
        """Mark the articles `ids` as deleted in `segments`, which are those that are open."""
        lookups = {lookup.segment.segment_id(): lookup for lookup in self._lookups}
        with unreadable_reported(self._directory):
            for segment in segments:
                lookup = lookups[segment.segment_id()]
                for id in ids:
                    for number in lookup.find("id", id):
                        segment.delete_document(number)

    def _found(self, field: str, value: str) -> Iterator[tuple[SegmentLookup, int]]:
        for lookup in self._lookups:
            for number in lookup.find(field, value):
                yield lookup, number

    def _live_terms(self, field: str, prefix: str) -> set[str]:
        with unreadable_reported(self._directory):
            return {term for s in self._lookups for term in s.live_terms(field, prefix)}
