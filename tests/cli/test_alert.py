"""What `searcher alert` prints and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .helpers import quick, run


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    write(tmp_path, "old", "Old truce")
    assert quick("index", tmp_path / "news", "--index", tmp_path / "index").code == 0
    return tmp_path


def write(folder: Path, name: str, title: str) -> None:
    (folder / "news" / f"{name}.txt").write_text(f"{title}\n\n{title}: the harbour is closed.\n")


def update(folder: Path) -> None:
    assert quick("index", folder / "news", "--index", folder / "index").code == 0


def test_add_says_how_the_query_is_read_and_how_often_it_would_have_rung(made: Path) -> None:
    done = quick("alert", "add", "truce", "truce harbour", "--index", made / "index")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("truce: asks +truce +harbour; the archive has no dated article")


def test_run_prints_what_is_new_once(made: Path) -> None:
    quick("alert", "add", "truce", "truce", "--index", made / "index")
    write(made, "new", "New truce")
    update(made)
    done = run("alert", "run", "--index", made / "index")
    assert done.returncode == 0
    assert b"truce: 1 new article for truce\n\n1. New truce\n" in done.stdout
    again = quick("alert", "run", "--index", made / "index")
    assert (again.code, again.out) == (1, "")
    assert again.err == "nothing new for any alert; 0 articles arrived\n"


def test_run_json_is_a_line_for_each_delivery_and_failure(made: Path) -> None:
    for words in (
        ("printed", "truce"),
        ("placed", "truce", "--to", f"{made}/out/", "--format", "eml"),
        ("failing", "truce", "--to", "/nowhere/program x", "--format", "command"),
    ):
        quick("alert", "add", *words, "--index", made / "index")
    write(made, "new", "New truce")
    update(made)
    done = quick("alert", "run", "--json", "--index", made / "index")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 2 and [line["alert"] for line in lines] == ["printed", "placed", "failing"]
    assert list(lines[0]) == [
        "alert",
        "run",
        "query",
        "understood",
        "at",
        "total",
        "articles",
        "hits",
        "late_copies",
    ]
    assert lines[0]["run"] == "printed-000001" and lines[0]["hits"][0]["title"] == "New truce"
    assert list(lines[2]) == ["alert", "error"] and "cannot be started" in lines[2]["error"]
    assert done.err.startswith("searcher: alert failing: /nowhere/program cannot be started")


def test_list_shows_the_alerts_and_their_places(made: Path) -> None:
    assert quick("alert", "list", "--index", made / "index").code == 1
    quick("alert", "add", "truce", "truce", "--to", made / "a.atom", "--format", "atom",
          "--source", "The Post", "--index", made / "index")  # fmt: skip
    done = quick("alert", "list", "--index", made / "index")
    assert done.out.startswith("truce  truce\n   added ")
    assert done.out.endswith(f"; of The Post; atom to {made}/a.atom\n")
    shown = quick("alert", "list", "--json", "--index", made / "index").json
    assert [list(one) for one in shown] == [
        ["name", "query", "sources", "to", "command", "form", "added", "group", "trusted"]
    ]


def test_what_was_not_added_here_is_named_and_delivered_once_it_is_trusted(made: Path) -> None:
    quick("alert", "add", "truce", "truce", "--to", "touch ran", "--format", "command",
          "--index", made / "index")  # fmt: skip
    (made / "index").rename(made / "moved")
    (made / "index.alerts").rename(made / "moved.alerts")
    done = quick("alert", "list", "--index", made / "moved")
    assert done.out.endswith("; to the program touch ran\n   not delivered: it was not added here "
                             "by you (alert trust)\n")  # fmt: skip
    assert quick("alert", "list", "--json", "--index", made / "moved").json[0]["trusted"] is False
    done = quick("alert", "run", "--index", made / "moved")
    assert done.code == 2 and done.err.startswith(
        "searcher: alert truce: nothing is delivered, because it was not added here by you"
    )
    assert "it runs touch ran; if that is what you want: searcher alert trust truce" in done.err
    assert quick("alert", "trust", "peace", "--index", made / "moved").code == 2
    done = quick("alert", "trust", "truce", "--index", made / "moved")
    assert done.code == 0 and done.err.endswith("; to the program touch ran\n")
    assert quick("alert", "run", "--index", made / "moved").code == 1
    assert quick("alert", "list", "--json", "--index", made / "moved").json[0]["trusted"] is True


def test_test_says_how_often_a_query_would_have_rung(index: Path) -> None:
    done = quick("alert", "test", "libya", "--days", 5000, "--sample", 1, "--index", index)
    assert done.code == 0 and done.out.startswith("1. ")
    assert "asks libya; in the last 5,000 days of the archive it would have rung for" in done.err
    shown = quick("alert", "test", "libya", "--days", 5000, "--json", "--index", index).json
    assert list(shown) == [
        *("query", "understood", "first", "last", "days", "total", "undated", "in_days", "mean"),
        *("most", "days_rung", "counts", "sample"),
    ]
    assert sum(day["count"] for day in shown["counts"]) == shown["in_days"] > 0
    assert quick("alert", "test", "zeppelin", "--index", index).code == 1


def test_remove_and_skip_say_what_they_did(made: Path) -> None:
    quick("alert", "add", "truce", "truce", "--index", made / "index")
    write(made, "new", "New truce")
    update(made)
    done = quick("alert", "run", "--skip", "--index", made / "index")
    assert (done.code, done.err) == (0, "1 article counted as reported\n")
    assert quick("alert", "run", "--index", made / "index").code == 1
    assert quick("alert", "remove", "truce", "--index", made / "index").err == "1 alert removed\n"
    gone = quick("alert", "remove", "truce", "--index", made / "index")
    assert gone.code == 2 and gone.err == (
        "searcher: truce: there is no such alert; searcher alert list shows all\n"
    )


def test_errors_say_the_next_step(made: Path) -> None:
    for words, said in (
        (("add", "a/b", "truce"), "no name for an alert"),
        (("add", "a", "(truce"), "the query cannot be read"),
        (("add", "a", "truce", "--format", "command"), "say which program with --to"),
        (("add", "a", "truce", "--format", "eml"), "say where with --to"),
        (("run", "a"), "there is no such alert"),
    ):
        done = quick("alert", *words, "--index", made / "index")
        assert done.code == 2 and said in done.err, done.err
