"""Is the house built as it says: one direction of imports, no printing left of the CLI?"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import searcher

PACKAGE = Path(searcher.__file__).parent
# Each room may import from itself and from the rooms before it.
ORDER = [
    {"errors", "importing"},
    {"article", "opening", "typography"},
    {"reading", "analysis", "query"},
    {"codec"},
    {"indexing"},
    {"searching"},
    {"archive"},
    {"cli"},
]
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}


def modules() -> list[tuple[str, Path, ast.Module]]:
    return [
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path, ast.parse(path.read_text()))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


def test_imports_run_in_one_direction() -> None:
    for room, path, tree in modules():
        if room not in FLOOR:
            continue
        for name in imported(tree):
            parts = name.split(".")
            if parts[0] == "searcher" and len(parts) > 1 and parts[1] != room:
                assert FLOOR[parts[1]] < FLOOR[room], f"{path} imports {name}"


def test_nothing_left_of_the_cli_imports_click_or_prints() -> None:
    for room, path, tree in modules():
        if room == "cli":
            continue
        assert "click" not in imported(tree), path
        calls = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"print", "input"}, path


def test_every_file_says_which_question_it_answers() -> None:
    for _, path, tree in modules():
        assert ast.get_docstring(tree), path


def test_no_file_is_longer_than_600_lines() -> None:
    for _, path, _ in modules():
        assert len(path.read_text().splitlines()) <= 600, path


def test_every_public_name_can_be_imported_and_is_sorted() -> None:
    assert sorted(searcher.__all__) == list(searcher.__all__)
    for name in searcher.__all__:
        assert getattr(searcher, name) is not None


def test_a_search_loads_no_reader_of_pages(tmp_path: Path) -> None:
    script = (
        "import sys; from searcher import Archive\n"
        "Archive.create(sys.argv[1]).search('truce')\n"
        "print([m for m in ('bs4', 'lxml', 'yaml', 'whoosh.qparser') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
