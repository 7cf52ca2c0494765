"""Is the house built as it says: one direction of imports, no printing left of the CLI?"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import searcher
from searcher import errors

PACKAGE = Path(searcher.__file__).parent
# Each room may import from itself and from the rooms before it.
ORDER = [
    {"direction", "errors", "headline", "importing"},
    {"fields", "notebook", "scoring"},
    {"agencies", "article", "distance", "month_names", "opening", "typography"},
    {"reading", "analysis", "query"},
    {"comparing", "copies", "evaluation", "exporting", "request"},
    {"codec"},
    {"indexing", "searching"},
    {"alerting", "recording"},
    {"archive_counts", "archive_export", "archive_kept", "archive_names", "archive_texts"},
    {"archive_reader", "watching"},
    {"engine"},
    # It stands beside `archive`, which opens one of its archives for an address, late.
    {"cluster"},
    {"archive"},
    # It stands beside `cli`, whose commands start it: they may import it, late.
    {"serving"},
    {"cli"},
]
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}


@cache
def modules() -> list[tuple[str, Path, ast.Module]]:
    return [
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path, ast.parse(path.read_text()))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, "imports name the whole path"
            rooms = {alias.name for alias in node.names} & set(FLOOR)
            names |= {f"searcher.{room}" for room in rooms} if node.module == "searcher" else set()
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


@pytest.mark.same_without_core
def test_imports_run_in_one_direction() -> None:
    for room, path, tree in modules():
        if room in ("__init__", "__main__"):
            continue
        assert room in FLOOR, f"{path}: ORDER does not know the room {room}"
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


def test_what_is_imported_late_is_imported_from_what_is_installed() -> None:
    """A library stands in somebody's process, whose current folder may be on its path."""
    for room, path, tree in modules():
        if room in ("cli", "__init__", "__main__", "importing"):  # their own path is clean
            continue
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for node in late_imports(function.body):
                    assert {n.name for n in node.names} <= {"sys"}, f"{path}:{node.lineno}"


def late_imports(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif not (
            isinstance(statement, ast.With)
            and ast.unparse(statement.items[0].context_expr) == "InstalledOnly()"
        ):
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                yield from late_imports(getattr(statement, name, []))


def test_every_room_in_the_order_is_there() -> None:
    assert {room for room, _, _ in modules()} - {"__init__", "__main__"} == set(FLOOR)


def test_every_file_says_which_question_it_answers() -> None:
    for _, path, tree in modules():
        assert ast.get_docstring(tree), path


PACKAGES = [path.parent for path in sorted(PACKAGE.rglob("*/__init__.py"))]


@pytest.mark.parametrize("package", PACKAGES, ids=[path.name for path in PACKAGES])
def test_a_package_says_what_each_of_its_files_is_for(package: Path) -> None:
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""
    files = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    folders = {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    named = set(re.findall(r"\b\w+(?:\.pyi?\b|/)", said))
    assert files | folders <= named
    assert {name for name in named if name.endswith(".py")} <= files, "a file that is gone"


def test_no_file_is_longer_than_600_lines() -> None:
    tests = Path(__file__).parent.rglob("*.py")
    for path in (*(path for _, path, _ in modules()), *tests):
        assert len(path.read_text().splitlines()) <= 600, path


def test_every_public_name_can_be_imported_and_is_sorted() -> None:
    assert sorted(searcher.__all__) == list(searcher.__all__)
    for name in searcher.__all__:
        assert getattr(searcher, name) is not None


def test_every_error_can_be_caught_by_a_public_name() -> None:
    assert set(errors.__all__) <= set(searcher.__all__)


def test_a_search_loads_only_what_its_query_needs(tmp_path: Path) -> None:
    script = (
        "import sys; from searcher import Archive\n"
        "Archive.create(sys.argv[1]).search('truce')\n"
        "late = ('notes', 'foreign', 'dates', 'instants', 'written_dates')\n"
        "late = [f'searcher.query.{name}' for name in late] + ['searcher.month_names']\n"
        "late += ['bs4', 'lxml', 'yaml', 'whoosh.qparser']\n"
        "print([m for m in late if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
