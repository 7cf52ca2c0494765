"""Which runs of text does a page show, and where in the tree?

One pass over the tree cuts the page into blocks: what a reader sees as a paragraph,
heading, list item or line.  Each block knows its element, the share of its text that
lies in links, and the outermost box around it that looks like furniture (a menu,
a share bar, comments).  Choosing among blocks is the work of html_body.py.

Boxes are judged by element and by class and id.  The vocabulary is data, grouped below;
a name must stand as a word of its own ("share", "share-bar", "shareBar"), so that
"shareholders" is not a share bar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searcher.reading.html_tree import attribute, classes

if TYPE_CHECKING:
    from bs4 import Tag

__all__ = ["Block", "blocks_of"]

# Never article text, whatever they hold.
_DROPPED = frozenset(
    "script style noscript template svg iframe object embed button select option textarea input "
    "canvas audio video map nav figcaption dialog menu head title link meta applet math progress".split()
)
_BLOCK = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul "
    "caption legend".split()
)
_FURNITURE_TAGS = frozenset(["aside", "footer"])

_W = r"(?:^|[\s_\-:])"  # start of a word in a class
_E = r"(?=$|[\s_\-:\d])"
_FURNITURE_WORDS = (
    # menus and page frame
    "nav|navi|navbar|navigation|menu|breadcrumbs?|masthead|topbar|footer|foot|sidebar|side|rail|"
    "right-?rail|skip|pagination|pager|paging|toolbar|tools?|toc|search|login|signin|"
    # other stories
    "related|relateds|recommend(?:ed|ations?|s)?|recirc\\w*|more-?(?:stories|news|from|on|articles|links)|read-?(?:more|next|also)|"
    "see-?also|also-?read|most-?(?:read|popular|viewed|shared)|popular|trending|teasers?|outbrain|taboola|"
    "suggest(?:ed|ions?)?|promos?|promotion|upsell|further-?reading|inline-?links?|onward|up-?next|next-?(?:up|article|post)|"
    "previous|prev-?next|latest|linkbox|"
    # readers and networks
    "comments?|disqus|respond|replies|share|sharing|shares|sharebar|sharedaddy|social|socials|follow|like-?box|"
    "addthis|addtoany|twitter-?follow|whatsapp|rating|"
    # money and consent
    "ads?|adv|advert|adverts|advertise(?:ment|ments)?|adslot|adsense|adbox|banner|sponsor(?:ed|s)?|dfp|mpu|"
    "newsletters?|subscri(?:be|ption|bers?)|sign-?up|paywall|register|registration|donat(?:e|ion)|support|cookies?|consent|"
    "gdpr|privacy|popup|modal|overlay|lightbox|shop|buy|affiliate|"
    # about the story
    "captions?|credits?|copyright|disclaimer|tags?|tag-?list|keywords|topics|author-?(?:bio|box|info|card|profile|details|"
    "description|about|block)|about-?(?:the-)?authors?|bio|byline|bylines|authors?|dateline|timestamp|meta|metadata|postmeta|"
    "entry-?meta|article-?meta|post-?meta|published|pubdate|info-?box|hidden|visually-?hidden|sr-?only|screen-?reader(?:-?text)?|"
    "print|printfooter|noprint|widget|widgets|gallery|slideshow|carousel|slider|video|player|audio|"
    "quiz|poll|feedback|report|corrections?|kicker|eyebrow|rubric|category|categories|label|"
    "mw-editsection|editsection|reflist|navbox|mbox|weather|ticker|jobs|events|calendar|error|alert|notice|"
    "teaserlist|linklist|morelinks|trc_related|ob-widget|jp-relatedposts"
)
_FURNITURE = re.compile(rf"{_W}(?:{_FURNITURE_WORDS}){_E}", re.I)
_STRONG_WORDS = re.compile(
    r"disqus|taboola|outbrain|addthis|sharedaddy|newsletter|cookie|breadcrumb|social-?(?:share|media|links|buttons)|related-?"
    r"(?:posts|articles|stories|content|links|news)|commentlist|comment-?(?:list|section|form|area)|share-?(?:bar|buttons|tools|links)|"
    r"visually-?hidden|author-?bio|article-?tags|mw-jump|sidebar",
    re.I,
)
_BODY_WORDS = re.compile(
    r"article-?_?_?(?:body|text|content|copy|main)|articlebody|body-?(?:copy|text|content)|story-?_?_?(?:body|text|content)|"
    r"entry-?content|post-?(?:content|body|text)|main-?(?:content|text)|rich-?text|paragraph|text-?body|content-?body|"
    r"artikel-?(?:text|inhalt|body)|body__inner|wysiwyg|prose",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo search menu menubar toolbar dialog alert alertdialog complementary tablist "
    "button".split()
)


@dataclass(slots=True)
class Block:
    """A run of text: `element` shows it, `box` is the furniture around it, if any."""

    text: str
    tag: str
    element: Tag
    links: float
    box: Tag | None
    strong: bool


def is_furniture(tag: Tag) -> int:
    """Say how much a box looks like furniture: 0 not at all, 1 by name, 2 beyond doubt."""
    name = tag.name
    if name in ("body", "html", "main", "article"):
        return 0
    attrs = tag.attrs
    if not attrs:
        return 1 if name in _FURNITURE_TAGS else 0
    if attrs.get("role") in _FURNITURE_ROLES:
        return 1
    if "hidden" in attrs or attrs.get("aria-hidden") == "true":
        return 2
    style = attrs.get("style")
    if style and _HIDDEN_STYLE.search(str(style)):
        return 2
    named = classes(tag)
    if named:
        named = _CAMEL.sub("-", named)
        if _STRONG_WORDS.search(named):
            return 2
        if _FURNITURE.search(named) and not _BODY_WORDS.search(named):
            return 1
    if attrs.get("itemprop") in ("author", "publisher", "comment"):
        return 1
    return 1 if name in _FURNITURE_TAGS else 0


def blocks_of(root: Tag) -> list[Block]:
    """Return the blocks under `root` in reading order."""
    from bs4 import NavigableString, Tag
    from bs4.element import PreformattedString

    found: list[Block] = []
    text: list[str] = []
    linked = 0
    in_link = 0
    boxes: list[tuple[Tag, int]] = []
    elements: list[Tag] = [root]

    def flush() -> None:
        nonlocal linked
        if text:
            line = " ".join("".join(text).split())
            if line:
                element = elements[-1]
                box = boxes[0][0] if boxes else None
                strong = any(level == 2 for _, level in boxes)
                share = min(1.0, linked / len(line))
                found.append(Block(line, element.name, element, share, box, strong))
            text.clear()
        linked = 0

    # Each entry is an element's remaining children, and what to undo after them.
    stack: list[tuple[object, str, Tag | None]] = [(iter(root.contents), "root", None)]
    while stack:
        children, kind, owner = stack[-1]
        for child in children:  # type: ignore[attr-defined]
            if isinstance(child, NavigableString):
                if isinstance(child, PreformattedString):
                    continue  # comments, doctypes
                text.append(child)
                if in_link:
                    linked += len(child.strip())
                continue
            if not isinstance(child, Tag):
                continue
            name = child.name
            if name == "br":
                # Two breaks in a row part paragraphs.
                if text and text[-1] == "\n" or (len(text) > 1 and text[-2] == "\n" and text[-1].isspace()):
                    flush()
                else:
                    text.append("\n")
                continue
            if name in _DROPPED:
                continue
            if name == "a":
                in_link += 1
                stack.append((iter(child.contents), "link", child))
                break
            if name in _BLOCK:
                flush()
                level = is_furniture(child)
                if level:
                    boxes.append((child, level))
                elements.append(child)
                stack.append((iter(child.contents), "box" if level else "block", child))
                break
            level = is_furniture(child) if name in ("span", "ul", "time", "small") else 0
            if level:
                boxes.append((child, level))
                before, text[:] = text[:], []
                flush()
                text[:] = before
                stack.append((iter(child.contents), "inline box", child))
                boxes.pop()
                break
            stack.append((iter(child.contents), "inline", child))
            break
        else:
            stack.pop()
            if kind == "link":
                in_link -= 1
            elif kind in ("block", "box"):
                flush()
                elements.pop()
                if kind == "box":
                    boxes.pop()
    flush()
    return found
