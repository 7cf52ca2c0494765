"""Are the spellings of a name, and saved sets of them, read as the page says?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher import FieldError, QueryError
from searcher.fields import FIELDS
from searcher.query import (
    And,
    AtLeast,
    Boost,
    Excluded,
    Field,
    Group,
    NameSet,
    Near,
    Node,
    Or,
    Variants,
    Word,
    parse,
    parse_with_notes,
)

from .strategies import names, operands

pytestmark = pytest.mark.same_without_core

HAFTAR = Variants("haftar")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("variants:haftar", HAFTAR),
        ("Variants:Haftar,", Variants("Haftar")),
        ("name:haftar~", HAFTAR),
        ("variants:haftar~", HAFTAR),
        ("~~haftar", HAFTAR),
        ('~~"khalifa haftar"', Variants("khalifa haftar")),
        ('name:"khalifa haftar"~', Variants("khalifa haftar")),
        ("variants:o'brien", Variants("o'brien")),
        ("variants:al-sisi", Variants("al-sisi")),
        ("variants:haftar^2", Boost(HAFTAR, 2.0)),
        ("(variants:haftar)", HAFTAR),
        ("title:variants:haftar", Field("title", HAFTAR)),
        ("title:~~haftar", Field("title", HAFTAR)),
        ("variants:haftar w/5 tripoli", Near(HAFTAR, Word("tripoli"), 5)),
        ("atleast2(variants:haftar)", AtLeast(2, HAFTAR)),
        ("-variants:haftar oil", Group((Excluded(HAFTAR), Word("oil")))),
        ("@haftar", NameSet("haftar")),
        ("@Haftar.", NameSet("haftar")),
        ("@my-set_2^3", Boost(NameSet("my-set_2"), 3.0)),
        ("(@a OR b) w/3 c", Near(Or((NameSet("a"), Word("b"))), Word("c"), 3)),
        ("@a AND byline:@b", And((NameSet("a"), Field("byline", NameSet("b"))))),
        ("me@example", Word("me@example")),
        ("@ haftar", Word("haftar")),
    ],
)
def test_names_are_read(query: str, tree: Node) -> None:
    assert parse(query) == tree
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("query", "reason", "position"),
    [
        ("oil variants:", "a name is missing", 4),
        ('variants:"haftar', "not closed", 9),
        ("variants:(a OR b)", "a name is missing", 0),
        ("variants:haft*", "no name", 0),
        ("name:haftar", "no field name", 0),
        ("variants:12", "a name is missing", 0),
        ("variants:haftar~2", "no name", 0),
        ('variants:a"b"', "no name", 0),
    ],
)
def test_what_is_no_name_is_an_error_that_knows_the_place(
    query: str, reason: str, position: int
) -> None:
    with pytest.raises(QueryError, match=reason) as caught:
        parse(query)
    assert caught.value.position == position


def test_name_without_a_tilde_is_told_of_variants() -> None:
    with pytest.raises(QueryError) as caught:
        parse("name:haftar")
    assert caught.value.suggestion is not None and "variants:haftar" in caught.value.suggestion


def test_no_field_of_an_archive_is_called_so() -> None:
    for name in ("name", "variants"):
        with pytest.raises(FieldError):
            FIELDS.with_values(name)


def test_what_is_a_field_of_other_tools_is_no_set() -> None:
    tree, (note,) = parse_with_notes("@title oil")
    assert tree == Group((Word("title"), Word("oil")))
    assert note.suggestion == "title:oil"


@settings(deadline=None, max_examples=200)
@given(names(), operands(), st.sampled_from(("{} {}", "{} w/3 {}", "-{} {}", "title:{} AND {}")))
def test_names_print_and_read_back_in_every_place(name: Node, other: Node, place: str) -> None:
    tree = parse(place.format(name, f"({other})"))
    assert parse(str(tree)) == tree
