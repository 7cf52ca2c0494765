"""Does the native executor answer as the plain one does, to the last bit?

Random archives and random trees of `tests/reference/`: both executors read the same
native segments (several of them, with articles that were replaced and removed, merged
now and then), and must give the same articles in the same order with equal scores,
the same totals and the same positions; the oracle must agree too.  Small archives find
mistakes of meaning.  Larger ones, of few words, have posting lists of many blocks, where
the native executor leaves out what cannot matter.

SEARCHER_NATIVE_TREES is the number of trees (1,000 by default), SEARCHER_NATIVE_SEED where
the seeds begin, so that another run tries other trees.  A tree that fails is made smaller
and printed with its seed.
"""

from __future__ import annotations

import gc
import math
import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from searcher.analysis import Analyzer
from searcher.archive import Archive
from searcher.article import Article
from searcher.codec.core import native_core
from searcher.codec.schema import article_of
from searcher.errors import QueryError
from searcher.query import And, Exact, Node, Or, Pattern, Phrase, parse, tree
from searcher.request import Request
from searcher.searching import budget as budgets
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference import agreement
from tests.reference.generator import (
    Change,
    make_article,
    make_history,
    make_tree,
    make_words,
    smaller,
)
from tests.reference.oracle import Oracle

if native_core() is None:
    pytest.skip("the native core is not here", allow_module_level=True)

from searcher.searching.native import NativeExecutor

TREES = int(os.environ.get("SEARCHER_NATIVE_TREES", "1000"))
FIRST_SEED = int(os.environ.get("SEARCHER_NATIVE_SEED", "0"))
ARCHIVES = min(max(TREES // 40, 8), 400)
# The articles of each commit: one segment, several, many that were merged, and one of more
# documents than the native executor looks at in one go (4,096).
LARGE_ARCHIVES = ((2500,), (1500, 700), (1200, 300, 200, 40), (160,) * 14, (6000,))


@dataclass(eq=False, repr=False)
class Case:
    """One commit, opened by both executors."""

    words: list[str]
    snapshot: Snapshot
    plain: PlainExecutor
    native: NativeExecutor
    oracle: Oracle | None


def write(archive: Archive, changes: list[Change], latest: dict[str, Article]) -> None:
    with archive.writer() as writer:
        for article, id in changes:
            if article is None:
                writer.remove(id)
                latest.pop(id, None)
            else:
                writer.add(article)
                latest[id] = article


@contextmanager
def opened(
    archive: Archive, words: list[str], latest: dict[str, Article], *, with_oracle: bool = True
) -> Iterator[Case]:
    snapshot = Snapshot(archive.path)
    assert all(segment.core is not None for segment in snapshot.segments)
    analyzer = Analyzer(snapshot.language)
    oracle = None
    if with_oracle:
        ghosts = [
            article_of(segment.stored(number))
            for segment in snapshot.segments
            for number in sorted(segment.deleted)
        ]
        oracle = Oracle(list(latest.values()), snapshot.language, ghosts)
    plain = PlainExecutor(snapshot, analyzer)
    try:
        yield Case(words, snapshot, plain, NativeExecutor(snapshot, analyzer), oracle)
    finally:
        snapshot.close()


# ---------------------------------------------------------------- comparing


def difference(case: Case, query: Node, seed: int) -> str | None:
    """What the native executor answers otherwise than the others; None if nothing."""
    found = agreement.difference(case.snapshot, case.plain, case.native, query, Random(seed))
    if found is not None:
        return found
    if case.oracle is not None:
        segments = case.snapshot.segments
        matches = case.native.search(query, Request(query, limit=None)).matches
        ids = [segments[match.segment].id(match.number) for match in matches]
        if ids != case.oracle.ranking(query):
            return f"ranked {ids}, should be {case.oracle.ranking(query)}"
        scores = case.oracle.scores(query)
        for id, match in zip(ids, matches, strict=True):
            if not math.isclose(match.score, scores[id], rel_tol=1e-9, abs_tol=0.0):
                return f"{id} scores {match.score!r}, should be {scores[id]!r}"
    return None


def check(case: Case, query: Node, seed: int, name: str) -> None:
    """Fail with the smallest tree found that still goes wrong."""
    if difference(case, query, seed) is None:
        return
    simpler: Node | None = query
    while simpler is not None:
        query = simpler
        simpler = next((node for node in smaller(query) if difference(case, node, seed)), None)
    pytest.fail(f"{name}: {query}\n{query!r}\n{difference(case, query, seed)}")


def check_many(
    case: Case, seed: int, count: int, make: Callable[[Random], Node] | None = None
) -> None:
    random = Random(f"native {seed}")
    for i in range(count):
        if make is None:
            ids = sorted(case.oracle.articles) if case.oracle else []
            query = make_tree(random, case.words, random.randint(0, 4), ids)
        else:
            query = make(random)
        check(case, query, random.getrandbits(30), f"seed {seed}, tree {i}")


# ---------------------------------------------------------------- small archives


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + ARCHIVES))
def test_the_executors_and_the_oracle_agree(seed: int, tmp_path: Path) -> None:
    random = Random(f"native archive {seed}")
    words = make_words(random)
    latest: dict[str, Article] = {}
    language = random.choice(("en", "en", "en", "de", "fr", "zxx"))
    with Archive.create(tmp_path / "index", language=language) as archive:
        # From ten commits on there are merges.
        for changes in make_history(random, words, random.choice((1, 2, 3, 5, 7, 12))):
            write(archive, changes, latest)
        with opened(archive, words, latest) as case:
            check_many(case, seed, -(-TREES // ARCHIVES))


def test_an_archive_that_holds_nothing_answers(tmp_path: Path) -> None:
    words = ["truce", "fire"]
    article = make_article(Random(1), words, "a")
    with Archive.create(tmp_path / "index") as archive:
        for changes in ([], [Change(article, "a")], [Change(None, "a")]):
            latest: dict[str, Article] = {}
            write(archive, changes, latest)
            with opened(archive, words, latest, with_oracle=False) as case:
                check_many(case, 3, 30)


def test_an_executor_that_nobody_uses_lets_go_of_its_index(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        writer.add(Article("Ferry", "The ferry sails.", id="a"))
    snapshot = Snapshot(str(tmp_path / "index"))
    executor = NativeExecutor(snapshot, Analyzer(snapshot.language))
    asked = parse("ferry")
    assert executor.search(asked, Request(asked)).total == 1
    let_go = weakref.ref(executor)
    del executor
    gc.collect()
    assert let_go() is None
    snapshot.close()


def test_all_words_of_a_keyword_group_are_not_all_words_of_an_or_in_it(tmp_path: Path) -> None:
    texts = ("truce", "truce fire", "fire", "truce wire", "fire wire", "wire", "calm")
    articles = [Change(Article("", text, id=text), text) for text in texts]
    latest: dict[str, Article] = {}
    with Archive.create(tmp_path / "index") as archive:
        write(archive, articles, latest)
        with opened(archive, ["truce", "fire", "wire"], latest) as case:
            for text, all_words in (
                ("(truce OR fire) truce", 3),
                ("(truce OR fire) fire truce", 1),
                ("truce fire", 1),
                ("(truce OR fire) wire", 2),
                ("(truce OR fire) AND (truce fire)", 1),
                ("(truce fire) AND ((fire wire) OR section:none)", 0),
            ):
                query = parse(text)
                assert difference(case, query, 1) is None
                assert case.native.search(query, Request(query)).matching_all == all_words, text


# ---------------------------------------------------------------- large archives


def make_question(random: Random, words: list[str]) -> Node:
    """A query of the kinds that are quick: words, all of some, any of some, phrases."""

    def word() -> Node:
        text = random.choice(words)
        kind = random.randrange(12)
        if kind == 0:
            return Exact(text)
        if kind == 1:
            return tree.Field(random.choice(("title", "body", "lead")), tree.Word(text))
        if kind == 2:
            return tree.Boost(tree.Word(text), random.choice((0.5, 3.0)))
        return tree.Word(text)

    def phrase() -> Node:
        return Phrase((Exact(random.choice(words)), Exact(random.choice(words))))

    def near() -> Node:
        sides = tree.Word(random.choice(words)), tree.Word(random.choice(words))
        return tree.Near(*sides, random.choice((1, 3, 8)), random.random() < 0.3)

    def condition() -> Node:
        texts = ("date:2019", "since:2019-04-09", "source:reuters", "has:byline", "length:>20")
        return parse(random.choice(texts))

    def part() -> Node:
        return random.choice((word, word, word, word, phrase, near))()

    kind = random.randrange(8)
    parts = tuple(part() for _ in range(random.randint(2, 5)))
    query: Node
    if kind < 2:
        query = And(parts)
    elif kind < 4:
        query = Or(parts)
    elif kind < 6:
        query = tree.Group(parts)
    elif kind == 6:
        query = tree.Group((tree.Required(parts[0]), *parts[1:]))
    else:
        query = parts[0]
    if random.random() < 0.3:
        query = And((query, condition()))
    if random.random() < 0.15:
        query = And((query, tree.Not(part())))
    return query


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + len(LARGE_ARCHIVES)))
def test_the_executors_agree_on_lists_of_many_blocks(seed: int, tmp_path: Path) -> None:
    random = Random(f"large archive {seed}")
    words = ["truce", "truces", "fire", "fired", "the", "election", "elections", "tripoli"]
    words += [f"w{i}" for i in range(random.choice((4, 40)))]
    latest: dict[str, Article] = {}
    with Archive.create(tmp_path / "index") as archive:
        for size in LARGE_ARCHIVES[seed % len(LARGE_ARCHIVES)]:
            changes = []
            for _ in range(size):
                id = f"{random.randrange(8000)}"
                changes.append(Change(make_article(random, words, id), id))
            for id in random.sample(sorted(latest), min(len(latest), random.choice((0, 30)))):
                changes.append(Change(None, id))
            write(archive, changes, latest)
        with opened(archive, words, latest, with_oracle=False) as case:
            # The plain executor takes as much longer as there are more articles.
            count = -(-TREES * 200 // sum(LARGE_ARCHIVES[seed % len(LARGE_ARCHIVES)]) // 4)
            check_many(case, seed, count, lambda random: make_question(random, words))
            check_many(case, seed, count // 4)


# ---------------------------------------------------------------- errors


def test_a_pattern_that_fits_too_many_forms_is_refused_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "UNITS", 10**9)  # Python gives up sooner what takes its time
    with Archive.create(tmp_path / "index") as archive:
        changes = []
        for part in range(6):
            numbers = range(part * 9_000, part * 9_000 + 9_500)  # some stand in two articles
            body = " ".join(f"x{number}" for number in numbers)
            changes.append(Change(Article("title", body, id=str(part)), str(part)))
        latest: dict[str, Article] = {}
        write(archive, changes[:3], latest)
        write(archive, changes[3:], latest)
        with opened(archive, [], latest, with_oracle=False) as case:
            for text in ("x*", "a AND y* x*", "title:x*", "x1* x2*", "body:x?*"):
                query = parse(text)
                errors: list[object] = []
                for executor in (case.plain, case.native):
                    try:
                        errors.append(executor.search(query, Request(query)))
                    except QueryError as error:
                        errors.append((str(error), error.position, error.end, error.suggestion))
                assert errors[0] == errors[1]
            with pytest.raises(QueryError):
                case.native.search(Pattern("x*"), Request("x*"))
