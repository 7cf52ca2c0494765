"""Where in one segment lies what a writer asks for: an id, a file, the digest of an article?

A segment that is being deleted from is looked at with its deletions of this moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from searcher.article import Article
from searcher.codec.damage import damage_reported
from searcher.codec.schema import article_of
from searcher.codec.segments import OpenSegment, open_segment
from searcher.codec.storage import DurableStorage

__all__ = ["SegmentLookup"]


class SegmentLookup:
    """Where an identity or a file is found in one existing segment."""

    def __init__(self, storage: DurableStorage, segment: Any) -> None:
        self.segment = segment
        self._directory = str(storage.folder)
        self._open: OpenSegment = open_segment(storage, segment)
        self._digests: Any = None

    def find(self, field: str, value: str) -> list[int]:
        """The live documents whose `field` is `value`."""
        with damage_reported(self._directory):
            found = self._open.documents_of(field, value.encode("utf-8", "backslashreplace"))
        return [number for number in found if not self.segment.is_deleted(number)]

    def digest(self, number: int) -> int:
        with damage_reported(self._directory):
            if self._digests is None:
                self._digests = self._open.digests()
            return int(self._digests[number])

    def live_terms(self, field: str, prefix: str) -> list[str]:
        """The values of `field` that begin with `prefix` and a live document has."""
        with damage_reported(self._directory):
            terms = list(self._open.field_terms(field, prefix.encode("utf-8")))
        values = (term.decode("utf-8") for term in terms)
        return [value for value in values if self.find(field, value)]

    def id_of(self, number: int) -> str:
        with damage_reported(self._directory):
            return self._open.id(number)

    def path_of(self, number: int) -> str | None:
        with damage_reported(self._directory):
            path = self._open.stored(number).get("path")
            return None if path is None else str(path)

    def ids_with_metadata(self, names: Sequence[str]) -> list[str]:
        """The live articles that have one of `names` in their metadata.  Cost: reads all."""
        found = []
        with damage_reported(self._directory):
            for number in range(self._open.count):
                if not self.segment.is_deleted(number):
                    stored = self._open.stored(number)
                    if not stored.get("metadata", {}).keys().isdisjoint(names):
                        found.append(str(stored["id"]))
        return found

    def article(self, number: int) -> Article:
        with damage_reported(self._directory):
            return article_of(self._open.stored(number))

    def close(self) -> None:
        self._open.close()
