"""Does `searcher query` teach, explain and answer the language in batches?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searcher.cli.query import EXAMPLES
from tests.cli.helpers import quick


@pytest.mark.parametrize("query", [query for query, _ in EXAMPLES])
def test_every_example_in_the_help_runs(query: str, index: Path) -> None:
    assert quick("query", query, "--index", index).code in (0, 1)


def test_the_help_shows_the_language_on_one_screen() -> None:
    lines = quick("query", "--help").out.splitlines()
    assert len(lines) <= 60
    for query, meaning in EXAMPLES:
        assert any(query in line and meaning in line for line in lines), query


def test_explain_gives_forms_and_counts_for_each_part(index: Path) -> None:
    done = quick("query", "--explain", "--json", "elect* AND NOT title:flood", "--index", index)
    explanation = json.loads(done.out)
    keys = {"query", "understood", "total", "parts", "closeness", "failing", "notes"}
    assert set(explanation) == keys
    assert explanation["failing"] is None
    pattern, flood = explanation["parts"]
    assert set(pattern) == {"text", "fields", "articles", "forms", "form_count", "suggestions"}
    assert (pattern["text"], pattern["fields"]) == ("elect*", ["title", "body"])
    assert pattern["forms"]["election"] > 0
    assert (flood["text"], flood["fields"]) == ("flood", ["title"])


def test_explain_names_the_smallest_part_that_finds_nothing(index: Path) -> None:
    done = quick("query", "--explain", '"humanitarian trucee" libya', "--index", index)
    assert done.code == 1
    assert "fails at    =trucee" in done.out
    assert "did you mean truce" in done.out


def test_a_search_that_finds_nothing_gives_a_hint(index: Path) -> None:
    done = quick("query", "tripolli", "--index", index)
    assert (done.code, done.out) == (1, "")
    assert "no article has tripolli; did you mean tripoli?" in done.err


def test_the_query_that_was_probably_meant_stands_on_stderr_and_in_the_json(index: Path) -> None:
    said = "no article has tripolli; did you mean tripoli libya?"
    assert said in quick("query", "tripolli libya", "--index", index).err.splitlines()
    assert said in quick("query", "tripolli libya", "--index", index, "--ids").err.splitlines()
    assert quick("query", "tripolli libya", "--index", index, "--quiet").err == ""
    as_json = quick("query", "tripolli libya", "--index", index, "--json")
    (suggestion,) = json.loads(as_json.out)["suggestions"]
    assert as_json.err == "" and suggestion["query"] == "tripoli libya"
    nothing = quick("query", "tripolli", "--index", index)
    assert nothing.err.count("did you mean") == 1
    assert "did you mean" not in quick("query", "truce", "--index", index).err


def test_words_of_other_tools_get_a_note_on_stderr(index: Path) -> None:
    note = (
        "note: NEAR was read as the word near; NEAR/5 looks for words near each other; "
        "did you mean: truce NEAR/5 libya"
    )
    done = quick("query", "truce NEAR libya", "--index", index)
    assert done.code == 0 and note in done.err.splitlines()
    explained = quick("query", "truce NEAR libya", "--index", index, "--explain")
    assert explained.err.splitlines() == [note]
    ids = quick("query", "truce NEAR libya", "--index", index, "--ids")
    assert ids.err.splitlines() == [note] and note not in ids.out
    assert quick("query", "truce NEAR libya", "--index", index, "--quiet").err == ""


def test_notes_stand_in_the_json_and_not_on_stderr(index: Path, tmp_path: Path) -> None:
    done = quick("query", "headline(oil)", "--index", index, "--json", "--quiet")
    assert done.err == ""
    assert done.json["notes"] == [
        {
            "position": 0,
            "end": 13,
            "text": "headline(oil)",
            "message": "headline(oil) was read as the word headline and what is in the "
            "parentheses; a field is written headline:word",
            "suggestion": "headline:oil",
        }
    ]
    file = tmp_path / "queries.txt"
    file.write_text("headline(oil)\noil\n")
    batch = quick("query", "-f", file, "--index", index)
    noted, plain = map(json.loads, batch.out.splitlines())
    assert (noted["notes"], plain["notes"]) == (done.json["notes"], [])


@pytest.mark.parametrize("option", ["-n", "-n5", "-n=5", "-l", "-x", "-Q"])
def test_an_option_of_one_letter_is_an_error_and_no_query(option: str, index: Path) -> None:
    for words in ((option, "5", "oil"), ("oil", option)):
        done = quick("query", "--index", index, *words)
        assert (done.code, done.out) == (2, "")
        assert f"there is no option {option[:2]}" in done.err
        assert "put -- before the query" in done.err
        assert ("--limit 5" in done.err) == (option[1] in "nl")


def test_words_after_a_hyphen_are_left_out_still(index: Path) -> None:
    found = quick("query", "truce", "-libya", "--ids", "--index", index).out
    assert found and found == quick("query", "truce -libya", "--ids", "--index", index).out
    for words in (("truce", "-us"), ("--", "truce", "-n"), ("truce -n",)):
        done = quick("query", "--ids", "--index", index, *words)
        assert (done.code, done.err) == (0, "")


def test_a_file_of_queries_gets_a_line_of_json_for_each(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("truce\n\ntilte:truce\nzzzz\n")
    done = quick("query", "-f", file, "--limit", "1", "--index", index)
    assert done.code == 2  # one of them cannot be read
    truce, error, nothing = map(json.loads, done.out.splitlines())
    assert truce["total"] > len(truce["hits"]) == 1
    assert error == {
        "query": "tilte:truce",
        "error": {
            "line": 3,
            "position": 0,
            "reason": "no field tilte",
            "expected": None,
            "suggestion": "did you mean title?",
        },
    }
    assert (nothing["total"], nothing["hits"]) == (0, [])


def test_a_file_of_queries_that_find_nothing_ends_with_1(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("zzzz\n")
    assert quick("query", "--file", file, "--explain", "--index", index).code == 1


@pytest.mark.parametrize("words", [(), ("truce", "-f", __file__), ("--ids", "--json", "x")])
def test_options_that_exclude_each_other_are_an_error(words: tuple[str, ...], index: Path) -> None:
    assert quick("query", *words, "--index", index).code == 2


def test_a_file_of_queries_without_ends_of_lines_is_given_up(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    with file.open("wb") as made:
        made.write(b"truce\n")
        made.truncate(4 << 30)
    done = quick("query", "-f", file, "--limit", "0", "--index", index)
    assert done.code == 2
    assert json.loads(done.out)["query"] == "truce"
    assert f"{file}, line 2: longer than" in done.err


@pytest.mark.parametrize("options", [("--limit", 10**30), ("--limit", "1", "--offset", 10**30)])
def test_no_number_of_hits_is_too_large(options: tuple[object, ...], index: Path) -> None:
    done = quick("query", "truce", "--quiet", "--ids", "--index", index, *options)
    assert (done.code, done.err) == (0, "")
    assert bool(done.out) == ("--offset" not in options)
