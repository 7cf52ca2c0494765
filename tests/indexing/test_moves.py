"""Do articles keep their ids when files move, are copied or come back?"""

from __future__ import annotations

import json
import os
from pathlib import Path

from searcher import Archive
from tests.indexing.news_folder import archive, changes, folder, jsonl, story

__all__ = ["archive", "folder"]


def ids(archive: Archive) -> dict[str, str]:
    """The id of each article by what its file is called now."""
    return {Path(hit.path or "").name: hit.id for hit in archive.search("*", limit=None)}


def test_a_renamed_file_keeps_its_article_and_its_id(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    before = ids(archive)
    (folder / "a.txt").rename(folder / "old" / "z.txt")
    report = archive.index(folder)
    assert (report.moved, report.bytes_read) == (1, 0)
    assert changes(report) == (0, 0, 0, 0)
    assert ids(archive)["z.txt"] == before["a.txt"]
    assert archive.search("alpha").hits[0].path == str(folder / "old" / "z.txt")
    assert archive.index(folder).files_unchanged == 3


def test_a_moved_folder_keeps_its_articles_when_only_the_new_one_is_indexed(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    archive.index(folder)
    before = ids(archive)
    folder.rename(tmp_path / "elsewhere")
    report = archive.index(tmp_path / "elsewhere")
    assert (report.moved, report.added, len(archive)) == (3, 0, 3)
    assert ids(archive) == before


def test_a_file_of_many_articles_keeps_their_ids_when_it_moves(
    archive: Archive, folder: Path
) -> None:
    path = folder / "wire.jsonl"
    records = [{"title": f"T{i}", "body": f"record {i} of the wire"} for i in range(700)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    archive.index(folder)
    before = {hit.title: hit.id for hit in archive.search("wire", limit=None)}
    path.rename(folder / "old" / "telex.jsonl")
    assert archive.index(folder).moved == 700
    assert {hit.title: hit.id for hit in archive.search("wire", limit=None)} == before
    # What is changed after that keeps its id too.
    records[5]["body"] = "corrected record of the wire"
    moved = folder / "old" / "telex.jsonl"
    moved.write_text("".join(json.dumps(record) + "\n" for record in records))
    for workers in (0, 1):
        archive.index(folder, workers=workers, force=True)
        assert {hit.title: hit.id for hit in archive.search("wire", limit=None)} == before
    assert archive.search("corrected").hits[0].id == before["T5"]


def test_a_new_file_under_the_old_name_is_another_article(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    before = ids(archive)
    (folder / "a.txt").rename(folder / "moved.txt")
    archive.index(folder)
    story(folder / "a.txt", "foxtrot")
    assert archive.index(folder).added == 1
    after = ids(archive)
    assert after["moved.txt"] == before["a.txt"] != after["a.txt"]
    assert len(archive) == 4
    assert archive.index(folder, force=True).unchanged == 4


def test_a_file_that_moves_there_and_back_is_as_before(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    before = ids(archive)
    for old, new in (("a.txt", "x.txt"), ("x.txt", "y.txt"), ("y.txt", "a.txt")):
        (folder / old).rename(folder / new)
        assert archive.index(folder).moved == 1
    assert ids(archive) == before
    assert archive.index(folder, force=True).unchanged == 3


def test_a_copy_is_no_second_article_and_takes_over_when_the_first_goes(
    archive: Archive, folder: Path
) -> None:
    (folder / "0 copy of a.txt").write_bytes((folder / "a.txt").read_bytes())
    (folder / "z.txt").write_bytes((folder / "a.txt").read_bytes())
    report = archive.index(folder)
    assert (report.added, report.repeated, len(archive)) == (3, 2, 3)
    before = archive.search("alpha").hits[0]
    assert archive.index(folder).files_unchanged == 5
    for gone, heir in (("0 copy of a.txt", "a.txt"), ("a.txt", "z.txt")):
        (folder / gone).unlink()
        report = archive.index(folder)
        assert (report.moved, report.removed, len(archive)) == (1, 0, 3)
        hit = archive.search("alpha").hits[0]
        assert (hit.id, hit.path) == (before.id, str(folder / heir))
    (folder / "z.txt").unlink()
    assert archive.index(folder).removed == 1


def test_a_copy_that_is_edited_is_an_article_of_its_own(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    before = ids(archive)
    (folder / "k.txt").write_bytes((folder / "a.txt").read_bytes())
    assert archive.index(folder).repeated == 1
    story(folder / "k.txt", "golf")
    report = archive.index(folder)
    assert (report.added, report.updated, len(archive)) == (1, 0, 4)
    assert ids(archive)["a.txt"] == before["a.txt"]
    # And back again.
    (folder / "k.txt").write_bytes((folder / "a.txt").read_bytes())
    report = archive.index(folder)
    assert (report.repeated, report.removed, len(archive)) == (1, 1, 3)


def test_the_first_that_is_edited_keeps_its_id_and_leaves_the_copy(
    archive: Archive, folder: Path
) -> None:
    (folder / "0 backup.txt").write_bytes((folder / "a.txt").read_bytes())
    archive.index(folder)
    (folder / "z.txt").write_bytes((folder / "b.txt").read_bytes())
    archive.index(folder)
    before = archive.search("bravo").hits[0].id
    story(folder / "b.txt", "hotel")
    report = archive.index(folder)
    assert (report.added, report.updated, report.removed) == (1, 1, 0)
    assert archive.search("hotel").hits[0].id == before
    assert archive.search("bravo").total == 1


def test_files_that_are_only_touched_stay_what_they_are(archive: Archive, folder: Path) -> None:
    (folder / "0.txt").write_bytes((folder / "a.txt").read_bytes())
    archive.index(folder)
    before = archive.search("alpha").hits[0]
    for names in (("0.txt",), ("a.txt",), ("0.txt", "a.txt")):
        for name in names:
            os.utime(folder / name, (len(names), len(names[0])))
        report = archive.index(folder)
        assert (report.added, report.removed, report.moved) == (0, 0, 0)
        hit = archive.search("alpha").hits[0]
        assert (hit.id, hit.path, len(archive)) == (before.id, before.path, 3)


def test_a_move_in_a_dry_run_is_told_and_not_done(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    before = ids(archive)
    (folder / "a.txt").rename(folder / "n.txt")
    for _ in range(2):
        report = archive.index(folder, dry_run=True)
        assert (report.moved, report.removed, report.added) == (1, 0, 0)
    assert ids(archive) == before


def test_copies_of_a_broken_file_are_listed_too(archive: Archive, folder: Path) -> None:
    for name in ("x.json", "y.json"):
        (folder / name).write_text("{ broken")
    for _ in range(2):
        report = archive.index(folder)
        assert sorted(Path(e.path).name for e in report.failed) == ["x.json", "y.json"]
    assert sorted(Path(path).name for path in archive.stats().failed) == ["x.json", "y.json"]
    (folder / "x.json").unlink()
    assert [Path(e.path).name for e in archive.index(folder).failed] == ["y.json"]


def test_a_broken_file_that_goes_takes_its_old_articles_with_it(
    archive: Archive, folder: Path
) -> None:
    path = folder / "wire.jsonl"
    jsonl(path, ("1", "rescued"))
    archive.index(folder)
    path.write_text("{ broken\n{ broken\n")
    assert archive.index(folder).files_retried == 0
    assert archive.index(folder).files_retried == 1
    assert archive.search("rescued").total == 1
    path.unlink()
    assert archive.index(folder).removed == 1
    assert archive.stats().failed == {}
