"""What cannot be read is refused with the place, the reason and a way out."""

from __future__ import annotations

import pytest

from searcher.errors import QueryError
from searcher.query import parse

pytestmark = pytest.mark.same_without_core


def refusal(query: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.query == query
    return caught.value


@pytest.mark.parametrize(
    ("query", "position", "reason"),
    [
        ("truce AND", 9, "an operand is missing"),
        ("truce OR", 8, "an operand is missing"),
        ("AND truce", 0, "an operand is missing"),
        ("a AND OR b", 6, "an operand is missing"),
        ("NOT", 3, "an operand is missing"),
        ("a w/5", 5, "an operand is missing"),
        ("w/5 b", 0, "an operand is missing"),
        ("a w/5 AND b", 6, "an operand is missing"),
        ("a AND NOT w/5 b", 10, "an operand is missing"),
        ("(a OR)", 5, "an operand is missing"),
        ("a ()", 2, "an operand is missing"),
        ("-AND", 1, "an operand is missing"),
        ("title:", 6, "an operand is missing after title:"),
        ("title: truce", 6, "an operand is missing after title:"),
        ("since: 2019", 6, "an operand is missing after since:"),
        ("title:!", 6, "an operand is missing after title:"),
        ("", 0, "the query is empty"),
        (" \t\u00a0", 0, "the query is empty"),
        ("... !", 0, "the query holds no word"),
        ("-", 0, "the query holds no word"),
        ('"humanitarian truce', 0, "the quote at 0 is not closed"),
        ('a "b" "c', 6, "the quote at 6 is not closed"),
        ('source:"b', 7, "the quote at 7 is not closed"),
        ('""', 0, "the quotes hold no word"),
        ('"..."', 0, "the quotes hold no word"),
        ('"* *"', 0, "the quotes hold no word"),
        ("(a", 0, "the parenthesis at 0 is not closed"),
        ("a (b (c)", 2, "the parenthesis at 2 is not closed"),
        ("a) b", 1, "nothing is open for the parenthesis at 1"),
    ],
)
def test_what_is_missing_is_named_with_its_place(query: str, position: int, reason: str) -> None:
    error = refusal(query)
    assert (error.position, reason) == (position, error.reason[: len(reason)])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("tilte:truce", "no field tilte; did you mean title?"),
        ("Headlin:truce", "no field Headlin; did you mean headline?"),
        ("surce:reuters", "no field surce; did you mean source?"),
        ("author:smith", "no field author; did you mean byline?"),
        ("ti:truce", "no field ti; did you mean title?"),
        ("au:smith", "did you mean byline?"),
        ("pub:reuters", "did you mean source?"),
        ("a -tilte:b", "no field tilte; did you mean title?"),
        ("http://example.org/a", 'write url:"http://example.org/a"'),
        ("zzzzzz:truce", "expected one of title, headline, hl"),
        ("has:dat", "did you mean has:date?"),
        ("has:copes", "did you mean has:copies?"),
        ("is:led", "did you mean is:lead?"),
        ("is:news", "expected one of lead, copy"),
        ("copies:(a OR b)", "copies: takes one value"),
        ('copies:""', "copies: holds no value"),
        ("title:(is:lead)", "is:lead cannot stand inside title:"),
        ("has:author", "did you mean has:byline?"),
        ("has:xyzzyx", "expected one of title, body, byline"),
        ("=title:a", "write title:=a"),
        ("title:-a", "write -title:a"),
        ("source:(a OR b)", "write source:a OR source:b"),
        ('source:""', "source: holds no value"),
        ("title:*", "write has:title"),
        ("title:(a *)", "write has:title"),
        ("title:(a date:2019)", "write title:(...) AND date:2019"),
        ("title:(a body:b)", "body: cannot stand inside title:"),
        ("title:body:b", "body: cannot stand inside title:"),
    ],
)
def test_fields_and_values_that_cannot_be_come_with_advice(query: str, message: str) -> None:
    assert message in str(refusal(query))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("a w/x b", "expected w/5, w/s, w/p"),
        ("a near/s b", "expected w/5, w/s, w/p"),
        ("a w/ b", "expected w/5, w/s, w/p"),
        ("a near5 b", "did you mean near/5?"),
        ("a 'w/x b", "looks like an operator"),
        ("a AND, b", "looks like an operator"),
        ("a w/0 b", "a number from 1 to 9999"),
        ("a w/10000 b", "a number from 1 to 9999"),
        ("a NOT pre/5 b", "NOT goes with w/5 only"),
        ("a NOT w/s b", "NOT goes with w/5 only"),
        ("atleast0(a)", "a number from 1 to 9999"),
        ("atleast(a)", "write atleast3(...)"),
        ("atleast3 a", "takes a parenthesis"),
        ("a~3", "~ takes 1 or 2 edits, not 3"),
        ("a~b", "~ takes 1 or 2 edits, not b"),
        ('"a b"~5', "write w/5"),
        ("=a~", "~ goes after one plain word"),
        ("a*~", "~ goes after one plain word"),
        ("cease-fire~", "~ goes after one plain word"),
        ("a^", "^ takes a weight"),
        ("a^b", "^ takes a weight"),
        ("a^0", "^ takes a weight"),
        ("a^-1", "^ takes a weight"),
        ("a^1e3", "^ takes a weight"),
        ("a^2^3", "^ takes a weight"),
        ("a^1001", "^ takes a weight"),
        ("a ^2", "^ has no word right before it"),
    ],
)
def test_operators_that_are_none_come_with_what_was_expected(query: str, message: str) -> None:
    assert message in str(refusal(query))


@pytest.mark.parametrize(
    ("query", "start", "message"),
    [
        ("(a AND b) w/5 c", 1, "AND cannot be an operand"),
        ("NOT a w/5 b", 0, "write NOT (a w/5 b)"),
        ("-a w/5 b", 0, "NOT and - bind tighter"),
        ("a w/5 -b", 6, "NOT and - bind tighter"),
        ("a w/5 date:2019", 6, "a date or another value cannot be an operand"),
        ("a w/5 source:b", 6, "a date or another value cannot be an operand"),
        ("a w/5 copies:b", 6, "a date or another value cannot be an operand"),
        ("a w/5 has:date", 6, "a date or another value cannot be an operand"),
        ("a w/5 length:5", 6, "a date or another value cannot be an operand"),
        ("a w/5 *", 6, "* (every article) cannot be an operand"),
        ("a^2 w/5 b", 0, "weigh the whole"),
        ("atleast2(a) w/5 b", 0, "atleast cannot be an operand"),
        ('("a b" c) w/5 d', 1, "a group that holds more than bare words"),
        ("(a -b) w/5 c", 1, "a group that holds more than bare words"),
        ("atleast2(a AND b)", 9, "AND cannot be an operand of atleast"),
        ("atleast2(date:2019)", 9, "a date or another value cannot be an operand of atleast"),
        ("(a OR (b AND c)) w/5 d", 7, "AND cannot be an operand"),
        ("title:(a w/5 (b AND c))", 14, "AND cannot be an operand"),
        ("title:a w/5 body:b", 12, "the operands are in different fields (title and body)"),
        ("title:a w/5 b", 12, "the operands are in different fields (title and any field)"),
        ("a w/5 title:b", 6, "the operands are in different fields (any field and title)"),
        ("(title:a OR b) w/5 title:c", 12, "the operands are in different fields"),
    ],
)
def test_what_has_no_place_in_the_text_cannot_be_near(query: str, start: int, message: str) -> None:
    error = refusal(query)
    assert message in str(error)
    assert error.position == start


def test_a_query_of_ten_thousand_characters_is_read_and_a_longer_one_is_not() -> None:
    words = "truce " * 1666 + "wars"
    assert len(words) == 10_000
    parse(words)
    assert "longer than 10,000 characters" in refusal(words + "s").reason


def test_nesting_is_read_to_a_hundred_levels() -> None:
    parse("(" * 100 + "a" + ")" * 100)
    parse("(a OR " * 100 + "b" + ")" * 100)
    parse("NOT " * 100 + "a")
    parse("a w/5 " * 100 + "b")
    for query in (
        "(" * 101 + "a" + ")" * 101,
        "(a OR " * 101 + "b" + ")" * 101,
        "NOT " * 101 + "a",
        "a w/5 " * 101 + "b",
        "-(" * 101 + "a" + ")" * 101,
    ):
        assert "nested deeper than 100 levels" in refusal(query).reason


def test_long_texts_are_shortened_in_messages() -> None:
    for query in ("x" * 5000 + ":a", "date:" + "2" * 5000, "http://" + "x" * 5000, "a~" + "9" * 99):
        assert len(str(refusal(query))) < 400
