"""Are judgements read as they are meant, and bad ones by their lines?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.errors import ReadError
from searcher.evaluation.qrels import parse_qrels, qrels_line, read_qrels, relevant

pytestmark = pytest.mark.same_without_core


def test_four_columns_are_topic_iteration_article_and_grade() -> None:
    assert parse_qrels("051 0 AP1 1\n51 Q0 AP2 -1\n\n52 0 AP1 +2\n", "q") == {
        "51": {"AP1": 1, "AP2": -1},
        "52": {"AP1": 2},
    }


def test_three_columns_are_topic_article_and_grade() -> None:
    assert parse_qrels("1 184 2 \n1 29 -1\n", "q") == {"1": {"184": 2, "29": -1}}
    assert parse_qrels("query-id\tcorpus-id\tscore\n1\tx y\t1\n", "q") == {"1": {"x y": 1}}


def test_a_judgement_that_is_there_twice_counts_once() -> None:
    assert parse_qrels("1 0 a 1\n1 0 a 1\n", "q") == {"1": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 0 a 1\n1 0 a 0\n", "line 2: topic 1 and a have the grade 1 in line 1"),
        ("1 0 a 1\n1 0 a\n", "line 2: the grade 'a' is no whole number"),
        ("1 0 a 1.0\n", "line 1: the grade '1.0'"),
        ("1 0 a b 1\n", "line 1: no judgement: 5 columns"),
        ("1 0 a " + "9" * 10_000, "line 1: the grade"),
        ("1\t0\t\t1", "line 1: no judgement"),
        ("\n", "no judgements"),
    ],
)
def test_what_is_no_judgement_is_an_error_that_names_the_line(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=f"q(, |: ){said}"):
        parse_qrels(text, "q")


def test_grades_of_one_and_more_are_relevant() -> None:
    assert relevant({"a": 2, "b": 1, "c": 0, "d": -1}) == 2
    assert relevant({"a": 2, "b": 1}, 2) == 1


def test_a_pipe_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "q")
    with pytest.raises(ReadError, match="FIFO"):
        read_qrels(tmp_path / "q")


NAMES = st.text("ab #/ü1\u2028", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(NAMES.filter(lambda name: not name.isdigit()), NAMES, st.integers(-9, 9))
def test_a_written_judgement_is_read_again(topic: str, article: str, grade: int) -> None:
    assert parse_qrels(qrels_line(topic, article, grade), "q") == {topic: {article: grade}}


@given(st.text(alphabet="1 0a-\t\n\r", max_size=60))
def test_whatever_the_text_there_are_judgements_or_an_error(text: str) -> None:
    try:
        assert parse_qrels(text, "q")
    except ReadError as error:
        assert error.path == "q"
