"""Which sets of names were saved with this archive?

A set is the spellings of a name that somebody looked through (`searcher names haftar --save
haftar`), and `@haftar` in a query stands for them.  Each set is a small file of JSON beside the
segments, `names-haftar.json`, which no commit touches: written under a name of its own, fsynced
and renamed, so that it is there whole or not at all, whoever else is writing.  Files are read as
what a stranger may have written.

What it does not do: keep older sets; whoever saves last has saved.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Sequence

from searcher.codec.damage import cannot_be_read, file_damaged
from searcher.codec.directory import Directory
from searcher.codec.manifest import as_json, parsed
from searcher.codec.storage import DurableStorage
from searcher.errors import NameSetError
from searcher.query.fields import FOREIGN_SEGMENTS

__all__ = [
    "MOST_SPELLINGS",
    "read_name_sets",
    "remove_name_set",
    "save_name_set",
    "set_files",
    "set_name",
]

FORMAT = 1
MOST_SPELLINGS = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FILE = re.compile(rf"names-({_NAME.pattern})\.json")
_MOST_BYTES = 1 << 16
_MOST_LETTERS = 100


def set_name(name: str) -> str:
    """`name` as sets are called.

    Raises:
        NameSetError: a set cannot be called so.
    """
    lower = name.lower()
    if not _NAME.fullmatch(lower) or lower[-1] == "-":
        raise NameSetError(name, "a set has a name of at most 40 letters a to z, digits, - and _")
    if lower in FOREIGN_SEGMENTS:
        raise NameSetError(name, "that is a field; choose another name")
    return lower


def set_files(names: Iterable[str]) -> dict[str, str]:
    """The files of sets among `names`, each with the name of its set, in order."""
    matches = map(_FILE.fullmatch, sorted(names))
    return {match[0]: match[1] for match in matches if match is not None}


def read_name_sets(path: str, *names: str) -> dict[str, tuple[str, ...]]:
    """The spellings of each set of the index in `path`, or of those of `names` that there are.

    Raises:
        IndexDamagedError: a file of one is not what was written.
        IndexStateError: it cannot be read.
    """
    found: dict[str, tuple[str, ...]] = {}
    try:
        with Directory(path) as directory:
            files = [f"names-{name}.json" for name in names] or directory.names()
            for file, name in set_files(files).items():
                with contextlib.suppress(FileNotFoundError):  # there is none, or not any more
                    found[name] = _spellings(path, file, directory.read(file, _MOST_BYTES))
    except OSError as error:
        raise cannot_be_read(path, error) from error
    return found


def _spellings(path: str, file: str, data: bytes) -> tuple[str, ...]:
    value = parsed(path, file, data)
    if type(value) is not dict or value.get("format") != FORMAT:
        raise file_damaged(path, file)
    spellings = value.get("spellings")
    if (
        type(spellings) is not list
        or not 0 < len(spellings) <= MOST_SPELLINGS
        or not all(type(s) is str and _is_spelling(s) for s in spellings)
    ):
        raise file_damaged(path, file)
    return tuple(spellings)


def _is_spelling(text: str) -> bool:
    return len(text) <= _MOST_LETTERS and any(map(str.isalnum, text)) and text.isprintable()


def save_name_set(path: str, name: str, spellings: Sequence[str]) -> None:
    """Save `spellings` as the set `name`, in the place of one that there is.

    Raises:
        NameSetError: it cannot be called so, or has no spellings, or too many, or one is none.
        IndexStateError: it cannot be written.
    """
    name = set_name(name)
    if not 0 < len(spellings) <= MOST_SPELLINGS:
        raise NameSetError(name, f"a set has 1 to {MOST_SPELLINGS} spellings")
    for spelling in spellings:
        if not _is_spelling(spelling):
            raise NameSetError(name, f"{spelling[:40]!r} is no spelling of a name")
    file = f"names-{name}.json"
    temporary = f"{file}.{os.getpid()}.tmp"
    try:
        storage = DurableStorage(path)
        try:
            data = as_json({"format": FORMAT, "spellings": list(spellings)})
            storage.write_whole(temporary, data)
            storage.directory.replace(temporary, file)
            storage.sync_directory()
        except BaseException:
            with contextlib.suppress(OSError):
                storage.directory.unlink(temporary)
            raise
        finally:
            storage.release()
    except OSError as error:
        raise cannot_be_read(path, error) from error


def remove_name_set(path: str, name: str) -> None:
    """Remove the set `name`.

    Raises:
        NameSetError: there is none of that name.
        IndexStateError: it cannot be removed.
    """
    name = set_name(name)
    try:
        with Directory(path) as directory:
            directory.unlink(f"names-{name}.json")
            directory.sync()
    except FileNotFoundError:
        raise NameSetError(name, "there is no such set") from None
    except OSError as error:
        raise cannot_be_read(path, error) from error
