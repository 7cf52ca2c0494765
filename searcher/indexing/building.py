"""What do the two ways to make a segment have in common?

One is plain, inverting in worker processes and writing through Whoosh's classes
(`inversion.py`, `segments.py`), the other native, in the extension module's own threads
(`native_building.py`).  This file is all that the writer, the workers and `sync` know of
them; `segment_kinds.py` chooses.

    articles --digest--> payload --receive--> batch --add--> builder --commit--> segment

`digest` (`SegmentKind`) runs in a worker process where there are any, and a payload, after
`pack`, is what travels back to the parent; the rest happens in the parent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from searcher.article import Article

__all__ = [
    "ArticleKey",
    "Batch",
    "Commit",
    "Publish",
    "Resources",
    "SegmentBuilder",
    "usable_cores",
]

# Makes the segments of a generation the index; see `IndexWriter`.
Publish = Callable[[int, list[Any]], None]


class ArticleKey(Protocol):
    """What the writer must know of an article to tell whether to add it."""

    @property
    def id(self) -> str: ...

    @property
    def path(self) -> str | None: ...

    @property
    def digest(self) -> int:
        """64 bits of a hash of all that the article says."""


class Resources(NamedTuple):
    """What making a segment may take.

    `threads` are those of the native core, the caller's among them; `memory_bytes` are for
    the articles that are held and for writing them.
    """

    threads: int
    memory_bytes: int

    @property
    def held_bytes(self) -> int:
        """What the articles may take: a quarter of the memory is left for writing them."""
        return self.memory_bytes * 3 // 4


def usable_cores() -> int:
    """The cores that this process may run on, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Batch(Protocol):
    """Some articles, ready to be added to a builder."""

    @property
    def keys(self) -> Sequence[ArticleKey]:
        """What there is to know of each article, in order."""

    @property
    def text_bytes(self) -> int:
        """How much they say, to show progress by."""

    @property
    def without_text(self) -> int:
        """How many have no word in their body."""

    def article(self, number: int) -> Article:
        """One of them, as it was handed over; until the batch is added."""


class SegmentBuilder(Protocol):
    """Articles in memory, on the way to one segment."""

    @property
    def size_bytes(self) -> int:
        """The memory that they take."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""

    def receive(self, payload: Any) -> Batch:
        """Make a batch of what `SegmentKind.digest` made."""

    def add_new(self, payload: Any) -> bool:
        """Add all articles of `payload` as if received, with no thought for other segments;
        False if that is not offered, and nothing was done."""

    def add(self, batch: Any, keep: list[bool]) -> None:
        """Add the articles of `batch` that `keep` marks.  A later one with the same id
        supersedes an earlier one."""

    def remove(self, id: str) -> bool:
        """Forget the article `id`; False if it is not here."""

    def discard(self) -> None:
        """Drop everything, files too."""


class Commit(Protocol):
    """One commit.  The caller holds the write lock, marks documents of `segments` as
    deleted, and calls `write` once."""

    segments: list[Any]
    generation: int

    def write(self, builder: Any, *, merge_all: bool = False) -> None:
        """Write what `builder` holds as a segment, merge, and publish.

        Arguments:
            merge_all: make one segment of all, instead of what the policy chooses.
        """
