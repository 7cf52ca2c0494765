"""Nodes are frozen values: alike when they say the same, wherever it was typed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from searcher.query import (
    Fuzzy,
    Near,
    Not,
    Or,
    Word,
    parse,
    subtrees,
    walk,
)

pytestmark = pytest.mark.same_without_core


def test_nodes_are_alike_by_kind_and_fields_but_not_by_place() -> None:
    assert Word("a", start=1, end=2) == Word("a", start=5, end=6) == Word(text="a")
    assert hash(Word("a", start=1)) == hash(Word("a"))
    assert Word("a") != Word("b")
    assert Not(Word("a")) != Word("a")
    assert Near(Word("a"), Word("b"), 5) != Near(Word("a"), Word("b"), 5, True)


def test_fields_have_names_order_and_defaults() -> None:
    assert Fuzzy("a") == Fuzzy("a", 2) == Fuzzy("a", edits=2)
    assert Near.__match_args__ == ("left", "right", "distance", "ordered")
    match Near(Word("a"), Word("b"), 5):
        case Near(Word(left), _, distance, ordered=False):
            assert (left, distance) == ("a", 5)
        case _:
            pytest.fail("a Near did not match by its fields")


def test_a_node_shows_its_fields() -> None:
    assert repr(Fuzzy("a", 1)) == "Fuzzy(text='a', edits=1)"


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), (("a", 1, 2), {}), (("a",), {"colour": "red"})]
)
def test_a_node_refuses_other_fields_than_its_own(
    values: tuple[object, ...], named: dict[str, object]
) -> None:
    with pytest.raises(TypeError):
        Fuzzy(*values, **named)  # type: ignore[arg-type]


def test_a_node_cannot_be_changed_but_replaced() -> None:
    word = Word("a", start=3, end=4)
    with pytest.raises(AttributeError):
        word.text = "b"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del word.text
    with pytest.raises(AttributeError):
        word.colour = "red"
    other = word.replace(text="b")
    assert (other, other.start, other.end) == (Word("b"), 3, 4)


def test_walking_a_tree_goes_through_it_in_the_order_of_the_text() -> None:
    tree = parse('title:(a OR "b c") w/5 title:d -atleast2(e)^2 source:f')
    words = [node.text for node in walk(tree) if hasattr(node, "text")]
    assert words == ["a", "b", "c", "d", "e", "f"]
    assert subtrees(Or((Word("a"), Word("b")))) == (Word("a"), Word("b"))
    assert subtrees(Word("a")) == ()


def test_reading_a_query_imports_nothing_heavy() -> None:
    heavy = {"dataclasses", "inspect", "enum", "decimal", "difflib", "calendar", "unicodedata"}
    program = (
        "import sys; before = set(sys.modules)\n"
        "import re, searcher, typing; there = set(sys.modules)\n"
        "from searcher.query import parse\n"
        "str(parse('truce w/5 (tripoli OR \"no *\") title:x^2'))\n"
        f"print(sorted((set(sys.modules) - there) & {heavy!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
