"""Does an index agree with its folder after the folder changes?"""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from searcher import Archive, ReadError, Report


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "old").mkdir(parents=True)
    for name, word in (("a", "alpha"), ("b", "bravo"), ("old/c", "charlie")):
        story(folder / f"{name}.txt", word)
    return folder


def story(path: Path, *words: str) -> None:
    path.write_text(f"Title: About {words[0]}\n\nThe {' '.join(words)} story is told here.\n")


def jsonl(path: Path, *articles: tuple[str, str]) -> None:
    lines = [
        json.dumps({"url": f"https://e.org/{u}", "title": "T", "body": b}) for u, b in articles
    ]
    path.write_text("\n".join(lines) + "\n")


def changes(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


def test_new_files_are_added_and_found(archive: Archive, folder: Path) -> None:
    report = archive.index(folder)
    assert changes(report) == (3, 0, 0, 0)
    assert archive.search("charlie").hits[0].path == str(folder / "old" / "c.txt")


def test_a_second_run_reads_nothing(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    report = archive.index(folder)
    assert changes(report) == (0, 0, 0, 0)
    assert (report.files, report.files_unchanged, report.bytes_read) == (3, 3, 0)


def test_a_changed_file_is_updated(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    story(folder / "a.txt", "delta")
    assert changes(archive.index(folder)) == (0, 1, 0, 0)
    assert archive.search("alpha").total == 0
    assert archive.search("delta").total == 1


def test_a_touched_file_is_read_and_found_unchanged(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    os.utime(folder / "a.txt", (1, 1))
    assert changes(archive.index(folder)) == (0, 0, 1, 0)
    assert len(archive) == 3


def test_a_vanished_file_is_removed(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    (folder / "old" / "c.txt").unlink()
    assert changes(archive.index(folder)) == (0, 0, 0, 1)
    assert archive.search("charlie").total == 0


def test_files_outside_the_given_folder_stay(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    (folder / "a.txt").unlink()
    assert changes(archive.index(folder / "old")) == (0, 0, 0, 0)
    assert len(archive) == 3


def test_a_dry_run_says_what_it_would_do_and_does_nothing(archive: Archive, folder: Path) -> None:
    archive.index(folder)
    generation = archive.stats().generation
    story(folder / "a.txt", "delta")
    story(folder / "d.txt", "echo")
    (folder / "b.txt").unlink()
    report = archive.index(folder, dry_run=True)
    assert changes(report) == (1, 1, 0, 1)
    assert archive.stats().generation == generation
    assert changes(archive.index(folder)) == (1, 1, 0, 1)


def test_records_that_leave_a_file_are_removed(archive: Archive, folder: Path) -> None:
    jsonl(folder / "wire.jsonl", ("1", "one"), ("2", "two"), ("3", "three"))
    archive.index(folder)
    jsonl(folder / "wire.jsonl", ("1", "one"), ("3", "three and more"), ("4", "four"))
    assert changes(archive.index(folder)) == (1, 1, 1, 1)
    assert archive.search("two").total == 0


def test_the_last_of_two_files_with_one_article_wins(archive: Archive, folder: Path) -> None:
    jsonl(folder / "w1.jsonl", ("1", "early version"))
    jsonl(folder / "w2.jsonl", ("1", "late version"))
    report = archive.index(folder)
    assert (report.added, report.repeated) == (4, 1)
    assert archive.search("early").total == 0
    assert archive.search("late").total == 1


def test_an_article_comes_back_when_the_file_that_replaced_it_goes(
    archive: Archive, folder: Path
) -> None:
    jsonl(folder / "w1.jsonl", ("1", "early version"))
    jsonl(folder / "w2.jsonl", ("1", "late version"))
    archive.index(folder)
    (folder / "w2.jsonl").unlink()
    archive.index(folder)
    assert archive.search("early").total == 1


def test_an_article_that_moves_to_another_file_stays(archive: Archive, folder: Path) -> None:
    jsonl(folder / "w2.jsonl", ("1", "the story"), ("2", "other"))
    archive.index(folder)
    jsonl(folder / "w1.jsonl", ("1", "the story"))
    jsonl(folder / "w2.jsonl", ("2", "other"))
    archive.index(folder)
    assert archive.search('"the story"').total == 1
    assert archive.search("other").total == 1


def test_a_file_that_breaks_keeps_its_old_articles_and_is_tried_again(
    archive: Archive, folder: Path
) -> None:
    path = folder / "wire.jsonl.gz"
    whole = gzip.compress(b'{"title": "T", "body": "rescued"}\n' * 1)
    path.write_bytes(whole)
    archive.index(folder)
    path.write_bytes(whole[:-9])
    for _ in range(2):
        report = archive.index(folder)
        assert [error.path for error in report.failed] == [str(path)]
        assert archive.search("rescued").total == 1
    path.write_bytes(whole)
    assert archive.index(folder).failed == []


def test_bad_files_are_listed_and_stop_nothing(archive: Archive, folder: Path) -> None:
    (folder / "0-broken.json").write_text("{")
    (folder / "m-binary.txt").write_bytes(bytes(range(256)) * 20)
    report = archive.index(folder)
    assert report.added == 3
    assert sorted(Path(e.path).name for e in report.failed) == ["0-broken.json", "m-binary.txt"]
    assert all(error.reason for error in report.failed)


def test_excluded_hidden_and_ignored_files_are_left_out(archive: Archive, folder: Path) -> None:
    story(folder / ".hidden.txt", "hidden")
    story(folder / "draft-1.txt", "draft")
    story(folder / "old" / "notes.txt", "notes")
    (folder / ".searcherignore").write_text("# not articles\nold/notes.txt\n")
    assert archive.index(folder, exclude=["draft-*"]).added == 3


def test_links_to_folders_pipes_and_devices_are_not_followed(
    archive: Archive, folder: Path
) -> None:
    (folder / "loop").symlink_to(folder)
    (folder / "endless.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.txt")
    assert archive.index(folder).added == 3


def test_a_name_that_is_not_utf8_is_read(archive: Archive, folder: Path) -> None:
    path = os.fsencode(folder) + b"/caf\xe9.txt"
    with open(path, "wb") as file:
        file.write(b"Title: Odd\n\nA name in latin-1.\n")
    report = archive.index(folder)
    assert (report.added, report.failed) == (4, [])
    assert archive.index(folder).files_unchanged == 4
    os.unlink(path)
    assert archive.index(folder).removed == 1


def test_a_path_that_does_not_exist_is_an_error(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="No such file"):
        archive.index(tmp_path / "nowhere")


def test_the_map_of_fields_reaches_the_reader(archive: Archive, folder: Path) -> None:
    (folder / "x.json").write_text(json.dumps({"kop": "Vrede", "lap": {"tekst": "Een bestand."}}))
    archive.index(folder / "x.json", field_map={"title": "kop", "body": "lap.tekst"})
    assert archive.search("bestand").hits[0].title == "Vrede"


def test_workers_make_the_same_index_as_none(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for i in range(120):
        story(folder / f"{i}.txt", f"word{i}", f"tens{i // 10}")
    jsonl(folder / "wire.jsonl", *((str(i), f"body of wire {i}") for i in range(50)))
    (folder / "broken.json").write_text("{")
    rows = []
    for workers in (0, 2):
        archive = Archive.create(tmp_path / f"index{workers}")
        report = archive.index(folder, workers=workers)
        assert (report.added, len(report.failed)) == (170, 1)
        found = archive.search("tens3 OR wire", limit=None)
        rows.append([(hit.id, hit.score) for hit in found])
    assert rows[0] == rows[1]
    assert len(rows[0]) == 60


def test_a_large_file_is_spread_over_workers_and_comes_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    body = "many words of no great importance " * 40
    jsonl(path, *((str(i), f"{body} story{i}") for i in range(4000)))
    assert path.stat().st_size > 4_000_000
    archive = Archive.create(tmp_path / "index")
    seen: list[int] = []
    report = archive.index(path, workers=2, on_progress=lambda p: seen.append(p.articles))
    assert (report.added, report.failed) == (4000, [])
    assert seen[-1] == 4000
    assert archive.search("story3999").total == 1
    assert archive.index(path).files_unchanged == 1


def test_memory_stays_near_the_budget(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    jsonl(
        path, *((str(i), " ".join(f"w{i * 7 % 9973 + j}" for j in range(200))) for i in range(9000))
    )
    archive = Archive.create(tmp_path / "index")
    archive.index(path, workers=0, memory_mb=20)
    assert archive.stats().generation > 1
    assert len(archive) == 9000


# ---------------------------------------------------------------- moves and copies


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


# ---------------------------------------------------------------- nothing in silence


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


# ---------------------------------------------------------------- pruning


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
