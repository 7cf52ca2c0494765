"""ninjs: its three generations, what is a teaser, and what was taken back."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from searcher.errors import ReadError
from tests.reading.wire_samples import FIRST, SECOND, TEXT, ninjs, read_all, read_one


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
