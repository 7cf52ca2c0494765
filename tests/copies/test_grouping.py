"""Are groups what the articles make of each other, however they came?"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from random import Random

import pytest

from searcher.copies import grouping
from searcher.copies.boilerplate import is_common, without_common
from searcher.copies.fingerprints import fingerprints
from searcher.copies.gathered import Gathered
from searcher.copies.grouping import Groups, Removed, regroup
from searcher.copies.verification import Kind, compare, judge
from tests.copies.test_pairs import story
from tests.growth import LINEAR, growth

pytestmark = pytest.mark.same_without_core

Made = tuple[str, list[str], int | None]


def grouped(articles: list[Made]) -> tuple[Gathered, Groups]:
    holdings, groups = Gathered(), Groups()
    for id, words, day in articles:
        holdings.add(id, words, day=day)
    regroup(holdings, groups, holdings.numbers())
    return holdings, groups


def leads(articles: list[Made]) -> dict[str, str]:
    _, groups = grouped(articles)
    return {articles[n][0]: articles[lead][0] for n, lead in groups.leads.items()}


def test_the_earliest_article_leads_its_copies() -> None:
    words = story(1)
    made: list[Made] = [
        ("late", words[:120], 3),
        ("undated", words, None),
        ("first", words[:150], 1),
        ("other", story(2), 1),
    ]
    assert leads(made) == {
        "late": "first",
        "undated": "first",
        "first": "first",
        "other": "other",
    }


def test_of_one_day_the_longest_leads_and_then_the_id() -> None:
    words = story(1)
    made: list[Made] = [("c", words[:150], 1), ("b", words, 1), ("a", words, 1)]
    assert set(leads(made).values()) == {"a"}


def test_identical_texts_are_in_one_group_however_far_apart() -> None:
    words = story(1)
    made: list[Made] = [
        ("whole", words, 1),
        ("cut", words[:170], 3),
        ("cut again", words[:170], 300),
        ("cut alike", words[:171], 300),
    ]
    found = leads(made)
    assert found["cut"] == found["cut again"] == "whole" and found["cut alike"] == "cut alike"


def test_three_edits_in_a_row_do_not_join_two_texts() -> None:
    parts = [story(n, 50) for n in range(8)]
    rows = [[*chain.from_iterable(parts[n : n + 4])] for n in range(4)]
    made: list[Made] = [(str(n), row, 1) for n, row in enumerate(rows)]
    assert set(leads(made).values()) == {"0", "1", "2", "3"}
    groups = grouped(made)[1]
    assert {link.kind for links in groups.links.values() for link in links} == {Kind.VERSION}


def test_empty_articles_join_nothing_and_short_ones_only_the_same() -> None:
    made: list[Made] = [
        ("a", [], None),
        ("b", [], None),
        ("c", story(1, 10), 1),
        ("d", story(1, 10), 900),
        ("e", story(1, 11), 1),
    ]
    assert leads(made) == {"a": "a", "b": "b", "c": "c", "d": "c", "e": "e"}


def test_briefs_that_share_a_footer_of_sixty_days_are_no_copies() -> None:
    footer = story(1, 70)
    made: list[Made] = [(str(n), story(n + 10, 20) + footer, n) for n in range(60)]
    assert all(article == lead for article, lead in leads(made).items())


def test_a_story_of_sixty_papers_is_one_text() -> None:
    words = story(1)
    made: list[Made] = [(f"{n:02}", words[: 200 - n], n % 2) for n in range(60)]
    assert set(leads(made).values()) == {"00"}


def test_every_member_is_a_verified_copy_of_its_lead() -> None:
    made = random_articles(Random(3), 150)
    holdings, groups = grouped(made)
    for article, links in groups.links.items():
        for link in links:
            if link.agreement is None:
                assert holdings.key(article) == holdings.key(link.lead) != 0
                continue
            a, b = (compared(holdings, n) for n in (article, link.lead))
            keys = {"key_a": holdings.key(article), "key_b": holdings.key(link.lead)}
            assert compare(a, b, **keys) == link.agreement
        if groups.leads[article] != article:
            assert [link.lead for link in links] == [groups.leads[article]]
            assert groups.leads[groups.leads[article]] == groups.leads[article]


def compared(holdings: Gathered, article: int) -> list[str]:
    words = holdings.words(article)
    common = {
        number
        for number in fingerprints(words)
        if is_common(holdings.day(n) for n in holdings.holders(number))
    }
    return list(without_common(words, common))


# -- any sequence of changes


FOOTER = story(99, 30)


def random_articles(random: Random, count: int) -> list[Made]:
    """Articles of a few texts, cut, retouched, framed, repeated; some undated, some empty."""
    made: list[Made] = []
    for number in range(count):
        words = story(random.randrange(12), 44)
        draw = random.random()
        if draw < 0.3:
            words = words[: random.randrange(15, 44)]
        elif draw < 0.5:
            words = [*words]
            words[random.randrange(40)] = f"x{random.randrange(3)}"
        elif draw < 0.6:
            words = words + story(random.randrange(12), 44)
        elif draw < 0.65:
            words = []
        if random.random() < 0.4:
            words = words + FOOTER
        day = None if random.random() < 0.1 else random.randrange(random.choice((4, 60)))
        made.append((f"{random.randrange(10**6)}-{number}", words, day))
    return made


def brute_force(holdings: Gathered, *, candidates: int, most_texts: int) -> dict[int, int]:
    """The same definition with no memory and no lists: each article against all leads before."""
    numbers = sorted(holdings.numbers(), key=holdings.order)
    days: defaultdict[int, list[int | None]] = defaultdict(list)
    texts: defaultdict[int, set[int]] = defaultdict(set)
    own = {number: fingerprints(holdings.words(number)) for number in numbers}
    for number in numbers:
        for fingerprint in own[number]:
            days[fingerprint].append(holdings.day(number))
            texts[fingerprint].add(holdings.key(number))
    common = {fingerprint for fingerprint in days if is_common(days[fingerprint])}
    off = common | {f for f in texts if len(texts[f]) > most_texts}
    words = {n: without_common(holdings.words(n), common) for n in numbers}
    found: dict[int, int] = {}
    first: dict[int, int] = {}
    for number in numbers:
        key = holdings.key(number)
        if key and first.setdefault(key, number) != number:
            found[number] = found[first[key]]
            continue
        ranked = []
        for lead in found:
            if found[lead] != lead or not holdings.key(number):
                continue
            shared = len((own[number] & own[lead]) - off)
            apart = days_apart(holdings, number, lead)
            shorter, longer = sorted((holdings.length(number), holdings.length(lead)))
            as_long = 10 * shorter >= 9 * longer
            if apart is None or apart <= 3:
                fit = as_long or 100 * shared >= min(shorter, 10_000)
            else:
                fit = as_long and 40 * shared >= min(longer, 10_000)
            if shared and fit:
                ranked.append((-shared, holdings.order(lead), lead))
        chosen = sorted(ranked)[:candidates]
        found[number] = number
        for _, _, lead in sorted(chosen, key=lambda one: one[1]):
            keys = {"key_a": holdings.key(number), "key_b": holdings.key(lead)}
            agreement = compare(words[number], words[lead], **keys)
            apart = days_apart(holdings, number, lead)
            if judge(agreement, days_apart=apart) == Kind.COPY:
                found[number] = lead
                break
    return found


def days_apart(holdings: Gathered, a: int, b: int) -> int | None:
    one, other = holdings.day(a), holdings.day(b)
    return None if one is None or other is None else abs(one - other)


@pytest.mark.parametrize("seed", range(40))
def test_groups_are_the_same_after_any_sequence_of_changes(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty-five sequences for each seed, with bounds so low that they are met."""
    for part in range(25):
        random = Random(seed * 1000 + part)
        candidates, most_texts = random.choice((2, 4, 64)), random.choice((10, 12, 1000))
        monkeypatch.setattr(grouping, "MOST_CANDIDATES", candidates)
        monkeypatch.setattr(grouping, "MOST_TEXTS", most_texts)
        holdings, groups = Gathered(), Groups()
        waiting = random_articles(random, random.randrange(4, 28))
        while waiting or random.random() < 0.5:
            batch = [waiting.pop() for _ in range(min(len(waiting), random.randrange(12)))]
            gone = [n for n in holdings.numbers() if random.random() < 0.15]
            removed = [
                Removed(
                    n,
                    holdings.key(n),
                    holdings.day(n),
                    holdings.order(n),
                    frozenset(fingerprints(holdings.words(n))),
                )
                for n in gone
            ]
            for number in gone:
                holdings.remove(number)
            added = [holdings.add(id, words, day=day) for id, words, day in batch]
            regroup(holdings, groups, added, removed)
            fresh = Groups()
            regroup(holdings, fresh, holdings.numbers())
            assert groups.leads == fresh.leads
            assert groups.links == fresh.links
        model = brute_force(holdings, candidates=candidates, most_texts=most_texts)
        assert groups.leads == model


# -- bounds


def test_many_identical_articles_take_linear_time() -> None:
    words = story(1)
    assert growth(lambda size: grouped([(str(n), words, n % 400) for n in range(size)]), 300) < (
        LINEAR
    )


def test_many_articles_of_one_form_take_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MOST_TEXTS", 50)
    fixed = story(1, 60)

    def articles(size: int) -> None:
        grouped([(str(n), fixed + story(n + 5, 60), None) for n in range(size)])

    assert growth(articles, 150) < LINEAR
