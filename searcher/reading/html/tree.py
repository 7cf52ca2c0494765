"""Which elements does a page have?

`parse` turns a page into a light tree of `Node`s, after dropping what never is text (see
markup.py), which halves the page and the time.  libxml2 reads the markup as browsers do,
and its events build the nodes: a tenth of the time that a tree of a richer kind takes, and
every node knows its place (`at` to `end`) in the row of all, so that being inside another
is a comparison.

Two precautions against libxml2's silence: it drops text nested deeper than 256 levels and
text runs over 10 MB, so that nesting is flattened beforehand and its limits lifted.  A page
of more tags than any article has is refused rather than read for minutes.

Not done: scripts, styles, frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from searcher.errors import ReadError
from searcher.importing import InstalledOnly
from searcher.reading.html.words import BLOCK
from searcher.reading.markup import drop_dead_markup, flatten

__all__ = ["Node", "Page", "attribute", "classes", "parse", "parse_again", "text_of", "within"]

MAX_TAGS = 150_000
# Real pages declare some hundred things; each one more costs a look at every search.
MAX_DECLARATIONS = 5_000
_MAX_VALUE = 20_000  # characters of an attribute that are kept
_MAX_CLASSES = 1_000
_MAX_DEPTH = 100
_MOST_AGAIN = 300_000  # characters of a page that is parsed a second time
_MOST_TAGS_AGAIN = 5_000
_DECLARATION = re.compile(r"<(?:meta|link|base)\b[^<>]{0,4000}>", re.I)
_PARTING = BLOCK | {"br", "td", "th"}  # their text is no part of the word before or after
_SEAM = "\x1e"  # where an inline element starts or ends
_JOINED = re.compile(r"(?<=[a-zß-öø-ÿ\d:!?])\x1e+(?=[A-ZÀ-ÖØ-Þ])")
# In it a page broke off; Python's parser takes it for text.
_CUT_TAG = re.compile(r"<[a-zA-Z/!][^<>]*\Z")
_INSTRUCTION = re.compile(r"<\?[^<>]{0,2000}>")


class Node:
    """An element: its name, attributes, children (nodes and texts), and place in the page."""

    __slots__ = ("at", "attrs", "contents", "end", "name", "parent")

    def __init__(self, name: str, attrs: Mapping[str, str], parent: Node | None, at: int) -> None:
        self.name = name
        self.attrs = attrs
        self.contents: list[Node | str] = []
        self.parent = parent
        self.at = at  # its number in the page, in the order of start tags
        self.end = at + 1  # the number after its last descendant's

    @property
    def parents(self) -> Iterator[Node]:
        """The elements around it, the innermost first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class Page:
    """A page: its nodes in the order of their start tags, the first being its root."""

    def __init__(self, nodes: list[Node], linked_data: list[str], markup: str) -> None:
        self.nodes = nodes
        self.linked_data = linked_data
        self.markup = markup
        self._named: dict[str, list[Node]] = {}
        self._props: dict[str, list[Node]] = {}
        named, props = self._named, self._props
        for node in nodes:
            named.setdefault(node.name, []).append(node)
            prop = node.attrs.get("itemprop")
            if prop:
                for word in prop.split()[:8]:
                    props.setdefault(word.lower(), []).append(node)

    @property
    def root(self) -> Node:
        return self.nodes[0]

    @property
    def body(self) -> Node:
        """The element that holds what is shown."""
        return self.first("body") or self.root

    def named(self, *names: str) -> list[Node]:
        """The elements of a name, in order; of several names, one name after the other."""
        if len(names) == 1:
            return self._named.get(names[0], [])
        return [node for name in names for node in self._named.get(name, ())]

    def first(self, name: str) -> Node | None:
        found = self._named.get(name)
        return found[0] if found else None

    def marked(self, itemprop: str) -> list[Node]:
        """The elements with a microdata property, in order."""
        return self._props.get(itemprop.lower(), [])

    def inside(self, node: Node) -> list[Node]:
        """`node` and all its descendants, in order."""
        return self.nodes[node.at : node.end]


def parse(markup: str, *, name: str) -> Page:
    """Return the tree of a page.

    Raises:
        ReadError: it has too many tags, or none.
    """
    page, linked_data = drop_dead_markup(markup)
    page = _INSTRUCTION.sub("", page)
    if "<" not in page:
        raise ReadError(name, "no markup in this page")
    if page.count("<") > MAX_TAGS:
        raise ReadError(name, f"a page of more than {MAX_TAGS:,} tags", hint="split the page")
    page = flatten(page.replace("\0", ""), _MAX_DEPTH)
    if page.count("<") > MAX_DECLARATIONS:
        left = iter(range(MAX_DECLARATIONS))
        page = _DECLARATION.sub(lambda tag: tag[0] if next(left, None) is not None else "", page)
    builder = _Builder()
    # UTF-8 throughout, so that no declaration in the page has a say.
    parser = etree.HTMLParser(
        target=builder, recover=True, huge_tree=True, no_network=True, encoding="utf-8"
    )
    try:
        etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, AssertionError) as error:
        if len(builder.nodes) < 2:
            raise ReadError(name, "markup that no parser accepts") from error
    return Page(builder.nodes, linked_data, markup)


def parse_again(markup: str) -> Page | None:
    """Return the tree that Beautiful Soup makes of a page, or None of a large one.

    It is a second opinion for pages in which libxml2 finds no text: as Python's own parser
    keeps what stands in or after elements that were never closed, such as `<title>`.  It takes
    ten times as long, and is not linear, so that it is asked about small pages only.
    """
    page, linked_data = drop_dead_markup(markup)
    if len(page) > _MOST_AGAIN or page.count("<") > _MOST_TAGS_AGAIN:
        return None
    page = _CUT_TAG.sub("", _INSTRUCTION.sub("", page).replace("\0", ""))
    page = flatten(page, _MAX_DEPTH)
    with InstalledOnly():  # late: few pages need it
        from bs4 import BeautifulSoup, Tag
        from bs4.builder import ParserRejectedMarkup
        from bs4.element import NavigableString, PreformattedString
    try:
        soup = BeautifulSoup(page, "html.parser", multi_valued_attributes=None)
    except (ParserRejectedMarkup, AssertionError):
        return None
    builder = _Builder()
    stack = [iter(soup.contents)]
    while stack:
        for child in stack[-1]:
            if isinstance(child, Tag):
                attrs = {name: str(value) for name, value in child.attrs.items()}
                builder.start(child.name, attrs)
                stack.append(iter(child.contents))
                break
            if isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                builder.data(str(child))
        else:
            stack.pop()
            if stack:
                builder.end("")
    builder.close()
    return Page(builder.nodes, linked_data, markup)


class _Builder:
    """Builds nodes from a parser's events."""

    def __init__(self) -> None:
        self._here = Node("", {}, None, 0)
        self.nodes = [self._here]

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        nodes = self.nodes
        parent = self._here
        for value in attrs.values():
            if len(value) > _MAX_VALUE:
                attrs = {name: value[:_MAX_VALUE] for name, value in attrs.items()}
                break
        node = Node(tag, attrs, parent, len(nodes))
        nodes.append(node)
        parent.contents.append(node)
        self._here = node

    def end(self, _tag: str) -> None:
        node = self._here
        parent = node.parent
        if parent is not None:
            node.end = len(self.nodes)
            self._here = parent

    def data(self, text: str) -> None:
        self._here.contents.append(text)

    def close(self) -> None:
        node: Node | None = self._here
        while node is not None:  # what an error left open
            node.end = len(self.nodes)
            node = node.parent


def attribute(node: Node, name: str) -> str:
    """Return an attribute; "" when it is missing."""
    return node.attrs.get(name) or ""


def classes(node: Node) -> str:
    """Return class and id of an element, as one string to match patterns on."""
    attrs = node.attrs
    found = attrs.get("class")
    name = attrs.get("id")
    if not name:
        return found[:_MAX_CLASSES] if found else ""
    return f"{found[:_MAX_CLASSES]} {name[:_MAX_CLASSES]}" if found else name[:_MAX_CLASSES]


def text_of(node: Node, limit: int = 20_000) -> str:
    """Return the text of an element on one line, up to about `limit` characters."""
    parts: list[str] = []
    left = limit
    stack: list[tuple[Iterator[Node | str], str]] = [(iter(node.contents), "")]
    while stack and left > 0:
        children, gap = stack[-1]
        for child in children:
            if isinstance(child, str):
                parts.append(child)
                left -= len(child)
                if left <= 0:
                    break
                continue
            inner = " " if child.name in _PARTING else ""
            # "TopicHeadline": two lines in two elements, of a style we do not see.
            parts.append(inner or _SEAM)
            stack.append((iter(child.contents), inner))
            break
        else:
            stack.pop()
            parts.append(gap or _SEAM)
    text = "".join(parts)[:limit]
    if _SEAM in text:
        text = _JOINED.sub(" ", text).replace(_SEAM, "")
    return " ".join(text.split())


def within(node: Node, other: Node) -> bool:
    """Say whether `node` is `other` or inside it."""
    return other.at <= node.at < other.end
