"""Is this an archive of files?

Many formats are zip archives inside: documents of offices, e-books, crawls.  Their readers
come first, and what `recognition` knows to be one of them is none of ours.
"""

from __future__ import annotations

import re

from searcher.reading.head import Head
from searcher.reading.recognition import magic

__all__ = ["is_tar", "is_zip"]


def is_zip(head: Head) -> bool:
    """A zip archive that is no document of another kind."""
    if re.match(rb"PK(?:\x03\x04|\x05\x06|\x07\x08PK\x03\x04)", head.raw) is None:
        return False
    found = magic(head.raw, head.extension)
    return found is not None and found.kind == "archive"


def is_tar(head: Head) -> bool:
    """A tar archive; those older than POSIX have nothing but the right sum in their header."""
    block = head.raw[:512]
    if len(block) < 512 or block[:1] == b"\0":
        return False
    digits = re.fullmatch(rb" *([0-7]{1,7})[ \0]*", block[148:156])
    if digits is None:
        return False
    total = sum(block) - sum(block[148:156]) + 8 * 32
    return total == int(digits[1], 8)
