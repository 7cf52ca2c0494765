"""Do runs come back as they were written, and in the order that other tools see?"""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.errors import ReadError
from searcher.evaluation.runs import parse_run, read_run, run_lines, write_run

SCORES = st.floats(allow_nan=False) | st.sampled_from([0.0, 1.0, -1.0, 1e-45, 3e38])


@given(st.dictionaries(st.sampled_from(["7", "x"]), st.lists(SCORES, min_size=1), min_size=1))
def test_a_run_keeps_its_order_in_single_precision(scores: dict[str, list[float]]) -> None:
    run = {
        topic: [(f"a{place}", score) for place, score in enumerate(found)]
        for topic, found in scores.items()
    }
    lines = list(run_lines(run, "tag"))
    read = parse_run("".join(lines), "run")
    assert {topic: [name for name, _ in hits] for topic, hits in read.items()} == {
        topic: [name for name, _ in hits] for topic, hits in run.items()
    }
    for topic in run:
        seen = [float(line.split()[4]) for line in lines if line.split()[0] == topic]
        single = [struct.unpack("<f", struct.pack("<f", score))[0] for score in seen]
        assert single == sorted(set(single), reverse=True)


def test_score_counts_before_rank_and_rank_among_equal_scores() -> None:
    text = "01 Q0 a 3 0.5 t\n1 Q0 b 2 0.5 t\n1 Q0 c 9 2 t\n"
    assert parse_run(text, "run") == {"1": [("c", 2.0), ("b", 0.5), ("a", 0.5)]}


def test_names_with_blanks_come_back(tmp_path: Path) -> None:
    write_run(tmp_path / "run", {"1": [("a b", 2.0), ("c", 1.0)]}, tag="t")
    assert read_run(tmp_path / "run") == {"1": [("a b", 2.0), ("c", 1.0)]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 Q0 a 1 2.0 t\n1 Q0 a 2 1.0 t", "line 2: topic 1 finds a a second time"),
        ("1 Q0 a one 2.0 t", "line 1: its rank or its score"),
        ("1 Q0 a 1 nan t", "line 1: its score"),
        ("1 Q0 a", "line 1: no hit of a run: 3 columns"),
        ("\n", "no hits"),
    ],
)
def test_what_is_no_hit_is_an_error_that_names_the_line(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=f"run(, |: ){said}"):
        parse_run(text, "run")


def test_a_run_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").write_text("old")

    def fails(descriptor: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space"):
        write_run(tmp_path / "run", {"1": [("a", 1.0)]}, tag="t")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert (tmp_path / "run").read_text() == "old"


def test_a_tag_is_one_word(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one word"):
        write_run(tmp_path / "run", {}, tag="a b")
