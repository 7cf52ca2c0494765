"""Is the text of a page, that shows none, in its scripts?

Application shells draw their articles in the browser: the page has the text as JSON-LD's
`articleBody`, or as data that its scripts read ("__NEXT_DATA__", the flight of Next.js,
"window.__STATE__ = ...").  Of such data only the values of keys that publishing systems use for
the text are looked at, as strings of JSON; the longest one is the article.  Several paragraphs
in a list of their own ({"type": "paragraph", "text": ...}) are put together in their order.

It is used only where the page itself has no text: what is shown goes first.

Not done: running scripts.
"""

from __future__ import annotations

import json
import re
from itertools import islice

from searcher.reading.html.linked_data import NodeObject, first_text
from searcher.reading.html.tree import Page
from searcher.reading.markup import looks_like_html, strip_tags, unescape
from searcher.reading.prose import paragraphs

__all__ = ["text_in_scripts"]

_FLIGHT = re.compile(r"__next_f\.push\(\[1,\s*(\"(?:[^\"\\]|\\.){1,2000000}+\")\s*\]\)")
_KEYS = (
    r"article_?body|body_?text|body_?html|content_?html|html_?content|article_?content|"
    r"article_?text|full_?text|body|content|contents|text|html"
)
_LONG_VALUE = re.compile(
    rf"\"(?P<key>{_KEYS})\"\s*:\s*(?P<text>\"(?:[^\"\\]|\\.){{60,400000}}+\")", re.I
)
_WHOLE = 400  # characters of one value that make it an article by itself
_LEAST = 250
_MOST_VALUES = 2_000


def text_in_scripts(page: Page, article: NodeObject) -> list[str]:
    """Return the paragraphs of the article that a page holds as data; none if there is none."""
    declared = _prose(first_text(article.get("articleBody")))
    found = _in_data(page.markup)
    best = max(declared, found, key=_length)
    return best if _length(best) >= _LEAST else []


def _in_data(markup: str) -> list[str]:
    flight = "".join(_string(match[1]) for match in islice(_FLIGHT.finditer(markup), 500))
    best: list[str] = []
    for text in (markup, flight) if flight else (markup,):
        pieces: list[str] = []
        seen: set[str] = set()
        for match in islice(_LONG_VALUE.finditer(text), _MOST_VALUES):
            value = _string(match["text"])
            lines = _prose(value)
            if _length(lines) >= _WHOLE and len(lines) > 1:
                best = max(best, lines, key=_length)
            elif lines and value not in seen and not value.startswith(("http", "{", "[")):
                seen.add(value)
                pieces += lines
        if _length(pieces) > 2 * _length(best):
            best = pieces
    return best


def _string(literal: str) -> str:
    try:
        value = json.loads(literal, strict=False)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _prose(text: str) -> list[str]:
    """The paragraphs of a value that is prose; none of one that is code or markup of a page."""
    if looks_like_html(text):
        text = strip_tags(text)
    lines = [line for line in paragraphs(unescape(text)) if " " in line or len(line) > 30]
    return [line for line in lines if not re.search(r"[{};]\s*$|function\s*\(|</?\w+", line)]


def _length(lines: list[str]) -> int:
    return sum(map(len, lines))
