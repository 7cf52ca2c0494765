"""`searcher names`, and its sets in a query."""

from __future__ import annotations

from pathlib import Path

import pytest

from searcher import Archive, Article
from tests.cli.helpers import quick, run


@pytest.fixture
def named(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    with Archive.create(path) as archive, archive.writer() as writer:
        for number, name in enumerate(("Haftar", "Haftar", "Hifter", "Hafner")):
            writer.add(Article(f"Talks {number}", f"In Tripoli {name} spoke.", id=f"a{number}"))
    return path


def test_names_shows_spellings_with_their_articles(named: Path) -> None:
    done = run("names", "haftar", "--index", named)
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == ["  2  Haftar", "  1  Hifter", "? 1  Hafner"]
    assert done.stderr.decode() == "query: haftar OR hifter\n"
    assert quick("names", "haftar", "--index", named, "--quiet").err == ""


def test_names_json_has_the_agreed_shape(named: Path) -> None:
    done = quick("names", "haftar", "--index", named, "--json", "--limit", "1")
    assert done.code == 0 and done.err == ""
    assert done.json == {
        "name": "haftar",
        "query": "haftar OR hifter",
        "spellings": [
            {
                "spelling": "Haftar",
                "form": "haftar",
                "articles": 2,
                "unlikeness": 0.0,
                "is_near": True,
            },
            {
                "spelling": "Hifter",
                "form": "hifter",
                "articles": 1,
                "unlikeness": 7.0,
                "is_near": True,
            },
        ],
        "saved": None,
    }
    found = quick("query", done.json["query"], "--index", named, "--ids")
    assert sorted(found.out.split()) == ["a0", "a1", "a2"]


def test_nothing_found_is_1_and_no_name_is_2(named: Path) -> None:
    assert quick("names", "zzyzx", "--index", named).code == 1
    assert quick("names", "2019", "--index", named).code == 2
    assert quick("names", "haftar", "--remove", "a", "--index", named).code == 2
    assert quick("names", "--save", "a", "--index", named).code == 2
    assert quick("names", "haftar", "--index", named / "none").code == 2


def test_a_set_is_saved_listed_used_and_removed(named: Path) -> None:
    assert quick("names", "--index", named).code == 1
    saved = quick("names", "haftar", "--without", "Hifter", "--also", "Hafner", "--save", "H-1",
                  "--index", named)  # fmt: skip
    assert saved.code == 0 and "saved as @h-1" in saved.err
    listed = quick("names", "--index", named)
    assert (listed.code, listed.out) == (0, "@h-1  haftar, hafner\n")
    assert quick("names", "--index", named, "--json").json == {"h-1": ["haftar", "hafner"]}
    asked = quick("query", "@h-1", "--index", named, "--json")
    assert asked.json["total"] == 3 and asked.json["understood"] == "haftar OR hafner"
    assert quick("names", "--remove", "h-1", "--index", named).code == 0
    assert quick("names", "--remove", "h-1", "--index", named).code == 2
    gone = quick("query", "oil @h-1", "--index", named)
    assert gone.code == 2 and "no set of names is called h-1" in gone.err


@pytest.mark.parametrize("name", ["../evil", "a b", "", "title", "x" * 41, "é"])
def test_a_set_is_not_called_anything(named: Path, name: str) -> None:
    done = quick("names", "haftar", "--save", name, "--index", named)
    assert done.code == 2 and "set of names" in done.err


def test_a_query_says_on_stderr_what_was_added(named: Path) -> None:
    done = quick("query", "variants:haftar", "--index", named)
    assert "note: variants:haftar stands for haftar (2), hifter (1)" in done.err
    fewer = quick("query", "variants:haftar", "-=hifter", "--index", named, "--json")
    assert fewer.json["understood"] == "=haftar" and fewer.json["total"] == 2
