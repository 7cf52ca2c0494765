"""`searcher story`, `searcher groups --stories`, and answers folded by stories."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests.cli.helpers import quick
from tests.copies.test_pairs import story

EVENT = "title:flood OR title:water"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    letters = str.maketrans("0123456789", "bcdfghjkln")
    flood = [word.translate(letters) for word in story(1, 40)]
    rows = [
        ("wire", "Flood", "2001-01-01", Random(1).sample(flood, 40)),
        ("herald", "Water", "2001-01-02", Random(2).sample(flood, 40)),
        *(
            (f"filler{n}", "Else", "2001-01-02", [w.translate(letters) for w in story(10 + n, 40)])
            for n in range(40)
        ),
    ]
    names = ("id", "title", "date", "body")
    file = tmp_path / "articles.jsonl"
    file.write_text(
        "".join(
            json.dumps(dict(zip(names, (*facts, " ".join(body)), strict=True))) + "\n"
            for *facts, body in rows
        )
    )
    folder = tmp_path / "index"
    assert quick("index", file, "--index", folder).code == 0
    return folder


def test_stories_are_asked_for_and_shown(index: Path) -> None:
    ids = quick("query", EVENT, "--index", index, "--ids").out.split()
    refused = quick("story", ids[0], "--index", index)
    assert refused.code == 2 and "searcher groups --stories" in refused.err
    made = quick("groups", "--stories", "--index", index)
    assert made.code == 0 and "42 articles, 42 texts, 41 stories" in made.out
    counts = quick("groups", "--index", index, "--json").json["counts"]
    assert counts == {"articles": 42, "texts": 42, "stories": 41}
    shown = quick("story", ids[0], "--index", index)
    assert shown.code == 0
    assert shown.out.startswith("tied by: ")
    assert shown.out.index("Flood") < shown.out.index("Water")
    assert "2 texts in this story, 2 articles" in shown.err
    as_json = quick("story", ids[0], "--index", index, "--json").json
    assert [text["title"] for text in as_json["texts"]] == ["Flood", "Water"]
    assert sorted(quick("story", ids[0], "--index", index, "--ids").out.split()) == sorted(ids)
    assert quick("story", ids[0], "--index", index, "--ids", "--json").code == 2
    alone = quick("query", "title:else", "--index", index, "--ids", "--limit", "1").out.strip()
    assert quick("story", alone, "--index", index).code == 1
    assert quick("story", "nobody", "--index", index).code == 2


def test_an_answer_is_one_hit_a_story(index: Path) -> None:
    assert quick("groups", "--stories", "--index", index).code == 0
    folded = quick("query", EVENT, "--index", index, "--group", "stories")
    assert "story of 2 texts (searcher story" in folded.out
    assert ("Flood" in folded.out) != ("Water" in folded.out)
    assert "2 articles match, 1 story;" in folded.err
    as_json = quick("query", EVENT, "--index", index, "--group", "stories", "--json").json
    assert as_json["counts"] == {"articles": 2, "texts": 2, "stories": 1}
    assert as_json["hits"][0]["story"]["texts"] == 2
    assert "1 story" in quick("query", EVENT, "--index", index).err
    dropped = quick("groups", "--no-stories", "--index", index)
    assert dropped.code == 0 and "stories" not in dropped.out


def test_indexing_keeps_stories_where_it_is_told_to(tmp_path: Path, index: Path) -> None:
    file = tmp_path / "articles.jsonl"
    other = tmp_path / "other"
    assert quick("index", file, "--index", other, "--stories").code == 0
    assert "41 stories" in quick("groups", "--index", other).out
    assert quick("index", file, "--index", other, "--no-stories").code == 0
    assert "stories" not in quick("groups", "--index", other).out
