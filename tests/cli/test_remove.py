"""Does `searcher remove` tell paths, ids and queries apart?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .helpers import quick


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for word in ("alpha", "bravo", "charlie"):
        text = f"Title: About {word}\nSource: {word} post\n\nThe {word} story is told here.\n"
        (folder / f"{word}.txt").write_text(text)
    assert quick("index", folder, "--index", tmp_path / "index").code == 0
    return folder


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    return tmp_path / "index"


def count(index: Path) -> int:
    return int(quick("stats", "--index", index, "--json").json["articles"])


def test_a_folder_that_is_gone_is_dropped(folder: Path, index: Path) -> None:
    shutil.rmtree(folder)
    told = quick("index", folder, "--index", index)
    assert told.code == 2 and "searcher remove" in told.err
    dry = quick("remove", folder, "--index", index, "--dry-run")
    assert (dry.code, count(index)) == (0, 3)
    assert "3 articles would be removed" in dry.out and "alpha.txt" in dry.out
    done = quick("remove", folder, "--index", index)
    assert (done.code, done.out) == (0, "3 articles removed, of 3 files\n")
    assert count(index) == 0


def test_an_id_and_a_query_drop_articles(index: Path) -> None:
    id = quick("query", "alpha", "--ids", "--index", index).out.strip()
    done = quick("remove", id[:7], "--index", index, "--json")
    assert done.json["ids"] == [id] and done.json["removed"] == 1
    assert quick("remove", "--query", "bravo", "--index", index, "--quiet").out == ""
    assert count(index) == 1
    assert quick("remove", "--query", "zulu", "--index", index).code == 1


def test_a_query_needs_no_option_if_it_cannot_be_anything_else(index: Path) -> None:
    assert quick("remove", "source:bravo*", "--index", index, "--json").json["removed"] == 1
    assert quick("remove", '"charlie story"', "--index", index, "--json").json["removed"] == 1
    assert count(index) == 1


@pytest.mark.parametrize("name", ["*", "alpha", "story told", "/somewhere/else"])
def test_a_name_that_is_not_there_is_no_query(index: Path, name: str) -> None:
    done = quick("remove", name, "--index", index)
    assert done.code == 2 and "no file or folder" in done.err
    assert ("--query" in done.err) == ("/" not in name)
    assert count(index) == 3


def test_everything_goes_only_when_it_is_said(index: Path) -> None:
    done = quick("remove", "--query", "*", "--index", index)
    assert done.code == 2 and "--all" in done.err
    assert quick("remove", "--index", index).code == 2
    assert count(index) == 3
    assert quick("remove", "--all", "--index", index).code == 0
    assert count(index) == 0
