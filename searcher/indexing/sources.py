"""Which files were read into an index, and as what?

`sources-N.json` holds for each generation the files that were read, their sizes and times,
so that `sync.py` skips the unchanged.  Its checksum stands in the manifest.
"""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass

from searcher.codec.damage import REBUILD
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexDamagedError
from searcher.indexing.manifest import Manifest, as_json, check, parsed, read_file, write_file

__all__ = ["Source", "read_sources", "write_sources"]


@dataclass(slots=True)
class Source:
    """One file as it was when it was read.

    `shadows` are other files that hold an article which this file, read later, has
    replaced; they are read again when this one goes.
    """

    size: int
    modified_ns: int
    shadows: tuple[str, ...] = ()


def write_sources(storage: DurableStorage, generation: int, sources: dict[str, Source]) -> int:
    """Write `sources` for `generation`; return the checksum for the manifest."""
    data = as_json(
        {
            path: [source.size, source.modified_ns, *source.shadows]
            for path, source in sources.items()
        }
    )
    write_file(storage, f"sources-{generation}.json", data)
    return zlib.crc32(data)


def read_sources(directory: str, manifest: Manifest) -> dict[str, Source]:
    """The files that were read into the generation of `manifest`; empty if none were.

    Raises:
        IndexDamagedError: the list cannot be read.
        FileNotFoundError: it is gone (a newer commit removed it, or damage).
    """
    name = f"sources-{manifest.generation}.json"
    if manifest.sources is None and not os.path.exists(os.path.join(directory, name)):
        return {}
    data = read_file(directory, name)
    check(directory, name, data, manifest.sources)
    value = parsed(directory, name, data)
    try:
        return {
            path: Source(int(row[0]), int(row[1]), tuple(map(str, row[2:])))
            for path, row in value.items()
        }
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise IndexDamagedError(directory, f"{name} is damaged: {error!r}", hint=REBUILD) from error
