"""What all commands have in common: help with an example, usage, completions, imports."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import searcher

from .helpers import command, environment, quick, run


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
