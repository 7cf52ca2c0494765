"""Is a query of another tool said here, whole or with what is missing, and always readable?

The rules are those of the vendors' manuals; the sentences are ours.
"""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searcher import QueryError
from searcher.fields import FIELDS
from searcher.query import DIALECTS, parse, translate
from tests.growth import LINEAR, growth

pytestmark = pytest.mark.same_without_core

NOW = dt.datetime(2019, 4, 10, 12, tzinfo=dt.UTC)

WHOLE = {
    "nexis": [
        ("oil", "oil"),
        ("crude oil", '"crude oil"'),
        ("oil AND gas", "oil AND gas"),
        ("oil and gas or coal", "oil AND (gas OR coal)"),  # OR binds tightest
        ("oil and not gas or coal", "oil AND NOT (gas OR coal)"),
        ("oil but not gas", "oil AND NOT gas"),
        ("a1 or b1 w/10 c1!", "(a1 OR b1) w/10 c1*"),
        ("drought w/25 crop! w/5 loss", "drought w/25 (crop* w/5 loss)"),  # the smaller first
        ("ship w/5 port w/5 strike", "(ship w/5 port) w/5 strike"),
        ("ferry pre/2 strike", "ferry pre/2 strike"),
        ("ferry +2 strike", "ferry pre/2 strike"),
        ("ferry /3 strike", "ferry w/3 strike"),
        ("ferry onear/3 strike", "ferry pre/3 strike"),
        ("quay W/S crane and ship w/p harbour", "(quay w/s crane) AND (ship w/p harbour)"),
        ("quay w/sent crane", "quay w/s crane"),
        ("rice NOT W/5 paddy", "rice NOT w/5 paddy"),
        ("rice not /5 paddy", "rice NOT w/5 paddy"),
        ("wom*n and politic!", "wom?n AND politic*"),
        ('"crude oil" w/3 pric!', '"crude oil" w/3 pric*'),
        ("HEADLINE(oil or gas)", "title:(oil OR gas)"),
        ("headline (oil)", "headline pre/1 oil"),
        ("HEADLINE (oil)", "title:oil"),
        ("HLEAD(crude oil) and LEAD(opec)", 'hlead:"crude oil" AND lead:opec'),
        ("BYLINE(dorn)", "byline:dorn"),
        ("BODY(oil w/5 price)", "body:(oil w/5 price)"),
        ("ATLEAST3(opec)", "atleast3(opec)"),
        ("atl5(crude oil)", 'atleast5("crude oil")'),
        ("PUBLICATION(meridian wire)", "source:*meridian?wire*"),
        ("SECTION(sport or world)", "section:*sport* OR section:*world*"),
        ("LANGUAGE(english or german)", "language:en OR language:de"),
        ("LENGTH(>800)", "length:>=801"),
        ("length > 800", "length:>=801"),
        ("date geq 2019-04-01", "since:2019-04-01"),
        ("oil and date aft 2018", "oil AND since:2019-01-01"),
        ("date bef 4/13/2019", "until:2019-04-12"),
        ("date is March 4, 2021", "date:2021-03-04"),
        ("date(geq (4/13/2019) and leq (4/14/2019))", "since:2019-04-13 AND until:2019-04-14"),
        ("date(>=2019-04-13)", "since:2019-04-13"),
        ("PLURAL(arms)", "=arms"),
        ("NOT oil", "NOT oil"),
        ("((oil))", "oil"),
        ("oil & gas", "oil AND gas"),
        ("(oil or gas) price", "(oil OR gas) pre/1 price"),
        ("“crude oil” w/5 price", '"crude oil" w/5 price'),
    ],
    "factiva": [
        ("emerging markets", '"emerging markets"'),
        ("quay crane or ship and harbour board", '"quay crane" OR (ship AND "harbour board")'),
        ("oil not gas and coal", "oil AND NOT gas AND coal"),
        ("cup adj5 rugby", "cup pre/5 rugby"),
        ("cup adj rugby", "cup pre/1 rugby"),
        ("chair w/2 dorn", "chair pre/2 dorn"),
        ("ferry near5 strike board", 'ferry w/5 "strike board"'),
        ("ferry/N30/strike", "ferry w/30 strike"),
        ("ferry same strike", "ferry w/p strike"),
        ("hd=oil", "title:oil"),
        ("hd=(oil or gas)", "title:(oil OR gas)"),
        ("hd=oil near5 gas and coal", "title:(oil w/5 gas) AND coal"),
        ("hlp=merger", "hlead:merger"),
        ("lp=merger and td=bank", "lead:merger AND body:bank"),
        ("by=dorn", "byline:dorn"),
        ('sn="Meridian Wire"', "source:*Meridian?Wire*"),
        ("la=en or la=(de or fr)", "language:en OR (language:de OR language:fr)"),
        ("wc>500", "length:>=501"),
        ("wc < 3000 and oil", "length:<=2999 AND oil"),
        ("atleast5 ferry and atleast10 harbour board",
         'atleast5(ferry) AND atleast10("harbour board")'),
        ("ferr$ and cat? and chariot*", "ferr* AND cat? AND chariot*"),
        ("president % dorn", '"president * dorn"'),
        ("date from 20190401 to 20190415", "since:2019-04-01 AND until:2019-04-15"),
        ("date after 1/31/2019", "since:2019-02-01"),
        ("date after -30", "date:2019-03-12..2019-04-10"),
        ("[oil or gas] and coal", "(oil OR gas) AND coal"),
        ("ferry/F60/", "lead:ferry"),
    ],
    "lucene": [
        ("oil price", "oil price"),
        ("oil OR price", "oil OR price"),
        ('oil "crude price"', 'oil OR "crude price"'),
        ("oil AND price", "oil AND price"),
        ("+oil -gas price", "+oil price -gas"),
        ("oil AND NOT gas", "oil AND NOT gas"),
        ("oil && !gas", "oil AND NOT gas"),
        ("title:oil AND author:dorn", "title:oil AND byline:dorn"),
        ("headline:(oil OR gas)", "title:(oil OR gas)"),
        ("content:oil", "body:oil"),
        ("source:reuters", "source:reuters"),
        ('publisher:("Meridian Wire" OR Dorn)', 'source:"Meridian Wire" OR source:Dorn'),
        ("lang:de", "language:de"),
        ("date:[2019-01-01 TO 2019-04-08]", "since:2019-01-01 AND until:2019-04-08"),
        ("date:{2019-01-01 TO *]", "since:2019-01-02"),
        ("published_at:>=2019-04", "since:2019-04-01"),
        ("date:[now-7d/d TO now]", "since:2019-04-03 AND until:2019-04-10"),
        ("word_count:[500 TO 1000]", "length:>=500 AND length:<=1000"),
        ("wom?n milit*", "wom?n milit*"),
        ("oil^2 price", "oil^2 price"),
        ("_exists_:author", "has:byline"),
        ("*:*", "*"),
        ("canonical_domain:example.org", "url:*example.org*"),
        (r"10\:30", "10:30"),
        ("url:https\\://example.org/a", "url:https://example.org/a"),
        ("(oil OR gas) AND (price OR cost)", "(oil OR gas) AND (price OR cost)"),
    ],
    "mediacloud": [
        ("climate change", "climate change"),
        ("(climate AND change) AND language:en", "(climate AND change) AND language:en"),
        ('article_title:"sea wall"', 'title:"sea wall"'),
        ("publish_date:[2019-01-01 TO 2019-02-01]", "since:2019-01-01 AND until:2019-02-01"),
    ],
}  # fmt: skip

PARTLY = [
    ("nexis", "oil and SUBJECT(energy)", "oil", [("left out", 8, "SUBJECT(energy)")]),
    ("nexis", "oil w/seg gas", "oil AND gas", [("changed", 4, "w/seg")]),
    ("nexis", "ALLCAPS(aids)", "=aids", [("changed", 0, "ALLCAPS")]),
    ("nexis", "oil and date geq never", "oil", [("left out", 8, "date geq never")]),
    ("nexis", "HEADLINE(oil and BYLINE(dorn)) or gas", "gas", [("left out", 0, "HEADLINE")]),
    ("nexis", "(oil and gas) w/5 price", "(oil AND gas) AND price", [("changed", 14, "w/5")]),
    ("factiva", "oil and rst=j", "oil", [("left out", 8, "rst=j")]),
    ("factiva", "engineer$3", "engineer*", [("changed", 0, "engineer$3")]),
    ("factiva", "ferry/F50/", "lead:ferry", [("changed", 5, "/F50/")]),
    ("lucene", "oil AND foo:bar", "oil", [("left out", 8, "foo:bar")]),
    ("lucene", "oil /g.s/", "oil", [("left out", 4, "/g.s/")]),
    ("lucene", '"crude price"~5', "=crude w/6 =price", [("changed", 0, '"crude price"~5')]),
    ("lucene", "haftar~0.7", "haftar~2", [("changed", 6, "~0.7")]),
    ("lucene", '+oil "crude price"', "oil", [("left out", 5, '"crude price"')]),
    ("mediacloud", "oil AND tags_id_media:(1 2)", "oil", [("left out", 8, "tags_id_media:(1 2)")]),
    ("nexis", "SUBJECT(energy)", None, [("left out", 0, "SUBJECT(energy)")]),
]


@pytest.mark.parametrize(
    ("dialect", "query", "meant"),
    [(dialect, *case) for dialect, cases in WHOLE.items() for case in cases],
)
def test_a_query_is_said_whole(dialect: str, query: str, meant: str) -> None:
    found = translate(query, dialect, now=NOW)
    assert (found.translated, found.losses) == (meant, ())
    assert found.is_whole and found.dialect == dialect
    assert str(parse(meant, now=NOW)) == meant


@pytest.mark.parametrize(("dialect", "query", "meant", "losses"), PARTLY)
def test_what_cannot_be_said_is_told_with_its_place(
    dialect: str, query: str, meant: str | None, losses: list[tuple[str, int, str]]
) -> None:
    found = translate(query, dialect, now=NOW)
    assert found.translated == meant
    assert [(loss.kind, loss.position, loss.text) for loss in found.losses] == losses
    assert not found.is_whole
    for loss in found.losses:
        assert loss.message and query[loss.position : loss.end] == loss.text


@pytest.mark.parametrize(
    ("query", "dialect"),
    [
        ("oil w/5 gas", "nexis"),
        ("HEADLINE(oil)", "nexis"),
        ("politic! reform", "nexis"),
        ("oil and date geq 2019", "nexis"),
        ("hd=oil and la=en", "factiva"),
        ("chair w/2 dorn not hd=harbour", "factiva"),
        ("oil adj5 gas", "factiva"),
        ("oil same gas", "factiva"),
        ("+title:oil -gas", "lucene"),
        ('"oil gas"~5', "lucene"),
        ("oil gas", "lucene"),
        ("title:oil AND publish_date:[2019-01-01 TO 2019-02-01]", "mediacloud"),
        ('"HEADLINE(oil) w/5"', "lucene"),
    ],
)
def test_a_dialect_is_known_by_its_signs(query: str, dialect: str) -> None:
    assert translate(query, now=NOW).dialect == dialect


@pytest.mark.parametrize(
    ("dialect", "query", "position"),
    [
        ("nexis", "oil and", 7),
        ("nexis", "", 0),
        ("nexis", "(oil", 0),
        ("nexis", "oil)", 3),
        ("nexis", 'oil "gas', 4),
        ("nexis", "oil w/0 gas", 4),
        ("factiva", "hd=", 3),
        ("lucene", "oil AND", 7),
        ("lucene", "(oil", 0),
        ("lucene", "oil)", 3),
        ("lucene", "date:[2019 TO", 5),
        ("lucene", '"oil', 0),
        ("lucene", "/oil", 0),
        ("lucene", "()", 1),
    ],
)
def test_a_query_that_its_own_tool_would_refuse_is_an_error_with_its_place(
    dialect: str, query: str, position: int
) -> None:
    with pytest.raises(QueryError) as caught:
        translate(query, dialect)
    assert caught.value.position == position and caught.value.query == query


def test_a_field_of_the_archive_is_known() -> None:
    fields = FIELDS.with_values("country")
    assert translate("country:fr", "lucene", fields=fields).translated == "country:fr"
    assert not translate("country:fr", "lucene").is_whole


def test_there_is_no_other_dialect() -> None:
    with pytest.raises(ValueError, match="westlaw"):
        translate("oil", "westlaw")


PIECES = (
    *("oil", "gas", "crude", "U.N.", "AT&T", "o'brien", "f-16", "1,000", "北京", "title", "date"),
    *(" and ", " or ", " not ", " AND ", " OR ", " NOT ", " and not ", " w/5 ", " pre/3 ", " w/s "),
    *(" w/p ", " w/seg ", " NOT w/5 ", " adj5 ", " near3 ", " same ", "/N5/", "/F50/", " % "),
    *("HEADLINE(", "ALLCAPS(", "SUBJECT(", "DATE(", "date geq ", "date from ", " to ", "atleast3("),
    *("atleast3 ", "hd=", "rst=", "wc>", "title:", "date:", "foo:", "_exists_:", "length:"),
    *("[2019 TO 2020]", "{* TO now]", "2019-01-01", "1/2/2019", "-30", ">=", "=", "+", "-", "!"),
    *("*", "?", "~", "~1", "^2", '"', "(", ")", "[", "]", "{", "}", "/", "\\", "&&", "||", ":"),
    *(" ", ",", ".", "\u201c", "\u2019", "\0", "\ud800", "\n", "é"),
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.sampled_from((*DIALECTS, "auto")), st.lists(st.sampled_from(PIECES), max_size=14))
@example("factiva", ["hd="] * 3000)
@example("nexis", ["("] * 9000)
@example("nexis", ["oil w/5 "] * 1200 + ["gas"])
@example("nexis", ["HEADLINE("] * 99 + ["x"] + [")"] * 99)
@example("lucene", ["title:"] * 1600 + ["x"])
@example("lucene", ["("] * 99 + ["x"] + [")"] * 99)
@example("lucene", ["-", "-", "x"])
@example("lucene", ["\\"] * 9000)
@example("lucene", ["NOT "] * 2000 + ["x"])
@example("factiva", ["atleast3 "] * 1000 + ["x"])
@example("auto", ["date "] * 1900)
@example("auto", ["["] * 9000)
def test_any_text_is_said_in_a_query_that_can_be_read_or_is_an_error(
    dialect: str, pieces: list[str]
) -> None:
    text = "".join(pieces)
    try:
        found = translate(text, dialect, now=NOW)
    except QueryError as error:
        assert error.query == text
        assert 0 <= error.position <= len(text)
        return
    if found.translated is not None:
        assert parse(found.translated, now=NOW) is not None
    assert found.translated is not None or found.losses or not ("oil" in text or "gas" in text)
    for loss in found.losses:
        assert 0 <= loss.position <= loss.end <= len(text)
        assert loss.text == text[loss.position : loss.end]


@pytest.mark.parametrize(
    ("dialect", "piece"),
    [
        ("nexis", "oil or "),
        ("nexis", "oil and "),
        ("nexis", "oil "),
        ("nexis", "(oil) "),
        ("nexis", "SUBJECT(x) and "),
        ("factiva", "hd=oil and "),
        ("factiva", "date "),
        ("lucene", "oil "),
        ("lucene", "oil AND "),
        ("lucene", "-oil "),
        ("lucene", "foo:x "),
        ("lucene", '"a b" '),
    ],
)
def test_the_work_is_linear_in_the_length(dialect: str, piece: str) -> None:
    def run(size: int) -> None:
        with contextlib.suppress(QueryError):  # too tall to be asked, which is found out last
            translate(piece * size + "gas", dialect, now=NOW)

    assert growth(run, 1_200 // len(piece)) < LINEAR
