"""What `searcher query --record` keeps, and what `searcher replay` says of it."""

from __future__ import annotations

import json
from pathlib import Path

from .helpers import quick, run


def test_a_search_is_recorded_and_asked_again(own_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "searches.jsonl"
    plain = quick("query", "truce", "--ids", "--index", own_index)
    kept = quick("query", "truce", "--ids", "--index", own_index, "--record", file, "--note", "N")
    assert (kept.code, kept.out) == (0, plain.out)
    record = json.loads(file.read_text())
    assert list(record) == [
        *("record", "at", "query", "understood", "note", "options", "constants", "total"),
        *("matching_all", "matched", "archive", "versions", "hits"),
    ]
    assert record["note"] == "N" and record["hits"][0]["id"] == plain.out.split()[0]
    again = run("replay", file, "--index", own_index)
    assert again.returncode == 0 and b"the same now, in the same order" in again.stdout
    assert quick("replay", file, "--index", own_index, "--quiet").out == ""


def test_what_differs_is_told_with_exit_code_1(own_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "searches.jsonl"
    quick("query", "truce", "--index", own_index, "--record", file)
    first = json.loads(file.read_text())["hits"][0]["id"]
    quick("remove", first, "--index", own_index)
    done = quick("replay", file, "--index", own_index)
    assert done.code == 1 and "gone: " in done.out and first in done.out
    shown = quick("replay", file, "--index", own_index, "--json").json
    assert list(shown) == [
        *("query", "at", "same", "unexplained", "total", "differences", "articles", "now"),
    ]
    assert shown["same"] is False and shown["articles"][0]["kind"] == "gone"
    sheet = quick("replay", file, "--index", own_index, "--methods")
    assert sheet.code == 1 and sheet.out.startswith("# How these searches were made\n")


def test_queries_of_a_file_are_recorded_each(own_index: Path, tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("truce\noil\n")
    file = tmp_path / "searches.jsonl"
    quick("query", "-f", tmp_path / "queries", "--index", own_index, "--record", file)
    assert [json.loads(line)["query"] for line in file.read_text().splitlines()] == ["truce", "oil"]


def test_what_is_no_record_is_an_error_and_stops_no_other(own_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "searches.jsonl"
    file.write_text('{"record": 7}\n')
    quick("query", "truce", "--index", own_index, "--record", file)
    done = quick("replay", file, "--index", own_index)
    assert done.code == 2 and "line 1: no record of a search" in done.err
    assert "1 article" in done.out or "articles; the same now" in done.out
    assert quick("replay", tmp_path / "nothing", "--index", own_index).code == 2
    assert quick("query", "truce", "--explain", "--record", file, "--index", own_index).code == 2
