"""Which known file is a new file the same as?

Files are the same when their bytes are, their format, and the field map that they are read
with.  A known file that is gone and has come back under another name has *moved*: its
articles stay, with their ids, under the new name.  One that is still there has been
*copied*: the copy's articles are those of the first, and are not there twice.  A file that
is there and has other bytes now is itself all the same, so who edits a file after copying
it keeps the id.

Bytes are compared by 128 bits of BLAKE2b; hashing runs at about a gigabyte a second.  Of a
large file only its size, its time of change and pieces from all over it are hashed: who
moves it keeps these, and a dump of thirty gigabytes, or a file that has holes and no end,
is not read twice.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from searcher.codec.sources import SourceFile
from searcher.opening import open_regular

__all__ = ["Twin", "Twins", "digest_of"]

_PIECE_BYTES = 1 << 20
# Above this size a file is large: hashing all of it would be felt.
_LARGE_BYTES = 64 << 20
_SAMPLES = 64
_SAMPLE_BYTES = 1 << 16


class Twin(NamedTuple):
    """A known file with the same bytes; `is_gone` says that it moved."""

    path: str
    is_gone: bool


def digest_of(path: str, on_piece: Callable[[], None] = lambda: None) -> str:
    """A hash of the file `path` in hexadecimal; empty if it is empty or unreadable.

    Of a file above 64 MiB it is of its size, its time of change and 64 pieces of it.

    Arguments:
        on_piece: called for each megabyte; it may raise.
    """
    found = hashlib.blake2b(digest_size=16)
    length = 0
    try:
        descriptor = open_regular(path)
        try:
            status = os.fstat(descriptor)
            if status.st_size > _LARGE_BYTES:
                return _digest_of_large(descriptor, status)
            while length <= _LARGE_BYTES and (piece := os.read(descriptor, _PIECE_BYTES)):
                found.update(piece)
                length += len(piece)
                on_piece()
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return ""  # whoever reads it says what is wrong
    return found.hexdigest() if length else ""


def _digest_of_large(descriptor: int, status: os.stat_result) -> str:
    found = hashlib.blake2b(b"%d %d" % (status.st_size, status.st_mtime_ns), digest_size=16)
    for number in range(_SAMPLES):
        os.lseek(
            descriptor, (status.st_size - _SAMPLE_BYTES) * number // (_SAMPLES - 1), os.SEEK_SET
        )
        found.update(os.read(descriptor, _SAMPLE_BYTES))
    return found.hexdigest()


class Twins:
    """The known files by their bytes.

    Arguments:
        files: what is known of files; it is read when asked, so it may change.
        state: tells of a known file whether it is "gone", "there" as it was, "changed", or
            "unknown".
        digest: the hash of a file as it is now.
    """

    def __init__(
        self,
        files: dict[str, SourceFile],
        state: Callable[[str], str],
        digest: Callable[[str], str],
    ) -> None:
        self._files = files
        self._state = state
        self._digest = digest
        self._paths: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for path, source in files.items():
            if source.digest:
                self._paths[source.size, source.digest].append(path)

    def add(self, path: str, size: int, digest: str) -> None:
        """Make a file that is read in this run known."""
        paths = self._paths[size, digest]
        if path not in paths:
            paths.append(path)

    def find(self, path: str, size: int, digest: str) -> Twin | None:
        """The known file that the file `path` is the same as, apart from itself."""
        gone = None
        for other in self._paths.get((size, digest), ()):
            if other == path:
                continue
            source = self._files.get(other)
            if source is not None and source.copy_of:
                continue  # what it is a copy of stands here too
            state = "read" if source is None else self._state(other)
            if state == "gone":
                gone = gone or other
            elif state in ("there", "read") or (
                state == "changed" and self._digest(other) == digest
            ):
                return Twin(other, is_gone=False)
        return None if gone is None else Twin(gone, is_gone=True)

    def forget(self, path: str, source: SourceFile) -> None:
        """Make a file unknown, because it moved."""
        paths = self._paths.get((source.size, source.digest), [])
        if path in paths:
            paths.remove(path)
