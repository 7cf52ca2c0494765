"""Does an archive keep what it was told about a folder?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searcher import Archive
from searcher.codec.settings import Settings, exclusions_for, field_map_for, with_given


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def wire(path: Path, *texts: str) -> None:
    records = [
        {
            "id": f"{path.stem}-{text}",
            "title": "Wire",
            "body": "plain",
            "lede": f"the {text} lede",
            "note": text,
        }
        for text in texts
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def test_a_map_holds_for_the_next_run(archive: Archive, folder: Path) -> None:
    wire(folder / "a.jsonl", "alpha")
    archive.index(folder, field_map={"body": "lede"})
    wire(folder / "a.jsonl", "alpha", "bravo")
    archive.index(folder)
    assert archive.search("lede").total == 2
    archive.index(folder / "a.jsonl", force=True)
    assert archive.search("lede").total == 2


def test_a_changed_map_reads_again_what_it_concerns(archive: Archive, folder: Path) -> None:
    wire(folder / "a.jsonl", "alpha")
    (folder / "b.txt").write_text("B\n\nThe text is read once.\n")
    archive.index(folder, field_map={"body": "lede"})
    report = archive.index(folder, field_map={"body": "note"})
    assert (report.updated, report.files_unchanged) == (1, 1)
    assert (archive.search("lede").total, archive.search("body:alpha").total) == (0, 1)
    assert archive.index(folder).files_unchanged == 2
    archive.index(folder, field_map={})
    assert (archive.search("body:alpha").total, archive.search("plain").total) == (0, 1)
    assert archive.stats().settings[str(folder)]["field_map"] == {}


def test_exclusions_hold_for_the_next_run_until_they_are_changed(
    archive: Archive, folder: Path
) -> None:
    (folder / "drafts").mkdir()
    for name in ("a.txt", "drafts/b.txt"):
        (folder / name).write_text(f"{name}\n\nThe text of {name}.\n")
    assert archive.index(folder, exclude=["drafts"]).added == 1
    report = archive.index(folder)
    assert (report.added, report.removed, report.left_out) == (0, 0, {"excluded": 1})
    report = archive.index(folder / "drafts")
    assert (report.added, report.left_out) == (0, {"excluded": 1})
    assert archive.index(folder, exclude=[]).added == 1
    assert archive.index(folder, exclude=["dra*"]).removed == 1


def test_settings_are_in_the_statistics_by_folder(archive: Archive, folder: Path) -> None:
    wire(folder / "a.jsonl", "alpha")
    archive.index(folder, field_map={"body": "lede"}, exclude=["x*"])
    archive.index(folder)
    assert archive.stats().settings == {
        str(folder): {"field_map": {"body": "lede"}, "exclude": ["x*"]}
    }


def test_a_dry_run_keeps_nothing(archive: Archive, folder: Path) -> None:
    wire(folder / "a.jsonl", "alpha")
    archive.index(folder, field_map={"body": "lede"}, dry_run=True)
    assert archive.stats().settings == {}


def test_the_innermost_folder_has_the_last_word() -> None:
    roots = {
        "/a": Settings({"body": "x"}, ("one",)),
        "/a/b": Settings(None, ("two",)),
        "/a/b/c": Settings({}, None),
    }
    assert field_map_for(roots, "/a/b/f.json") == {"body": "x"}
    assert field_map_for(roots, "/a/b/c/f.json") == {}
    assert field_map_for(roots, "/ab/f.json") == {}
    assert exclusions_for(roots, "/a/b/c/f.txt") == ("/a/b", ("two",))
    assert exclusions_for(roots, "/z/f.txt") == ("/z/f.txt", ())


def test_what_is_not_given_stays() -> None:
    roots = {"/a": Settings({"body": "x"}, ("one",))}
    assert with_given(roots, "/a", None, ["two"]) == Settings({"body": "x"}, ("two",))
    assert with_given(roots, "/a", {}, None) == Settings({}, ("one",))


def test_a_nested_folder_with_settings_of_its_own_keeps_them(
    archive: Archive, folder: Path
) -> None:
    (folder / "in").mkdir()
    wire(folder / "a.jsonl", "alpha")
    wire(folder / "in" / "b.jsonl", "bravo")
    archive.index(folder, field_map={"body": "lede"})
    archive.index(folder / "in", field_map={"body": "note"})
    report = archive.index(folder)
    assert report.files_unchanged == 2
    archive.index(folder, force=True)
    assert archive.search("lede").total == 1
    assert archive.search("body:bravo").total == 1
