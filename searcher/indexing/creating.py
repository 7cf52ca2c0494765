"""How does a directory become an empty index, so that a kill cannot spoil it?

The folders are made and their names fsynced, the write lock is taken, and the manifest of
generation 0 is published; that is the commit of the creation.  What is there before it is
something begun with nothing committed, made of names that only Searcher gives, and whoever
creates next takes it over.  A directory with any other file in it is left alone.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence

from searcher.analysis import Analyzer
from searcher.analysis.stemming import is_known_language, known_languages
from searcher.codec.contents import publish_contents
from searcher.codec.generations import clean, foreign_names, latest_generation
from searcher.codec.manifest import (
    GROUPING_ON,
    Manifest,
    is_language,
    publish_manifest,
    read_manifest,
)
from searcher.codec.schema import make_schema
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexDamagedError, IndexMissingError, IndexStateError
from searcher.fields import FIELDS
from searcher.indexing.lock import WriteLock

__all__ = ["create_index"]


def create_index(
    directory: str,
    *,
    language: str = "en",
    values: Sequence[str] = (),
    exist_ok: bool = False,
) -> None:
    """Make an empty index in `directory`, which may exist if it holds nothing else.

    Arguments:
        values: names of value fields of its own: see `FieldTable.with_values`.
        exist_ok: leave an index that is there as it is.

    Raises:
        IndexStateError: the directory cannot be made, or holds other files, or an index,
            or `language` is no code of a language whose inflections are known
            (`analysis.stemming`; zxx, und and mul stand for none).
        FieldError: one of `values` is no name for a field.
        IndexLockedError: another process is making or writing an index there.
    """
    if not is_language(language):
        raise IndexStateError(
            directory,
            f"{language!r} is not a language code",
            hint=_known_languages(language),
        )
    if not is_known_language(language):
        raise IndexStateError(
            directory,
            f"the inflections of words in the language {language!r} are not known",
            hint=_known_languages(language),
        )
    FIELDS.with_values(*values)  # raises if it cannot be
    if "\0" in directory:
        raise IndexStateError(directory, "is no path", hint="name another with --index")
    if _is_like_an_address(directory):
        raise IndexStateError(
            directory,
            "is the address of something, and no directory",
            hint="write that of a cluster as opensearch://host:9200/name, and a folder of such a "
            "name as ./NAME",
        )
    try:
        _make_folders(directory)
        _refuse_other_files(directory)
        storage = DurableStorage(directory)
    except OSError as error:
        raise _failed(directory, error) from error
    try:
        lock = WriteLock(storage)
        try:
            if _is_to_be_made(directory, storage, exist_ok):
                _make(storage, language, tuple(values))
        except OSError as error:
            storage.abandon()
            raise _failed(directory, error) from error
        finally:
            lock.release()
    finally:
        storage.release()


# A scheme of two letters or more, as drives of Windows have one, and a slash behind its colon.
_is_like_an_address = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/").match


def _known_languages(language: str) -> str:
    """Those that there are, and the one that was probably meant."""
    code = language.lower()
    is_near = code != language and is_language(code) and is_known_language(code)
    near = f"did you mean {code}? " if is_near else ""
    return f"{near}known are {', '.join(known_languages())}; zxx finds words only as written"


def _failed(directory: str, error: OSError) -> IndexStateError:
    reason = error.strerror or str(error)
    return IndexStateError(
        directory,
        f"the index cannot be made: {reason}",
        hint="mend the cause and try again, or name another directory with --index",
    )


def _make_folders(directory: str) -> None:
    """Make `directory` and what is missing above it, durably."""
    missing = []
    folder = os.path.abspath(directory)
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for path in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another process makes them too
            os.mkdir(path)
        _sync_folder(os.path.dirname(path))
    if not missing:
        # Whoever made it may have been killed before its name was durable.
        with contextlib.suppress(PermissionError):  # not ours, so it is no index begun by us
            _sync_folder(os.path.dirname(os.path.realpath(directory)))


def _sync_folder(path: str) -> None:
    if os.name == "nt":  # Windows has no handle to a directory to sync
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_other_files(directory: str) -> None:
    """Raise before anything is written if `directory` holds neither an index nor a begun one."""
    try:
        latest_generation(directory)
    except IndexMissingError:
        if not os.path.isdir(directory):
            raise
    except IndexDamagedError as error:
        if not (foreign := foreign_names(os.listdir(directory))):
            raise
        raise IndexStateError(
            directory,
            f"already holds files ({foreign[0]}, ...)",
            hint="name an empty directory with --index",
        ) from error


def _is_to_be_made(directory: str, storage: DurableStorage, exist_ok: bool) -> bool:
    try:
        read_manifest(storage, latest_generation(directory, storage))
    except IndexMissingError:
        return True
    if not exist_ok:
        raise IndexStateError(
            directory,
            "already holds files of an index",
            hint="open it, or name another directory with --index",
        )
    return False


def _make(storage: DurableStorage, language: str, values: tuple[str, ...]) -> None:
    manifest = Manifest(0, language, Analyzer.version, values=values, grouping=GROUPING_ON)
    publish_manifest(storage, manifest)
    publish_contents(storage, make_schema(manifest.analyzer, manifest.fields), manifest)
    clean(storage, 0, ())
