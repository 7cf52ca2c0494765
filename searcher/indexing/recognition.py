"""Can this file be read as articles, and if not, why?"""

from __future__ import annotations

import os

from searcher.indexing.folders import NotRead
from searcher.reading import Format, detect, is_candidate

__all__ = ["recognise"]


def recognise(path: str) -> Format | NotRead:
    """The format of `path`, or why it is left out.

    Raises:
        ReadError: it cannot be opened, or is broken.
    """
    if not is_candidate(path):
        extension = os.path.splitext(path)[1].lower().lstrip(".")
        return NotRead(extension or "unknown", f"{extension or 'unknown'} is not read")
    return detect(path)
