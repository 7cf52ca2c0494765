"""Does the front door do what its documentation says?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from searcher import (
    Archive,
    Article,
    ArticleError,
    IndexDamagedError,
    IndexMissingError,
    IndexStateError,
    QueryError,
)
from searcher.article import MOST_CHARACTERS
from searcher.codec.core import find_core
from searcher.query import Phrase, parse

DAY = dt.date(2019, 4, 8)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive.create(
        tmp_path / "index", now=lambda: dt.datetime(2019, 4, 9, 12, tzinfo=dt.UTC)
    )
    with archive.writer() as writer:
        writer.add(
            Article(
                "Truce urged",
                "A humanitarian truce was urged.\n\nNobody answered.",
                ("Ada Okafor", "José Núñez"),
                DAY,
                "Meridian Wire",
                "World",
                "en",
                "https://example.org/truce",
                id="t1",
            )
        )
        noon = dt.datetime(2020, 1, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
        writer.add(Article("Oil", "Oil and truce and oil.", date=noon, id="t2"))
        writer.add(Article("", "No headline on a truce.", id="t3"))
    return archive


def test_a_hit_has_all_its_fields(archive: Archive) -> None:
    hit = archive.search('"humanitarian truce"').hits[0]
    assert (hit.id, hit.title, hit.byline) == ("t1", "Truce urged", ("Ada Okafor", "José Núñez"))
    assert (hit.date, hit.source, hit.section) == (DAY, "Meridian Wire", "World")
    assert hit.url == "https://example.org/truce"
    assert hit.path is None
    assert hit.score > 0
    assert "**humanitarian truce**" in hit.snippet


def test_results_are_a_sequence_that_knows_its_totals(archive: Archive) -> None:
    results = archive.search("truce oil", limit=1)
    assert (len(results), results.total, results.matching_all) == (1, 3, 1)
    assert results[0] is results.hits[0]
    assert [hit.id for hit in results] == ["t2"]
    assert results.understood == "truce oil"
    assert results.took_ms > 0


def test_limit_and_offset_cut_one_ranking(archive: Archive) -> None:
    whole = archive.ids("truce")
    assert len(whole) == 3
    pages = [archive.search("truce", limit=1, offset=i).hits for i in range(4)]
    assert [hit.id for page in pages for hit in page] == whole
    assert archive.search("truce", limit=0).total == 3


def test_dates_sort_both_ways_and_the_undated_come_last(archive: Archive) -> None:
    assert archive.ids("truce", sort="date") == ["t1", "t2", "t3"]
    assert archive.ids("truce", sort="-date") == ["t2", "t1", "t3"]


def test_an_instant_belongs_to_the_day_at_its_own_offset(archive: Archive) -> None:
    assert archive.ids("date:2020-01-01") == archive.ids("date:2020") == ["t2"]
    assert archive.ids("date:2019-12-31") == []
    assert archive.ids("date:2019-12-31T22:30Z") == ["t2"]


def test_relative_dates_follow_the_clock_that_was_given(archive: Archive) -> None:
    assert archive.ids("date:yesterday") == ["t1"]


def test_a_tree_is_as_good_as_text(archive: Archive) -> None:
    tree = parse('"humanitarian truce"')
    assert isinstance(tree, Phrase)
    assert archive.search(tree).hits[0].id == "t1"


def test_values_compare_whole_and_folded(archive: Archive) -> None:
    assert archive.ids('source:"meridian wire"') == ["t1"]
    assert archive.ids("source:meridian*") == ["t1"]
    assert archive.ids("source:meridian") == []


def test_bylines_find_words_and_names_but_nothing_across_names(archive: Archive) -> None:
    assert archive.ids("byline:nunez") == ["t1"]
    assert archive.ids('byline:"ada okafor"') == ["t1"]
    assert archive.ids('byline:"okafor jose"') == []
    assert archive.ids("byline:(okafor w/50 jose)") == []


def test_get_returns_the_whole_article_by_id_or_its_beginning(archive: Archive) -> None:
    assert archive.get("t1").body.endswith("Nobody answered.")
    assert archive.get("t3").title == ""
    with pytest.raises(KeyError, match="several ids begin with t"):
        archive.get("t")
    with pytest.raises(KeyError, match="no article"):
        archive.get("x")
    assert "t2" in archive
    assert "nope" not in archive


def test_statistics_count_what_is_there(archive: Archive) -> None:
    stats = archive.stats()
    assert (stats.articles, stats.segments, stats.undated) == (3, 1, 1)
    assert (stats.first_date, stats.last_date) == (DAY, dt.date(2020, 1, 1))
    assert stats.words == 7 + 5 + 5
    assert stats.executor == str(find_core())


def test_wrong_arguments_are_errors(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sort is one of"):
        archive.search("truce", sort="size")
    with pytest.raises(ValueError, match="0 or more"):
        archive.search("truce", limit=-1)
    with pytest.raises(QueryError):
        archive.search("truce AND")
    with pytest.raises(IndexMissingError):
        Archive.open(tmp_path / "nothing")


def test_open_or_create_keeps_what_is_there(archive: Archive) -> None:
    assert len(Archive.open_or_create(archive.path)) == 3


def test_another_language_stems_its_own_way(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index", language="de")
    with archive.writer() as writer:
        writer.add(Article("Häuser", "Die Häuser sind alt."))
    assert archive.search("hauses").total == 1
    assert archive.search("die häuser").understood == "häuser"


def test_a_pattern_that_fits_too_many_words_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "off")  # the core's limit is not to be patched
    monkeypatch.setattr("searcher.searching.budget.FORMS", 3)
    archive = Archive.create(tmp_path / "plain")
    with archive.writer() as writer:
        writer.add(Article("One", "Three, seven, eleven, twelve or the rest.", id="a"))
    with pytest.raises(QueryError, match="different words"):
        archive.search("title:x OR *e*")


@pytest.mark.parametrize("cut", [0, 1, 10, 50])
def test_every_cut_file_of_an_index_is_named_on_opening(archive: Archive, cut: int) -> None:
    archive.close()
    for path in sorted(Path(archive.path).iterdir()):
        data = path.read_bytes()
        if (
            path.name.startswith(("MAIN_WRITELOCK", "sources", "groups", "_MAIN"))
            or len(data) <= cut
        ):
            continue
        path.write_bytes(data[:cut])
        with pytest.raises(IndexDamagedError):
            Archive.open(archive.path).search("truce")
        path.write_bytes(data)
    assert Archive.open(archive.path).search("truce").total == 3


def test_articles_check_their_values() -> None:
    with pytest.raises(ArticleError, match="byline"):
        Article("t", "b", "Ada Okafor")  # type: ignore[arg-type]
    with pytest.raises(ArticleError, match="UTC offset"):
        Article("t", "b", date=dt.datetime(2020, 1, 1))
    with pytest.raises(ArticleError, match="title"):
        Article(None, "b")  # type: ignore[arg-type]


def test_an_article_that_is_too_long_to_store_is_refused_by_its_length() -> None:
    with pytest.raises(ArticleError, match="at most 150,000,000 characters"):
        Article("", "a" * (MOST_CHARACTERS + 1))


def test_an_articles_identity_is_its_url_then_its_place_then_its_text() -> None:
    by_url = Article("t", "b", url="https://e.org/1")
    assert Article("other", "text", url="https://e.org/1", path="x").id == by_url.id
    assert Article("t", "b", path="x", record=1).id != Article("t", "b", path="x", record=2).id
    assert Article("t", "b").id == Article("t", "b").id != Article("t", "c").id


@pytest.mark.parametrize("articles", [1, 2])
def test_an_index_that_was_put_in_the_place_of_another_is_the_one_that_answers(
    tmp_path: Path, articles: int
) -> None:
    # A backup of an older commit, or another index of as many commits.
    for name, count in ("now", 2), ("backup", articles):
        with Archive.create(tmp_path / name) as made:
            for number in range(count):
                with made.writer() as writer:
                    writer.add(Article(f"{name} {number}", "harbour", id=f"{name}-{number}"))
    with Archive.open(tmp_path / "now") as archive:
        assert archive.ids("harbour", sort="date") == ["now-0", "now-1"]
        (tmp_path / "now").rename(tmp_path / "old")
        (tmp_path / "backup").rename(tmp_path / "now")
        assert set(archive.ids("harbour")) == {f"backup-{n}" for n in range(articles)}
        assert len(archive) == articles


def test_a_path_that_none_can_be_is_an_error_of_ours() -> None:
    for use in (Archive.open, Archive.create, Archive.open_or_create):
        with pytest.raises(IndexStateError, match="is no path"):
            use("in\0dex")


def test_what_is_no_query_is_refused(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    with archive, pytest.raises(TypeError, match="a query is a text"):
        archive.search(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["https://host:9200/news", "opensearch:/host:9200/news", "OpenSearch://h/news"]
)
def test_a_mistyped_address_makes_no_folder(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for make in (Archive.create, Archive.open_or_create):
        with pytest.raises(IndexStateError, match="opensearch://host:9200/name"):
            make(address)
    assert not list(tmp_path.iterdir())
    with Archive.create(f"./{address.partition('/')[0]}"):  # a folder may be called so
        pass
