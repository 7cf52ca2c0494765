"""Which JSON documents are no lists of records, and where are the records in them?

A JSON Feed says of its items what the feed is; the export of Ghost is a set of tables; the
lists of Pocket are objects of objects.  `records_of` gives their records in the words of
the table of keys, and those of all others by walk.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from searcher.reading.cms.ghost import ghost_tables, posts_of_ghost
from searcher.reading.feeds.json_feed import is_json_feed, items_of_feed
from searcher.reading.json.walk import Record, records_in

__all__ = ["records_of"]


def records_of(document: object, field_map: Mapping[str, str]) -> Iterator[Record]:
    """The records of a document of any shape."""
    if isinstance(document, Mapping):
        if is_json_feed(document):
            return (Record(item, context) for item, context in items_of_feed(document))
        tables = ghost_tables(document)
        if tables is not None:
            return (Record(post, {}) for post in posts_of_ghost(tables))
    return records_in(document, field_map)
