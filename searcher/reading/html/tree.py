"""Which elements does a page have?

`parse` turns a page into a BeautifulSoup tree after dropping what never is text (see
markup.py), which halves the tree and the time.  The lxml builder is used, with two
precautions against its silence: libxml2 drops text nested deeper than 256 levels and
text runs over 10 MB, so that nesting is flattened beforehand and its limits lifted.

A page of more tags than any article has is refused rather than read for minutes.
"""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.builder import LXMLTreeBuilder, ParserRejectedMarkup  # type: ignore[attr-defined]
from lxml import etree

from searcher.errors import ReadError
from searcher.reading.markup import drop_dead_markup, flatten

__all__ = ["attribute", "classes", "parse", "text_of"]

MAX_TAGS = 150_000
# Real pages declare some hundred things; each one more costs a look at every search.
MAX_DECLARATIONS = 5_000
_MAX_VALUE = 20_000  # characters of an attribute that are kept
_MAX_CLASSES = 1_000
_MAX_DEPTH = 100
_DECLARATION = re.compile(r"<(?:meta|link|base)\b[^<>]{0,4000}>", re.I)
_INSTRUCTION = re.compile(r"<\?[^<>]{0,2000}>")


def parse(page: str, *, name: str) -> tuple[BeautifulSoup, list[str]]:
    """Return the tree of a page and the text of its JSON-LD blocks.

    Raises:
        ReadError: it has too many tags.
    """
    page, linked_data = drop_dead_markup(page)
    # Beautiful Soup warns of XML declarations, and of strings without any tag.
    page = _INSTRUCTION.sub("", page)
    if page.startswith("<?"):
        page = page[2:]
    if "<" not in page:
        raise ReadError(name, "no markup in this page")
    if page.count("<") > MAX_TAGS:
        raise ReadError(name, f"a page of more than {MAX_TAGS:,} tags", hint="split the page")
    page = flatten(page.replace("\0", ""), _MAX_DEPTH)
    if page.count("<") > MAX_DECLARATIONS:
        left = iter(range(MAX_DECLARATIONS))
        page = _DECLARATION.sub(lambda tag: tag[0] if next(left, None) is not None else "", page)
    try:
        return BeautifulSoup(page, builder=_builder()), linked_data
    except (ParserRejectedMarkup, AssertionError) as error:
        raise ReadError(name, "markup that no parser accepts") from error


def _builder() -> Any:
    class Builder(LXMLTreeBuilder):  # type: ignore[misc]
        def default_parser(self, encoding: Any) -> Any:
            return etree.HTMLParser

        def parser_for(self, encoding: Any) -> Any:
            return etree.HTMLParser(
                target=self, recover=True, encoding=encoding, huge_tree=True, no_network=True
            )

        # Values are cut before they are split into classes and looked at by patterns.
        def start(self, tag: Any, attrs: Any, nsmap: Any = {}) -> None:  # noqa: B006
            if any(len(value) > _MAX_VALUE for value in attrs.values()):
                attrs = {name: value[:_MAX_VALUE] for name, value in attrs.items()}
            super().start(tag, attrs, nsmap)

        # It warns of pages that look like XML; here the sniffer has decided.
        @classmethod
        def _warn(cls, *_: Any, **__: Any) -> None:
            pass

        def _root_tag_encountered(self, name: str) -> None:
            pass

    return Builder()


def attribute(tag: Tag, name: str) -> str:
    """Return an attribute as one string; "" when it is missing."""
    value = tag.attrs.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def classes(tag: Tag) -> str:
    """Return class and id of an element, as one string to match patterns on."""
    attrs = tag.attrs
    found = attrs.get("class")
    name = attrs.get("id")
    if found is None and name is None:
        return ""
    text = " ".join(found) if isinstance(found, list) else (found or "")
    return f"{text[:_MAX_CLASSES]} {name[:_MAX_CLASSES]}" if name else text[:_MAX_CLASSES]


def text_of(tag: Tag) -> str:
    """Return the text of an element on one line."""
    return " ".join(tag.get_text(" ").split())
