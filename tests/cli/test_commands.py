"""What each command prints and how it exits, with an index that is in order."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from pathlib import Path

import pytest

import searcher

from .helpers import command, environment, quick, run, snapshot_of

ARTICLE_KEYS = [
    "id",
    "title",
    "byline",
    "date",
    "source",
    "section",
    "language",
    "url",
    "path",
    "status",
    "updated",
    "record",
    "date_text",
    "encoding",
    "metadata",
    "body",
]
HIT_KEYS = [
    *("id", "score", "title", "byline", "date", "updated", "status", "source", "section"),
    *("language", "url", "path", "metadata", "snippet"),
]


def write_articles(folder: Path, **titles: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, title in titles.items():
        (folder / f"{name}.txt").write_text(f"{title}\n\nThe harbour is closed.\n")


# ---------------------------------------------------------------- query


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


# ---------------------------------------------------------------- show, stats


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
    ]
    assert done.json["first_date"] == "2011-05-05" and done.json["executor"].startswith(
        ("plain (", "native")
    )


def test_stats_prints_a_table(index: Path) -> None:
    done = quick("stats", "--index", index)
    labels = [line.split()[0] for line in done.out.splitlines()]
    assert labels == [
        "index", "articles", "words", "dates", "sources", "languages", "section", "stemmed",
        "size",
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


# ---------------------------------------------------------------- index


def test_index_json_is_a_report_of_the_agreed_shape(corpus: Path, tmp_path: Path) -> None:
    done = quick("index", corpus / "malformed", "--index", tmp_path / "index", "--json")
    assert done.code == 0 and done.err == ""
    assert list(done.json) == [
        "added",
        "updated",
        "unchanged",
        "removed",
        "repeated",
        "failed",
        "files",
        "files_unchanged",
        "bytes_read",
        "took_s",
        "dry_run",
        "moved",
        "without_text",
        "boilerplate_blocks",
        "boilerplate_articles",
        "files_retried",
        "left_out",
        "left_out_files",
        "unused_keys",
    ]
    assert done.json["failed"]
    for failure in done.json["failed"]:
        assert list(failure) == ["path", "record", "line", "reason"]


def test_index_adds_updates_skips_and_removes(tmp_path: Path) -> None:
    folder, index = tmp_path / "files", tmp_path / "index"
    write_articles(folder, one="First", two="Second")
    done = quick("index", folder, "--index", index)
    assert done.code == 0 and done.err == ""
    assert done.out.startswith("2 articles added; read 2 files in ")
    assert quick("index", folder, "--index", index).out.startswith("nothing has changed")
    write_articles(folder, one="Another headline", three="Third")
    (folder / "two.txt").unlink()
    done = quick("index", folder, "--index", index)
    assert done.out.startswith("1 article added, 1 updated, 1 removed; read 2 files in ")
    forced = quick("index", folder, "--index", index, "--force", "--json").json
    assert (forced["unchanged"], forced["files_unchanged"]) == (2, 0)
    assert quick("index", folder, "--index", index, "--quiet").out == ""


def test_dry_run_changes_nothing_and_makes_nothing(tmp_path: Path) -> None:
    folder, index = tmp_path / "files", tmp_path / "index"
    write_articles(folder, one="First")
    done = quick("index", folder, "--index", index, "--dry-run")
    assert done.code == 0 and "dry run" in done.out and "1 article added" in done.out
    assert not index.exists()
    quick("index", folder, "--index", index)
    before = snapshot_of(index)
    write_articles(folder, one="Changed", two="New")
    report = quick("index", folder, "--index", index, "--dry-run", "--json").json
    assert (report["added"], report["updated"], report["dry_run"]) == (1, 1, True)
    assert snapshot_of(index) == before


def test_failures_are_listed_and_fail_only_when_strict_or_when_nothing_was_read(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "broken.json").write_text("{,,}")
    done = quick("index", folder, "--index", tmp_path / "a")
    assert done.code == 2 and "broken.json" in done.err
    write_articles(folder, one="First")
    done = quick("index", folder, "--index", tmp_path / "b")
    assert done.code == 0 and "broken.json" in done.err
    assert "1 file could not be read" in done.out
    assert quick("index", folder, "--index", tmp_path / "c", "--strict").code == 2


def test_more_than_twenty_failures_are_cut_short(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(25):
        (folder / f"{number:02}.json").write_text("{,,}")
    done = quick("index", folder, "--index", tmp_path / "index")
    lines = done.err.splitlines()
    assert len(lines) == 21 and lines[-1] == "and 5 more (--json lists all)"
    as_json = quick("index", folder, "--index", tmp_path / "index", "--json")
    assert as_json.code == 2 and len(as_json.json["failed"]) == 25


def test_exclude_leaves_files_out(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_articles(folder, one="First", two="Second", other="Third")
    args = ["index", folder, "--index", tmp_path / "index", "--json"]
    assert quick(*args, "--exclude", "t*.txt", "--exclude", "one.*").json["added"] == 1


def test_map_names_the_keys_of_fields(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text(json.dumps({"zz": "Ferry sunk", "inner": {"prose": "It went down."}}))
    mapping = ["--map", "title=zz", "--map", "body=inner.prose"]
    article = quick("extract", file, "--json", *mapping).json
    assert (article["title"], article["body"]) == ("Ferry sunk", "It went down.")
    assert quick("index", file, "--index", tmp_path / "i", "--json", *mapping).json["added"] == 1
    for bad in ("zz", "nofield=zz", "title="):
        done = quick("extract", file, "--map", bad)
        assert done.code == 2 and "FIELD=KEY" in done.err


def test_a_path_that_does_not_exist_makes_no_index(tmp_path: Path) -> None:
    done = quick("index", tmp_path / "nowhere", "--index", tmp_path / "index")
    assert done.code == 2 and "nowhere" in done.err
    assert not (tmp_path / "index").exists()


def test_the_language_of_an_index_cannot_change(tmp_path: Path) -> None:
    write_articles(tmp_path / "files", one="Häuser")
    args = ["index", tmp_path / "files", "--index", tmp_path / "index"]
    assert quick(*args, "--language", "de").code == 0
    assert quick("stats", "--index", tmp_path / "index", "--json").json["language"] == "de"
    assert quick(*args, "--language", "de").code == 0
    assert quick(*args).code == 0
    done = quick(*args, "--language", "fr")
    assert done.code == 2 and "de" in done.err


def test_the_index_is_named_by_option_or_environment_or_is_called_index(tmp_path: Path) -> None:
    write_articles(tmp_path / "files", one="First")
    assert run("index", "files", cwd=tmp_path).returncode == 0
    assert (tmp_path / "index").is_dir()
    assert run("query", "harbour", cwd=tmp_path).returncode == 0
    other = {"SEARCHER_INDEX": "other"}
    assert run("query", "harbour", cwd=tmp_path, env=other).returncode == 2
    assert run("query", "harbour", "--index", "index", cwd=tmp_path, env=other).returncode == 0


# ---------------------------------------------------------------- extract


def test_extract_json_is_an_object_a_line_of_the_agreed_shape(corpus: Path) -> None:
    one = quick("extract", corpus / "html" / "river-wend-flood.html", "--json")
    assert one.code == 0 and one.out.count("\n") == 1
    assert list(one.json) == ARTICLE_KEYS
    many = quick("extract", corpus / "jsonl" / "meridian.jsonl", "--json")
    articles = [json.loads(line) for line in many.out.splitlines()]
    assert [article["record"] for article in articles] == [1, 2, 3, 4, 5, 6]
    assert all(list(article) == ARTICLE_KEYS for article in articles)


def test_extract_prints_articles_without_an_index(corpus: Path, tmp_path: Path) -> None:
    file = corpus / "markdown" / "flood-wall-explainer.md"
    done = run("extract", file, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(b"Explainer: why the Wend flood wall failed")
    assert list(tmp_path.iterdir()) == []


def test_extract_reads_a_pipe(corpus: Path, tmp_path: Path) -> None:
    page = corpus / "html" / "river-wend-flood.html"
    with subprocess.Popen(
        command("extract", "--json", "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as reader:
        assert reader.stdin is not None and reader.stdout is not None
        for piece in (page.read_bytes()[:700], page.read_bytes()[700:]):
            reader.stdin.write(piece)  # a pipe gives what has come, not what was asked for
            reader.stdin.flush()
            time.sleep(0.1)
        reader.stdin.close()
        output = reader.stdout.read()
    piped, given = json.loads(output), quick("extract", page, "--json").json
    assert piped["path"] == "-"
    assert (piped["title"], piped["body"]) == (given["title"], given["body"])
    assert run("extract", "-", cwd=tmp_path).returncode == 2


def test_extract_fails_when_nothing_was_read(tmp_path: Path, corpus: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert quick("extract", empty).code == 2
    assert quick("extract", tmp_path).code == 2
    assert quick("extract", tmp_path / "nowhere").code == 2
    mixed = quick("extract", empty, corpus / "text" / "port-strike-ends.txt")
    assert mixed.code == 0 and "empty.txt" in mixed.err


def test_extract_reads_packed_files(tmp_path: Path) -> None:
    file = tmp_path / "a.txt.gz"
    file.write_bytes(gzip.compress(b"Ferry sunk\n\nIt went down.\n"))
    assert quick("extract", file, "--json").json["title"] == "Ferry sunk"


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


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize(
    "name",
    [
        *("index", "query", "facets", "timeline", "first", "related", "show", "stats", "check"),
        *(
            "optimize",
            "extract",
            "quote",
            "diff",
            "edits",
            "alert",
            "watch",
            "export",
            "replay",
            "evaluate",
            "judge",
            "mcp",
        ),
    ],
)
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    for option in ("-h", "--help"):
        done = quick(name, option)
        assert done.code == 0 and f"Example: searcher {name}" in done.out


def test_the_examples_in_the_help_run(tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "corpus").symlink_to(corpus)
    (tmp_path / "searcher").write_text(f'#!/bin/sh\nexec {command()[0]} -m searcher "$@"\n')
    (tmp_path / "searcher").chmod(0o755)
    names = (
        "index",
        "query",
        "facets",
        "timeline",
        "first",
        "related",
        "show",
        "stats",
        "check",
        "optimize",
        "extract",
        "quote",
        "lines",
        "quote",
        "diff",
        "export",
        "evaluate",
    )
    for name in names:
        text = " ".join(quick(name, "-h").out.split())
        example = text.partition("Example: ")[2]
        path = f"{tmp_path}:{environment()['PATH']}"
        done = subprocess.run(
            example, shell=True, cwd=tmp_path, env=environment(PATH=path), capture_output=True
        )
        assert done.returncode == 0, (example, done.stderr)
        assert done.stdout or name == "export"  # which writes a file


def test_version_and_help_and_bad_usage() -> None:
    version = run("--version")
    assert version.returncode == 0
    assert version.stdout.decode().startswith(f"searcher {searcher.__version__} (")
    assert quick("--help").code == 0
    for args in (["sarch"], ["query"], ["query", "--jsn", "x"], ["show"], ["extract"], ["index"]):
        done = quick(*args)
        assert done.code == 2 and done.out == "" and done.err.startswith("searcher: ")
        assert len(done.err.splitlines()) == 1


def test_shells_can_ask_for_completions() -> None:
    script = run(env={"_SEARCHER_COMPLETE": "bash_source"})
    assert script.returncode == 0 and b"_SEARCHER_COMPLETE=bash_complete" in script.stdout
    asked = {"_SEARCHER_COMPLETE": "bash_complete", "COMP_WORDS": "searcher s", "COMP_CWORD": "1"}
    assert run(env=asked).stdout.split() == [
        b"plain,story",
        b"plain,show",
        b"plain,stats",
        b"plain,serve",
    ]


def test_a_query_imports_nothing_that_only_indexing_needs(index: Path) -> None:
    script = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))\n"
        f"sys.argv = ['searcher', 'query', 'truce', '--quiet', '--index', {str(index)!r}]\n"
        "from searcher.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [command()[0], "-c", script],
        env=environment(SEARCHER_DEBUG="1"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    loaded = set(done.stderr.split())
    unwanted = {
        "bs4", "lxml", "yaml", "rich", "searcher.reading", "searcher.indexing.sync",
        "searcher.indexing.writer", "searcher.indexing.session", "searcher.cli.index",
        "whoosh.qparser", "whoosh.query",
        "whoosh.searching", "multiprocessing", "subprocess", "concurrent.futures",
    }  # fmt: skip
    assert not loaded & unwanted


@pytest.mark.parametrize(
    ("name", "meant"), [("qurey", "query"), ("search", "query"), ("RM", "remove"), ("zzz", None)]
)
def test_a_command_that_is_none_is_told_with_the_one_that_was_meant(
    name: str, meant: str | None
) -> None:
    done = quick(name, "truce")
    assert done.code == 2 and f"no such command '{name}'" in done.err
    assert ("did you mean" in done.err) == (meant is not None)
    assert meant is None or f"did you mean {meant}?" in done.err


def test_a_file_of_queries_gives_no_ids_and_says_so(index: Path, tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("truce\n")
    done = quick("query", "-f", tmp_path / "queries", "--ids", "--index", index)
    assert (done.code, done.out) == (2, "") and "--ids" in done.err


def test_what_check_says_stands_in_columns(index: Path) -> None:
    lines = quick("check", "--index", index).out.splitlines()[:-1]
    assert len({line.index("  sound") for line in lines}) == 1


def test_extract_tells_of_a_key_that_no_record_has(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"hed": "Ferry", "lede": "It is late."}\n' * 2)
    done = quick("extract", tmp_path / "a.jsonl", "--map", "title=hed", "--map", "body=ledee")
    assert "no record has the key ledee (for body); did you mean lede?" in done.err
    done = quick("extract", tmp_path / "a.jsonl", "--map", "title=hed", "--map", "body=lede")
    assert (done.code, done.err) == (0, "")


def test_extract_explains_where_each_field_comes_from(tmp_path: Path) -> None:
    page = (
        '<html lang="en"><head><meta property="article:published_time" '
        'content="2020-03-01T12:00:00+01:00"></head><body><article><h1>Ferry runs aground</h1>'
        f"<p>{'The ferry ran aground off the harbour at noon. ' * 10}</p></article></body></html>"
    )
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.json").write_text(
        '{"headline": "T", "body": "Text.", "published": "1 May 2020"}'
    )
    told = quick("extract", tmp_path / "a.html", tmp_path / "b.json", "--explain", "--json")
    first, second = [
        {found["field"]: found for found in article["evidence"]}
        for article in map(json.loads, told.out.splitlines())
    ]
    assert "published_time" in first["date"]["origin"] and first["title"]["origin"] == "h1"
    assert all(0 < found["confidence"] <= 1 for found in first.values())
    assert "json" in second["title"]["origin"] and "1 May 2020" in second["date"]["origin"]
    text = quick("extract", tmp_path / "a.html", "--explain").out
    assert "(meta article:published_time)" in text
