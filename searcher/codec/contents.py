"""What does stock Whoosh find in an index directory?

Its table of contents, `_MAIN_N.toc`: the schema and the segments of a generation, pickled
by Whoosh's own class.  It is written after every commit so that `whoosh.index.open_dir`
opens the index, and Searcher never reads it; `ManifestIndex` is what Whoosh's writers get
in its place, made from the manifest.

Behind the pickle, where Whoosh does not look, stand the checksum of the manifest that it
belongs to and one of the whole file, for `check`.
"""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex

from searcher.analysis import Analyzer
from searcher.codec.generations import INDEX_NAME, contents_name
from searcher.codec.manifest import Manifest, read_file
from searcher.codec.segment_records import segment_of
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexDamagedError
from searcher.scoring import Scoring

__all__ = ["ManifestIndex", "check_contents", "publish_contents"]

_SEAL = b"\nsearcher manifest %08x, this "
# A name and a size for each segment; those that commits keep are few.
_MOST_BYTES = 16 << 20
_SEALED = re.compile(rb"(.*\nsearcher manifest ([0-9a-f]{8}), this )([0-9a-f]{8})\n", re.DOTALL)


class ManifestIndex(FileIndex):  # type: ignore[misc]  # Whoosh's class is untyped
    """An index as Whoosh's writers see it, whose segments are those of `manifest`."""

    def __init__(self, storage: DurableStorage, schema: Any, manifest: Manifest) -> None:
        # Not the constructor of FileIndex: all it does besides is to read the pickle.
        self.storage = storage
        self._schema = schema
        self.indexname = INDEX_NAME
        self._manifest = manifest

    @property
    def analyzer(self) -> Analyzer:
        """What makes terms here."""
        return self._manifest.analyzer

    @property
    def scoring(self) -> Scoring:
        """The constants that are ranked with here."""
        return self._manifest.scoring

    def segments(self) -> list[Any]:
        """The segments as Whoosh's writers work with them: new objects each time."""
        return list(self._read_toc().segments)

    def _read_toc(self) -> TOC:
        return _contents_of(self._manifest, self._schema)

    def latest_generation(self) -> int:
        return self._manifest.generation


def _contents_of(manifest: Manifest, schema: Any) -> TOC:
    return TOC(
        schema,
        [segment_of(record, manifest.values) for record in manifest.segments],
        manifest.generation,
    )


class _MemoryFile:
    """What Whoosh's table of contents asks of a storage, to write one file in memory."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()

    def create_file(self, name: str) -> StructFile:
        return StructFile(self._buffer, name=name, onclose=self._keep)

    def _keep(self, file: StructFile) -> None:
        self.data = self._buffer.getvalue()

    def rename_file(self, old: str, new: str, safe: bool = False) -> None: ...


def publish_contents(storage: DurableStorage, schema: Any, manifest: Manifest) -> None:
    """Write the table of contents that belongs to `manifest`, which is published.

    Raises:
        OSError: it cannot be written.
    """
    memory = _MemoryFile()
    _contents_of(manifest, schema).write(memory, INDEX_NAME)
    before = memory.data + _SEAL % manifest.checksum
    data = before + b"%08x\n" % zlib.crc32(before)
    storage.publish(contents_name(manifest.generation), data)


def check_contents(directory: str, manifest: Manifest) -> None:
    """Compare the table of contents with its checksum, and with the manifest.

    Raises:
        IndexDamagedError: it is not what was written.
        FileNotFoundError: there is none, as after a process was killed right after its
            commit; the next writer makes it.
    """
    name = contents_name(manifest.generation)
    found = _SEALED.fullmatch(read_file(directory, name, most_bytes=_MOST_BYTES))
    if (
        found is None
        or int(found[2], 16) != manifest.checksum
        or int(found[3], 16) != zlib.crc32(found[1])
    ):
        raise IndexDamagedError(
            directory,
            f"{name} is damaged",
            hint="Searcher does not read it; the next commit writes another",
        )
