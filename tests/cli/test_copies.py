"""`searcher copies`, `searcher groups`, and answers folded by texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.helpers import quick
from tests.copies.test_pairs import story


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    words = story(1)
    rows = [
        ("wire", "Flood", "2001-01-01", ["WEND (AP) -", *words]),
        ("herald", "Water", "2001-01-02", words[:150]),
        ("other", "Else", "2001-01-02", story(2)),
    ]
    names = ("id", "title", "date", "body")
    file = tmp_path / "articles.jsonl"
    file.write_text(
        "".join(
            json.dumps(dict(zip(names, (*facts, " ".join(body)), strict=True))) + "\n"
            for *facts, body in rows
        )
    )
    return file


@pytest.fixture
def folder(tmp_path: Path, wire: Path) -> Path:
    index = tmp_path / "index"
    assert quick("index", wire, "--index", index).code == 0
    return index


def test_people_get_one_hit_a_text_and_programs_all(folder: Path) -> None:
    word = story(1)[3]
    shown = quick("query", word, "--index", folder)
    assert "1 copy (searcher copies" in shown.out and "Water" not in shown.out
    assert "2 articles match, 1 text;" in shown.err
    for form in ("--json", "--ids"):
        assert "copies" not in quick("query", word, "--index", folder, form).out
    assert len(quick("query", word, "--index", folder, "--json").json["hits"]) == 2
    all_of = quick("query", word, "--index", folder, "--group", "none")
    assert "Water" in all_of.out and "text" not in all_of.err
    folded = quick("query", word, "--index", folder, "--json", "--group", "copies").json
    assert folded["counts"] == {"articles": 2, "texts": 1}
    copies = folded["hits"][0]["copies"]
    assert copies["total"] == 1 and copies["articles"][0]["title"] == "Water"


def test_copies_says_who_had_a_text_and_what_each_cut(folder: Path) -> None:
    ids = quick("query", story(1)[3], "--index", folder, "--ids").out.split()
    for id in ids:
        done = quick("copies", id, "--index", folder)
        assert done.code == 0 and "credits AP" in done.out and "the first" in done.out
        assert "24.0 h after the first" in done.out and "52 words cut" in done.out
        assert "2 articles with this text" in done.err
        group = quick("copies", id, "--index", folder, "--json").json
        assert list(group) == ["id", "articles", "versions"] and group["id"] == id
        assert [one["kind"] for one in group["articles"]] == ["lead", "copy"]
        assert sorted(quick("copies", id, "--index", folder, "--ids").out.split()) == sorted(ids)
    alone = quick("query", story(2)[3], "--index", folder, "--ids").out.strip()
    assert quick("copies", alone, "--index", folder).code == 1
    assert quick("copies", "nobody", "--index", folder).code == 2


def test_groups_are_left_out_and_made_again(tmp_path: Path, wire: Path) -> None:
    index = tmp_path / "other"
    assert quick("index", wire, "--index", index, "--no-groups").code == 0
    assert quick("groups", "--index", index).code == 1
    assert "groups --rebuild" in quick("query", "*", "--index", index, "--group", "copies").err
    assert quick("query", "*", "--index", index).code == 0
    done = quick("groups", "--rebuild", "--index", index)
    assert done.code == 0 and "3 articles, 2 texts" in done.out
    counts = quick("groups", "--index", index, "--json").json["counts"]
    assert counts == {"articles": 3, "texts": 2}


def test_what_counts_as_a_copy_is_changed_in_the_shell(tmp_path: Path, wire: Path) -> None:
    index = tmp_path / "own"
    assert quick("index", wire, "--index", index).code == 0
    done = quick("groups", "--cover", "1", "--near-days", "0", "--index", index)
    assert done.code == 0 and "3 articles, 3 texts" in done.out
    kept = quick("stats", "--index", index, "--json").json["copies"]
    assert kept == {"cover": 1.0, "near_days": 0}
    assert quick("groups", "--cover", ".8", "--near-days", "3", "--index", index).code == 0
    assert quick("groups", "--index", index, "--json").json["counts"]["texts"] == 2
    for option, value in (("--cover", ".3"), ("--near-days", "-1")):
        wrong = quick("groups", option, value, "--index", index)
        assert wrong.code == 2 and f"{option} is from" in wrong.err
