"""Which way do articles become segments?

Natively where the core is there, else the plain way; `building.py` says what both do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from whoosh.index import FileIndex

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.codec.native import native_core
from searcher.codec.storage import DurableStorage
from searcher.indexing.building import Commit, Means, Publish, SegmentBuilder
from searcher.indexing.inversion import Inversion, invert
from searcher.indexing.native_building import NativeBuilder, NativeCommit, as_they_are, rows_of
from searcher.indexing.segments import SegmentCommit

__all__ = ["WritingPath", "writing_path"]


@dataclass(frozen=True, slots=True)
class WritingPath:
    """One way to make segments.

    `cheap_digest`: digesting costs less than sending articles to another process.
    """

    name: str
    digest: Callable[[Iterable[Article], Analyzer], Any]
    pack: Callable[[Any], Any]
    builder: Callable[[DurableStorage, Analyzer, Means], SegmentBuilder]
    commit: Callable[[FileIndex, Publish], Commit]
    cheap_digest: bool


def writing_path(name: str | None = None) -> WritingPath:
    """The path `name`, "plain" or "native"; by default the native one if the core is there.

    Raises:
        SearcherError: the core is required and cannot be had.
    """
    if name is None:
        name = "plain" if native_core() is None else "native"
    if name == "native":
        return WritingPath(
            name,
            digest=as_they_are,
            pack=rows_of,
            builder=NativeBuilder,
            commit=NativeCommit,
            cheap_digest=True,
        )
    return WritingPath(
        name,
        digest=invert,
        pack=lambda batch: batch,
        builder=lambda storage, analyzer, means: Inversion(),
        commit=SegmentCommit,
        cheap_digest=False,
    )
