"""Are answers counted and folded by stories, and is a story shown with what ties it?"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, IndexStateError, QueryError
from searcher.indexing.session import WriteSession
from tests.copies.test_pairs import story
from tests.indexing.test_copies import KINDS, article, leads
from tests.indexing.test_stories import firsts, random_articles

LETTERS = str.maketrans("0123456789", "bcdfghjkln")


def words(number: int, count: int) -> list[str]:
    """Words of letters alone."""
    return [word.translate(LETTERS) for word in story(number, count)]


@pytest.fixture(params=KINDS)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    flood = words(1, 40)

    def told_anew(seed: int) -> list[str]:
        """The words of the flood in another order, and a few others."""
        return [*Random(seed).sample(flood, len(flood)), *words(10 + seed, 10)]

    made = [
        article("wire", told_anew(1), 1, source="Wire", title="Flood in Wend"),
        article("copy", told_anew(1), 2, source="Herald"),
        article("more", told_anew(2), 2, source="Herald"),
        article("last", told_anew(3), 4, source="Wire"),
        article("late", told_anew(4), 20, source="Wire"),
        article("else", words(2, 60), 2, source="Wire"),
        article("empty", [], 2),
        *(article(f"filler{n}", words(30 + n, 40), n) for n in range(60)),
    ]
    archive = Archive.create(str(tmp_path / "index"))
    with WriteSession(archive.path, kind=request.param) as session:
        session.add_articles(made)
        session.commit()
    archive.define_stories(True)
    return archive


STORY = {"wire", "copy", "more", "last"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("story:wire", STORY),
        ("story:co", STORY),
        ("story:late", {"late"}),
        ("story:empty", {"empty"}),
        ("story:last -is:copy source:wire", {"wire", "last"}),
        ("has:story", STORY),
        ("NOT has:story source:wire", {"late", "else"}),
    ],
)
def test_a_story_is_a_condition_like_any_other(archive: Archive, query: str, ids: set[str]) -> None:
    assert set(archive.ids(query)) == ids


def test_a_story_is_told_in_order_with_the_words_that_tie_it(archive: Archive) -> None:
    for id in STORY:
        told = archive.story(id)
        assert told.id == id
        assert [(text.id, text.copies) for text in told.texts] == [
            ("wire", 1),
            ("more", 0),
            ("last", 0),
        ]
        assert told.article_count == 4
        assert told.words and set(told.words) <= set(words(1, 40))
        assert all(set(text.words) <= set(told.words) for text in told.texts)
    alone = archive.story("else")
    assert [text.id for text in alone.texts] == ["else"] and not alone.words
    assert [text.id for text in archive.story("empty").texts] == ["empty"]
    as_json = archive.story("wire").to_dict()
    assert set(as_json) == {"id", "words", "articles", "texts"}
    assert as_json["texts"][0]["date"] == "2001-01-02"


def test_an_answer_is_folded_by_stories(archive: Archive) -> None:
    word = words(1, 40)[20]
    results = archive.search(word, group="stories")
    assert results.counts is not None
    assert results.counts.to_dict() == {"articles": 5, "texts": 4, "stories": 2}
    told = {hit.id: hit.story for hit in results}
    assert len(told) == 2 and "late" in told
    shown = next(hit for hit in results if hit.id != "late")
    assert shown.id in STORY and shown.story == ("wire", 3, 4)
    assert told["late"] == ("late", 1, 1)
    assert shown.to_dict()["story"] == {"id": "wire", "texts": 3, "articles": 4}
    by_text = archive.search(word, group="copies")
    assert by_text.counts == results.counts
    assert len(by_text) == 4 and all(hit.story is None for hit in by_text)
    assert archive.search(word).counts is None
    pages = [archive.search(word, group="stories", limit=1, offset=n).hits for n in range(3)]
    assert [page[0].id for page in pages[:2]] == [hit.id for hit in results] and not pages[2]


def test_an_archive_without_stories_says_how_to_get_them(archive: Archive) -> None:
    archive.define_stories(False)
    for ask in (lambda: archive.search("*", group="stories"), lambda: archive.story("wire")):
        with pytest.raises(IndexStateError, match="groups --stories"):
            ask()
    for query in ("oil story:wire", "oil has:story"):
        with pytest.raises(QueryError, match="stories were not looked for") as caught:
            archive.search(query)
        assert caught.value.position == 4 and "groups --stories" in str(caught.value)
    counts = archive.search("*", group="copies").counts
    assert counts is not None and counts.stories is None
    assert "stories" not in counts.to_dict()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_those_of_brute_force(tmp_path: Path, kind: str, seed: int) -> None:
    random = Random(seed)
    archive = Archive.create(str(tmp_path))
    with WriteSession(str(tmp_path), kind=kind) as session:
        session.add_articles(random_articles(random, 60))
        session.commit()
    archive.define_stories(True)
    first_of, lead_of = firsts(tmp_path), leads(tmp_path)
    for _ in range(10):
        query = " OR ".join(f"w{random.randrange(64)}" for _ in range(3))
        ranked = archive.ids(query)
        folded = archive.search(query, group="stories", limit=None)
        texts = list(dict.fromkeys(lead_of.get(id, id) for id in ranked))
        stories = list(dict.fromkeys(first_of.get(lead, lead) for lead in texts))
        assert folded.counts is not None
        assert tuple(folded.counts) == (len(ranked), len(texts), len(stories))
        assert len(stories) <= len(texts) <= len(ranked)
        assert [first_of.get(hit.id, hit.id) for hit in folded] == stories
        for hit in folded:
            assert hit.story is not None
            own = first_of.get(hit.id, hit.id)
            members = [id for id, first in first_of.items() if first == own] or [hit.id]
            assert hit.story == (own, len({lead_of.get(id, id) for id in members}), len(members))
            assert set(archive.ids(f"story:{hit.id}")) == set(members)


def test_an_empty_archive_has_no_story(tmp_path: Path) -> None:
    archive = Archive.create(str(tmp_path / "index"))
    archive.define_stories(True)
    assert not archive.ids("has:story")
    with archive.writer() as writer:
        writer.add(Article("Flood", "Wend is flooded.", id="a"))
    assert archive.ids("story:a") == ["a"]


@pytest.mark.parametrize("sort", ["score", "date"])
def test_scans_and_exports_go_through_each_story_once(
    archive: Archive, tmp_path: Path, sort: str
) -> None:
    word = words(1, 40)[20]
    hits = archive.search(word, group="stories", sort=sort)
    with archive.scan(word, group="stories", sort=sort) as scan:
        found = [(one.article.id, one.score) for one in scan]
        assert (scan.total, scan.texts, scan.stories, len(scan)) == (5, 4, 2, 2)
    assert found == [(hit.id, hit.score) for hit in hits]
    report = archive.export(word, tmp_path / "a.csv", group="stories", sort=sort)
    assert (report.total, report.texts, report.stories, report.articles) == (5, 4, 2, 2)
    assert report.to_dict()["stories"] == 2 and "copies" in report.fields
    by_text = archive.export(word, tmp_path / "b.csv", group="copies")
    assert by_text.stories is None and "stories" not in by_text.to_dict()
    archive.define_stories(False)
    with pytest.raises(IndexStateError, match="groups --stories"):
        archive.scan(word, group="stories")
