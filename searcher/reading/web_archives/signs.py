"""Is this a crawl?

WARC files begin with their version, ARC files with a record that names the file itself.
A WACZ is a zip whose first members lie in the folders that its specification names.
"""

from __future__ import annotations

import re

from searcher.reading.head import Head

__all__ = ["is_arc", "is_wacz", "is_warc"]

_ARC = rb"\s{0,4}filedesc:/{0,2}[^\n]{0,2000} \d{12,17} \S+(?: \S+){0,5} -?\d+ *\r?\n"
# A record of ARC whose file lost its beginning.
_ARC_RECORD = (
    rb"\s{0,4}https?://[^\n]{1,4000} \d{1,3}(?:\.\d{1,3}){3} \d{12,14} \S{1,100} \d{1,12} *\r?\n"
    rb"HTTP/\d"
)
_ZIP_MEMBER = re.compile(rb"(?s)PK\x03\x04.{22}(..)..")
_WACZ_MEMBER = re.compile(
    rb"(?:archive/[^/]+\.warc(?:\.gz)?|datapackage\.json|datapackage-digest\.json|"
    rb"pages/(?:extraPages|pages)\.jsonl|indexes/index\.(?:cdxj?|idx)(?:\.gz)?)\Z"
)


def is_warc(head: Head) -> bool:
    """Records of WARC, from 0.17 on."""
    return re.match(rb"\s{0,8}WARC/[01]\.\d{1,2}[ \t\r]*\n", head.raw) is not None


def is_arc(head: Head) -> bool:
    """Records of ARC, version 1 or 2."""
    return re.match(_ARC, head.raw) is not None or re.match(_ARC_RECORD, head.raw) is not None


def is_wacz(head: Head) -> bool:
    """A zip of a crawl, with its index and its list of pages."""
    if not head.raw.startswith(b"PK\x03\x04"):
        return False
    if head.extension == ".wacz":
        return True
    found = _ZIP_MEMBER.match(head.raw)
    if found is None:
        return False
    name = head.raw[30 : 30 + int.from_bytes(found[1], "little")]
    return _WACZ_MEMBER.match(name) is not None
