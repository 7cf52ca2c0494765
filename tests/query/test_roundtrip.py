"""Whatever is asked, the answer is a tree that says itself back, or a QueryError."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import pytest
from hypothesis import example, given, settings

from searcher.errors import QueryError
from searcher.query import Node, Word, parse, parse_with_notes, render, subtrees, walk

from .strategies import WORDS, groups, mutated, texts, trees

pytestmark = pytest.mark.same_without_core

NOW = dt.datetime(2019, 4, 8, 12, 0, tzinfo=dt.UTC)
relaxed = settings(deadline=None, max_examples=200)


@relaxed
@given(trees(others=[groups()]))
def test_a_tree_printed_and_read_again_is_the_same_tree(tree: Node) -> None:
    assert parse(str(tree), now=NOW) == tree


@pytest.mark.parametrize("word", WORDS)
def test_the_words_that_other_tests_draw_from_are_words(word: str) -> None:
    assert parse(word) == Word(word)


def check_any_text(text: str) -> None:
    try:
        tree, notes = parse_with_notes(text, now=NOW)
    except QueryError as error:
        assert error.query == text
        assert 0 <= error.position <= len(text)
        assert error.position < error.end
        assert error.reason in render(error)
        return
    printed = str(tree)
    assert parse(printed, now=NOW) == tree
    assert str(parse(printed, now=NOW)) == printed
    check_spans(tree, 0, len(text))
    for note in notes:
        assert 0 <= note.position < note.end <= len(text)
        assert note.text == text[note.position : note.end]
        assert note.message
        if note.suggestion is not None:
            assert parse(note.suggestion, now=NOW)


def check_spans(node: Node, start: int, end: int) -> None:
    assert start <= node.start < node.end <= end, repr(node)
    for part in subtrees(node):
        check_spans(part, node.start, node.end)


@relaxed
@given(texts())
@example("~" * 9000)
@example("(" * 10_000)
@example("NOT " * 2500)
@example("title:" * 1600)
@example('"' * 9999)
@example("a w/5 " * 1600 + "b")
@example("date:" + "9" * 9000)
@example("atleast" + "9" * 9000 + "(a)")
@example("a w/" + "9" * 9000 + " b")
@example("a^" + "9" * 9000)
@example("length:" + "9" * 9000)
@example("'title:x")
@example("='title:x")
@example("AND, truce")
@example("a^.123456789012")
@example('source:"""x"""')
@example("a! " * 3000)
@example("headline(" * 90 + "x" + ")" * 90)
@example("{" * 5000 + "}" * 5000)
@example('date:"' + "5 " * 4000 + '"')
def test_any_text_is_a_tree_or_a_query_error(text: str) -> None:
    check_any_text(text)


@relaxed
@given(mutated())
def test_a_spoilt_query_is_a_tree_or_a_query_error(text: str) -> None:
    check_any_text(text)


@pytest.mark.parametrize("query", ["a", "(a b) w/3 c -d title:(x OR y)^2", "date:2019 has:url *"])
def test_trees_can_be_copied_pickled_and_hashed(query: str) -> None:
    tree = parse(query)
    for twin in (copy.copy(tree), copy.deepcopy(tree), pickle.loads(pickle.dumps(tree))):
        assert twin == tree
        assert hash(twin) == hash(tree)
        assert [(n.start, n.end) for n in walk(twin)] == [(n.start, n.end) for n in walk(tree)]
