"""Is this an export of a news database, and of which?

Each sign looks for what a database's own program writes: names of classes and anchors,
lines of a form that no text has by chance.  Nothing is told from names of files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searcher.reading.head import Head

__all__ = [
    "is_europresse",
    "is_factiva",
    "is_factiva_text",
    "is_gale",
    "is_japanese_archive",
    "is_newsbank",
    "is_nexis",
    "is_proquest",
]

# Patterns are compiled (and kept by `re`) when the first file is looked at, not on import.
_MARKUP = rb"(?is)\s*+<(?:!|\?xml|html|head|body|meta|table|div|article|span|form)"
_NEXIS_HTML = (
    rb"(?i)<DOC\s+NUMBER\s*=|<a\s+name\s*=\s*\"?DOC_ID_\d|<!--\s*LXNComment|"
    rb"<META\s+TOPIC=\"[^\"]{0,40}\"\s+DOCUMENTS="
)
_NEXIS_TEXT = (
    r"(?m)^[^\S\n]*\d{1,6}[^\S\n]+(?:of|von|de|sur|di|van|av|af|z|из|/|out of)[^\S\n]+\d{1,6}"
    r"[^\S\n]+[^\W\d_a-zß-ÿ]{5,14}[^\S\n]*\r?$"
)
_FACTIVA_HTML = (
    rb"(?i)<title>[^<]{0,60}\bfactiva\b|fcpNavContainer|class=[\"']factivalogo|"
    rb"class=[\"']article\s+[a-z]{2,6}article\b|class=[\"']articleParagraph\s+[a-z]{2,6}articleParagraph"
)
_FACTIVA_XML = rb"http://global\.factiva\.com|<ppsarticle|<PPSResponse"
_FACTIVA_TAGS = r"(?m)^(SE|HD|BY|WC|PD|SN|SC|LA|CY|LP|TD|AN)(?:[^\S\n]?\t|[^\S\n]{2,}|[^\S\n]*\r?$)"
_EUROPRESSE = (
    rb"(?i)class=[\"']?[^\"'<>]{0,60}\b(?:DocPublicationName|docOcurrContainer)\b|cedrom-sni\.com"
)
_PROQUEST_HTML = (
    rb"(?i)<a\b[^<>]{0,60}\bname\s*=\s*[\"']?DocID_|<title>[^<]{0,40}proquest[^<]{0,40}</title>|"
    rb"<strong>\s*ProQuest document ID"
)
_PROQUEST_MAIL = rb"(?i)\bDocID_|\bProQuest document (?:link|ID)\b"
_RULE = r"(?m)\A\ufeff?\s*_{20,}[^\S\n]*\r?$"
_PROQUEST_TEXT = (
    r"(?im)proquest|^[^\W\d_]{4,14}[^\S\n]+\d+[^\S\n]+[^\W\d_]{1,4}[^\S\n]+\d+[^\S\n]*\r?$"
)
_NEWSBANK = r"(?im)^[^\S\n]*Read News Document[^\S\n]*$|infoweb\.newsbank\.com"
_NEWSBANK_HEAD = (
    r"(?m)^[^\n|]{6,60}\d{4}[^\n|]{0,20}\|[^\n|]{3,200}$|"
    r"\([^()\n]{2,60}\)[^\S\n]+[-–—][^\S\n]+[^\n]{4,40}\d{4}"
)
_GALE = (
    r"(?im)^[^\n:]{0,40}\bGale (?:Document|Doc)[^\n:]{0,20}:|Gale OneFile|link\.gale\.com|"
    r"go\.gale\.com"
)
_FULL_TEXT = r"(?im)^\W{0,3}(?:Full[ -]?Text|Text)\s*:"
_NUMBERED = (
    r"(?m)^[^\S\n]*(?:Dokument|Document|Documento|Documenten?)[^\S\n]+\d{1,6}[^\S\n]+"
    r"(?:of|von|de|sur|di|van)[^\S\n]+\d{1,6}[^\S\n]*\r?$"
)
_CAPITALS = r"(?m)^(?:LENGTH|LÄNGE|LONGUEUR|EXTENSIÓN|LONGITUD|LENGTE|LUNGHEZZA)\s?:"
_JAPANESE = (
    r"<title>[^<]{0,80}(?:聞蔵|ヨミダス|毎索|記事検索|日経テレコン|スクラップ)|"
    r"<div id=\"heiseiDetail|<table\b[^<>]{0,80}class=[\"']topic-(?:detail|list)"
)


def _is_markup(head: Head) -> bool:
    return re.match(_MARKUP, head.plain) is not None


def is_nexis(head: Head) -> bool:
    """Nexis until 2018, text or HTML."""
    if _is_markup(head):
        return re.search(_NEXIS_HTML, head.plain) is not None
    text = head.text
    if re.search(_NEXIS_TEXT, text) is not None:
        return True
    return re.search(_NUMBERED, text) is not None and re.search(_CAPITALS, text) is not None


def is_factiva(head: Head) -> bool:
    """Factiva in HTML or XML."""
    if not _is_markup(head):
        return False
    pattern = _FACTIVA_XML if head.plain.lstrip().startswith(b"<?xml") else _FACTIVA_HTML
    return re.search(pattern, head.plain) is not None


def is_factiva_text(head: Head) -> bool:
    """Factiva with tags, as text."""
    if b"HD" not in head.plain or _is_markup(head):
        return False
    tags = set(re.findall(_FACTIVA_TAGS, head.text))
    return "HD" in tags and len(tags & {"PD", "SN", "SC", "WC", "LP", "TD", "AN"}) >= 4


def is_europresse(head: Head) -> bool:
    """Europresse or Eureka.cc in HTML."""
    return _is_markup(head) and re.search(_EUROPRESSE, head.plain) is not None


def is_proquest(head: Head) -> bool:
    """ProQuest as text, HTML, or a mail that it sent."""
    if _is_markup(head):
        return re.search(_PROQUEST_HTML, head.plain) is not None
    if re.search(_RULE, head.text[:2000]) is not None:
        return re.search(_PROQUEST_TEXT, head.text) is not None
    start = head.plain[:8000]
    if re.match(rb"[A-Za-z][\w-]{1,60}:[ \t]", start) is None:
        return False
    # From ProQuest, or forwarded by who got it; its lines may be broken anywhere.
    return (
        re.search(_PROQUEST_MAIL, head.plain.replace(b"=\n", b"").replace(b"=\r\n", b""))
        is not None
    )


def is_newsbank(head: Head) -> bool:
    """NewsBank in text or HTML."""
    text = head.text
    if re.search(_NEWSBANK, text) is None:
        return False
    return _is_markup(head) or re.search(_NEWSBANK_HEAD, text) is not None


def is_gale(head: Head) -> bool:
    """Gale in text, or a page that it exported."""
    text = head.text
    if "gale" not in text.casefold() or re.search(_GALE, text) is None:
        return False
    return re.search(_FULL_TEXT, re.sub(r"<[^<>]{1,200}>", "\n", text)) is not None


def is_japanese_archive(head: Head) -> bool:
    """The saved list of an archive of a Japanese newspaper."""
    if not _is_markup(head):
        return False
    return re.search(_JAPANESE, head.text) is not None
