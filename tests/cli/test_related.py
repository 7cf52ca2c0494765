"""`searcher related`, and `searcher query --recent`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.helpers import ROOT, command, environment, quick, run


@pytest.fixture
def talks(index: Path) -> str:
    return quick("query", "truce", "--limit", "1", "--ids", "--index", index).out.strip()


def test_related_says_what_ties_each_article(index: Path, talks: str) -> None:
    done = quick("related", talks, "--index", index)
    assert done.code == 0
    assert "shares " in done.out and talks not in done.out
    assert "words with" in done.err and "asked: " in done.err


def test_related_json_has_the_agreed_shape(index: Path, talks: str) -> None:
    done = quick("related", talks, "--index", index, "--json", "--limit", "3")
    assert list(done.json) == ["id", "title", "query", "total", "took_ms", "related"]
    assert done.json["id"] == talks
    assert len(done.json["related"]) == 3
    for found in done.json["related"]:
        assert found["words"] and found["id"] != talks and "snippet" in found
    ids = quick("related", talks, "--index", index, "--ids", "--limit", "2", "--offset", "1")
    assert ids.out.split() == [found["id"] for found in done.json["related"][1:]]
    again = quick("query", done.json["query"], "--index", index, "--json")
    assert again.json["understood"] == done.json["query"]


def test_related_takes_a_file_and_a_pipe(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text("Truce in Tripoli\n\nA truce was signed in Tripoli near the airport.\n")
    given = quick("related", file, "--index", index, "--json")
    piped = subprocess.run(
        command("related", "-", "--index", index, "--json"),
        input=file.read_bytes(),
        capture_output=True,
        env=environment(),
        check=True,
        timeout=120,
    )
    assert given.json["title"] == "Truce in Tripoli"
    assert [f["id"] for f in given.json["related"]]
    assert b'"Truce in Tripoli"' in piped.stdout


def test_related_refuses_what_is_no_single_article(index: Path, tmp_path: Path) -> None:
    several = ROOT / "corpus" / "jsonl" / "meridian.jsonl"
    done = quick("related", several, "--index", index)
    assert done.code == 2 and "several articles" in done.err and "--record" in done.err
    assert quick("related", several, "--record", "2", "--index", index).code in (0, 1)
    assert quick("related", several, "--record", "9999", "--index", index).code == 2
    nowhere = run("related", "nowhere", "--index", index)
    assert nowhere.returncode == 2 and b"is no file, and no article has the id" in nowhere.stderr
    assert quick("related", "x", "--older", "--newer", "--index", index).code == 2


def test_related_exits_with_1_when_nothing_is_found(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text("Zzyx\n\nQwxq zzyx.\n")
    assert quick("related", file, "--index", index).code == 1


def test_recent_takes_days_or_auto(index: Path) -> None:
    done = quick("query", "truce", "--recent", "30", "--index", index)
    assert done.code == 0 and "half-life 30 days" in done.err
    as_json = quick("query", "truce", "--recent", "30", "--index", index, "--json").json
    assert as_json["half_life_days"] == 30
    assert quick("query", "truce", "--recent", "auto", "--index", index).code == 0
    for bad in ("0", "soon", "-1", "nan"):
        refused = quick("query", "truce", f"--recent={bad}", "--index", index)
        assert refused.code == 2 and "a number of days or auto" in refused.err
