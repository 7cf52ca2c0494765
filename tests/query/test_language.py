"""Every row of the language, as the tree that it means."""

from __future__ import annotations

import datetime as dt

import pytest

from searcher.query import (
    And,
    AnyWord,
    AtLeast,
    Boost,
    DateRange,
    Everything,
    Exact,
    Excluded,
    Field,
    Fuzzy,
    Group,
    Has,
    InGroup,
    Is,
    LengthRange,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Required,
    Value,
    Within,
    Word,
    parse,
)

pytestmark = pytest.mark.same_without_core

A, B, C, D = (Word(letter) for letter in "abcd")
SINCE = DateRange(dt.date(2019, 4, 1), None)
APRIL = DateRange(dt.date(2019, 4, 1), dt.date(2019, 4, 30))


def phrase(*words: str) -> Phrase:
    return Phrase(tuple(Exact(word) for word in words))


def group(*items: Node) -> Group:
    return Group(items)


def check(rows: list[tuple[str, Node]]) -> None:
    for query, tree in rows:
        assert parse(query) == tree, query
        assert parse(str(tree)) == tree, query


def test_words_are_read_by_how_they_are_marked() -> None:
    check(
        [
            ("truce", Word("truce")),
            ("=truce", Exact("truce")),
            ("=cease-fire", Exact("cease-fire")),
            ("cease-fire", Word("cease-fire")),
            ("北京", Word("北京")),
            ("militia*", Pattern("militia*")),
            ("wom?n", Pattern("wom?n")),
            ("*gate", Pattern("*gate")),
            ("haftar~", Fuzzy("haftar", 2)),
            ("haftar~1", Fuzzy("haftar", 1)),
            ("hifter~2", Fuzzy("hifter", 2)),
            ("*", Everything()),
            ("a^2", Boost(A, 2.0)),
            ("(a OR b)^1.5", Boost(Or((A, B)), 1.5)),
            ("haftar~1^.5", Boost(Fuzzy("haftar", 1), 0.5)),
            ('"a b"^3', Boost(phrase("a", "b"), 3.0)),
            ("atleast3(a)^2", Boost(AtLeast(3, A), 2.0)),
            ("MÜLLER", Word("MÜLLER")),
            ("o'brien", Word("o'brien")),
            ("AT&T", Word("AT&T")),
            ("10:30", Word("10:30")),
        ]
    )


def test_phrases_hold_forms_patterns_and_any_words() -> None:
    check(
        [
            ('"humanitarian truce"', phrase("humanitarian", "truce")),
            ('"elections"', phrase("elections")),
            ('"U.N."', phrase("U.N.")),
            ('"to be or not to be"', phrase("to", "be", "or", "not", "to", "be")),
            ('"no * humanitarian"', Phrase((Exact("no"), AnyWord(), Exact("humanitarian")))),
            ('"milit* wom?n"', Phrase((Pattern("milit*"), Pattern("wom?n")))),
            ('"cease-fire now"', phrase("cease-fire", "now")),
            ('"a, b! - c"', phrase("a", "b", "c")),
            ('"AND"', phrase("AND")),
            ('"title:truce^2"', phrase("title:truce^2")),
            ('"(a) b"', phrase("a", "b")),
            ('="a b"', phrase("a", "b")),
        ]
    )


def test_a_pattern_of_several_tokens_is_a_phrase() -> None:
    assert parse("cease-f*") == Phrase((Exact("cease"), Pattern("f*")))
    assert parse('"cease-f* now"') == Phrase((Exact("cease"), Pattern("f*"), Exact("now")))
    assert parse("anti-*-war") == Phrase((Exact("anti"), AnyWord(), Exact("war")))
    assert parse("o'br* U.N* 3.5*") == group(Pattern("o'br*"), Pattern("U.N*"), Pattern("3.5*"))


def test_a_pattern_held_to_what_was_typed_is_a_phrase() -> None:
    assert parse("=milit*") == parse('"milit*"') == Phrase((Pattern("milit*"),))


def test_typeset_characters_are_read_as_plain_ones() -> None:
    check(
        [
            ("“humanitarian truce”", phrase("humanitarian", "truce")),
            ("«humanitarian truce»", phrase("humanitarian", "truce")),
            ("O’Brien", Word("O'Brien")),
            ("cease‐fire", Word("cease-fire")),
            ("libya –benghazi", group(Word("libya"), Excluded(Word("benghazi")))),
            ("a\u00a0AND\u00a0b", And((A, B))),
            ("a…b", group(A, B)),
            ("a\tb\nc", group(A, B, C)),
        ]
    )


def test_boolean_operators_are_read_in_capitals_only() -> None:
    check(
        [
            ("a AND b", And((A, B))),
            ("a OR b", Or((A, B))),
            ("NOT a", Not(A)),
            ("war and peace", group(Word("war"), Word("and"), Word("peace"))),
            ("a or not b", group(A, Word("or"), Word("not"), B)),
            ("a AND b AND c", And((A, B, C))),
            ("NOT NOT a", Not(Not(A))),
        ]
    )


def test_each_operator_binds_as_the_table_of_bindings_says() -> None:
    check(
        [
            ("a AND b OR c AND d", Or((And((A, B)), And((C, D))))),
            ("a AND b c", And((A, group(B, C)))),
            ("a b AND c", And((group(A, B), C))),
            ("a b OR c d", Or((group(A, B), group(C, D)))),
            ("x a w/5 b y", group(Word("x"), Near(A, B, 5), Word("y"))),
            ("a w/5 b w/3 c", Near(Near(A, B, 5), C, 3)),
            ("a w/5 (b w/3 c)", Near(A, Near(B, C, 3), 5)),
            ("NOT a b", group(Not(A), B)),
            ("a NOT b", group(A, Not(B))),
            ("a AND NOT b c", And((A, group(Not(B), C)))),
            ("NOT title:a^2", Not(Field("title", Boost(A, 2.0)))),
            ("(title:a)^2", Boost(Field("title", A), 2.0)),
            ("-a^2 b", group(Excluded(Boost(A, 2.0)), B)),
            ("(a AND b) AND c", And((And((A, B)), C))),
            ("((a))", A),
        ]
    )


def test_proximity_operators_are_read_in_any_case() -> None:
    check(
        [
            ("a w/5 b", Near(A, B, 5)),
            ("a W/5 b", Near(A, B, 5)),
            ("a NEAR/5 b", Near(A, B, 5)),
            ("a near/5 b", Near(A, B, 5)),
            ("a pre/5 b", Near(A, B, 5, ordered=True)),
            ("a ADJ/5 b", Near(A, B, 5, ordered=True)),
            ("a w/s b", Within(A, B, "sentence")),
            ("a W/P b", Within(A, B, "paragraph")),
            ("a NOT w/5 b", NotNear(A, B, 5)),
            ("a not W/5 b", NotNear(A, B, 5)),
            ("a NOT near/5 b", NotNear(A, B, 5)),
            ("not w/5 b", Near(Word("not"), B, 5)),
            ("a w/5 not", Near(A, Word("not"), 5)),
            ("a w/0005 b", Near(A, B, 5)),
        ]
    )


def test_operands_of_proximity_are_whatever_has_places() -> None:
    check(
        [
            ('"a b" w/5 c*', Near(phrase("a", "b"), Pattern("c*"), 5)),
            ("=a w/5 b~1", Near(Exact("a"), Fuzzy("b", 1), 5)),
            ("(a OR cease-fire) w/3 b", Near(Or((A, Word("cease-fire"))), B, 3)),
            ("(a b*) w/3 c", Near(group(A, Pattern("b*")), C, 3)),
            ("(a OR (b w/2 c)) w/s d", Within(Or((A, Near(B, C, 2))), D, "sentence")),
            ("a NOT w/5 b w/3 c", Near(NotNear(A, B, 5), C, 3)),
            ("+a w/5 b", Near(A, B, 5)),
            ("atleast3(a)", AtLeast(3, A)),
            ("ATLEAST2(a OR b)", AtLeast(2, Or((A, B)))),
            ("atleast2 (a)", AtLeast(2, A)),
        ]
    )


def test_fields_take_any_text_query() -> None:
    check(
        [
            ("title:a", Field("title", A)),
            ("headline:a", Field("title", A)),
            ("HL:a", Field("title", A)),
            ("body:=a", Field("body", Exact("a"))),
            ("lead:a*", Field("lead", Pattern("a*"))),
            ('hlead:"a b"', Field("hlead", phrase("a", "b"))),
            ("byline:a~", Field("byline", Fuzzy("a", 2))),
            ("title:(a b -c)", Field("title", group(A, B, Excluded(C)))),
            ("title:(a AND NOT b)", Field("title", And((A, Not(B))))),
            ("title:atleast2(a)", Field("title", AtLeast(2, A))),
            ("title:(a b)^2", Field("title", Boost(group(A, B), 2.0))),
            ("title:(title:a b)", Field("title", group(A, B))),
            ("title:hl:a", Field("title", A)),
            ("title:a b", group(Field("title", A), B)),
            ("-title:a b", group(Excluded(Field("title", A)), B)),
        ]
    )


def test_proximity_inside_a_field_and_of_fields_is_the_same() -> None:
    near = Field("title", Near(A, B, 5))
    for query in (
        "title:(a w/5 b)",
        "title:a w/5 title:b",
        "hl:a w/5 title:b",
        "title:(title:a w/5 b)",
        "(title:a) w/5 (title:b)",
    ):
        assert parse(query) == near, query
    check(
        [
            ("title:a w/5 title:b w/3 title:c", Field("title", Near(Near(A, B, 5), C, 3))),
            ("(title:a OR title:b) w/s title:c", Field("title", Within(Or((A, B)), C, "sentence"))),
            ("title:a NOT w/5 title:b", Field("title", NotNear(A, B, 5))),
            ("atleast2(title:a)", Field("title", AtLeast(2, A))),
            ("atleast2(title:a OR title:b)", Field("title", AtLeast(2, Or((A, B))))),
        ]
    )


def test_values_are_taken_as_they_stand() -> None:
    check(
        [
            ("source:reuters", Value("source", "reuters")),
            ("SOURCE:Reuters", Value("source", "Reuters")),
            ("source:reut*", Value("source", "reut*")),
            ('source:"New York Times"', Value("source", "New York Times", quoted=True)),
            ('section:"A*"', Value("section", "A*", quoted=True)),
            ('source:"The ""Daily"" Mail"', Value("source", 'The "Daily" Mail', quoted=True)),
            ("language:en", Value("language", "en")),
            ("path:*/2019/*", Value("path", "*/2019/*")),
            ('path:"C:\\news\\"', Value("path", "C:\\news\\", quoted=True)),
            ("url:https://a.org/b?c=d#e", Value("url", "https://a.org/b?c=d#e")),
            ("(url:https://a.org/b_(c))", Value("url", "https://a.org/b_(c)")),
            ("has:date", Has("date")),
            ("has:BYLINE", Has("byline")),
            ("has:headline", Has("title")),
            ("has:Copies", Has("copies")),
            ("has:versions", Has("versions")),
            ("copies:3f2a", InGroup("copies", "3f2a")),
            ("VERSIONS:3f2a", InGroup("versions", "3f2a")),
            ('copies:"a ""b"" c"', InGroup("copies", 'a "b" c')),
            (
                "copies:https://a.example/(b)?q=1^2",
                InGroup("copies", "https://a.example/(b)?q=1^2"),
            ),
            ("is:lead", Is("lead")),
            ("is:wire", Value("credit", "*")),
            ("credit:AP", Value("credit", "ap")),
            ('credit:"The Associated Press"', Value("credit", "ap")),
            ('credit:"dow jones"', Value("credit", "dow jones", quoted=True)),
            ("credit:d*", Value("credit", "d*")),
            ("is:COPY", Is("copy")),
            ("oil is:lead", Group((Word("oil"), Is("lead")))),
            ("-copies:3f2a oil", Group((Excluded(InGroup("copies", "3f2a")), Word("oil")))),
            ("(is:lead)^2", Boost(Is("lead"), 2.0)),
            ("NOT has:date", Not(Has("date"))),
        ]
    )


def test_lengths_are_ranges_of_words() -> None:
    check(
        [
            ("length:>800", LengthRange(801, None)),
            ("length:>=800", LengthRange(800, None)),
            ("length:<800", LengthRange(None, 799)),
            ("length:<=800", LengthRange(None, 800)),
            ("length:500..1000", LengthRange(500, 1000)),
            ("length:500..", LengthRange(500, None)),
            ("length:..1000", LengthRange(None, 1000)),
            ("length:800", LengthRange(800, 800)),
            ("length:=800", LengthRange(800, 800)),
            ('length:"> 800"', LengthRange(801, None)),
            ("length:0", LengthRange(0, 0)),
        ]
    )


def test_items_side_by_side_form_a_keyword_group() -> None:
    check(
        [
            ("a b", group(A, B)),
            ("+a b", group(Required(A), B)),
            ("libya -benghazi", group(Word("libya"), Excluded(Word("benghazi")))),
            ("(a b) c", group(group(A, B), C)),
            ("-(a OR b) c", group(Excluded(Or((A, B))), C)),
            ('+"a b" c', group(Required(phrase("a", "b")), C)),
            ("-a -b", group(Excluded(A), Excluded(B))),
            ("a (-b)", group(A, Not(B))),
            ("a -cease-fire", group(A, Excluded(Word("cease-fire")))),
            ("a *", group(A, Everything())),
            (
                '"humanitarian truce" tripoli since:2019-04',
                group(phrase("humanitarian", "truce"), Word("tripoli"), SINCE),
            ),
            ("date:2019-04 a", group(APRIL, A)),
        ]
    )


def test_a_sign_without_other_items_is_not_or_nothing() -> None:
    check(
        [
            ("+a", A),
            ("-a", Not(A)),
            ("(+a)", A),
            ("-a AND b", And((Not(A), B))),
            ("NOT +a", Not(A)),
            ("NOT -a", Not(Not(A))),
        ]
    )


def test_a_minus_within_a_word_or_alone_is_no_exclusion() -> None:
    check(
        [
            ("a-b", Word("a-b")),
            ("a - b", group(A, B)),
            ("a --b", group(A, B)),
            ('"a"-b', group(phrase("a"), B)),
            ("a- b+", group(A, B)),
        ]
    )


@pytest.mark.parametrize(
    "query",
    ["truce ...", "... truce", "truce !", "- truce", "truce, ", "(truce).", "truce -!", "'truce'"],
)
def test_punctuation_around_words_is_ignored(query: str) -> None:
    assert parse(query) == Word("truce")


def test_words_keep_what_is_inside_them() -> None:
    for word in ("and/or", "a=b", "x_y", "me@example.org", "U.N.", "3.5", "C3-PO", "1:2", "a:"):
        assert parse(word) == Word(word.rstrip(":"))


def test_a_colon_after_a_word_that_is_no_field_is_punctuation() -> None:
    assert parse("breaking: a") == group(Word("breaking"), A)


def test_positions_are_those_of_the_text_as_typed() -> None:
    text = "“no truce” … +libya title:(a w/5 b)"
    tree = parse(text)
    assert isinstance(tree, Group)
    spans = [text[item.start : item.end] for item in tree.items]
    assert spans == ["“no truce”", "+libya", "title:(a w/5 b)"]
    field = tree.items[2]
    assert isinstance(field, Field)
    assert text[field.child.start : field.child.end] == "a w/5 b"
    assert (tree.start, tree.end) == (0, len(text))


def test_trees_print_with_every_binding_visible() -> None:
    for query, printed in (
        ("a AND b c OR NOT d", "(a AND (b c)) OR NOT d"),
        ("a NOT b", "a (NOT b)"),
        ("a w/5 b near/3 c", "(a w/5 b) w/3 c"),
        ("hl:a w/5 title:b", "title:(a w/5 b)"),
        ("x a adj/2 b", "x (a pre/2 b)"),
        ("haftar~", "haftar~2"),
        ("+a -(b c)", "+a -(b c)"),
        ("atleast2((a OR b))", "atleast2(a OR b)"),
        ("date:2019-04-01..2019-04-30", "date:2019-04"),
        ("date:2019-01..2019-12", "date:2019"),
        ("date:2019-04-08..2019-04-08", "date:2019-04-08"),
        ("date:2019-04..2019-05", "date:2019-04-01..2019-05-31"),
        ("since:2019-04", "since:2019-04-01"),
        ("until:2019", "until:2019-12-31"),
        ("a^2.50", "a^2.5"),
        ("a^0.0000001", "a^0.0000001"),
    ):
        assert str(parse(query)) == printed


def test_trees_that_no_query_could_say_print_as_the_nearest_one() -> None:
    for tree, printed in (
        (Word("AND"), '"AND"'),
        (Word("two words"), '"two words"'),
        (Word("title:x"), '"title:x"'),
        (Exact("a (b)"), '"a (b)"'),
        (Value("source", "two words"), 'source:"two words"'),
        (Required(A), "+a"),
        (Excluded(A), "-a"),
        (And((Required(A), Excluded(B))), "a AND (NOT b)"),
    ):
        assert str(tree) == printed
        parse(printed)
