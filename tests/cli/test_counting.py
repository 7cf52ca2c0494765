"""`searcher facets`, `timeline` and `first`: what they print, and in which forms."""

from __future__ import annotations

import csv
import io
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from searcher import Archive, Article
from tests.cli.helpers import FORBIDDEN, command, environment, quick, run


def on_a_terminal(*args: object, columns: int = 80, **more: str) -> str:
    """What a terminal of so many columns gets on standard output."""
    reader, writer = pty.openpty()
    env = environment(COLUMNS=str(columns), LINES="24", TERM="xterm", **more)
    done = subprocess.Popen(command(*args), stdout=writer, stderr=subprocess.DEVNULL, env=env)
    os.close(writer)
    found = b""
    try:
        while piece := os.read(reader, 65536):
            found += piece
    except OSError:  # the other end is closed
        pass
    os.close(reader)
    done.wait(60)
    return re.sub(r"\x1b\[[0-9;]*m", "", found.decode()).replace("\r\n", "\n")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of values that a terminal or a spreadsheet might obey."""
    path = tmp_path_factory.mktemp("odd") / "index"
    with Archive.create(path) as archive, archive.writer() as writer:
        for number, source in enumerate(("=1+1", "\x1b[31mred", "新聞" * 40, 'a "b", c', "x\ny")):
            writer.add(Article("Truce", "", source=source, id=f"a{number}"))
    return path


def test_facets_json_has_the_agreed_shape(index: Path) -> None:
    done = quick("facets", "truce", "--index", index, "--json", "--by", "byline,year", "--all")
    assert done.code == 0 and done.err == ""
    assert list(done.json) == [
        *("query", "understood", "total", "took_ms", "notes", "nothing", "facets"),
    ]
    byline, year = done.json["facets"]
    assert list(byline) == ["by", "values", "rows", "other", "without"]
    assert (byline["by"], year["by"]) == ("byline", "year")
    assert sum(row["articles"] for row in year["rows"]) + year["without"] == done.json["total"]
    assert list(byline["rows"][0]) == ["value", "articles"]


def test_facets_show_shares_in_every_form(index: Path) -> None:
    ask = ("facets", "truce", "--index", index, "--by", "source,year", "--share")
    source, _ = quick(*ask, "--json", "--all").json["facets"]
    assert list(source) == ["by", "values", "rows", "other", "without", "archive_without"]
    assert list(source["rows"][0]) == ["value", "articles", "archive", "share"]
    every = quick("facets", "*", "--index", index, "--by", "source", "--json", "--all").json
    there = {row["value"]: row["articles"] for row in every["facets"][0]["rows"]}
    for row in source["rows"]:
        assert row["archive"] == there[row["value"]]
        assert row["share"] == round(row["articles"] / row["archive"], 6)
    rows = list(csv.DictReader(io.StringIO(quick(*ask, "--csv", "--all").out)))
    assert list(rows[0]) == ["by", "value", "articles", "archive", "share"]
    assert float(rows[0]["share"]) == source["rows"][0]["share"]
    line = quick(*ask, "--limit", "1").out.splitlines()[1]
    assert re.fullmatch(r"  Meridian Wire  +3  +\d+\.\d%", line)


def test_facets_count_the_usual_fields_and_those_that_are_named(index: Path) -> None:
    usual = quick("facets", "truce", "--index", index, "--json").json
    assert [facet["by"] for facet in usual["facets"]] == [
        *("source", "byline", "section", "language", "year"),
    ]
    named = quick("facets", "truce", "--index", index, "--json", "--value", "status").json
    assert [facet["by"] for facet in named["facets"]] == ["status"]
    both = quick("facets", "truce", "--index", index, "--json", "--by", "year", "--value", "path")
    assert both.code == 2 and "not 'path'" in both.err


def test_facets_in_a_pipe_are_names_and_numbers_without_bars(index: Path) -> None:
    done = run("facets", "truce", "--by", "source", "--limit", "2", "--index", index)
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "source  5 values, 3 of them not shown"
    assert re.fullmatch(r"  Meridian Wire +3", lines[1])
    assert not re.search("[█▏#]", done.stdout.decode())
    assert b"articles match" in done.stderr and b"not shown: 3 of source" in done.stderr
    assert run("facets", "truce", "--quiet", "--index", index).stderr == b""


@pytest.mark.parametrize("columns", [30, 40, 80, 200])
def test_bars_stay_within_the_terminal(index: Path, odd: Path, columns: int) -> None:
    for args in (
        ("facets", "truce", "--by", "source,byline", "--index", index),
        ("facets", "truce", "--by", "source", "--index", odd),
        ("facets", "truce", "--by", "source,year", "--share", "--index", index),
        ("timeline", "truce", "--by", "year", "--share", "--with", "talks", "--index", index),
        ("timeline", "truce", "--by", "year", "--split", "source", "--index", index),
    ):
        shown = on_a_terminal(*args, columns=columns)
        assert "█" in shown or columns < 40
        assert not set(shown) & FORBIDDEN
        for line in shown.splitlines():
            if line.startswith("  "):
                wide = sum(2 if "⺀" <= c <= "鿿" else 1 for c in line)
                assert wide <= columns, line


def test_what_is_not_zero_has_a_bar_and_ascii_terminals_get_plain_ones(index: Path) -> None:
    shown = on_a_terminal("timeline", "truce", "--by", "year", "--index", index)
    for line in shown.splitlines():
        assert bool(re.search("[▏▎▍▌▋▊▉█]", line)) == (not line.endswith("  0"))
    plain = on_a_terminal(
        *("timeline", "truce", "--by", "year", "--index", index),
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    assert "##" in plain and plain.isascii()


def test_csv_can_be_read_back_and_runs_nothing_in_a_spreadsheet(odd: Path) -> None:
    done = quick("facets", "truce", "--by", "source,year", "--csv", "--index", odd)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["by"] for row in rows} == {"source", "year"}
    values = [row["value"] for row in rows if row["by"] == "source"]
    assert "'=1+1" in values and 'a "b", c' in values and "x\ny" in values
    assert {"by": "year", "value": "", "articles": "5"} in rows
    assert not set(done.out) & FORBIDDEN


def test_the_rows_of_a_timeline_as_csv_add_up_to_its_total(index: Path) -> None:
    args = ("timeline", "truce OR oil", "--by", "month", "--index", index)
    found = quick(*args, "--json").json
    rows = list(csv.DictReader(io.StringIO(quick(*args, "--csv").out)))
    assert list(rows[0]) == [
        *("period", "first", "last", "length", "query", "articles", "archive", "share", "gap"),
    ]
    assert sum(int(row["articles"] or 0) for row in rows) == found["totals"][0]
    assert all((row["articles"] == "") == (row["gap"] == "yes") for row in rows)
    split = quick(*args, "--split", "source", "--csv").out.partition("\n")[0]
    assert split == "period,first,last,length,query,source,articles,archive,share,gap"


def test_timeline_json_has_the_agreed_shape(index: Path) -> None:
    done = quick("timeline", "truce", "--with", "oil", "--by", "year", "--json", "--index", index)
    assert done.code == 0 and done.err == ""
    assert list(done.json) == [
        *("by", "split", "archive", "totals", "values", "other", "took_ms", "notes", "nothing"),
        "series",
    ]
    assert [series["query"] for series in done.json["series"]] == ["truce", "oil"]
    for series in done.json["series"]:
        assert list(series) == [
            *("query", "understood", "value", "total", "undated", "archive", "archive_undated"),
            "periods",
        ]
        counts = [period["articles"] or 0 for period in series["periods"]]
        assert sum(counts) + series["undated"] == series["total"]
        assert list(series["periods"][0]) == [
            *("period", "first", "last", "length", "articles", "archive", "share", "gap"),
        ]


def test_gaps_are_shown_as_gaps_and_never_as_zero(index: Path) -> None:
    text = quick("timeline", "truce", "--by", "month", "--whole", "--index", index).out
    assert re.search(r"^  \d{4}-\d\d\.\.\d{4}-\d\d +gap$", text, re.MULTILINE)
    assert re.search(r"^  \d{4}-\d\d +0$", text, re.MULTILINE)
    assert re.search(r"^  \(no date\)", text, re.MULTILINE) is None
    undated = quick("timeline", "*", "--by", "year", "--share", "--index", index).out
    assert re.search(r"^  \(no date\) +3  100\.0%$", undated, re.MULTILINE)


def test_first_says_who_was_first_and_what_the_archive_covers(index: Path) -> None:
    done = quick("first", "truce", "--by", "source", "--index", index)
    assert done.code == 0
    assert done.out.startswith("1. The Delta Ledger  1 article\n   first 2011-05-05 ")
    assert "\nnever\n" in done.out
    assert "nothing before 2011-05-05 in this archive" in done.err
    alone = quick("first", "truce", "--index", index)
    assert "the earliest" in alone.out and "the latest" in alone.out
    as_json = quick("first", "truce", "--by", "source", "--json", "--index", index)
    assert list(as_json.json) == [
        *("query", "understood", "total", "undated", "archive", "took_ms", "notes", "nothing"),
        *("first", "last", "by", "values", "mentions", "never_values", "never"),
    ]
    assert list(as_json.json["mentions"][0]) == [
        *("value", "articles", "undated", "first", "last", "archive"),
    ]


@pytest.mark.parametrize("name", ["facets", "timeline", "first"])
def test_nothing_found_is_1_with_the_coverage_and_an_error_is_2(index: Path, name: str) -> None:
    done = quick(name, "truce AND zeppelin", "--index", index)
    assert (done.code, done.out) == (1, "")
    assert "nothing found for truce AND zeppelin" in done.err
    assert "zeppelin none" in done.err and "the archive has 56 articles" in done.err
    as_json = quick(name, "truce AND zeppelin", "--index", index, "--json")
    assert as_json.code == 1 and as_json.json["nothing"]["failing"] == ["zeppelin"]
    for args in (["("], ["truce", "--index", index / "none"], []):
        failed = quick(name, *args, *(["--index", index] if len(args) < 3 else []))
        assert failed.code == 2 and failed.out == ""


def test_words_with_a_minus_are_part_of_the_query(index: Path) -> None:
    every = quick("facets", "truce", "--by", "year", "--json", "--index", index).json["total"]
    less = quick("facets", "truce", "-libya", "--by", "year", "--json", "--index", index).json
    assert less["understood"] == "truce -libya" and less["total"] < every
    with_minus = quick(
        *("timeline", "truce", "--with", "-libya truce", "--json", "--index", index)
    ).json
    assert with_minus["totals"] == [every, less["total"]]
    advice = quick("facets", "truce", "-n", "3", "--index", index)
    assert advice.code == 2 and "write --limit 5" in advice.err


def test_forms_exclude_each_other(index: Path) -> None:
    for name in ("facets", "timeline"):
        done = quick(name, "truce", "--json", "--csv", "--index", index)
        assert done.code == 2 and "not both" in done.err
