"""Does `searcher mcp` start, and say what is missing?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.helpers import ROOT, command, environment

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def test_an_older_client_gets_the_tools_and_nothing_else_on_standard_output(
    index: Path,
) -> None:
    pytest.importorskip("mcp", reason="searcher[mcp] is not installed")
    messages = [
        INITIALIZE,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]
    with subprocess.Popen(
        command("mcp", "--index", index),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        try:
            assert process.stdin is not None and process.stdout is not None
            for message in messages:
                process.stdin.write(json.dumps(message).encode() + b"\n")
                process.stdin.flush()
            answers = [json.loads(process.stdout.readline()) for _ in range(2)]
            process.stdin.close()
            assert process.stdout.read() == b""
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert [answer["id"] for answer in answers] == [1, 2]
    assert len(answers[1]["result"]["tools"]) == 7


@pytest.mark.parametrize("missing", ["mcp", "msgspec"])
def test_without_the_extra_it_says_how_to_get_it(missing: str, index: Path) -> None:
    script = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from searcher.cli import main; sys.argv = ['searcher', *sys.argv[1:]]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "mcp", "--index", os.fspath(index)],
        env=environment(),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2 and done.stdout == ""
    assert "pip install 'searcher[mcp]'" in done.stderr and "Traceback" not in done.stderr


def test_without_an_index_it_does_not_start(tmp_path: Path) -> None:
    pytest.importorskip("mcp", reason="searcher[mcp] is not installed")
    done = subprocess.run(
        command("mcp", "--index", tmp_path / "nowhere"),
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2 and "no index" in done.stderr
