"""Do words of a keyword group rank higher where they stand close, in both executors alike?

The oracle of `tests/reference/` has closeness too, so what it adds is held against a brute
force reading of the articles by `test_oracle.py`.  Here are the cases that say what it is
for, and long posting lists, where the native executor reads positions only of documents
that may come in.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, Scoring
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.query import Group, Node, parse
from searcher.request import Request
from searcher.scoring import DEFAULT_SCORING
from searcher.searching.closeness import MOST_WORDS, close_pairs
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot

needs_core = pytest.mark.skipif(
    native_core() is None, reason="the native core is not built, or off"
)
QUERIES = int(os.environ.get("SEARCHER_CLOSENESS", "20"))
# From frequent to rare; `ferries` and `ferry` are one word.
SHARES = {
    "of": 40,
    "harbour": 20,
    "storm": 18,
    "truce": 10,
    "ferry": 6,
    "ferries": 6,
    "island": 5,
    "night": 4,
    "lantern": 1,
    "quay": 0.3,
    "saltmarsh": 0.05,
}
WORDS = list(SHARES)


# ---------------------------------------------------------------- what it is for


@pytest.fixture(params=["off", *(["require"] if native_core() else [])])
def archive(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Archive]:
    monkeypatch.setenv("SEARCHER_NATIVE", request.param)
    monkeypatch.setattr("searcher.codec.core._found", None)
    filling = " ".join(["nothing"] * 30)
    with Archive.create(tmp_path / "index") as made:
        with made.writer() as writer:
            writer.add(Article("a", f"harbour {filling} storm {filling}", id="apart"))
            writer.add(Article("b", f"harbour storm {filling} {filling}", id="close"))
            writer.add(Article("c", f"nine {filling} {filling}", id="neither"))
        yield made


def scores(archive: Archive, query: str, **weights: float) -> dict[str, float]:
    return {hit.id: hit.score for hit in archive.search(query, weights=weights or None)}


def test_of_two_articles_with_the_same_words_the_one_that_has_them_close_is_first(
    archive: Archive,
) -> None:
    for query in ("harbour storm", "storm harbour", "+harbour storm", "body:(storm harbour)"):
        found = scores(archive, query)
        assert list(found) == ["close", "apart"], query
        assert found["close"] > found["apart"]


def test_what_has_been_said_with_operators_gets_nothing_for_closeness(archive: Archive) -> None:
    for query in ("harbour AND storm", "harbour OR storm", "body:harbour body:storm"):
        found = scores(archive, query)
        assert found["close"] == found["apart"], query
    assert scores(archive, "harbour storm", closeness=0) == scores(archive, "harbour OR storm")


def test_a_pair_counts_up_to_its_distance_and_no_farther(archive: Archive) -> None:
    alone = scores(archive, "harbour storm", closeness=0)["apart"]
    assert scores(archive, "harbour storm", distance=30)["apart"] == alone
    assert scores(archive, "harbour storm", distance=31)["apart"] > alone


def test_a_pair_counts_no_more_often_than_either_word(tmp_path: Path) -> None:
    apart = " ".join(["nothing"] * 9)
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            # One harbour among many storms is one pair, however many stand near it.
            writer.add(Article("a", f"storm storm harbour storm {apart} storm", id="one"))
            writer.add(Article("b", f"storm {apart} storm harbour {apart} storm storm", id="few"))
            writer.add(Article("c", apart, id="neither"))
        found = scores(archive, "harbour storm", b=0)
        assert found["one"] == found["few"]


def test_closeness_makes_no_article_match_and_marks_nothing(archive: Archive) -> None:
    query = "+nine harbour storm"
    assert [hit.id for hit in archive.search(query)] == ["neither"]
    with_it = {hit.id: hit.snippet for hit in archive.search("harbour storm")}
    without = archive.search("harbour storm", weights={"closeness": 0})
    assert with_it == {hit.id: hit.snippet for hit in without}


def test_explanations_name_the_words_that_count_for_standing_close(archive: Archive) -> None:
    [close] = archive.explain("(harbour +storm^2 =quay)^2 AND nine").closeness
    assert close.words == ("harbour", "storm^2")
    assert (close.distance, close.boost) == (8, 2 * DEFAULT_SCORING.closeness)
    assert archive.explain("harbour AND storm").closeness == ()
    assert archive.explain("harbour storm", weights={"closeness": 0}).closeness == ()


# ---------------------------------------------------------------- which pairs


def pairs(text: str) -> list[tuple[str, str]]:
    group = parse(text)
    assert isinstance(group, Group)
    return [(str(left), str(right)) for left, right in close_pairs(group, Analyzer("en"))]


def test_bare_words_of_a_group_are_pairs() -> None:
    assert pairs("a b c") == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pairs('a "b c" +d^2 e* =f -g title:h') == [("a", "d^2")]
    assert pairs("a b^0.9 c^0.4 d^1") == [("a", "d^1")]


def test_words_of_one_stem_are_one_and_those_of_several_tokens_none() -> None:
    assert pairs("ferry storm ferries") == [("ferry", "storm")]
    assert pairs("cease-fire ferry storm") == [("ferry", "storm")]


def test_a_word_has_pairs_with_the_next_three() -> None:
    assert [pair for pair in pairs("a b c d e f") if "a" in pair] == [
        ("a", "b"),
        ("a", "c"),
        ("a", "d"),
    ]
    assert [left for left, right in pairs("a b c d e f") if right == "f"] == ["c", "d", "e"]


def test_of_a_long_group_the_first_words_are_paired() -> None:
    words = [f"w{number}" for number in range(MOST_WORDS + 3)]
    found = pairs(" ".join(words))
    assert len(found) == 3 * MOST_WORDS - 6
    assert {word for pair in found for word in pair} == set(words[:MOST_WORDS])


# ---------------------------------------------------------------- long lists


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two segments, the larger one of several windows; some articles are gone again."""
    directory = tmp_path_factory.mktemp("closeness") / "index"
    random = Random(15)
    first_day = dt.date(2019, 1, 1)
    with Archive.create(directory) as archive:
        for part, count in enumerate((4_600, 400)):
            with archive.writer() as writer:
                for number in range(count):
                    # Some are longer than a lead.
                    length = random.choice([*[random.randrange(1, 20)] * 3, 50, 80])
                    body = " ".join(random.choices(WORDS, [*SHARES.values()], k=length))
                    title = " ".join(
                        random.choices(WORDS, [*SHARES.values()], k=random.randrange(6))
                    )
                    byline = ("Storm Harbour", "Ann Ferry") if number % 9 == 0 else ()
                    day = first_day + dt.timedelta(days=random.randrange(300))
                    writer.add(Article(title, body, byline, date=day, id=f"{part}-{number}"))
        with archive.writer() as writer:
            for number in range(0, 400, 7):
                writer.remove(f"{number % 2}-{number}")
    return directory


def random_query(random: Random) -> Node:
    """A keyword group, by itself or within other things."""

    def item() -> str:
        word = random.choice(WORDS[1:])
        return random.choice([*["{}"] * 6, "+{}", "{}^2", "+{}^0.5", "-{}", "title:{}"]).format(
            word
        )

    group = " ".join(item() for _ in range(random.randrange(2, 6)))
    if all(part.startswith("-") for part in group.split()):
        group += " storm"
    if random.random() < 0.3:
        # As feedback makes it longer: words that only help, and have no pairs.
        group = " ".join([group, *(f"{word}^0.4 ={word}^0.25" for word in WORDS)])
    around = random.choice(
        [
            *["{}"] * 4,
            "{} since:2019-04",
            "{} until:2019-03 -night",
            "({}) AND storm",
            "({})^3 OR (night quay)",
            "({}) AND (island ferry)",
            "title:({})",
            "lead:({})",
            "hlead:({})",
            "byline:({} harbour ferry)",
            "body:({}) harbour",
        ]
    )
    inside = group.replace("title:", "") if ":(" in around else group
    return parse(around.format(inside))


@needs_core
def test_both_executors_rank_groups_alike(index: Path) -> None:
    random = Random(2019)
    snapshot = Snapshot(str(index))
    try:
        analyzer = Analyzer(snapshot.language)
        for scoring in (DEFAULT_SCORING, Scoring(closeness=3.0, closeness_distance=3)):
            plain = PlainExecutor(snapshot, analyzer, scoring=scoring)
            native = NativeExecutor(snapshot, analyzer, scoring=scoring)
            for _ in range(QUERIES // 2):
                tree = random_query(random)
                every = plain.search(tree, Request(tree, limit=None))
                for limit in (1, 10, 65, None):
                    wanted = [tuple(match) for match in every.matches[:limit]]
                    for count in (True, False):
                        found = native.search(tree, Request(tree, limit=limit), count=count)
                        said = [(m.segment, m.number, m.score) for m in found.matches]
                        assert said == wanted, (str(tree), limit, count)
                        if count:
                            assert (found.total, found.matching_all) == every[:2], str(tree)
                by_date = plain.search(tree, Request(tree, limit=5, sort="date")).matches
                found = native.search(tree, Request(tree, limit=5, sort="date"))
                assert [(m.segment, m.number, m.score) for m in found.matches] == [
                    tuple(match) for match in by_date
                ], str(tree)
    finally:
        snapshot.close()


@needs_core
def test_closeness_adds_to_scores_and_changes_nothing_else(index: Path) -> None:
    random = Random(7)
    snapshot = Snapshot(str(index))
    try:
        analyzer = Analyzer(snapshot.language)
        with_it = NativeExecutor(snapshot, analyzer)
        without = NativeExecutor(snapshot, analyzer, scoring=Scoring(closeness=0.0))
        changed = 0
        for _ in range(10):
            tree = random_query(random)
            found, plainly = (
                executor.search(tree, Request(tree, limit=None)) for executor in (with_it, without)
            )
            assert found[:2] == plainly[:2]
            before = {(m.segment, m.number): m.score for m in plainly.matches}
            assert before.keys() == {(m.segment, m.number) for m in found.matches}
            assert all(m.score >= before[m.segment, m.number] for m in found.matches)
            changed += any(m.score > before[m.segment, m.number] for m in found.matches)
            for match in found.matches[:3]:
                segment = snapshot.segments[match.segment]
                for field in ("title", "body", "byline"):
                    marks = [
                        executor.matched_positions(tree, field, segment, match.number)
                        for executor in (with_it, without)
                    ]
                    assert marks[0] == marks[1]
        assert changed > 5
    finally:
        snapshot.close()
