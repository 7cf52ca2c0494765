"""What do both generations of Nexis write in the same way?

The copyright, which begins with that word in every language of the interface; the page,
which ends the section (`INTERNATIONAL; Pg. 35`, `WISSENSCHAFT; S. 114 Ausg. 9`); and the
address of an article, which some sources put at the end of its highlight.
"""

from __future__ import annotations

import re

from searcher.reading.exports.records import Record

__all__ = ["COPYRIGHT", "finish", "take_section"]

COPYRIGHT = re.compile(r"\s*(?:copyright\b|©|\(c\)\s|版权|版權|著作権)", re.I)
_PAGE = re.compile(
    r"(?:^|[;,])\s*(?:Pg|Page|S|Seite|p|pp|Pág|Página|Blz)\b\.?\s*([\w-]{1,12}(?:\s?,\s?[\w-]{1,6}){0,9})"
    r"(?:\s+Ausg\.?\s*(\w{1,8}))?\s*$",
    re.I,
)
_VERSION = re.compile(r"[;,]\s*Version\s*:\s*(\w{1,12})\s*$", re.I)
_ADDRESS = re.compile(r"[;,\s]{0,9}(https?://[^\s;<>\"]{4,2000})[;,\s]*$")


def take_section(record: Record, value: str) -> None:
    """Keep a section, and the page that its label names with it."""
    line = " ".join(value.split())
    version = _VERSION.search(line)
    if version is not None:
        record.keep("version", version[1])
        line = line[: version.start()]
    found = _PAGE.search(line)
    if found is not None:
        record.keep("page", found[1])
        record.keep("edition", found[2] or "")
        line = line[: found.start()].rstrip(" ;,")
    record.section = record.section or line


def finish(record: Record) -> None:
    """Move the address that ends a highlight to where addresses are kept."""
    highlights = record.metadata.get("subtitle", [])
    for n, line in enumerate(highlights):
        found = _ADDRESS.search(line)
        if found is not None:
            record.url = record.url or found[1]
            highlights[n] = line[: found.start()]
