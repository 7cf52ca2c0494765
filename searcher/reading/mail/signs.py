"""Is this mail?

A message begins with the fields of its head, one a line, and a blank line after them.  Text
may begin so too (`Title: ...`), so the names decide: only mail has `Received`, or a `From`
with a `Subject` or an envelope.  A mailbox begins each message with a line `From ` and a date.
A browser that saves a page as a message says so, or names the page's address.
"""

from __future__ import annotations

import re

from searcher.reading.head import Head

__all__ = ["is_eml", "is_mbox", "is_mhtml"]

_FIELD = re.compile(rb"([!-9;-~]{1,60}):(?:[ \t]|\r?$)")
_SEPARATOR = re.compile(rb"From (?:[^\n]{0,200}\d{4}[^\n]{0,12}|- [^\n]{0,80}|\S{0,120}) *\r?\n")
_ENVELOPE = frozenset(
    [
        "received", "return-path", "message-id", "mime-version", "delivered-to", "in-reply-to",
        "reply-to", "x-mailer", "references", "dkim-signature", "newsgroups", "path", "xref",
    ]
)  # fmt: skip
_SAVED = re.compile(
    rb"(?im)^(?:snapshot-content-location|x-maf-[\w-]+):|^from:\s*[\"<]?<?saved by\b"
    rb"|^x-mimeole: produced by microsoft mhtml\b"
)
_RELATED = re.compile(rb"(?im)^content-type:\s*multipart/related")
_LOCATED = re.compile(rb"(?im)^content-location:\s*(?:https?|file):")
_TRAVELLED = frozenset(["received", "delivered-to", "return-path", "message-id", "to"])


def is_mhtml(head: Head) -> bool:
    """A page that was saved with all that belongs to it."""
    fields = _fields(head.plain)
    if "content-type" not in fields:
        return False
    if head.extension in (".mht", ".mhtml"):
        return True
    start = head.plain.lstrip()
    if _SAVED.search(start, 0, 4000):
        return True
    if fields & _TRAVELLED or _LOCATED.search(start) is None:
        return False
    return _RELATED.search(start) is not None or "content-location" in fields


def is_eml(head: Head) -> bool:
    """A message."""
    start = head.plain
    if head.extension == ".emlx":  # Apple Mail has its length in the first line
        start = re.sub(rb"\A\s*\d{1,10}\s*\n", b"", start)
    if head.extension == ".eml":
        start = _SEPARATOR.sub(b"", start, count=1) if _SEPARATOR.match(start) else start
    fields = _fields(start)
    if "from" not in fields:
        return len(fields & _ENVELOPE) >= 2
    return bool(fields & _ENVELOPE or "subject" in fields or {"to", "date"} <= fields)


def is_mbox(head: Head) -> bool:
    """Messages one after the other."""
    found = _SEPARATOR.match(head.plain)
    if found is None or head.extension == ".eml":
        return False
    return re.match(rb">?From |[!-9;-~]{1,60}:", head.plain[found.end() :]) is not None


def _fields(start: bytes) -> frozenset[str]:
    """The names of the fields before the first blank line, if nothing else stands there."""
    names: set[str] = set()
    lines = start.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 400)
    for line in lines[:400]:
        if not line.strip():
            break
        if line[:1] in (b" ", b"\t") and names:
            continue
        found = _FIELD.match(line)
        if found is None:
            # A line may be cut where the head of the file ends.
            return frozenset(names) if line is lines[-1] and len(names) > 3 else frozenset()
        names.add(found[1].decode("ascii").lower())
    return frozenset(names)
