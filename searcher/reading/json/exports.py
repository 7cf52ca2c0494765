"""Which JSON documents are no lists of records, and where are the records in them?

A JSON Feed says of its items what the feed is; the export of Ghost is a set of tables; the
lists of Pocket are objects of objects.  `export_of` gives their records in the words of
the table of keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from searcher.reading.cms.ghost import ghost_tables, posts_of_ghost
from searcher.reading.feeds.json_feed import is_json_feed, items_of_feed
from searcher.reading.json.walk import Record

__all__ = ["export_of"]


def export_of(document: Mapping[str, object]) -> Iterator[Record] | None:
    """The records of a document with a shape of its own; None for any other."""
    if is_json_feed(document):
        return (Record(item, context) for item, context in items_of_feed(document))
    tables = ghost_tables(document)
    if tables is not None:
        return (Record(post, {}) for post in posts_of_ghost(tables))
    return None
