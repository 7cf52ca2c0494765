"""What do the readers raise on bytes that are not what was written?

Whoosh and the standard library raise a dozen kinds of error on a broken file, from
`struct.error` to `MemoryError`.  `damage_reported` turns them into one,
`IndexDamagedError`.  It belongs around the reading of files and nothing else: around
our own code it would report our bugs as damage.
"""

from __future__ import annotations

import pickle
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from whoosh.filedb.filetables import FileFormatError
from whoosh.index import IndexError as WhooshIndexError
from whoosh.reading import CorruptIndexError

from searcher.errors import IndexDamagedError, SearcherError

__all__ = ["REBUILD", "damage_reported"]

REBUILD = "delete the directory and index again"
_DAMAGE = (
    CorruptIndexError,
    FileFormatError,
    WhooshIndexError,
    pickle.UnpicklingError,
    struct.error,
    zlib.error,
    EOFError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    OverflowError,
    TypeError,
    ValueError,
)


@contextmanager
def damage_reported(directory: str) -> Iterator[None]:
    """Turn what broken files in `directory` make the readers raise into one error.

    Raises:
        IndexDamagedError: in place of any of them; `SearcherError`s pass.
    """
    try:
        yield
    except SearcherError:
        raise
    except _core_damage() as error:  # it names the file and the section of it
        raise IndexDamagedError(directory, str(error), hint=REBUILD) from error
    except _DAMAGE as error:
        raise IndexDamagedError(
            directory, f"the index is damaged ({type(error).__name__}: {error})", hint=REBUILD
        ) from error


def _core_damage() -> tuple[type[Exception], ...]:
    """What the native core raises, if it is loaded."""
    error = getattr(sys.modules.get("searcher.codec._native"), "DamagedError", None)
    return () if error is None else (error,)
