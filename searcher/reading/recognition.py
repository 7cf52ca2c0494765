"""What is a file that holds no articles we read?

A folder of news holds much else: tables, mail, archives, office documents, images, the
scripts and styles of saved pages.  `left_out` names such a file, by its head and then by its
name, so that a run can say what it left out and a file that was given by name is refused
instead of read as one article with its markup or headers for text.

- `_MAGIC` and `_TEXTS` are tables of what content shows: first bytes, and the look of text.
- `_NAMED` is the table of names, asked only where content shows neither a format of ours nor
  any of these: a `.css` is a stylesheet, a `.log` a log.

Whoever is unsure reads: a false refusal hides an article, a false reading only adds one.
The looks are therefore strict: a table has rows of one length under a header, a log has a
time at the start of nearly every line, a mail has the headers of one.

Not done: to open any of these; telling languages of programming apart.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from typing import NamedTuple

from searcher.errors import ReadError

__all__ = [
    "LeftOut",
    "extension_of",
    "foreign_markup",
    "foreign_text",
    "looks_like_a_page",
    "magic",
    "named",
    "refusal",
    "server_code",
]


class LeftOut(NamedTuple):
    """A file that is not read: `kind` to count it by, `reason` in words ("a CSV table")."""

    kind: str
    reason: str


_HINTS = {
    "csv": "turn its rows into JSON Lines",
    "pdf": "save its text as .txt or .html",
    "office": "save it as text or HTML",
    "archive": "unpack it",
    "mail": "save the messages as text or HTML",
    "web archive": "unpack it into pages",
    "feed": "save its articles as pages or JSON Lines",
    "xml": "turn it into HTML or JSON Lines",
    "script": "give the page that it makes",
    "empty": "fetch it again",
}
_HINT = "give HTML, text, Markdown, JSON or SGML"

_OFFICE = LeftOut("office", "an office document")
_ARCHIVE = LeftOut("archive", "an archive")
_ZIP = LeftOut("archive", "a ZIP archive")
_PDF = LeftOut("pdf", "a PDF document")
_IMAGE = LeftOut("image", "an image")
_AUDIO = LeftOut("audio", "a sound recording")
_VIDEO = LeftOut("video", "a video")
_FONT = LeftOut("font", "a font")
_DATABASE = LeftOut("database", "a database")
_PROGRAM = LeftOut("program", "a program")
_SCRIPT = LeftOut("script", "a script")
_SOURCE = LeftOut("source code", "source code")
_STYLE = LeftOut("stylesheet", "a stylesheet")
_CSV = LeftOut("csv", "a CSV table")
_LOG = LeftOut("log", "a log")
_MAIL = LeftOut("mail", "a mail")
_MAILBOX = LeftOut("mail", "a mailbox")
_MHTML = LeftOut("web archive", "a web archive (MHTML)")
_XML = LeftOut("xml", "XML in no format of articles that is known")
_FEED = LeftOut("feed", "a feed")
_CONFIGURATION = LeftOut("configuration", "a file of settings")
_BINARY = LeftOut("binary", "binary data, not text")
_EMPTY = LeftOut("empty", "empty")

# First bytes, or a pattern of them.
_MAGIC: tuple[tuple[bytes, LeftOut], ...] = (
    (rb"%PDF-", _PDF),
    (rb"(?s)PK\x03\x04.{26}mimetypeapplication/epub", LeftOut("office", "an e-book (EPUB)")),
    (rb"(?s)PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", _OFFICE),
    (rb"(?s)PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|word/|xl/|ppt/|docProps/)", _OFFICE),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", _ZIP),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1", _OFFICE),
    (rb"\{\\rtf", LeftOut("office", "an RTF document")),
    (
        rb"(?s)\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|II\*\x00|MM\x00\*|BM.{4}\x00\x00\x00\x00",
        _IMAGE,
    ),
    (rb"\x00\x00\x01\x00[\x01-\x20]\x00|(?s:....ftyp(?:avif|heic|mif1))|AT&TFORM", _IMAGE),
    (
        rb"ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]|OggS|fLaC|(?s:RIFF....WAVE)|MThd|(?s:....ftypM4A)",
        _AUDIO,
    ),
    (rb"(?s)....ftyp|\x1aE\xdf\xa3|RIFF....AVI |FLV\x01|\x00\x00\x01[\xba\xb3]", _VIDEO),
    (rb"wOF[F2]|OTTO\x00|\x00\x01\x00\x00\x00|ttcf", _FONT),
    (
        rb"SQLite format 3\x00|PAR1|ARROW1|\xff{4}.\x00\x00\x00\x10\x00|(?s:....Standard Jet DB)",
        _DATABASE,
    ),
    (
        rb"BZh[1-9]1AY|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!\x1a|\x1f\x9d|!<arch>",
        _ARCHIVE,
    ),
    (rb"(?s).{257}ustar", LeftOut("archive", "a TAR archive")),
    (rb"\x7fELF|MZ.\x00|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\0asm|dex\n", _PROGRAM),
    (rb"\x80[\x02-\x05](?:\x95|[\]})cK(X])", LeftOut("binary", "pickled Python objects")),
    (rb"WARC/\d\.\d", LeftOut("web archive", "a web archive (WARC)")),
    (rb"filedesc://", LeftOut("web archive", "a web archive (ARC)")),
)
_NAMED: dict[str, LeftOut] = {
    **dict.fromkeys((".csv", ".tsv", ".tab"), _CSV),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".php3", ".phps", ".inc"), _SCRIPT),
    **dict.fromkeys((".css", ".scss", ".sass", ".less"), _STYLE),
    **dict.fromkeys((".eml", ".emlx"), _MAIL),
    **dict.fromkeys((".mbox", ".mbx"), _MAILBOX),
    **dict.fromkeys((".mht", ".mhtml"), _MHTML),
    **dict.fromkeys((".rss", ".atom"), _FEED),
    **dict.fromkeys((".xml", ".xsd", ".xsl", ".xslt", ".dtd", ".rdf", ".opml"), _XML),
    **dict.fromkeys((".svg", ".eps", ".ps", ".ppm", ".xbm", ".xpm"), _IMAGE),
    **dict.fromkeys((".log",), _LOG),
    **dict.fromkeys(
        (
            ".c", ".cc", ".cpp", ".h", ".hpp", ".cs", ".java", ".kt", ".scala", ".go", ".rs", ".py",
            ".pyi", ".rb", ".pl", ".pm", ".r", ".lua", ".sh", ".bash", ".zsh", ".bat",
            ".ps1", ".ts", ".tsx", ".jsx", ".vue", ".swift", ".m", ".sql", ".ipynb", ".tex", ".bib",
            ".diff", ".patch", ".po", ".pot", ".srt", ".vtt", ".cmake", ".gradle",
        ),
        _SOURCE,
    ),
    **dict.fromkeys(
        (
            ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".lock", ".plist",
            ".webmanifest", ".map", ".geojson", ".cdx", ".cdxj", ".url", ".desktop", ".htaccess",
        ),
        _CONFIGURATION,
    ),
}  # fmt: skip
_PACKED: dict[str, LeftOut] = {
    **dict.fromkeys(
        (".docx", ".docm", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".pages"), _OFFICE
    ),
    ".epub": LeftOut("office", "an e-book (EPUB)"),
    ".wacz": LeftOut("web archive", "a web archive (WACZ)"),
    ".jar": _PROGRAM,
}
# What is binary and shows nothing in its first bytes.
_BINARIES: dict[str, LeftOut] = {
    ".pdf": _PDF,
    **dict.fromkeys((".doc", ".xls", ".ppt", ".wpd", ".mobi", ".azw3"), _OFFICE),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".tga", ".ico"), _IMAGE),
    **dict.fromkeys((".mp3", ".wav", ".aac", ".wma", ".m4a"), _AUDIO),
    **dict.fromkeys((".mp4", ".mov", ".avi", ".mpg", ".mpeg", ".wmv", ".mkv", ".ts"), _VIDEO),
    **dict.fromkeys((".ttf", ".otf", ".woff", ".woff2", ".eot"), _FONT),
    **dict.fromkeys((".db", ".sqlite", ".mdb", ".arrow", ".arrows", ".dbf"), _DATABASE),
    **dict.fromkeys((".exe", ".dll", ".so", ".pyc", ".class", ".o", ".swf"), _PROGRAM),
    **dict.fromkeys((".br", ".lz", ".lzma", ".z"), _ARCHIVE),
}
# Names that servers give to pages, and that are as often the source of a program.
_PAGES = frozenset(
    [
        ".php", ".php3", ".php5", ".phtml", ".asp", ".aspx", ".jsp", ".jspx", ".cgi", ".cfm", ".do",
        ".pl", ".shtml", ".fcgi",
    ]
)  # fmt: skip
_SERVER_CODE = re.compile(rb"<\?(?:php\b|=|\s)|<%[@=!\s-]|<jsp:|<cfset\b", re.I)
_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]{0,300}>", re.I)
_ROOT = re.compile(
    rb"(?s)\s*+(?>(?:<\?.{0,300}?\?>|<!--.{0,4000}?-->|<!DOCTYPE[^>]{0,400}>)\s*+){0,9}+"
    rb"<([A-Za-z_][\w.:-]{0,60})"
)
_FEED_ROOTS = frozenset([b"rss", b"feed", b"rdf:rdf", b"channel"])
# What a page, or a piece of one, may start with.
_ELEMENTS = frozenset(
    [
        b"html", b"head", b"body", b"title", b"meta", b"link", b"base", b"script", b"style",
        b"noscript", b"article", b"main", b"section", b"header", b"nav", b"aside", b"div", b"p",
        b"span", b"h1", b"h2", b"h3", b"h4", b"h5", b"h6", b"table", b"center", b"font", b"b",
        b"i", b"em", b"strong", b"a", b"img", b"ul", b"ol", b"dl", b"blockquote", b"pre", b"br",
        b"hr", b"form", b"figure", b"iframe", b"frameset", b"basefont", b"td", b"tr",
    ]
)  # fmt: skip
_PAGE_SIGN = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_PAGE_TAGS = re.compile(rb"</(?:p|div|h[1-6]|a|li|span|td)>|<br\s*/?>", re.I)
_MAIL_HEADER = re.compile(r"([!-9;-~]{1,60}):(?:[ \t]|$)")
_MBOX = re.compile(r"From (?:- |\S+ ).{0,80}\d{4}\s*$|From - ")
_ENVELOPE = frozenset(
    [
        "received", "return-path", "message-id", "mime-version", "delivered-to", "in-reply-to",
        "reply-to", "x-mailer", "references", "dkim-signature", "newsgroups", "path", "xref",
    ]
)  # fmt: skip
_STAMP = re.compile(
    r"\[?(?:\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d|\w{3} {1,2}\d{1,2} \d\d:\d\d:\d\d )"
    r"|\S+ \S+ \S+ \[\d\d/\w{3}/\d{4}:"
)
_COLUMNS = frozenset(
    [
        "id", "uid", "key", "title", "headline", "subject", "date", "time", "datetime", "timestamp",
        "published", "published_at", "publish_date", "pubdate", "url", "link", "author", "authors",
        "byline", "source", "publication", "publisher", "section", "category", "language", "lang",
        "body", "text", "content", "maintext", "article", "abstract", "summary", "description",
        "titel", "datum", "autor", "text_id", "doc_id", "docid", "filename", "file", "name",
        "keywords", "tags",
    ]
)  # fmt: skip
_CODE_LINE = re.compile(
    r"[{};]\s*$|^\s*(?://|/\*|\*/|#include\b|import \w|from \w\S* import\b|def \w+\(|"
    r"class \w+[(:]|return\b.*[;)\]]$|@\w+|end$)"
)
_STYLE_RULE = re.compile(r"[.#@]?[\w-][\w\s,.#:>()\[\]*+~=\"-]{0,200}\{\s*[\w-]+\s*:")
_SCRIPT_START = re.compile(
    r"#!\s*/|(?:/\*!?[^*]{0,2000}\*/\s*)?(?:[!;(]{0,2}function\s*\(|['\"]use strict['\"]|"
    r"(?:var|let|const|window\.\w+|export|define\()[\s\w.,$]{0,200}[=({])"
)
_MAX_ROWS = 40


def magic(raw: bytes, extension: str) -> LeftOut | None:
    """Name what the first bytes of a file show, if it is nothing we read.

    Many formats are ZIP archives inside; which one the extension says.
    """
    if not raw:
        return _EMPTY
    found = next((kind for pattern, kind in _MAGIC if re.match(pattern, raw)), None)
    return _PACKED.get(extension, found) if found is _ZIP else found


def foreign_text(text: str | None, extension: str) -> LeftOut | None:
    """Name a table, mail, log or source code by its look; None for what may be prose.

    `text` is the head of the file, or None when its bytes are no text.
    """
    if text is None:
        return _BINARIES.get(extension, _BINARY)
    start = text.lstrip("\ufeff \t\r\n")
    for pattern, kind in _RECORD_STARTS:
        if pattern.match(start):
            return kind
    return next((kind for looks_so, kind in _TEXTS if looks_so(text)), None)


def named(extension: str) -> LeftOut | None:
    """Name what a file is by its extension (with the dot, in lower case)."""
    return _NAMED.get(extension)


def looks_like_a_page(head: bytes, extension: str) -> bool:
    """Whether markup under any name is a page: what a server sent, not what runs in it."""
    start = head.lstrip()
    if _SERVER_CODE.search(_DECLARATION.sub(b"", head)):
        return False
    if not start.startswith(b"<"):
        # A server's warning may stand before the page.
        return extension in _PAGES and _PAGE_SIGN.search(head[:4096]) is not None
    root = _ROOT.match(head)
    if root is None or root[1].lower() not in _ELEMENTS:
        return False
    if _PAGE_SIGN.search(head[:8192]):
        return True
    return _DECLARATION.match(head) is None and len(_PAGE_TAGS.findall(head)) >= 3


def server_code(head: bytes, extension: str) -> LeftOut | None:
    """Name the source of a page: PHP, ASP, JSP."""
    start = head.lstrip()[:400]
    if re.match(rb"<\?(?:php\b|=)|<%[@!=]", start, re.I) or (
        extension in _PAGES and _SERVER_CODE.search(_DECLARATION.sub(b"", head))
    ):
        return _SCRIPT
    return None


def refusal(name: str, found: LeftOut) -> ReadError:
    """The error for a file that is left out, where it was asked for by name."""
    if found is _EMPTY:
        return ReadError(name, "empty file", kind=found.kind)
    return ReadError(
        name,
        f"{found.reason}, which holds no articles that can be read",
        hint=_HINTS.get(found.kind, _HINT),
        kind=found.kind,
    )


def foreign_markup(head: bytes) -> LeftOut | None:
    """Name what XML it is, if it says that it is any, or its root is a feed's or an image's."""
    root = _ROOT.match(head)
    name = root[1].lower() if root else b""
    if name in _FEED_ROOTS:
        return _FEED
    if name == b"svg":
        return _IMAGE
    if not name or (_DECLARATION.match(head) is None and b"xmlns" not in head[:2000]):
        return None
    return None if name == b"html" or name.endswith(b":html") else _XML


def _lines(text: str) -> list[str]:
    """The filled lines of the head, without the last, which may be cut."""
    lines = text.splitlines()
    return [line for line in lines[: -1 if len(lines) > 1 else None] if line.strip()]


def _headers(text: str) -> set[str]:
    """The names of the headers before the first blank line, if there is nothing else."""
    names: set[str] = set()
    for line in text.lstrip("\ufeff \t\r\n").splitlines()[:200]:
        if not line.strip():
            break
        if line[0] in " \t" and names:
            continue
        found = _MAIL_HEADER.match(line)
        if found is None:
            return set()
        names.add(found[1].lower())
    return names


def _is_mhtml(text: str) -> bool:
    names = _headers(text)
    head = text[:4000].lower()
    return "content-type" in names and "multipart/related" in head and "mime-version" in names


def _is_mailbox(text: str) -> bool:
    first, _, rest = text.partition("\n")
    return bool(_MBOX.match(first.rstrip()) and _MAIL_HEADER.match(rest))


def _is_mail(text: str) -> bool:
    names = _headers(text)
    if "from" not in names:
        return len(names & _ENVELOPE) >= 2
    return bool(names & _ENVELOPE or "subject" in names or {"to", "date"} <= names)


def _is_log(text: str) -> bool:
    lines = _lines(text)
    return len(lines) >= 5 and sum(map(bool, map(_STAMP.match, lines))) > 0.8 * len(lines)


def _is_table(text: str) -> bool:
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    return any(_has_columns(text, first, delimiter) for delimiter in ("\t", ",", ";", "|"))


def _has_columns(text: str, first: str, delimiter: str) -> bool:
    if delimiter not in first or len(first) > 2000:
        return False
    try:
        sample = text.lstrip("\ufeff").splitlines(keepends=True)
        rows = [row for row in _some_rows(sample, delimiter) if row]
    except csv.Error:
        return False
    if not rows:
        return False
    header = [cell.strip().lower() for cell in rows[0]]
    if any(len(cell) > 60 for cell in header):
        return False
    known = sum(cell.replace(" ", "_") in _COLUMNS for cell in header)
    if known >= 2 and 2 * known >= len(header) and "  " not in first:
        return True
    if delimiter == "|" or len(header) < 3 or len(rows) < 4:
        return False
    if f"{delimiter} " in first or not all(header):
        return False
    alike = sum(len(row) == len(header) for row in rows)
    return alike >= 0.9 * len(rows)


def _some_rows(lines: list[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(lines, delimiter=delimiter):
        rows.append(row)
        if len(rows) > _MAX_ROWS:
            break
    return rows[:-1] if len(rows) > 1 and len(rows) <= _MAX_ROWS and len(lines) > 50 else rows


def _is_script(text: str) -> bool:
    if _SCRIPT_START.match(text.lstrip("\ufeff \t\r\n")):
        return True
    sample = text[:8000]
    signs = sum(map(sample.count, "{}();="))
    return len(sample) > 200 and signs > 0.06 * len(sample) and sample.count("{") > 2


def _is_stylesheet(text: str) -> bool:
    start = re.sub(r"\s*/\*[^*]{0,2000}\*/\s*", "", text[:8000], count=3).lstrip("\ufeff \r\n\t")
    return bool(
        start.startswith(("@charset ", "@import ", "@font-face", "@media ", ":root"))
        or (_STYLE_RULE.match(start) and "}" in start)
    )


def _is_source_code(text: str) -> bool:
    lines = _lines(text)[:200]
    return len(lines) >= 8 and sum(map(bool, map(_CODE_LINE.search, lines))) > 0.5 * len(lines)


# Asked in this order of text that is no page and in no format of ours.
# Calendars, cards of contacts, and lists of references as libraries exchange them.
_RECORD_STARTS: tuple[tuple[re.Pattern[str], LeftOut], ...] = (
    (re.compile(r"BEGIN:VCALENDAR\s"), LeftOut("calendar", "a calendar")),
    (re.compile(r"BEGIN:VCARD\s"), LeftOut("contacts", "a list of contacts")),
    (re.compile(r"TY  - [A-Z]{2,}\s"), LeftOut("references", "a list of references (RIS)")),
    (re.compile(r"PMID- ?\d|%0 [A-Z][\w ]+\n%\w "), LeftOut("references", "a list of references")),
)
_CRAWLER_RULE = re.compile(
    r"(?i)(?:user-agent|disallow|allow|sitemap|crawl-delay|host|noindex|clean-param)\s*:"
)


def _is_crawler_rules(text: str) -> bool:
    """Rules for crawlers, as `wget -r` and HTTrack fetch them with a site."""
    lines = [line for line in map(str.strip, text.splitlines()[:50]) if line and line[0] != "#"]
    has_agent = any(line[:11].lower() == "user-agent:" for line in lines)
    return has_agent and all(map(_CRAWLER_RULE.match, lines))


_TEXTS: tuple[tuple[Callable[[str], bool], LeftOut], ...] = (
    (_is_mhtml, _MHTML),
    (_is_mailbox, _MAILBOX),
    (_is_mail, _MAIL),
    (_is_table, _CSV),
    (_is_log, _LOG),
    (_is_crawler_rules, LeftOut("configuration", "rules for crawlers")),
    (_is_stylesheet, _STYLE),
    (_is_script, _SCRIPT),
    (_is_source_code, _SOURCE),
)


def extension_of(name: str, suffixes: tuple[str, ...]) -> str:
    """The extension that says what a file is, in lower case; "" if there is none.

    What saving programs add is looked through: a number (`page.htm.1`), the query of an
    address (`index.html?page=2`, `index.html@page=2`), and `suffixes` of packed files.
    """
    base = os.path.basename(name)
    found = re.search(r"(\.\w{1,12})[?@]\S", base)
    if found:
        return found[1].lower()
    stem, extension = os.path.splitext(base)
    while extension[1:].isdigit() or extension.lower() in suffixes:
        stem, extension = os.path.splitext(stem)
    return extension.lower() if re.fullmatch(r"\.\w*[a-zA-Z]\w*", extension) else ""
