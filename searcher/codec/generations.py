"""Which generation of an index is the newest?

Every commit makes one, and `manifest-N.json` is the name by which it becomes the index
(`manifest.py`).  A directory may also hold nothing yet, something that was begun and never
committed, a newer table of contents by Whoosh's own writer, or something that is no index
at all; `latest_generation` tells these apart by their names alone.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable

from searcher.codec.damage import REBUILD, cannot_be_read
from searcher.codec.storage import TEMPORARY_PREFIX, DurableStorage
from searcher.errors import IndexDamagedError, IndexMissingError, IndexStateError

__all__ = [
    "INDEX_NAME",
    "LOCK_NAME",
    "ManifestIdentity",
    "NewestGeneration",
    "clean",
    "contents_name",
    "foreign_names",
    "groups_name",
    "identity_of",
    "is_segment_name",
    "latest_generation",
    "manifest_name",
    "sources_name",
    "stories_name",
]

INDEX_NAME = "MAIN"  # Whoosh's default, so that whoosh.index.open_dir finds it
LOCK_NAME = f"{INDEX_NAME}_WRITELOCK"  # Whoosh's, so that its writer waits for ours
_NUMBER = "(0|[1-9][0-9]{0,15})"
_MANIFEST = re.compile(rf"manifest-{_NUMBER}\.json")
_GROUPS = re.compile(rf"groups-{_NUMBER}\.bin")
_STORIES = re.compile(rf"stories-{_NUMBER}\.bin")
_SOURCES = re.compile(rf"sources-{_NUMBER}\.json")
_CONTENTS = re.compile(rf"_{INDEX_NAME}_{_NUMBER}\.toc")
_OF_GENERATIONS = (_MANIFEST, _SOURCES, _GROUPS, _STORIES, _CONTENTS)
_SEGMENT = re.compile(rf"{INDEX_NAME}_[0-9a-z]{{1,64}}")
_SEGMENT_FILE = re.compile(rf"({_SEGMENT.pattern})\.[A-Za-z0-9_.]+")
# What a process leaves behind that is killed while it makes an index, or a commit.
_LEFT_OVER = re.compile(
    rf"{_MANIFEST.pattern}\.tmp|_{INDEX_NAME}_[0-9]+\.toc\..*|{LOCK_NAME}"
    rf"|{re.escape(TEMPORARY_PREFIX)}(\..*)?"
)
# A listing is not one moment: between two names of it a commit may come and go.
_LISTINGS = 20
# No file system in use keeps the times of a directory coarser than FAT, to two seconds.
_TIMES_DIFFER_AFTER_S = 2.5


def manifest_name(generation: int) -> str:
    return f"manifest-{generation}.json"


def sources_name(generation: int) -> str:
    return f"sources-{generation}.json"


def groups_name(generation: int) -> str:
    """The name of the file that says which articles are copies (`groups.py`)."""
    return f"groups-{generation}.bin"


def stories_name(generation: int) -> str:
    """The name of the file that says which articles are about one event (`stories.py`)."""
    return f"stories-{generation}.bin"


def contents_name(generation: int) -> str:
    """The name of Whoosh's table of contents."""
    return f"_{INDEX_NAME}_{generation}.toc"


def is_segment_name(name: str) -> bool:
    """Whether a segment may be called so."""
    return _SEGMENT.fullmatch(name) is not None


def foreign_names(names: Iterable[str]) -> list[str]:
    """The names that no writer of ours leaves in a directory without an index, in order."""
    return sorted(n for n in names if not n.startswith(".") and not _LEFT_OVER.fullmatch(n))


def latest_generation(directory: str, storage: DurableStorage | None = None) -> int:
    """The newest generation in `directory`.

    Arguments:
        storage: the directory as it was opened; without it, it is listed by its path.

    Raises:
        IndexMissingError: there is no such directory, or nothing was committed to it.
        IndexDamagedError: it holds something else.
        IndexStateError: it cannot be listed, or Whoosh's own writer has changed the index.
    """
    try:
        for _ in range(_LISTINGS):
            names = os.listdir(directory) if storage is None else storage.list()
            manifests, contents = _numbers(_MANIFEST, names), _numbers(_CONTENTS, names)
            newest = max(manifests, default=-1)
            if newest >= max(contents, default=0):
                return newest
            if not foreign_names(names):
                break
    except FileNotFoundError:
        raise IndexMissingError(
            directory, "there is no index here", hint="make one with: searcher index PATH"
        ) from None
    except NotADirectoryError:
        raise IndexMissingError(
            directory, "is a file, not an index directory", hint="name another with --index"
        ) from None
    except OSError as error:
        raise cannot_be_read(directory, error) from error
    except ValueError as error:  # a NUL in it
        raise IndexMissingError(
            directory, "is no path", hint="name an index directory with --index"
        ) from error
    if newest >= 0:
        raise IndexStateError(
            directory,
            f"was changed by a writer of Whoosh's own (its table of contents {max(contents)} is "
            f"newer than Searcher's commit {newest}), whose lists of segments are pickles that "
            "Searcher does not read",
            hint="whoosh.index.open_dir still opens it; for Searcher, index the articles again "
            "into a new directory: searcher index PATH --index NEW",
        )
    raise _no_index(directory, names, bool(contents))


def _no_index(directory: str, names: list[str], has_contents: bool) -> IndexStateError:
    if has_contents:
        return IndexDamagedError(
            directory,
            "is a Whoosh index that Searcher did not make, or its manifest was removed",
            hint="name another directory with --index",
        )
    if any(_SEGMENT_FILE.fullmatch(n) or _SOURCES.fullmatch(n) for n in names):
        return IndexDamagedError(directory, "the manifest of the index is missing", hint=REBUILD)
    if foreign := foreign_names(names):
        return IndexDamagedError(
            directory,
            f"holds no index, but other files ({foreign[0]}, ...)",
            hint="name an index directory with --index",
        )
    was_begun = any(not name.startswith(".") for name in names)
    return IndexMissingError(
        directory,
        "an index was begun, and nothing committed" if was_begun else "the index is empty",
        hint="fill it with: searcher index PATH",
    )


def _numbers(pattern: re.Pattern[str], names: Iterable[str]) -> list[int]:
    return [int(match[1]) for name in names if (match := pattern.fullmatch(name))]


# What tells a file from any other that had its name, or gets it.
ManifestIdentity = tuple[int, int, int, int, int]


def identity_of(status: os.stat_result) -> ManifestIdentity:
    """What tells a manifest from another of the same name, as in a restored backup."""
    return (
        *(status.st_dev, status.st_ino, status.st_size),
        *(status.st_mtime_ns, status.st_ctime_ns),
    )


class NewestGeneration:
    """`latest_generation` of one directory, for a caller that asks again and again.

    A commit makes and removes names, and a directory's times move whenever one is made or
    removed (POSIX).  So it is listed only when its times are others than when it was last
    listed; on one processor the listing took a tenth of the time of a rare word's search.

    Times are coarse, so what is changed right after a listing may leave the same ones.  A
    listing is therefore trusted only if its times had been seen a while before it: what
    comes after it is later than they are by more than any file system's grain.  The clock
    for that is ours and never set back; only differences of the directory's clock matter,
    so it may be another machine's.  A network file system that keeps attributes for some
    seconds (NFS: 3 to 60) shows a commit of another machine that much later.
    """

    __slots__ = ("_directory", "_listed", "_seen")

    def __init__(self, directory: str) -> None:
        self._directory = directory
        # The marks of the directory that were seen last, and when they were first seen.
        self._seen: tuple[object, float] = (None, 0.0)
        # The marks that a trusted listing was made under, and the generation in it.
        self._listed: tuple[object, tuple[int, ManifestIdentity | None]] = (None, (0, None))

    def __call__(self) -> int:
        """The newest generation now.

        Raises:
            IndexStateError: as `latest_generation`.
        """
        return self.identified()[0]

    def identified(self) -> tuple[int, ManifestIdentity | None]:
        """The newest generation, and which manifest that is; None if it is gone already.

        Another index may have come in the place of this one, with the same number.
        """
        # Each attribute is read and set as a whole, so threads need no lock: whatever they
        # set was true.
        marks = self._marks()
        listed, newest = self._listed
        if marks is not None and listed == marks:
            return newest
        now = time.monotonic()
        seen, since = self._seen
        if seen != marks:
            self._seen = marks, now
        newest = self._listing()
        if marks is not None and seen == marks and now - since > _TIMES_DIFFER_AFTER_S:
            self._listed = marks, newest
        return newest

    def _listing(self) -> tuple[int, ManifestIdentity | None]:
        generation = latest_generation(self._directory)
        try:
            status = os.stat(os.path.join(self._directory, manifest_name(generation)))
        except OSError:  # a newer commit removed it, and whoever opens it finds that one
            return generation, None
        return generation, identity_of(status)

    def _marks(self) -> tuple[int, ...] | None:
        """What differs between two states of the directory; None where nothing surely does."""
        if os.name != "posix":
            return None
        try:
            found = os.stat(self._directory)
        except (OSError, ValueError):
            return None  # the listing will say what is wrong
        # The second of the times cannot be set by a program that copies files with theirs.
        return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def clean(storage: DurableStorage, generation: int, segments: Iterable[str]) -> None:
    """Remove what belongs to other generations, and what dead writers left behind.

    Arguments:
        generation: the newest, whose table of contents has been written.
        segments: the names of its segments.
    """
    names = (manifest_name, sources_name, groups_name, stories_name, contents_name)
    keep = {name(generation) for name in names}
    kept_segments = set(segments)
    for name in storage.list():
        segment_file = _SEGMENT_FILE.fullmatch(name)
        numbered = any(pattern.fullmatch(name) for pattern in _OF_GENERATIONS)
        is_left_over = name != LOCK_NAME and _LEFT_OVER.fullmatch(name)
        if (
            (segment_file and segment_file[1] not in kept_segments)
            or (numbered and name not in keep)
            or is_left_over
        ):
            try:
                storage.directory.remove_folder(name)
            except OSError:
                continue  # a reader on Windows has it open; the next commit removes it
