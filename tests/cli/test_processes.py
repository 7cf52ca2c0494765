"""What only a real process shows: terminals, pipes and signals."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .helpers import FORBIDDEN, command, environment, quick, run

pty = pytest.importorskip("pty")


def on_terminal(*args: str | Path, **env: str) -> str:
    """Run with stdout and stderr on a terminal, and return all that it was sent."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command(*args),
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env=environment(**{"TERM": "xterm", "COLUMNS": "60", **env}),
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
    process.wait(timeout=60)
    return received.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_and_wrapped_lines(index: Path) -> None:
    shown = on_terminal("query", '"humanitarian truce"', "--index", index)
    assert "\x1b[1m" in shown and "\x1b[1;33m" in shown and "**" not in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "\x1b" not in plain and "humanitarian truce" in " ".join(plain.split())
    text = [line for line in plain.splitlines() if "/" not in line and "articles match" not in line]
    assert max(map(len, text)) <= 60
    assert "3 articles match" in plain


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_can_be_asked_for_no_colour(index: Path, env: dict[str, str]) -> None:
    shown = on_terminal("query", '"humanitarian truce"', "--index", index, **env)
    assert "\x1b" not in shown and "**humanitarian" in shown


def test_an_article_cannot_command_a_terminal(corpus: Path) -> None:
    shown = on_terminal("extract", corpus / "malformed" / "escape-sequences.txt")
    plain = re.sub(r"\x1b\[(?:0|1|2|1;33)m", "", shown)
    assert "\\u202e" in plain and not FORBIDDEN & set(plain)


def test_progress_is_shown_on_a_terminal_only(corpus: Path, tmp_path: Path) -> None:
    shown = on_terminal("index", corpus / "html", "--index", tmp_path / "a")
    assert "%" in shown and "articles/s" in shown and "16 articles added" in shown
    # The bar is cleared before the summary.
    assert shown.rpartition("\x1b[K")[2].startswith("16 articles added")
    assert "%" not in on_terminal("index", corpus / "html", "--index", tmp_path / "b", "--quiet")
    piped = run("index", corpus / "html", "--index", tmp_path / "c")
    assert piped.stderr == b"" and b"%" not in piped.stdout


@pytest.mark.parametrize(
    "args",
    [
        ("query", "truce"),
        ("query", "truce", "--json"),
        ("stats",),
        ("show", "ID"),
        ("--help",),
    ],
)
def test_a_reader_that_goes_away_is_no_error(
    index: Path, truce_id: str, args: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    named = [] if args[0] == "--help" else ["--index", index]
    done = subprocess.run(
        command(
            *(truce_id if arg == "ID" else arg for arg in args),
            *named,
            *(["--quiet"] if args[0] == "query" else []),
        ),
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("options", [[], ["--json"], ["--limit", "0"]])
def test_a_full_disk_is_a_message(index: Path, unbuffered: str, options: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command("query", "*", "--limit", "99", *options, "--index", index, "--quiet"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(PYTHONUNBUFFERED=unbuffered),
            timeout=60,
        )
    if options == ["--limit", "0"]:
        assert (done.returncode, done.stderr) == (0, b"")  # nothing was to be written
    else:
        assert done.returncode == 2 and done.stderr.count(b"\n") == 1
        assert done.stderr.startswith(b"searcher: cannot write the output: No space left")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_an_error_that_can_be_said_nowhere_is_an_error_still(index: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command("query", "*", "--index", index),
            stdout=full,
            stderr=full,
            env=environment(PYTHONUNBUFFERED="1"),
            timeout=60,
        )
    assert done.returncode == 2


def test_closed_streams_are_no_trouble(index: Path) -> None:
    script = f'"{command()[0]}" -m searcher query truce --index "{index}" >&- 2>&-'
    done = subprocess.run(["/bin/sh", "-c", script], env=environment(), timeout=60)
    assert done.returncode == 0


@pytest.mark.parametrize("workers", ["0", "2"])
def test_ctrl_c_leaves_the_last_commit_searchable(tmp_path: Path, workers: str) -> None:
    words = [f"w{number}ord" for number in range(3000)]
    noise = random.Random(7)
    index, small, large = tmp_path / "index", tmp_path / "small", tmp_path / "large"
    small.mkdir()
    large.mkdir()
    (small / "first.txt").write_text("First\n\nThe quillwort is safe.\n")
    assert run("index", small, "--index", index).returncode == 0
    # Several times as much as is read before the signal comes.
    for number in range(3000):
        body = " ".join(noise.choices(words, k=500))
        (large / f"{number}.txt").write_text(f"Story {number}\n\n{body}.\n")
    process = subprocess.Popen(
        command("index", large, "--index", index, "--workers", workers),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
        # Who started these tests in the background has had the signal ignored, by them too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    lock = index / "MAIN_WRITELOCK"
    deadline = time.monotonic() + 30
    while not lock.read_text() and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(0.1)
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to children, too
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    # What had been read by then is kept (tests/cli/test_index.py), and told in one line.
    assert re.fullmatch(
        rb"searcher: interrupted; (what was committed before is intact \(1 article\)"
        rb"|[0-9,]+ articles that had been read are kept, [^\n]+)\n",
        err,
    )
    assert quick("query", "quillwort", "--index", index).code == 0
    done = run("index", small, "--index", index)
    assert done.returncode == 0 and done.stdout.startswith(b"nothing has changed")
