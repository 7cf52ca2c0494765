"""What is left when any call of the system fails, once or for ever, or never returns?

Everything that makes, changes or reads an index is tried with each of its calls failing,
or killed before it, in processes of their own (`fault_session.py`) whose calls go through
the library of `faulty_calls.c`.  Each trial must end in success or one error that names the
index, with the old state or the new one, a free lock, and nothing left behind after the
next commit.  `SEARCHER_FAULTS=all` tries every call; by default some are drawn.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest

from searcher.codec.core import find_core

FAULTS = os.environ.get("SEARCHER_FAULTS", "6")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EMFILE)
KILLED = -1
COMPILER = shutil.which("cc")

pytestmark = [
    pytest.mark.same_without_core,
    pytest.mark.skipif(
        COMPILER is None or sys.platform != "linux", reason="needs a C compiler on Linux"
    ),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("library") / "faulty_calls.so"
    source = Path(__file__).with_name("faulty_calls.c")
    command = [str(COMPILER), "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"]
    subprocess.run(command, check=True, timeout=120)
    return made


class Session:
    """One process that tries an operation with faults, each in a fork of its own."""

    def __init__(self, library: Path, folder: Path, kind: str, operation: str) -> None:
        folder.mkdir()
        self._said = folder.with_name(f"{folder.name}-said")
        said = self._said.open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.indexing.fault_session", kind, operation, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env={**os.environ, "LD_PRELOAD": str(library)},
            cwd=Path(__file__).parents[2],
        )
        said.close()

    def ask(self, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What came of each."""
        assert self._process.stdin and self._process.stdout
        for fault in faults:
            self._process.stdin.write(json.dumps(fault) + "\n")
        self._process.stdin.flush()
        lines = [self._process.stdout.readline() for _ in faults]
        assert all(lines), self._said.read_text()[-3000:]
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()
            code = self._process.wait(60)
        assert code == 0, self._said.read_text()[-3000:]


def run(
    library: Path, folder: Path, kind: str, operation: str, faults: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    session = Session(library, folder, kind, operation)
    try:
        return session.ask(faults)
    finally:
        session.close()


Tried = Callable[[str, str, list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def tried_with(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """`tried_with(kind, operation, faults)`: in one process for all tests of both."""
    folder = tmp_path_factory.mktemp("faults")
    sessions: dict[tuple[str, str], Session] = {}
    with ExitStack() as closing:

        def ask(kind: str, operation: str, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
            if (kind, operation) not in sessions:
                where = folder / f"{kind}-{operation}"
                session = sessions[kind, operation] = Session(library, where, kind, operation)
                closing.callback(session.close)
            return sessions[kind, operation].ask(faults)

        yield ask


def fault(call: int, action: int, *, sticky: bool = False, reads: bool = False) -> dict[str, Any]:
    return {"call": call, "action": action, "sticky": sticky, "reads": reads}


KINDS = ["plain", "native"]
WRITING = ["create", "commit", "merge", "optimize"]


def some(faults: list[dict[str, Any]], seed: str) -> list[dict[str, Any]]:
    if FAULTS == "all":
        return faults
    return Random(seed).sample(faults, min(int(FAULTS), len(faults)))


def of_state(contents: dict[str, str] | None) -> dict[str, str] | None:
    return None if contents is None else {k: v for k, v in contents.items() if k != "again"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", WRITING)
def test_a_call_that_fails_leaves_the_old_state_or_the_new(
    tried_with: Tried, kind: str, operation: str
) -> None:
    if kind == "native" and find_core().module is None:
        pytest.skip("the native core is not here")
    untried = [fault(0, 0, reads=True), fault(1, errno.EIO, sticky=True, reads=True)]
    whole, nothing = tried_with(kind, operation, untried)
    assert whole["said"]["faults"] == whole["then"]["faults"] == []
    old, new = nothing["said"]["contents"], whole["said"]["contents"]
    assert old != new or operation == "optimize"
    calls = range(1, whole["said"]["calls"] + 1)
    faults = some(
        [
            fault(call, error, sticky=sticky, reads=True)
            for call in calls
            for error in ERRORS
            for sticky in (False, True)
        ],
        f"{kind} {operation}",
    )
    wrong = []
    seen = set()
    for tried in tried_with(kind, operation, faults):
        said, then = tried["said"], tried["then"]
        seen.add(said.get("outcome"))
        found = [said["contents"], of_state(then["contents"])]
        ok = said["signal"] == 0 and all(state in (old, new) for state in found)
        if not ok or said["faults"] or then["faults"]:
            wrong.append(tried)
    assert not wrong, json.dumps(wrong[:3], indent=1)
    assert seen <= {"done", "refused"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", WRITING)
def test_a_process_that_is_killed_leaves_the_old_state_or_the_new(
    tried_with: Tried, kind: str, operation: str
) -> None:
    if kind == "native" and find_core().module is None:
        pytest.skip("the native core is not here")
    untried = [fault(0, 0), fault(1, KILLED)]
    whole, nothing = tried_with(kind, operation, untried)
    states = (nothing["then"]["contents"], whole["said"]["contents"])
    faults = some(
        [fault(call, KILLED) for call in range(1, whole["said"]["calls"] + 1)],
        f"{kind} {operation}",
    )
    for tried in tried_with(kind, operation, faults):
        assert tried["said"]["signal"] == signal.SIGKILL
        assert tried["then"]["faults"] == []
        assert tried["then"]["contents"] in states


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_that_cannot_be_read_just_now_is_not_called_damaged(
    tried_with: Tried, kind: str
) -> None:
    if kind == "native" and find_core().module is None:
        pytest.skip("the native core is not here")
    (whole,) = tried_with(kind, "search", [fault(0, 0, reads=True)])
    assert whole["said"]["faults"] == []
    faults = some(
        [
            fault(call, error, sticky=sticky, reads=True)
            for call in range(1, whole["said"]["calls"] + 1)
            for error in (errno.EIO, errno.EACCES, errno.EMFILE)
            for sticky in (False, True)
        ],
        kind,
    )
    for tried in tried_with(kind, "search", faults):
        said = tried["said"]
        assert said["faults"] == [] and said["contents"] == whole["said"]["contents"], tried
        assert "damaged" not in said.get("message", "")
