"""Does `searcher index` say what it did not read, and keep what it was told?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .helpers import command, environment, quick


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def test_a_folder_of_what_is_not_read_is_no_success(folder: Path, index: Path) -> None:
    (folder / "style.css").write_text("p { color: red }\n")
    (folder / "sound.mp3").write_bytes(b"ID3\x03" + b"\0" * 100)
    for _ in range(2):
        done = quick("index", folder, "--index", index)
        assert done.code == 2
        assert (
            done.err.startswith("left out: ") and "stylesheet" in done.err and "audio" in done.err
        )
        assert len(done.err.splitlines()) == 1
        assert done.out.startswith("no articles found")
    told = quick("stats", "--index", index)
    assert "left out" in told.out and "stylesheet" in told.out


def test_what_is_left_out_is_told_and_strict_minds_it(folder: Path, index: Path) -> None:
    (folder / "a.txt").write_text("A\n\nThe text of A.\n")
    (folder / ".hidden").write_text("x")
    assert quick("index", folder, "--index", index, "--strict").code == 0
    (folder / "style.css").write_text("p { color: red }\n")
    assert quick("index", folder, "--index", index).code == 0
    done = quick("index", folder, "--index", index, "--strict", "--json")
    assert done.code == 2
    assert sum(done.json["left_out"].values()) == 2
    paths = {Path(found["path"]).name: found for found in done.json["left_out_files"]}
    assert set(paths) == {".hidden", "style.css"}
    assert all(found["kind"] and found["reason"] for found in paths.values())
    done = quick("index", folder, "--index", index, "--strict", "--exclude", "*.css")
    assert done.code == 0 and "1 excluded" in done.err


def test_a_strict_run_that_fails_says_why_when_quiet_too(folder: Path, index: Path) -> None:
    (folder / "a.txt").write_text("Flood at the quay\n\nThe water came over the wall.\n")
    (folder / "style.css").write_text("p { color: red }\n")
    done = quick("index", folder, "--index", index, "--quiet", "--strict")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("left out: 1 stylesheet")
    assert quick("index", folder, "--index", index, "--quiet").err == ""


def test_one_of_a_kind_is_told_as_one(folder: Path) -> None:
    (folder / "a.txt").write_text("Flood at the quay\n\nThe water came over the wall.\n")
    (folder / "link").symlink_to(folder)
    done = quick("index", folder, "--index", folder / "index")
    assert "1 index directory" in done.err and "1 link to a folder" in done.err
    assert "1 index directory" in quick("stats", "--index", folder / "index").out


def test_an_empty_folder_is_no_error(folder: Path, index: Path) -> None:
    done = quick("index", folder, "--index", index)
    assert done.code == 0 and done.out.startswith("no articles found")


def test_options_are_kept_and_forgotten_when_asked(folder: Path, index: Path) -> None:
    record = {"id": "1", "title": "T", "body": "plain", "lede": "the heron lede"}
    (folder / "a.json").write_text(json.dumps(record))
    (folder / "b.txt").write_text("B\n\nThe text of B.\n")
    quick("index", folder, "--index", index, "--map", "body=lede", "--exclude", "b*")
    assert quick("index", folder, "--index", index).out.startswith("nothing has changed")
    told = quick("stats", "--index", index).out
    assert "--map body=lede" in told and "--exclude 'b*'" in told
    done = quick("index", folder, "--index", index, "--no-map", "--no-exclude", "--json")
    assert (done.json["added"], done.json["updated"]) == (1, 1)
    assert quick("query", "heron", "--index", index).code == 1
    done = quick("index", folder, "--index", index, "--no-map", "--map", "body=lede")
    assert done.code == 2


def test_a_language_that_is_not_known_is_an_error_that_lists_those_that_are(
    folder: Path, index: Path
) -> None:
    done = quick("index", folder, "--index", index, "--language", "xx")
    assert done.code == 2 and "'xx'" in done.err and " en," in done.err
    done = quick("index", folder, "--index", index, "--language", "EN")
    assert done.code == 2 and "did you mean en?" in done.err
    done = quick("index", folder, "--index", index, "--language", "german")
    assert done.code == 2 and " de," in done.err
    assert not index.exists()
    assert quick("index", folder, "--index", index, "--language", "zxx").code == 0


def test_pruning_where_nothing_is_gone_says_that_nothing_has_changed(
    folder: Path, index: Path
) -> None:
    (folder / "a.txt").write_text("Flood at the quay\n\nThe water came over the wall.\n")
    quick("index", folder, "--index", index)
    done = quick("index", "--prune", "--index", index)
    assert done.code == 0 and done.out.startswith("nothing has changed")


def test_pruning_needs_no_path(folder: Path, index: Path) -> None:
    (folder / "a.txt").write_text("A\n\nThe text of A.\n")
    (folder / "b.txt").write_text("B\n\nThe text of B.\n")
    quick("index", folder, "--index", index)
    (folder / "a.txt").unlink()
    assert quick("index", "--prune", "--index", index, "--json").json["removed"] == 1
    assert quick("index", "--index", index).code == 2


# ---------------------------------------------------------------- signals


def slow_run(folder: Path, index: Path, workers: str) -> subprocess.Popen[bytes]:
    """A run over more than is read before a signal comes, stopped at its first article."""
    body = " ".join(f"w{number}ord" for number in range(1500))
    for number in range(4000):
        (folder / f"{number:04}.txt").write_text(f"Story {number}\n\n{number} {body}.\n")
    process = subprocess.Popen(
        command("index", folder, "--index", index, "--workers", workers),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    lock = index / "MAIN_WRITELOCK"
    deadline = time.monotonic() + 30
    while not (lock.exists() and lock.read_text()) and time.monotonic() < deadline:
        time.sleep(0.002)
    return process


@pytest.mark.parametrize(
    ("number", "workers"), [(signal.SIGINT, "0"), (signal.SIGINT, "2"), (signal.SIGTERM, "2")]
)
def test_the_first_signal_keeps_what_was_read(
    folder: Path, index: Path, number: int, workers: str
) -> None:
    # A busy machine may need seconds to start the processes that read.
    for wait_s in (0.7, 1.4, 2.8, 5.6):
        process = slow_run(folder, index, workers)
        time.sleep(wait_s)
        assert process.poll() is None, "all was read before the signal came"
        os.killpg(process.pid, number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (128 + number, b"")
        kept = quick("stats", "--index", index, "--json").json
        if kept["articles"]:
            break
    assert kept["articles"] == kept["files"] > 0
    text = err.decode()
    assert text.startswith("searcher: interrupted; ") and "run it again" in text
    assert f"holds {kept['articles']:,} article" in text and len(text.splitlines()) == 1
    # The next run goes on with the file after the last that was kept: a few will show it.
    for path in sorted(folder.iterdir())[kept["articles"] + 5 :]:
        path.unlink()
    done = quick("index", folder, "--index", index, "--json").json
    assert done["files_unchanged"] == kept["articles"]
    assert done["added"] == min(5, 4000 - kept["articles"])


_ENDS_INTERRUPTED = """
import searcher.cli, searcher.cli.group

class End(SystemExit):
    @property
    def code(self):
        raise KeyboardInterrupt

def main(prog_name):
    raise End

searcher.cli.group.searcher.main = main
searcher.cli.main()
"""


def test_a_signal_between_the_end_of_a_command_and_of_its_process_ends_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _ENDS_INTERRUPTED], capture_output=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (130, b"")


def test_a_second_signal_ends_it_and_leaves_the_last_commit(folder: Path, index: Path) -> None:
    process = slow_run(folder, index, "0")
    time.sleep(0.5)
    for _ in range(40):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.002)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in err
    kept = quick("stats", "--index", index, "--json").json
    assert kept["articles"] == kept["files"]
    assert quick("check", "--index", index).code == 0
