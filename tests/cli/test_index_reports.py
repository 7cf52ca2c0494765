"""What `searcher index` reports and how it exits, and which index it writes."""

from __future__ import annotations

import json
from pathlib import Path

from .helpers import quick, run, snapshot_of, write_articles


def test_index_json_is_a_report_of_the_agreed_shape(corpus: Path, tmp_path: Path) -> None:
    done = quick("index", corpus / "malformed", "--index", tmp_path / "index", "--json")
    assert done.code == 0 and done.err == ""
    assert list(done.json) == [
        "added",
        "updated",
        "unchanged",
        "removed",
        "repeated",
        "failed",
        "files",
        "files_unchanged",
        "bytes_read",
        "took_s",
        "dry_run",
        "moved",
        "without_text",
        "boilerplate_blocks",
        "boilerplate_articles",
        "files_retried",
        "left_out",
        "left_out_files",
        "unused_keys",
    ]
    assert done.json["failed"]
    for failure in done.json["failed"]:
        assert list(failure) == ["path", "record", "line", "reason"]


def test_index_adds_updates_skips_and_removes(tmp_path: Path) -> None:
    folder, index = tmp_path / "files", tmp_path / "index"
    write_articles(folder, one="First", two="Second")
    done = quick("index", folder, "--index", index)
    assert done.code == 0 and done.err == ""
    assert done.out.startswith("2 articles added; read 2 files in ")
    assert quick("index", folder, "--index", index).out.startswith("nothing has changed")
    write_articles(folder, one="Another headline", three="Third")
    (folder / "two.txt").unlink()
    done = quick("index", folder, "--index", index)
    assert done.out.startswith("1 article added, 1 updated, 1 removed; read 2 files in ")
    forced = quick("index", folder, "--index", index, "--force", "--json").json
    assert (forced["unchanged"], forced["files_unchanged"]) == (2, 0)
    assert quick("index", folder, "--index", index, "--quiet").out == ""


def test_dry_run_changes_nothing_and_makes_nothing(tmp_path: Path) -> None:
    folder, index = tmp_path / "files", tmp_path / "index"
    write_articles(folder, one="First")
    done = quick("index", folder, "--index", index, "--dry-run")
    assert done.code == 0 and "dry run" in done.out and "1 article added" in done.out
    assert not index.exists()
    quick("index", folder, "--index", index)
    before = snapshot_of(index)
    write_articles(folder, one="Changed", two="New")
    report = quick("index", folder, "--index", index, "--dry-run", "--json").json
    assert (report["added"], report["updated"], report["dry_run"]) == (1, 1, True)
    assert snapshot_of(index) == before


def test_failures_are_listed_and_fail_only_when_strict_or_when_nothing_was_read(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "broken.json").write_text("{,,}")
    done = quick("index", folder, "--index", tmp_path / "a")
    assert done.code == 2 and "broken.json" in done.err
    write_articles(folder, one="First")
    done = quick("index", folder, "--index", tmp_path / "b")
    assert done.code == 0 and "broken.json" in done.err
    assert "1 file could not be read" in done.out
    assert quick("index", folder, "--index", tmp_path / "c", "--strict").code == 2


def test_more_than_twenty_failures_are_cut_short(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(25):
        (folder / f"{number:02}.json").write_text("{,,}")
    done = quick("index", folder, "--index", tmp_path / "index")
    lines = done.err.splitlines()
    assert len(lines) == 21 and lines[-1] == "and 5 more (--json lists all)"
    as_json = quick("index", folder, "--index", tmp_path / "index", "--json")
    assert as_json.code == 2 and len(as_json.json["failed"]) == 25


def test_exclude_leaves_files_out(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_articles(folder, one="First", two="Second", other="Third")
    args = ["index", folder, "--index", tmp_path / "index", "--json"]
    assert quick(*args, "--exclude", "t*.txt", "--exclude", "one.*").json["added"] == 1


def test_map_names_the_keys_of_fields(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text(json.dumps({"zz": "Ferry sunk", "inner": {"prose": "It went down."}}))
    mapping = ["--map", "title=zz", "--map", "body=inner.prose"]
    article = quick("extract", file, "--json", *mapping).json
    assert (article["title"], article["body"]) == ("Ferry sunk", "It went down.")
    assert quick("index", file, "--index", tmp_path / "i", "--json", *mapping).json["added"] == 1
    for bad in ("zz", "nofield=zz", "title="):
        done = quick("extract", file, "--map", bad)
        assert done.code == 2 and "FIELD=KEY" in done.err


def test_a_path_that_does_not_exist_makes_no_index(tmp_path: Path) -> None:
    done = quick("index", tmp_path / "nowhere", "--index", tmp_path / "index")
    assert done.code == 2 and "nowhere" in done.err
    assert not (tmp_path / "index").exists()


def test_the_language_of_an_index_cannot_change(tmp_path: Path) -> None:
    write_articles(tmp_path / "files", one="Häuser")
    args = ["index", tmp_path / "files", "--index", tmp_path / "index"]
    assert quick(*args, "--language", "de").code == 0
    assert quick("stats", "--index", tmp_path / "index", "--json").json["language"] == "de"
    assert quick(*args, "--language", "de").code == 0
    assert quick(*args).code == 0
    done = quick(*args, "--language", "fr")
    assert done.code == 2 and "de" in done.err


def test_the_index_is_named_by_option_or_environment_or_is_called_index(tmp_path: Path) -> None:
    write_articles(tmp_path / "files", one="First")
    assert run("index", "files", cwd=tmp_path).returncode == 0
    assert (tmp_path / "index").is_dir()
    assert run("query", "harbour", cwd=tmp_path).returncode == 0
    other = {"SEARCHER_INDEX": "other"}
    assert run("query", "harbour", cwd=tmp_path, env=other).returncode == 2
    assert run("query", "harbour", "--index", "index", cwd=tmp_path, env=other).returncode == 0
