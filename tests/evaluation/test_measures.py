"""Do measures say what their definitions say, and what trec_eval computes?"""

from __future__ import annotations

import math
import random

import pytest

from searcher.errors import EvaluationError
from searcher.evaluation.measures import parse_measure, values_of

pytestmark = pytest.mark.same_without_core

QRELS = {"1": {"a": 2, "b": 1, "c": 0, "d": -1, "e": 1}}
RUN = {"1": [("c", 4.0), ("a", 3.0), ("x", 2.0), ("e", 1.0)]}
BY_HAND = {
    "AP": (1 / 2 + 2 / 4) / 3,
    "AP@3": (1 / 2) / 3,
    "AP(rel=2)": 1 / 2,
    "P@4": 2 / 4,
    "P@10": 2 / 10,
    "P(rel=2)@4": 1 / 4,
    "R@3": 1 / 3,
    "RR": 1 / 2,
    "RR@1": 0.0,
    "Success@1": 0.0,
    "Success@2": 1.0,
    "Judged@4": 3 / 4,
    "nDCG@2": (2 / math.log2(3)) / (2 + 1 / math.log2(3)),
    "nDCG": (2 / math.log2(3) + 1 / math.log2(5)) / (2 + 1 / math.log2(3) + 1 / math.log2(4)),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_measure_is_what_its_definition_says(name: str) -> None:
    values = values_of([parse_measure(name)], QRELS, RUN, ["1"])
    assert values == {name: {"1": pytest.approx(BY_HAND[name])}}


def test_a_topic_without_hits_is_worth_nothing() -> None:
    measures = [parse_measure(name) for name in BY_HAND]
    assert {v["1"] for v in values_of(measures, QRELS, {}, ["1"]).values()} == {0.0}


def test_measures_have_other_names_too() -> None:
    names = {"map": "AP", "NDCG@10": "nDCG@10", "mrr": "RR", "Recall@100": "R@100", "p@5": "P@5"}
    assert {name: parse_measure(name).name for name in names} == names


@pytest.mark.parametrize("name", ["P", "R", "Success", "P@0", "AP(rel=0)"])
def test_a_measure_that_needs_a_depth_says_so(name: str) -> None:
    with pytest.raises(EvaluationError, match=f"measure {name[0]}"):
        parse_measure(name)


def test_a_measure_that_is_not_there_is_an_error() -> None:
    for name in ("Foo", "", "AP@x", "P(rel=x)@3", "__import__('os')", "nDCG(dcg=7)@3", "é" * 500):
        with pytest.raises(EvaluationError, match="measure "):
            parse_measure(name)


def _random_case(seed: int) -> tuple[dict[str, dict[str, int]], dict[str, list[tuple[str, float]]]]:
    chance = random.Random(seed)
    names = [f"d{number}" for number in range(60)]
    qrels, run = {}, {}
    for topic in map(str, range(20)):
        qrels[topic] = {name: chance.choice([-1, 0, 0, 1, 2, 3]) for name in names[:40]}
        qrels[topic]["sure"] = 2
        found = chance.sample(names, chance.randint(1, 60))
        run[topic] = [(name, 1.0) for name in found]
    return qrels, run


OURS = (
    *("AP", "AP@7", "AP(rel=2)", "nDCG", "nDCG@10", "nDCG@100", "P@5", "P(rel=2)@10", "R@20"),
    *("R@1000", "RR", "RR@3", "Success@3", "Judged@10"),
)


def test_our_measures_are_those_of_ir_measures() -> None:
    ir_measures = pytest.importorskip("ir_measures", reason="the extra evaluate is not installed")
    for seed in range(5):
        qrels, run = _random_case(seed)
        scored = {
            topic: {name: -float(rank) for rank, (name, _) in enumerate(hits)}
            for topic, hits in run.items()
        }
        for name in OURS:
            measure = ir_measures.parse_measure(name)
            theirs = {m.query_id: m.value for m in ir_measures.iter_calc([measure], qrels, scored)}
            ours = values_of([parse_measure(name)], qrels, run, list(qrels))[name]
            assert ours == pytest.approx(theirs), name


def test_any_measure_of_ir_measures_will_do() -> None:
    pytest.importorskip("ir_measures", reason="the extra evaluate is not installed")
    qrels, run = _random_case(1)
    del run["3"]
    names = ("Bpref", "ERR@20", "infAP", "Rprec", "nDCG(dcg='exp-log2')@10")
    for name in names:
        (values,) = values_of([parse_measure(name)], qrels, run, list(qrels)).values()
        assert list(values) == list(qrels) and values["3"] == 0.0
        assert any(value > 0 for value in values.values()), name
