"""Can everything that users are given, or have to give, be imported from `searcher`?"""

from __future__ import annotations

import ast
import inspect
import sys
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import searcher

PUBLIC = {name: getattr(searcher, name) for name in searcher.__all__}
# What Python calls by itself, and users thereby.
CALLED = {
    "__call__", "__contains__", "__enter__", "__exit__", "__getitem__", "__init__", "__iter__",
    "__len__", "__new__",
}  # fmt: skip


@cache
def names_in(module: str) -> dict[str, Any]:
    """What the annotations in a module may name: what only type checkers import too."""
    loaded = sys.modules[module]
    names = dict(vars(loaded))
    for node in ast.parse(inspect.getsource(loaded)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for statement in node.body:
                if isinstance(statement, ast.Import | ast.ImportFrom):
                    exec(ast.unparse(statement), names)
    return names


def classes_in(hint: Any) -> Iterator[type]:
    """The classes of ours that a hint is made of."""
    if isinstance(hint, list | tuple):
        for part in hint:
            yield from classes_in(part)
    elif isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        if hint.__module__.partition(".")[0] == "searcher":
            yield hint
    else:
        yield from classes_in(typing.get_args(hint))


def hints_of(thing: Any) -> Iterator[tuple[str, Any]]:
    """All that the signature of a function, or the face of a class, names."""
    if isinstance(thing, property):
        thing = thing.fget
    thing = inspect.unwrap(getattr(thing, "__func__", thing))
    if isinstance(thing, types.FunctionType):
        if thing.__code__.co_filename.startswith("<"):  # made by dataclasses, of the fields
            return
        hints = typing.get_type_hints(thing, names_in(thing.__module__))
        yield from ((f"{thing.__qualname__}, {name}", hint) for name, hint in hints.items())
    elif isinstance(thing, type):
        yield from ((thing.__name__, base) for base in vars(thing).get("__orig_bases__", ()))
        for owner in thing.__mro__:
            if owner.__module__.partition(".")[0] != "searcher":
                continue
            fields = inspect.get_annotations(owner)
            hints = typing.get_type_hints(owner, names_in(owner.__module__))
            for name in fields:
                if not name.startswith("_"):
                    yield f"{thing.__name__}.{name}", hints[name]
            for name, member in vars(owner).items():
                if name in CALLED or not name.startswith("_"):
                    yield from hints_of(member)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_a_public_name_takes_and_returns_is_public(name: str) -> None:
    known = {thing for thing in PUBLIC.values() if isinstance(thing, type)}
    missing = {
        f"{found.__module__}.{found.__qualname__} ({where})"
        for where, hint in hints_of(PUBLIC[name])
        for found in classes_in(hint)
        if found not in known
    }
    assert not missing


def test_hints_are_seen_wherever_they_stand() -> None:
    seen = {
        found.__name__
        for name in ("Archive", "Report", "Results", "IndexWriter", "read", "Explanation")
        for _, hint in hints_of(PUBLIC[name])
        for found in classes_in(hint)
    }
    assert seen >= {
        "Node", "Note", "Progress", "IndexWriter", "Removal", "ReadError", "ArticleChange",
        "Hit", "MapUse", "PartExplanation", "CheckReport", "FieldTable", "Request", "Article",
    }  # fmt: skip


def test_names_are_imported_when_they_are_used() -> None:
    for name, thing in PUBLIC.items():
        home = searcher._HOMES.get(name, "searcher.errors")
        assert getattr(sys.modules[home], name) is thing
    assert set(searcher._HOMES) < set(searcher.__all__)
