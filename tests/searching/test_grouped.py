"""Do queries that name groups of copies find their articles, wherever a query is asked?"""

from __future__ import annotations

from pathlib import Path

import pytest

from searcher import Archive, Article, IndexDamagedError, QueryError
from searcher.codec.generations import groups_name, latest_generation
from searcher.query import InGroup, parse
from tests.copies.test_pairs import story
from tests.indexing.test_copies import article
from tests.searching.test_copies import KINDS, filled


@pytest.fixture(params=KINDS)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    words = story(1)
    return filled(
        tmp_path / "index",
        [
            article("late", words[:120], 3, source="Gazette"),
            article("other", [*story(2), words[0]], 1, source="Wire"),
            article("first", words, 1, source="Wire"),
            article("empty", [], 1),
            article("framed", [*words, *story(3, 30)], 2, source="Herald"),
            article("mended", words, 2, title="CORRECTED-Rates", source="Wire"),
            article("secret", words, 2, status="withheld"),
        ],
        request.param,
    )


def found(archive: Archive, query: str) -> set[str]:
    return set(archive.ids(query))


TEXT = {"first", "framed", "late"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("copies:first", TEXT),
        ("copies:late", TEXT),
        ("copies:fi", TEXT),
        ("copies:other", {"other"}),
        ("copies:empty", {"empty"}),
        ("versions:late", TEXT | {"mended"}),
        ("versions:mended", TEXT | {"mended"}),
        ("versions:other", {"other"}),
        ("is:copy", {"framed", "late"}),
        ("is:lead", {"first", "mended", "other", "empty"}),
        ("has:copies", TEXT),
        ("has:versions", TEXT | {"mended"}),
        ("NOT has:copies", {"mended", "other", "empty"}),
        ("copies:late -is:lead", {"framed", "late"}),
        ("copies:late AND source:wire", {"first"}),
        ("copies:other OR is:copy", {"other", "framed", "late"}),
        ("(copies:first OR copies:other) is:lead", {"first", "other"}),
        ("copies:secret", set()),
        ("copies:secret has:status", {"secret"}),
    ],
)
def test_a_group_is_a_condition_like_any_other(archive: Archive, query: str, ids: set[str]) -> None:
    assert found(archive, query) == ids
    assert found(archive, f"* AND ({query})") == ids


def test_an_id_is_understood_whole_and_asked_again(archive: Archive) -> None:
    results = archive.search("(w1 copies:fi)^2")
    assert results.understood == "(w1 copies:first)^2"
    assert archive.search(InGroup("copies", "fi")).understood == "copies:first"


def test_words_beside_a_group_rank_and_conditions_do_not_score(archive: Archive) -> None:
    word = story(1)[0]
    ranked = [(hit.id, hit.score) for hit in archive.search(f"{word} copies:late")]
    alone = [(hit.id, hit.score) for hit in archive.search(word) if hit.id in TEXT]
    assert ranked == alone
    assert {hit.score for hit in archive.search("copies:late")} == {0.0}


def test_what_is_counted_knows_groups(archive: Archive) -> None:
    facets = archive.facets("copies:late", by=["source"])
    counted = {row.value: row.articles for row in facets.facets[0].rows}
    assert counted == {"Gazette": 1, "Wire": 1, "Herald": 1}
    timeline = archive.timeline("is:copy", by="day")
    assert timeline.total == 2
    assert archive.first("has:copies").total == 3
    assert {one.id for _, _, one in archive.scan("is:copy")} == {"framed", "late"}
    counts = archive.search("has:copies", group="copies").counts
    assert counts is not None and counts.to_dict() == {"articles": 3, "texts": 1}
    explained = archive.explain("=nothinghere is:copy")
    assert explained.total == 0 and explained.failing == "=nothinghere"
    assert [(part.text, part.articles) for part in explained.parts][-1] == ("is:copy", 2)


@pytest.mark.parametrize(
    ("query", "position", "reason", "next_step"),
    [
        ("oil copies:zebra", 4, "no article has the id zebra", "hits show their ids"),
        ("oil -versions:zebra", 5, "no article has the id zebra", "hits show their ids"),
        ("copies:f", 0, "several ids begin with f: first, framed", "write more of the id"),
    ],
)
def test_an_id_that_names_no_article_is_an_error_that_says_where(
    archive: Archive, query: str, position: int, reason: str, next_step: str
) -> None:
    for ask in (archive.search, archive.ids, archive.explain, archive.timeline):
        with pytest.raises(QueryError) as caught:
            ask(query)
        error = caught.value
        assert (error.position, error.reason, error.query) == (position, reason, query)
        assert error.suggestion == next_step


@pytest.mark.parametrize("query", ["copies:first", "is:lead", "oil OR has:versions"])
def test_an_archive_without_groups_says_how_to_get_them(archive: Archive, query: str) -> None:
    archive.define_groups(False)
    with pytest.raises(QueryError, match="groups --rebuild") as caught:
        archive.search(query)
    assert caught.value.position == (7 if " " in query else 0)
    archive.define_groups(True)
    assert archive.search(query).total


def test_an_empty_archive_has_no_group(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    assert not archive.ids("is:lead OR is:copy OR has:copies")
    with pytest.raises(QueryError, match="no article has the id a"):
        archive.ids("copies:a")


def test_groups_follow_what_is_indexed_and_removed(archive: Archive) -> None:
    with archive.writer() as writer:
        writer.remove("first")
        writer.add(article("second", story(2), 2))
    assert found(archive, "copies:late") == {"framed", "late"}
    assert found(archive, "is:copy") == {"late", "second"}
    with pytest.raises(QueryError, match="no article has the id first"):
        archive.ids("copies:first")


def test_damaged_groups_are_named(archive: Archive) -> None:
    name = groups_name(latest_generation(archive.path))
    path = Path(archive.path) / name
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError, match=name):
        Archive.open(archive.path).ids("is:copy")
    assert Archive.open(archive.path).ids("late") is not None


def test_alerts_ask_for_groups_too(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Rates", "One rate.", id="a"))
        assert archive.ids(parse("rates is:lead")) == ["a"]
