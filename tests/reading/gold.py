"""How many hand-checked values of real files are right, by format?

The files are other people's: they stand beside the project where they are there at all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TOOL = SHARED / "tools" / "formats.py"
FORMATS = SHARED / "data" / "formats"


def share_right(tmp_path: Path, *formats: str) -> float:
    """The share of the values of these formats that are read as somebody checked them."""
    if not TOOL.exists() or not (FORMATS / "gold.jsonl").exists():
        pytest.skip("the hand-checked files of news formats are not beside the project")
    out = tmp_path / "judged.jsonl"
    subprocess.run(
        [sys.executable, TOOL, "--only", ",".join(formats), "--json", out],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PATH": "/usr/bin:/bin"},
        timeout=600,
    )
    judged = [json.loads(line) for line in out.read_text().splitlines()]
    assert judged, f"no values of {formats}"
    right = sum(bool(value["right"]) for value in judged)
    return right / len(judged)
