"""Can a table of all articles be grouped elsewhere, by what the archive knows of them?"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article, ExportError
from searcher.codec.core import find_core
from searcher.exporting.formats import FORMATS
from searcher.searching.scan import PlacedArticle
from tests.copies.test_pairs import story

CORE = pytest.mark.skipif(find_core().module is None, reason="the native core is not built")


def article(id: str, words: list[str], day: int, **more: Any) -> Article:
    date = dt.date(2019, 3, day)
    return Article(f"Headline {id}", " ".join(words), date=date, id=id, **more)


@pytest.fixture(params=["off", pytest.param("require", marks=CORE)])
def archive(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Archive:
    """Two copies of a text in two segments, another text of the same story, and one alone."""
    monkeypatch.setenv("SEARCHER_NATIVE", request.param)
    words = story(1)
    archive = Archive.create(tmp_path / "index", values=("country",))
    archive.define_stories(True)
    with archive.writer() as writer:
        writer.add(article("copy", words[:120], 3, source="Gazette"))
        writer.add(article("again", [*words[:60], *story(5)[:40]], 3, source="Herald"))
    with archive.writer() as writer:
        writer.add(article("first", ["LONDON", "(Reuters)", "-", *words], 2, source="Wire"))
        writer.add(article("alone", story(2), 20, byline=("Ada Okafor, AP",)))
    return archive


def rows_of(archive: Archive, query: str, fields: list[str], **more: Any) -> list[dict[str, Any]]:
    stream = io.BytesIO()
    archive.export(query, stream, format="jsonl", fields=fields, **more)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_article_names_the_first_of_its_text_and_of_its_story(archive: Archive) -> None:
    rows = {row["id"]: row for row in rows_of(archive, "*", ["id", "text_id", "story_id"])}
    assert {id: row["text_id"] for id, row in rows.items()} == {
        "first": "first",
        "copy": "first",
        "again": "again",
        "alone": "alone",
    }
    for id, row in rows.items():
        texts = {one.id for one in archive.copies(id).articles}
        assert {other for other in rows if rows[other]["text_id"] == row["text_id"]} == texts
        found = archive.search(f"story:{id}", limit=None)
        assert {hit.id for hit in found} == {
            other for other in rows if rows[other]["story_id"] == row["story_id"]
        }


def test_counts_of_a_table_are_those_of_the_archive(archive: Archive) -> None:
    counts = archive.search("*", group="copies").counts
    rows = rows_of(archive, "*", ["text_id", "story_id"])
    assert counts is not None
    assert len(rows) == counts.articles
    assert len({row["text_id"] for row in rows}) == counts.texts
    assert len({row["story_id"] for row in rows}) == counts.stories


def test_a_table_has_the_agencies_that_articles_credit(archive: Archive, tmp_path: Path) -> None:
    rows = {row["id"]: row["credit"] for row in rows_of(archive, "*", ["id", "credit"])}
    assert rows["first"] == ["Reuters"] and rows["copy"] == []
    for agency in ("reuters", "ap"):
        found = {hit.id for hit in archive.search(f"credit:{agency}", limit=None)}
        named = {"reuters": "Reuters", "ap": "AP"}[agency]
        assert found == {id for id, credited in rows.items() if named in credited}
    archive.export("*", tmp_path / "a.csv", fields=["id", "credit"])
    with (tmp_path / "a.csv").open(newline="") as file:
        assert {row["id"]: row["credit"] for row in csv.DictReader(file)}["first"] == "Reuters"


def test_they_are_written_only_where_they_are_named(archive: Archive, tmp_path: Path) -> None:
    for form in FORMATS:
        if form.is_folder:
            continue
        report = archive.export("*", tmp_path / f"all.{form.name}", format=form.name)
        assert not {"credit", "text_id", "story_id"} & set(report.fields)
        path = tmp_path / f"some.{form.name}"
        named = ("id", "credit", "text_id", "story_id")
        report = archive.export("*", path, format=form.name, fields=[*named])
        assert report.fields == named
        assert report.articles == 4


def test_a_folded_export_has_them_too(archive: Archive) -> None:
    rows = rows_of(archive, "*", ["id", "text_id", "copies"], group="copies")
    assert {row["id"]: (row["text_id"], row["copies"]) for row in rows}["first"] == ("first", 1)


def test_a_scan_says_them_of_each_article(archive: Archive) -> None:
    with archive.scan("source:gazette") as scan:
        found = next(scan)
        assert isinstance(found, PlacedArticle)
        assert (found.article.id, found.text_id) == ("copy", "first")


def test_an_archive_that_does_not_know_says_so_before_it_writes(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index")
    archive.define_groups(False)
    with archive.writer() as writer:
        writer.add(article("one", story(1), 1))
    for name, command in (("text_id", "groups --rebuild"), ("story_id", "groups --stories")):
        with pytest.raises(ExportError, match=command):
            archive.export("*", tmp_path / "a.csv", fields=["id", name])
    assert not (tmp_path / "a.csv").exists()
    assert rows_of(archive, "*", ["id", "credit"]) == [{"id": "one", "credit": []}]


def test_a_field_of_the_archives_own_goes_before_them(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "index", values=("text_id",))
    with archive.writer() as writer:
        writer.add(article("one", story(1), 1, metadata={"text_id": ("ours",)}))
    assert rows_of(archive, "*", ["text_id"]) == [{"text_id": ["ours"]}]
    stream = io.BytesIO()
    assert "text_id" in archive.export("*", stream, format="csv").fields
