"""Which articles does no answer show, unless it is asked for them?

Those that have a status: withheld, canceled, embargoed, drafts, older versions.  To an
executor they are what deleted documents are, so nothing of them is found, counted, shown or
ranked, in either kind of segment and at no cost; a query that names `status` is answered by
a snapshot that hides nothing.  An embargo holds until its instant, whenever the article was
indexed.

Like deleted documents they do count in the frequencies that scores are made of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from searcher.query.tree import Has, Node, Value, subtrees

if TYPE_CHECKING:
    from searcher.searching.snapshot import SegmentView

__all__ = ["asks_for_hidden", "hidden_documents"]

_STATUS = "status"


def asks_for_hidden(query: Node) -> bool:
    """Whether a query names the status of articles."""
    pending = [query]
    while pending:
        node = pending.pop()
        if isinstance(node, Value | Has) and node.name == _STATUS:
            return True
        pending += subtrees(node)
    return False


def hidden_documents(segment: SegmentView, now_s: float) -> tuple[frozenset[int], float | None]:
    """The documents of `segment` that may not be published, and when the first embargo among
    them ends, in seconds since 1970.

    Cost: a term looked up; and of each article under embargo, its stored fields.
    """
    postings = segment.postings("has", _STATUS.encode())
    if postings is None:
        return frozenset(), None
    hidden = set(postings.ids) - segment.removed
    embargoed = segment.postings(_STATUS, b"embargoed")
    ends: list[float] = []
    for number in hidden.intersection(embargoed.ids if embargoed else ()):
        end_s = _end_of_embargo_s(segment.stored(number))
        if end_s is not None and end_s <= now_s:
            hidden.discard(number)
        elif end_s is not None:
            ends.append(end_s)
    return frozenset(hidden), min(ends, default=None)


def _end_of_embargo_s(stored: Mapping[str, Any]) -> float | None:
    given = stored.get("metadata", {}).get("embargoed")
    try:
        until = dt.datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
    if until is None:
        return None
    return (until if until.tzinfo else until.replace(tzinfo=dt.UTC)).timestamp()
