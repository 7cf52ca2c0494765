"""Where are the records of a feed, however broken the XML around them?

Feeds are the least well-formed XML there is, and an XML parser that meets one bad sign
gives up, or loses what follows.  So the file is not parsed as a whole: the text is cut at
`<item>` and `<entry>` (outside CDATA and comments), and each record is mended and parsed
on its own.  A broken record costs itself alone, and memory holds one record.

Mended are: named entities of HTML and those that the file declares as plain text, bare
`&`, control characters, unclosed CDATA, undeclared prefixes, ends that are missing.
Prefixes are read by the address of their namespace where one is known (`content:encoded`
under any prefix), else as they are written.

What stands outside records (the channel) is one more piece; up to 8 MiB of a file are
looked at before its first record is given out, so that what stands behind the records of
a usual feed counts too.

Not done: DTDs, entities that hold entities (refused: bombs are made of them).
"""

from __future__ import annotations

import base64
import codecs
import html
import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from searcher.errors import ReadError
from searcher.importing import InstalledOnly
from searcher.reading.encoding import codec_for, decode
from searcher.reading.source import MAX_ARTICLE, Source
from searcher.reading.weight import check_weight, xml_weight

__all__ = ["Records", "child", "children", "children_of", "markup_in", "name_of", "text_in"]

_FIRST = 8 << 20
_CHUNK = 1 << 20
_MAX_OUTSIDE = 1 << 20
_MARK = re.compile(r"<!\[CDATA\[|<!--|<(/?)((?:[\w.-]{1,40}:)?(?:item|entry))(?=[\s/>])", re.I)
_LONGEST_MARK = 64
_XMLNS = re.compile(r"\bxmlns(?::[\w.-]{1,40})?\s*=\s*(?:\"[^\"<&]{0,300}\"|'[^'<&]{0,300}')")
_BASE = re.compile(r"\bxml:(base|lang)\s*=\s*(?:\"([^\"<]{0,2000})\"|'([^'<]{0,2000})')")
_TAGS = re.compile(r"<(?![!?])[\w.:-]{1,80}\b[^<>]{0,20000}>")
_INSTRUCTION = re.compile(r"<\?[^<>]{0,1000}>")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[<>]{0,1000}([\[>])", re.I)
_SUBSET_END = re.compile(r"\]\s*>")
_MAX_SUBSET = 1 << 20
_ENTITY = re.compile(
    r"<!ENTITY\s+(%?\s*)([\w.:-]{1,80})\s+(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')\s*>"
)
_MOST_ENTITIES = 300
_LONGEST_ENTITY = 100
_UNWELL = re.compile(
    r"<!\[CDATA\[|<!--|&(?:#(?:(\d{1,8})|[xX]([0-9a-fA-F]{1,7}));|([A-Za-z][\w.-]{0,40});|)"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)
_OF_XML = frozenset(["amp", "lt", "gt", "quot", "apos"])
_NAMESPACES = (
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/dc/", "dc"),
    ("wordpress.org/export/", "wp"),
    ("search.yahoo.com/mrss", "media"),
    ("itunes.com/dtds/podcast", "itunes"),
    ("rssnamespace.org/feedburner", "feedburner"),
    ("schemas.google.com/blogger", "blogger"),
    ("w3.org/2007/app", "app"),
    ("purl.org/atom/app", "app"),
    ("w3.org/2005/atom", "atom"),
    ("purl.org/atom/ns", "atom"),
    ("w3.org/1999/xhtml", "xhtml"),
    ("w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ("purl.org/rss/1.0", ""),
    ("my.netscape.com/rdf/simple/0.9", ""),
    ("backend.userland.com/", ""),
)
_UTF_32 = {b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be"}
_LOST = re.compile(r"depth|huge|too long|too deep", re.I)


class Records:
    """The records of one feed, and its channel.

    Iterating gives, for each record in order, its number and its element, or the error
    that says why it has none.
    """

    def __init__(self, source: Source) -> None:
        self._name = source.name
        self._first, self.encoding, self._more = _text_of(source)
        start, end = _doctype(self._first)
        self._entities = _entities(self._first[start:end], source.name)
        # What a DTD says of comments and items is none of ours.
        self._first = self._first[:start] + self._first[end:]
        self.base = self.language = None
        first = next(_cuts(self._first, complete=False), None)
        before = self._first[: first[0] if first else _MAX_OUTSIDE][:_MAX_OUTSIDE]
        declared: dict[str, str] = {}
        for tag in _TAGS.findall(before)[:200]:
            for found in _XMLNS.findall(tag):
                declared.setdefault(found.partition("=")[0].strip(), found)
            for name, double, single in _BASE.findall(tag):
                if name == "lang":
                    self.language = self.language or double or single
                else:
                    self.base = self.base or html.unescape(double or single)
        self._declared = " ".join(list(declared.values())[:100])
        self.channel = self._parse(_INSTRUCTION.sub("", self._outside()))

    def _outside(self) -> str:
        """What stands around the records of the part that was read first."""
        parts: list[str] = []
        size = at = 0
        if self._more is not None:
            first = next(_cuts(self._first, complete=False), None)
            return self._first[: first[0] if first else None][:_MAX_OUTSIDE]
        for start, end in _cuts(self._first):
            parts.append(self._first[at:start])
            size += start - at
            at = end
            if size > _MAX_OUTSIDE:
                return "".join(parts)[:_MAX_OUTSIDE]
        return ("".join(parts) + self._first[at : at + _MAX_OUTSIDE - size])[:_MAX_OUTSIDE]

    def __iter__(self) -> Iterator[tuple[int, etree._Element | ReadError]]:
        number = 0
        for record in self._pieces():
            number += 1
            if isinstance(record, ReadError):
                yield number, record
                continue
            try:
                root = self._parse(record)
            except ReadError as error:
                yield number, ReadError(self._name, error.reason, record=number)
                continue
            element = root[0] if root is not None and len(root) else None
            if element is None:
                yield number, ReadError(self._name, "a record that cannot be parsed", record=number)
            else:
                yield number, element

    def _pieces(self) -> Iterator[str | ReadError]:
        text, more = self._first, self._more
        at = 0
        while True:
            complete = more is None
            done = at
            for start, end in _cuts(text, at, complete=complete):
                yield text[start:end]
                done = end
            if more is None:
                return
            text = text[done:]
            at = 0
            if len(text) > MAX_ARTICLE:
                yield ReadError(
                    self._name, "a record larger than 64 MiB, and what follows is not read"
                )
                return
            # As much again as is kept, so that a long record is not looked at from its
            # start for every piece.
            wanted = max(_CHUNK, len(text))
            parts = [text]
            while wanted > 0:
                piece = next(more, None)
                if piece is None:
                    more = None
                    break
                parts.append(piece)
                wanted -= len(piece)
            text = "".join(parts)

    def _parse(self, piece: str) -> etree._Element | None:
        """Mend and parse one piece; what it holds stands in a root of our own."""
        mended = self._mended(piece)
        parser = etree.XMLParser(
            recover=True, resolve_entities=False, no_network=True, load_dtd=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        data = f"<records {self._declared}>{mended}</records>".encode("utf-8", "replace")
        check_weight(xml_weight(data), self._name)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise ReadError(self._name, f"no XML that can be read: {error.msg}") from error
        for entry in parser.error_log:
            if entry.level >= 3 and _LOST.search(entry.message):
                raise ReadError(self._name, f"no XML that can be read: {entry.message}")
        return root

    def _mended(self, piece: str) -> str:
        parts: list[str] = []
        at = 0
        no_end: set[str] = set()
        while found := _UNWELL.search(piece, at):
            mark = found[0]
            parts.append(piece[at : found.start()])
            at = found.end()
            if mark in ("<![CDATA[", "<!--"):
                closer = "]]>" if mark[2] == "[" else "-->"
                end = -1 if closer in no_end else piece.find(closer, at)
                if end < 0:
                    no_end.add(closer)  # without its marker, the rest is markup again
                    continue
                if closer == "]]>":
                    inner = _CONTROL.sub("", piece[at:end])
                    parts.append(f"{mark}{inner}{closer}")
                at = end + 3
            elif mark[0] != "&":
                continue
            elif found[3] is not None:
                parts.append(self._entity(found[3]))
            elif found[1] is not None or found[2] is not None:
                number = int(found[1]) if found[1] else int(found[2], 16)
                parts.append(_character(number))
            else:
                parts.append("&amp;")
        parts.append(piece[at:])
        return "".join(parts)

    def _entity(self, name: str) -> str:
        if name in _OF_XML:
            return f"&{name};"
        value = self._entities.get(name)
        if value is None:
            value = html.unescape(f"&{name};")
        if value == f"&{name};":
            return f"&amp;{name};"
        return html.escape(value)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _character(number: int) -> str:
    if number in (9, 10, 13):
        return " "
    if number < 32 or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF or number & 0xFFFE == 0xFFFE:
        return ""
    if 0x80 <= number < 0xA0:  # meant as windows-1252
        return html.unescape(f"&#{number};")
    return f"&#{number};"


def _entities(doctype: str, name: str) -> dict[str, str]:
    """The entities that a file declares as plain text."""
    found: dict[str, str] = {}
    for parameter, entity, double, single in _ENTITY.findall(doctype)[:_MOST_ENTITIES]:
        value = double or single
        if parameter or re.search(r"&[A-Za-z]|%[A-Za-z]", value):
            raise ReadError(
                name, "XML that declares entities made of entities", hint="such files are bombs"
            )
        if len(value) <= _LONGEST_ENTITY:
            found.setdefault(entity, html.unescape(re.sub(r"<[^<>]*>", "", value)))
    return found


def _doctype(text: str) -> tuple[int, int]:
    """Start and end of the document type declaration; of nothing if there is none."""
    found = _DOCTYPE.search(text, 0, _CHUNK)
    if found is None:
        return 0, 0
    if found[1] == ">":
        return found.span()
    end = _SUBSET_END.search(text, found.end(), found.end() + _MAX_SUBSET)
    return found.start(), end.end() if end else found.end()


def _cuts(text: str, at: int = 0, *, complete: bool = True) -> Iterator[tuple[int, int]]:
    """Yield start and end of each record.

    A record ends at its closing tag, or where the next one of its name begins.  Of a text
    that goes on (not `complete`), the last record is not given out.
    """
    start = -1
    open_name = ""
    no_end: set[str] = set()
    while found := _MARK.search(text, at):
        at = found.end()
        name = found[2]
        if name is None:
            closer = "]]>" if found[0][2] == "[" else "-->"
            end = -1 if closer in no_end else text.find(closer, at)
            if end >= 0:
                at = end + 3
            elif complete:
                no_end.add(closer)
            else:
                return
            continue
        if start >= 0 and name != open_name:
            continue  # an Atom entry inside an RSS item, or the other way round
        if found[1]:
            end = text.find(">", at)
            if start >= 0 and (end >= 0 or complete):
                yield start, end + 1 if end >= 0 else len(text)
                start = -1
                at = max(at, end + 1)
            continue
        if start >= 0:
            yield start, found.start()
        start, open_name = found.start(), name
        end = text.find(">", at, at + 100_000)
        if end > 0 and text[end - 1] == "/":
            yield start, end + 1
            start = -1
            at = end + 1
    if start >= 0 and complete:
        # What stands behind an unclosed last record is the end of the channel.
        yield start, len(text)


def _text_of(source: Source) -> tuple[str, str, Iterator[str] | None]:
    """The text of the first part, the encoding, and the pieces that follow, if any."""
    data = source.read_some(_FIRST) if hasattr(source, "read_some") else source.stream.read(_FIRST)
    more = source.stream.peek(1)[:1] if len(data) == _FIRST else b""
    wide = _UTF_32.get(data[:4])  # without its mark, as XML may have it
    if wide is not None:
        return (data + source.read()).decode(wide, "replace"), wide, None
    if not more:
        text, encoding = decode(data, name=source.name)
        return text, encoding, None
    _, encoding = decode(data[: -4 if len(data) % 4 == 0 else None], name=source.name)
    codec = codec_for(encoding) or encoding
    if data[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        codec = "utf-32"
    elif data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        codec = "utf-16"
    elif codec == "utf-8":
        codec = "utf-8-sig"
    with InstalledOnly():
        decoder = codecs.getincrementaldecoder(codec)("replace")
    first = decoder.decode(data)

    def pieces() -> Iterator[str]:
        while chunk := source.stream.read(_CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", True)

    return first, encoding, pieces()


def name_of(element: etree._Element) -> str:
    """The name of an element: `title`, `content:encoded`, whatever its prefix in the file."""
    tag = element.tag
    return _name(tag, element.prefix) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _name(tag: str, own_prefix: str | None) -> str:
    if tag[0] != "{":
        prefix, _, local = tag.rpartition(":")
        return f"{prefix.lower()}:{local.lower()}" if prefix else local.lower()
    address, _, local = tag[1:].rpartition("}")
    address = address.lower()
    prefix = next((short for part, short in _NAMESPACES if part in address), own_prefix or "")
    if prefix == "wp" and "/excerpt" in address:
        prefix = "excerpt"
    return f"{prefix}:{local.lower()}" if prefix else local.lower()


def children_of(element: etree._Element) -> dict[str, list[etree._Element]]:
    """The children of an element by their names; those of Atom without a prefix too."""
    found: dict[str, list[etree._Element]] = {}
    for one in element:
        name = name_of(one)
        if name:
            found.setdefault(name, []).append(one)
    for name in [name for name in found if name.startswith("atom:")]:
        found.setdefault(name[5:], []).extend(found[name])
    return found


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of one name."""
    return [one for one in element if name_of(one) in (name, f"atom:{name}")]


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of one name."""
    return next(iter(children(element, name)), None)


def text_in(element: etree._Element | None) -> str:
    """All text in an element."""
    return "" if element is None else "".join(element.itertext()).strip()


def _unpacked(text: str) -> str:
    """What Atom 0.3 has in base64, which may be a picture."""
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except ValueError:
        return ""


def markup_in(element: etree._Element) -> str:
    """What stands in an element as text of HTML: its text, or its elements written out.

    Text and elements may be mixed, when markup was not escaped; XHTML is elements alone.
    """
    if not len(element):
        text = element.text or ""
        return _unpacked(text) if element.get("mode") == "base64" else text
    parts: list[str] = [html.escape(element.text or "", quote=False)]
    stack: list[tuple[etree._Element | str, bool]] = [(one, False) for one in reversed(element)]
    while stack:
        one, ends = stack.pop()
        if isinstance(one, str):
            parts.append(one)
            continue
        name = re.split("[:}]", one.tag)[-1] if isinstance(one.tag, str) else ""
        if ends or not name:
            parts.append(f"</{name}>" if name else "")
            parts.append(html.escape(one.tail or "", quote=False))
            continue
        kind = one.get("class")
        mark = f' class="{html.escape(kind)}"' if kind else ""
        parts.append(f"<{name}{mark}>{html.escape(one.text or '', quote=False)}")
        stack.append((one, True))
        stack += [(inner, False) for inner in reversed(one)]
    return "".join(parts)
