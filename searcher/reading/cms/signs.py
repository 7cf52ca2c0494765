"""Is this file from a content management system?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searcher.reading.head import Head

__all__ = ["is_hugo_json", "is_medium", "is_substack_list", "is_substack_post"]

_MARKDOWN = frozenset([".md", ".markdown", ".mdown"])
_POST_NAME = re.compile(r"(?:.*[\\/])?\d{4,12}(?:\.[\w-]{1,200})?\.html\Z", re.S)


def is_hugo_json(head: Head) -> bool:
    """Markdown with front matter in JSON."""
    return (
        head.extension in _MARKDOWN
        and re.match(rb"\s*\{\s*\"[^{}]{0,20000}\}\s*\n", head.plain) is not None
    )


def is_medium(head: Head) -> bool:
    """A page of an export of Medium."""
    return (
        b"h-entry" in head.plain
        and re.search(rb"<section data-field=\"(?:body|subtitle|description)\"", head.plain)
        is not None
    )


def is_substack_list(head: Head) -> bool:
    """`posts.csv`, the list of posts in an export of Substack."""
    return head.plain.startswith((b"post_id,post_date,is_published,", b'"post_id","post_date",'))


def is_substack_post(head: Head) -> bool:
    """The text of a post as Substack names it, `posts/123456.slug.html`: a piece of a page."""
    return (
        _POST_NAME.match(head.name) is not None
        and re.match(rb"(?i)\s*<(?!!doctype|html|head|body|\?xml)[a-z]", head.plain) is not None
    )
