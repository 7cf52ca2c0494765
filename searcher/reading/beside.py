"""Which other files may a reader open for the one that it was given?

Nearly none: a file says what it likes, and who wrote it is unknown.  Two things are asked for:

- a database is read by its path, if the stream that was given is that very file and nothing
  packed, or in memory, or inside another (`own_path`);
- the description of a newspaper's issue (METS) has its pages in files of their own, beside it
  or in a folder beside it: `path_beside` finds those, by relative names that stay within the
  folder, through no symbolic link, and only regular files.  A page may be packed.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable

from searcher.reading.source import Source

__all__ = ["folder_of", "own_path", "path_beside"]

_PACKED = ("", ".gz", ".xz")
_SCHEME = re.compile(r"(?i)file:(?://)?(?=\.?/?[^/])")
_MOST_FOLDERS = 4


def own_path(source: Source) -> str | None:
    """The path of the file whose bytes `source` reads as they are; None for any other stream."""
    raw = getattr(source.stream, "raw", None)
    if not isinstance(raw, io.FileIO):
        return None
    try:
        same = os.path.samestat(os.fstat(raw.fileno()), os.stat(source.name))
    except (OSError, ValueError):
        return None
    return source.name if same else None


def folder_of(source: Source) -> str | None:
    """The folder that the file of `source` is in, packed or not; None if it is on no disk."""
    try:
        found = os.stat(source.name)
    except (OSError, ValueError):
        return None
    return os.path.dirname(source.name) or os.curdir if stat.S_ISREG(found.st_mode) else None


def path_beside(folder: str, reference: str) -> str | None:
    """The regular file that `reference` names in `folder` or below it; None if there is none.

    `reference` is what stands in a file: `0001.xml`, `./alto/0001.xml`, `file://./alto/0001.xml`.
    """
    name = _SCHEME.sub("", reference.strip(), count=1).replace("\\", "/")
    steps = [step for step in name.split("/") if step != "."]
    if not steps or len(steps) > _MOST_FOLDERS or len(name) > 1000 or "\0" in name:
        return None
    if any(step in ("", "..") or ":" in step for step in steps):
        return None  # from the root, upwards, or another scheme
    path = folder
    for step in steps[:-1]:
        path = os.path.join(path, step)
        if not _is_plain(path, stat.S_ISDIR):
            return None
    for suffix in _PACKED:
        found = os.path.join(path, steps[-1] + suffix)
        if _is_plain(found, stat.S_ISREG):
            return found
    return None


def _is_plain(path: str, is_kind: Callable[[int], bool]) -> bool:
    """Whether `path` itself, and not what it links to, is of a kind."""
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return False
    return is_kind(mode)
