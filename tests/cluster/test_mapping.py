"""What a cluster is told of an article: fields, token strings, values; without a cluster."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import Article, ArticleError
from searcher.analysis import Analyzer
from searcher.cluster import mapping, terms
from searcher.codec.schema import article_of
from searcher.fields import FIELDS
from searcher.indexing.plain_building import recorded_length
from searcher.indexing.versions import as_version

ENGLISH = Analyzer("en")
FACTS = mapping.IndexFacts("en", Analyzer.version)
ARTICLE = Article(
    "Truce urged",
    "No airports. Humanitarian truce.\n\nHeld.",
    byline=("Ann Lee", "Bo Li"),
    date=dt.datetime(2019, 4, 8, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=3))),
    source="Reuters  News",
    path="a/B.json",
    record=2,
)


def test_a_token_string_holds_forms_stems_and_marks() -> None:
    found = mapping.document(ARTICLE, ENGLISH)
    assert found["title"] == "truce|~truce|.b urged|~urg|.z"
    assert found["body"] == (
        "no|~no|.s|.p|.b airports|~airport|.e humanitarian|~humanitarian|.s truce|~truce|.e|.q "
        "held|~held|.z"
    )
    assert found["byline"] == ["ann|~ann|.b lee|~lee|.z", "bo|~bo|.b li|~li|.z"]


def test_the_lead_ends_with_the_sentence_that_it_cuts() -> None:
    article = Article("", " ".join(["word"] * 58) + ". Then this goes on. More.")
    lead = mapping.document(article, ENGLISH)["lead"].split()
    assert len(lead) == 60
    assert lead[58:] == ["then|~then|.s", "this|~this|.e|.q|.z"]


def test_values_are_folded_and_what_is_missing_is_left_out() -> None:
    found = mapping.document(ARTICLE, ENGLISH)
    assert found["source"] == "reuters news"
    assert found["name"] == ["ann lee", "bo li"]
    assert (found["path"], found["file"]) == ("a/b.json", "a/B.json")
    assert found["day"] == "2019-04-08"
    assert found["date_us"] == 1_554_676_200_000_000
    assert not found.keys() & {"section", "url", "status", "embargo_us"}
    assert set(found["has"]) == {"title", "body", "byline", "date", "source", "path"}


def test_own_fields_take_several_values_from_the_metadata() -> None:
    table = FIELDS.with_values("country", "tag")
    article = Article("A", "b", metadata={"country": ("FR", "de"), "tag": "X", "other": "y"})
    found = mapping.document(article, ENGLISH, table)
    assert (found["country"], found["tag"]) == (["de", "fr"], "x")
    assert {"country", "tag"} <= set(found["has"])
    assert "other" not in found
    assert found["article"]["metadata"] == {"country": ["FR", "de"], "other": "y", "tag": "X"}


def test_what_a_document_holds_is_what_the_mapping_names() -> None:
    facts = FACTS._replace(values=("country",))
    named = mapping.index_body(facts)["mappings"]["properties"].keys()
    full = Article(
        "A", "b", ("c",), dt.date(2020, 1, 1), "AP", "t", "en", "http://u", "p", "i",
        metadata={"country": "fr", "embargoed": "2020-01-01T00:00:00Z"}, status="embargoed",
        updated=dt.date(2020, 1, 2), record=1, date_text="d", encoding="utf-8",
    )  # fmt: skip
    found = mapping.document(full, ENGLISH, facts.fields)
    assert set(found) == set(named)
    assert found["embargo_us"] == 1_577_836_800_000_000


@pytest.mark.parametrize("article", [ARTICLE, as_version(ARTICLE), Article("", "")])
def test_the_article_comes_back_as_it_was(article: Article) -> None:
    found = json.loads(json.dumps(mapping.document(article, ENGLISH)))
    assert article_of(found["article"]) == article


def test_the_digest_tells_changed_articles_and_own_fields() -> None:
    other = Article(ARTICLE.title, ARTICLE.body + " ", id=ARTICLE.id, path=ARTICLE.path, record=2)
    assert mapping.digest(ARTICLE) == mapping.document(ARTICLE, ENGLISH)["digest"]
    assert mapping.digest(ARTICLE) != mapping.digest(other)
    assert mapping.digest(ARTICLE) != mapping.digest(ARTICLE, FIELDS.with_values("country"))


@pytest.mark.parametrize("words", [0, 1, 2, 9, 10, 11, 12, 99, 100, 101, 1000, 12345, 10**6])
def test_lengths_are_those_that_an_index_directory_records(words: int) -> None:
    assert mapping.recorded_length(words) == recorded_length(words)


def test_long_words_values_and_ids_are_cut_so_that_they_stay_different() -> None:
    one, other = "a" * 1500, "a" * 1499 + "b"
    assert terms.form_term(one) != terms.form_term(other)
    assert len(terms.form_term(one)) < 250
    assert len(mapping.value_term("x" * 9000)) < 2100
    assert mapping.value_term("x" * 9000) != mapping.value_term("x" * 8999 + "y")
    assert mapping.document_id("short") == "short"
    assert mapping.document_id("é" * 300) != mapping.document_id("é" * 301)
    assert len(mapping.document_id("é" * 300).encode()) <= 512
    with pytest.raises(ArticleError, match="id"):
        mapping.document(Article("a", "b", id="x" * 9000), ENGLISH)


@given(st.text(), st.text())
def test_the_cluster_cuts_a_token_string_where_the_words_are(title: str, body: str) -> None:
    article = Article(title, body)
    found = mapping.document(article, ENGLISH)
    for name in ("title", "body"):
        forms = ENGLISH.forms(getattr(article, name))
        words = [re.findall(r"([^|]+)", word) for word in found[name].split()]
        assert [word[0] for word in words] == [terms.form_term(form) for form in forms]
        stems = [terms.stem_term(stem) for stem in ENGLISH.stems(forms)]
        assert [word[1] for word in words] == stems
        for word in words:
            assert word[0][0] not in "~." or word[0] == ".0"
            assert all(mark in (".s", ".e", ".p", ".q", ".b", ".z") for mark in word[2:])


@given(st.text(), st.text())
def test_different_forms_are_different_terms(one: str, other: str) -> None:
    forms = {form for form in ENGLISH.forms(one) + ENGLISH.forms(other) if form}
    assert len({terms.form_term(form) for form in forms}) == len(forms)


def test_an_index_says_what_it_was_made_with() -> None:
    meta = mapping.index_body(FACTS._replace(values=("country",)))["mappings"]["_meta"]
    facts = mapping.facts_of(json.loads(json.dumps(meta)))
    assert facts.values == ("country",)
    assert facts.analyzer == ENGLISH
    for broken in ({}, {**meta, "searcher": 9}, {**meta, "analysis": "99"}, {**meta, "values": 1}):
        with pytest.raises(ValueError):
            mapping.facts_of(broken)
