"""What `searcher watch` prints, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .helpers import command, environment, quick


def write(folder: Path, name: str) -> None:
    (folder / "news").mkdir(exist_ok=True)
    path = folder / "news" / f"{name}.txt"
    path.write_text(f"Truce {name}\n\nThe harbour {name} is closed.\n")
    os.utime(path, (1_600_000_000, 1_600_000_000))


def test_once_indexes_and_runs_alerts_for_cron(tmp_path: Path) -> None:
    write(tmp_path, "a")
    words = ["watch", tmp_path / "news", "--once", "--alerts", "--index", tmp_path / "index"]
    done = quick(*words)
    assert done.code == 0 and "1 article added; read 1 file" in done.out
    assert quick("alert", "add", "truce", "truce", "--index", tmp_path / "index").code == 0
    write(tmp_path, "b")
    done = quick(*words, "--quiet")
    assert done.code == 0 and done.err == ""
    assert done.out.startswith("truce: 1 new article for truce\n\n1. Truce b\n")
    assert quick(*words).out == ""


def test_json_is_a_line_for_each_look_and_each_delivery(tmp_path: Path) -> None:
    write(tmp_path, "a")
    words = ["watch", tmp_path / "news", "--once", "--alerts", "--index", tmp_path / "index"]
    quick(*words)
    quick("alert", "add", "truce", "truce", "--index", tmp_path / "index")
    write(tmp_path, "b")
    ringing, found = map(json.loads, quick(*words, "--json").out.splitlines())
    assert ringing["run"] == "truce-000001" and ringing["hits"][0]["title"] == "Truce b"
    assert list(found) == ["at", "index", "waiting", "empty", "alerts", "error"]
    assert found["index"]["added"] == 1 and found["alerts"]["ringings"] == ["truce-000001"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    write(tmp_path, "a")
    words = command("watch", tmp_path / "news", "--every", "1h", "--index", tmp_path / "index")
    process = subprocess.Popen(
        words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "1 article added" in process.stdout.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "stopped; what was read is kept\n")


def test_a_time_is_written_as_people_write_it(tmp_path: Path) -> None:
    for bad in ("0", "0s", "-1s", "soon", "1d", "5 minutes"):
        done = quick("watch", tmp_path, "--every", bad)
        assert done.code == 2 and "no time such as 30s, 5m or 1h" in done.err
    done = quick("watch", tmp_path / "nowhere", "--index", tmp_path / "index", "--every", "5m")
    assert done.code == 2 and "nowhere" in done.err
