"""Are answers folded alike by the native executor, the plain one and brute force?

Over one archive of several segments, some of its articles removed, with groups and stories that
are drawn at random: any articles may be copies there, of any date, so that a text may have one
article or nearly all.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher import Archive, Article, IndexDamagedError, IndexStateError
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.codec.groups import NO_LEAD, StoredGroups, encode_groups, join_groups, little_endian
from searcher.codec.stories import StoredStories, encode_stories
from searcher.copies.grouping import Groups
from searcher.fields import FIELDS
from searcher.indexing.session import WriteSession
from searcher.query import parse
from searcher.request import Request
from searcher.searching.axes import axes_of
from searcher.searching.budget import Budget
from searcher.searching.executor import Executor, Folded, Match
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.recency import Ages
from searcher.searching.snapshot import Snapshot

pytestmark = pytest.mark.skipif(native_core() is None, reason="no native core here")

WORDS = [f"word{letter}" for letter in "abcdefghijklmnop"]
SORTS = ("score", "date", "-date")
GROUPS = {"copies": "texts", "stories": "stories"}


def made(random: Random, number: int) -> Article:
    day = dt.date(2020, 1, 1) + dt.timedelta(days=random.randrange(6))
    body = " ".join(
        WORDS[min(int(random.expovariate(0.3)), len(WORDS) - 1)]
        for _ in range(random.choice((1, 3, 3, 8, 30)))
    )
    return Article(
        random.choice(WORDS),
        body,
        id=f"{random.randrange(10**6)}-{number}",
        date=random.choice((day, day, None)),
        source=random.choice((None, "Wire", "Herald")),
    )


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    path = tmp_path_factory.mktemp("folding") / "index"
    random = Random(5)
    articles = [made(random, number) for number in range(400)]
    Archive.create(str(path))
    for start in (0, 250, 330):
        with WriteSession(str(path), kind="native") as session:
            session.add_articles(articles[start : {0: 250, 250: 330}.get(start, 400)])
            session.commit()
    with WriteSession(str(path), kind="native") as session:
        for one in articles[::17]:
            session.remove(one.id or "")
        session.commit()
    with Archive.open(str(path)) as archive:
        opened = Snapshot(archive.path)
        assert len(opened.segments) > 1 and any(s.deleted for s in opened.segments)
        yield opened
        opened.close()


def with_groups(
    snapshot: Snapshot, random: Random, commonness: int, *, stories: bool
) -> tuple[list[int], list[int] | None]:
    """Give `snapshot` groups of its own; leads and firsts of all documents, none left out."""
    counts = [segment.count for segment in snapshot.segments]
    documents = sum(counts)
    leads = list(range(documents))
    chosen = random.sample(range(documents), min(documents, commonness))
    for number in range(documents):
        if chosen and random.random() < 0.8 and number not in chosen:
            leads[number] = random.choice(chosen)
    alone = {n for n in range(documents) if n not in leads or random.random() < 0.1}
    alone -= {lead for number, lead in enumerate(leads) if lead != number}
    written = [NO_LEAD if n in alone and leads[n] == n else lead for n, lead in enumerate(leads)]
    data = join_groups(little_endian(array("I", written)), b"", counts)
    snapshot.__dict__["groups"] = StoredGroups(data, counts)
    snapshot.__dict__["stories"] = None
    if not stories:
        return leads, None
    of_lead: dict[int, int] = {}
    for lead in sorted(set(leads)):
        earlier = [first for first in of_lead.values() if written[first] != NO_LEAD]
        joins = written[lead] != NO_LEAD and earlier and random.random() < 0.4
        of_lead[lead] = random.choice(earlier) if joins else lead
    firsts = [of_lead[lead] for lead in leads]
    in_file = [NO_LEAD if written[n] == NO_LEAD else first for n, first in enumerate(firsts)]
    snapshot.__dict__["stories"] = StoredStories(
        encode_stories(array("I", in_file), counts), counts
    )
    return leads, firsts


def folded_by_force(
    snapshot: Snapshot,
    ranked: Sequence[Match],
    leads: Sequence[int],
    units: Sequence[int],
    request: Request,
) -> list[Folded]:
    """The texts of an answer by the words of the design."""
    bases = [sum(s.count for s in snapshot.segments[:i]) for i in range(len(snapshot.segments))]

    def number(match: Match) -> int:
        return bases[match.segment] + match.number

    def age(match: Match) -> tuple[bool, int, int, str]:
        segment = snapshot.segments[match.segment]
        date = segment.dates_us()[match.number]
        is_undated = date == min(-(2**63), date)
        return is_undated, date, -segment.lengths()[match.number], segment.id(match.number)

    shown: dict[int, Folded] = {}
    for match in ranked:
        if units[number(match)] in shown:
            continue
        lead = leads[number(match)]
        first = min((one for one in ranked if leads[number(one)] == lead), key=age)
        place = Match(first.segment, first.number, match.score)
        shown[units[number(match)]] = Folded(place, lead)
    end = None if request.limit is None else request.offset + request.limit
    return list(shown.values())[request.offset : end]


queries = st.one_of(
    st.just("*"),
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=4).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(" OR ".join),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(" AND ".join),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda w: f'"{w[0]} {w[1]}"'),
    st.sampled_from(WORDS).map(lambda word: f"{word} source:wire"),
    st.sampled_from(WORDS).map(lambda word: f"* -{word}"),
    st.just("nothing"),
)


@settings(max_examples=80, deadline=None)
@given(
    query=queries,
    seed=st.integers(0, 10**6),
    commonness=st.sampled_from((0, 1, 2, 5, 30, 120)),
    group=st.sampled_from(sorted(GROUPS)),
    sort=st.sampled_from(SORTS),
    limit=st.one_of(st.none(), st.integers(0, 12), st.integers(0, 400)),
    offset=st.one_of(st.just(0), st.integers(0, 20), st.integers(0, 400)),
    ages=st.booleans(),
)
def test_native_and_plain_fold_as_brute_force_does(
    snapshot: Snapshot,
    query: str,
    seed: int,
    commonness: int,
    group: str,
    sort: str,
    limit: int | None,
    offset: int,
    ages: bool,
) -> None:
    random = Random(seed)
    stories = group == "stories" or random.random() < 0.5
    leads, firsts = with_groups(snapshot, random, commonness, stories=stories)
    analyzer = Analyzer(snapshot.language)
    native, plain = NativeExecutor(snapshot, analyzer), PlainExecutor(snapshot, analyzer)
    asked = parse(query)
    request = Request(query, limit=limit, offset=offset, sort=sort, group=group)
    recency = Ages(snapshot).recency(2.0, 1_578_000_000_000_000) if ages else None
    everything = request.replace(limit=None, offset=0)
    ranking = plain.search(asked, everything, recency=recency)
    units = leads if group == "copies" else firsts
    assert units is not None
    expected = folded_by_force(snapshot, ranking.matches, leads, units, request)
    of_native = native.folded(asked, request, recency=recency)
    assert of_native == plain.folded(asked, request, recency=recency)
    assert of_native.texts == expected
    bases = native._snapshot.groups.bases if native._snapshot.groups else []
    numbers = [bases[match.segment] + match.number for match in ranking.matches]
    assert of_native.counts.articles == of_native.total == len(numbers)
    assert of_native.matching_all == ranking.matching_all
    assert of_native.counts.texts == len({leads[number] for number in numbers})
    told = None if firsts is None else len({firsts[number] for number in numbers})
    assert of_native.counts.stories == told
    shown = native.folded_hits(asked, request, recency=recency)
    assert shown == plain.folded_hits(asked, request, recency=recency)
    assert shown[0] == of_native
    _counted_alike(native, plain, query, GROUPS[group], of_native.counts)


def _counted_alike(
    native: Executor, plain: Executor, query: str, unit: str, counts: Sequence[int | None]
) -> None:
    asked, axes = parse(query), axes_of("source,month,day", FIELDS)
    options = {"limit": None, "order": "name", "once": unit}
    counted = native.tally(asked, axes, budget=Budget(), **options)  # type: ignore[arg-type]
    assert counted == plain.tally(asked, axes, budget=Budget(), **options)  # type: ignore[arg-type]
    assert counted[0] == counts[1 if unit == "texts" else 2]
    source, day = axes[0], axes[2]
    pairs = native.tally_two(asked, day, source, Budget(), once=unit)
    assert pairs == plain.tally_two(asked, day, source, Budget(), once=unit)
    assert sum(pairs.values()) == counted[0]


def test_groups_that_lead_nowhere_are_damage(snapshot: Snapshot) -> None:
    counts = [segment.count for segment in snapshot.segments]
    snapshot.__dict__["stories"] = None
    snapshot.__dict__["groups"] = groups = StoredGroups(encode_groups(Groups(), counts), counts)
    groups.leads = array("I", [sum(counts)] * sum(counts))  # as no file that is read
    executor = NativeExecutor(snapshot, Analyzer(snapshot.language))
    with pytest.raises(IndexDamagedError, match="groups of other documents"):
        executor.folded(parse("*"), Request("*", group="copies"))


def test_stories_that_are_not_known_are_not_folded_by(snapshot: Snapshot) -> None:
    counts = [segment.count for segment in snapshot.segments]
    snapshot.__dict__["stories"] = None
    snapshot.__dict__["groups"] = StoredGroups(encode_groups(Groups(), counts), counts)
    analyzer = Analyzer(snapshot.language)
    for executor in (NativeExecutor(snapshot, analyzer), PlainExecutor(snapshot, analyzer)):
        with pytest.raises(IndexStateError, match="groups --stories"):
            executor.folded(parse("*"), Request("*", group="stories"))
        with pytest.raises(IndexStateError, match="groups --stories"):
            axes = axes_of("day", FIELDS)
            executor.tally(
                parse("*"), axes, limit=None, order="name", budget=Budget(), once="stories"
            )


def test_the_core_refuses_what_it_does_not_know(snapshot: Snapshot) -> None:
    core = native_core()
    assert core is not None
    for parts in (([2], b"\0" * 4, None), ([1], b"\0" * 5, None), ([1], b"\0" * 4, b"")):
        with pytest.raises(ValueError, match=r"groups of other documents|within a number"):
            core.Groups(*parts)
    executor = NativeExecutor(snapshot, Analyzer(snapshot.language))
    plan = executor._compile(parse("*")).plan
    groups = core.Groups([1], b"\0" * 4, None)
    with pytest.raises(ValueError, match="groups of other segments"):
        executor._searcher.folded(plan, groups, "texts", 10, 0, "score", None)
    with pytest.raises(ValueError, match="cannot fold by words"):
        executor._searcher.folded(plan, groups, "words", 10, 0, "score", None)
