"""JSON of any shape: where are its articles, what is kept beside them, and does it always end?"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher import Article, ReadError
from searcher.reading import read_bytes
from tests.reading.json_samples import TEXT, UTC, one, read_json

_KEYS = (
    "title headline body text content contents fields webTitle webUrl tags web_url pub_date byline "
    "keywords thread uuid published dateTimePub lang authors source origin alternate is_archived "
    "url domain_name resolved_id given_url list date_gmt link guid article_url content_elements "
    "headlines article bbox_list object_id html slug published_at lexical mobiledoc db data posts "
    "users posts_authors posts_tags items version home_page_url lccn edition articles response "
    "docs results _embedded @graph @type name rendered type description"
)


KEYS = _KEYS.split()


def test_articles_are_found_at_any_depth_and_under_any_name() -> None:
    record = {"title": "Weir closed", "text": TEXT, "date": "2021-03-04"}
    for value in (
        [[[record]], [[record]]],
        {"2020": [record], "2021": [record]},
        {"a": {"b": {"c": [record, record]}}, "facets": [{"name": "x", "count": 3}]},
        {"x1": record, "x2": record},
        [{"day": "Monday", "texts": [record]}, {"day": "Tuesday", "texts": [record]}],
        {"newspapers": {"p": {"rss": "https://p.example", "articles": [record]},
                        "q": {"link": "https://q.example", "articles": [record]}}},
    ):  # fmt: skip
        errors: list[ReadError] = []
        articles = read_json(value, on_error=errors.append)
        assert [article.record for article in articles] == [1, 2], value
        assert not errors


def test_of_a_graph_only_the_articles_count() -> None:
    article = one(
        {
            "@graph": [
                {"@type": "WebSite", "name": "Brook Times", "description": "A paper"},
                {"@type": "Person", "name": "Ada Brook", "description": "Writes"},
                {"@type": ["NewsArticle"], "headline": "Weir closed", "articleBody": TEXT},
            ]
        }
    )
    assert article.title == "Weir closed"


def test_what_an_article_lists_is_no_article() -> None:
    article = one(
        {
            "title": "Weir closed",
            "text": TEXT,
            "related": [
                {"title": "Dam opened", "url": "https://paper.example/dam", "date": "2020-01-01"}
            ],
            "comments": [{"author": "x", "text": "Good."}],
        }
    )
    assert article.title == "Weir closed"


def test_a_wrapper_says_paper_and_day_of_all_its_articles() -> None:
    articles = read_json(
        {
            "publication": "Brook Times",
            "date": "2021-03-04",
            "articles": [{"title": "Weir closed", "body": TEXT}],
        }
    )
    assert (articles[0].source, articles[0].date) == ("Brook Times", dt.date(2021, 3, 4))


def test_two_runs_of_a_crawler_in_one_file_are_both_read() -> None:
    run = json.dumps([{"title": "Weir closed", "body": TEXT}])
    articles = list(read_bytes((run + run).encode(), name="a.json"))
    assert [article.record for article in articles] == [1, 2]
    pretty = json.dumps({"title": "Weir closed", "body": TEXT}, indent=1)
    assert len(list(read_bytes(f"{pretty}\n{pretty}".encode(), name="a.json"))) == 2


def test_of_a_list_that_breaks_off_the_whole_records_are_read() -> None:
    data = json.dumps([{"title": f"Weir {n} closed", "body": TEXT} for n in range(3)])[:-40]
    errors: list[ReadError] = []
    articles = list(read_bytes(data.encode(), name="a.json", on_error=errors.append))
    assert [article.title for article in articles] == ["Weir 0 closed", "Weir 1 closed"]
    assert len(errors) == 1 and "not JSON" in errors[0].reason


def test_a_bad_sign_costs_its_own_record() -> None:
    good = json.dumps({"title": "Weir closed", "body": TEXT})
    errors: list[ReadError] = []
    data = f'[{good}, {{"title": "Bad" "body": 1}}, {good}]'.encode()
    assert len(list(read_bytes(data, name="a.json", on_error=errors.append))) == 2
    assert len(errors) == 1


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        [],
        {"users": [{"name": "Ada", "id": 3}]},
        [[[]]],
        {"name": "package", "version": "1"},
    ],
)
def test_json_without_an_article_is_refused(value: object) -> None:
    errors: list[ReadError] = []
    with pytest.raises(ReadError, match="article"):
        assert read_json(value, on_error=errors.append) == []
        raise errors[0]


def test_deep_and_wide_json_ends() -> None:
    deep = "[" * 900 + "]" * 900
    with pytest.raises(ReadError):
        list(read_bytes(deep.encode(), name="a.json"))
    wide = {"a": [{"b": [{"c": n}]} for n in range(30_000)]}
    with pytest.raises(ReadError):
        read_json(wide)


def test_what_is_not_needed_is_kept_beside() -> None:
    article = one(
        {
            "title": "Weir closed",
            "body": TEXT,
            "tags": ["rivers", {"name": "weirs"}],
            "urgency": 4,
            "copyright": "(c) Brook Times",
            "lead_image": "https://paper.example/a.jpg",
            "is_free": True,
            "province": "Fenland",
            "modified": "2021-03-05T08:00:00Z",
            "status": "Embargoed",
        }
    )
    assert article.metadata["keywords"] == ("rivers", "weirs")
    assert article.metadata["urgency"] == "4"
    assert article.metadata["rights"] == "(c) Brook Times"
    assert article.metadata["province"] == "Fenland"
    assert not {"lead_image", "is_free"} & set(article.metadata)
    assert article.updated == dt.datetime(2021, 3, 5, 8, tzinfo=UTC)
    assert article.status == "embargoed"


def test_what_is_kept_beside_is_bounded() -> None:
    article = one(
        {"title": "Weir closed", "body": TEXT, "tags": [f"t{n}" for n in range(5_000)]}
        | {f"key{n}": "x" * n for n in range(2_000)}
    )
    assert len(article.metadata) <= 40
    assert len(article.metadata["keywords"]) <= 100


def test_a_field_map_goes_before_what_a_service_means() -> None:
    article = one(
        {
            "webTitle": "Weir closed",
            "webUrl": "https://paper.example/weir",
            "fields": {"bodyText": TEXT, "x": "Dam"},
        },
        field_map={"title": "fields.x"},
    )
    assert article.title == "Dam"


def test_lines_are_read_as_records_of_services_too() -> None:
    record = {"web_url": "https://paper.example/weir", "headline": {"main": "Weir closed"},
              "abstract": TEXT, "pub_date": "2021-03-04T12:30:00+0000"}  # fmt: skip
    data = f"{json.dumps(record)}\n{json.dumps({'_source': record})}\n".encode()
    articles = list(read_bytes(data, name="a.jsonl"))
    assert [article.title for article in articles] == ["Weir closed", "Weir closed"]


def test_a_line_may_be_a_document_of_articles() -> None:
    answer = {"status": "ok", "articles": [{"title": f"Weir {n}", "body": TEXT} for n in (1, 2)]}
    lines = [answer, {"index": {"_index": "news"}}, {"title": "Dam", "body": TEXT}]
    data = "\n".join(map(json.dumps, lines)).encode()
    errors: list[ReadError] = []
    articles = list(read_bytes(data, name="a.jsonl", on_error=errors.append))
    assert [(a.record, a.title) for a in articles] == [(1, "Weir 1"), (2, "Weir 2"), (3, "Dam")]
    assert not errors


def test_what_a_field_map_names_is_a_record_whatever_else_is_in_it() -> None:
    record = {
        "hed": "Weir closed",
        "lede": TEXT,
        "related": [{"title": "Dam", "text": TEXT, "date": "2020-01-01"}],
    }
    mapped = {"title": "hed", "body": "lede"}
    for value in (record, {"x": [record]}, [record]):
        assert one(value, field_map=mapped).title == "Weir closed"
    listed = {"title": "All", "stories": [{"title": "Weir closed", "lede": TEXT}]}
    assert one(listed, field_map={"title": "title", "body": "lede"}).title == "Weir closed"


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", TEXT, "2021-03-04", "https://paper.example/weir", "<p>a</p>", "draft"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), _VALUES, max_size=12))
def test_any_values_under_the_keys_of_services_give_articles_or_reasons(
    value: dict[str, Any],
) -> None:
    data = json.dumps(value).encode()
    for name in ("a.json", "a.jsonl"):
        try:
            for article in read_bytes(data + b"\n" + data, name=name, on_error=lambda _: None):
                assert isinstance(article, Article)
        except ReadError:
            pass


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"embargoed": "2190-01-01T00:00:00Z"}, "embargoed"),
        ({"embargo_until": "2019-01-01"}, None),
        ({"embargo": "until the minister has spoken"}, "embargoed"),
        ({"embargo": True}, "embargoed"),
        ({"embargoed": False}, None),
        ({"embargoed": None}, None),
        ({"is_published": False}, "draft"),
        ({"visibility": "private"}, "draft"),
        ({"retracted": True}, "canceled"),
        ({"visibility": "public", "draft": False}, None),
    ],
    ids=str,
)
def test_what_may_not_be_published_yet_is_told_by_more_keys_than_one(
    said: dict[str, object], status: str | None
) -> None:
    record = {"title": "Weir opens", "body": "The weir was opened today.", **said}
    (article,) = read_bytes(json.dumps(record).encode(), name="a.json")
    assert article.status == status
