"""What do the readers raise on bytes that are not what was written?

Whoosh and the standard library raise a dozen kinds of error on a broken file, from
`struct.error` to `RecursionError`.  `damage_reported` turns them into one,
`IndexDamagedError`.  It belongs around the reading of files and nothing else: around
our own code it would report our bugs as damage.

A file that cannot be *read* is another matter.  Permissions, a failing disk, too many open
files or no memory may all be gone tomorrow, and say nothing about what was written:
`cannot_be_read` makes an `IndexStateError` of those, which never advises to give up the
index.  Only a thing that has no business in an index (a link, a FIFO, a folder) is damage.
"""

from __future__ import annotations

import errno
import os
import pickle
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from whoosh.filedb.filetables import FileFormatError
from whoosh.index import IndexError as WhooshIndexError
from whoosh.reading import CorruptIndexError

from searcher.errors import IndexDamagedError, IndexStateError, SearcherError

__all__ = [
    "REBUILD",
    "cannot_be_read",
    "damage_reported",
    "file_damaged",
    "unreadable_reported",
]

REBUILD = (
    "no other file was touched, and `searcher check` names every damaged one; if there is no "
    "copy to put back, index the articles again into a new directory: "
    "searcher index PATH --index NEW"
)
_TRY_AGAIN = "the index itself was not touched; mend the cause and try again"
# What is opened and turns out to be no file of ours.
_FOREIGN_KINDS = (errno.ELOOP, errno.EISDIR, errno.EINVAL, errno.ENXIO, errno.EFBIG)
_DAMAGE = (
    CorruptIndexError,
    FileFormatError,
    WhooshIndexError,
    pickle.UnpicklingError,
    struct.error,
    zlib.error,
    ArithmeticError,
    EOFError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def damage_reported(directory: str) -> AbstractContextManager[None]:
    """Turn what broken files in `directory` make the readers raise into one error.

    Raises:
        IndexDamagedError: instead of any of them; `SearcherError`s and `OSError`s pass.
        IndexStateError: there is not the memory to read it.
    """
    return _Reporting(directory)


class _Reporting:
    """It is around every look at a file: a generator would cost several times as much."""

    __slots__ = ("_directory",)

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is None or isinstance(error, SearcherError):
            return
        directory = self._directory
        if isinstance(error, _core_damage()):  # it names the file and the section of it
            raise IndexDamagedError(directory, str(error), hint=REBUILD) from error
        if isinstance(error, _DAMAGE):
            raise IndexDamagedError(
                directory, f"the index is damaged ({type(error).__name__}: {error})", hint=REBUILD
            ) from error
        if isinstance(error, MemoryError):
            raise IndexStateError(
                directory, "cannot be read in the memory that there is", hint=_TRY_AGAIN
            ) from error


@contextmanager
def unreadable_reported(directory: str) -> Iterator[None]:
    """Around the reading of files that nobody removes meanwhile: what cannot be read is an
    error that names it.

    Raises:
        IndexDamagedError: a file is missing.
        IndexStateError: a file cannot be read.
    """
    try:
        yield
    except FileNotFoundError as error:
        name = os.path.basename(os.fsdecode(error.filename or "a file"))
        raise file_damaged(directory, name, "is missing") from error
    except OSError as error:
        raise cannot_be_read(directory, error) from error


def cannot_be_read(directory: str, error: OSError) -> IndexStateError:
    """The error that says that a file in `directory`, or itself, could not be read."""
    name = _name_of(directory, error)
    reason = error.strerror or str(error)
    if error.errno in _FOREIGN_KINDS:
        return IndexDamagedError(
            directory, f"{name or 'it'} cannot be read: {reason}", hint=REBUILD
        )
    said = f"{name} cannot be read: {reason}" if name else f"cannot be read: {reason}"
    return IndexStateError(directory, said, hint=_TRY_AGAIN)


def file_damaged(directory: str, name: str, reason: str = "is damaged") -> IndexDamagedError:
    """The error that says that the file `name` in `directory` is not what was written."""
    return IndexDamagedError(directory, f"{name} {reason}", hint=REBUILD)


def _name_of(directory: str, error: OSError) -> str | None:
    if not isinstance(error.filename, str | bytes | os.PathLike):
        return None
    path = os.fsdecode(error.filename)
    return None if path in (directory, ".") else os.path.basename(path)


def _core_damage() -> tuple[type[Exception], ...]:
    """What the native core raises, if it is loaded."""
    error = getattr(sys.modules.get("searcher.codec._native"), "DamagedError", None)
    return () if error is None else (error,)
