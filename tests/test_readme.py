"""Does the README tell the truth?  Its examples run here, and its output is compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus, and `searcher` and `python` as commands."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "corpus", place / "corpus")
    (place / "bin").mkdir()
    for name, arguments in (("searcher", " -m searcher"), ("python", "")):
        script = place / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
        script.chmod(0o755)
    # As the first session does, which may run in another process than the others.
    subprocess.run(
        ["searcher", "index", "--quiet", "corpus/"], cwd=place, env=environment(place), check=True
    )
    return place


def environment(place: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }


def steps(session: str) -> list[tuple[str, str]]:
    """The commands of a console session, each with the output that should follow."""
    parts = re.split(r"^\$ (.*)\n", session, flags=re.M)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def fits(expected: str, found: str) -> bool:
    """Whether `found` is `expected`, in which `...` stands for anything."""
    pattern = ".*?".join(re.escape(piece.strip(" ")) for piece in expected.strip().split("..."))
    return re.fullmatch(pattern, found.strip(), re.S) is not None


@pytest.mark.parametrize("session", [text for kind, text in BLOCKS if kind == "console"])
def test_the_session_goes_as_it_is_shown(session: str, workplace: Path) -> None:
    for command, expected in steps(session):
        done = subprocess.run(
            command,
            shell=True,
            cwd=workplace,
            env=environment(workplace),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stderr}"
        assert fits(expected, done.stdout), f"$ {command}\n{done.stdout}"


@pytest.mark.parametrize("code", [text for kind, text in BLOCKS if kind == "python"])
def test_the_python_runs_as_it_stands(code: str, workplace: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=workplace,
        env=environment(workplace),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
