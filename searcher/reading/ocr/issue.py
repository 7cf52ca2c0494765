"""Which pages does the description of an issue have, and which issue is a page of?

Both are asked of the files themselves, with nothing but the names in them: the hrefs of a METS
file that end in `.xml`, which are looked for beside it or in folders beside it.  A page belongs
to an issue only if all pages of the issue are there: of an issue that is not whole, pages are
read by themselves too, so that nothing of them is lost.
"""

from __future__ import annotations

import os
import re
from itertools import islice

from searcher.errors import ReadError
from searcher.reading.beside import path_beside
from searcher.reading.source import open_file

__all__ = ["LARGEST_ISSUE", "issue_of_page", "page_beside"]

LARGEST_ISSUE = 64 << 20
_IS_ISSUE = re.compile(r"mets.{0,20}\.xml(?:\.gz|\.xz)?\Z", re.I)
_HREF = re.compile(rb"""\bhref\s*=\s*["']([^"'<>]{1,500}\.xml)["']""", re.I)
_MOST_FILES = 20_000  # looked at in a folder
_MOST_ISSUES = 20  # opened
_MOST_PAGES = 2_000


def issue_of_page(folder: str, name: str) -> str | None:
    """The name of the METS file that describes the issue of the page `name` in `folder`.

    None if there is none, or not all its pages are there.
    """
    try:
        own = os.stat(name)
    except (OSError, ValueError):
        return None
    for above in (folder, os.path.join(folder, os.pardir)):
        for issue in _issues_in(above):
            pages = _pages_of(above, issue)
            if pages and any(os.path.samestat(own, os.stat(page)) for page in pages):
                return issue
    return None


def page_beside(folder: str, href: str) -> str | None:
    """The path of the page that an issue in `folder` names; None if it is not there.

    Pages are often taken out of the folder for pages and put beside the description.
    """
    return path_beside(folder, href) or path_beside(
        folder, href.replace("\\", "/").rpartition("/")[2]
    )


def _issues_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = (entry.name for entry in islice(entries, _MOST_FILES))
            return sorted(name for name in names if _IS_ISSUE.search(name))[:_MOST_ISSUES]
    except OSError:
        return []


def _pages_of(folder: str, issue: str) -> list[str]:
    """The paths of all pages of an issue; none if one is missing."""
    path = path_beside(folder, issue)
    if path is None:
        return []
    try:
        with open_file(path) as source:
            hrefs = dict.fromkeys(_HREF.findall(source.read(LARGEST_ISSUE)))
    except (ReadError, OSError):
        return []
    pages = []
    for href in islice(hrefs, _MOST_PAGES):
        page = page_beside(folder, href.decode("utf-8", "replace"))
        if page is None:
            return []
        pages.append(page)
    return pages
