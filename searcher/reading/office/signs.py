"""Is this a document of a word processor?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searcher.reading.head import Head

__all__ = ["is_docx", "is_rtf"]

# The header of a member, and its name.
_PART = rb"(?s)PK\x03\x04.{26}word/(?:document|styles|settings|fontTable|_rels|header|footer|media)"


def is_docx(head: Head) -> bool:
    """A zip archive with a part of Word among its first members.

    Names of members are not compressed, so they show in the head; pictures may stand first,
    and then the name of the file must say it.
    """
    if not head.raw.startswith(b"PK\x03\x04"):
        return False
    if re.search(_PART, head.raw) is not None:
        return True
    return head.extension in (".docx", ".docm", ".dotx")


def is_rtf(head: Head) -> bool:
    """Rich Text Format, of any version."""
    return head.plain.lstrip()[:5].lower() == b"{\\rtf"
