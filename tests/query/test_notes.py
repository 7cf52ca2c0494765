"""Words of other tools are read as before, and a note says what was probably meant."""

from __future__ import annotations

import pytest

from searcher.errors import QueryError
from searcher.query import parse, parse_with_notes
from tests.growth import LINEAR, growth

pytestmark = pytest.mark.same_without_core

MEANT = [
    ("oil NEAR gas", "oil NEAR/5 gas"),
    ("oil ADJ gas", "oil ADJ/1 gas"),
    ("oil WITHIN gas", "oil w/5 gas"),
    ("oil WITHIN 3 gas", "oil w/3 gas"),
    ("oil NEAR 3 gas", "oil w/3 gas"),
    ("oil ONEAR gas", "oil pre/5 gas"),
    ("oil SAME gas", "oil w/p gas"),
    ('"crude oil" NEAR (gas OR coal)', '"crude oil" NEAR/5 (gas OR coal)'),
    ("oil w5 gas", "oil w/5 gas"),
    ("oil W10 gas", "oil w/10 gas"),
    ("oil n5 gas", "oil w/5 gas"),
    ("oil N/5 gas", "oil w/5 gas"),
    ("oil P/5 gas", "oil pre/5 gas"),
    ("oil onear/5 gas", "oil pre/5 gas"),
    ("oil within5 gas", "oil w/5 gas"),
    ("oil /5 gas", "oil w/5 gas"),
    ("oil +5 gas", "oil pre/5 gas"),
    ("oil /s gas", "oil w/s gas"),
    ("oil /p gas", "oil w/p gas"),
    ("politic! w/5 econom!", "politic* w/5 econom*"),
    ("wom#n", "wom?n"),
    ("polit$ oil", "polit* oil"),
    ("headline(oil)", "headline:oil"),
    ("headline(oil AND gas)", "headline:(oil AND gas)"),
    ('HLEAD ("crude oil")', 'hlead:"crude oil"'),
    ("lead(oil) AND byline(smith)", "lead:oil AND byline:smith"),
    ("body(oil gas)", "body:(oil gas)"),
    ("author(smith)", "byline:smith"),
    ("source(new york times)", 'source:"new york times"'),
    ("pub(reuters OR ap)", "(source:reuters OR source:ap)"),
    ("caps(us)", "=us"),
    ("allcaps(aids) w/5 drug", "=aids w/5 drug"),
    ("nocaps(us)", "=us"),
    ("singular(job)", "=job"),
    ("plural(job)", "=job"),
    ("terms(oil)", "oil"),
    ("length(>500)", "length:>500"),
    ("date(geq 2019-04-08)", "since:2019-04-08"),
    ("date geq 2019", "since:2019"),
    ("oil AND date bef 2019-04", "oil AND until:2019-04"),
    ("date = 2019", "date:2019"),
    ("date >2019", "since:2019"),
    ("hd=oil", "title:oil"),
    ('hlp="crude oil"', 'hlead:"crude oil"'),
    ("by=smith rst=tdjw", "byline:smith source:tdjw"),
    ("TI=oil", "title:oil"),
    ("TI = oil", "title:oil"),
    ("wc>500 oil", "length:>500 oil"),
    ("oil AND-NOT gas", "oil AND NOT gas"),
    ("oil ANDNOT gas", "oil AND NOT gas"),
    ("oil BUT NOT gas", "oil AND NOT gas"),
    ("oil XOR gas", "(oil OR gas) AND NOT (oil AND gas)"),
    ("oil or gas", "oil OR gas"),
    ("oil or gas or coal", "oil OR gas OR coal"),
    ("(oil or gas) and opec", "(oil OR gas) AND opec"),
    ('"crude oil" and "natural gas"', '"crude oil" AND "natural gas"'),
    ("oil not gas", "oil AND NOT gas"),
    ("oil and not gas", "oil AND NOT gas"),
    ("oil AND gas or coal", "oil AND gas OR coal"),
    ("oil && gas", "oil AND gas"),
    ("oil || gas", "oil OR gas"),
    ("oil | gas", "oil OR gas"),
    ("oil|gas", "(oil OR gas)"),
    ("oil !gas", "oil NOT gas"),
    ("oil AROUND(3) gas", "oil w/3 gas"),
    ("oil FOLLOWED BY gas", "oil pre/5 gas"),
    ("oil BEFORE gas", "oil pre/5 gas"),
    ("oil SENTENCE gas", "oil w/s gas"),
    ("oil PARAGRAPH gas", "oil w/p gas"),
    ("headline (oil)", "headline:oil"),
    ("so=reuters oil", "source:reuters oil"),
    ("oil PD=2021", "oil date:2021"),
    ("oil date>=2021-03", "oil date:>=2021-03"),
    ("atl5(oil)", "atleast5(oil)"),
    ("atleast 5 (oil OR gas)", "atleast5(oil OR gas)"),
    ("{crude oil} price", "(crude oil) price"),
    ("oil [2006 TO 2007]", "oil date:2006..2007"),
    ("@title oil", "title:oil"),
    ("oil --limit 5", "oil"),
    ("-n 5 oil", "oil"),
]


@pytest.mark.parametrize(("query", "meant"), MEANT)
def test_words_of_other_tools_are_noted_with_what_was_meant(query: str, meant: str) -> None:
    tree, notes = parse_with_notes(query)
    assert tree == parse(query)
    assert [note.suggestion for note in notes] == [meant]
    (note,) = notes
    assert query[note.position : note.end] == note.text
    assert note.message and "did you mean: " + meant in str(note)
    assert note.to_dict() == {
        "position": note.position,
        "end": note.end,
        "text": note.text,
        "message": note.message,
        "suggestion": meant,
    }
    assert parse_with_notes(meant)[1] == ()


@pytest.mark.parametrize(
    "query",
    [
        "truce libya",
        "war and peace",
        "oil and gas",
        "to be or not to be",
        "fighting near Tripoli",
        "the same within days",
        "Yahoo! profit",
        "US$5 oil",
        "AT&T F-16 C#",
        "Fighting NEARS Tripoli",
        "NEAR",
        "w5",
        "N95 masks",
        "the P5 nations",
        '"oil NEAR gas"',
        '"headline(oil)"',
        'url:"https://example.org/?id=1&hd=oil!"',
        "url:https://example.org/?ti=1",
        "oil NEAR/5 gas",
        "oil w/5 gas pre/3 coal",
        "atleast3(oil)",
        "title:(oil OR gas)",
        "=truce +libya -benghazi",
        "(oil) (gas)",
        "Group(UK) results",
        "results (update)",
        "Johnson & Johnson",
        "all around (the world)",
        "followed by rain",
        "at least 5 (dead)",
        "company (oil)",
        "date 2019 riots",
        "the sentence before the judge",
        "Hello!",
        "date:2019..2020 length:>800",
        "oil -us",
        "*",
    ],
)
def test_ordinary_queries_have_no_notes(query: str) -> None:
    assert parse_with_notes(query)[1] == ()


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("oil near5 gas", "did you mean near/5?"),
        ("oil w/10s gas", "did you mean w/10 or w/s?"),
        ("oil w/para gas", "did you mean w/p?"),
        ("in:title oil", "write title: right before the word"),
        ("intitle:oil", "did you mean title?"),
        ("site:example.org", "did you mean url?"),
        ("author:smith", "did you mean byline?"),
        ("before:2020", "did you mean until?"),
        ("after:2020", "did you mean since?"),
        ('"crude oil"~5', "write w/5"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_advice(query: str, suggestion: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert suggestion in (caught.value.suggestion or "")


def test_each_kind_has_one_note_that_mends_all_its_places() -> None:
    notes = parse_with_notes("politic! NEAR econom! NEAR headline(oil)")[1]
    assert [note.suggestion for note in notes] == [
        "politic! NEAR/5 econom! NEAR headline(oil)".replace("NEAR head", "NEAR/5 head"),
        "politic* NEAR econom* NEAR headline(oil)",
        "politic! NEAR econom! NEAR headline:oil",
    ]


@pytest.mark.parametrize("piece", ["a! ", "a NEAR ", "x=y ", "|a", "{a} ", "@title ", "hd=a "])
def test_notes_take_time_linear_in_the_length(piece: str) -> None:
    def read(length: int) -> None:
        parse_with_notes(piece * (length // len(piece)))

    assert growth(read, 2_400) < LINEAR
