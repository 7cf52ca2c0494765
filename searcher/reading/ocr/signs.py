"""Is a file a scanned page, or the description of an issue of them?"""

from __future__ import annotations

import os
import re

from searcher.reading.head import Head
from searcher.reading.ocr.place import place_of

__all__ = ["is_alto", "is_mets", "is_page_text"]

# The first element, behind declarations and comments.
_ROOT = re.compile(
    rb"(?s)\s*+(?>(?:<\?.{0,300}?\?>|<!--.{0,4000}?-->|<!DOCTYPE[^>]{0,400}>)\s*+){0,9}+"
    rb"<(?:[\w.-]{1,60}:)?([A-Za-z]{1,20})[\s>]"
)


def _root(head: Head) -> bytes:
    found = _ROOT.match(head.plain)
    return found[1].lower() if found else b""


def is_alto(head: Head) -> bool:
    """Whether the root element is ALTO's."""
    return _root(head) == b"alto"


def is_mets(head: Head) -> bool:
    """Whether the root element is that of METS."""
    return _root(head) == b"mets"


def is_page_text(head: Head) -> bool:
    """Whether it is a page as text, in the folders of a collection of newspapers."""
    name = os.path.basename(head.name).lower()
    return re.fullmatch(r"ocr\.txt(?:\.[gx]z)?", name) is not None and (
        place_of(head.name).date is not None
    )
