"""Does a query get the words that its best answers share, as a query that can be asked again?"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, Request, parse
from searcher.analysis import Analyzer
from searcher.codec.core import native_core
from searcher.query import tree
from searcher.scoring import DEFAULT_SCORING
from searcher.searching.budget import Budget
from searcher.searching.feedback import WORDS, expanded
from searcher.searching.key_words import TellingStems
from searcher.searching.native import NativeExecutor
from searcher.searching.plain import PlainExecutor
from searcher.searching.snapshot import Snapshot
from tests.reference.generator import make_tree

needs_core = pytest.mark.skipif(
    native_core() is None, reason="the native core is not built, or off"
)
STORY = "The ferry capsized off the cape. Divers searched the hull while lifeboats circled."
OTHER = "Parliament passed the budget after midnight, and the minister went home."


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive.create(tmp_path / "index")
    with archive.writer() as writer:
        for number in range(5):
            writer.add(Article("Ferry", f"{STORY} Report {number}.", id=f"ferry{number}"))
        writer.add(Article("Divers", "Divers found lifeboats near the hull.", id="wordless"))
        for number in range(60):
            writer.add(Article("Budget", f"{OTHER} Vote {number}.", id=f"budget{number}"))
    return archive


def test_articles_with_the_words_of_the_best_are_found_too(archive: Archive) -> None:
    assert "wordless" not in archive.ids("ferry")
    found = archive.search("ferry", expand=True, limit=None)
    assert [hit.id for hit in found][-1] == "wordless"
    assert {"divers", "hull", "lifeboats"} <= {word.split("^")[0] for word in _words(found)}
    assert archive.ids("ferry", expand=True) == [hit.id for hit in found]


def _words(found: object) -> list[str]:
    return str(getattr(found, "understood")).split()  # noqa: B009 - any results


def test_the_query_it_makes_can_be_asked_again(archive: Archive) -> None:
    for query in ("ferry", "ferry cape", "ferry^2 cape", '"ferry capsized" cape', "ferry AND cape"):
        found = archive.search(query, expand=True, limit=None)
        again = archive.search(found.understood, limit=None)
        assert again.understood == found.understood != query
        assert again.hits == found.hits
        assert len(_words(found)) <= WORDS + 5


def test_what_a_query_with_operators_finds_stays_the_same(archive: Archive) -> None:
    for query in (
        "ferry AND cape",
        '"capsized off"',
        "+ferry cape",
        "title:ferry",
        "ferry w/5 cape",
    ):
        assert set(archive.ids(query, expand=True)) == set(archive.ids(query))


def test_a_query_with_nothing_to_learn_from_is_left_alone(archive: Archive) -> None:
    for query in ("zeppelin", "*", "NOT ferry", "found", "date:2019", "length:>3"):
        found = archive.search(query, expand=True)
        assert found.understood == archive.search(query).understood


def test_expand_is_yes_or_no() -> None:
    with pytest.raises(TypeError, match="expand is True or False"):
        Request("truce", expand=3)  # type: ignore[arg-type]


@needs_core
def test_both_executors_add_the_same_words(tmp_path: Path) -> None:
    random = Random(4)
    words = ["".join(random.choices("aeioudnrst", k=6)) + "ing" for _ in range(150)]
    with Archive.create(tmp_path / "index") as archive:
        for part in range(2):
            with archive.writer() as writer:
                for number in range(90):
                    body = " ".join(random.choices(words, k=random.randrange(5, 60)))
                    title = " ".join(random.choices(words, k=random.randrange(4)))
                    writer.add(Article(title, body, id=f"{part}-{number}"))
    snapshot, analyzer = Snapshot(str(tmp_path / "index")), Analyzer("en")
    plain, native = PlainExecutor(snapshot, analyzer), NativeExecutor(snapshot, analyzer)
    parts = (analyzer, TellingStems(analyzer), DEFAULT_SCORING)
    changed = 0
    for _ in range(80):
        understood = random.choice(
            [
                make_tree(random, words, 2),
                tree.Group(tuple(map(tree.Word, random.sample(words, 3)))),
            ]
        )
        request = Request(understood)
        ends = [
            expanded(understood, request, one, snapshot, *parts, Budget())
            for one in (plain, native)
        ]
        assert ends[0] == ends[1]
        if ends[0] != understood:
            changed += 1
            if parse(str(understood)) == understood:  # not of all that is made by hand
                assert parse(str(ends[0])) == ends[0], str(understood)
    assert changed
    snapshot.close()
