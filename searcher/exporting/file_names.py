"""What may a file be called, after an article that anybody wrote?

A number, the day, and what is left of the headline when only letters and digits are taken of
it, parted by hyphens: `000012-2019-04-08-truce-holds-in-tripoli.txt`.  So a name holds no
separator, dot, blank or sign of direction; the number, which it begins with, makes it the only
one of its folder, also where capitals do not count, and no name that Windows keeps for itself
(`CON`, `NUL.txt`).  It is short enough for every file system.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

__all__ = ["OURS", "file_name"]

_NOT_IN_NAME = re.compile(r"[\W_]+")
_MOST_BYTES = 90
_LOOKED_AT = 400
OURS = re.compile(r"\d{6,}-[^/\\]*\.txt")
"""What the names that `file_name` makes look like."""


def file_name(number: int, day: dt.date | None, title: str) -> str:
    """The name for the how many-th article, of that day or instant and with that headline."""
    folded = unicodedata.normalize("NFC", title[:_LOOKED_AT]).lower()
    slug = _NOT_IN_NAME.sub("-", folded).strip("-")
    slug = slug.encode("utf-8")[:_MOST_BYTES].decode("utf-8", "ignore").strip("-")
    when = day.isoformat()[:10] if day is not None else "undated"
    return "-".join(part for part in (f"{number:06}", when, slug) if part) + ".txt"
