"""Do the files that are given for running a server fit what the server takes?"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from searcher.cli.serve import command

pytestmark = pytest.mark.same_without_core

DOCS = Path(__file__).resolve().parents[2] / "docs"


def options() -> set[str]:
    return {
        name
        for option in command.params
        if isinstance(option, click.Option)
        for name in (*option.opts, *option.secondary_opts)
    }


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    unit = tmp_path / "searcher.service"
    unit.write_bytes((DOCS / "serving" / "searcher.service").read_bytes())
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True)
    if "Failed to initialize" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip(f"systemd-analyze cannot run here: {done.stderr.strip()}")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_option_that_is_named_is_there() -> None:
    for file in (DOCS / "serving.md", *(DOCS / "serving").iterdir()):
        for line in file.read_text().splitlines():
            if "docker run" in line or "curl" in line:
                continue
            for name in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line):
                known = options() | {
                    "--from", "--interval", "--timeout", "--system", "--uid", "--read-only",
                    "--tmpfs", "--cap-drop", "--security-opt", "--memory", "--now",
                    "--no-cache-dir", "--no-install-recommends", "--help",
                }  # fmt: skip
                assert name in known, f"{file.name}: {name}"
