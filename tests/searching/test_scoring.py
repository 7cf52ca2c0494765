"""Do the constants of the ranking reach everything that is computed with them?

Native segments keep the constants that the bounds of their posting lists were computed
with, so a search under others must find the same as the plain executor, which has no
bounds, and not what old bounds let through.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive, Article, Scoring
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.query import parse
from searcher.request import Request
from searcher.scoring import DEFAULT_SCORING, WEIGHTS, parse_weights
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.generator import make_article, make_words

needs_core = pytest.mark.skipif(
    native_core() is None, reason="the native core is not built, or off"
)
QUERIES = [
    "truce",
    "harbour storm",
    "+harbour storm ferry -night",
    "harbour AND storm",
    '"harbour storm"',
    "harbour w/3 storm",
    "title:truce harbour",
    "byline:lee",
    "byline:lee storm truce harbour",
    "stor* OR truce^3",
    "harbour -storm",
]
WORDS = ("harbour", "storm", "truce", "ferry", "the", "of", "island", "night")
OTHERS = [
    Scoring(k1=0.2),
    Scoring(k1=1.2),
    Scoring(k1=25.0),
    Scoring(b=0.0),
    Scoring(b=0.95),
    Scoring(title_weight=0.0),
    Scoring(title_weight=7.5),
    Scoring(body_weight=0.0),
    Scoring(body_weight=3.0),
    Scoring(byline_weight=0.25),
    Scoring(byline_weight=9.0),
    Scoring(closeness=0.0),
    Scoring(closeness=4.0),
    Scoring(closeness_distance=1),
    Scoring(closeness=0.7, closeness_distance=40),
    Scoring(k1=0.7, b=0.6, title_weight=1.3, body_weight=0.4, byline_weight=2.5),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Several segments, long lists in them, and articles that were removed."""
    directory = tmp_path_factory.mktemp("scoring") / "index"
    random = Random(5)
    with Archive.create(directory) as archive:
        for part in range(3):
            with archive.writer() as writer:
                for number in range(300 * (3 - part)):
                    body = " ".join(random.choices(WORDS, k=random.randrange(1, 60 + 200 * part)))
                    title = " ".join(random.choices(WORDS, k=random.randrange(5)))
                    byline = random.choice([(), ("Ann Lee",), ("Ann Lee", "Bo Lee Lee")])
                    writer.add(Article(title, body, byline, id=f"{part}-{number}"))
        with archive.writer() as writer:
            for number in range(0, 400, 7):
                writer.remove(f"0-{number}")
    return directory


@needs_core
@pytest.mark.parametrize("scoring", OTHERS, ids=str)
def test_both_executors_rank_alike_under_any_constants(scoring: Scoring, index: Path) -> None:
    snapshot = Snapshot(str(index))
    try:
        analyzer = Analyzer(snapshot.language)
        plain = PlainExecutor(snapshot, analyzer, scoring=scoring)
        native = NativeExecutor(snapshot, analyzer, scoring=scoring)
        for text in QUERIES:
            tree = parse(text)
            every = plain.search(tree, Request(tree, limit=None))
            for limit in (1, 10, None):
                found = native.search(tree, Request(tree, limit=limit))
                wanted = every.matches[:limit]
                assert [tuple(match) for match in wanted] == [
                    (match.segment, match.number, match.score) for match in found.matches
                ], (text, limit)
                assert found.total == every.total
                best = native.search(tree, Request(tree, limit=limit), count=False)
                assert [m.number for m in best.matches] == [m.number for m in found.matches]
    finally:
        snapshot.close()


@pytest.mark.parametrize("kind", ["off", *(["require"] if native_core() else [])])
@pytest.mark.parametrize(
    ("constant", "query"),
    [
        ("k1", "harbour"),
        ("b", "harbour"),
        ("title_weight", "title:harbour"),
        ("body_weight", "body:harbour"),
        ("byline_weight", "byline:lee"),
        ("closeness", "harbour storm"),
        ("closeness_distance", "harbour storm"),
    ],
)
def test_each_constant_changes_the_scores(
    constant: str, query: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", kind)
    monkeypatch.setattr("searcher.codec.core._found", None)
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            body = "harbour one two three four five storm six seven eight nine ten harbour"
            writer.add(Article("harbour", body, ("Ann Lee",), id="a"))
            writer.add(Article("storm", "storm " * 9, id="b"))
        before = archive.search(query).hits[0].score
    usual = getattr(DEFAULT_SCORING, constant)
    changed = Scoring(**{constant: usual // 2 if isinstance(usual, int) else usual / 2})
    with Archive.open(tmp_path / "index", scoring=changed) as archive:
        after = archive.search(query).hits[0].score
    assert after != before
    short = next(name for name, field in WEIGHTS.items() if field == constant)
    with Archive.open(tmp_path / "index") as archive:
        weights = {short: getattr(changed, constant)}
        assert archive.search(query, weights=weights).hits[0].score == after
        assert archive.search(query, weights=changed).hits[0].score == after
        assert archive.search(query).hits[0].score == before


@needs_core
def test_articles_of_any_kind_rank_alike_under_random_constants(tmp_path: Path) -> None:
    for seed in range(int(os.environ.get("SEARCHER_SCORINGS", "4"))):
        random = Random(seed)
        words = make_words(random)
        directory = tmp_path / str(seed)
        with Archive.create(directory) as archive, archive.writer() as writer:
            for number in range(300):
                writer.add(make_article(random, words, str(number)))
        scoring = Scoring(
            k1=random.uniform(0.01, 5),
            b=random.uniform(0, 0.99),
            title_weight=random.uniform(0, 9),
            body_weight=random.uniform(0, 3),
            byline_weight=random.uniform(0, 3),
            closeness=random.choice([0.0, random.uniform(0, 2)]),
            closeness_distance=random.randrange(1, 30),
        )
        snapshot = Snapshot(str(directory))
        analyzer = Analyzer(snapshot.language)
        plain = PlainExecutor(snapshot, analyzer, scoring=scoring)
        native = NativeExecutor(snapshot, analyzer, scoring=scoring)
        for _ in range(30):
            tree = parse(" ".join(random.choices([w for w in words if w.isalnum()], k=3)))
            every = plain.search(tree, Request(tree, limit=None)).matches
            for limit in (1, 10, None):
                found = native.search(tree, Request(tree, limit=limit)).matches
                said = [(m.segment, m.number, m.score) for m in found]
                assert [tuple(m) for m in every[:limit]] == said
        snapshot.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"k1": 0.0},
        {"k1": -1.0},
        {"k1": float("nan")},
        {"b": 1.0},
        {"b": -0.1},
        {"title_weight": float("inf")},
        {"body_weight": True},
        {"byline_weight": "2"},
        {"closeness": -0.1},
        {"closeness_distance": 0},
        {"closeness_distance": 2.5},
    ],
    ids=str,
)
def test_constants_that_rank_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Scoring(**wrong)  # type: ignore[arg-type]


def test_weights_are_read_as_people_write_them() -> None:
    assert parse_weights("k1=1.2, title=3,closeness=0,distance=5") == {
        "k1": 1.2,
        "title": 3.0,
        "closeness": 0.0,
        "distance": 5.0,
    }
    assert DEFAULT_SCORING.with_weights({"distance": 5.0}) == Scoring(closeness_distance=5)
    assert Scoring().with_weights(Scoring(b=0.7).weights()) == Scoring(b=0.7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'' is not NAME=NUMBER"),
        ("k1", "'k1' is not NAME=NUMBER"),
        ("k1=1,k1=2", "k1 is given twice"),
        ("k1=x", "k1 is a number, not 'x'"),
        ("headline=2", "'headline' is no weight; there are k1, b, title, body, byline"),
        ("title=-1", "title is from 0 to 1e"),
        ("distance=2.5", "distance is a whole number, not 2.5"),
        ("b=nan", "b is from 0 to less than 1, not nan"),
    ],
)
def test_weights_that_cannot_be_are_told_by_their_names(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_weights(text)


@pytest.mark.parametrize("kind", ["off", *(["require"] if native_core() else [])])
def test_an_index_keeps_the_constants_that_it_was_given(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", kind)
    monkeypatch.setattr("searcher.codec.core._found", None)
    article = Article("harbour", "harbour storm one two harbour", id="a")
    other = Article("storm", "a storm in the harbour", id="b")

    def score(**options: Any) -> float:
        with Archive.open(tmp_path / "index", **options) as archive:
            return archive.search("harbour storm").hits[0].score

    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(article)
        usual = archive.search("harbour storm").hits[0].score
        archive.define_weights({"title": 7, "distance": 1})
        kept = archive.search("harbour storm").hits[0].score
        assert archive.stats().weights == {"title": 7.0, "distance": 1.0}
    asked = Scoring(title_weight=7, closeness_distance=1)
    assert usual != kept == score() == score(scoring=asked)
    assert score(scoring=DEFAULT_SCORING) == usual
    with Archive.open(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(other)
        archive.optimize()
        with Archive.open(tmp_path / "index", scoring=asked) as with_scoring:
            found, wanted = (a.search("harbour storm").hits for a in (archive, with_scoring))
        assert [(hit.id, hit.score) for hit in found] == [(hit.id, hit.score) for hit in wanted]
        with pytest.raises(ValueError, match="'headline' is no weight"):
            archive.define_weights({"headline": 2})
        assert archive.stats().weights == {"title": 7.0, "distance": 1.0}
        archive.define_weights({})
        assert archive.stats().weights == {}


@needs_core
def test_what_is_indexed_under_constants_of_an_index_has_bounds_for_them(index: Path) -> None:
    """A segment keeps the constants that its impacts were made with."""
    with Archive.open(index) as archive:
        archive.define_weights({"b": 0.6, "k1": 1.2})
        archive.optimize()
    snapshot = Snapshot(str(index))
    try:
        analyzer = Analyzer(snapshot.language)
        scoring = Scoring(b=0.6, k1=1.2)
        assert snapshot.manifest.scoring == scoring
        plain = PlainExecutor(snapshot, analyzer, scoring=scoring)
        native = NativeExecutor(snapshot, analyzer, scoring=scoring)
        for text in QUERIES[:5]:
            tree = parse(text)
            wanted = plain.search(tree, Request(tree)).matches
            found = native.search(tree, Request(tree)).matches
            assert [tuple(m) for m in wanted] == [(m.segment, m.number, m.score) for m in found]
    finally:
        snapshot.close()
