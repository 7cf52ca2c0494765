"""Is what a run leaves out, or no longer finds, said, kept in mind and tried again?"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from searcher import Archive, ReadError
from tests.indexing.news_folder import archive, folder, story

__all__ = ["archive", "folder"]


def test_what_is_left_out_is_counted_and_not_opened_again(archive: Archive, folder: Path) -> None:
    (folder / "style.css").write_text("p { color: red }\n")
    (folder / ".hidden").write_text("x")
    for _ in range(2):
        report = archive.index(folder)
        assert sum(report.left_out.values()) == 2 and report.left_out["hidden"] == 1
        assert {Path(found.path).name for found in report.left_out_files} == {
            "style.css",
            ".hidden",
        }
        assert all(found.reason for found in report.left_out_files)
        assert report.has_unread
    assert archive.stats().left_out == report.left_out
    generation = archive.stats().generation
    archive.index(folder)
    assert archive.stats().generation == generation
    (folder / "style.css").unlink()
    assert archive.index(folder).left_out == {"hidden": 1}
    assert archive.stats().left_out == {"hidden": 1}


def test_a_file_that_becomes_one_that_is_not_read_leaves(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    (folder / "a.txt").rename(folder / "a.css")
    (folder / "a.css").write_text("p { color: red }\n")
    report = archive.index(folder)
    assert (report.removed, len(archive)) == (1, 2)


def test_a_path_that_was_indexed_and_is_gone_is_an_error_that_says_how_to_drop_it(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    archive.index(folder)
    folder.rename(tmp_path / "gone")
    with pytest.raises(ReadError, match=r"holds 3 of its articles.*searcher remove"):
        archive.index(folder)
    assert len(archive) == 3


def test_a_folder_that_is_gone_is_named_as_a_shell_takes_it(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    spaced = folder.rename(tmp_path / "my news")
    archive.index(spaced)
    moved = spaced.rename(tmp_path / "moved")
    with pytest.raises(ReadError, match=r"searcher remove '.*my news'"):
        archive.index(spaced)
    archive.index(moved)
    with pytest.raises(ReadError, match="holds none of its articles any more"):
        archive.index(spaced)


def test_options_that_nobody_can_have_meant_are_refused_and_change_nothing(
    archive: Archive, folder: Path
) -> None:
    archive.index(folder)
    with pytest.raises(TypeError, match=r"exclude is a list.*write \['\*\.txt'\]"):
        archive.index(folder, exclude="*.txt")
    with pytest.raises(ValueError, match="no field 'headline', but title, body"):
        archive.index(folder, field_map={"headline": "hed"})
    with pytest.raises(ValueError, match="no key for body"):
        archive.index(folder, field_map={"body": ""})
    with pytest.raises(TypeError, match="mapping of fields to keys"):
        archive.index(folder, field_map="body=lede")  # type: ignore[arg-type]
    assert len(archive) == 3
    assert archive.index(folder).files_unchanged == 3


def test_pruning_drops_what_is_gone_anywhere(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    story(other / "x.txt", "xray")
    story(other / "y.txt", "yankee")
    archive.index(folder, other)
    (other / "x.txt").unlink()
    (folder / "a.txt").unlink()
    report = archive.index(folder, prune=True, dry_run=True)
    assert (report.removed, len(archive)) == (2, 5)
    assert archive.index(prune=True).removed == 2
    assert len(archive) == 3


@pytest.mark.parametrize("is_mount_point", [False, True])
def test_a_whole_folder_that_is_gone_is_pruned_only_by_name(
    archive: Archive, folder: Path, tmp_path: Path, is_mount_point: bool
) -> None:
    drive = tmp_path / "drive"
    (drive / "in").mkdir(parents=True)
    story(drive / "x.txt", "xray")
    story(drive / "in" / "y.txt", "yankee")
    archive.index(folder, drive)
    drive.rename(tmp_path / "unplugged")
    if is_mount_point:
        drive.mkdir()
    (folder / "a.txt").unlink()
    report = archive.index(folder, prune=True)
    assert [error.path for error in report.failed] == [str(drive)]
    assert f"--prune {drive}" in str(report.failed[0])
    assert (report.removed, len(archive)) == (1, 4)
    assert archive.index(drive, prune=True).removed == 2
    assert archive.index(prune=True).failed == []


@pytest.mark.parametrize("workers", [0, 1])
def test_articles_without_text_are_counted(archive: Archive, folder: Path, workers: int) -> None:
    (folder / "headline.md").write_text("---\ntitle: Only a headline\n---\n")
    assert archive.index(folder, workers=workers).without_text == 1


def test_an_empty_path_is_not_the_current_folder(archive: Archive) -> None:
    with pytest.raises(ReadError, match="no path"):
        archive.index("")


def test_what_another_reader_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searcher.indexing import planning
    from searcher.reading.formats import BY_NAME

    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Harbour opens\n\nThe harbour opened today.")
    (folder / "b.json").write_text('{"title": "T", "body": "A body."}')
    with Archive.create(tmp_path / "index") as archive:
        archive.index(folder)
        assert archive.index(folder).files_unchanged == 2
        newer = {**BY_NAME, "text": replace(BY_NAME["text"], version=99)}
        monkeypatch.setattr(planning, "BY_NAME", newer)
        # The mark of the text reader differs now, that of the JSON reader does not.
        assert archive.index(folder).files_unchanged == 1


def test_a_field_that_is_defined_later_is_looked_for_in_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    page = '<html><head><meta name="country" content="FI"></head><body><article><h1>Ferry</h1>'
    (folder / "a.html").write_text(page + "<p>" + "The ferry ran aground. " * 20 + "</p></article>")
    with Archive.create(tmp_path / "index") as archive:
        archive.index(folder)
        archive.define_values("country")
        archive.index(folder)
        assert len(archive.ids("country:fi")) == 1


def test_large_files_are_left_out_when_that_is_asked_for_and_the_wish_is_kept(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "small.txt").write_text("Harbour opens\n\nThe harbour opened today.")
    (folder / "large.txt").write_text("Harbour closes\n\n" + "The harbour closed. " * 60_000)
    with Archive.create(tmp_path / "index") as archive:
        report = archive.index(folder, max_file_mb=1)
        assert (report.added, dict(report.left_out)) == (1, {"large files": 1})
        assert archive.index(folder).added == 0
        assert archive.index(folder, max_file_mb=0).added == 1


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no links")
def test_links_to_folders_are_followed_when_that_is_asked_for_each_folder_once(
    tmp_path: Path,
) -> None:
    folder, outside = tmp_path / "news", tmp_path / "outside"
    (folder / "inner").mkdir(parents=True)
    outside.mkdir()
    (outside / "a.txt").write_text("Harbour opens\n\nThe harbour opened today.")
    (folder / "inner" / "b.txt").write_text("Harbour closes\n\nThe harbour closed today.")
    os.symlink(outside, folder / "linked")
    os.symlink(outside, folder / "linked-again")
    os.symlink(folder, outside / "loop")
    with Archive.create(tmp_path / "index") as archive:
        assert archive.index(folder).added == 1
        report = archive.index(folder, follow_links=True)
        assert (report.added, report.left_out["links to folders"]) == (1, 2)
        assert archive.index(folder).files_unchanged == 2, "the wish is kept"
        assert archive.index(folder, follow_links=False).removed == 1


def test_what_an_older_set_of_readers_left_out_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searcher.indexing import planning, run
    from searcher.reading import Format, LeftOut, recognise

    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "style.css").write_text("body { margin: 0 }")
    (folder / "ocr.txt").write_text("Harbour opens\n\nThe harbour opened today.")
    looked_at: list[str] = []
    with Archive.create(tmp_path / "index") as archive:
        archive.index(folder)

        def watched(path: str) -> Format | LeftOut:
            looked_at.append(path)
            return recognise(path)

        monkeypatch.setattr(planning, "recognise", watched)
        archive.index(folder)
        assert looked_at == []
        for module in (planning, run):
            monkeypatch.setattr(module, "READERS", "others")
        archive.index(folder)
        assert looked_at == [str(folder / "style.css")]


def test_a_file_is_unchanged_whatever_its_format_is_called(tmp_path: Path) -> None:
    from searcher.codec.sources import SourceFile
    from searcher.indexing.planning import _format_of
    from searcher.reading import FORMATS

    for known in FORMATS:
        assert _format_of(SourceFile(0, 0, format=f"{known.name}@{known.version} own")) is known
