"""Which articles are copies of which, of all that an archive holds?

Groups are stars, not chains.  In order of date (unknown last), then the longest, then the id,
each article joins the earliest lead that it is a copy of, or becomes a lead.  So every member is
a verified copy of its lead, and three edits in a row cannot join two texts.

**Candidates.**  Two texts are neighbours if they share a fingerprint that is neither common nor
crowded (`boilerplate.py`).  An article is compared with the earlier leads of neighbours, unless
what they share shows already that they are neither copies nor versions: two that are near in days,
with less than one fingerprint to 100 words of the shorter, unless they are nearly as long (a tenth:
a bad scan of the same text leaves few fingerprints whole); and two that are too far apart in days
to be copies of unequal words, unless they are nearly as long and share one to 40 words of the
longer.  (Of 12,900 copies and versions in 105,300 articles of Reuters 138 share less, all of them
versions; four in five of all other pairs do.)  Of these it is compared with the `MOST_CANDIDATES`
that share most fingerprints, of equal ones the earliest.

**Identical texts.**  Articles with one key are of one text, and that is as old as the first of
them: this one is compared, and the others go where it goes.  So identical texts are in one group,
and a column that is printed again after a month is where it was.  Those without words join
nothing.

**Changes.**  What becomes of an article depends on the leads before it only.  So after a change
those articles are looked at again, in order, that are new; that have a fingerprint which became
common or crowded or ceased to be; that come later and may be compared with an article that became a
lead or ceased to be one; or whose text has another first article.  What comes out is what a look at
all would give, whatever the order of arrival, batches and removals (the tests compare).

An article that leads its text may be a version of other leads: these are links, and fold nothing.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from searcher.copies.boilerplate import LEAST_DAYS, MOST_TEXTS, is_common, without_common
from searcher.copies.verification import Agreement, Kind, Rules, compare, judge
from searcher.copies.words import MOST_WORDS

__all__ = ["Comparing", "Groups", "Holdings", "Link", "Removed", "regroup"]

MOST_CANDIDATES = 64
_WORDS_A_SHARED = 100
_WORDS_A_SHARED_FAR = 40
_KEPT_TEXTS = 20_000


class Holdings(Protocol):
    """The live articles, by numbers of any kind."""

    def key(self, article: int) -> int:
        """Its text key."""

    def day(self, article: int) -> int | None:
        """The day of publication, as a number."""

    def length(self, article: int) -> int:
        """How many words it has."""

    def order(self, article: int) -> Any:
        """What sorts articles: no two have the same."""

    def words(self, article: int) -> Sequence[str]:
        """All its words."""

    def fingerprints(self, article: int) -> Collection[int]:
        """The fingerprints of its words."""

    def with_key(self, key: int) -> Iterable[int]:
        """The articles with this text."""

    def holders(self, fingerprint: int) -> Sequence[int]:
        """The articles that have this fingerprint."""


class Comparing(Protocol):
    """Counts what two texts have in common, as `verification.compare` does."""

    def __call__(
        self, a: Sequence[str], b: Sequence[str], *, key_a: int, key_b: int
    ) -> Agreement: ...


class Link(NamedTuple):
    """What an article is to a lead, and why; `agreement` is None for identical texts."""

    lead: int
    kind: Kind
    agreement: Agreement | None


@dataclass(slots=True)
class Groups:
    """The lead of each article (its own number if it leads), and all links but to itself."""

    leads: dict[int, int] = field(default_factory=dict)
    links: dict[int, list[Link]] = field(default_factory=dict)


class Removed(NamedTuple):
    """What is to be known of an article that is gone."""

    article: int
    key: int
    day: int | None
    order: Any
    fingerprints: Collection[int]


def regroup(
    holdings: Holdings,
    groups: Groups,
    added: Collection[int],
    removed: Iterable[Removed] = (),
    *,
    rules: Rules | None = None,
    comparing: Comparing = compare,
) -> None:
    """Bring `groups` to what the articles of `holdings` make of each other.

    Arguments:
        groups: how it was before `added` came and `removed` went; it is changed.
        comparing: what counts as `compare` does.

    Cost: an article looked at costs its words, the lists of its fingerprints (each at most
    `MOST_TEXTS` texts) and at most `MOST_CANDIDATES` comparisons; and an addition or removal
    those lists of its fingerprints that have ten articles.
    """
    removed = list(removed)
    is_new = not groups.leads
    led = []
    for gone in removed:
        groups.links.pop(gone.article, None)
        if groups.leads.pop(gone.article, None) == gone.article:
            led.append(gone)
    grouping = _Grouping(holdings, groups, rules or Rules(), comparing)
    dirty = set() if is_new else _dirty(holdings, set(added), removed)
    grouping.run({*added, *dirty, *grouping.after(removed, led)}, dirty)


class _Grouping:
    def __init__(
        self, holdings: Holdings, groups: Groups, rules: Rules, comparing: Comparing
    ) -> None:
        self._holdings = holdings
        self._groups = groups
        self._rules = rules
        self._texts = _Texts(holdings, comparing)
        self._first: dict[int, int] = {}

    def after(self, gone: Iterable[Removed], led: Iterable[Removed]) -> set[int]:
        """The articles that may have to do without others that are gone, some of which `led`."""
        found = set(self._firsts(one.key for one in gone))
        for lead in led:
            texts = self._texts.selected(lead.fingerprints)[1]
            found.update(n for n in self._firsts(texts) if self._holdings.order(n) > lead.order)
        return found

    def run(self, waiting: set[int], dirty: set[int]) -> None:
        """Look at the articles `waiting`, and at all that follows from it."""
        order, leads = self._holdings.order, self._groups.leads
        heap = [(order(article), article) for article in waiting]
        heapq.heapify(heap)
        while heap:
            place, article = heapq.heappop(heap)
            waiting.discard(article)
            key = self._holdings.key(article)
            led = leads.get(article) == article
            is_first = not key or self._first_of(key) == article
            leads_now = self._look_at(article) if is_first else self._follow(article)
            concerned: list[int] = []
            if key and is_first:
                concerned += self._holdings.with_key(key)
            if led != leads_now or article in dirty:
                concerned += self._firsts(self._texts.neighbours(key))
            for other in concerned:
                if order(other) > place and other not in waiting:
                    waiting.add(other)
                    heapq.heappush(heap, (order(other), other))

    def _first_of(self, text: int) -> int:
        """The first article of a text, of which there is one."""
        if text not in self._first:
            self._first[text] = min(self._holdings.with_key(text), key=self._holdings.order)
        return self._first[text]

    def _firsts(self, texts: Iterable[int]) -> list[int]:
        """The first articles of those texts that there are."""
        there = self._holdings.with_key
        return [self._first_of(text) for text in texts if text and any(True for _ in there(text))]

    def _follow(self, article: int) -> bool:
        """Put an article where the first of its text is; it does not lead."""
        first = self._first_of(self._holdings.key(article))
        groups = self._groups
        lead = groups.leads[article] = groups.leads[first]
        own = [Link(first, Kind.COPY, None)]
        groups.links[article] = own if lead == first else list(groups.links[first])
        return False

    def _look_at(self, article: int) -> bool:
        """Find the lead of `article`; whether that is itself."""
        versions = []
        for lead in self._candidates(article):
            link = self._link(article, lead)
            if link is not None and link.kind == Kind.COPY:
                self._groups.leads[article] = lead
                self._groups.links[article] = [link]
                return False
            if link is not None:
                versions.append(link)
        self._groups.leads[article] = article
        self._groups.links[article] = versions
        return True

    def _candidates(self, article: int) -> list[int]:
        holdings = self._holdings
        key = holdings.key(article)
        if not key:
            return []
        order, leads = holdings.order, self._groups.leads
        place = order(article)
        shared_with = self._texts.neighbours(key)
        neighbours = ((self._first_of(text), shared) for text, shared in shared_with.items())
        found = [
            (-shared, order(lead), lead)
            for lead, shared in neighbours
            if leads.get(lead) == lead
            and order(lead) < place
            and self._may_fit(article, lead, shared)
        ]
        chosen = heapq.nsmallest(MOST_CANDIDATES, found)
        return [lead for _, _, lead in sorted(chosen, key=lambda one: one[1])]

    def _may_fit(self, article: int, lead: int, shared: int) -> bool:
        """Whether two articles that share so many fingerprints are compared."""
        apart = self._days_apart(article, lead)
        shorter, longer = sorted((self._holdings.length(article), self._holdings.length(lead)))
        is_nearly_as_long = 10 * shorter >= 9 * longer
        if apart is None or apart <= self._rules.near_days:
            return is_nearly_as_long or _WORDS_A_SHARED * shared >= min(shorter, MOST_WORDS)
        return is_nearly_as_long and _WORDS_A_SHARED_FAR * shared >= min(longer, MOST_WORDS)

    def _days_apart(self, article: int, lead: int) -> int | None:
        a, b = self._holdings.day(article), self._holdings.day(lead)
        return None if a is None or b is None else abs(a - b)

    def _link(self, article: int, lead: int) -> Link | None:
        a, b = self._holdings.key(article), self._holdings.key(lead)
        agreement = self._texts.agreement(a, b)
        kind = judge(
            agreement,
            days_apart=self._days_apart(article, lead),
            corrects=(a ^ b) & 1 == 1,
            rules=self._rules,
        )
        return None if kind is None else Link(lead, kind, agreement)


class _Texts:
    """What is known of the texts that are looked at, by their keys."""

    def __init__(self, holdings: Holdings, comparing: Comparing) -> None:
        self._holdings = holdings
        self._comparing = comparing
        self._words: dict[int, Sequence[str]] = {}
        self._neighbours: dict[int, Counter[int]] = {}
        self._agreements: dict[tuple[int, int], Agreement] = {}
        # Of fingerprints with many holders: the texts, or why they select nothing.
        self._selected: dict[int, tuple[bool, frozenset[int]]] = {}

    def neighbours(self, key: int) -> Counter[int]:
        """The texts that share fingerprints with `key`, and how many."""
        if key not in self._neighbours:
            _bounded(self._neighbours)
            article = next(iter(self._holdings.with_key(key)), None) if key else None
            own = () if article is None else self._holdings.fingerprints(article)
            counts = self.selected(own)[1]
            del counts[key]
            self._neighbours[key] = counts
        return self._neighbours[key]

    def agreement(self, a: int, b: int) -> Agreement:
        """What the texts `a` and `b` have in common."""
        pair = (a, b) if a < b else (b, a)
        if pair not in self._agreements:
            _bounded(self._agreements)
            words = self._compared(a), self._compared(b)
            self._agreements[pair] = self._comparing(*words, key_a=a, key_b=b)
        return self._agreements[pair]

    def _compared(self, key: int) -> Sequence[str]:
        if key not in self._words:
            _bounded(self._words)
            article = next(iter(self._holdings.with_key(key)))
            words = self._holdings.words(article)
            common, _ = self.selected(self._holdings.fingerprints(article))
            self._words[key] = without_common(words, common) if common else words[:MOST_WORDS]
        return self._words[key]

    def selected(self, numbers: Iterable[int]) -> tuple[set[int], Counter[int]]:
        """Which fingerprints are common, and the texts that the others select: how often."""
        counts: Counter[int] = Counter()
        common = set()
        for number in numbers:
            is_boilerplate, texts = self._selected_by(number)
            counts.update(texts)
            if is_boilerplate:
                common.add(number)
        return common, counts

    def _selected_by(self, fingerprint: int) -> tuple[bool, Iterable[int]]:
        """Whether a fingerprint is common, and the texts that it selects."""
        holders = self._holdings.holders(fingerprint)
        if len(holders) < LEAST_DAYS:
            return False, set(map(self._holdings.key, holders))
        if fingerprint not in self._selected:
            _bounded(self._selected)
            common, crowded, texts = _state(
                [(self._holdings.day(n), self._holdings.key(n)) for n in holders]
            )
            self._selected[fingerprint] = common, frozenset() if common or crowded else texts
        return self._selected[fingerprint]


def _state(holders: Iterable[tuple[int | None, int]]) -> tuple[bool, bool, frozenset[int]]:
    """Of the days and texts of those who have a fingerprint: whether it is common, whether it
    is crowded, and the texts."""
    holders = list(holders)
    texts = frozenset(text for _, text in holders)
    return is_common(day for day, _ in holders), len(texts) > MOST_TEXTS, texts


def _dirty(holdings: Holdings, added: set[int], removed: list[Removed]) -> set[int]:
    """The articles that have a fingerprint which is common or crowded now and was not, or was."""
    were: defaultdict[int, list[tuple[int | None, int]]] = defaultdict(list)
    for gone in removed:
        for number in gone.fingerprints:
            were[number].append((gone.day, gone.key))
    touched = set(were).union(*map(holdings.fingerprints, added))
    dirty: set[int] = set()
    for number in touched:
        holders = holdings.holders(number)
        if len(holders) + len(were[number]) < LEAST_DAYS:
            continue
        now = [(article, (holdings.day(article), holdings.key(article))) for article in holders]
        before = [fact for article, fact in now if article not in added]
        if _state(fact for _, fact in now)[:2] != _state(before + were[number])[:2]:
            dirty.update(holders)
    return dirty


def _bounded(kept: dict[Any, Any]) -> None:
    """Keep what is held in memory small: all of it can be found again."""
    if len(kept) >= _KEPT_TEXTS:
        kept.clear()
