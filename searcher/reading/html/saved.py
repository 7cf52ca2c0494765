"""From which address was a saved page saved?

Programs that save pages write the address into a comment at the top: browsers ("saved from
url"), SingleFile, HTTrack ("Mirrored from"), monolith ("Saved from"); the Internet Archive's
pages have it inside their own addresses.

Not done: the folders that browsers save beside a page.
"""

from __future__ import annotations

import re

__all__ = ["saved_from", "without_archive"]

_HEAD = 8_192
_NOTES = (
    re.compile(r"<!--\s{0,20}saved from url=\(\d{1,6}\)(\S{1,2000}?)\s{0,20}-->", re.I),
    re.compile(r"Page saved with SingleFile\s{1,20}url:\s{1,20}(\S{1,2000})", re.I),
    re.compile(r"<!--\s{0,20}Saved from (https?://\S{1,2000}) at ", re.I),
    re.compile(r"<!--\s{0,20}Mirrored from (\S{1,2000}) by HTTrack", re.I),
    re.compile(r"data-scrapbook-source=[\"']?(https?://[^\"'\s>]{1,2000})", re.I),
)
_ARCHIVE = re.compile(
    r"https?://(?:web\.archive\.org/web|archive\.(?:today|is|ph|li|md))/\d{4,14}(?:[a-z]{2}_)?/"
    r"(?=https?:/)",
    re.I,
)


def saved_from(markup: str) -> str | None:
    """Return the address that a page was saved from, if it says so."""
    head = markup[:_HEAD]
    for note in _NOTES:
        found = note.search(head)
        if found is not None:
            address = found[1]
            return address if "://" in address else f"http://{address}"
    return None


def without_archive(address: str) -> str:
    """Return the address of a page that an archive of the web gives under its own."""
    return _ARCHIVE.sub("", address, count=1)
