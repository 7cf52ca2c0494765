"""The same commands with an address as with a directory, on a real cluster of one node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searcher import Archive
from tests.cluster.nodes import Nodes

SECRET = "hunter2-is-secret"


@pytest.fixture
def address(one_node: Nodes) -> Iterator[str]:
    """Of an archive that is not there yet, and is gone afterwards."""
    yield one_node.url("cmd")
    for name in one_node.ask(0, "GET", "/cmd*/_alias"):
        one_node.ask(0, "DELETE", f"/{name}")


def searcher(*arguments: str, code: int | None = 0, **environment: str) -> Any:
    """What a command prints, as JSON where it is; its exit code must be `code`."""
    done = subprocess.run(
        [sys.executable, "-m", "searcher", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "SEARCHER_OPENSEARCH_PASSWORD": SECRET, **environment},
        timeout=300,
    )
    assert SECRET not in done.stdout + done.stderr
    assert code is None or done.returncode == code, done.stdout + done.stderr
    said = done.stdout or done.stderr
    return json.loads(said) if said.lstrip().startswith(("{", "[")) else said


def texts(folder: Path, *titles: str) -> Path:
    folder.mkdir()
    for number, title in enumerate(titles):
        (folder / f"{number}.txt").write_text(f"{title}\n\nThe truce of {title} was told.\n")
    return folder


def test_an_archive_is_filled_searched_and_emptied(address: str, tmp_path: Path) -> None:
    folder = str(texts(tmp_path / "t", "One", "Two", "Three"))
    at = ("--index", address)
    assert "dry run" in searcher("index", folder, *at, "--dry-run")
    assert "no such index" in searcher("query", "truce", *at, code=2)
    assert searcher("index", folder, *at, "--json")["added"] == 3
    assert searcher("index", folder, *at, "--json")["files_unchanged"] == 3
    found = searcher("query", "truce", *at, "--json")
    assert found["total"] == 3
    one = found["hits"][0]["id"]
    assert searcher("show", one, *at, "--json")["id"] == one
    assert searcher("stats", *at, "--json")["articles"] == 3
    quoted = searcher("quote", "the TRUCE of two", *at, "--json")
    assert (quoted["verdict"], quoted["total"]) == ("folded", 1)
    assert searcher("related", one, *at, "--json", code=None)["id"] == one
    assert searcher("query", "truce", "--expand", *at, "--json")["total"] == 3
    status = searcher("cluster", "status", *at, "--json")
    assert (status["status"], status["articles"]) == ("green", 3)
    assert "cannot be optimized" in searcher("optimize", *at, code=2)
    assert "cannot be checked" in searcher("check", *at, code=2)
    assert searcher("remove", one, *at, "--json")["removed"] == 1
    assert (
        searcher("remove", "--query", "two OR three OR one", *at, "--all", "--json")["removed"] == 2
    )


def test_an_alert_rings_for_what_was_indexed_since(address: str, tmp_path: Path) -> None:
    folder = texts(tmp_path / "t", "One")
    at = ("--index", address)
    kept: dict[str, Any] = {"SEARCHER_OPENSEARCH_ALERTS": str(tmp_path / "alerts")}
    searcher("index", str(folder), *at)
    searcher("alert", "add", "truces", "truce w/3 told", *at, **kept)
    assert searcher("alert", "run", *at, "--json", code=1, **kept) is not None
    (folder / "new.txt").write_text("New\n\nThe truce was told again.\n")
    searcher("index", str(folder), *at)
    assert "New" in searcher("alert", "run", *at, **kept)
    searcher("alert", "run", *at, code=1, **kept)


def test_an_archive_moves_to_a_cluster_and_back(address: str, tmp_path: Path) -> None:
    folder = texts(tmp_path / "t", "One", "Two", "Three")
    (folder / "s.json").write_text(
        '[{"title": "T", "body": "old text", "url": "http://x.example/1", "version": "1"},'
        ' {"title": "T", "body": "new text", "url": "http://x.example/1", "version": "2",'
        ' "country": "fr"}]'
    )
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    with Archive.create(first, values=["country"]) as archive:
        archive.index(folder)
    there = searcher("copy", first, address, "--shards", "2", "--json")
    assert there["same"] and there["articles"] == 5 and there["files"] == 4
    assert searcher("index", str(folder), "--index", address, "--json")["files_unchanged"] == 4
    assert searcher("query", "country:fr", "--index", address, "--json")["total"] == 1
    back = searcher("copy", address, second, "--json")
    assert back["same"] and back["hash"] == there["hash"]
    with Archive.open(first) as one, Archive.open(second) as two:
        for query in ("truce", "status:superseded", "country:fr", "text"):
            assert one.ids(query) == two.ids(query)
    (folder / "new.txt").write_text("New\n\nNew.\n")
    searcher("index", str(folder), "--index", address)
    differs = searcher("copy", first, address, "--json", code=1)
    assert (differs["same"], differs["target_articles"]) == (False, 6)
    assert "has no shards" in searcher("copy", first, str(tmp_path / "x"), "--shards", "2", code=2)


def test_an_archive_is_made_rolled_over_and_made_anew(address: str) -> None:
    at = ("--index", address)
    assert "is there, and empty" in searcher("cluster", "create", *at, "--language", "de")
    assert "of this name" in searcher("cluster", "create", *at, code=2)
    assert "cmd-000002" in searcher("cluster", "rollover", *at)
    assert searcher("cluster", "reindex", *at, "--json") == [
        {"old": "cmd-000001", "new": "cmd-000003", "articles": 0},
        {"old": "cmd-000002", "new": "cmd-000004", "articles": 0},
    ]
    said = searcher("cluster", "status", *at)
    assert "cmd-000004" in said and "written to" in said
    assert "missing" in searcher("cluster", "snapshot", "none", "x", *at, code=2)


def test_what_is_no_address_is_said(tmp_path: Path) -> None:
    assert "opensearch://" in searcher("cluster", "status", "--index", str(tmp_path), code=2)
    url = f"opensearch://anna:{SECRET}@localhost:1/news"
    for arguments in (("query", "x"), ("index", str(tmp_path)), ("cluster", "status"), ("stats",)):
        assert "no connection" in searcher(*arguments, "--index", url, code=2)
