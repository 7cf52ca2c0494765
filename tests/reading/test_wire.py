"""Formats of agencies: what NITF, NewsML of both kinds, ninjs and wire text have in common.

All texts are made up here; `test_the_gold_of_wire_formats` reads files of agencies where a
checkout has them beside it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading import read_bytes
from searcher.reading.status import status_of
from searcher.reading.wire.story import Story, persons, when
from searcher.reading.wire.tree import html_blocks
from tests.reading.gold import share_right
from tests.reading.wire_samples import (
    HEAD,
    TEXT,
    WRAPPED,
    component,
    item,
    message,
    news_item,
    newsml,
    ninjs,
    nitf,
    read_all,
    text_of,
    transmission,
)


def test_status_words_of_all_wires() -> None:
    words = {"stat:usable": None, "Usable": None, "OPEN": None, "": None, "KILL": "canceled",
             "stat:withheld": "withheld", "Embargoed": "embargoed"}  # fmt: skip
    assert {word: status_of(word) for word in words} == words


def test_dates_of_wires_are_read_with_their_offset() -> None:
    assert when("20020225T143000-0500") == dt.datetime.fromisoformat("2002-02-25T14:30:00-05:00")
    assert when("20151210T191044Z") == dt.datetime(2015, 12, 10, 19, 10, 44, tzinfo=dt.UTC)
    assert when("20231124T192853+02:00") == dt.datetime.fromisoformat("2023-11-24T19:28:53+02:00")
    assert when("20070101T000000") == dt.date(2007, 1, 1)
    assert when("20231126") == dt.date(2023, 11, 26)
    assert when("") is None
    assert when("soon") is None


def test_persons_are_no_agencies_initials_or_logins() -> None:
    given = [
        "By Jane Roe, dpa",
        "gr/bp",
        "AFP",
        "roe.jane",
        "DWM",
        "Situation serious, says the EC",
    ]
    assert persons(given) == ("Jane Roe",)
    assert persons(["A.J. Roe, Vessel State University"]) == ("A.J. Roe",)


def test_html_in_a_string_is_read_by_its_blocks() -> None:
    found = html_blocks("<p>One</p><figure><figcaption>No</figcaption></figure><p>3 &lt; 4</p>")
    assert [block.text for block in found] == ["One", "3 < 4"]


def test_a_line_break_parts_sentences_and_joins_what_was_wrapped() -> None:
    parted = html_blocks("<p>One went.<br>Two stayed.<br><br>Three slept.</p>")
    joined = html_blocks("<p>The harbour of the town of <br/>Vessel opened today <br/>to all.</p>")
    assert [block.text for block in parted] == ["One went.", "Two stayed.", "Three slept."]
    assert [block.text for block in joined] == [
        "The harbour of the town of Vessel opened today to all."
    ]


def test_a_story_without_text_or_name_is_none() -> None:
    from searcher.reading.source import open_bytes

    with open_bytes(b"x", "x") as source:
        assert Story().article(source, record=None) is None
        assert Story(status="canceled").article(source, record=None) is None


SAMPLES = {
    "a.nitf": nitf().encode(),
    "a.xml": newsml(item(component(text_of(TEXT), lines=HEAD))).encode(),
    "b.xml": message(news_item()).encode(),
    "a.json": ninjs(versioncreated="2022-03-04", headline="H", body_html=TEXT).encode(),
    "a.txt": transmission(f"Harbour opens =\r\n\n{WRAPPED}"),
}


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_gives_articles_or_an_error(name: str, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, min(len(sample), start + 40)))
    damaged = sample[:start] + data.draw(st.binary(max_size=20)) + sample[end:]
    try:
        for article in read_bytes(damaged, name=name, on_error=lambda error: None):
            assert isinstance(article, Article)
    except ReadError:
        pass


@pytest.mark.parametrize("kind", ["nitf", "NewsML", "newsMessage", "contentSet"])
def test_nesting_without_end_ends(kind: str) -> None:
    with pytest.raises(ReadError):
        read_all(f"<{kind}>" + "<NewsComponent>" * 100_000)


@pytest.mark.parametrize("name", ["nitf", "newsItem"])
def test_entities_are_neither_expanded_nor_fetched(name: str) -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    hidden = '<!ENTITY f SYSTEM "file:///etc/passwd">'
    text = nitf(content="<p>One &f; two.</p>").partition("?>")[2]
    try:
        articles, _ = read_all(
            f'<!DOCTYPE nitf [<!ENTITY l0 "x">{bomb}{hidden}]>{text}', f"{name}.xml"
        )
    except ReadError:
        return
    assert all("root:" not in article.body for article in articles)


@pytest.mark.parametrize("name", ["nitf", "newsml1", "newsmlg2", "ninjs"])
def test_the_gold_of_wire_formats(name: str, tmp_path: Path) -> None:
    assert share_right(tmp_path, name) >= 0.98
