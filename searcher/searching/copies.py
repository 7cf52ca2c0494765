"""Which of the articles that match are copies of one another, and what is shown of them?

Groups are found while indexing (`codec/groups.py`); here answers are folded by them.  A text
stands where the best of its articles would stand, and is shown by the earliest that matches: by
date (unknown last), then the longest, then by id.  All copies of it are listed beside that hit,
whether they match or not, because who asks for copies wants to see who else had the text.

`Folding` goes through all that match, so the counts are of the whole answer.  Where stories are
kept it counts those too, or folds by them: a story stands where its best text would stand, and is
shown by that.  The native executor answers the same without going through them in Python
(`native/src/search/folding/`).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from searcher.codec.groups import NO_LEAD, StoredGroups
from searcher.codec.schema import MISSING_DATE, agencies_of, article_of
from searcher.codec.stories import StoredStories
from searcher.copies.gathered import article_order
from searcher.copies.grouping import Link
from searcher.copies.verification import Kind
from searcher.errors import IndexStateError
from searcher.importing import InstalledOnly
from searcher.searching.executor import Folded, Match
from searcher.searching.results import MOST_LISTED, Copies, CopyOf, Counts, StoryOf
from searcher.searching.snapshot import Snapshot

__all__ = [
    "Folding",
    "GroupIds",
    "GroupedArticle",
    "TextGroup",
    "group_of",
    "ids_of_group",
    "known_groups",
    "known_stories",
    "order_of",
    "place_of",
]

# Of a tuple: the class itself takes its values one by one, and three times as long.
_new_story: Callable[[tuple[str, int, int]], StoryOf] = partial(tuple.__new__, StoryOf)


class Folding:
    """Folds answers of one commit.

    Arguments:
        by_story: one hit for each story, which is its best text, and not for each text.

    Raises:
        IndexStateError: copies, or stories, were not looked for.
    """

    def __init__(self, snapshot: Snapshot, *, by_story: bool = False) -> None:
        self._snapshot = snapshot
        self._groups = known_groups(snapshot)
        self._stories = known_stories(snapshot) if by_story else snapshot.stories
        self._by_story = by_story

    def fold(
        self, matches: Sequence[Match], *, offset: int, limit: int | None
    ) -> tuple[Counts, list[Folded]]:
        """How many articles, texts and stories `matches`, all of an answer, are, and those
        texts that are asked for.  Cost: some steps for each match."""
        leads = self._leads_of(matches)
        texts = wanted = list(dict.fromkeys(leads))
        told: int | None = None
        if self._stories is not None:
            firsts = self._stories.firsts
            best: dict[int, int] = {}  # of each story its best text
            for lead in texts:
                best.setdefault(lead if firsts[lead] == NO_LEAD else firsts[lead], lead)
            told = len(best)
            wanted = list(best.values()) if self._by_story else texts
        end = None if limit is None else offset + limit
        members: dict[int, list[Match]] = {lead: [] for lead in wanted[offset:end]}
        for place in [place for place, lead in enumerate(leads) if lead in members]:
            members[leads[place]].append(matches[place])
        found = []
        for lead, some in members.items():
            shown = some[0]
            if len(some) > 1:
                shown = min(some, key=lambda m: order_of(self._snapshot, m.segment, m.number))
            found.append(Folded(Match(shown.segment, shown.number, some[0].score), lead))
        return Counts(len(matches), len(texts), told), found

    def _leads_of(self, matches: Sequence[Match]) -> list[int]:
        """The lead of each match; one without words is a text of its own."""
        # Whole lists at a time, since an answer may be all of an archive: a step in Python for
        # each match is what folding costs.
        bases = self._groups.bases
        numbers = [bases[match.segment] + match.number for match in matches]
        leads = list(map(self._groups.leads.__getitem__, numbers))
        if NO_LEAD in leads:
            pairs = zip(numbers, leads, strict=True)
            leads = [number if lead == NO_LEAD else lead for number, lead in pairs]
        return leads

    def texts_of(self, matches: Sequence[Match]) -> dict[int, list[Match]]:
        """`matches` by the texts that they have, each of these by the number of its lead, in
        the order in which the first of each stands."""
        texts: dict[int, list[Match]] = {}
        for lead, match in zip(self._leads_of(matches), matches, strict=True):
            texts.setdefault(lead, []).append(match)
        return texts

    def named(self, matches: Sequence[Match]) -> list[tuple[Match, CopyOf]]:
        """Articles of one text as they are named, the earliest first."""
        snapshot, groups = self._snapshot, self._groups
        ordered = sorted(matches, key=lambda one: order_of(snapshot, one.segment, one.number))
        numbers = [groups.bases[one.segment] + one.number for one in ordered]
        copies = [_copy_of(snapshot, groups, number) for number in numbers]
        return list(zip(ordered, copies, strict=True))

    def copy_counts(self, folded: Sequence[Folded]) -> list[int]:
        """How many other articles have each text, whether they match or not.  Cost: as
        `members_of`."""
        return [len(self._groups.members_of(one.lead)) - 1 for one in folded]

    def copies_of(self, folded: Sequence[Folded]) -> list[Copies]:
        """The other articles that have each text.  Cost: as `members_of`."""
        return copies_of(self._snapshot, self._groups, folded)

    def stories_of(self, folded: Sequence[Folded], ids: Sequence[str]) -> list[StoryOf]:
        """The story of each text; `ids` are those of the articles that are shown.

        Raises:
            IndexStateError: stories were not looked for.
        """
        stories, groups = known_stories(self._snapshot), self._groups
        firsts, bases = stories.firsts, groups.bases
        found = []
        for (match, lead), shown in zip(folded, ids, strict=True):
            first, texts, articles = firsts[lead], 1, 1
            if first == NO_LEAD:
                first = lead
            else:
                texts, articles = stories.size_of(first, groups)
            id = shown
            if first != bases[match.segment] + match.number:  # to read another's takes a while
                segment, document = place_of(groups, first)
                id = self._snapshot.segments[segment].id(document)
            found.append(_new_story((id, texts, articles)))
        return found


class GroupIds:
    """Which article is the first of the text, or of the story, of another?

    Raises:
        IndexStateError: copies, or stories, were not looked for.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._groups = known_groups(snapshot)

    def text_id_of(self, segment: int, number: int) -> str:
        """The id of the lead of the text of an article: its own, if it is a copy of none."""
        return self._first_of(self._groups.leads, segment, number)

    def story_id_of(self, segment: int, number: int) -> str:
        """The id of the first article of the story of an article: its own, if it is of none."""
        return self._first_of(known_stories(self._snapshot).firsts, segment, number)

    def _first_of(self, firsts: Sequence[int], segment: int, number: int) -> str:
        first = firsts[self._groups.bases[segment] + number]
        if first != NO_LEAD:
            segment, number = place_of(self._groups, first)
        return self._snapshot.segments[segment].id(number)


def known_groups(snapshot: Snapshot) -> StoredGroups:
    """Which articles are copies of which.

    Raises:
        IndexStateError: that was not looked for.
    """
    if snapshot.groups is None:
        raise IndexStateError(
            snapshot.directory,
            "copies of articles were not looked for",
            hint="run: searcher groups --rebuild",
        )
    return snapshot.groups


def known_stories(snapshot: Snapshot) -> StoredStories:
    """Which articles are about one event.

    Raises:
        IndexStateError: that was not looked for.
    """
    known_groups(snapshot)
    if snapshot.stories is None:
        raise IndexStateError(
            snapshot.directory,
            "stories were not looked for",
            hint="run: searcher groups --stories",
        )
    return snapshot.stories


def copies_of(snapshot: Snapshot, groups: StoredGroups, folded: Sequence[Folded]) -> list[Copies]:
    """The other articles of each text.  Cost: as `members_of`."""
    found = []
    for one in folded:
        shown = groups.bases[one.match.segment] + one.match.number
        others = [number for number in groups.members_of(one.lead) if number != shown]
        listed = [(order_of(snapshot, *place_of(groups, n)), n) for n in others]
        articles = tuple(
            _copy_of(snapshot, groups, number) for _, number in sorted(listed)[:MOST_LISTED]
        )
        found.append(Copies(len(others), articles))
    return found


def place_of(groups: StoredGroups, number: int) -> tuple[int, int]:
    """The segment and the document of a number that goes through all segments."""
    bases = groups.bases
    segment = bisect_right(bases, number) - 1
    return segment, number - bases[segment]


def order_of(snapshot: Snapshot, segment: int, number: int) -> tuple[bool, int, int, str]:
    """What sorts articles (`copies/gathered.py`)."""
    view = snapshot.segments[segment]
    instant_us = view.dates_us()[number]
    instant = None if instant_us == MISSING_DATE else instant_us
    return article_order(instant, view.lengths()[number], view.id(number))


def _copy_of(snapshot: Snapshot, groups: StoredGroups, number: int) -> CopyOf:
    segment, document = place_of(groups, number)
    article = article_of(snapshot.segments[segment].stored(document))
    cover = groups.cover_of(number)
    return CopyOf(
        article.id, article.title, article.source, article.date, article.url, article.path, cover
    )


def _link_to_lead(groups: StoredGroups, number: int) -> Link | None:
    return next((link for link in groups.links_of(number) if link.kind == Kind.COPY), None)


def _cover(link: Link | None) -> float:
    if link is None or link.agreement is None:
        return 1.0
    found = link.agreement
    return (found.same + found.near) / found.shorter


# -- one text


class GroupedArticle(NamedTuple):
    """An article of a text, or a version of it.

    `kind` is "lead", "copy" or "version"; `cover` how much of the shorter of it and the lead
    the other has.  `cut`, `added` and `changed` are words, against the lead; boilerplate of
    the archive is not counted.  `credit` is the agency that it credits, or several, and
    `hours_after` how long after the first it was published, None where a time is not known.
    """

    id: str
    title: str
    source: str | None
    date: dt.datetime | dt.date | None
    url: str | None
    path: str | None
    kind: str
    cover: float
    cut: int
    added: int
    changed: int
    credit: str | None
    hours_after: float | None

    def to_dict(self) -> dict[str, Any]:
        """The article as JSON values."""
        values = self._asdict()
        values["date"] = self.date.isoformat() if self.date else None
        values["cover"] = round(self.cover, 4)
        return values


@dataclass(frozen=True, slots=True)
class TextGroup:
    """A text: the article that was asked about, all that have the text in order of publication,
    and versions of it."""

    id: str
    articles: tuple[GroupedArticle, ...]
    versions: tuple[GroupedArticle, ...]

    def to_dict(self) -> dict[str, Any]:
        """The text as JSON values."""
        return {
            "id": self.id,
            "articles": [article.to_dict() for article in self.articles],
            "versions": [article.to_dict() for article in self.versions],
        }


def group_of(snapshot: Snapshot, groups: StoredGroups, id: str) -> TextGroup:
    """The text of the article `id`; a beginning that only one id has will do.

    Raises:
        ArticleNotFoundError: there is none, or more than one.

    Cost: reads all of them.
    """
    view, document = snapshot.find(id)
    asked = view.id(document)
    number = groups.bases[snapshot.segments.index(view)] + document
    lead = groups.leads[number]
    if lead == NO_LEAD:
        return TextGroup(asked, (_grouped(snapshot, groups, number, number, None),), ())
    members = groups.members_of(lead)
    members.sort(key=lambda n: order_of(snapshot, *place_of(groups, n)))
    articles = [_grouped(snapshot, groups, n, lead, _link_to_lead(groups, n)) for n in members]
    versions = [_grouped(snapshot, groups, n, lead, link) for n, link in _versions(groups, lead)]
    return TextGroup(asked, tuple(articles), tuple(versions))


def ids_of_group(snapshot: Snapshot, groups: StoredGroups, id: str) -> frozenset[str]:
    """The ids of the articles with the text of the article `id`.  Raises: as `group_of`."""
    view, document = snapshot.find(id)
    lead = groups.leads[groups.bases[snapshot.segments.index(view)] + document]
    if lead == NO_LEAD:
        return frozenset()
    places = (place_of(groups, number) for number in groups.members_of(lead))
    return frozenset(snapshot.segments[segment].id(number) for segment, number in places)


def _versions(groups: StoredGroups, lead: int) -> list[tuple[int, Link]]:
    """The leads that are versions of `lead`, or that it is a version of."""
    own = [(link.lead, link) for link in groups.links_of(lead) if link.kind == Kind.VERSION]
    return own + groups.versions_of(lead)


def _grouped(
    snapshot: Snapshot, groups: StoredGroups, number: int, lead: int, link: Link | None
) -> GroupedArticle:
    segment, document = place_of(groups, number)
    first_segment, first = place_of(groups, lead)
    view, of_lead = snapshot.segments[segment], snapshot.segments[first_segment]
    article = article_of(view.stored(document))
    cut = added = changed = 0
    if link is not None and link.agreement is not None:
        found = link.agreement
        pairs = found.facts + found.others
        lengths = found.shorter, found.longer
        own, other = (
            lengths if view.lengths()[document] <= of_lead.lengths()[first] else (lengths[::-1])
        )
        cut, added, changed = other - pairs, own - pairs, pairs - found.same
    kind = "lead" if number == lead else str(link.kind) if link is not None else "copy"
    with InstalledOnly():
        from searcher.agencies import agency_title

    credit = "/".join(map(agency_title, agencies_of(article)))
    return GroupedArticle(
        *(article.id, article.title, article.source, article.date, article.url, article.path),
        kind=kind,
        cover=_cover(link),
        cut=cut,
        added=added,
        changed=changed,
        credit=credit or None,
        hours_after=_hours_between(of_lead.dates_us()[first], view.dates_us()[document]),
    )


def _hours_between(first_us: int, then_us: int) -> float | None:
    if MISSING_DATE in (first_us, then_us):
        return None
    return round((then_us - first_us) / 3_600_000_000, 2)
