"""Has a tag so many attributes that a tree of the page would take the square of them?

libxml2 puts each attribute of HTML at the end of a list that it walks from its start: 40,000
take seven seconds.  (Its parser of XML does not, and a parser without a tree neither.)  So a
page that could hold such a tag, by how many signs there are that part attributes, is parsed
once more without a tree beforehand; hardly any real one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

__all__ = ["has_many_attributes"]

_MANY = 10_000  # in a tag, which takes half a second
_BLANK = re.compile(r"\s+")


def has_many_attributes(page: str) -> bool:
    """Whether a tag of `page`, which is HTML, has more attributes than a tree should be made of.

    Cost: linear in the page.
    """
    if len(page) < 2 * _MANY:
        return False
    if page.count("=") + sum(1 for _ in _BLANK.finditer(page)) < _MANY:
        return False
    counter = _Counter()
    parser = etree.HTMLParser(
        target=counter, recover=True, huge_tree=True, no_network=True, encoding="utf-8"
    )
    try:
        etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, AssertionError, ValueError):
        return counter.most > _MANY
    return counter.most > _MANY


class _Counter:
    """Notes the most attributes that a tag has."""

    def __init__(self) -> None:
        self.most = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self.most = max(self.most, len(attributes))

    def close(self) -> None:
        """The parser asks for it."""
