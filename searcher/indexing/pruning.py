"""Which folders look as if a drive were not there, so that nothing of theirs is dropped?

A file that is gone from a folder that is there was deleted or moved.  When a folder that
was indexed is gone as a whole, or empty where it had files, its drive may just not be
mounted; only who names the folder means it.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable

from searcher.codec.settings import is_within_any
from searcher.codec.sources import Sources
from searcher.errors import ReadError

__all__ = ["absent_roots"]


def absent_roots(sources: Sources, named: Iterable[str]) -> dict[str, ReadError]:
    """The folders that nothing is pruned of, with what there is to say of each.

    Arguments:
        named: the paths that somebody named; what is in them is meant to be dropped.

    Cost: one system call for each known folder.
    """
    places = set(named)
    counts: Counter[str] = Counter()
    root_of: dict[str, str] = {}
    for path in sources.files:
        folder = os.path.dirname(path)
        if folder not in root_of:
            root_of[folder] = _root_around(sources, folder)
        counts[root_of[folder]] += 1
    absent: dict[str, ReadError] = {}
    folders = defaultdict(list)
    for folder, root in root_of.items():
        folders[root].append(folder)
    for root in sorted(folders):
        if is_within_any(root, places) or _holds_something(root):
            continue
        absent[root] = ReadError(
            root,
            f"{_all_gone(counts[root])}, as when a drive is not there",
            hint="their articles stay; to drop them, name it: searcher index --prune "
            f"{shlex.quote(root)}",
        )
    return absent


def _root_around(sources: Sources, folder: str) -> str:
    """The innermost root around `folder`; the folder itself where there is none."""
    place = folder
    while True:
        if place in sources.roots:
            return place
        parent = os.path.dirname(place)
        if parent == place:
            return folder
        place = parent


def _holds_something(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(True for _ in entries)
    except OSError:
        return False


def _all_gone(count: int) -> str:
    if count == 1:
        return "the only file that was indexed here is gone"
    return f"all {count:,} files that were indexed here are gone"
