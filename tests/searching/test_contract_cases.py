"""Do the cases of the contract come out as it says?

A small archive and what each query finds in it, each query three ways: the words
as typed through a whole search, the tree as written here through the executor,
and the same tree through the oracle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from searcher.analysis import Analyzer
from searcher.archive import Archive
from searcher.article import Article
from searcher.errors import QueryError
from searcher.query import parse
from searcher.query.tree import (
    And,
    AnyWord,
    AtLeast,
    DateRange,
    Exact,
    Excluded,
    Field,
    Fuzzy,
    Group,
    Has,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Required,
    Within,
    Word,
)
from searcher.request import Request
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.oracle import Oracle

_DAY = dt.date(2019, 4, 8)
ARTICLES = (
    Article(
        "Truce urged in Libya",
        "The United Nations called for a humanitarian truce. Tripoli's airport was closed.",
        date=_DAY,
        id="1",
    ),
    Article(
        "Fighting nears Tripoli",
        "Forces of Gen. Haftar moved on Tripoli. A cease-fire was refused; no truce, "
        "humanitarian or otherwise, held.",
        date=_DAY,
        id="2",
    ),
    Article(
        "Uprising in Benghazi",
        "Protesters in Benghazi, Libya, were fired on. The who and the why remain unclear.",
        date=dt.date(2011, 2, 17),
        id="3",
    ),
    Article(
        "Elections in Niger",
        "Niger held an election. The electoral commission counted 1,000,000 ballots.\n\n"
        "O'Brien of AT&T watched; U.N. monitors, too.",
        date=_DAY,
        id="4",
    ),
    Article("Café society", "To be or not to be a café. Naïve, said Müller.", date=_DAY, id="5"),
    Article(
        "Migrants trapped",
        "Migrants were trapped in detention centers in Tripoli and Misurata.",
        id="6",
    ),
)


def phrase(text: str) -> Phrase:
    return Phrase(tuple(AnyWord() if word == "*" else Exact(word) for word in text.split()))


TRUCE, TRIPOLI, HUMANITARIAN = Word("truce"), Word("tripoli"), Word("humanitarian")
LIBYA, BENGHAZI, AIRPORT = Word("libya"), Word("benghazi"), Word("airport")
SINCE = DateRange(dt.date(2019, 4, 1), None)

CASES: tuple[tuple[str, Node, str], ...] = (
    ("truce", TRUCE, "1 2"),
    ('"humanitarian truce"', phrase("humanitarian truce"), "1"),
    ("“humanitarian truce”", phrase("humanitarian truce"), "1"),
    ("humanitarian w/2 truce", Near(HUMANITARIAN, TRUCE, 2), "1 2"),
    ("humanitarian pre/2 truce", Near(HUMANITARIAN, TRUCE, 2, True), "1"),
    ("truce pre/1 humanitarian", Near(TRUCE, HUMANITARIAN, 1, True), "2"),
    ("elections", Word("elections"), "4"),
    ("=elections", Exact("elections"), "4"),
    ("title:=elections", Field("title", Exact("elections")), "4"),
    ("=election AND NOT =elections", And((Exact("election"), Not(Exact("elections")))), ""),
    ("body:=elections", Field("body", Exact("elections")), ""),
    ("elector*", Pattern("elector*"), "4"),
    ('"to be or not to be"', phrase("to be or not to be"), "5"),
    ('"the who"', phrase("the who"), "3"),
    ("cafe", Word("cafe"), "5"),
    ("MÜLLER", Word("MÜLLER"), "5"),
    ("ceasefire", Word("ceasefire"), ""),
    ("cease-fire", Word("cease-fire"), "2"),
    ("o'brien", Word("o'brien"), "4"),
    ("obrien", Word("obrien"), "4"),
    ("AT&T", Word("AT&T"), "4"),
    ('"U.N."', phrase("U.N."), "4"),
    ("un", Word("un"), "4"),
    ("1000000", Word("1000000"), "4"),
    ("hifter~2", Fuzzy("hifter", 2), "2"),
    ("tripoli NOT w/5 airport", NotNear(TRIPOLI, AIRPORT, 5), "2 6"),
    ("tripoli w/s airport", Within(TRIPOLI, AIRPORT, "sentence"), "1"),
    ("truce w/s tripoli", Within(TRUCE, TRIPOLI, "sentence"), ""),
    ("truce w/p tripoli", Within(TRUCE, TRIPOLI, "paragraph"), "1 2"),
    ("ballots w/p obrien", Within(Word("ballots"), Word("obrien"), "paragraph"), ""),
    (
        "(truce OR cease-fire) w/3 refused",
        Near(Or((TRUCE, Word("cease-fire"))), Word("refused"), 3),
        "2",
    ),
    ("atleast2(tripoli)", AtLeast(2, TRIPOLI), "2"),
    ("title:tripoli", Field("title", TRIPOLI), "2"),
    ("lead:benghazi", Field("lead", BENGHAZI), "3"),
    ("date:2011", DateRange(dt.date(2011, 1, 1), dt.date(2011, 12, 31)), "3"),
    ("NOT has:date", Not(Has("date")), "6"),
    ("tripoli since:2019-04", Group((TRIPOLI, SINCE)), "1 2"),
    ("libya -benghazi", Group((LIBYA, Excluded(BENGHAZI))), "1"),
    ("+libya benghazi", Group((Required(LIBYA), BENGHAZI)), "1 3"),
    ("libya tripoli", Group((LIBYA, TRIPOLI)), "1 2 3 6"),
    ('"no * humanitarian"', phrase("no * humanitarian"), "2"),
    ("truce AND (libya OR refused)", And((TRUCE, Or((LIBYA, Word("refused"))))), "1 2"),
    ("the truce", Group((Word("the"), TRUCE)), "1 2"),
    ("the AND truce", And((Word("the"), TRUCE)), "1"),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.create(tmp_path_factory.mktemp("contract") / "index") as archive:
        for pair in (ARTICLES[:2], ARTICLES[2:4], ARTICLES[4:]):
            with archive.writer() as writer:
                for article in pair:
                    writer.add(article)
        yield archive


@pytest.mark.parametrize(("text", "tree", "hits"), CASES, ids=[case[0] for case in CASES])
def test_case_of_the_contract(text: str, tree: Node, hits: str, archive: Archive) -> None:
    assert parse(text) == tree
    assert sorted(hit.id for hit in archive.search(text)) == hits.split()
    oracle = Oracle(ARTICLES, drop_stop_words=True)
    assert sorted(oracle.hits(tree)) == hits.split()
    assert [hit.id for hit in archive.search(tree)] == oracle.ranking(tree)
    assert archive.search(text).matching_all == oracle.matching_all(tree)


def test_the_executor_by_itself_drops_no_stop_words(archive: Archive) -> None:
    tree = Group((Word("the"), TRUCE))
    snapshot = Snapshot(archive.path)
    try:
        total = PlainExecutor(snapshot, Analyzer("en")).search(tree, Request(tree)).total
    finally:
        snapshot.close()
    assert total == len(Oracle(ARTICLES).hits(tree)) == 4


def test_keyword_group_counts_the_articles_with_all_words(archive: Archive) -> None:
    results = archive.search("libya tripoli")
    assert (results.total, results.matching_all) == (4, 1)


@pytest.mark.parametrize(
    ("text", "position", "reason", "suggestion"),
    [
        ("truce AND", 9, "operand", ""),
        ("date:2019-13", 0, "month", ""),
        ("tilte:truce", 0, "tilte", "title"),
        ('"humanitarian truce', 0, "quote", ""),
    ],
)
def test_error_of_the_contract(
    text: str, position: int, reason: str, suggestion: str, archive: Archive
) -> None:
    with pytest.raises(QueryError) as caught:
        archive.search(text)
    error = caught.value
    if reason != "month":
        assert error.position == position
    assert reason in f"{error.reason} {error.expected}"
    assert suggestion in (error.suggestion or "")
