"""Which articles does a query mean that names groups (`copies:ID`, `is:lead`, `has:versions`)?

What is said here is what the file of groups says (`codec/groups.py`), as sets of documents,
which executors join with the rest of the query like any other condition:

    copies:ID      the articles with the text of that article, itself among them
    versions:ID    these, and those with a text that is a version of it or that it is one of;
                   not the versions of versions
    is:copy        every article of a text but its lead
    is:lead        every other one: the lead of each text, and articles that are alone
    story:ID       the articles with a text of the same story, itself among them
    has:copies     the articles of a text that two or more have
    has:versions   the articles of a text that has versions
    has:story      the articles of a story that has two texts or more

An article that is in no group, because it has no words or may not be published, is alone.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from searcher.codec.groups import NO_LEAD, StoredGroups, encode_groups
from searcher.codec.stories import StoredStories, encode_stories
from searcher.copies.grouping import Groups
from searcher.copies.verification import Kind
from searcher.errors import ArticleNotFoundError, QueryError
from searcher.query import tree

if TYPE_CHECKING:
    from searcher.searching.snapshot import Snapshot

__all__ = ["Grouped", "find_grouped", "with_whole_ids"]


class Grouped(NamedTuple):
    """The documents of each segment that are `listed`, ascending; or, if `is_rest`, all others."""

    listed: tuple[array[int], ...]
    is_rest: bool

    def documents(self, place: int, count: int) -> set[int]:
        """The documents of the segment at `place`, which has `count`."""
        listed = set(self.listed[place])
        return set(range(count)) - listed if self.is_rest else listed


def find_grouped(snapshot: Snapshot, node: tree.Node) -> Grouped:
    """The articles that `node` means, one for which `tree.asks_for_groups` is true.

    Raises:
        QueryError: copies were not looked for, or no article, or more than one, has the id.

    Cost: goes through the leads of all articles once, or twice.
    """
    groups = _groups(snapshot, node)
    match node:
        case tree.InGroup(_, id):
            found = _group_of(snapshot, groups, node, _find(snapshot, node, id))
        case tree.Is():
            found = [n for n, lead in enumerate(groups.leads) if lead not in (n, NO_LEAD)]
        case tree.Has("copies"):
            found = _members(groups, _with_copies(groups))
        case tree.Has("story"):
            found = _with_story(snapshot, groups, node)
        case _:
            found = _members(groups, _with_versions(groups))
    return Grouped(_by_segment(snapshot, groups, found), node == tree.Is("lead"))


def with_whole_ids(snapshot: Snapshot, asked: tree.Node) -> tree.Node:
    """`asked` with whole ids for the beginnings of ids.  Raises: as `find_grouped`."""

    def whole(node: tree.Node) -> tree.Node:
        match node:
            case tree.InGroup(kind, id):
                place, number = _find(snapshot, node, id)
                if kind == "story":
                    _stories(snapshot, node)
                return node.replace(id=snapshot.segments[place].id(number))
            case tree.Is() | tree.Has() if tree.asks_for_groups(node):
                _groups(snapshot, node)
                if node == tree.Has("story"):
                    _stories(snapshot, node)
        return node

    return _changed(asked, whole)


def _changed(node: tree.Node, change: Callable[[tree.Node], tree.Node]) -> tree.Node:
    """`node` with `change` applied to its conditions."""
    match node:
        case tree.And(children) | tree.Or(children):
            return node.replace(children=tuple(_changed(child, change) for child in children))
        case tree.Group(items):
            return node.replace(items=tuple(_changed(item, change) for item in items))
        case tree.Not(child) | tree.Required(child) | tree.Excluded(child) | tree.Boost(child):
            return node.replace(child=_changed(child, change))
    return change(node)


def _groups(snapshot: Snapshot, node: tree.Node) -> StoredGroups:
    groups = snapshot.groups
    if groups is None and not snapshot.segments:
        return StoredGroups(encode_groups(Groups(), []), [])
    if groups is None:
        raise _at(node, "copies of articles were not looked for", "run: searcher groups --rebuild")
    return groups


def _stories(snapshot: Snapshot, node: tree.Node) -> StoredStories:
    stories = snapshot.stories
    if stories is None and not snapshot.segments:
        return StoredStories(encode_stories(array("I"), []), [])
    if stories is None:
        raise _at(node, "stories were not looked for", "run: searcher groups --stories")
    return stories


def _find(snapshot: Snapshot, node: tree.Node, id: str) -> tuple[int, int]:
    """Segment and document of the article `id`."""
    _groups(snapshot, node)
    try:
        view, number = snapshot.find(id)
    except ArticleNotFoundError as error:
        some = "write more of the id" if "several" in error.reason else "hits show their ids"
        raise _at(node, error.reason, some) from None
    return snapshot.segments.index(view), number


def _group_of(
    snapshot: Snapshot, groups: StoredGroups, node: tree.InGroup, place: tuple[int, int]
) -> Sequence[int]:
    number = groups.bases[place[0]] + place[1]
    lead = groups.leads[number]
    if lead == NO_LEAD:
        return [number]
    if node.kind == "story":
        firsts = _stories(snapshot, node).firsts
        return [n for n, first in enumerate(firsts) if first == firsts[lead]]
    texts = {lead}
    if node.kind == "versions":
        texts |= {link.lead for link in groups.links_of(lead) if link.kind == Kind.VERSION}
        texts |= {document for document, _ in groups.versions_of(lead)}
    return sorted(number for text in texts for number in groups.members_of(text))


def _members(groups: StoredGroups, wanted: Collection[int]) -> list[int]:
    return [number for number, lead in enumerate(groups.leads) if lead in wanted]


def _with_copies(groups: StoredGroups) -> set[int]:
    return {lead for n, lead in enumerate(groups.leads) if lead not in (n, NO_LEAD)}


def _with_story(snapshot: Snapshot, groups: StoredGroups, node: tree.Node) -> list[int]:
    firsts = _stories(snapshot, node).firsts
    texts = Counter(first for n, first in enumerate(firsts) if groups.leads[n] == n)
    return [number for number, first in enumerate(firsts) if texts[first] > 1]


def _with_versions(groups: StoredGroups) -> set[int]:
    return {
        number
        for document, link in groups.all_links()
        if link.kind == Kind.VERSION
        for number in (document, link.lead)
    }


def _by_segment(
    snapshot: Snapshot, groups: StoredGroups, numbers: Iterable[int]
) -> tuple[array[int], ...]:
    listed: list[array[int]] = [array("I") for _ in snapshot.segments]
    ends = [
        base + segment.count for base, segment in zip(groups.bases, snapshot.segments, strict=True)
    ]
    place = 0
    for number in numbers:  # ascending
        while number >= ends[place]:
            place += 1
        listed[place].append(number - groups.bases[place])
    return tuple(listed)


def _at(node: tree.Node, reason: str, suggestion: str) -> QueryError:
    end = node.end if node.end > 0 else None
    return QueryError(reason, position=max(node.start, 0), end=end, suggestion=suggestion)
