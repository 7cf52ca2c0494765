"""Are topics read in every shape that they come in?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.errors import ReadError
from searcher.evaluation.topics import Topic, parse_topics, read_topics

pytestmark = pytest.mark.same_without_core

FIRST = """
<top>
<head> Tipster Topic Description
<num> Number:  051
<dom> Domain:  Ferries
<title> Topic:  Ferries that
 would not stop
<desc> Description:
A document tells of a ferry & its <5 brakes.
<narr> Narrative:
Relevant is a ferry.

<con> Concept(s):
1. ferry
<fac> Factor(s):
<nat> Nationality: Aldmark
</fac>
<def> Definition(s):
</top>

<top>
<num> Number: 52
<dom> Domain: Ports
<title> Topic: Strikes in ports
</top>
"""
LATER = """<top>

<num> Number: 301
<title> Ferry disasters

<desc> Description:
What became of the ferry?
<narr> Narrative:
Nothing.
</top>
<top>
<num> Number: 302
<desc> Description:
No title at all
here.
</top>
"""
CLOSED = """<?xml version="1.0"?><topics>
<!-- <top><num>9</num><title>not this</title></top> -->
<top lang="en"><num>C041</num><EN-title>Port &amp; strike</EN-title>
<EN-desc><b>Which</b> port?</EN-desc></top></topics>"""
WEB = """<webtrack><topic number="7" type="faceted"><query><![CDATA[old ferries]]></query>
<description>Find old ferries.</description>
<subtopic number="1">Where?</subtopic></topic>
<topic number="8"><query>ports</query></topic></webtrack>"""


def texts(text: str, *names: str) -> dict[str, str]:
    return {topic.id: topic.text(names)[0] for topic in parse_topics(text, "topics")}


def test_topics_with_a_domain_between_number_and_title_are_read() -> None:
    assert texts(FIRST) == {"51": "Ferries that would not stop", "52": "Strikes in ports"}
    fields = parse_topics(FIRST, "topics")[0].fields
    assert fields["desc"] == "A document tells of a ferry & its <5 brakes."
    assert fields["dom"] == "Ferries" and fields["con"] == "1. ferry"
    assert fields["nat"] == "Aldmark"


def test_titles_without_a_label_and_topics_without_a_title_are_read() -> None:
    assert texts(LATER) == {"301": "Ferry disasters", "302": "No title at all here."}
    assert texts(LATER, "desc")["301"] == "What became of the ferry?"
    assert texts(LATER, "title", "narr")["301"] == "Ferry disasters Nothing."


def test_topics_with_closing_tags_are_read() -> None:
    assert texts(CLOSED) == {"C041": "Port & strike"}
    assert texts(CLOSED, "desc") == {"C041": "Which port?"}


def test_topics_of_xml_are_read() -> None:
    assert texts(WEB) == {"7": "old ferries", "8": "ports"}
    assert texts(WEB, "desc")["7"] == "Find old ferries."


def test_topics_that_nobody_closes_are_read() -> None:
    assert texts(FIRST.replace("</top>", "")) == texts(FIRST)


def test_lines_of_id_tab_query_are_topics() -> None:
    assert texts("1\told  ferries\r\n\n002\tports\n") == {"1": "old ferries", "2": "ports"}


def test_a_first_line_that_names_columns_names_fields() -> None:
    text = "topic_id\tquery\tdescription\n1\tports\tWhich ports?\n2\tferry\n"
    assert texts(text) == {"1": "ports", "2": "ferry"}
    assert texts(text, "desc")["1"] == "Which ports?"


def test_objects_on_lines_are_topics() -> None:
    text = '{"id": "a", "query": "ports"}\n{"_id": 7, "text": "ferry", "metadata": {}}\n'
    assert texts(text) == {"a": "ports", "7": "ferry"}
    both = parse_topics('{"qid": 1, "query": "a", "question": "b?"}', "topics")[0]
    assert both.text()[0] == "a" and both.text(["question"])[0] == "b?"


SMART = ".I 001\n.W\nold\nferries .\n.I 004\n.T\nfirst\n.W\nports\n"


def test_topics_of_smart_are_read() -> None:
    assert texts(SMART) == {"1": "old ferries .", "4": "ports"}


def test_topics_may_be_called_by_their_place(tmp_path: Path) -> None:
    (tmp_path / "q").write_text(SMART)
    assert [topic.id for topic in read_topics(tmp_path / "q", by_position=True)] == ["1", "2"]


def test_a_topic_says_which_of_its_fields_there_are() -> None:
    topic = Topic("1", {"narr": "n", "con": "c"})
    assert topic.text() == ("n", ("narr",))
    assert topic.text(["title", "con"]) == ("c", ("con",))
    assert topic.text(["title"]) == ("", ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1\ta\nb\n", "line 2: no topic"),
        ("1\ta\tb\n", "line 1: 3 columns where 2"),
        ("1\ta\n01\tb\n", "line 2: a second topic is called 01"),
        ("1\t \n", "line 1: topic 1 has no text"),
        ("<top><title> a </top>", "record 1: a topic without a number"),
        ("<top><num> 1 <title> a </top><top><num> 2 <tit", "record 2: cut off"),
        ('{"query": "a"}', "line 1: a topic without an id"),
        ('{"id": 1, "query": "a"', "line 1: not JSON"),
        ('{"id": 1, "query": "a"}\n[1]', "line 2: not an object"),
        ("{" + '"a":[' * 100_000, "line 1: not JSON"),
        (" \n ", "no topics in it"),
        ("topic_id\tquery\n", "no topics in it"),
    ],
)
def test_what_is_no_topic_is_an_error_that_names_the_place(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=f"topics(, |: ){said}"):
        parse_topics(text, "topics")


PIECES = ("<top>", "</top>", "<num>", "<title>", "<!--", "-->", ".I 1", ".W", "{", "\t", "\n", "a")


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join))
def test_whatever_the_text_there_are_topics_or_an_error(text: str) -> None:
    try:
        topics = parse_topics(text, "topics")
    except ReadError as error:
        assert error.path == "topics"
    else:
        assert all(topic.id and topic.text()[0] for topic in topics)


def test_many_tags_without_an_end_take_no_longer_than_their_length() -> None:
    for piece in ("<!--", "<a ", "<top", "<top><num> 1 <title> a <narr>"):
        with pytest.raises(ReadError):
            parse_topics("<top>\n" + piece * 100_000 + "</top><top>", "topics")


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\xff" * 100, b"\x1f\x8b\x08\x00cut"])
def test_files_that_are_no_text_are_errors(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "topics").write_bytes(data)
    with pytest.raises(ReadError, match=r"topics(:|, line 1:) "):
        read_topics(tmp_path / "topics")


def test_a_pipe_that_nobody_writes_to_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "topics")
    with pytest.raises(ReadError, match="FIFO"):
        read_topics(tmp_path / "topics")


TREC = Path(__file__).parents[2] / "../shared/data/ap88-topics/topics.adhoc.151-200.txt"
CRANFIELD = Path(__file__).parents[2] / "../shared/data/cranfield/cran.qry"


@pytest.mark.skipif(not TREC.exists(), reason="TREC's topics are not here")
def test_real_topics_of_trec_are_read() -> None:
    topics = read_topics(TREC)
    assert [topic.id for topic in topics] == [str(number) for number in range(151, 201)]
    assert all({"title", "desc", "narr"} <= topic.fields.keys() for topic in topics)


@pytest.mark.skipif(not CRANFIELD.exists(), reason="the Cranfield collection is not here")
def test_real_topics_of_smart_are_read() -> None:
    topics = read_topics(CRANFIELD, by_position=True)
    assert [topic.id for topic in topics] == [str(number) for number in range(1, 226)]
