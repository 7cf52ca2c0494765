"""NewsML-G2: items, packages and fragments, their roles and their embargoes."""

from __future__ import annotations

import datetime as dt

import pytest

from searcher.errors import ReadError
from tests.reading.wire_samples import (
    FIRST,
    NAR,
    SECOND,
    TEXT,
    message,
    news_item,
    ninjs,
    nitf,
    read_all,
    read_one,
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
