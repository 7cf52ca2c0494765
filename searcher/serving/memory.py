"""What does a server give back to the system?

Searches run in many threads, and a costly one holds tens of megabytes for a moment.  glibc gives
each thread a heap of its own, up to eight for each processor, and once a large block has been
freed it takes blocks of that size from these heaps too, where a small one above keeps all that is
below.  So each round of costly searches left a server larger: 35 MB, then 98, 212, 290 and 348,
of which 20 were in use.  With two heaps, and large blocks asked of the system by themselves as at
the beginning, what a search held is the system's again when it ends.  Cheap searches ask for no
block as large, so it costs them nothing.

What it does not do: bound what searches hold (`turns.py`), or speak with other allocators; musl
and systems other than Linux have no such heaps.
"""

from __future__ import annotations

import ctypes
import sys

__all__ = ["give_back_what_is_freed"]

# As <malloc.h> has them.
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
# glibc's own, which it raises to the size of whatever is freed unless it is set.
_LARGE_BYTES = 128 << 10
_HEAPS = 2


def give_back_what_is_freed() -> bool:
    """From now on memory that is freed goes back to the system; whether that can be had here.

    For a whole process, before it starts threads.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another library of C
        return False
    are_large_apart: int = set_option(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    are_few: int = set_option(_M_ARENA_MAX, _HEAPS)
    return are_large_apart == are_few == 1
