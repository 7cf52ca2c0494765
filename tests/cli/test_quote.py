"""`searcher quote`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .helpers import assert_inert, command, environment, quick, run

PIECES = "zymurgists yodel on stilts, ten minutes from the first rope, while chrysanthemums hum"
KEYS = [
    *("id", "title", "byline", "date", "source", "url", "path", "verdict", "field", "start"),
    *("end", "passage", "likeness", "differences", "attribution"),
]


def test_quote_says_where_the_words_are_and_who_said_them(index: Path) -> None:
    done = quick("quote", "a", "child", "may be carried out", "--index", index)
    assert done.code == 0
    assert "verbatim: a child may be carried out" in done.out
    assert "said by, as it seems: the deputy envoy, Ingrid Sætre" in done.out
    assert done.err.startswith("verbatim, in 2 articles; ")
    first = quick("quote", "a child may be carried out", "--index", index, "--limit", "1")
    assert "of which the earliest 1 are shown" in first.err
    assert quick("quote", "a child may be carried out", "--index", index, "--quiet").err == ""


def test_quote_shows_what_is_printed_otherwise(index: Path) -> None:
    done = quick("quote", "I said I was roofing last Sunday", "--index", index)
    assert done.code == 0
    assert "   - last is printed on" in done.out and done.err.startswith("altered, in 1 article")


def test_quote_json_has_the_agreed_shape(index: Path) -> None:
    done = quick("quote", "I said I was roofing last Sunday", "--index", index, "--json")
    assert done.err == ""
    assert list(done.json) == ["quote", "verdict", "total", "took_ms", "appearances", "pieces"]
    (one,) = done.json["appearances"]
    assert list(one) == KEYS
    body = quick("show", one["id"], "--json", "--index", index).json["body"]
    assert body[one["start"] : one["end"]] == one["passage"] == "I said I was roofing on Sunday"
    (difference,) = one["differences"]
    assert list(difference) == [
        *("quoted", "printed", "quote_start", "quote_end", "start", "end"),
    ]
    assert body[difference["start"] : difference["end"]] == difference["printed"] == "on"
    assert list(one["attribution"]) == ["speaker", "pronoun", "sentence", "start", "end"]


def test_quote_exits_with_1_for_pieces_and_for_nothing(index: Path) -> None:
    done = quick("quote", PIECES, "--index", index)
    assert done.code == 1 and done.err.startswith("not here as a whole; these pieces are; ")
    assert "“ten minutes from the first rope” in 1 article, the earliest:" in done.out
    pieces = quick("quote", PIECES, "--json", "--index", index).json["pieces"]
    assert [list(piece) for piece in pieces] == [["text", "start", "end", "total", "first"]]
    nothing = quick("quote", "zymurgists yodel", "--index", index)
    assert (nothing.code, nothing.out) == (1, "") and nothing.err.startswith("not here; ")


def test_quote_reads_a_pipe_and_refuses_what_has_no_words(index: Path) -> None:
    piped = subprocess.run(
        command("quote", "-", "--index", index),
        input="“A child may be carried out”\n".encode(),
        capture_output=True,
        env=environment(),
        timeout=120,
    )
    assert piped.returncode == 0 and b"a child may be carried out" in piped.stdout
    done = run("quote", "...", "--index", index)
    assert done.returncode == 2 and b"there is no word in the quotation" in done.stderr
    assert quick("quote", "word " * 20_000, "--index", index).code == 2
    assert quick("quote", "a child", "--limit", "-1", "--index", index).code == 2
    assert quick("quote", "a child", "--timeout", "0", "--index", index).code == 2


def test_quoted_controls_cannot_steer_the_terminal(tmp_path: Path) -> None:
    file, index = tmp_path / "a.txt", tmp_path / "index"
    file.write_text("T\n\nRed \x1b[31m text comes here, Bo \x07Li said.\n")
    assert quick("index", file, "--index", index).code == 0
    for quote in ("red text comes here", "Red \x1b[31m text comes here", "red text goes here now"):
        done = quick("quote", quote, "--index", index)
        assert_inert(done.out, done.err)
        assert_inert(quick("quote", quote, "--json", "--index", index).out)
