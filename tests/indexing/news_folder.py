"""A small folder of news that changes, for the tests of runs over it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searcher import Archive, Report


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "old").mkdir(parents=True)
    for name, word in (("a", "alpha"), ("b", "bravo"), ("old/c", "charlie")):
        story(folder / f"{name}.txt", word)
    return folder


def story(path: Path, *words: str) -> None:
    path.write_text(f"Title: About {words[0]}\n\nThe {' '.join(words)} story is told here.\n")


def jsonl(path: Path, *articles: tuple[str, str]) -> None:
    lines = [
        json.dumps({"url": f"https://e.org/{u}", "title": "T", "body": b}) for u, b in articles
    ]
    path.write_text("\n".join(lines) + "\n")


def changes(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed
