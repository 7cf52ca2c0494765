"""Are articles in memory the same to the embedded engine as in an index directory?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher import Archive, Article, ClusterError, QueryError
from searcher.analysis import Analyzer
from searcher.cluster.asking import stored_in
from searcher.cluster.checking import CheckingExecutor, CountedElsewhere
from searcher.cluster.memory import MemorySnapshot
from searcher.codec.schema import stored_of
from searcher.fields import FIELDS
from searcher.query.tree import Boost, Exact, Near, Word, asks_for_groups
from searcher.request import Request
from searcher.scoring import Scoring
from searcher.searching.budget import Budget
from searcher.searching.occurrences import Occurrences, Scope
from searcher.searching.plain import PlainExecutor, scored_leaves
from searcher.searching.snapshot import Snapshot
from tests.reference.generator import make_article, make_tree, make_words

ENGLISH = Analyzer("en")


def articles_and_index(
    path: Path, random: Random, words: list[str], number: int
) -> tuple[list[Article], Snapshot]:
    """So many random articles, and an index directory of them."""
    made = [make_article(random, words, f"a{i:02}") for i in range(number)]
    with Archive.create(path) as archive, archive.writer() as writer:
        for article in made:
            writer.add(article)
    return made, Snapshot(archive.path, hides=False)


@pytest.mark.parametrize("seed", range(3))
def test_random_trees_find_score_and_mark_the_same(tmp_path: Path, seed: int) -> None:
    random = Random(f"memory {seed}")
    words = make_words(random)
    made, directory = articles_and_index(tmp_path / "index", random, words, 40)
    memory = MemorySnapshot(list(map(stored_of, made)), ENGLISH)
    engines = PlainExecutor(directory, ENGLISH), PlainExecutor(memory, ENGLISH)
    for _ in range(60):
        node = make_tree(random, words)
        if asks_for_groups(node):  # which a few articles cannot know
            continue
        answers: list[object] = []
        for engine, snapshot in zip(engines, (directory, memory), strict=True):
            try:
                ranking = engine.search(node, Request(node, limit=None))
            except QueryError as error:
                answers.append(error.reason)
                continue
            found = []
            for match in ranking.matches:
                segment = snapshot.segments[match.segment]
                marks = engine.matched_positions(node, "body", segment, match.number)
                found.append((segment.id(match.number), match.score, marks))
            answers.append((ranking.total, ranking.matching_all, found))
        assert answers[0] == answers[1], str(node)
    directory.close()


class KnownOfAll:
    """The figures of a whole archive, as `Figures` has them of a cluster."""

    def __init__(self, directory: Snapshot) -> None:
        self._all = Occurrences(directory, ENGLISH)
        self.count = directory.document_count
        self.average_length = directory.average_length
        self.document_frequency = self._all.document_frequency
        self.recurrence = self._all.recurrence
        self.weights: dict[object, float] = {}


@pytest.mark.parametrize("seed", range(3))
def test_some_of_many_articles_score_as_among_all_the_others(tmp_path: Path, seed: int) -> None:
    random = Random(f"some {seed}")
    words = make_words(random)
    made, directory = articles_and_index(tmp_path / "index", random, words, 60)
    everything = PlainExecutor(directory, ENGLISH)
    some = random.sample(made, 13)
    figures: Any = KnownOfAll(directory)
    stored = list(map(stored_of, some))
    engine = CheckingExecutor(stored, ENGLISH, FIELDS, figures, scoring=Scoring())
    (segment,) = engine.snapshot.segments
    for _ in range(80):
        node = make_tree(random, words)
        if asks_for_groups(node):
            continue
        try:
            expected = {
                directory.segments[match.segment].id(match.number): match.score
                for match in everything.search(node, Request(node, limit=None)).matches
            }
        except QueryError:
            continue
        found = engine.search(node, Request(node, limit=None))
        scores = {segment.id(match.number): match.score for match in found.matches}
        ids = {article.id for article in some}
        assert scores == {id: score for id, score in expected.items() if id in ids}, str(node)
        leaves = [*scored_leaves(node), *engine.closeness_leaves(node)]
        each = engine.scores(node, leaves, Budget())
        assert {segment.id(n): each.get(n, 0.0) for n in range(13) if segment.id(n) in scores} == (
            scores
        )
    directory.close()


@pytest.mark.parametrize("seed", range(3))
def test_words_near_each_other_are_counted_as_their_runs_are(seed: int) -> None:
    random = Random(f"pairs {seed}")
    # Some are of one stem, and one form is another's stem.
    some = ["strike", "strikes", "striking", "oil", "the", "O'Brien", "cease-fire"]
    made = [
        Article(
            " ".join(random.choices(some, k=random.randrange(8))),
            " ".join(random.choices(some, k=random.randrange(40))),
            byline=("Oil Strike", "The Oil"),
            id=f"p{number}",
        )
        for number in range(20)
    ]
    snapshot = MemorySnapshot(list(map(stored_of, made)), ENGLISH)
    (segment,) = snapshot.segments
    plain, counting = Occurrences(snapshot, ENGLISH), CountedElsewhere(snapshot, ENGLISH)
    kinds = (Word, Exact)
    for _ in range(200):
        left, right = (random.choice(kinds)(random.choice(some)) for _ in range(2))
        near = Near(Boost(left, 2.0), right, random.randrange(1, 9), random.random() < 0.2)
        for scope in (Scope("title"), Scope("body"), Scope("byline"), Scope("body", 10)):
            expected = plain.frequencies(near, scope, segment)
            assert counting.frequencies(near, scope, segment) == expected, (str(near), scope)


def test_without_the_client_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(ClusterError, match=r"searcher\[cluster\]") as caught:
        Archive.open("opensearch://127.0.0.1:1/news")
    assert caught.value.kind == "library"


def test_a_search_of_an_index_directory_loads_nothing_of_a_cluster(tmp_path: Path) -> None:
    script = (
        "import sys; from searcher import Archive\n"
        "Archive.create(sys.argv[1]).search('truce')\n"
        "print([m for m in sys.modules if 'opensearch' in m or 'searcher.cluster' in m])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "source",
    [
        None,
        [],
        {},
        {"article": "a text"},
        {"article": {"id": "a", "title": "Flood"}},
        {"article": {"id": 1, "title": "Flood", "body": ""}},
        {"article": {"id": "a", "title": "Flood", "body": "", "byline": "Ann Lee"}},
        {"article": {"id": "a", "title": "Flood", "body": "", "byline": [1]}},
        {"article": {"id": "a", "title": "Flood", "body": "", "date": "soon"}},
        {"article": {"id": "a", "title": "Flood", "body": "", "updated": 7}},
    ],
)
def test_what_others_have_written_to_an_index_is_named(source: object) -> None:
    with pytest.raises(ClusterError, match="document 17 is no article"):
        stored_in({"_index": "news-1", "_id": "17", "_source": source})
