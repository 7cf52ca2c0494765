"""Which runs of text does a page show, and where in the tree?

One pass over the tree cuts the page into blocks: what a reader sees as a paragraph,
heading, list item or line.  Each block knows its element, the share of its text that
lies in links, and the outermost box around it that looks like furniture (a menu,
a share bar, comments).  Choosing among blocks is the work of body.py.

Boxes are judged by element and by class and id.  The vocabulary is data, grouped below;
a name must stand as a word of its own ("share", "share-bar", "shareBar"), so that
"shareholders" is not a share bar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from searcher.reading.html.tree import attribute, classes

__all__ = ["Block", "blocks_of", "class_words", "is_marked_body"]

# Never article text, whatever they hold.
_DROPPED = frozenset(
    [
        "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "button",
        "select", "option", "textarea", "input", "canvas", "audio", "video", "map", "nav",
        "figcaption", "dialog", "menu", "head", "title", "link", "meta", "applet", "math",
        "progress",
    ]
)  # fmt: skip
_BLOCK = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div",
        "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "tfoot", "thead", "tr", "ul", "caption", "legend",
    ]
)  # fmt: skip
_FURNITURE_TAGS = frozenset(["aside", "footer"])
_FURNITURE_PROPS = frozenset(["author", "publisher", "comment"])
_FRAMES = frozenset(["body", "html", "main", "article"])
_INLINE_BOXES = frozenset(["span", "time", "small", "td"])

_W = r"(?:^|[\s_\-:])"  # start of a word in a class
_E = r"(?=$|[\s_\-:\d])"
_FURNITURE_WORDS = (
    # menus and page frame
    "nav|navi|navbar|navigation|menu|breadcrumbs?|masthead|topbar|footer|foot|sidebar|side|rail|"
    "right-?rail|skip|pagination|pager|paging|toolbar|tools?|toc|search|login|signin|"
    # other stories
    "related|relateds|recommend(?:ed|ations?|s)?|recirc\\w*|more-?(?:stories|news|from|on|"
    "articles|links)|read-?(?:more|next|also)|"
    "see-?also|also-?read|most-?(?:read|popular|viewed|shared)|popular|trending|teasers?|outbrain|"
    "taboola|"
    "suggest(?:ed|ions?)?|promos?|promotion|upsell|further-?reading|inline-?links?|onward|"
    "up-?next|next-?(?:up|article|post)|"
    "previous|prev-?next|latest|linkbox|"
    # readers and networks
    "comments?|disqus|respond|replies|share|sharing|shares|sharebar|sharedaddy|social|socials|"
    "follow|like-?box|"
    "addthis|addtoany|twitter-?follow|whatsapp|rating|"
    # money and consent
    "ads?|adv|advert|adverts|advertise(?:ment|ments)?|adslot|adsense|adbox|banner|sponsor(?:ed|"
    "s)?|dfp|mpu|"
    "newsletters?|subscri(?:be|ption|bers?)|sign-?up|register|registration|donat(?:e|ion)|support|"
    "cookies?|consent|"
    "gdpr|privacy|popup|modal|overlay|shop|buy|affiliate|"
    # about the story
    "captions?|credits?|copyright|disclaimer|tags?|tag-?list|keywords|topics|author-?(?:bio|box|"
    "info|card|profile|details|"
    "description|about|block)|about-?(?:the-)?authors?|bio|byline|bylines|authors?|dateline|"
    "timestamp|meta|metadata|postmeta|"
    "entry-?meta|article-?meta|post-?meta|published|pubdate|info-?box|hidden|visually-?hidden|"
    "sr-?only|screen-?reader(?:-?text)?|"
    "print|printfooter|noprint|widget|widgets|gallery|carousel|slider|video|player|audio|"
    "quiz|poll|feedback|report|corrections?|kicker|eyebrow|rubric|category|categories|label|"
    "mw-editsection|editsection|reflist|navbox|mbox|weather|ticker|jobs|events|calendar|error|"
    "alert|notice|"
    "teaserlist|linklist|morelinks|trc_related|ob-widget|jp-relatedposts"
)
_FURNITURE = re.compile(rf"{_W}(?:{_FURNITURE_WORDS}){_E}", re.I)
_STRONG_WORDS = re.compile(
    r"disqus|taboola|outbrain|addthis|sharedaddy|newsletter|cookie|breadcrumb|social-?(?:share|"
    r"media|links|buttons)|related-?"
    r"(?:posts|articles|stories|content|links|news)|commentlist|comment-?(?:list|section|form|"
    r"area)|share-?(?:bar|buttons|tools|links)|"
    r"visually-?hidden|author-?bio|article-?tags|mw-jump|sidebar",
    re.I,
)
_BODY_WORDS = re.compile(
    r"article-?_?_?(?:body|text|content|copy|main)|articlebody|body-?(?:copy|text|content)|"
    r"story-?_?_?(?:body|text|content)|"
    r"entry-?content|post-?(?:content|body|text)|main-?(?:content|text)|rich-?text|paragraph|"
    r"text-?body|content-?body|"
    r"artikel-?(?:text|inhalt|body)|body__inner|wysiwyg|prose",
    re.I,
)
# A paragraph or heading is judged more mildly: `p.paywall` is text behind a paywall.
_LINES = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "blockquote", "pre"])
_LINE_FURNITURE = re.compile(
    rf"{_W}(?:captions?|credits?|by-?lines?|authors?|dateline|timestamp|date|copyright|related|"
    rf"read-?(?:more|also|next)|"
    rf"newsletter|promos?|ads?|advert\w*|comments?|share|tags?|meta|kicker|eyebrow|label|category|"
    rf"disclaimer|"
    rf"visually-?hidden|sr-?only|hidden|social|breadcrumbs?|menu|nav){_E}",
    re.I,
)
# Tailwind's variants, flags such as has-sidebar, layout helpers.
_NO_KIND = re.compile(
    r"[:\[\]()]|^(?:has|is|no|not|with|overflow|js|col|grid|text|font|print|hide|show|single|post|"
    r"type|category|tag|status)-|"
    r"-(?:enabled|disabled|visible|free|wrap|wrapper)$|^(?:hide|show)",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_FURNITURE_ROLES = frozenset(
    [
        "navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "dialog",
        "alert", "alertdialog", "complementary", "tablist", "button",
    ]
)  # fmt: skip


@dataclass(slots=True)
class Block:
    """A run of text: `element` shows it, `boxes` are the pieces of furniture around it."""

    text: str
    tag: str
    element: Tag
    links: float
    boxes: tuple[Tag, ...]


def is_furniture(tag: Tag) -> bool:
    """Say whether a box looks like furniture, by element, role, class or id."""
    name = tag.name
    if name in _FRAMES:
        return False
    attrs = tag.attrs
    if not attrs:
        return name in _FURNITURE_TAGS
    if attrs.get("role") in _FURNITURE_ROLES or "hidden" in attrs:
        return True
    if attrs.get("aria-hidden") == "true" or attrs.get("itemprop") in _FURNITURE_PROPS:
        return True
    style = attrs.get("style")
    if style and _HIDDEN_STYLE.search(str(style)):
        return True
    named = class_words(tag)
    if named:
        if name in _LINES:
            return _LINE_FURNITURE.search(named) is not None
        if _STRONG_WORDS.search(named):
            return True
        if _FURNITURE.search(named) and not _BODY_WORDS.search(named):
            return True
    return name in _FURNITURE_TAGS


def class_words(tag: Tag) -> str:
    """Return class and id without the words that say how a box looks or what it lacks."""
    named = classes(tag)
    if not named:
        return ""
    return " ".join(_CAMEL.sub("-", word) for word in named.split() if not _NO_KIND.search(word))


def is_marked_body(tag: Tag) -> bool:
    """Say whether an element is marked as the text of an article."""
    if attribute(tag, "itemprop") in ("articleBody", "reviewBody"):
        return True
    named = class_words(tag)
    return bool(named) and _BODY_WORDS.search(named) is not None


def blocks_of(root: Tag) -> list[Block]:
    """Return the blocks under `root` in reading order."""
    found: list[Block] = []
    text: list[str] = []
    linked = in_link = 0
    boxes: list[Tag] = []
    elements: list[Tag] = [root]

    def flush() -> None:
        nonlocal linked
        line = " ".join("".join(text).split())
        if line:
            element = elements[-1]
            share = min(1.0, linked / len(line))
            found.append(Block(line, element.name, element, share, tuple(boxes)))
        text.clear()
        linked = 0

    # Each entry is an element's remaining children, and how to leave it.
    stack: list[tuple[Iterator[PageElement], str]] = [(iter(root.contents), "root")]
    while stack:
        children, kind = stack[-1]
        for child in children:
            if isinstance(child, NavigableString):
                if isinstance(child, PreformattedString):
                    continue  # comments, doctypes
                text.append(child)
                if in_link:
                    linked += len(child.strip())
                continue
            if not isinstance(child, Tag) or child.name in _DROPPED:
                continue
            name = child.name
            if name == "br":
                # Two breaks in a row part paragraphs.
                if text and (text[-1] == "\n" or (text[-1].isspace() and text[-2:-1] == ["\n"])):
                    flush()
                else:
                    text.append("\n")
                continue
            if name == "a":
                in_link += 1
                stack.append((iter(child.contents), "link"))
            elif name in _BLOCK:
                flush()
                elements.append(child)
                box = is_furniture(child)
                if box:
                    boxes.append(child)
                stack.append((iter(child.contents), "box" if box else "block"))
            elif name in _INLINE_BOXES and is_furniture(child):
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
