"""Which kinds of segment are there, and which is made?

Native ones where the core is there, else plain ones; `building.py` says what both need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from searcher.analysis import Analyzer
from searcher.article import Article
from searcher.codec.contents import ManifestIndex
from searcher.codec.core import native_core
from searcher.codec.storage import DurableStorage
from searcher.fields import FieldTable
from searcher.indexing.building import Commit, Publish, Resources, SegmentBuilder
from searcher.indexing.inversion import Inversion, invert
from searcher.indexing.native_building import NativeBuilder, NativeCommit, as_they_are, rows_of
from searcher.indexing.plain_building import PlainCommit
from searcher.scoring import Scoring

__all__ = ["SegmentKind", "segment_kind"]


@dataclass(frozen=True, slots=True)
class SegmentKind:
    """One kind of segment, and how it is made.

    `cheap_digest`: digesting costs less than sending articles to another process.  The last
    argument of `builder` and `commit` is whether what copies are found by is to be written
    beside segments; if it is not, or the kind cannot, that is worked out later.
    `worker` is the module whose `main` digests in other processes.
    """

    name: str
    digest: Callable[[Iterable[Article], Analyzer, FieldTable], Any]
    pack: Callable[[Any], Any]
    builder: Callable[
        [DurableStorage, Analyzer, Resources, FieldTable, Scoring, bool], SegmentBuilder
    ]
    commit: Callable[[ManifestIndex, Publish, FieldTable, bool], Commit]
    cheap_digest: bool
    worker: str = "searcher.indexing.workers"


def segment_kind(name: str | None = None) -> SegmentKind:
    """The kind `name`, "plain" or "native"; by default the native one if the core is there.

    Raises:
        SearcherError: the core is required and cannot be had.
    """
    if name is None:
        name = "plain" if native_core() is None else "native"
    if name == "native":
        return SegmentKind(
            name,
            digest=as_they_are,
            pack=rows_of,
            builder=NativeBuilder,
            commit=NativeCommit,
            cheap_digest=True,
        )
    return SegmentKind(
        name,
        digest=invert,
        pack=lambda batch: batch,
        builder=lambda *parts: Inversion(),
        commit=lambda index, publish, fields, with_texts: PlainCommit(index, publish, fields),
        cheap_digest=False,
    )
