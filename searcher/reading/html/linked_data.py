"""What does a page declare in JSON-LD?

Objects of schema.org in script elements, nested or listed side by side, of which one
stands for the article.  It is read leniently: comments around it, raw line breaks in
strings and trailing commas are common; a block beyond repair is left out.

Source: JSON-LD 1.1 (W3C), of which only the plain JSON is understood: no contexts, and of
references only those to another object of the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import islice

from searcher.reading.markup import unescape

__all__ = ["NodeObject", "articles_of", "first_text", "nodes_of", "referred"]

NodeObject = Mapping[str, object]
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review|Story)$")
_MAX_NODES = 20_000
_ARTICLE_IN_TEXT = re.compile(r'"@type"\s*:\s*\[?\s*"\w*(?:Article|Posting|Report|Review)"')
_PLAIN_VALUE = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|articleSection|inLanguage|url)"'
    r'\s*:\s*"((?:[^"\\]|\\.){1,1000})"'
)
_AUTHOR_NAME = re.compile(
    r'"author"\s*:\s*\[?\s*(?:\{[^{}]{0,300}?"name"\s*:\s*)?"((?:[^"\\]|\\.){1,200})"'
)


def nodes_of(blocks: list[str]) -> list[NodeObject]:
    """Return every object of the page's JSON-LD, outer ones first."""
    found: list[NodeObject] = []
    queue: list[object] = [_load(block) for block in blocks[:50]]
    while queue and len(found) < _MAX_NODES:
        nested: list[object] = []
        for value in queue:
            if isinstance(value, Mapping):
                found.append(value)
                nested += value.values()
            elif isinstance(value, list):
                nested += value
        queue = [value for value in nested if isinstance(value, Mapping | list)]
    return found


def _load(block: str) -> object:
    text = block.strip().removeprefix("<!--").removesuffix("-->").strip()
    inner = text.removeprefix("//").lstrip()
    if inner.startswith("<![CDATA["):
        text = inner.removeprefix("<![CDATA[")
    if text.endswith("]]>"):
        text = text.removesuffix("]]>").rstrip().removesuffix("//")
    text = text.strip().rstrip(";")
    for repair in (lambda t: t, lambda t: re.sub(r",(\s*[}\]])", r"\1", t), unescape):
        try:
            return json.loads(repair(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _salvaged(text: str) -> NodeObject | None:
    """What a block says of an article that no repair makes into JSON: its first plain values."""
    if not _ARTICLE_IN_TEXT.search(text):
        return None
    found: dict[str, object] = {}
    for match in islice(_PLAIN_VALUE.finditer(text), 200):
        found.setdefault(match[1], unescape(match[2]).replace('\\"', '"').replace("\\/", "/"))
    author = _AUTHOR_NAME.search(text)
    if author:
        found["author"] = {"name": author[1]}
    return {**found, "@type": "Article"} if found else None


def articles_of(nodes: list[NodeObject]) -> list[NodeObject]:
    """Return the objects that stand for articles and say something of them."""
    articles = [n for n in nodes if any(_ARTICLE_TYPE.search(t) for t in _types(n))]
    return [n for n in articles if n.get("headline") or n.get("author") or n.get("datePublished")]


def _types(node: NodeObject) -> list[str]:
    value = node.get("@type")
    return [
        item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)
    ]


def referred(value: object, nodes: list[NodeObject]) -> object:
    """Return the named object that `value` only refers to, by `@id`; else `value` itself."""
    if isinstance(value, Mapping) and not value.get("name") and value.get("@id"):
        same = (n for n in nodes if n.get("@id") == value["@id"] and n.get("name"))
        return next(same, value)
    return value


def first_text(value: object) -> str:
    """Return the text of a value: a string, the first of a list, an object's name."""
    for _ in range(5):
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            value = next((item for item in value if item), None)
        elif isinstance(value, Mapping):
            value = value.get("name") or value.get("@value") or value.get("url")
        else:
            return ""
    return ""
