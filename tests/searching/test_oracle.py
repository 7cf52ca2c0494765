"""Do executors answer as the query language says?

Random archives and random trees, answered by the executor and by the brute-force
oracle of `tests/reference/`, must have the same articles in the same order with the
same scores and totals.  The number of trees is `SEARCHER_ORACLE_TREES` (default
4,000); a tree that fails is made smaller and printed with its seed.

Archives have several segments, and articles that were replaced or removed.  Those
go on counting in the scores until a merge drops them, so the oracle is told which
are left: the documents that the snapshot marks as deleted.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.analysis import Analyzer
from searcher.archive import Archive
from searcher.article import Article
from searcher.codec.schema import article_of
from searcher.query import Exact, Node, Phrase, Word
from searcher.request import SORTS, Request
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.query.strategies import trees
from tests.reference.generator import (
    WORDS,
    Change,
    make_article,
    make_history,
    make_tree,
    make_words,
    smaller,
)
from tests.reference.oracle import Oracle

TREES = int(os.environ.get("SEARCHER_ORACLE_TREES", "4000"))
# Each archive answers its share of the trees; a long run has more archives too.
ARCHIVES = 32 if TREES <= 10_000 else 96


@dataclass(eq=False, repr=False)
class Case:
    """One archive, opened, beside its oracles."""

    words: list[str]
    archive: Archive
    snapshot: Snapshot
    executor: PlainExecutor
    oracle: Oracle
    asked: Oracle  # as a whole search answers: without the stop words it can spare
    latest: dict[str, Article]
    ghosts: list[Article]


def write(archive: Archive, changes: list[Change], latest: dict[str, Article]) -> None:
    """Commit `changes`, and keep `latest` as the archive must be afterwards."""
    with archive.writer() as writer:
        for article, id in changes:
            if article is None:
                assert writer.remove(id) == (id in latest)
                latest.pop(id, None)
            else:
                writer.add(article)
                latest[id] = article


@contextmanager
def opened(archive: Archive, words: list[str], latest: dict[str, Article]) -> Iterator[Case]:
    """The last commit of `archive` as a case."""
    snapshot = Snapshot(archive.path)
    ghosts = [
        article_of(segment.stored(number))
        for segment in snapshot.segments
        for number in sorted(segment.deleted)
    ]
    executor = PlainExecutor(snapshot, Analyzer(snapshot.language))
    articles = list(latest.values())
    oracle = Oracle(articles, snapshot.language, ghosts)
    asked = Oracle(articles, snapshot.language, ghosts, drop_stop_words=True)
    try:
        yield Case(words, archive, snapshot, executor, oracle, asked, latest, ghosts)
    finally:
        snapshot.close()


@contextmanager
def random_case(directory: Path, seed: int) -> Iterator[Case]:
    random = Random(seed)
    words = make_words(random)
    latest: dict[str, Article] = {}
    language = random.choice(("en", "en", "en", "de", "fr", "zxx"))
    with Archive.create(directory, language=language) as archive:
        for changes in make_history(random, words, random.randint(1, 7)):
            write(archive, changes, latest)
        with opened(archive, words, latest) as case:
            yield case


# ---------------------------------------------------------------- comparing


def difference(case: Case, query: Node) -> str | None:
    """What the executor answers otherwise than the oracle; None if nothing."""
    segments = case.snapshot.segments
    expected = case.oracle.ranking(query)
    scores = case.oracle.scores(query)
    answer = case.executor.search(query, Request(query, limit=None))
    found = [segments[m.segment].id(m.number) for m in answer.matches]
    if set(found) != set(expected):
        return f"found {sorted(found)}, should be {sorted(expected)}"
    if answer.total != len(expected) or len(found) != len(expected):
        return f"total {answer.total}, should be {len(expected)}"
    for id, match in zip(found, answer.matches, strict=True):
        if not math.isclose(match.score, scores[id], rel_tol=1e-9, abs_tol=0.0):
            return f"{id} scores {match.score!r}, should be {scores[id]!r}"
    if found != expected:
        return f"ranked {found}, should be {expected}"
    every = case.oracle.matching_all(query)
    if answer.matching_all != every:
        return f"matching all {answer.matching_all}, should be {every}"
    return None


def difference_in_sorts(case: Case, query: Node, offset: int, limit: int) -> str | None:
    """As `difference`, for each sort and a page of the results."""
    segments = case.snapshot.segments
    for sort in SORTS:
        expected = case.oracle.ranking(query, sort)[offset : offset + limit]
        request = Request(query, limit=limit, offset=offset, sort=sort)
        answer = case.executor.search(query, request)
        found = [segments[m.segment].id(m.number) for m in answer.matches]
        if found != expected:
            return f"sorted by {sort} {found}, should be {expected}"
    return None


def difference_in_search(case: Case, query: Node) -> str | None:
    """As `difference`, for a whole search, which drops stop words."""
    results = case.archive.search(query, limit=None)
    expected = case.asked.ranking(query)
    if [hit.id for hit in results] != expected:
        return f"answered {[hit.id for hit in results]}, should be {expected}"
    every = case.asked.matching_all(query)
    if (results.total, results.matching_all) != (len(expected), every):
        return f"total {results.total}, matching all {results.matching_all}, should be {every}"
    scores = case.asked.scores(query)
    for hit in results:
        if not math.isclose(hit.score, scores[hit.id], rel_tol=1e-9, abs_tol=0.0):
            return f"{hit.id} scores {hit.score!r}, should be {scores[hit.id]!r}"
    return None


def check(
    case: Case, query: Node, name: str, compare: Callable[[Case, Node], str | None] = difference
) -> None:
    """Fail with the smallest tree found that still goes wrong."""
    if compare(case, query) is None:
        return
    simpler: Node | None = query
    while simpler is not None:
        query = simpler
        simpler = next((node for node in smaller(query) if compare(case, node)), None)
    pytest.fail(f"{name}: {query}\n{query!r}\n{compare(case, query)}")


def check_many(case: Case, seed: int, count: int) -> None:
    random = Random(f"trees {seed}")
    for i in range(count):
        query = make_tree(random, case.words, random.randint(0, 4), sorted(case.latest))
        check(case, query, f"seed {seed}, tree {i}")
        if i % 8 == 0:
            offset, limit = random.randint(0, 4), random.randint(0, 9)
            page = partial(difference_in_sorts, offset=offset, limit=limit)
            check(case, query, f"seed {seed}, tree {i}, {limit} from {offset}", page)
            check(case, query, f"seed {seed}, tree {i}", difference_in_search)


# ---------------------------------------------------------------- random archives


@pytest.mark.parametrize("seed", range(ARCHIVES))
def test_executor_and_oracle_agree(seed: int, tmp_path: Path) -> None:
    with random_case(tmp_path / "index", seed) as case:
        check_many(case, seed, -(-TREES // ARCHIVES))


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Case]]:
    directory = tmp_path_factory.mktemp("oracle")
    with ExitStack() as stack:
        yield [
            stack.enter_context(random_case(directory / str(seed), 1000 + seed))
            for seed in range(3)
        ]


@settings(deadline=None, max_examples=300)
@given(number=st.integers(0, 2), query=trees(WORDS))
def test_executor_and_oracle_agree_on_the_trees_of_the_parser(
    number: int, query: Node, cases: list[Case]
) -> None:
    assert difference(cases[number], query) is None


# ---------------------------------------------------------------- merges


@pytest.mark.parametrize("seed", range(2))
def test_versions_that_a_merge_drops_count_no_more(seed: int, tmp_path: Path) -> None:
    random = Random(f"merge {seed}")
    words = make_words(random)
    latest: dict[str, Article] = {}
    segments, ghosts = [], []
    with Archive.create(tmp_path / "index") as archive:
        for i, changes in enumerate(make_history(random, words, 11)):
            # Segments that live until there are enough of them to merge.
            staying = [f"stays {i} {n}" for n in range(6)]
            changes += [Change(make_article(random, words, id), id) for id in staying]
            write(archive, changes, latest)
            with opened(archive, words, latest) as case:
                segments.append(len(case.snapshot.segments))
                ghosts.append(len(case.ghosts))
                assert case.snapshot.document_count == len(latest) + len(case.ghosts)
                check_many(case, 1000 * seed + i, max(TREES // 400, 2))
    assert any(after < before for before, after in pairwise(segments))
    assert any(after < before for before, after in pairwise(ghosts))


def test_an_archive_that_was_emptied_holds_nothing(tmp_path: Path) -> None:
    words = ["truce", "fire"]
    latest: dict[str, Article] = {}
    article = make_article(Random(1), words, "a")
    with Archive.create(tmp_path / "index") as archive:
        for changes in ([], [Change(article, "a")], [Change(None, "a")]):
            write(archive, changes, latest)
            with opened(archive, words, latest) as case:
                check_many(case, 5, 40)
        assert archive.search("*").total == 0


# ---------------------------------------------------------------- once wrong


@pytest.mark.parametrize("query", ["ทำ", '"ทำ"', "น้ำ", "½-cup", '"½ cup"', "title:=½", "ำ ½"])
def test_a_token_whose_form_reads_as_two_is_still_one(query: str, tmp_path: Path) -> None:
    article = Article("½", "ทำ น้ำ ½ cup", id="a")
    with Archive.create(tmp_path / "index") as archive:
        write(archive, [Change(article, "a")], {})
        assert archive.search(query).total == 1


@pytest.mark.parametrize("query", [Word("..."), Exact("!"), Phrase((Exact("-"),))])
def test_a_tree_that_asks_for_no_word_finds_nothing(query: Node, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        write(archive, [Change(Article("truce", "truce", id="a"), "a")], {})
        assert archive.search(query).total == 0


def test_equal_scores_put_the_newest_first_then_the_undated_then_go_by_id(tmp_path: Path) -> None:
    dates = {"d": 8, "c": 9, "b": 9, "e": None, "a": None}
    articles = [
        Article("truce", "", date=dt.date(2019, 4, day) if day else None, id=id)
        for id, day in dates.items()
    ]
    with Archive.create(tmp_path / "index") as archive:
        for article in articles:
            write(archive, [Change(article, article.id)], {})
        order = {
            sort: "".join(hit.id for hit in archive.search("truce", sort=sort)) for sort in SORTS
        }
    assert order == {"score": "bcdae", "date": "dbcae", "-date": "bcdae"}
