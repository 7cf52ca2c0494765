"""Is this file a feed, or an export in the form of one?

By the root element of the first 32 KiB, behind declarations, comments and what servers
put before it; a name says nothing, as `.xml` may be anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searcher.reading.head import Head

__all__ = ["is_feed", "is_scrapy", "is_wxr"]

# Possessive, so that many comments are not tried in every grouping.
_BEFORE = (
    rb"(?is)\s*+(?:[^<]{0,200}?)(?><\?[^>]{0,1000}>\s*+|<!--.{0,8000}?-->\s*+"
    rb"|<!DOCTYPE[^\[>]{0,1000}(?:\[[^\]]{0,20000}\]\s*)?>\s*+){0,40}+"
)
_FEED = _BEFORE + rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)(?=[\s/>])([^>]{0,8000})"
_CHANNEL = _BEFORE + rb"<channel(?=[\s/>])"
_ITEM = _BEFORE + rb"<(?:item|(?:[\w.-]{1,40}:)?entry)(?=[\s/>])([^>]{0,4000})"
_ITEMS = _BEFORE + rb"<items>\s*+<item>\s*+<[\w.:-]{1,80}"


def is_feed(head: Head) -> bool:
    """RSS 0.9x, 1.0, 2.0, or Atom 0.3, 1.0, or a record of one alone."""
    found = re.match(_FEED, head.plain)
    if found is None:
        if re.match(_CHANNEL, head.plain):
            return re.search(rb"(?i)<item[\s>]", head.plain) is not None
        alone = re.match(_ITEM, head.plain)
        return alone is not None and (
            re.search(rb"(?i)w3\.org/2005/atom|purl\.org/(?:atom|rss)", alone[1]) is not None
        )
    root = found[0].lower()
    if b"rdf" not in root[-len(found[1]) - 10 :] or b"<rss" in root:
        return True
    return (
        re.search(rb"(?i)purl\.org/rss/|netscape\.com/rdf|<(?:\w+:)?channel[\s>]", head.plain)
        is not None
    )


def is_wxr(head: Head) -> bool:
    """An export of WordPress (WXR)."""
    return b"wordpress.org/export/" in head.plain and is_feed(head)


def is_scrapy(head: Head) -> bool:
    """Items as Scrapy writes them in XML."""
    return re.match(_ITEMS, head.plain) is not None
