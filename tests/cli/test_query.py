"""What `searcher query` prints and how it exits, with an index that is in order."""

from __future__ import annotations

from pathlib import Path

from .helpers import quick, run

HIT_KEYS = [
    *("id", "score", "title", "byline", "date", "updated", "status", "source", "section"),
    *("language", "url", "path", "metadata", "snippet"),
]


def test_query_json_is_one_object_of_the_agreed_shape(index: Path) -> None:
    done = quick("query", '"humanitarian truce"', "--index", index, "--json")
    assert done.code == 0 and done.err == "" and done.out.count("\n") == 1
    assert list(done.json) == [
        *("query", "understood", "total", "matching_all", "took_ms"),
        *("half_life_days", "notes", "suggestions", "nothing", "hits"),
    ]
    assert done.json["notes"] == [] and done.json["nothing"] is None
    assert done.json["query"] == '"humanitarian truce"'
    assert done.json["total"] == len(done.json["hits"]) == 3
    for hit in done.json["hits"]:
        assert list(hit) == HIT_KEYS
        assert isinstance(hit["byline"], list) and isinstance(hit["score"], float)
        assert "**humanitarian truce**" in hit["snippet"]


def test_query_exits_with_1_when_nothing_is_found(index: Path) -> None:
    done = run("query", "zeppelin", "--index", index)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"nothing found for zeppelin")
    assert b"\nthe archive has " in done.stderr
    as_json = quick("query", "zeppelin", "--index", index, "--json")
    assert as_json.code == 1 and as_json.json["hits"] == []
    assert list(as_json.json["nothing"]) == ["archive", "parts", "more_parts", "failing"]
    assert list(as_json.json["nothing"]["archive"]) == ["articles", "undated", "first", "last"]
    assert as_json.json["nothing"]["parts"] == [{"text": "zeppelin", "articles": 0}]


def test_query_says_which_part_of_it_finds_nothing(index: Path) -> None:
    done = quick("query", "truce AND zeppelin AND date:1901", "--index", index)
    assert done.code == 1 and done.out == ""
    told = next(line for line in done.err.splitlines() if line.startswith("by itself finds: "))
    assert "zeppelin none, date:1901 none" in told and "truce none" not in told
    assert quick("query", "zeppelin", "--index", index, "--quiet").err == ""


def test_query_exits_with_2_and_underlines_what_cannot_be_read(index: Path) -> None:
    done = run("query", "truce", "tilte:libya", "--index", index)
    assert (done.returncode, done.stdout) == (2, b"")
    lines = done.stderr.decode().splitlines()
    assert lines[0].startswith("searcher: ")
    assert lines[1] == "  truce tilte:libya"
    assert lines[2] == "        ^^^^^"
    assert "title" in lines[3]


def test_query_prints_ids_only_for_pipes(index: Path) -> None:
    done = quick("query", "truce", "--index", index, "--ids", "--limit", "3")
    hits = quick("query", "truce", "--index", index, "--json", "--limit", "3").json["hits"]
    assert done.out.splitlines() == [hit["id"] for hit in hits]
    assert done.err == ""


def test_several_words_on_the_command_line_are_one_query(index: Path) -> None:
    apart = quick("query", "port", "strike", "--index", index, "--json").json
    assert apart["query"] == "port strike"
    assert apart["hits"] == quick("query", "port strike", "--index", index, "--json").json["hits"]


def test_a_word_with_a_hyphen_before_it_is_left_out_and_is_no_option(index: Path) -> None:
    with_libya = quick("query", "truce", "--index", index, "--json", "--limit", "100").json
    without = quick("query", "truce", "-libya", "--json", "--index", index, "--limit", "100").json
    assert without["query"] == "truce -libya"
    assert 0 < without["total"] < with_libya["total"]
    # -h alone is an option; a word that begins with it is not.
    assert quick("query", "truce", "-humanitarian", "--index", index).code == 0
    assert quick("query", "truce", "-h").out.startswith("Usage: searcher query")


def test_limit_offset_and_sort_choose_the_hits(index: Path) -> None:
    def ids(*options: str) -> list[str]:
        return quick("query", "truce", "--ids", "--index", index, *options).out.split()

    everything = ids("--limit", "100")
    assert ids("--limit", "2", "--offset", "1") == everything[1:3]
    assert ids("--limit", "0") == []
    newest = quick("query", "truce", "--json", "--sort", "-date", "--index", index).json["hits"]
    dates = [hit["date"][:10] for hit in newest]
    assert dates == sorted(dates, reverse=True)
    assert quick("query", "truce", "--limit", "0", "--index", index).code == 0
    assert quick("query", "truce", "--limit", "-1", "--index", index).code == 2
    assert quick("query", "truce", "--sort", "size", "--index", index).code == 2


def test_query_in_a_pipe_is_plain_text_with_its_numbers_on_stderr(index: Path) -> None:
    done = run("query", '"humanitarian truce"', "--index", index, "--limit", "2")
    text = done.stdout.decode()
    assert text.startswith("1. ") and "\n2. " in text and "**humanitarian truce**" in text
    assert "\x1b" not in text
    summary = done.stderr.decode()
    assert "3 articles match" in summary and "1 to 2 shown" in summary and "--offset 2" in summary
    quiet = run("query", '"humanitarian truce"', "--index", index, "--limit", "2", "--quiet")
    assert (quiet.stdout, quiet.stderr) == (done.stdout, b"")


def test_a_query_that_is_not_utf8_is_refused(index: Path) -> None:
    done = run("query", b"caf\xe9", "--index", index)
    assert done.returncode == 2 and b"not UTF-8" in done.stderr


def test_a_file_of_queries_gives_no_ids_and_says_so(index: Path, tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("truce\n")
    done = quick("query", "-f", tmp_path / "queries", "--ids", "--index", index)
    assert (done.code, done.out) == (2, "") and "--ids" in done.err
