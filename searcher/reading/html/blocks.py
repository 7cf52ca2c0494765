"""Which runs of text does a page show, and where in the tree?

One pass over the tree cuts the page into blocks: what a reader sees as a paragraph,
heading, list item or line.  Each block knows its element, the share of its text that
lies in links, and the outermost box around it that looks like furniture (a menu,
a share bar, comments).  Choosing among blocks is the work of body.py.

Boxes are judged by element and by class and id, whose vocabulary is words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from searcher.reading.html.tree import Node, attribute, classes
from searcher.reading.html.words import (
    BLOCK,
    BODY_WORDS,
    CAMEL,
    DROPPED,
    FRAMES,
    FURNITURE,
    FURNITURE_PROPS,
    FURNITURE_ROLES,
    FURNITURE_TAGS,
    HIDDEN_STYLE,
    INLINE_BOXES,
    LINE_FURNITURE,
    LINES,
    NO_KIND,
    STRONG_WORDS,
    WHOLE,
)

__all__ = ["TextBlock", "blocks_of", "class_words", "is_hidden", "is_marked_body", "stands_apart"]


_APART = re.compile(
    r"comment|related|recommend|sidebar|widget|footer|teaser|event|latest|popular|recent|reply|"
    r"more-|card|promo|list|tweet|carousel|aside",
    re.I,
)


_MOST_BEFORE_PLACE = 4  # blanks and line ends
# The place at the head of a story's first paragraph is in its text, unlike a date.
_DATELINE = re.compile(r"(?:^|[\s_-])(?:date-?line|location|place)(?:$|[\s_-])", re.I)


@dataclass(slots=True)
class TextBlock:
    """A run of text: `element` shows it, `boxes` are the pieces of furniture around it."""

    text: str
    tag: str
    element: Node
    links: float
    boxes: tuple[Node, ...]


def is_furniture(tag: Node) -> bool:
    """Say whether a box looks like furniture, by element, role, class or id."""
    name = tag.name
    if name in FRAMES:
        return False
    attrs = tag.attrs
    if not attrs:
        return name in FURNITURE_TAGS
    if attrs.get("role") in FURNITURE_ROLES or attrs.get("itemprop") in FURNITURE_PROPS:
        return True
    if is_hidden(tag):
        return True
    named = class_words(tag)
    if named:
        if name in LINES:
            return _names_line_furniture(named)
        if _names_furniture(named):
            return True
    return name in FURNITURE_TAGS


def _begins_with_place(element: Node, text: list[str], inline: Node) -> bool:
    """Say whether a paragraph, of which `text` is known, begins with the place of a story."""
    if element.name != "p" or len(text) > _MOST_BEFORE_PLACE or any(map(str.strip, text)):
        return False
    return _DATELINE.search(classes(inline)) is not None


def leads_nowhere(anchor: Node) -> bool:
    """Say whether an `<a>` is a place, or the handle of a script: what it holds is no link."""
    href = anchor.attrs.get("href")
    return href is None or href.strip()[:11].lower() == "javascript:"


def is_hidden(tag: Node) -> bool:
    """Say whether the markup itself hides an element."""
    attrs = tag.attrs
    if "hidden" in attrs or attrs.get("aria-hidden") == "true":
        return True
    style = attrs.get("style")
    return bool(style) and HIDDEN_STYLE.search(style or "") is not None


def class_words(tag: Node) -> str:
    """Return class and id without the words that say how a box looks or what it lacks."""
    named = classes(tag)
    if not named:
        return ""
    if tag.attrs.get("id", "").count("-") > 2:
        # "sharing-with-several-developers" is a heading made into an anchor, no kind of box.
        named = attribute(tag, "class")
    return _telling(named)


@lru_cache(maxsize=16384)
def _telling(named: str) -> str:
    words = (CAMEL.sub("-", word) for word in named.split() if not NO_KIND.search(word))
    return " ".join(word for word in words if not NO_KIND.search(word))


@lru_cache(maxsize=16384)
def _names_line_furniture(named: str) -> bool:
    return LINE_FURNITURE.search(named) is not None


@lru_cache(maxsize=16384)
def _names_furniture(named: str) -> bool:
    if STRONG_WORDS.search(named):
        return True
    return FURNITURE.search(named) is not None and not BODY_WORDS.search(named)


@lru_cache(maxsize=16384)
def _names_body(named: str) -> bool:
    return BODY_WORDS.search(named) is not None


def is_marked_body(tag: Node) -> bool:
    """Say whether an element is marked as the text of an article."""
    if attribute(tag, "itemprop") in ("articleBody", "reviewBody"):
        return True
    named = class_words(tag)
    return bool(named) and _names_body(named)


@lru_cache(maxsize=8192)
def _is_apart(named: str) -> bool:
    return bool(named) and _APART.search(named) is not None


def stands_apart(node: Node) -> bool:
    """Say whether an element stands among comments, other stories, or at the page's foot."""
    for number, parent in enumerate((node, *node.parents)):
        if number > 8 or parent.name in WHOLE:
            return False
        if parent.name in ("footer", "aside", "nav") or _is_apart(classes(parent)):
            return True
    return False


def blocks_of(root: Node) -> list[TextBlock]:
    """Return the blocks under `root` in reading order."""
    found: list[TextBlock] = []
    text: list[str] = []
    linked = in_link = 0
    boxes: list[Node] = []
    elements: list[Node] = [root]

    def flush() -> None:
        nonlocal linked
        line = " ".join("".join(text).split())
        if line:
            element = elements[-1]
            share = min(1.0, linked / len(line))
            found.append(TextBlock(line, element.name, element, share, tuple(boxes)))
        text.clear()
        linked = 0

    # Each entry is an element's remaining children, and how to leave it.
    stack: list[tuple[Iterator[Node | str], str]] = [(iter(root.contents), "root")]
    while stack:
        children, kind = stack[-1]
        for child in children:
            if isinstance(child, str):
                text.append(child)
                if in_link:
                    linked += len(child.strip())
                continue
            if child.name in DROPPED:
                continue
            name = child.name
            if name == "br":
                # Two breaks in a row part paragraphs.
                if text and (text[-1] == "\n" or (text[-1].isspace() and text[-2:-1] == ["\n"])):
                    flush()
                else:
                    text.append("\n")
                continue
            if name == "a" and not leads_nowhere(child):
                in_link += 1
                stack.append((iter(child.contents), "link"))
            elif name in BLOCK:
                flush()
                elements.append(child)
                box = is_furniture(child)
                if box:
                    boxes.append(child)
                stack.append((iter(child.contents), "box" if box else "block"))
            elif (
                name in INLINE_BOXES
                and is_furniture(child)
                and not _begins_with_place(elements[-1], text, child)
            ):
                flush()
                boxes.append(child)
                stack.append((iter(child.contents), "inline box"))
            else:
                if name in ("td", "th"):
                    text.append(" ")
                stack.append((iter(child.contents), "inline"))
            break
        else:
            stack.pop()
            if kind == "link":
                in_link -= 1
            elif kind != "inline":
                flush()
                if kind != "inline box":
                    elements.pop()
                if kind.endswith("box"):
                    boxes.pop()
    return found
