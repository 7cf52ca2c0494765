"""What `show`, `stats`, `check` and `optimize` say of an index that is in order."""

from __future__ import annotations

import json
from pathlib import Path

from .helpers import ARTICLE_KEYS, quick


def test_show_json_is_one_object_of_the_agreed_shape(index: Path, truce_id: str) -> None:
    done = quick("show", truce_id, "--index", index, "--json")
    assert done.code == 0 and done.out.count("\n") == 1
    assert list(done.json) == ARTICLE_KEYS
    assert done.json["title"] == "Truce talks fail as Tripoli airport falls"
    assert done.json["byline"] == ["Ana Kovačević", "Tom Achterberg"]
    assert done.json["date"] == "2014-08-25" and done.json["record"] == 2


def test_show_prints_title_facts_and_body(index: Path, truce_id: str) -> None:
    done = quick("show", truce_id, "--index", index)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "Truce talks fail as Tripoli airport falls"
    assert "by       Ana Kovačević, Tom Achterberg" in lines
    assert "source   Meridian Wire" in lines
    assert lines[-1].endswith("Each also called for calm.")


def test_show_marks_what_a_query_matches(index: Path, truce_id: str) -> None:
    query = '"tripoli airport" talk* byline:kovačević'
    lines = quick("show", truce_id, "--query", query, "--index", index).out.splitlines()
    assert lines[0] == "Truce **talks** fail as **Tripoli airport** falls"
    assert "by       Ana **Kovačević**, Tom Achterberg" in lines
    as_json = quick("show", truce_id, "--query", query, "--index", index, "--json").json
    assert [as_json["title"][a:b] for a, b in as_json["marks"]["title"]] == [
        "talks",
        "Tripoli airport",
    ]
    name = as_json["byline"][0]
    assert [name[a:b] for a, b in as_json["marks"]["byline"][0]] == ["Kovačević"]
    assert as_json["marks"]["byline"][1] == []
    # What is not of the query, or only looks like it, is not marked: "airport" by itself.
    body = as_json["body"]
    marked = {body[a:b].lower() for a, b in as_json["marks"]["body"]}
    assert marked <= {"tripoli airport", "talk", "talks"}
    done = quick("show", truce_id, "--query", "title:(", "--index", index)
    assert done.code == 2 and "^" in done.err


def test_show_folds_lines_to_a_width(index: Path, truce_id: str) -> None:
    whole = quick("show", truce_id, "--index", index).out
    folded = quick("show", truce_id, "--width", "50", "--index", index).out
    facts = len("path     ")
    assert all(len(line) <= 50 or line[:facts].strip() in ("path",) for line in folded.splitlines())
    assert max(map(len, whole.splitlines())) > 96
    assert folded.split() == whole.split()
    assert quick("show", truce_id, "--width", "0", "--index", index).out == whole


def test_show_prints_several_articles_and_says_which_are_missing(index: Path) -> None:
    ids = quick("query", "truce", "--ids", "--limit", "2", "--index", index).out.split()
    done = quick("show", ids[0], "nowhere", ids[1], "--index", index, "--json")
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ids
    assert done.code == 1 and done.err.startswith("searcher: ") and "nowhere" in done.err


def test_show_takes_the_beginning_of_an_id_if_it_is_the_only_one(index: Path) -> None:
    id = quick("query", "quillwort", "--ids", "--index", index).out.strip()
    assert quick("show", id[:8], "--index", index, "--json").json["id"] == id
    # Of more than sixteen ids in hexadecimal, two begin alike.
    ids = quick("query", "*", "--ids", "--limit", "99", "--index", index).out.split()
    shared = next(one[0] for one in ids if sum(other[0] == one[0] for other in ids) > 1)
    several = quick("show", shared, "--index", index)
    assert several.code == 1 and several.out == "" and len(several.err.splitlines()) == 1


def test_stats_json_is_one_object_of_the_agreed_shape(index: Path) -> None:
    done = quick("stats", "--index", index, "--json")
    assert done.code == 0
    assert list(done.json) == [
        "path",
        "articles",
        "deleted",
        "segments",
        "generation",
        "language",
        "size_bytes",
        "words",
        "first_date",
        "last_date",
        "undated",
        "sources",
        "languages",
        "unsourced",
        "no_language",
        "files",
        "executor",
        "failed",
        "left_out",
        "settings",
        "values",
        "hidden",
        "files_unfinished",
        "analysis",
        "weights",
        "copies",
    ]
    assert done.json["first_date"] == "2011-05-05" and done.json["executor"].startswith(
        ("plain (", "native")
    )


def test_stats_prints_a_table(index: Path) -> None:
    done = quick("stats", "--index", index)
    labels = [line.split()[0] for line in done.out.splitlines()]
    assert labels == [
        "index", "articles", "words", "dates", "sources", "languages", "section", "stemmed",
        "copies", "size",
        "commit", "executor", "left", "folder",
    ]  # fmt: skip


def test_stats_counts_articles_by_source_and_language(tmp_path: Path) -> None:
    lines = [
        {"title": "One", "body": "b", "source": "Delta Ledger", "language": "en"},
        {"title": "Two", "body": "b", "source": "Delta ledger"},
        {"title": "Three", "body": "b", "source": "MX", "language": "fr"},
        {"title": "Four", "body": "b"},
    ]
    file = tmp_path / "four.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    assert quick("index", file, "--index", tmp_path / "i").code == 0
    found = quick("stats", "--index", tmp_path / "i", "--json").json
    assert found["sources"] in ({"Delta Ledger": 2, "MX": 1}, {"Delta ledger": 2, "MX": 1})
    assert found["languages"] == {"en": 1, "fr": 1}
    assert (found["unsourced"], found["no_language"]) == (1, 2)


def test_optimize_makes_one_segment_and_says_so(tmp_path: Path) -> None:
    index = tmp_path / "index"
    for number in (1, 2):
        page = tmp_path / f"{number}.txt"
        page.write_text(f"Headline {number}\n\nBody of a truce.\n")
        assert quick("index", page, "--index", index).code == 0
    done = quick("optimize", "--index", index, "--json")
    assert done.code == 0
    assert set(done.json) == {"index", "before", "after", "took_s"}
    assert (done.json["before"]["segments"], done.json["after"]["segments"]) == (2, 1)
    assert quick("query", "--ids", "truce", "--index", index).out.count("\n") == 2
    again = quick("optimize", "--index", index)
    assert again.code == 0 and again.out.startswith("1 segment (") and again.err == ""


def test_what_check_says_stands_in_columns(index: Path) -> None:
    lines = quick("check", "--index", index).out.splitlines()[:-1]
    assert len({line.index("  sound") for line in lines}) == 1
