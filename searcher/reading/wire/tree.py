"""What stands where in the XML of a wire?

Wires bend their standards: other namespaces than declared or none at all, prefixes, names in
other case, XHTML or NITF or the agency's own markup inside.  So everything here goes by local
names, folded to lower case: `at(item, "itemMeta/versionCreated")` is the first such
grandchild, `every` all of them, `value` an attribute.

`blocks` turns any markup into its paragraphs in reading order.  It knows the few elements that
stand inside a line (`person`, `em`, `money`) and those that are no text (`media`, `script`);
every other element is a block, so that an agency's own names need no table.  A row of a table
is a paragraph: agate, the small print of scores and quotations, is read by lines.

Not done here: finding out what a block is for; that is known to the readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from searcher.reading.attributes import has_many_attributes
from searcher.reading.markup import flatten, looks_like_html, strip_tags, unescape
from searcher.reading.prose import clean_line, paragraphs
from searcher.reading.xml import Element

__all__ = ["Block", "Element", "at", "blocks", "every", "html_blocks", "name_of", "value", "words"]


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_INLINE = _set(
    """
    a abbr acronym alt-code b bdi bdo big cite city classifier code copyrite copyrite.holder
    copyrite.year country del dfn em event fixture font frac function i ins kbd label lang
    location mark money name.family name.given name.title num object.title org person pronounce
    q region rp rt ruby s samp small span state story.date strike strong sub sublocation sup
    time tt u var virtloc wbr chron chron.norm denom numer
    """
)
# No text of the article: pictures with their captions, notes, what scripts and pages need.
_SKIPPED = _set(
    """
    script style head title meta link template noscript iframe object embed param applet svg
    math audio video source track canvas map img figure figcaption media media-caption
    media-producer media-reference media-metadata media-object caption photo picture nav form
    button input select textarea note body.end colgroup bild bildtext foto graphic tagline dat
    """
)
# Within one of these an element that is none of those is a part of the line.
_LINES = _set("p li dd dt td th h1 h2 h3 h4 h5 h6 hl1 hl2 pre blockquote bq citat mellis ingress")
_BLOCKS = _LINES | _set(
    """
    div section article header footer main aside address center ul ol dl table thead tbody tfoot
    tr caption nitf-table nitf-table-metadata nitf-col block body body.content abstract byline
    """
)
# Remarks that stand beside the text: TT's place and source, dpa's notebook.
_HIDDEN = frozenset(["dat", "notepad", "nonpublic", "np-nonpublic"])
_CELLS = frozenset(["td", "th"])
_BREAKS = frozenset(["br", "hr"])
_BREAK = "\v"  # for `br`, while blanks and newlines of the markup are alike
_MOST_TAGS = 150_000  # that make a tree; more are taken off as text
_MAX_DEPTH = 100  # of HTML; libxml2 loses what is deeper than 256 levels


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, the element that holds it and that element's classes."""

    text: str
    name: str
    classes: str = ""

    @property
    def is_heading(self) -> bool:
        """Say whether it is a headline or a heading within the text."""
        return self.name in ("h1", "h2", "h3", "h4", "hl1", "hl2", "rubrik")


def name_of(element: Element) -> str:
    """The local name in lower case; empty for comments, instructions and entities."""
    tag = element.tag
    return _folded(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _folded(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.lower().split("/"))


def every(element: Element | None, path: str) -> list[Element]:
    """All descendants of `element` down the local names of `path`."""
    found = [] if element is None else [element]
    for name in _steps(path):
        found = [child for parent in found for child in parent if name_of(child) == name]
    return found


def at(element: Element | None, *paths: str) -> Element | None:
    """The first element that one of `paths` leads to, or None."""
    return next((found[0] for path in paths if (found := every(element, path))), None)


def value(element: Element | None, *names: str) -> str:
    """The first attribute of `names`, whatever its namespace, that is not blank."""
    if element is None:
        return ""
    keys = element.keys()  # lxml looks each value up anew: all of them cost a square
    for name in names:
        wanted = name.lower()
        for key in keys:
            if key.rpartition("}")[2].lower() == wanted and (line := clean_line(element.get(key))):
                return line
    return ""


def words(element: Element | None) -> str:
    """The text of an element on one line, without comments."""
    if element is None:
        return ""
    return clean_line(_joined(element) if len(element) else element.text or "")


def _joined(element: Element) -> str:
    pieces: list[str] = []
    for piece in _walk(element):
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece.opens and piece.name not in _INLINE:
            pieces.append(" ")
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where an element begins or ends."""

    name: str
    opens: bool
    classes: str = ""


def _walk(root: Element, skipped: frozenset[str] = frozenset()) -> Iterator[str | _Edge]:
    """Yield text and the edges of elements, in order; a stack of our own, for deep trees."""
    stack: list[str | _Edge | Element] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str | _Edge):
            yield item
            continue
        if item.tag is etree.Entity:
            yield unescape(item.text or "")
            continue
        name = name_of(item)
        if not name or (name in skipped and item is not root):
            continue
        classes = value(item, "class")
        if skipped and classes and not _HIDDEN.isdisjoint(classes.casefold().split()):
            continue
        yield _Edge(name, True, classes)
        stack.append(_Edge(name, False))
        for child in reversed(item):
            if child.tail:
                stack.append(child.tail)
            stack.append(child)
        if item.text:
            stack.append(item.text)


def blocks(root: Element | None, *, also_skipped: frozenset[str] = frozenset()) -> list[Block]:
    """Return the paragraphs of an element, in reading order."""
    if root is None:
        return []
    found: list[Block] = []
    line: list[str] = []
    opened: list[tuple[str, str]] = [(name_of(root), "")]
    rows = 0  # of tables, that are open

    def flush() -> None:
        if line:
            text = "".join(line)
            line.clear()
            found.extend(_paragraphs_of(text, *opened[-1]))

    for piece in _walk(root, _SKIPPED | also_skipped):
        if isinstance(piece, str):
            line.append(piece)
            continue
        name = piece.name
        if name == "tr":
            rows += 1 if piece.opens else -1
        if name in _INLINE or (name not in _BLOCKS | _BREAKS and opened[-1][0] in _LINES):
            continue
        if name in _CELLS or (rows and name != "tr"):
            line.append(" ")
        elif name == "br":
            line.append(_BREAK if piece.opens else "")
        elif name == "hr":
            flush()
        elif piece.opens:
            flush()
            opened.append((name, piece.classes))
        else:
            flush()
            if len(opened) > 1:
                opened.pop()
    flush()
    return found


def _paragraphs_of(text: str, name: str, classes: str) -> Iterator[Block]:
    if "<" in text and looks_like_html(text):  # markup that was escaped once too often
        lines = paragraphs(strip_tags(text))
    elif "\n" in text and name in ("pre", "datacontent", "inlinedata"):
        lines = paragraphs(text)
    elif _BREAK in text:  # a new line, or a line that a teleprinter could not hold
        lines = paragraphs("\n".join(" ".join(part.split()) for part in text.split(_BREAK)))
    else:
        lines = [clean_line(text)]
    for line in lines:
        if line:
            yield Block(line, name, classes)


def html_blocks(text: str, *, sure: bool = False) -> list[Block]:
    """Return the paragraphs of a string that holds HTML (if that is `sure`), or text."""
    if "<" not in text or not (sure or looks_like_html(text)):
        return [Block(line, "p") for line in paragraphs(unescape(text))]
    if text.count("<") > _MOST_TAGS or has_many_attributes(text):
        return [Block(line, "p") for line in paragraphs(strip_tags(text))]
    parser = etree.HTMLParser(
        huge_tree=True, recover=True, no_network=True, remove_comments=True, encoding="utf-8"
    )
    data = flatten(text.replace("\0", ""), _MAX_DEPTH).encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing in it that is markup
        root = None
    return blocks(root) if root is not None else []
