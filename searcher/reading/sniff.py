"""Which format is this?

Each function looks at the head of a file (32 KiB, unpacked) and says whether it is
written in one format; the table in `searcher.reading` calls them in its order.
Content decides, because names lie: a dump of pages is often called `.txt`.  Where
content says nothing, as between plain text and Markdown without front matter, the
extension does.

Heads of UTF-16 files are thinned of their NULs first, which is enough for markup.
"""

from __future__ import annotations

import re

from searcher.importing import InstalledOnly

__all__ = [
    "is_front_matter",
    "is_html",
    "is_json",
    "is_json_lines",
    "is_markup",
    "is_rcv1",
    "is_reuters",
    "is_trec",
    "plain_head",
]

# Possessive, so that many comments are not tried in every grouping.
# Patterns are compiled (and kept by `re`) when the first file is looked at, not on import.
_HTML_START = (
    rb"(?is)\s*+(?>(?:<\?xml[^>]{0,300}>|<!--.{0,4000}?-->)\s*+){0,5}+"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|article|main|section|div|h[1-6]|p|span|table)\b"
)
_REUTERS = rb"(?i)\s*(?:<!DOCTYPE\s+lewis\b[^>]{0,200}>\s*)?<REUTERS\b"
_RCV1 = (
    rb"\s*(?:<\?xml[^>]{0,300}>\s*)?(?:<!DOCTYPE[^>\[]{0,300}>\s*)?"
    rb"(?:<\w+>\s*)?<newsitem\s[^>]{0,400}?\bitemid="
)
_TREC = rb"(?i)\s*(?:<\?xml[^>]{0,300}>\s*)?(?:<(?:root|docs|collection)>\s*)?<DOC>"
_FRONT = rb"---[ \t]*\r?\n(?=[^\n]*:|\s*\n|#)|\+\+\+[ \t]*\r?\n"
_JSON_START = rb"\s*(?:\{\s*(?:[\"}]|$)|\[\s*(?:[\[{\"\]]|$))"
_MARKUP = rb"(?s)\s*+(?><!--.{0,4000}?-->\s*+){0,5}+<[!?]?[a-zA-Z][^<>]{0,4000}>"


def plain_head(head: bytes) -> bytes:
    """Return `head` without byte order mark, and UTF-16 as if it were ASCII."""
    if head.startswith(b"\xef\xbb\xbf"):
        return head[3:]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\0", b"")
    if b"\0" in head[:200] and head[:200].count(0) * 3 > len(head[:200]):
        return head.replace(b"\0", b"")
    return head


def is_html(head: bytes) -> bool:
    """A page, or a fragment that starts with a common element."""
    return re.match(_HTML_START, head) is not None


def is_reuters(head: bytes) -> bool:
    """A file of the Reuters-21578 collection."""
    return re.match(_REUTERS, head) is not None


def is_rcv1(head: bytes) -> bool:
    """A file of Reuters Corpus Volume 1 or 2."""
    return re.match(_RCV1, head) is not None


def is_trec(head: bytes) -> bool:
    """Documents in the SGML of the TREC collections."""
    return re.match(_TREC, head) is not None


def is_front_matter(head: bytes) -> bool:
    """Markdown that opens with YAML (`---`) or TOML (`+++`)."""
    mark = re.match(_FRONT, head)
    return mark is not None and re.search(rb"\n" + re.escape(head[:3]) + rb"\s", head) is not None


def is_json_lines(head: bytes) -> bool:
    """One JSON object a line: the first line is whole and another follows."""
    lines = [line for line in head.lstrip().split(b"\n", 2)[:2] if line.strip()]
    if len(lines) < 2 or not (lines[0].startswith(b"{") and lines[1].startswith(b"{")):
        return False
    with InstalledOnly():
        import json

    try:
        json.loads(lines[0].decode("latin-1"))
    except (ValueError, RecursionError):
        return False
    return True


def is_json(head: bytes) -> bool:
    """A JSON object or array."""
    return re.match(_JSON_START, head) is not None


def is_markup(head: bytes) -> bool:
    """Tags of some kind from the start."""
    return re.match(_MARKUP, head) is not None
