"""Which elements are in a file of XML?

lxml's parser as no stranger's file can misuse it: entities are not resolved, nothing is
loaded, neither from the network nor from the disk, and the limits of libxml2 stand.  Real
files are broken in few ways, and the parser recovers: control characters, HTML's entities
that XML does not know, a missing end.  What it cannot go on from it drops without an
exception, so its log is read, and the file is refused where text was lost.

`parse_xml` reads a whole record of up to 64 MiB; `iter_xml` streams the elements of a file
of any size, each freed when the next is asked for.

Names are compared without their namespaces: producers write the same elements under none,
under the right one and under their own.

Source: libxml2's documentation of its parser options (XML_PARSE_RECOVER, XML_PARSE_HUGE).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.entities import name2codepoint
from typing import Any

from lxml import etree

from searcher.errors import ReadError
from searcher.reading.encoding import decode
from searcher.reading.source import MAX_ARTICLE, Source
from searcher.reading.weight import check_weight, xml_weight

__all__ = [
    "Element",
    "attribute",
    "child",
    "children",
    "descendants",
    "iter_xml",
    "local",
    "paragraphs_in",
    "parse_xml",
    "text_in",
]

Element = Any
"""An element of lxml, which has no types."""

# After these libxml2 has dropped what follows.
_LOST = frozenset(
    (
        etree.ErrorTypes.ERR_ENTITY_LOOP,
        etree.ErrorTypes.ERR_RESOURCE_LIMIT
        if hasattr(etree.ErrorTypes, "ERR_RESOURCE_LIMIT")
        else -1,
        etree.ErrorTypes.ERR_NAME_TOO_LONG,
        etree.ErrorTypes.ERR_NO_MEMORY,
    )
)
_LOST_WORDS = re.compile(
    r"xmlSAX2Characters: huge text node|Excessive depth|Maximum entity|too long"
)
_ELEMENT = re.compile(rb"<[A-Za-z]")
_BOUNDS = "elements may be nested 256 deep, and a text hold 10 MB"
_DECLARES = re.compile(rb"<!ENTITY\s", re.I)
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_NO_CONTROLS = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0")
_SPACE = re.compile(r"\s+")
# Elements that begin a new paragraph, in XHTML, NITF and the like.
_BLOCKS = frozenset(
    [
        "p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2", "li", "ul", "ol", "dl",
        "dt", "dd", "table", "tr", "blockquote", "pre", "block", "section", "article", "hr", "fn",
        "nitf-table", "figure", "figcaption", "aside", "bq", "credit", "paragraph", "para",
    ]
)  # fmt: skip


def parse_xml(data: bytes, name: str, *, limit: int = MAX_ARTICLE) -> Element:
    """Return the root element of `data`.

    Raises:
        ReadError: it is larger than `limit` bytes or than memory allows, is no XML, or text of
            it would be lost.
    """
    if len(data) > limit:
        raise ReadError(name, f"XML larger than {limit >> 20} MiB", hint="split the file")
    check_weight(xml_weight(data), name)
    if _DECLARES.search(data, 0, 1 << 16) and _ENTITY.search(data):
        data = _without_entities(data)
    data = _cleaned(data)
    parser = _parser(_charset(data, name))
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(name, f"not XML: {error.msg}", line=error.lineno) from error
    except ValueError as error:
        raise ReadError(name, f"not XML: {error}") from error
    if root is None:
        raise ReadError(name, "not XML: no element in it")
    _refuse_if_lost(parser.error_log, name)
    return root


def iter_xml(source: Source, tags: Collection[str]) -> Iterator[Element]:
    """Yield each outermost element with a local name in `tags` at its end, then free it.

    What a file that breaks off has of an element is yielded too.

    Raises:
        ReadError: the file is no XML, or text of it would be lost.
    """
    data = source.stream.read(1 << 18).lstrip()
    is_wide = any(sign in data[:4] for sign in _WIDE)  # the same in all that follows
    held = weight = 0  # bytes of the element that is not yet whole, and what it takes as a tree
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, recover=True,
        load_dtd=False, remove_comments=True, remove_pis=True,
        encoding=_charset(_cleaned(data), source.name),
    )  # fmt: skip
    wanted = frozenset(tags)
    opened = depth = 0  # elements, and of them those that are wanted
    root = ""
    while True:
        try:
            if data:
                parser.feed(data if is_wide else _cleaned(data))
            else:
                parser.close()
        except etree.XMLSyntaxError as error:
            raise ReadError(source.name, f"not XML: {error.msg}", line=error.lineno) from error
        for event, element in parser.read_events():
            step = 1 if event == "start" else -1
            opened += step
            root = root or local(element)
            if not isinstance(element.tag, str) or local(element) not in wanted:
                if event == "end" and not depth:
                    _free(element)
                continue
            depth += step
            if event == "end" and not depth:
                yield element
                _free(element)
        if not data:
            break
        end = _ending(root).search(data) if root and not opened else None
        if end is not None and _ELEMENT.search(data, end.end()):
            raise ReadError(source.name, "more behind the end of the XML", hint="split the file")
        held = held + len(data) if depth else 0
        if held > MAX_ARTICLE:
            raise ReadError(source.name, f"an element larger than {MAX_ARTICLE >> 20} MiB")
        weight = weight + xml_weight(data) if depth else 0
        check_weight(weight, source.name)
        data = source.stream.read(1 << 18)
    _refuse_if_lost(parser.error_log, source.name)
    if opened:  # the parser has stopped, and its log does not say so
        raise ReadError(source.name, "XML beyond what is read", hint=_BOUNDS)


def _ending(root: str) -> re.Pattern[bytes]:
    return re.compile(rb"</(?:[\w.-]{1,60}:)?" + re.escape(root.encode()) + rb"\s*>")


def _free(element: Element) -> None:
    element.clear(keep_tail=True)
    while element.getprevious() is not None and element.getparent() is not None:
        del element.getparent()[0]


def _charset(data: bytes, name: str) -> str | None:
    """What to read instead of what the file declares, if that cannot be.

    UTF-8 is seldom UTF-8 by chance, and Latin-1 of newsrooms is windows-1252; libxml2 takes
    every declaration at its word, and replaces what is no UTF-8 where there is none.
    """
    if data.isascii() or any(sign in data[:4] for sign in _WIDE):
        return None
    charset = decode(data, name=name)[1]
    return charset if charset in ("utf-8", "windows-1252") else None


def _parser(charset: str | None) -> Any:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, load_dtd=False, remove_pis=True,
        remove_comments=True, strip_cdata=True, encoding=charset,
    )  # fmt: skip


def _cleaned(data: bytes) -> bytes:
    """`data` with the characters of HTML for its entities, and no control characters."""
    if any(sign in data[:4] for sign in _WIDE):
        return data
    return _ENTITY.sub(_character, data.translate(_NO_CONTROLS))


def _character(found: re.Match[bytes]) -> bytes:
    code = name2codepoint.get(found[1].decode("ascii"))
    return found[0] if code is None else b"&#%d;" % code


def _without_entities(data: bytes) -> bytes:
    """`data` without the references to the entities that it declares itself."""
    return _ENTITY.sub(lambda m: _character(m) if m[1].decode() in name2codepoint else b" ", data)


def _refuse_if_lost(log: Any, name: str) -> None:
    for entry in log:
        if entry.type in _LOST or _LOST_WORDS.search(entry.message):
            raise ReadError(
                name,
                f"XML beyond what is read: {entry.message.strip()[:120]}",
                line=entry.line,
                hint=_BOUNDS,
            )


def local(element: Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> list[Element]:
    """The children of an element with one of these local names."""
    return [inner for inner in element if local(inner) in names]


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down a path of local names; None where there is none."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """All elements below (or at) `element` with one of these local names, in order."""
    return (inner for inner in element.iter() if local(inner) in names)


def attribute(element: Element | None, name: str) -> str:
    """The value of an attribute by its local name, without blanks around; "" if absent."""
    if element is None:
        return ""
    keys = element.keys()  # lxml looks each value up anew: all of them cost a square
    for key in keys:
        if key.rpartition("}")[2] == name:
            return str(element.get(key)).strip()
    return ""


def text_in(element: Element | None) -> str:
    """All text in an element on one line."""
    if element is None:
        return ""
    return _SPACE.sub(" ", "".join(_texts(element))).strip()


def _texts(element: Element) -> Iterator[str]:
    for inner in element.iter():
        if isinstance(inner.tag, str):
            yield inner.text or ""
        elif inner.tag is etree.Entity:  # declared by nobody
            yield " "
        if inner is not element:
            yield inner.tail or ""


def paragraphs_in(element: Element | None, *, skip: Collection[str] = ()) -> list[str]:
    """The text of an element as paragraphs, cut where its block elements begin and end.

    Arguments:
        skip: local names of elements that are passed over with all that is in them.
    """
    lines: list[str] = []
    pieces: list[str] = []

    def flush() -> None:
        line = _SPACE.sub(" ", "".join(pieces)).strip()
        pieces.clear()
        if line:
            lines.append(line)

    if element is None:
        return lines
    # By hand, since recursion would be as deep as the file says.
    stack: list[tuple[Element, bool]] = [(element, False)]
    while stack:
        node, is_end = stack.pop()
        name = local(node)
        if not is_end:
            if name in skip and node is not element:
                pieces.append(" ")
                pieces.append(node.tail or "")
                continue
            if name in _BLOCKS:
                flush()
            pieces.append((node.text or "") if isinstance(node.tag, str) else " ")
            stack.append((node, True))
            stack.extend((inner, False) for inner in reversed(node))
            continue
        if name in _BLOCKS:
            flush()
        elif name in ("td", "th"):
            pieces.append(" ")
        if node is not element:
            pieces.append(node.tail or "")
    flush()
    return lines
