"""Does an index agree with its folder after the folder changes?"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from random import Random

import pytest

from searcher import Archive, ReadError
from searcher.indexing import run
from tests.indexing.news_folder import archive, changes, folder, jsonl, story

__all__ = ["archive", "folder"]


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


def test_a_large_file_is_spread_over_workers_and_comes_back_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that a small file is a large one, of some thirty parts.
    monkeypatch.setattr(run, "_LARGE_FILE_BYTES", 400_000)
    monkeypatch.setattr(run, "_TASK_BYTES", 20_000)
    path = tmp_path / "big.jsonl"
    body = "many words of no great importance " * 40
    jsonl(path, *((str(i), f"{body} story{i}") for i in range(400)))
    assert path.stat().st_size > 400_000
    archive = Archive.create(tmp_path / "index")
    seen: list[int] = []
    report = archive.index(path, workers=2, on_progress=lambda p: seen.append(p.articles))
    assert (report.added, report.failed) == (400, [])
    assert seen[-1] == 400
    assert archive.search("story399").total == 1
    assert archive.index(path).files_unchanged == 1


def test_memory_stays_near_the_budget(tmp_path: Path) -> None:
    random = Random(1)  # texts that have nothing in common, so that none is compared
    path = tmp_path / "big.jsonl"
    texts = (" ".join(f"w{random.randrange(9973)}" for _ in range(200)) for _ in range(1000))
    jsonl(path, *((str(i), text) for i, text in enumerate(texts)))
    archive = Archive.create(tmp_path / "index")
    archive.index(path, workers=0, memory_mb=2)
    assert archive.stats().generation > 1
    assert len(archive) == 1000
