"""NITF: what is the story, what is its head, and what takes another back?"""

from __future__ import annotations

import datetime as dt

import pytest

from searcher.errors import ReadError
from tests.reading.wire_samples import FIRST, SECOND, TEXT, nitf, read_all, read_one


def test_a_story_in_nitf_has_its_fields_from_all_over_the_head() -> None:
    article = read_one(
        nitf(
            attributes='baselang="en-GB" xmlns="http://iptc.org/std/NITF/2006-10-18/"',
            head='<tobject tobject.type="Shipping"/><pubdata name="The Quay" '
            'date.publication="20190304T101500Z" position.section="B" ex-ref="https://quay.test/1"/>',
            docdata='<date.issue norm="20190304T091500+0100"/>'
            '<doc-id regsrc="quay.test" id-string="q-1"/>'
            '<urgency ed-urg="4"/><key-list><keyword key="harbour"/></key-list>'
            '<du-key key="vessel-harbour" version="3"/>',
            top="<byline>By JANE ROE<byttl>Quay Staff</byttl></byline><distributor>Dock News"
            "</distributor><dateline><location>VESSEL</location></dateline>",
        )
    )
    assert article.title == "Harbour opens"
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.datetime.fromisoformat("2019-03-04T09:15:00+01:00")
    assert article.updated == dt.datetime.fromisoformat("2019-03-04T10:15:00+00:00")
    assert (article.source, article.section, article.language) == ("Dock News", "Shipping", "en-GB")
    assert (article.url, article.id, article.status) == (
        "https://quay.test/1",
        "quay.test:q-1",
        None,
    )
    assert article.metadata["slug"] == "vessel-harbour"
    assert article.metadata["version"] == "3"
    assert article.metadata["urgency"] == "4"
    assert article.metadata["keywords"] == "harbour"
    assert article.metadata["dateline"] == "VESSEL"


def test_words_marked_inside_a_line_stay_in_their_line() -> None:
    content = (
        "<p>In <location>Vessel</location> the <org value='x'>Port</org> paid <money>5</money>.</p>"
    )
    assert read_one(nitf(content=content)).body == "In Vessel the Port paid 5."


def test_a_table_is_read_by_its_rows() -> None:
    content = (
        "<table><tr><td><p>Vessel</p></td><td>3</td></tr><tr><td>Quay</td><td>1</td></tr></table>"
    )
    assert read_one(nitf(content=content)).body == "Vessel 3\n\nQuay 1"


def test_captions_notes_and_media_are_no_text() -> None:
    media = "<media><media-caption>A crane.</media-caption></media><note><p>Hold.</p></note>"
    assert read_one(nitf(content=media + TEXT)).body == f"{FIRST}\n\n{SECOND}"


def test_a_short_abstract_is_no_part_of_the_text() -> None:
    article = read_one(nitf(top="<abstract><p>It opened.</p></abstract>"))
    assert article.body.startswith(FIRST)
    assert article.metadata["abstract"] == "It opened."


def test_an_abstract_as_long_as_the_text_opens_it() -> None:
    article = read_one(nitf(top=f"<abstract><p>{SECOND}</p></abstract>", content=f"<p>{FIRST}</p>"))
    assert article.body == f"{SECOND}\n\n{FIRST}"


def test_an_abstract_that_the_text_repeats_is_said_once() -> None:
    article = read_one(nitf(top=f"<abstract><p>{FIRST}</p></abstract>", content=TEXT))
    assert article.body == f"{FIRST}\n\n{SECOND}"


def test_a_lead_printed_apart_and_in_the_text_is_said_once() -> None:
    long = f"{FIRST} {SECOND}"
    content = (
        f"<block class='lead'><p>{long}</p></block><block><p>{long}</p><p>End of it.</p></block>"
    )
    assert read_one(nitf(content=content)).body == f"{long}\n\nEnd of it."


def test_documents_in_a_wrapper_are_numbered_and_an_empty_one_is_said() -> None:
    documents = [nitf().partition("?>")[2], "<nitf><body/></nitf>", nitf().partition("?>")[2]]
    articles, errors = read_all(f"<nitf-doc>{''.join(documents)}</nitf-doc>")
    assert [article.record for article in articles] == [1, 3]
    assert [error.record for error in errors] == [2]


def test_html_in_the_content_as_characters_is_read_as_html() -> None:
    article = read_one(
        nitf(content=f"<![CDATA[{TEXT}]]>", top="<byline><byttl>Jane Roe</byttl></byline>")
    )
    assert (article.body, article.byline) == (f"{FIRST}\n\n{SECOND}", ("Jane Roe",))


@pytest.mark.parametrize("word", ["withheld", "canceled"])
def test_nitf_that_may_not_be_published_says_so(word: str) -> None:
    article = read_one(nitf(docdata=f'management-status="{word}"'))
    assert article.status == word


def takes_back(status: str, attributes: str = 'id-string="dock.20200102.2"') -> str:
    management = (
        f'management-doc-idref="dock.20200102.1" management-idref-status="{status}"'
        f"><doc-id {attributes}/><du-key version='1'/"
    )
    return nitf(docdata=management)


@pytest.mark.parametrize("word", ["canceled", "withheld"])
def test_a_document_that_takes_another_back_stands_in_its_place_too(word: str) -> None:
    articles, errors = read_all(takes_back(word))
    assert not errors
    assert [(a.id, a.status, a.record) for a in articles] == [
        ("dock.20200102.2", None, None),
        ("dock.20200102.1", word, 2),
    ]
    assert articles[1].body == articles[0].body
    # Whatever the version that it takes back.
    assert [a.metadata.get("version") for a in articles] == ["1", None]


def test_what_a_document_takes_back_is_of_its_own_registry() -> None:
    articles, _ = read_all(takes_back("canceled", 'regsrc="Dock" id-string="7"'))
    assert [article.id for article in articles] == ["Dock:7", "Dock:dock.20200102.1"]


def test_a_document_that_only_replaces_another_leaves_it() -> None:
    assert read_one(takes_back("usable")).metadata["changes"] == "dock.20200102.1"


def test_an_embargo_holds_until_its_time() -> None:
    future = read_one(nitf(docdata='<date.release norm="21500101T000000Z"/>'))
    past = read_one(nitf(docdata='<date.release norm="20150101T000000Z"/>'))
    assert (future.status, past.status) == ("embargoed", None)
    assert future.metadata["embargoed"] == "2150-01-01T00:00:00+00:00"


def test_nitf_without_text_is_refused_with_what_it_is() -> None:
    with pytest.raises(ReadError, match="NITF without text"):
        read_all(nitf(content=""))
