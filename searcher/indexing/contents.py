"""How is Whoosh's table of contents written and read, so that no wrong byte passes?

The table of contents (`_MAIN_N.toc`) holds the schema and the segments of one
generation, with the numbers of their deleted documents, as pickles and without a
checksum.  It is rendered here in memory first, so that the manifest, which is written
before it, can hold its checksum; the rename of the file is the commit.  Whoosh's own
class does the rendering and the parsing.
"""

from __future__ import annotations

import io
import time
from typing import Any

from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from searcher.codec.storage import DurableStorage, ForeignSegmentError, TrustedStructFile
from searcher.errors import IndexStateError
from searcher.indexing.manifest import INDEX_NAME, Manifest, check

__all__ = ["contents_name", "publish_contents", "read_contents", "render_contents"]


def contents_name(generation: int) -> str:
    """The name of the table of contents of `generation`."""
    return f"_{INDEX_NAME}_{generation}.toc"


class _MemoryFile:
    """What Whoosh's table of contents asks of a storage, for one file in memory."""

    def __init__(self, data: bytes = b"") -> None:
        self._buffer = io.BytesIO(data)

    def create_file(self, name: str) -> StructFile:
        return StructFile(self._buffer, name=name, onclose=self._keep)

    def _keep(self, file: StructFile) -> None:
        self.data = self._buffer.getvalue()

    def rename_file(self, old: str, new: str, safe: bool = False) -> None: ...

    def open_file(self, name: str) -> TrustedStructFile:
        return TrustedStructFile(self._buffer, name=name)


def render_contents(schema: Any, segments: list[Any], generation: int) -> bytes:
    """The table of contents as bytes."""
    memory = _MemoryFile()
    TOC(schema, segments, generation).write(memory, INDEX_NAME)
    return memory.data


def publish_contents(storage: DurableStorage, generation: int, data: bytes) -> None:
    """Make `data` the table of contents of the index: this is the commit."""
    name = contents_name(generation)
    temporary = f"{name}.{time.time()}"
    file = storage.create_file(temporary)
    file.write(data)
    file.close()
    storage.rename_file(temporary, name, safe=True)


def read_contents(storage: DurableStorage, manifest: Manifest, schema: Any) -> TOC:
    """Read the table of contents of the generation of `manifest`.

    Raises:
        IndexDamagedError: it is not the one that the manifest was written with.
        IndexStateError: Whoosh's own writer made one of the segments in its own format.
        FileNotFoundError: it is gone.
    """
    name = contents_name(manifest.generation)
    data = storage.read_whole(name)
    check(str(storage.folder), name, data, manifest.contents)
    try:
        return TOC.read(_MemoryFile(data), INDEX_NAME, gen=manifest.generation, schema=schema)
    except ForeignSegmentError as error:
        raise IndexStateError(
            str(storage.folder),
            f"holds a segment that Whoosh wrote with its own codec ({error}); Searcher does not "
            "read those, whose postings are pickles",
            hint="have Whoosh write with writer(codec=searcher.codec.native_codec.NativeCodec())",
        ) from error
