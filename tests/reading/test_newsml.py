"""NewsML 1: items, their parts and languages, and what they say of publication."""

from __future__ import annotations

import datetime as dt

import pytest

from searcher.errors import ReadError
from tests.reading.wire_samples import (
    FIRST,
    HEAD,
    SECOND,
    TEXT,
    component,
    item,
    newsml,
    read_all,
    read_one,
    text_of,
)


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
