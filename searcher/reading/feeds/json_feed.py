"""Which articles does a JSON Feed hold?

Versions 1 and 1.1: `items` of a feed that has a title, a language and authors of its own.
An item has `content_html` or `content_text`, else a `summary`, which is a teaser.

Source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["is_json_feed", "items_of_feed"]

Object = Mapping[str, object]


def is_json_feed(document: Object) -> bool:
    """Whether a document is a JSON Feed; not all say the address of the version."""
    if not isinstance(document.get("items"), list):
        return False
    version = document.get("version")
    if isinstance(version, str) and "jsonfeed.org" in version:
        return True
    return "home_page_url" in document or "feed_url" in document


def items_of_feed(feed: Object) -> Iterator[tuple[object, Object]]:
    """Yield each item in the words of the table of keys, and what the feed says of it."""
    context = {
        "source": feed.get("title"),
        "language": feed.get("language"),
        "byline": feed.get("authors") or feed.get("author"),
    }
    context = {key: value for key, value in context.items() if value}
    items = feed.get("items")
    for item in items if isinstance(items, list) else ():
        yield (_item(item) if isinstance(item, Mapping) else item), context


def _item(item: Object) -> Object:
    flat = {
        "headline": item.get("title"),
        "body": item.get("content_html") or item.get("content_text"),
        "summary": item.get("summary"),
        "byline": item.get("authors") or item.get("author"),
        "date": item.get("date_published"),
        "updated": item.get("date_modified"),
        "url": item.get("url") or item.get("external_url"),
        "language": item.get("language"),
        "tags": item.get("tags"),
    }
    own = {key: value for key, value in item.items() if key.startswith("_") or key not in _READ}
    return {**own, **{key: value for key, value in flat.items() if value not in (None, "", [])}}


_READ = frozenset(
    [
        "title", "content_html", "content_text", "summary", "authors", "author", "date_published",
        "date_modified", "url", "external_url", "language", "tags", "attachments", "image",
        "banner_image", "id",
    ]
)  # fmt: skip
