"""Which wire format is this?

XML formats are known by their root element, whatever its prefix or namespace; ninjs by the
names of its keys; wire text by the control characters of IPTC 7901 and ANPA 1312, or by the
shape of their header lines where a transmission has lost them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searcher.reading.head import Head

__all__ = ["is_newsml", "is_newsml_g2", "is_ninjs", "is_nitf", "is_wire_text", "root_of"]

# Possessive, so that many comments are not tried in every grouping; an internal subset of a
# document type may hold declarations.
_ROOT = (
    rb"(?s)\s*+(?>(?:<\?[^>]{0,2000}>|<!--.{0,8000}?-->"
    rb"|<!DOCTYPE[^\[>]{0,2000}(?:\[.{0,8000}?\]\s*)?>)\s*+){0,20}+"
    rb"<(?:[\w.-]{1,60}:)?([\w.-]{1,60})"
)
_G2_ROOTS = frozenset(
    [
        "newsmessage", "newsitem", "packageitem", "conceptitem", "knowledgeitem", "planningitem",
        "catalogitem", "contentset", "groupset", "itemset", "inlinexml", "contentmeta",
    ]
)  # fmt: skip
_NINJS_KEYS = (
    r"\"(?:version_?[cC]reated|bodies|headlines|representation_?[tT]ype|body_(?:x?html5?|text|main|"
    r"richtext)|bodyXhtml|eventDetails|pub_?[sS]tatus)\"\s*:"
)
_NINJS_NAME = r"\"\$?standard\"\s*:\s*\{\s*\"name\"\s*:\s*\"ninjs\""
_NINJS_IDENTITY = r"\"(?:uri|guid|urn|altids)\"\s*:"
_JSON_START = rb"\s*[\[{]"
_SCHEMA = r"\"\$schema\"\s*:\s*\"[^\"]{0,200}json-schema"
_WIRE_START = rb"[\s\x16\x7f\x00-\x08]{0,60}\x01[A-Za-z]{1,4}\d{2,5}[^\x00\x02]{0,600}\x02"
# Service and number, priority, category, words, source and its number.
_WIRE_HEADER = rb"\s{0,20}[a-z]{1,4}\d{3,5} [1-9a-z] [a-z]{1,3} +\d{1,5} [^\n]{0,60}\n"


def root_of(head: bytes) -> str:
    """The local name of the root element in lower case; empty if there is none in sight."""
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
    elif head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[2:].replace(b"\0", b"")
    found = re.match(_ROOT, head)
    return found[1].decode("ascii", "replace").lower() if found else ""


def is_nitf(head: Head) -> bool:
    """A document in the News Industry Text Format."""
    return root_of(head.plain) in ("nitf", "nitf-doc", "nitfs")


def is_newsml(head: Head) -> bool:
    """A message of NewsML 1."""
    return root_of(head.plain) == "newsml"


def is_newsml_g2(head: Head) -> bool:
    """A message, an item or a fragment of NewsML-G2."""
    return root_of(head.plain) in _G2_ROOTS


def is_ninjs(head: Head) -> bool:
    """Items of ninjs, alone, in an array, or wrapped by an interface."""
    if re.match(_JSON_START, head.plain) is None:
        return False
    text = head.text
    if re.search(_SCHEMA, text):
        return False
    if re.search(_NINJS_NAME, text):
        return True
    names = {found.group() for found in re.finditer(_NINJS_KEYS, text)}
    return len(names) > 1 or (bool(names) and re.search(_NINJS_IDENTITY, text) is not None)


def is_wire_text(head: Head) -> bool:
    """Text with the framing of IPTC 7901 or ANPA 1312."""
    raw = head.plain
    return re.match(_WIRE_START, raw) is not None or re.match(_WIRE_HEADER, raw) is not None
