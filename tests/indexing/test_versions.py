"""The newest text of an identity is the article, the others stay as versions."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.indexing.versions import choose, replaces


@pytest.fixture(params=["require", "off"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    mode = str(request.param)
    if mode == "require":
        pytest.importorskip("searcher.codec._native")
    monkeypatch.setenv("SEARCHER_NATIVE", mode)
    return mode


def story(text: str, **more: object) -> Article:
    values: dict[str, object] = {"id": "urn:story:1", "date": dt.date(2020, 3, 1), **more}
    return Article("Ferry runs aground", text, **values)  # type: ignore[arg-type]


def day(number: int) -> dt.datetime:
    return dt.datetime(2020, 3, number, 12, tzinfo=dt.UTC)


def bodies(archive: Archive) -> list[str]:
    return [version.body for version in archive.versions("urn:story:1")]


def test_a_new_text_replaces_the_old_one_which_stays_as_a_version(
    kind: str, tmp_path: Path
) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for text in ("Nobody was hurt.", "Two people were hurt.", "Three people were hurt."):
            with archive.writer() as writer:
                writer.add(story(text))
        assert bodies(archive) == [
            "Nobody was hurt.", "Two people were hurt.", "Three people were hurt.",
        ]  # fmt: skip
        assert archive.ids("hurt") == ["urn:story:1"] and len(archive) == 1
        assert archive.search("nobody").total == 0
        found = archive.search("nobody status:superseded")
        assert [hit.metadata["version_of"] for hit in found] == ["urn:story:1"]
        assert archive.stats().hidden == {"superseded": 2}
        assert archive.get("urn:sto").body == "Three people were hurt."


def test_the_same_text_under_other_circumstances_is_no_version(kind: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for section in ("World", "Home"):
            with archive.writer() as writer:
                writer.add(story("Nobody was hurt.", section=section))
        assert bodies(archive) == ["Nobody was hurt."]


def test_an_older_version_that_comes_later_does_not_replace_the_newer(
    kind: str, tmp_path: Path
) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for text, number in (("Second.", "2"), ("First.", "1"), ("Third.", "3")):
            with archive.writer() as writer:
                version = int(number)
                writer.add(story(text, updated=day(version), metadata={"version": number}))
        assert bodies(archive) == ["First.", "Second.", "Third."]
        assert archive.get("urn:story:1").body == "Third."


def test_files_of_one_run_are_versions_whatever_their_order(kind: str, tmp_path: Path) -> None:
    records = [
        {
            "title": "A",
            "body": text,
            "url": "https://example.org/a",
            "published": "2020-03-01",
            "updated": f"2020-03-0{n}T12:00:00Z",
        }
        for n, text in ((3, "Third."), (1, "First."), (2, "Second."))
    ]
    for number, record in enumerate(records):
        (tmp_path / f"{number}.json").write_text(json.dumps(record))
    with Archive.create(tmp_path / "index") as archive:
        archive.index(tmp_path)
        (id,) = archive.ids("*")
        assert [v.body for v in archive.versions(id)] == ["First.", "Second.", "Third."]
        archive.index(tmp_path, force=True)
        assert [v.body for v in archive.versions(id)] == ["First.", "Second.", "Third."]


def test_removing_an_article_removes_its_versions(kind: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for text in ("Nobody was hurt.", "Two people were hurt."):
            with archive.writer() as writer:
                writer.add(story(text))
        archive.remove("urn:story:1")
        assert len(archive) == 0 and not archive.ids("status:superseded")


def test_what_may_not_be_published_is_found_by_nothing_but_its_status(
    kind: str, tmp_path: Path
) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(story("Two people were hurt."))
            writer.add(story("A good text.", id="2"))
        with archive.writer() as writer:
            writer.add(story("Two people were hurt, we said.", status="canceled"))
        assert archive.ids("hurt") == [] and archive.search("hurt").total == 0
        assert archive.ids("*") == ["2"] and len(archive) == 1
        assert archive.ids("hurt status:canceled") == ["urn:story:1"]
        assert sorted(archive.ids("has:status")) == sorted(
            [*archive.ids("status:superseded"), "urn:story:1"]
        )
        assert archive.get("urn:story:1").status == "canceled"
        assert archive.stats().hidden == {"canceled": 1, "superseded": 1}
        assert "canceled" not in archive.stats().values.get("status", {})
        archive.optimize()
        assert archive.ids("hurt") == [] and archive.ids("hurt status:canceled") == ["urn:story:1"]


def test_an_embargo_ends_by_itself(kind: str, tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
        for id, hours in (("past", -1), ("future", 1)):
            until = (now + dt.timedelta(hours=hours)).isoformat()
            writer.add(
                story("Budget leaks.", id=id, status="embargoed", metadata={"embargoed": until})
            )
        writer.add(story("Budget leaks.", id="open-ended", status="embargoed"))
    with Archive.open(tmp_path / "index") as archive:
        assert archive.ids("budget") == ["past"]
        assert len(archive.ids("budget status:embargoed")) == 3


def test_an_open_archive_shows_an_article_when_its_embargo_ends(kind: str, tmp_path: Path) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1.5)
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            metadata = {"embargoed": until.isoformat()}
            writer.add(story("Budget leaks.", status="embargoed", metadata=metadata))
        assert archive.ids("budget") == []
        while dt.datetime.now(dt.UTC) <= until:
            pass
        assert archive.ids("budget") == ["urn:story:1"]


def test_a_teaser_replaces_no_text_and_leaves_no_version(kind: str, tmp_path: Path) -> None:
    whole, teaser = story("A long text. " * 20), story("A long text.", metadata={"teaser": "yes"})
    with Archive.create(tmp_path / "index") as archive:
        for article in (teaser, whole, teaser):
            with archive.writer() as writer:
                writer.add(article)
        assert bodies(archive) == [whole.body]


def test_of_versions_the_number_counts_then_the_instant_then_the_order() -> None:
    first, second = story("1", updated=day(2)), story("2", updated=day(1))
    assert not replaces(second, first) and replaces(first, second)
    numbered = [
        replace(first, metadata={"version": "1"}),
        replace(second, metadata={"version": "2"}),
    ]
    assert replaces(numbered[1], numbered[0])
    assert replaces(story("b"), story("a"))
    best, versions = choose([story("a"), story("b"), story("a")])
    assert best == 2 and [version.body for version in versions] == ["b"]


def test_a_date_that_was_corrected_replaces_the_wrong_one(kind: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for date in (dt.date(2021, 1, 1), dt.date(2019, 1, 1)):
            with archive.writer() as writer:
                writer.add(story("Nobody was hurt.", date=date))
        assert archive.get("urn:story:1").date == dt.date(2019, 1, 1)


def test_a_place_in_a_file_holds_what_it_holds_now(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with Archive.create(tmp_path / "index") as archive:
        for text, updated in (("Later.", "2020-03-02"), ("Taken back.", "2020-03-01")):
            path.write_text(json.dumps({"title": "A", "body": text, "updated": updated}))
            archive.index(path)
        (id,) = archive.ids("*")
        assert archive.get(id).body == "Taken back."


def record(body: str, updated: str, **more: str) -> str:
    values = {"title": "A", "body": body, "url": "https://example.org/a", "updated": updated}
    return json.dumps({**values, "published": "2020-01-01", **more})


@pytest.mark.parametrize("change", ["removed", "emptied"])
def test_the_older_text_is_there_when_the_file_of_the_newer_one_goes(
    change: str, kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.json").write_text(record("Newer.", "2020-02-02"))
    (folder / "b.json").write_text(record("Older.", "2020-02-01"))
    with Archive.create(tmp_path / "index") as archive:
        archive.index(folder)
        (id,) = archive.ids("*")
        assert archive.get(id).body == "Newer."
        if change == "removed":
            (folder / "a.json").unlink()
        else:
            (folder / "a.json").write_text('{"title": "B", "body": "Else.", "date": "2020"}')
        archive.index(folder)
        assert archive.get(id).body == "Older." and id in archive.ids("*")


def test_a_cancellation_counts_however_little_it_says(kind: str, tmp_path: Path) -> None:
    canceled = story("Canceled.", status="canceled", metadata={"teaser": "yes"})
    with Archive.create(tmp_path / "index") as archive:
        for article in (story("A long text. " * 9, updated=day(2)), canceled):
            with archive.writer() as writer:
                writer.add(article)
        assert archive.ids("*") == [] and archive.get("urn:story:1").status == "canceled"
    assert not replaces(story("x", path="b"), replace(canceled, path="a")), "it is not undone"
    assert replaces(story("x", path="b", updated=day(9)), replace(canceled, path="a"))


def nitf(number: int, text: str, management: str = "") -> str:
    return (
        f'<nitf><head><docdata {management}><doc-id id-string="dock.20200301.{number}"/></docdata>'
        f"</head><body><body.head><hedline><hl1>Ferry runs aground</hl1></hedline></body.head>"
        f"<body.content><p>{text}</p></body.content></body></nitf>"
    )


@pytest.mark.parametrize("names", [("a.xml", "b.xml"), ("b.xml", "a.xml")])
def test_a_story_that_another_document_takes_back_is_found_no_longer(
    names: tuple[str, str], kind: str, tmp_path: Path
) -> None:
    takes_back = 'management-doc-idref="dock.20200301.1" management-idref-status="canceled"'
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / names[0]).write_text(nitf(1, "Two people were hurt."))
    (folder / names[1]).write_text(nitf(2, "There was no ferry.", takes_back))
    with Archive.create(tmp_path / "index") as archive:
        archive.index(folder)
        assert archive.ids("hurt") == [] and archive.ids("ferry") == ["dock.20200301.2"]
        assert archive.get("dock.20200301.1").status == "canceled"
        (folder / names[1]).unlink()
        archive.index(folder)
        assert archive.ids("hurt") == ["dock.20200301.1"]


def test_an_article_whose_id_looks_like_a_version_is_not_removed_with_another(
    kind: str, tmp_path: Path
) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for text in ("One.", "Two."):
            with archive.writer() as writer:
                writer.add(story(text))
                writer.add(story("Mine.", id="urn:story:1~jim"))
        archive.remove("urn:story:1")
        assert archive.ids("*") == ["urn:story:1~jim"]


def test_fields_that_are_defined_later_cost_no_version(kind: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for text in ("One.", "Two."):
            with archive.writer() as writer:
                writer.add(story(text, metadata={"country": "SE"} if text == "Two." else {}))
        archive.define_values("country")
        assert bodies(archive) == ["One.", "Two."]


def test_versions_are_counted_in_as_many_digits_as_agencies_do() -> None:
    numbers = "1234567890123456789", "1234567890123456790"
    older, newer = (story("x", metadata={"version": number}) for number in numbers)
    assert replaces(newer, older) and not replaces(older, newer)


def test_a_text_that_comes_back_is_no_version_of_itself(kind: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        for text in ("One.", "Two.", "One."):
            with archive.writer() as writer:
                writer.add(story(text))
        assert bodies(archive) == ["Two.", "One."]
