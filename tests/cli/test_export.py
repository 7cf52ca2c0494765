"""What `searcher export` writes, says and exits with."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from searcher import Archive, Article
from searcher.exporting.formats import FORMATS

from .helpers import FORBIDDEN, command, environment, quick, run


@pytest.mark.parametrize("form", [row.name for row in FORMATS if not row.is_folder])
def test_every_format_is_the_same_in_a_file_and_in_a_pipe(
    index: Path, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "out"
    done = quick("export", "truce", "--format", form, "-o", path, "--index", index)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("8 articles written to ") and form in done.err
    piped = run("export", "truce", "--format", form, "--index", index)
    assert piped.returncode == 0 and piped.stdout == path.read_bytes()
    assert piped.stderr.startswith(b"8 articles written (")
    quiet = run("export", "truce", "--format", form, "--index", index, "--quiet")
    assert (quiet.stdout, quiet.stderr) == (piped.stdout, b"")


def test_csv_has_the_articles_of_the_query_in_its_order(index: Path) -> None:
    ids = quick("query", "truce", "--sort", "date", "--limit", "99", "--ids", "--index", index)
    done = quick(
        *("export", "truce", "--sort", "date", "--format", "csv", "--fields", "id, title"),
        *("--index", index),
    )
    rows = list(csv.reader(io.StringIO(done.out, newline="")))
    assert rows[0] == ["id", "title"] and [row[0] for row in rows[1:]] == ids.out.split()


def test_the_name_of_the_file_says_the_format(index: Path, tmp_path: Path) -> None:
    quick("export", "truce", "-libya", "-o", tmp_path / "a.jsonl", "--index", index)
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    shown = quick("query", "truce", "-libya", "--limit", "99", "--ids", "--index", index)
    assert [json.loads(line)["id"] for line in lines] == shown.out.split() != []
    done = run("export", "truce", "-o", tmp_path / "a.txt", "--index", index)
    assert done.returncode == 2 and b"does not say in which format; name one: csv" in done.stderr


def test_a_folder_of_texts_is_written(index: Path, tmp_path: Path) -> None:
    done = quick(
        *("export", "truce", "--format", "text-folder", "-o", tmp_path / "out"),
        *("--index", index, "--json"),
    )
    assert done.code == 0 and done.err == ""
    assert done.json["articles"] == done.json["total"] == 8
    assert len(list((tmp_path / "out").glob("0000*.txt"))) == 8


def test_nothing_found_exits_with_1_and_an_empty_file(index: Path, tmp_path: Path) -> None:
    done = quick("export", "zeppelin", "-o", tmp_path / "a.csv", "--index", index)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("nothing found for zeppelin; ") and "holds no article" in done.err
    assert (tmp_path / "a.csv").read_text().count("\n") == 1


def test_a_file_that_is_there_is_kept_without_force(index: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    done = quick("export", "truce", "-o", path, "--index", index)
    assert done.code == 2 and "is there already" in done.err and "--force" in done.err
    assert path.read_text() == "mine"
    assert quick("export", "truce", "-o", path, "--force", "--index", index).code == 0
    assert path.read_text() != "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["truce"], "format: none is named; name one: csv, jsonl"),
        (["truce", "--format", "csv", "--json"], "name a file with -o"),
        (["truce", "--format", "ris", "--bom"], "--bom is for CSV"),
        (["truce", "--format", "csv", "--fields", "titel"], "did you mean title?"),
        (["truce", "--format", "docx"], "docx"),
        (["tilte:x", "--format", "csv"], "the query cannot be read"),
        (["truce", "-f", "csv"], "write --format csv"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said(index: Path, words: list[str], said: str) -> None:
    done = quick("export", *words, "--index", index)
    assert (done.code, done.out) == (2, "") and said in done.err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_a_message(index: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command("export", "*", "--format", "csv", "--index", index),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"searcher: cannot write the output: No space left")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of more than a pipe holds; few of it are words, so it is soon made."""
    path = tmp_path_factory.mktemp("large") / "index"
    with Archive.create(path) as archive, archive.writer() as writer:
        for number in range(4000):
            text = f"truce\x1b]0;owned\x07 {number}\n\n" + "- " * 3750
            writer.add(Article(f"Number {number}", text, id=f"n{number}"))
    return path


def test_a_reader_that_goes_away_is_no_error(large: Path) -> None:
    with subprocess.Popen(
        command("export", "truce", "--format", "jsonl", "--index", large),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["title"].startswith("Number")
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(timeout=60), said) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_that_is_stopped_leaves_nothing(
    large: Path, tmp_path: Path, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        command("export", "truce", "-o", tmp_path / "a.csv", "--index", large),
        stderr=subprocess.PIPE,
        env=environment(),
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("it was done before it could be stopped")
    assert process.returncode == 130 and said.strip().endswith(b"searcher: interrupted")
    assert list(tmp_path.iterdir()) == []


def test_an_article_cannot_command_a_terminal(large: Path) -> None:
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command("export", "truce", "--format", "markdown", "--limit", "3", "--index", large),
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.PIPE,
        env=environment(TERM="xterm"),
    )
    os.close(follower)
    received = b""
    while True:
        try:
            data = os.read(leader, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            break
        if not data:
            break
        received += data
    os.close(leader)
    process.communicate(timeout=60)
    shown = received.decode().replace("\r\n", "\n")
    assert "Number" in shown and not FORBIDDEN & set(shown)


def test_export_is_found_by_what_it_is_called_elsewhere() -> None:
    assert "did you mean export?" in quick("dump", "truce").err
