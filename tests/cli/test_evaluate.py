"""Does `searcher evaluate` print the figures, and say what is left out of them?"""

from __future__ import annotations

from pathlib import Path

import pytest

from .helpers import quick


@pytest.fixture
def given(tmp_path: Path, truce_id: str) -> tuple[Path, Path]:
    topics, qrels = tmp_path / "topics.tsv", tmp_path / "qrels.txt"
    topics.write_text("1\ttruce talks (Tripoli)\n2\tport strike\n3\tunjudged\n")
    qrels.write_text(f"1 0 {truce_id} 2\n1 0 nowhere 1\n2 0 {truce_id} 1\n")
    return topics, qrels


def test_means_are_printed_and_what_is_left_out_is_said(
    index: Path, given: tuple[Path, Path]
) -> None:
    done = quick("evaluate", *given, "--index", index, "--measure", "RR", "--measure", "P@5")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["RR", "P@5"] and done.code == 0
    assert "1 of 2 judged articles are not in the archive" in done.err
    assert "1 topic (3): not judged" in done.err
    assert "2 topics with a relevant article" in done.err
    said = quick("evaluate", *given, "--index", index, "--quiet")
    assert said.err == "" and [line.split()[0] for line in said.out.splitlines()] == [
        *("AP", "nDCG@10", "P@10", "R@1000"),
    ]


def test_each_topic_has_a_line(index: Path, given: tuple[Path, Path]) -> None:
    done = quick("evaluate", *given, "--index", index, "--by-topic", "--measure", "RR")
    lines = [line.split() for line in done.out.splitlines()]
    assert lines[0] == ["topic", "RR", "query"]
    assert lines[1] == ["1", "1.0000", "truce", "talks", "(Tripoli)"]


def test_a_written_run_is_evaluated_without_an_index(
    index: Path, given: tuple[Path, Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    first = quick("evaluate", *given, "--index", index, "--write-run", run, "--tag", "x", "--json")
    assert run.read_text().split("\n")[0].endswith(" x")
    again = quick("evaluate", *given, "--run", run, "--json", "--index", tmp_path / "none")
    assert again.json["by_topic"] == first.json["by_topic"]
    alone = quick("evaluate", given[1], "--run", run, "--json")
    assert alone.json["measures"] == first.json["measures"]


def test_two_runs_are_compared(index: Path, given: tuple[Path, Path], tmp_path: Path) -> None:
    run = tmp_path / "run"
    quick("evaluate", *given, "--index", index, "--write-run", run)
    lines = [line for line in run.read_text().splitlines() if not line.startswith("1 Q0 ")]
    run.write_text("\n".join(lines) + "\n")
    done = quick("evaluate", *given, "--index", index, "--against", run)
    lines = done.out.splitlines()
    assert lines[0].split() == ["mean", "other", "change", "p", "better", "worse", "equal"]
    assert lines[1].split()[-3:] == ["1", "0", "1"]
    assert "better by AP:" in lines and lines[-1].split()[0] == "1"
    values = quick("evaluate", *given, "--index", index, "--against", run, "--json").json
    assert values["against"]["measures"]["AP"]["better"] == 1
    assert list(values["against"]["differences"]["AP"]) == ["2", "1"]


def test_the_figures_as_json_keep_their_form(index: Path, given: tuple[Path, Path]) -> None:
    values = quick("evaluate", *given, "--index", index, "--json", "--measure", "RR").json
    assert list(values) == ["topics", "measures", "by_topic", "remarks", "against"]
    assert values["topics"] == 2 and values["against"] is None and len(values["remarks"]) == 2
    assert values["by_topic"][0] == {
        "topic": "1",
        "query": "truce talks (Tripoli)",
        "measures": {"RR": 1.0},
    }


def test_what_changes_the_ranking_of_a_query_changes_the_figures(
    index: Path, given: tuple[Path, Path], tmp_path: Path
) -> None:
    runs = []
    for number, options in enumerate(
        ((), ("--recent", "1"), ("--limit", "1"), ("--expand",), ("--weights", "k1=9,title=0"))
    ):
        run = tmp_path / f"run{number}"
        quick("evaluate", *given, "--index", index, "--write-run", run, *options)
        runs.append(run.read_text())
    assert len(set(runs)) == 5 and len(runs[2].splitlines()) == 2


def test_nothing_judged_is_nothing_found(
    index: Path, given: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "others").write_text("77 0 a 1\n")
    done = quick("evaluate", given[0], tmp_path / "others", "--index", index)
    assert done.code == 1 and "no topic is judged" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give TOPICS and QRELS"),
        (("--run", "x", "--write-run", "y", "q"), "searches nothing"),
        (("t", "q", "--measure", "Foo@x"), "measure Foo@x"),
        (("t", "q", "--tag", "a b"), "one word"),
        (("nowhere", "nothing"), "nowhere: no such file"),
        (("t", "q", "--against", "nowhere"), "nowhere: no such file"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_the_code_is_2(
    words: tuple[str, ...], said: str, index: Path
) -> None:
    done = quick("evaluate", *words, "--index", index)
    assert done.code == 2 and said in done.err and done.out == ""
