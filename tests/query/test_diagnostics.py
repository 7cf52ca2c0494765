"""Errors are drawn under the query, and slips of the hand are recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.errors import QueryError
from searcher.query import parse, plain, render
from searcher.query.diagnostics import nearest

pytestmark = pytest.mark.same_without_core


def drawn(query: str) -> str:
    with pytest.raises(QueryError) as caught:
        parse(query)
    return render(caught.value)


def test_the_wrong_part_is_underlined() -> None:
    assert drawn("libya tilte:truce") == (
        "libya tilte:truce\n      ^^^^^\nno field tilte; did you mean title?"
    )


def test_what_is_missing_at_the_end_is_pointed_at_after_the_end() -> None:
    query, underline, reason = drawn("truce AND").split("\n")
    assert query == "truce AND"
    assert underline == "         ^"
    assert reason.startswith("an operand is missing")


def test_line_ends_and_tabs_keep_one_column_each() -> None:
    query, underline, _ = drawn("a\tb\n(c").split("\n")
    assert query == "a b (c"
    assert underline == "    ^"


def test_a_long_query_is_shown_around_the_wrong_part() -> None:
    query, underline, _ = drawn("truce " * 100 + "tilte:x" + " libya" * 100).split("\n")
    assert len(query) <= 79
    assert query.startswith("...") and query.endswith("...")
    assert query[underline.index("^") : underline.rindex("^") + 1] == "tilte"


def test_an_error_without_a_query_is_drawn_as_its_reason() -> None:
    assert render(QueryError("too many words", suggestion="be brief")) == "too many words; be brief"


@given(st.text(max_size=200), st.integers(0, 250), st.integers(0, 250))
def test_any_error_can_be_drawn(query: str, position: int, end: int) -> None:
    error = QueryError("wrong", query=query, position=position, end=end)
    lines = render(error).split("\n")
    if query:
        assert len(lines) == 3
        assert set(lines[1].lstrip(" ")) == {"^"}
        assert len(lines[0]) <= 79


def test_only_a_near_name_is_suggested() -> None:
    known = ("title", "body", "byline")
    assert nearest("bylin", known) == "byline"
    assert nearest("bodi", known) == "body"
    assert nearest("elephant", known) is None
    assert nearest("t" * 5000, known) is None


@given(st.text())
def test_plain_typography_keeps_every_position(text: str) -> None:
    read = plain(text)
    assert len(read) == len(text)
    assert plain(read) == read
    assert not any(character.isspace() and character != " " for character in read)
