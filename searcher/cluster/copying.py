"""How does an archive move between an index directory and a cluster, and is it all there?

`copy_archive` reads every article, those that no search shows too (older versions, withheld
ones), writes it into the other archive, takes the list of files that were read along, so
that the next run of `index` reads none of them again, and then reads both sides once more: the
articles are counted and hashed, with all that they say.  A copy that was broken off is
completed by running it again; articles of the target that the source has not are a difference,
and stay.

What is not copied is what an index directory keeps beside articles: saved names, alerts, kept
weights, groups of copies (they are found anew), records of searches.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from searcher.article import Article
from searcher.cluster.file_list import FileList
from searcher.cluster.holding import ClusterArticles, indices_of
from searcher.cluster.mapping import digest
from searcher.codec.generations import latest_generation
from searcher.codec.manifest import read_manifest
from searcher.codec.schema import article_of
from searcher.codec.sources import Sources, read_sources
from searcher.codec.storage import DurableStorage
from searcher.fields import FieldTable

__all__ = ["ArchiveCopy", "copy_archive"]

# Names the status, so that what no search shows is found.
_EVERYTHING = "* OR has:status"
_PAGE = 500


class Archive(Protocol):
    """What is needed of an archive; `Archive` and `ClusterArchive` both have it."""

    path: str

    @property
    def fields(self) -> FieldTable: ...

    def scan(self, query: str) -> Any: ...

    def writer(self) -> AbstractContextManager[Any]: ...


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """What a copy did: articles and their hash on both sides, which are the same or are not."""

    source: str
    target: str
    articles: int
    target_articles: int
    hash: str
    target_hash: str
    files: int
    took_s: float

    @property
    def is_same(self) -> bool:
        """Whether both sides hold the same articles, and these say the same."""
        return (self.articles, self.hash) == (self.target_articles, self.target_hash)

    def to_dict(self) -> dict[str, Any]:
        """The copy as JSON values."""
        return {
            "source": self.source,
            "target": self.target,
            "same": self.is_same,
            "articles": self.articles,
            "target_articles": self.target_articles,
            "hash": self.hash,
            "target_hash": self.target_hash,
            "files": self.files,
            "took_s": round(self.took_s, 3),
        }


def copy_archive(
    source: Archive,
    target: Archive,
    *,
    on_progress: Callable[[int], None] = lambda articles: None,
) -> ArchiveCopy:
    """Copy all articles of `source` into `target`, and compare.

    Arguments:
        on_progress: called now and then with the number of articles that were handed over.

    Raises:
        IndexStateError: one of them cannot be read or written.
    """
    started = time.monotonic()
    with target.writer() as writer:
        for number, article in enumerate(_articles(source), 1):
            writer.add(article)
            if number % _PAGE == 0:
                on_progress(number)
        files = _copy_sources(source, writer)
    table = source.fields
    count, total = _hashed(source, table)
    target_count, target_total = _hashed(target, table)
    return ArchiveCopy(
        source.path,
        target.path,
        count,
        target_count,
        total,
        target_total,
        files,
        time.monotonic() - started,
    )


def _articles(archive: Archive) -> Iterator[Article]:
    """All articles, whatever their status."""
    transport = getattr(archive, "transport", None)
    if transport is None:
        with archive.scan(_EVERYTHING) as scan:
            for found in scan:
                yield found.article
        return
    held = ClusterArticles(transport, indices_of(transport)[0])
    held.refresh()
    for hit in held.walk({"match_all": {}}, {"_source": ["article"]}, page=_PAGE):
        yield article_of(hit["_source"]["article"])


def _hashed(archive: Archive, table: FieldTable) -> tuple[int, str]:
    """How many articles there are, and a hash of them all that no order changes."""
    count, total = 0, 0
    for article in _articles(archive):
        said = f"{article.id}\0{digest(article, table)}".encode("utf-8", "replace")
        total += int.from_bytes(hashlib.blake2b(said, digest_size=16).digest())
        count += 1
    return count, f"{total % (1 << 128):032x}"


def _copy_sources(source: Archive, writer: Any) -> int:
    """Add the files of `source` to those of the target's session; return how many."""
    known = _sources(source)
    session = writer._session
    merged: Sources = session.sources.copy()
    merged.files = {**known.files, **merged.files}
    merged.left_out = {**known.left_out, **merged.left_out}
    merged.roots = {**known.roots, **merged.roots}
    if not session.sources.files:
        merged.reader, merged.boilerplate = known.reader, known.boilerplate
    session.set_sources(merged)
    return len(known.files)


def _sources(archive: Archive) -> Sources:
    transport = getattr(archive, "transport", None)
    if transport is not None:
        held = ClusterArticles(transport, indices_of(transport)[0])
        return FileList(transport, lambda: 0).read(held)
    storage = DurableStorage(archive.path)
    try:
        generation = latest_generation(archive.path, storage)
        return read_sources(archive.path, read_manifest(storage, generation))
    finally:
        storage.release()
