"""`searcher translate`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.helpers import quick, run


def test_a_translation_is_printed_and_can_be_asked(index: Path) -> None:
    done = run("translate", "HEADLINE(truce) or humanitarian truce")
    assert (done.returncode, done.stdout) == (0, b'title:truce OR "humanitarian truce"\n')
    assert done.stderr == b"read as nexis\n"
    assert quick("query", done.stdout.decode().strip(), "--index", index).code == 0


def test_what_could_not_be_said_is_told_and_the_code_is_1() -> None:
    done = quick("translate", "oil and rst=j", "--from", "factiva")
    assert (done.code, done.out) == (1, "oil\n")
    assert "at 8: rst=j (left out): " in done.err
    assert quick("translate", "oil and rst=j", "--from", "factiva", "--quiet").err == ""


def test_nothing_said_and_what_cannot_be_read_are_2() -> None:
    done = quick("translate", "SUBJECT(oil)", "--from", "nexis")
    assert (done.code, done.out) == (2, "") and "nothing of it" in done.err
    broken = quick("translate", "oil and (gas", "--from", "nexis")
    assert broken.code == 2 and "parenthesis" in broken.err and "^" in broken.err
    assert quick("translate").code == 2
    assert quick("translate", "oil", "--from", "westlaw").code == 2


def test_translate_json_has_the_agreed_shape() -> None:
    done = quick("translate", "oil w/seg gas", "--json")
    assert (done.code, done.err) == (1, "")
    assert done.json == {
        "query": "oil w/seg gas",
        "dialect": "nexis",
        "translated": "oil AND gas",
        "whole": False,
        "losses": [
            {
                "position": 4,
                "end": 9,
                "text": "w/seg",
                "kind": "changed",
                "message": "said with AND: here it is the whole article",
            }
        ],
        "notes": [],
    }


def test_a_file_of_queries_gives_a_line_of_json_each(tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("oil w/5 gas\n\n(oil\ntitle:oil\n")
    done = quick("translate", "-f", file)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 2
    assert answers[0]["translated"] == "oil w/5 gas" and answers[2]["dialect"] == "lucene"
    assert answers[1]["error"]["position"] == 0
