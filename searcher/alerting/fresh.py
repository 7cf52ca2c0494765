"""Which articles are new, and which of them answer a query?

New is an article whose id was never seen before (`arrivals.py`), whatever its own date: one
that is read again, changed, merged, or removed and back is not.  An article that may not be
published is not there yet; it arrives when its embargo ends or its status goes.

Ids of a segment are read from its dictionary, which takes a tenth of a microsecond each, and
segments never change, so only those that were not looked at before are read.  A query is
asked of the whole archive and its answers are held against the new articles: that is quicker
than to ask it of each.

In a keyword group every word must be there.  A search ranks articles that hold any of the
words and shows the best; an alert has no ranking to bury the others in.

What it does not do: fold copies, which is `folding.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from searcher.alerting.arrivals import Arrivals, key_of
from searcher.query import Node
from searcher.query.rewrite import is_optional
from searcher.query.tree import And, Boost, Group, Or, Required, Value
from searcher.request import Request
from searcher.searching.budget import Budget
from searcher.searching.executor import Match
from searcher.searching.hits import make_hit
from searcher.searching.results import Hit
from searcher.searching.snapshot import SegmentView, Snapshot
from searcher.searching.view import View

__all__ = ["Answers", "Place", "answers", "every_word", "note_arrivals", "places_of", "restricted"]

# So many ids are held at a time.
_IDS_AT_ONCE = 200_000

Place = tuple[int, int]
"""Where a document lies: the segment in its snapshot, and its number there."""


# ---------------------------------------------------------------- what is new


def note_arrivals(
    snapshot: Snapshot, seen: Mapping[str, int | None], arrivals: Arrivals, now_s: float
) -> dict[str, int | None]:
    """Add to `arrivals` what is in `snapshot` and may be published and was never seen.

    Arguments:
        seen: the segments that were looked at before (`SavedAlerts.segments`).

    Returns what is to be known of the segments from now on.

    Cost: nothing for segments that were seen; else to read their ids, and all arrivals.
    """
    found: dict[str, int | None] = {}
    for record, segment in zip(snapshot.manifest.segments, snapshot.segments, strict=True):
        again_s = seen.get(record.name, 0)
        if again_s is not None and again_s <= now_s:
            _note_segment(segment, arrivals)
            until_s = segment.hidden_until_s
            again_s = None if until_s is None else max(0, math.ceil(until_s))
        found[record.name] = again_s
    return found


def _note_segment(segment: SegmentView, arrivals: Arrivals) -> None:
    ids = iter(segment.field_terms("id"))
    while piece := list(islice(ids, _IDS_AT_ONCE)):
        keys = {key_of(id.decode("utf-8")): id for id in piece}
        unseen = arrivals.unseen(set(keys))
        is_there = _there(segment, len(unseen))
        arrivals.add(key for key, id in keys.items() if key in unseen and is_there(id))


def _there(segment: SegmentView, asked: int) -> Callable[[bytes], bool]:
    """Tells whether the segment has a live article with an id that may be published.

    Arguments:
        asked: how many ids it will be asked of.
    """

    def is_live(id: bytes) -> bool:
        postings = segment.postings("id", id)
        return postings is not None and any(n not in segment.deleted for n in postings.ids)

    if asked < len(segment.deleted):
        return is_live
    # Of most articles it is enough to know that none of the deleted ones has their id.
    away = {segment.id(number).encode("utf-8") for number in segment.deleted}
    return lambda id: id not in away or is_live(id)


def places_of(snapshot: Snapshot, keys: set[int]) -> dict[int, Place]:
    """Where the articles with these keys lie, of those that are there and may be published.

    Cost: reads the ids of the newest segments, and of the others until all are found.
    """
    found: dict[int, Place] = {}
    for place, segment in reversed(list(enumerate(snapshot.segments))):
        for id in segment.field_terms("id") if len(found) < len(keys) else ():
            key = key_of(id.decode("utf-8"))
            if key in keys and key not in found:
                postings = segment.postings("id", id)
                live = (n for n in (postings.ids if postings else ()) if n not in segment.deleted)
                if (number := next(live, None)) is not None:
                    found[key] = place, number
        segment.forget_postings()
    return found


# ---------------------------------------------------------------- what answers


def every_word(query: Node) -> Node:
    """`query` with every word of its keyword groups required."""
    match query:
        case Group(items):
            wanted = [Required(item) if is_optional(item) else every_word(item) for item in items]
            return query.replace(items=tuple(wanted))
        case And(children) | Or(children):
            return query.replace(children=tuple(map(every_word, children)))
        case Required(child) | Boost(child):
            return query.replace(child=every_word(child))
    return query


def restricted(query: Node, sources: Sequence[str]) -> Node:
    """`query` asked of articles of one of `sources` only; of all if there are none."""
    values = tuple(Value("source", source, quoted=True) for source in sources)
    if not values:
        return query
    return And((query, values[0] if len(values) == 1 else Or(values)))


class Answers(NamedTuple):
    """Which of the articles that were asked about answer, by their keys, in the order in which
    those were given.  `understood` is the query as it was asked, and `others` are all other
    articles that answer."""

    understood: Node
    matches: dict[int, Match]
    others: list[Match]

    def hits(self, view: View, matches: Iterable[Match]) -> list[Hit]:
        """Articles as they are shown, in the order of `matches`.  Cost: analyses each."""
        parts = self.understood, view.snapshot, view.executor, view.analyzer
        return [make_hit(match, *parts) for match in matches]


def answers(
    view: View,
    asked: Node,
    places: Mapping[int, Place],
    budget: Budget,
    *,
    later: Collection[Place] = (),
) -> Answers:
    """Which of the articles at `places` answer `asked`.

    Arguments:
        later: articles that are asked about another time, and are none of the `others`.

    Raises:
        QueryError, DeadlineError: as `Executor.search`.

    Cost: that of a search that returns all of its hits.
    """
    query = every_word(view.understand(asked))
    keys = {place: key for key, place in places.items()}
    matches: dict[int, Match] = {}
    others: list[Match] = []
    if places:
        request = Request(query, limit=None)
        ranking = view.executor.search(query, request, count=False, budget=budget)
        for match in ranking.matches:
            key = keys.get((match.segment, match.number))
            if key is not None:
                matches[key] = match
            elif (match.segment, match.number) not in later:
                others.append(match)
    return Answers(query, {key: matches[key] for key in places if key in matches}, others)
