"""When are segments merged?

Segments are merged when eight of one size class (a factor of four in articles) have
gathered, or when most of a segment is deleted (log-structured merging, O'Neil and
others, 1996).  So an article is rewritten at most once a class, and an archive of a
million articles keeps a few dozen segments.
"""

from __future__ import annotations

import math
from typing import Any

__all__ = ["MERGE_FACTOR", "choose_merges", "size_class"]

MERGE_FACTOR = 8
_CLASS_RATIO = 4


def choose_merges(segments: list[Any], new_count: int, *, merge_all: bool = False) -> set[Any]:
    """The segments to merge into a new segment of `new_count` articles.

    Arguments:
        merge_all: choose every segment that holds an article, whatever the policy.
    """
    live = {s: s.doc_count_all() - s.deleted_count() for s in segments}
    if merge_all:
        return {s for s in segments if live[s]}
    chosen = {s for s in segments if 0 < live[s] < s.deleted_count()}
    classes: dict[int, list[Any]] = {}
    for segment in segments:
        if live[segment] and segment not in chosen:
            classes.setdefault(size_class(live[segment]), []).append(segment)
    for found in sorted(classes):
        gathered = classes[found]
        joining = new_count + sum(live[s] for s in chosen)
        newcomer = joining > 0 and size_class(joining) <= found
        if len(gathered) + newcomer >= MERGE_FACTOR:
            chosen.update(gathered)
    return chosen


def size_class(count: int) -> int:
    """The class that a segment of `count` articles belongs to."""
    return int(math.log(max(count, 64), _CLASS_RATIO))
