"""JSON of services, crawlers and editorial systems: does each of their fields come to its place?"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tests.reading.json_samples import NOON, TEXT, UTC, one, read_json


def test_the_guardians_fields_are_read() -> None:
    article = one(
        {
            "response": {
                "status": "ok",
                "results": [
                    {
                        "id": "town/2021/mar/04/weir",
                        "type": "article",
                        "sectionName": "Town",
                        "webPublicationDate": "2021-03-04T12:30:00Z",
                        "webTitle": "Weir closed",
                        "webUrl": "https://paper.example/town/weir",
                        "tags": [
                            {"type": "keyword", "webTitle": "Rivers"},
                            {"type": "contributor", "webTitle": "Ada Brook"},
                        ],
                        "fields": {
                            "body": f"<p>{TEXT}</p><aside>Elsewhere</aside><p>More to come.</p>",
                            "bodyText": TEXT,
                            "lastModified": "2021-03-05T08:00:00Z",
                            "standfirst": "<p>After years</p>",
                        },
                    }
                ],
            }
        }
    )
    assert article.title == "Weir closed"
    assert article.body == f"{TEXT}\n\nMore to come."
    assert article.byline == ("Ada Brook",)
    assert (article.date, article.section) == (NOON, "Town")
    assert article.updated == dt.datetime(2021, 3, 5, 8, tzinfo=UTC)
    assert article.metadata["keywords"] == "Rivers"
    assert article.metadata["subtitle"] == "After years"
    assert "teaser" not in article.metadata


def test_the_new_york_times_gives_teasers() -> None:
    article = one(
        {
            "response": {
                "docs": [
                    {
                        "web_url": "https://paper.example/weir",
                        "headline": {"main": "Weir Closed", "kicker": "Rivers"},
                        "byline": {
                            "original": None,
                            "person": [{"firstname": "Ada", "lastname": "Brook"}],
                        },
                        "abstract": TEXT,
                        "lead_paragraph": "",
                        "pub_date": "2021-03-04T12:30:00+0000",
                        "keywords": [
                            {"name": "subject", "value": "Rivers"},
                            {"name": "x", "value": "Weirs"},
                        ],
                        "print_page": "4",
                        "section_name": "Town",
                        "_id": "nyt://article/1",
                    }
                ]
            }
        }
    )
    assert (article.title, article.body, article.byline) == ("Weir Closed", TEXT, ("Ada Brook",))
    assert article.date == NOON
    assert article.metadata["teaser"] == "yes"
    assert article.metadata["keywords"] == ("Rivers", "Weirs")
    assert article.metadata["page"] == "4"


def test_lists_of_the_new_york_times() -> None:
    article = one(
        {
            "num_results": 1,
            "results": [
                {
                    "title": "Weir Closed",
                    "abstract": TEXT,
                    "byline": "By Ada Brook",
                    "published_date": "2021-03-04T12:30:00Z",
                    "section": "town",
                    "url": "https://paper.example/weir",
                    "des_facet": ["Rivers"],
                    "item_type": "Article",
                    "multimedia": [{"url": "https://paper.example/a.jpg", "caption": "A weir"}],
                }
            ],
        }
    )
    assert (article.title, article.byline, article.date) == ("Weir Closed", ("Ada Brook",), NOON)
    assert article.metadata["subjects"] == "Rivers"


def test_search_services_cut_texts_and_put_the_outlet_behind_headlines() -> None:
    record = {
        "source": {"id": None, "name": "Brook Times"},
        "title": "Weir closed - Brook Times",
        "description": "After years.",
        "url": "https://paper.example/weir",
        "publishedAt": "2021-03-04T12:30:00Z",
        "content": f"{TEXT}… [+812 chars]",
    }
    article = one({"status": "ok", "articles": [record]})
    assert (article.title, article.source) == ("Weir closed", "Brook Times")
    assert article.body == f"{TEXT}…"
    assert article.metadata["teaser"] == "yes"
    assert one({"articles": [record | {"title": "Brook Times"}]}).title == "Brook Times"


def test_gdelt_has_headlines_alone() -> None:
    article = one(
        {
            "articles": [
                {
                    "url": "https://paper.example/weir",
                    "title": "Weir closed",
                    "seendate": "20210304T123000Z",
                    "domain": "paper.example",
                    "language": "French",
                    "sourcecountry": "France",
                }
            ]
        }
    )
    assert (article.title, article.body, article.date) == ("Weir closed", "", NOON)
    assert (article.language, article.source) == ("fr", "paper.example")
    assert article.metadata["teaser"] == "yes"
    assert article.metadata["country"] == "France"


def test_mediastack() -> None:
    article = one(
        {
            "pagination": {"limit": 100, "count": 1},
            "data": [
                {
                    "author": "Ada Brook",
                    "title": "Weir closed",
                    "description": TEXT,
                    "url": "https://paper.example/weir",
                    "source": "Brook Times",
                    "image": None,
                    "category": "general",
                    "language": "en",
                    "country": "gb",
                    "published_at": "2021-03-04T12:30:00+00:00",
                }
            ],
        }
    )
    assert (article.body, article.section, article.date) == (TEXT, "general", NOON)
    assert article.metadata["teaser"] == "yes"
    assert article.metadata["country"] == "gb"


def test_trafilatura_calls_the_address_source() -> None:
    article = one(
        {
            "title": "Weir closed",
            "author": "Ada Brook; Bo Fenn",
            "hostname": "paper.example",
            "date": "2021-03-04",
            "filedate": "2023-01-02",
            "text": TEXT,
            "raw_text": TEXT,
            "source": "https://paper.example/weir",
            "source-hostname": "Brook Times",
        }
    )
    assert (article.url, article.source) == ("https://paper.example/weir", "Brook Times")
    assert article.byline == ("Ada Brook", "Bo Fenn")
    assert article.date == dt.date(2021, 3, 4)
    assert article.metadata["crawled"] == "2023-01-02"


def test_wallabag_saves_when_it_was_saved() -> None:
    record: dict[str, Any] = {
        "is_archived": 1,
        "title": "Weir closed",
        "url": "https://paper.example/weir",
        "content": f"<p>{TEXT}</p>",
        "created_at": "2022-01-01T00:00:00Z",
        "published_at": "2021-03-04T12:30:00Z",
        "published_by": ["Ada Brook"],
        "domain_name": "paper.example",
        "tags": ["rivers"],
    }
    article = one([record])
    assert (article.date, article.byline, article.source) == (NOON, ("Ada Brook",), "paper.example")
    assert article.metadata["saved"] == "2022-01-01T00:00:00Z"
    assert one([record | {"published_at": None}]).date is None


def test_pockets_list_is_an_object_of_objects() -> None:
    articles = read_json(
        {
            "status": 1,
            "list": {
                str(n): {
                    "item_id": str(n),
                    "resolved_id": str(n),
                    "given_url": f"https://paper.example/{n}",
                    "given_title": "weir",
                    "resolved_title": f"Weir {n} closed",
                    "resolved_url": f"https://paper.example/{n}",
                    "excerpt": TEXT,
                    "status": "0",
                    "time_added": "1614861000",
                    "tags": {"rivers": {"item_id": "1", "tag": "rivers"}},
                    "authors": {"9": {"author_id": "9", "name": "Ada Brook", "url": ""}},
                }
                for n in (1, 2)
            },
        }
    )
    assert [article.title for article in articles] == ["Weir 1 closed", "Weir 2 closed"]
    assert {article.date for article in articles} == {None}
    assert articles[0].byline == ("Ada Brook",)
    assert articles[0].metadata["keywords"] == "rivers"


def test_a_page_of_american_stories_dates_its_articles() -> None:
    articles = read_json(
        {
            "lccn": {"title": "The Brook times. [volume]"},
            "edition": {"date": "1921-05-03"},
            "page_number": "p2",
            "full articles": [
                {
                    "object_id": 1,
                    "headline": "WEIR CLOSED",
                    "article": TEXT,
                    "byline": "",
                    "bbox_list": [],
                },
                {
                    "object_id": 2,
                    "headline": "",
                    "article": f"{TEXT} {TEXT}",
                    "byline": "",
                    "bbox_list": [],
                },
            ],
        }
    )
    assert [article.date for article in articles] == [dt.date(1921, 5, 3)] * 2
    assert articles[0].source == "The Brook times"
    assert articles[0].metadata["page"] == "p2"


def test_webz_posts_stand_in_threads() -> None:
    article = one(
        {
            "posts": [
                {
                    "thread": {"site_full": "www.paper.example", "site": "paper.example",
                               "country": "GB", "title": "Weir", "url": "https://paper.example/weir"},
                    "uuid": "0a",
                    "url": "https://paper.example/weir",
                    "author": "Ada Brook",
                    "published": "2021-03-04T14:30:00.000+02:00",
                    "title": "Weir closed",
                    "text": TEXT,
                    "language": "english",
                    "crawled": "2021-03-04T15:00:00.000+02:00",
                }
            ],
            "totalResults": 1,
        }
    )  # fmt: skip
    assert (article.title, article.date, article.language) == ("Weir closed", NOON, "en")
    assert article.source == "www.paper.example"
    assert article.metadata["country"] == "GB"


def test_event_registry_has_agencies_among_authors() -> None:
    article = one(
        {
            "articles": {
                "page": 1,
                "results": [
                    {
                        "uri": "1",
                        "lang": "deu",
                        "isDuplicate": False,
                        "date": "2021-03-04",
                        "time": "13:00:00",
                        "dateTime": "2021-03-04T13:00:00Z",
                        "dateTimePub": "2021-03-04T12:30:00Z",
                        "url": "https://paper.example/weir",
                        "title": "Wehr gesperrt",
                        "body": TEXT,
                        "source": {
                            "uri": "paper.example",
                            "dataType": "news",
                            "title": "Bachblatt",
                        },
                        "authors": [
                            {"name": "dpa", "type": "author", "isAgency": True},
                            {"name": "Ada Bach", "type": "author", "isAgency": False},
                        ],
                    }
                ],
            }
        }
    )
    assert (article.date, article.language, article.source) == (NOON, "de", "Bachblatt")
    assert article.byline == ("Ada Bach",)


@pytest.mark.parametrize(
    "record",
    [
        {"title": "Weir closed", "byline": "Ada Brook", "content": f"<div><p>{TEXT}</p></div>",
         "textContent": TEXT, "length": 70, "excerpt": "After years", "siteName": "Brook Times"},
        {"title": "Weir closed", "author": "Ada Brook", "content": f"<p>{TEXT}</p>", "dek": None,
         "date_published": "2021-03-04T12:30:00.000Z", "domain": "paper.example",
         "url": "https://paper.example/weir", "excerpt": "After years", "word_count": 12},
        {"title": "Weir closed", "cleaned_text": TEXT, "authors": ["Ada Brook"],
         "publish_date": "2021-03-04", "domain": "paper.example"},
        {"headlines": {"basic": "Weir closed"}, "credits": {"by": [{"name": "Ada Brook"}]},
         "content_elements": [{"type": "text", "content": TEXT},
                              {"type": "image", "caption": "No"}]},
        {"id": "1", "article_url": "https://paper.example/weir", "title": "Weir closed",
         "author": "Ada Brook", "published_date": 1614861000000, "type": "article",
         "contents": [{"type": "title", "content": "Weir closed"},
                      {"type": "byline", "content": "By Ada Brook"},
                      {"type": "sanitized_html", "content": TEXT},
                      {"type": "image", "fullcaption": "No"}]},
        {"title": "Weir closed", "author": "Ada Brook", "published": 1614861000000,
         "content": {"content": f"<p>{TEXT}</p>", "direction": "ltr"},
         "alternate": [{"href": "https://paper.example/weir"}], "origin": {"title": "Brook Times"}},
    ],
    ids=["readability", "mercury", "goose", "arc", "trec-post", "feedly"],
)  # fmt: skip
def test_what_extractors_and_editorial_systems_write(record: dict[str, Any]) -> None:
    article = one(record)
    assert (article.title, article.body, article.byline) == ("Weir closed", TEXT, ("Ada Brook",))
    assert "teaser" not in article.metadata


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Brook Times",
        "language": "en-GB",
        "description": "News of the brook",
        "authors": [{"name": "Ada Brook"}],
        "items": [
            {"id": "https://paper.example/weir", "url": "https://paper.example/weir",
             "title": "Weir closed",
             "content_html": f"<p>{TEXT}</p>", "summary": "After years", "tags": ["rivers"],
             "date_published": "2021-03-04T12:30:00Z", "date_modified": "2021-03-05T12:30:00Z"},
            {"id": "2", "external_url": "https://other.example/dam", "title": "Dam opened",
             "summary": "At last", "author": {"name": "Bo Fenn"}},
        ],
    }  # fmt: skip
    first, second = read_json(feed)
    assert (first.title, first.body, first.byline) == ("Weir closed", TEXT, ("Ada Brook",))
    assert (first.source, first.language, first.date) == ("Brook Times", "en-GB", NOON)
    assert first.metadata["keywords"] == "rivers"
    assert (second.body, second.byline) == ("At last", ("Bo Fenn",))
    assert (second.url, second.metadata["teaser"]) == ("https://other.example/dam", "yes")


def test_ghosts_tables_are_joined() -> None:
    lexical = {
        "root": {"children": [{"type": "paragraph", "children": [{"type": "text", "text": TEXT}]}]}
    }
    posts = [
        {"id": 1, "title": "Weir closed", "slug": "weir", "html": f"<p>{TEXT}</p>",
         "status": "published",
         "published_at": "2021-03-04T12:30:00.000Z", "type": "post", "visibility": "public"},
        {"id": 2, "title": "Dam opened", "slug": "dam", "html": None,
         "lexical": json.dumps(lexical),
         "status": "draft", "published_at": None, "type": "post"},
        {"id": 3, "title": "Bridge", "slug": "bridge", "html": None, "status": "published",
         "mobiledoc": json.dumps({"sections": [[1, "p", [[0, [], 0, TEXT]]]], "cards": []})},
        {"id": 4, "title": "About us", "slug": "about", "html": "<p>We</p>", "type": "page"},
    ]  # fmt: skip
    export = {
        "db": [
            {
                "meta": {"version": "5"},
                "data": {
                    "posts": posts,
                    "users": [{"id": 7, "name": "Ada Brook"}, {"id": 8, "name": "Bo Fenn"}],
                    "tags": [{"id": 5, "name": "Rivers"}],
                    "posts_authors": [
                        {"post_id": 1, "author_id": 8, "sort_order": 1},
                        {"post_id": 1, "author_id": 7, "sort_order": 0},
                    ],
                    "posts_tags": [{"post_id": 1, "tag_id": 5}],
                },
            }
        ]
    }
    weir, dam, bridge = read_json(export)
    assert (weir.body, weir.byline, weir.section) == (TEXT, ("Ada Brook", "Bo Fenn"), "Rivers")
    assert (weir.date, weir.status) == (NOON, None)
    assert (dam.body, dam.status) == (TEXT, "draft")
    assert bridge.body == TEXT


def test_wordpress_rest_has_instants_and_names() -> None:
    article = one(
        [
            {
                "id": 3,
                "date": "2021-03-04T14:30:00",
                "date_gmt": "2021-03-04T12:30:00",
                "modified_gmt": "2021-03-05T12:30:00",
                "guid": {"rendered": "https://paper.example/?p=3"},
                "slug": "weir",
                "status": "publish",
                "type": "post",
                "link": "https://paper.example/weir/",
                "title": {"rendered": "Weir &#8220;closed&#8221;"},
                "content": {
                    "rendered": f"<p>{TEXT}</p><figure><img><figcaption>No</figcaption></figure>",
                    "protected": False,
                },
                "excerpt": {"rendered": "<p>After years</p>"},
                "author": 7,
                "categories": [9],
                "tags": [11],
                "_embedded": {
                    "author": [{"id": 7, "name": "Ada Brook"}],
                    "wp:term": [
                        [{"id": 9, "name": "Town", "taxonomy": "category"}],
                        [{"id": 11, "name": "rivers", "taxonomy": "post_tag"}],
                    ],
                },
            }
        ]
    )
    assert (article.title, article.body) == ("Weir “closed”", TEXT)
    assert (article.date, article.byline, article.section) == (NOON, ("Ada Brook",), "Town")
    assert article.metadata["keywords"] == "rivers"
    assert article.metadata["slug"] == "weir"
