"""Running the command line: in a process of its own, or quickly in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]

# Everything a terminal might obey: C0 but line feed, DEL, C1, lasting bidi controls.
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
BIDI = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
FORBIDDEN = set(CONTROLS.replace("\n", "") + BIDI)

# What an article has as JSON, in order.
ARTICLE_KEYS = [
    *("id", "title", "byline", "date", "source", "section", "language", "url", "path", "status"),
    *("updated", "record", "date_text", "encoding", "metadata", "body"),
]


def environment(**more: str) -> dict[str, str]:
    """A quiet environment in which this checkout is importable."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("COLUMNS", "NO_COLOR", "SEARCHER_INDEX", "SEARCHER_DEBUG", "TERM")
    }
    paths = filter(None, [str(ROOT), env.get("PYTHONPATH")])
    return {**env, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", **more}


def command(*args: object) -> list[Any]:
    words = [arg if isinstance(arg, bytes) else str(arg) for arg in args]
    return [sys.executable, "-m", "searcher", *words]


def run(
    *args: str | bytes | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `searcher ARGS` as a process, and check that it ended in a decent way."""
    done = subprocess.run(
        command(*args),
        cwd=cwd,
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
    )
    assert_decent(done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
    return done


@dataclass
class Done:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def quick(*args: object) -> Done:
    """Run `searcher ARGS` in this process."""
    from searcher.cli.group import searcher

    result = CliRunner().invoke(searcher, [str(arg) for arg in args], prog_name="searcher")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    done = Done(result.exit_code, result.stdout, result.stderr)
    assert_decent(done.out, done.err)
    return done


def assert_decent(*outputs: str) -> None:
    for output in outputs:
        assert "Traceback" not in output
        assert "fault in Searcher itself" not in output, output


def assert_inert(*outputs: str) -> None:
    """Nothing in `outputs` that a terminal obeys, but the line feed."""
    for output in outputs:
        assert not FORBIDDEN & set(output), sorted(map(ascii, FORBIDDEN & set(output)))


def write_articles(folder: Path, **titles: str) -> None:
    """A file for each of `titles`, called by its name, with one article in it."""
    folder.mkdir(exist_ok=True)
    for name, title in titles.items():
        (folder / f"{name}.txt").write_text(f"{title}\n\nThe harbour is closed.\n")


def snapshot_of(folder: Path) -> dict[str, bytes]:
    """Every file under `folder`, with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
