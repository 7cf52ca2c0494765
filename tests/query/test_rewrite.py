"""Rewriting drops what the language says may be dropped, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings

from searcher.query import (
    And,
    AtLeast,
    Boost,
    Everything,
    Excluded,
    Field,
    Group,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Required,
    Within,
    drop_stop_words,
    parse,
    simplify,
    walk,
)
from searcher.query.rewrite import is_optional

from .strategies import groups, trees

pytestmark = pytest.mark.same_without_core

STOP_WORDS = frozenset(["the", "to", "be", "or", "not", "and"])
relaxed = settings(deadline=None)


def fold(text: str) -> tuple[str, ...]:
    return tuple(text.lower().split("-"))


def dropped(query: str) -> str:
    return str(drop_stop_words(parse(query), STOP_WORDS, fold))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("the truce", "truce"),
        ("the who", "who"),
        ("The Truce in libya", "Truce in libya"),
        ("to be", "to be"),
        ("to be or not to be", "to be or not to be"),
        ("the", "the"),
        ("the truce -libya", "truce -libya"),
        ("the -libya", "the -libya"),
        ("the (NOT libya)", "the (NOT libya)"),
        ("the since:2019", "the since:2019-01-01"),
        ("the source:reuters", "the source:reuters"),
        ('the "a truce"', '"a truce"'),
        ("+the truce", "+the truce"),
        ("=the truce", "=the truce"),
        ("the^2 truce", "the^2 truce"),
        ("the +truce", "truce"),
        ("the-truce the", "the-truce"),
        ("the AND truce", "the AND truce"),
        ("the w/5 truce", "the w/5 truce"),
        ("(the truce) w/5 libya", "(the truce) w/5 libya"),
        ("atleast2(the truce)", "atleast2(the truce)"),
        ("a AND the truce", "a AND truce"),
        ("title:the truce", "title:the truce"),
        ("title:(the truce)", "title:truce"),
        ("(the truce) libya", "+truce libya"),
        ("(the truce)^2 libya", "+truce^2 libya"),
        ("-(the truce) libya", "-truce libya"),
        ("+(the truce) libya", "+truce libya"),
        ("NOT (the truce)", "NOT truce"),
    ],
)
def test_a_bare_stop_word_goes_when_its_group_has_another_word(query: str, left: str) -> None:
    assert dropped(query) == left


@relaxed
@given(trees(others=[groups()]))
def test_dropping_stop_words_gives_a_tree_that_the_language_can_say(tree: Node) -> None:
    less = drop_stop_words(tree, STOP_WORDS, fold)
    assert parse(str(less)) == less
    assert drop_stop_words(less, STOP_WORDS, fold) == less


@pytest.mark.parametrize(
    ("query", "simple"),
    [
        ("(a AND b) AND c", "a AND b AND c"),
        ("a OR (b OR (c OR d))", "a OR b OR c OR d"),
        ("(a AND (b OR (c OR d))) AND e", "a AND (b OR c OR d) AND e"),
        ('+"a b" c', '"a b" c'),
        ("+date:2019 c", "date:2019 c"),
        ("+a b", "+a b"),
        ("-a -b", "NOT (a OR b)"),
        ("-(a OR b) -c", "NOT (a OR b OR c)"),
        ("(-a -b) c", "(NOT (a OR b)) c"),
        ("(a b) c", "(a b) c"),
        ("a w/5 (b OR (c OR d))", "a w/5 (b OR c OR d)"),
    ],
)
def test_what_says_nothing_new_is_left_out(query: str, simple: str) -> None:
    assert str(simplify(parse(query))) == simple


def test_signs_that_stand_alone_are_not_or_nothing() -> None:
    word = parse("a")
    assert simplify(Required(word)) == word
    assert simplify(Excluded(word)) == Not(word)
    assert simplify(Group((Required(word),))) == word
    assert simplify(Group((Excluded(word),))) == Not(word)


@relaxed
@given(trees(others=[groups()]))
def test_simplifying_gives_a_tree_that_the_language_can_say(tree: Node) -> None:
    simple = simplify(tree)
    assert parse(str(simple)) == simple
    assert simplify(simple) == simple


# ---------------------------------------------------------------- meaning


def holds(node: Node, article: dict[Node, bool]) -> bool:
    """Whether an article matches, by the rules of the language, given its leaves."""
    match node:
        case And(children):
            return all(holds(child, article) for child in children)
        case Or(children):
            return any(holds(child, article) for child in children)
        case Not(child) | Excluded(child):
            return not holds(child, article)
        case Required(child) | Boost(child) | Field(_, child):
            return holds(child, article)
        case Group(items):
            optional = [item for item in items if is_optional(item)]
            others = [item for item in items if not is_optional(item)]
            if not all(holds(item, article) for item in others):
                return False
            required = any(not isinstance(item, Excluded) for item in others)
            return required or not optional or any(holds(item, article) for item in optional)
        case Everything():
            return True
    return article[node]


def leaves(node: Node) -> list[Node]:
    kinds = (And, Or, Not, Excluded, Required, Boost, Field, Group)
    found = [part for part in walk(node) if not isinstance(part, kinds)]
    return list(dict.fromkeys(found))


@relaxed
@given(trees(words=("a", "b"), max_leaves=5))
def test_simplifying_never_changes_which_articles_match(tree: Node) -> None:
    simple = simplify(tree)
    for whole in (Near, Within, NotNear, AtLeast):
        if any(isinstance(part, whole) for part in walk(tree)):
            return  # their parts may be respelt, so they are other leaves
    variables = leaves(tree)
    for row in product((False, True), repeat=min(len(variables), 6)):
        article = dict.fromkeys([*variables, *leaves(simple)], False)
        article.update(zip(variables, row, strict=False))
        assert holds(simple, article) == holds(tree, article)
