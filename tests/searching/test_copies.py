"""Are answers folded by the texts that articles have, with counts that are exact?"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, Article, ExportError, IndexStateError
from searcher.codec.core import native_core
from searcher.exporting.formats import FORMATS
from searcher.indexing.session import WriteSession
from searcher.searching import related
from searcher.searching.scan import ScannedText
from tests.copies.test_grouping import random_articles
from tests.copies.test_pairs import story
from tests.indexing.test_copies import article, leads

KINDS = ["plain", *(["native"] if native_core() is not None else [])]


def filled(path: Path, articles: list[Article], kind: str) -> Archive:
    archive = Archive.open_or_create(str(path))
    half = len(articles) // 2
    for part in (articles[:half], articles[half:]):
        with WriteSession(str(path), kind=kind) as session:
            session.add_articles(part)
            session.commit()
    return archive


@pytest.fixture(params=KINDS)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    words = story(1)
    return filled(
        tmp_path / "index",
        [
            article("late", words[:120], 3, source="Gazette"),
            article("first", words, 1, source="Wire"),
            article("framed", [*words, *story(3, 30)], 2, source="Herald"),
            article("other", [*story(2), words[0]], 1, source="Wire"),
            article("empty", [], 1),
        ],
        request.param,
    )


@pytest.mark.parametrize("sort", ["score", "date", "-date"])
def test_a_scan_goes_through_each_text_once_as_a_search_does(archive: Archive, sort: str) -> None:
    hits = archive.search("*", group="copies", sort=sort, limit=None)
    with archive.scan("*", group="copies", sort=sort) as scan:
        found = [(o.article.id, o.score, o.copies) for o in scan if isinstance(o, ScannedText)]
        assert (scan.total, scan.texts, len(scan)) == (5, 3, 3)
    assert found == [(hit.id, hit.score, hit.copies.total) for hit in hits if hit.copies]
    with archive.scan("*", group="copies", sort=sort, offset=1, limit=1) as scan:
        assert [one.article.id for one in scan] == [found[1][0]]
    with archive.scan("*") as scan:
        assert scan.texts is None and not any(isinstance(one, ScannedText) for one in scan)


def test_an_export_has_each_text_once_with_the_number_of_its_copies(
    archive: Archive, tmp_path: Path
) -> None:
    report = archive.export("*", tmp_path / "a.csv", group="copies", sort="date")
    assert (report.total, report.texts, report.articles) == (5, 3, 3)
    assert report.fields[-2:] == ("copies", "body")
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"]: row["copies"] for row in rows} == {"first": "2", "other": "0", "empty": "0"}
    for form in FORMATS:
        path = tmp_path / f"all.{form.name}"
        archive.export("*", path, format=form.name, group="copies")
    assert "Copies: 2" in next((tmp_path / "all.text-folder").glob("*first.txt")).read_text()
    assert "copies: 2" in (tmp_path / "all.ris").read_text().lower()
    with pytest.raises(ExportError, match="--group copies"):
        archive.export("*", tmp_path / "b.csv", fields=["copies"])


def test_a_text_is_one_hit_shown_by_its_earliest_article(archive: Archive) -> None:
    word = story(1)[0]
    results = archive.search(word, group="copies")
    assert [hit.id for hit in results if hit.copies and hit.copies.total] == ["first"]
    first = next(hit for hit in results if hit.id == "first")
    assert first.copies is not None
    assert [(one.id, one.source, one.cover) for one in first.copies.articles] == [
        ("framed", "Herald", 1.0),
        ("late", "Gazette", 1.0),
    ]
    assert results.counts is not None
    assert tuple(results.counts)[:2] == (4, 2) and results.total == 4
    assert len(results) == 2


def test_a_filter_that_leaves_the_lead_out_shows_the_earliest_that_matches(
    archive: Archive,
) -> None:
    results = archive.search("NOT source:wire has:source", group="copies")
    assert [hit.id for hit in results] == ["framed"]
    copies = results.hits[0].copies
    assert copies is not None and [one.id for one in copies.articles] == ["first", "late"]
    assert results.counts is not None and tuple(results.counts)[:2] == (2, 1)


def test_pages_are_of_texts(archive: Archive) -> None:
    whole = archive.search("*", group="copies", limit=None)
    pages = [archive.search("*", group="copies", limit=1, offset=n).hits for n in range(4)]
    assert [page[0].id for page in pages[:3]] == [hit.id for hit in whole] and not pages[3]


def test_articles_are_as_many_folded_or_not(archive: Archive) -> None:
    plain, folded = archive.search("*"), archive.search("*", group="copies")
    assert plain.total == folded.total == 5
    assert plain.counts is None and all(hit.copies is None for hit in plain)
    assert "counts" not in plain.to_dict() and "copies" not in plain.to_dict()["hits"][0]
    assert folded.to_dict()["counts"] == {"articles": 5, "texts": 3}


def test_every_copy_is_reached_from_any_of_them(archive: Archive) -> None:
    for id in ("first", "late", "framed"):
        group = archive.copies(id)
        assert group.id == id
        assert [(one.id, one.kind) for one in group.articles] == [
            ("first", "lead"),
            ("framed", "copy"),
            ("late", "copy"),
        ]
    assert [(one.cut, one.added, one.changed) for one in archive.copies("late").articles] == [
        (0, 0, 0),
        (0, 30, 0),
        (80, 0, 0),
    ]
    assert [one.hours_after for one in archive.copies("late").articles] == [0.0, 24.0, 48.0]
    assert [one.id for one in archive.copies("empty").articles] == ["empty"]


def test_versions_stand_beside_the_text(tmp_path: Path) -> None:
    words = story(1)
    made = [
        article("a", words, 1, title="Mayor resigns"),
        article("b", words, 1, title="CORRECTED-Mayor resigns"),
    ]
    archive = filled(tmp_path, made, "plain")
    assert [one.id for one in archive.copies("a").versions] == ["b"]
    assert [one.id for one in archive.copies("b").versions] == ["a"]


def test_an_agency_is_named_where_the_text_credits_it(tmp_path: Path) -> None:
    one = Article("Flood", "WEND (Reuters) - " + " ".join(story(1)), id="a")
    archive = filled(tmp_path, [one], "plain")
    assert archive.copies("a").articles[0].credit == "Reuters"


@pytest.mark.parametrize("kind", KINDS)
def test_background_has_no_copies_of_the_article(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = str.maketrans("0123456789", "bcdfghjkln")
    words = [word.translate(letters) for word in story(1)]
    others = [word.translate(letters) for word in story(2)]
    made = [
        article("late", words[:120], 3),
        article("first", words, 1),
        *(
            article(f"background{n}", [*others[n:], *words[n % 7 : 120 : 2]], 1)
            for n in (0, 60, 90)
        ),
        *(article(f"filler{n}", story(n, 50), n) for n in range(10, 40)),
    ]
    archive = filled(tmp_path, made, kind)
    monkeypatch.setattr(related, "is_copy", lambda one, other: False)
    found = {one.hit.id for one in archive.related("late")}
    assert found and "first" not in found
    archive.define_groups(False)
    assert {one.hit.id for one in archive.related("late")} == found | {"first"}


def test_an_index_without_groups_says_how_to_get_them(tmp_path: Path) -> None:
    archive = filled(tmp_path, [article("a", story(1), 1)], "plain")
    archive.define_groups(False)
    assert not archive.has_groups and not archive.copies_left_out
    for ask in (lambda: archive.search("*", group="copies"), lambda: archive.copies("a")):
        with pytest.raises(IndexStateError, match="groups --rebuild"):
            ask()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", KINDS)
def test_counts_and_hits_are_those_of_brute_force(tmp_path: Path, kind: str, seed: int) -> None:
    random = Random(seed)
    made = [article(*one) for one in random_articles(random, 60)]
    archive = filled(tmp_path, made, kind)
    lead_of = leads(tmp_path)
    by_id = {one.id: one for one in made}

    def order(id: str) -> tuple[bool, dt.date, int, str]:
        one = by_id[id]
        assert one.date is None or not isinstance(one.date, dt.datetime)
        return one.date is None, one.date or dt.date.min, -len(one.body.split()), id

    for _ in range(12):
        query = " OR ".join(random.choice(story(random.randrange(12), 44)) for _ in range(2))
        ranked = archive.ids(query)
        texts: dict[str, list[str]] = {}
        for id in ranked:
            texts.setdefault(lead_of.get(id, id), []).append(id)
        results = archive.search(query, limit=None, group="copies")
        assert results.counts is not None
        assert tuple(results.counts)[:2] == (len(ranked), len(texts))
        assert [hit.id for hit in results] == [min(ids, key=order) for ids in texts.values()]
        scores = [hit.score for hit in results]
        assert scores == sorted(scores, reverse=True)
        for hit in results:
            lead = lead_of.get(hit.id, hit.id)
            others = [id for id in lead_of if lead_of[id] == lead and id != hit.id]
            assert hit.copies is not None and hit.copies.total == len(others)
            assert [one.id for one in hit.copies.articles] == sorted(others, key=order)
        shown = list(results)
        for offset, limit in ((0, 0), (0, 1), (1, 2), (3, 5), (70, 3)):
            part = archive.search(query, limit=limit, offset=offset, group="copies")
            assert list(part) == shown[offset : offset + limit]
            assert part.counts == results.counts and part.total == results.total
        newest = archive.search(query, limit=4, sort="-date", group="copies")
        dated = archive.search(query, limit=None, sort="-date", group="copies")
        assert list(newest) == list(dated)[:4]
