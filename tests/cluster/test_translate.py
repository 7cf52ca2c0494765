"""Which query of the cluster's says what a query of ours asks; without a cluster."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import QueryError
from searcher.analysis import Analyzer
from searcher.cluster.translate import Bounds, Translator, not_hidden
from searcher.fields import FIELDS
from searcher.query import parse, tree
from searcher.query.rewrite import drop_stop_words
from tests.reference.generator import make_tree, make_words

ENGLISH = Analyzer("en")


def translated(text: str, **options: Any) -> Bounds:
    understood = drop_stop_words(
        parse(text), ENGLISH.stop_words, lambda text: tuple(ENGLISH.forms(text))
    )
    return Translator(ENGLISH, **options).translate(understood)


def in_body(text: str) -> Any:
    """The query for `body:(text)`, which has to be exact."""
    found = translated(f"body:({text})")
    assert found.is_exact
    return found.upper


TERM = {"term": {"body": {"value": "~truce"}}}
SAID = {
    "truces": TERM,
    "=Truces": {"term": {"body": {"value": "truces"}}},
    "cease-fire": {"match_phrase": {"body": {"query": "~cease ~fire"}}},
    '"the * truce"': {"match_phrase": {"body": {"query": "the _ truce"}}},
    "tru*": {"wildcard": {"body": {"value": "tru*", "rewrite": "constant_score"}}},
    "*ce": {"regexp": {"body": {"value": "([^~.].*)?ce", "rewrite": "constant_score"}}},
    "?ruce": {"regexp": {"body": {"value": "[^~.]ruce", "rewrite": "constant_score"}}},
    "truce^2": TERM,
    "truce pre/3 held": {
        "intervals": {
            "body": {
                "all_of": {
                    "mode": "ordered",
                    "max_gaps": 2,
                    "intervals": [{"match": {"query": "~truce"}}, {"match": {"query": "~hold"}}],
                }
            }
        }
    },
}


@pytest.mark.parametrize("text", SAID)
def test_a_part_of_a_query_is_said_so(text: str) -> None:
    wanted = json.dumps(SAID[text]).replace("~hold", f"~{ENGLISH.stem('held')}")
    wanted = wanted.replace("~cease", f"~{ENGLISH.stem('cease')}")
    assert in_body(text) == json.loads(wanted)


def test_words_are_sought_in_title_and_body() -> None:
    found = translated("truce").upper["bool"]["should"]
    assert [next(iter(query["term"])) for query in found] == ["title", "body"]


def test_values_dates_and_lengths() -> None:
    assert translated("source:Reuters").upper == {"term": {"source": {"value": "reuters"}}}
    found = translated("path:*/A*").upper
    assert found == {"wildcard": {"path": {"value": "*/a*", "rewrite": "constant_score"}}}
    days = {"gte": "2019-04-01", "lte": "2019-04-30"}
    assert translated("date:2019-04").upper == {"range": {"day": days}}
    instant = translated("date:>=2016-01-09T13:00-05:00").upper
    assert instant == {"range": {"date_us": {"gte": 1_452_362_400_000_000}}}
    assert translated("length:5..9").upper == {"range": {"length": {"gte": 5, "lte": 9}}}
    assert translated("has:byline").upper == {"term": {"has": "byline"}}


def test_the_own_fields_of_an_archive_are_known_and_no_others() -> None:
    node = tree.Value("country", "FR")
    table = FIELDS.with_values("country")
    found = Translator(ENGLISH, table).translate(node).upper
    assert found == {"term": {"country": {"value": "fr"}}}
    with pytest.raises(QueryError, match="no field country"):
        Translator(ENGLISH).translate(node)


def test_a_group_needs_its_words_only_where_nothing_else_is_required() -> None:
    words = translated("truce tripoli").upper["bool"]
    assert len(words["should"]) == 4  # each in title and body
    with_date = translated("truce since:2019").upper["bool"]["filter"]
    assert len(with_date) == 2
    with_phrase = translated('"held back" tripoli')
    assert with_phrase.upper == translated('"held back"').upper
    every = translated("truce tripoli", all_optional=True).upper["bool"]
    assert len(every["filter"]) == 2


def test_nests_are_flat_and_many_words_one_query() -> None:
    flat = translated("((a AND b) AND (c AND d)) AND =e").upper["bool"]
    assert len(flat["filter"]) == 5
    many = translated(" OR ".join(f"=w{i}" for i in range(600))).upper["bool"]["should"]
    assert [
        len(query["terms"][field]) for query, field in zip(many, ("title", "body"), strict=True)
    ] == [
        600,
        600,
    ]
    assert len(many) == 2


def test_not_swaps_the_bounds() -> None:
    unsure = "(a w/3 b) w/s c"
    found, turned = translated(unsure), translated(f"NOT ({unsure})")
    assert not found.is_exact and not turned.is_exact
    assert found.lower == {"match_none": {}}
    assert turned.upper == {"match_all": {}}
    far = tree.Field("byline", tree.Near(tree.Word("a"), tree.Word("b"), 20_000))
    assert not Translator(ENGLISH).translate(far).is_exact
    assert turned.lower == {"bool": {"must_not": [found.upper]}}


@pytest.mark.parametrize(
    "text",
    [
        "(a w/3 b) w/s c",
        "body:(a NOT w/3 a)",
        'atleast2("a b a")',
        'truce w/3 "* b"',
    ],
)
def test_what_no_query_says_is_checked_and_the_reason_told(text: str) -> None:
    translator = Translator(ENGLISH)
    assert not translator.translate(parse(text)).is_exact
    assert translator.reasons and all(reason.why for reason in translator.reasons)


def test_patterns_that_the_server_refuses_are_checked() -> None:
    assert translated("truce w/3 ha*").is_exact
    assert not translated("truce w/3 ha*", expands=False).is_exact
    assert translated("ha*", expands=False).is_exact


@pytest.mark.parametrize(
    "text", ["copies:abcd", "versions:abcd", "is:lead", "has:copies", "variants:haftar", "@haftar"]
)
def test_what_only_an_index_directory_knows_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(QueryError, match="not kept on a cluster") as caught:
        Translator(ENGLISH).translate(parse(f"truce AND {text}"))
    assert (caught.value.position, caught.value.end) == (10, 10 + len(text))


def test_articles_with_a_status_are_passed_over_until_their_embargo_ends() -> None:
    free, ended = not_hidden(7)["bool"]["should"]
    assert free == {"bool": {"must_not": [{"term": {"has": "status"}}]}}
    assert {"range": {"embargo_us": {"lte": 7}}} in ended["bool"]["filter"]


@given(st.integers(0, 10**9))
def test_any_tree_becomes_a_query_or_an_error_of_ours(seed: int) -> None:
    random = Random(seed)
    node = make_tree(random, make_words(random))
    translator = Translator(ENGLISH)
    try:
        found = translator.translate(node)
    except QueryError:
        return
    assert json.loads(json.dumps(found.upper)) == found.upper
    assert found.is_exact or translator.reasons


def test_half_a_character_finds_nothing_and_harms_nothing() -> None:
    assert translated('source:"a\ud800"').upper == {"match_none": {}}
