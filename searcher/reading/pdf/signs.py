"""Is a file a PDF document?"""

from __future__ import annotations

import re

from searcher.reading.head import Head

__all__ = ["is_pdf"]

# Readers look for it in the first kilobyte, since mail and servers put lines before it.
_PDF = re.compile(rb"%PDF-\d\.\d")


def is_pdf(head: Head) -> bool:
    """Whether the head has the mark of PDF at its start, or after a few lines of something."""
    found = _PDF.search(head.raw[:1024])
    if found is None:
        return False
    return not head.raw[: found.start()].strip() or head.extension == ".pdf"
