"""What text does a piece of HTML hold, without building a tree?

Two linear passes over markup as a string:

`drop_dead_markup` removes what never is text (scripts, styles, vector graphics,
comments), before a parser spends time on it, and hands back the JSON-LD that it
met.  `strip_tags` turns a fragment, such as a `body` field in JSON or an HTML block in
Markdown, into paragraphs.

Each search for a closing tag that fails is remembered, so that a hundred thousand
unclosed tags cost no more than one; patterns over tags are bounded.
"""

from __future__ import annotations

import html
import re

__all__ = ["drop_dead_markup", "flatten", "looks_like_html", "strip_tags", "unescape"]

_DEAD_NAMES = "script|style|svg|template|noscript|iframe|object|textarea|select"
_DEAD = re.compile(rf"<(?:(!--)|({_DEAD_NAMES})\b)", re.I)
_CLOSERS = {
    name: re.compile(rf"</{name}\b[^>]{{0,1000}}>?", re.I) for name in _DEAD_NAMES.split("|")
}
_JSON_LD = re.compile(r"application/ld\+json", re.I)
_BLOCK = (
    "p|div|h[1-6]|li|ul|ol|br|hr|blockquote|section|article|tr|table|pre|dd|dt|dl|figure|"
    "figcaption|header|footer|main|aside|nav|address|center"
)
# Possessive, so that a row of quotation marks is tried in one way only; a tag that cannot be
# read with its quoted values whole ends at the first `>`.
_TAG = re.compile(
    r"<[!/?a-zA-Z](?:(?>[^<>\"']++|\"[^\"<]{0,5000}+\"|'[^'<]{0,5000}+'|[\"'])*+>|[^<>]*+>)"
)
_BLOCK_TAG = re.compile(rf"<(?:/?(?:{_BLOCK}))\b", re.I)
_EVIDENCE = re.compile(
    r"</(?:p|div|span|a|em|strong|b|i|ul|ol|li|h[1-6]|blockquote|table|figure)\s*>|<(?:p|br|"
    r"hr)\s*/?>",
    re.I,
)
# Levels that one tag may add; an element left out closes by itself or holds nothing.
_WEIGHTS = {"table": 4, "ul": 2, "ol": 2, "dl": 2}
_WEIGHTLESS = frozenset(
    [
        "p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "option", "optgroup",
        "br", "img", "input", "meta", "link", "hr", "area", "base", "col", "colgroup", "embed",
        "source", "track", "wbr", "param", "html", "head", "body", "rp", "rt",
    ]
)  # fmt: skip
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")


def unescape(text: str) -> str:
    """Resolve character references: `&amp;`, `&#8217;`."""
    return html.unescape(text) if "&" in text else text


def looks_like_html(text: str) -> bool:
    """Say whether a field clearly holds HTML, not text with a stray `<`."""
    return "<" in text and _EVIDENCE.search(text) is not None


def drop_dead_markup(page: str) -> tuple[str, list[str]]:
    """Return `page` without scripts, styles and comments, and its JSON-LD blocks."""
    kept: list[str] = []
    linked_data: list[str] = []
    missing: set[str] = set()
    at = 0
    while found := _DEAD.search(page, at):
        start = found.start()
        kept.append(page[at:start])
        kept.append(" ")
        if found[1]:
            # `<!-->` and `<!--->` are whole comments to a browser.
            short = page[start + 4 : start + 6]
            if short.startswith(">") or short == "->":
                at = start + 4 + short.index(">") + 1
                continue
            end = -1 if "--" in missing else page.find("-->", found.end())
            if end < 0:
                missing.add("--")
                at = start + 4
            else:
                at = end + 3
            continue
        name = found[2].lower()
        close = None if name in missing else _CLOSERS[name].search(page, found.end())
        if close is None:
            # Unclosed: leave what follows to the parser, it may be the article.
            missing.add(name)
            at = found.end()
            tag_end = page.find(">", at, at + 2000)
            at = tag_end + 1 if tag_end >= 0 else at
            continue
        if name == "script":
            tag_end = page.find(">", found.end())
            if 0 <= tag_end < close.start() and _JSON_LD.search(page, found.end(), tag_end):
                linked_data.append(page[tag_end + 1 : close.start()])
        at = close.end()
    kept.append(page[at:])
    return "".join(kept), linked_data


def flatten(page: str, depth: int) -> str:
    """Drop the tags, not the text, that would nest elements deeper than `depth`.

    Parsers lose text below some depth (libxml2: 256) without saying so.
    """
    level = 0
    kept: list[str] = []
    at = 0
    for tag in _ANY_TAG.finditer(page):
        name = tag[2].lower()
        if name in _WEIGHTLESS:
            continue
        weight = _WEIGHTS.get(name, 1)
        if tag[1]:
            deep = level > depth
            level = max(0, level - weight)
        else:
            level += weight
            deep = level > depth
        if deep and tag.start() >= at:
            end = page.find(">", tag.end())
            kept.append(page[at : tag.start()])
            kept.append(" ")
            at = end + 1 if end >= 0 else len(page)
    return page if not kept else "".join(kept) + page[at:]


def strip_tags(fragment: str) -> str:
    """Return the text of an HTML fragment; its blocks become paragraphs."""
    text, _ = drop_dead_markup(fragment)
    text = re.sub(r"\s+", " ", text)
    text = _TAG.sub(lambda tag: "\n\n" if _BLOCK_TAG.match(tag[0]) else "", text)
    return unescape(text)
