"""Formats of agencies: NITF, NewsML of both kinds, ninjs, wire text.

All texts are made up here; `test_the_gold_of_wire_formats` reads files of agencies where a
checkout has them beside it.
"""

from __future__ import annotations

import datetime as dt
import json
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

FIRST = "The harbour of Vessel opened on Monday after eleven years of work."
SECOND = "Ships from four countries had waited outside since Friday."
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"


def read_all(data: str | bytes, name: str = "file.xml") -> tuple[list[Article], list[ReadError]]:
    errors: list[ReadError] = []
    raw = data if isinstance(data, bytes) else data.encode()
    return list(read_bytes(raw, name=name, on_error=errors.append)), errors


def read_one(data: str | bytes, name: str = "file.xml") -> Article:
    articles, errors = read_all(data, name)
    assert not errors
    assert len(articles) == 1
    return articles[0]


def nitf(
    *, docdata: str = "", head: str = "", top: str = "", content: str = TEXT, attributes: str = ""
) -> str:
    return (
        f'<?xml version="1.0"?><nitf {attributes}><head><title>slug-harbour</title>{head}'
        f"<docdata {docdata if docdata.startswith('management') else ''}>"
        f"{'' if docdata.startswith('management') else docdata}</docdata></head>"
        f"<body><body.head><hedline><hl1>Harbour opens</hl1></hedline>{top}</body.head>"
        f"<body.content>{content}</body.content></body></nitf>"
    )


# NITF


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


# NewsML 1


def newsml(*items: str, envelope: str = "<DateAndTime>20200102T030405Z</DateAndTime>") -> str:
    return f"<NewsML><NewsEnvelope>{envelope}</NewsEnvelope>{''.join(items)}</NewsML>"


def item(
    components: str,
    *,
    number: str = "N1",
    status: str = "Usable",
    revision: str = "2",
    more: str = "",
) -> str:
    return (
        '<NewsItem xml:lang="fr"><Identification><NewsIdentifier><ProviderId>dock.test</ProviderId>'
        f"<DateId>20200102</DateId><NewsItemId>{number}</NewsItemId><RevisionId>{revision}</RevisionId>"
        f"<PublicIdentifier>urn:newsml:dock.test:20200102:{number}:{revision}N</PublicIdentifier>"
        "</NewsIdentifier><NameLabel>harbour-label</NameLabel></Identification><NewsManagement>"
        "<FirstCreated>20200102T020000+0100</FirstCreated>"
        "<ThisRevisionCreated>20200102T040000+0100</ThisRevisionCreated>"
        f'<Status FormalName="{status}"/><Urgency FormalName="3"/>{more}</NewsManagement>'
        f"{components}</NewsItem>"
    )


def component(
    content: str = "", *, lines: str = "", role: str = "", more: str = "", lang: str = ""
) -> str:
    given = f'<Role FormalName="{role}"/>' if role else ""
    return (
        f'<NewsComponent Duid="{lang or "c"}" xml:lang="{lang or "en"}">{given}'
        f"<NewsLines>{lines}</NewsLines>{more}{content}</NewsComponent>"
    )


def text_of(inner: str) -> str:
    kind = "<MediaType FormalName='Text'/>"
    return f"<ContentItem>{kind}<DataContent>{inner}</DataContent></ContentItem>"


HEAD = "<HeadLine>Harbour opens</HeadLine>"


def test_a_news_item_has_two_dates_and_an_identity_without_revision() -> None:
    lines = (
        f"{HEAD}<ByLine>Jane Roe</ByLine><SlugLine>harbour</SlugLine><KeywordLine>sea</KeywordLine>"
    )
    article = read_one(newsml(item(component(text_of(TEXT), lines=lines))))
    assert article.title == "Harbour opens"
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert article.date == dt.datetime.fromisoformat("2020-01-02T02:00:00+01:00")
    assert article.updated == dt.datetime.fromisoformat("2020-01-02T04:00:00+01:00")
    assert article.id == "urn:newsml:dock.test:20200102:N1"
    assert (article.byline, article.source) == (("Jane Roe",), "dock.test")
    assert article.metadata["slug"] == ("harbour", "harbour-label")
    assert article.metadata["keywords"] == "sea"
    assert article.metadata["version"] == "2"


def test_an_identity_of_fewer_parts_loses_its_revision_too() -> None:
    text = newsml(item(component(text_of(TEXT), lines=HEAD))).replace(
        "dock.test:20200102:", "dock:"
    )
    assert read_one(text).id == "urn:newsml:dock:N1"


def test_every_item_of_a_message_is_an_article() -> None:
    one, two = (item(component(text_of(TEXT), lines=HEAD), number=n) for n in ("A", "B"))
    articles, errors = read_all(newsml(one, two))
    assert [a.record for a in articles] == [1, 2]
    assert not errors


def test_title_lead_and_body_in_parts_are_one_text() -> None:
    parts = (
        component(text_of("Harbour opens"), role="Title")
        + component(text_of(f"Lead: {FIRST}"), role="Lead")
        + component(text_of(f"{SECOND} &lt;b&gt;Bold&lt;/b&gt; words."), role="Body")
    )
    article = read_one(newsml(item(component(parts))))
    assert article.title == "Harbour opens"
    assert article.body == f"Lead: {FIRST}\n\n{SECOND} Bold words."


def test_two_languages_in_one_item_are_two_articles() -> None:
    parts = "".join(
        component(
            component(text_of(title), role="Title") + component(text_of(body), role="Body"),
            lines=f"<HeadLine>{title}</HeadLine>",
            lang=lang,
        )
        for lang, title, body in (
            ("nl", "Haven open", "De haven is open."),
            ("fr", "Port", "Ouvert."),
        )
    )
    articles, _ = read_all(newsml(item(component(parts))))
    assert [(a.language, a.title) for a in articles] == [("nl", "Haven open"), ("fr", "Port")]
    assert len({a.id for a in articles}) == 2


def test_a_photographer_is_no_author_and_a_caption_no_text() -> None:
    photo = component(
        component(text_of("<p>A crane.</p>"), role="Caption"),
        lines="<HeadLine>A crane</HeadLine><ByLine>Ann Lens</ByLine>",
    )
    article = read_one(newsml(item(component(component(text_of(TEXT)) + photo, lines=HEAD))))
    assert article.byline == ()
    assert "crane" not in article.body


def test_an_alert_without_headline_is_its_own_headline() -> None:
    text = text_of("<p>Harbour of Vessel opens</p><p>ab/cd/ef</p>")
    article = read_one(newsml(item(component(text, lines="<HeadLine/>"))))
    assert article.title == "Harbour of Vessel opens"


def test_a_story_without_headline_has_its_slug_for_one() -> None:
    article = read_one(newsml(item(component(text_of(TEXT), lines="<SlugLine>Vessel</SlugLine>"))))
    assert article.title == "Vessel"


def test_a_sign_off_is_no_text_and_no_author() -> None:
    lines = f"{HEAD}<ByLine>ab/cd</ByLine>"
    article = read_one(newsml(item(component(text_of(f"{TEXT}<p>ab/cd/efg</p>"), lines=lines))))
    assert article.body.endswith(SECOND)
    assert (article.byline, article.metadata["signoff"]) == ((), "ab/cd/efg")


def test_a_cancellation_without_text_is_kept() -> None:
    article = read_one(newsml(item(component(lines=HEAD), status="CANCELED")))
    assert (article.status, article.body) == ("canceled", "")
    assert article.id == "urn:newsml:dock.test:20200102:N1"


def test_an_item_embargoed_for_ever_says_so_and_one_with_a_date_until_then() -> None:
    change = (
        '<StatusWillChange><FutureStatus FormalName="Usable"/>'
        "<DateAndTime>20200105T000000Z</DateAndTime></StatusWillChange>"
    )
    text = component(text_of(TEXT), lines=HEAD)
    assert read_one(newsml(item(text, status="Embargoed"))).status == "embargoed"
    assert read_one(newsml(item(text, status="Embargoed", more=change))).status is None


def test_a_newsml_of_links_alone_is_refused_with_what_it_is() -> None:
    with pytest.raises(ReadError, match="NewsML without a news text") as caught:
        read_all(newsml(item(component(lines=HEAD))))
    assert caught.value.kind == "newsml"


# NewsML-G2

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'


def message(*items: str, sent: str = "2021-05-04T10:00:05Z") -> str:
    inner = f"<header><sent>{sent}</sent></header><itemSet>{''.join(items)}</itemSet>"
    return f"<newsMessage {NAR}>{inner}</newsMessage>"


def news_item(
    *,
    text: str = TEXT,
    kind: str = "text",
    status: str = "stat:usable",
    meta: str = "",
    about: str = "",
    head: str = "<headline>Harbour opens</headline>",
    content: str | None = None,
) -> str:
    body = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{text}</body></html>'
    if content is None:
        content = f'<inlineXML contenttype="application/xhtml+xml">{body}</inlineXML>'
    return (
        f'<newsItem {NAR} guid="tag:dock.test,2021:1" version="7" xml:lang="en"><itemMeta>'
        f'<itemClass qcode="ninat:{kind}"/><provider literal="Dock News"/>'
        "<versionCreated>2021-05-04T10:00:00Z</versionCreated>"
        "<firstCreated>2021-05-04T08:00:00Z</firstCreated>"
        f'<pubStatus qcode="{status}"/>{meta}</itemMeta>'
        f"<contentMeta>{head}{about}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def test_a_news_item_is_an_article_with_its_version() -> None:
    article = read_one(
        message(
            news_item(
                about='<urgency>3</urgency><by>By Jane Roe</by><language tag="en-GB"/>'
                '<subject type="x:category" qcode="c:s"><name>Sport</name></subject>'
                "<slugline>harbour</slugline><keyword>sea</keyword>"
            )
        )
    )
    assert (article.title, article.body) == ("Harbour opens", f"{FIRST}\n\n{SECOND}")
    assert article.date == dt.datetime.fromisoformat("2021-05-04T08:00:00+00:00")
    assert article.updated == dt.datetime.fromisoformat("2021-05-04T10:00:00+00:00")
    assert (article.byline, article.source) == (("Jane Roe",), "Dock News")
    assert (article.section, article.language) == ("Sport", "en-GB")
    assert article.id == "tag:dock.test,2021:1"
    assert article.metadata["version"] == "7"


def test_a_package_of_a_text_and_a_video_is_one_article() -> None:
    kind = '<itemMeta><itemClass qcode="ninat:composite"/></itemMeta>'
    package = f"<packageItem {NAR}>{kind}</packageItem>"
    article = read_one(message(package, news_item(), news_item(kind="video", content="")))
    assert article.title == "Harbour opens"


def test_a_package_alone_is_refused_with_what_it_is() -> None:
    package = f'<packageItem {NAR} guid="x"><itemMeta/></packageItem>'
    with pytest.raises(ReadError, match="1 package"):
        read_all(package)
    with pytest.raises(ReadError, match="1 plan of coverage"):
        read_all(f'<planningItem {NAR} guid="x"/>')


def test_headline_and_byline_are_not_said_twice() -> None:
    text = f"<h1>Harbour opens</h1><p>(Adds ships waiting)</p><p>By Jane Roe</p>{TEXT}"
    article = read_one(news_item(text=text))
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert article.byline == ("Jane Roe",)
    assert article.metadata["notes"] == "(Adds ships waiting)"


def test_headlines_go_by_role_and_then_by_order() -> None:
    roles = (
        '<headline role="hld:subHeadline">Below</headline><headline role="x:title">Above</headline>'
    )
    plain = "<headline>Above</headline><headline>Below</headline>"
    for head in (roles, plain):
        article = read_one(news_item(head=head))
        assert (article.title, article.metadata["subtitle"]) == ("Above", "Below")


def test_a_header_of_the_page_is_no_text_but_has_the_byline() -> None:
    text = (
        "<header><ul><li>Sea</li></ul><time>04.05.2021</time><h1>Harbour opens</h1>"
        f'<p class="byline">Von Jane Roe, dpa</p></header><section>{TEXT}</section>'
    )
    article = read_one(news_item(text=text))
    assert (article.body, article.byline) == (f"{FIRST}\n\n{SECOND}", ("Jane Roe",))


def test_an_agencys_own_elements_stand_in_their_line() -> None:
    text = "<p>The <Company>Vessel Port</Company> opened.</p><weird>A line of its own.</weird>"
    assert read_one(news_item(text=text)).body == "The Vessel Port opened.\n\nA line of its own."


def test_plain_renditions_and_notes_that_are_not_public_are_left_out() -> None:
    content = (
        f"<inlineXML><html><body>{TEXT}</body></html></inlineXML>"
        '<inlineData contenttype="text/plain" rendition="x:nonpublic">Call Ann.</inlineData>'
    )
    meta = '<edNote pubconstraint="x:nonpublic">Call Ann.</edNote><edNote>With picture.</edNote>'
    article = read_one(news_item(content=content, meta=meta))
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert article.metadata["notes"] == "With picture."


def test_html_in_plain_data_is_read_as_html() -> None:
    content = f'<inlineData contenttype="text/plain"><![CDATA[{TEXT}]]></inlineData>'
    assert read_one(news_item(content=content)).body == f"{FIRST}\n\n{SECOND}"


def test_an_agency_in_the_byline_is_no_author_but_known() -> None:
    article = read_one(news_item(about="<by>By Reuters</by>"))
    assert (article.byline, article.metadata["agency"]) == ((), "Reuters")
    assert read_one(news_item(about="<by>Reuters, JAN 02</by>")).byline == ()
    assert read_one(news_item(about="<by>Jane Roe, Reuters</by>")).byline == ("Jane Roe",)


def test_codes_behind_the_last_paragraph_are_no_text() -> None:
    assert read_one(news_item(text=f"{TEXT}51 77 CRO01 1113 APE4800")).body.endswith(SECOND)


def test_creators_are_authors_if_they_are_persons() -> None:
    about = "".join(
        f"<creator><name>{n}</name></creator>" for n in ("dw", "roe.jane", "Jane Roe", "AFP")
    )
    assert read_one(news_item(about=about)).byline == ("Jane Roe",)


@pytest.mark.parametrize(
    "code", ["stat:withheld", "x:canceled", "http://cv.iptc.org/newscodes/pubstatusg2/canceled"]
)
def test_an_item_that_may_not_be_published_says_so(code: str) -> None:
    assert read_one(news_item(status=code)).status in ("withheld", "canceled")


def test_an_embargo_without_a_time_is_one_until_further_notice() -> None:
    meta = '<embargoed xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"/>'
    assert read_one(news_item(meta=meta)).status == "embargoed"


@pytest.mark.parametrize("said", ["soon", "tomorrow 06:00", "2030-13-45"])
def test_an_embargo_whose_end_cannot_be_read_has_not_ended(said: str) -> None:
    assert read_one(news_item(meta=f"<embargoed>{said}</embargoed>")).status == "embargoed"
    text = ninjs(headline="H", body_text="A text.", versioncreated="2020-01-01", embargoed=said)
    assert read_one(text).status == "embargoed"
    assert read_one(news_item(meta="<embargoed>2021-05-04T09:00:00Z</embargoed>")).status is None
    assert (
        read_one(news_item(meta="<embargoed>2121-05-04T09:00:00Z</embargoed>")).status
        == "embargoed"
    )


def test_an_offset_that_the_time_of_sending_contradicts_is_not_believed() -> None:
    moved = news_item().replace("2021-05-04T08:00:00Z", "2021-05-04T10:00:00+1000")
    assert read_one(message(moved)).date == dt.datetime.fromisoformat("2021-05-04T10:00:00+00:00")


def test_a_fragment_without_an_item_is_read() -> None:
    fragment = f"<contentSet><inlineXML>{nitf().partition('?>')[2]}</inlineXML></contentSet>"
    article = read_one(fragment)
    assert (article.title, article.body) == ("Harbour opens", f"{FIRST}\n\n{SECOND}")


# ninjs


def ninjs(**keys: object) -> str:
    return json.dumps({"uri": "urn:dock:1", "type": "text", **keys}, ensure_ascii=False)


def test_the_three_generations_of_ninjs_are_read_alike() -> None:
    first = ninjs(
        versioncreated="2022-03-04T05:06:07Z", headline="Harbour opens", body_html=TEXT,
        byline="By Jane Roe", pubstatus="usable", infosource=[{"name": "Dock News"}], urgency=3,
    )  # fmt: skip
    second = ninjs(
        versioncreated="2022-03-04T05:06:07Z", pubstatus="usable",
        headlines=[{"role": "main", "value": "Harbour opens"}],
        bodies=[{"role": "main", "contenttype": "text/html", "value": TEXT}], by="By Jane Roe",
        infosources=[{"name": "Dock News"}], urgency=3,
    )  # fmt: skip
    third = ninjs(
        versionCreated="2022-03-04T05:06:07Z", headlines=[{"value": "Harbour opens"}],
        bodies=[{"contentType": "text/html", "value": TEXT}], by="By Jane Roe",
        pubStatus="usable", infoSources=[{"name": "Dock News"}], urgency=3,
    )  # fmt: skip
    articles = [read_one(text, "item.json") for text in (first, second, third)]
    for article in articles:
        assert (article.title, article.body) == ("Harbour opens", f"{FIRST}\n\n{SECOND}")
        assert (article.byline, article.source) == (("Jane Roe",), "Dock News")
        assert article.date == dt.datetime.fromisoformat("2022-03-04T05:06:07+00:00")
        assert (article.id, article.metadata["urgency"]) == ("urn:dock:1", "3")


def test_a_body_in_html_goes_before_a_plain_one_whatever_it_is_called() -> None:
    bodies = [
        {"role": "text", "contentType": "text/plain", "value": f"Harbour opens\nSea TT\n{FIRST}"},
        {"role": "x", "contentType": "text/plain", "value": TEXT},
    ]
    text = ninjs(versionCreated="2022-03-04T05:06:07Z", headlines=[{"value": "H"}], bodies=bodies)
    assert read_one(text, "item.json").body == f"{FIRST}\n\n{SECOND}"


def test_what_has_only_a_description_is_a_teaser() -> None:
    article = read_one(
        ninjs(versioncreated="2022-03-04", headline="H", description_text=FIRST), "a.json"
    )
    assert (article.body, article.metadata["teaser"]) == (FIRST, "yes")


def test_first_publication_goes_before_the_first_draft() -> None:
    article = read_one(
        ninjs(
            firstcreated="2022-03-01T00:00:00Z", firstpublished="2022-03-02T00:00:00Z",
            versioncreated="2022-03-03T00:00:00Z", headline="H", body_text=FIRST,
        ),
        "a.json",
    )  # fmt: skip
    assert article.date == dt.datetime(2022, 3, 2, tzinfo=dt.UTC)
    assert article.updated == dt.datetime(2022, 3, 3, tzinfo=dt.UTC)


def test_authors_are_those_who_wrote() -> None:
    authors = [{"name": "Jane Roe", "role": "writer"}, {"name": "Ed Itor", "role": "subeditor"}]
    text = ninjs(versioncreated="2022-03-04", headline="H", body_text=FIRST, authors=authors)
    assert read_one(text, "a.json").byline == ("Jane Roe",)


def test_an_item_that_an_interface_wraps_is_read_with_its_text_apart() -> None:
    inner = {"uri": "https://x.test/1?s=2", "altids": {"itemid": "abc"}, "type": "text",
             "versioncreated": "2022-03-04T05:06:07Z", "headline": "Harbour opens",
             "bylines": [{"by": "By JANE ROE"}], "pubstatus": "usable"}  # fmt: skip
    document = {
        "api_version": "2",
        "data": {"meta": {}, "item": inner},
        "nitf": {"body_html": TEXT},
    }
    article = read_one(json.dumps(document), "item.json")
    assert (article.id, article.byline, article.body) == (
        "abc",
        ("Jane Roe",),
        f"{FIRST}\n\n{SECOND}",
    )


def test_items_in_a_list_or_one_a_line_are_numbered() -> None:
    items = [ninjs(versioncreated="2022-03-04", headline=f"H{n}", body_text=FIRST) for n in (1, 2)]
    wrapped, _ = read_all(f'{{"total": 2, "item": [{", ".join(items)}]}}', "a.json")
    lines, _ = read_all("\n".join(items) + "\n", "a.jsonl")
    assert [(a.title, a.record) for a in wrapped] == [("H1", 1), ("H2", 2)]
    assert [(a.title, a.record) for a in lines] == [("H1", 1), ("H2", 2)]


def test_a_broken_line_costs_only_itself() -> None:
    good = ninjs(versioncreated="2022-03-04", headline="H", body_text=FIRST)
    articles, errors = read_all(f"{good}\n{{\n{good}\n", "a.jsonl")
    assert (len(articles), len(errors)) == (2, 1)


@pytest.mark.parametrize(
    "keys", [{"pubstatus": "canceled"}, {"state": "killed"}, {"state": "spiked"}]
)
def test_an_item_taken_back_says_so(keys: dict[str, str]) -> None:
    text = ninjs(versioncreated="2022-03-04", headline="H", body_text=FIRST, **keys)
    assert read_one(text, "a.json").status == "canceled"


@pytest.mark.parametrize("kind", ["picture", "video", "event"])
def test_what_is_no_text_is_refused_with_what_it_is(kind: str) -> None:
    text = json.dumps({"uri": "x", "type": kind, "versioncreated": "2022-03-04", "headline": "H"})
    with pytest.raises(ReadError, match=kind):
        read_all(text, "a.json")


# Wire text


def transmission(text: str, *, header: str = "eca062 4 i 211 ccccb   dpa 061") -> bytes:
    lines = (
        f"\x01{header}\r\n\nVessel-harbour/\r\n\x02{text}\x03131137 GMT Nov 13 \r\n\x7f\n\x7f\x04"
    )
    return lines.encode("latin-1")


WRAPPED = f"   Vessel (dpa) - {FIRST}\r\n\n   {SECOND}\r\n"


def test_a_transmission_is_a_story() -> None:
    data = transmission(
        f"1ST LEAD\r\nHarbour opens\r\nBy Jane Roe, dpa =\r\n\n{WRAPPED}\ndpa wsz jln\r\n"
    )
    article = read_one(data, "wire.txt")
    assert article.title == "Harbour opens"
    assert article.body == f"Vessel (dpa) - {FIRST}\n\n{SECOND}"
    assert article.byline == ("Jane Roe",)
    assert article.date == dt.datetime(2013, 11, 13, 11, 37, tzinfo=dt.UTC)
    assert (article.source, article.section) == ("dpa", "International")
    assert article.metadata["edition"] == "1ST LEAD"
    assert article.metadata["slug"] == "Vessel-harbour"
    assert article.metadata["urgency"] == "4"


def test_a_notebook_is_not_for_publication() -> None:
    data = transmission(f"Harbour opens =\r\n\n{WRAPPED}\n# dpa NOTEBOOK\r\n\n- Call Ann\r\n")
    assert "Ann" not in read_one(data, "wire.txt").body


def test_a_transmission_that_lost_its_controls_is_read_by_its_lines() -> None:
    text = f"eca0062 4 i 211 dpa 061\n\n/vessel/harbour/\nHarbour opens =\n\n{WRAPPED}"
    article = read_one(text.replace("\r", ""), "wire.txt")
    assert (article.title, article.source) == ("Harbour opens", "dpa")
    assert article.body.endswith(SECOND)


def test_anpa_has_the_headline_in_front_of_indented_text() -> None:
    data = (
        "\x01a0105DOCK\x1f_ko-\r\nu s\x14\x12 BC-Harbour   09-12 0344\r\n\x02BC-Harbour\r\n"
        f"Sea: Harbour opens+\r\n     VESSEL, Dec. 9 - {FIRST}\r\n     {SECOND}\r\n==Dock\r\n"
        "\x03KWS-21:37-09-12-18\x04\r\n"
    )
    article = read_one(data.encode(), "wire.txt")
    assert article.title == "Sea: Harbour opens"
    assert article.body == f"VESSEL, Dec. 9 - {FIRST}\n\n{SECOND}"
    assert article.date == dt.datetime(2018, 12, 9, 21, 37, tzinfo=dt.UTC)
    assert article.source == "Dock"


def test_anpa_marks_the_lines_in_front_of_the_text() -> None:
    data = (
        "\x01a4321\r\nu a BC-Harbour    07-03 0345\r\n\x02^BC-Harbour,0345<\r\n^Harbour Opens<\r\n"
        f"^By JANE ROE<\r\n^Dock Press Writer<\r\n   VESSEL (DP) _ {FIRST}<\r\n   {SECOND}<\r\n"
        "\x03DP-NY-07-03-99 1234EDT\r\n"
    )
    article = read_one(data.encode(), "wire.txt")
    assert (article.title, article.byline) == ("Harbour Opens", ("Jane Roe",))
    assert article.body == f"VESSEL (DP) _ {FIRST}\n\n{SECOND}"
    assert article.date == dt.datetime.fromisoformat("1999-07-03T12:34:00-04:00")


def test_many_transmissions_in_a_file_are_many_articles() -> None:
    data = transmission(f"One =\r\n\n{WRAPPED}") + transmission(f"Two =\r\n\n{WRAPPED}")
    articles, _ = read_all(data, "wire.txt")
    assert [(a.title, a.record) for a in articles] == [("One", 1), ("Two", 2)]


# What they have in common


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
