"""Is the native core found, left alone or asked for as SEARCHER_NATIVE says?"""

from __future__ import annotations

import importlib
import subprocess
import sys
import types
from importlib.util import find_spec
from pathlib import Path

import pytest

from searcher import Archive, Article, SearcherError
from searcher.codec import core


@pytest.fixture(autouse=True)
def not_looked_for_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "_found", None)


def with_module(monkeypatch: pytest.MonkeyPatch, **names: object) -> None:
    module = types.ModuleType("searcher.codec._native")
    vars(module).update(names)
    monkeypatch.setitem(sys.modules, module.__name__, module)


def without_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "_MODULE", "searcher.codec._not_built")


def test_off_does_without_the_core_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "off")
    assert core.native_core() is None
    assert str(core.find_core()) == "plain (SEARCHER_NATIVE=off)"


def test_a_core_that_is_not_built_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    without_module(monkeypatch)
    monkeypatch.setenv("SEARCHER_NATIVE", "auto")
    assert str(core.find_core()) == "plain (the native core is not built)"


def test_a_required_core_that_is_not_built_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    without_module(monkeypatch)
    monkeypatch.setenv("SEARCHER_NATIVE", "require")
    with pytest.raises(SearcherError, match=r"not built.*make setup"):
        core.native_core()


def test_a_core_from_before_an_update_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with_module(monkeypatch, VERSION="0")
    monkeypatch.setenv("SEARCHER_NATIVE", "auto")
    assert str(core.find_core()) == "plain (the native core is older than this Searcher)"


@pytest.mark.skipif(find_spec(core._MODULE) is None, reason="the native core is not built")
def test_the_core_that_is_built_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "require")
    assert core.native_core() is sys.modules[core._MODULE]
    assert str(core.find_core()) == "native"


@pytest.mark.skipif(find_spec(core._MODULE) is None, reason="the native core is not built")
@pytest.mark.parametrize("name", ["Builder", "Plan", "Searcher", "Segment", "merge", "VERSION"])
def test_a_core_without_one_thing_is_not_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    whole = vars(importlib.import_module(core._MODULE))
    with_module(monkeypatch, **{other: value for other, value in whole.items() if other != name})
    monkeypatch.setenv("SEARCHER_NATIVE", "auto")
    assert str(core.find_core()) == "plain (the native core is older than this Searcher)"


@pytest.mark.skipif(find_spec(core._MODULE) is None, reason="the native core is not built")
def test_a_core_whose_segments_can_do_less_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = vars(importlib.import_module(core._MODULE))
    with_module(monkeypatch, **{**whole, "Segment": type("Segment", (), {})})
    monkeypatch.setenv("SEARCHER_NATIVE", "auto")
    assert str(core.find_core()) == "plain (the native core is older than this Searcher)"


def test_what_cannot_be_done_without_the_core_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "off")
    with pytest.raises(SearcherError, match=r"need the native core, and SEARCHER_NATIVE=off"):
        core.required_core()


def test_another_value_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHER_NATIVE", "maybe")
    with pytest.raises(SearcherError, match="auto, off, require"):
        core.native_core()


def test_the_command_line_says_why_the_core_is_not_used(tmp_path: Path) -> None:
    def say(*args: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "searcher", *args],
            env={"SEARCHER_NATIVE": "off", "PYTHONPATH": str(Path(core.__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert say("--version").endswith("(plain path: SEARCHER_NATIVE=off)\n")
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patch:
        patch.setenv("SEARCHER_NATIVE", "off")
        with Archive.create(tmp_path / "index") as archive, archive.writer() as writer:
            writer.add(Article("Truce", "A truce held."))
    assert "plain (SEARCHER_NATIVE=off)" in say("stats", "--index", str(tmp_path / "index"))
