"""Can somebody grade the best articles with a key each, and stop at any of them?"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from searcher.evaluation.qrels import read_qrels

from .helpers import Done, assert_decent, assert_inert, quick


def judge(keys: str, *args: object) -> Done:
    from searcher.cli.group import searcher

    words = ["judge", *map(str, args)]
    result = CliRunner().invoke(searcher, words, prog_name="searcher", input=keys)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert_decent(result.stdout, result.stderr)
    assert_inert(result.stdout, result.stderr)
    return Done(result.exit_code, result.stdout, result.stderr)


def test_grades_are_kept_and_the_ranking_is_measured_by_them(index: Path, tmp_path: Path) -> None:
    qrels = tmp_path / "qrels"
    given = ("--qrels", qrels, "--index", index, "--pool", "3")
    done = judge("2\n0\ns\n1\nq\n", *given, "port strike", "humanitarian truce")
    assert done.code == 0 and "3 graded, 1 skipped" in done.err
    assert "topic 1: port strike" in done.out and "topic 2: humanitarian truce" in done.out
    assert "1 of 3" in done.out and "2016-10-21" in done.out
    grades = read_qrels(qrels)
    assert sorted(grades["1"].values()) == [0, 2] and list(grades["2"].values()) == [1]
    topics = Path(f"{qrels}.topics.tsv")
    assert topics.read_text() == "1\tport strike\n2\thumanitarian truce\n"
    measured = quick("evaluate", topics, qrels, "--index", index, "--measure", "RR", "--json")
    assert measured.json["measures"] == {"RR": 1.0}
    # What is left is asked for, and nothing else.
    done = judge("1\n1\n1\n1\n", topics, *given)
    assert "3 graded, 0 skipped; nothing is left" in done.err
    assert judge("", topics, *given).code == 1


def test_an_article_is_shown_whole_and_a_grade_taken_back(index: Path, tmp_path: Path) -> None:
    qrels = tmp_path / "qrels"
    given = ("--qrels", qrels, "--index", index, "--quiet", "port strike")
    done = judge("x\nu\no\n1\nu\n3\n", *given)
    assert done.err == "" and done.out.count("0 1 2 3 grade it") == 2
    assert "there is nothing to undo" in done.out and "source   " in done.out
    assert [list(grades.values()) for grades in read_qrels(qrels).values()] == [[3]]


def test_the_best_of_several_rankings_are_judged(index: Path, tmp_path: Path) -> None:
    given = ("--index", index, "--pool", "1", "port strike")
    other = ("--weights", "title=0,k1=50,closeness=0,b=0")
    found = []
    for number, weights in enumerate(((), other, ("--weights", "k1=1.6", *other))):
        judge("1\n" * 9, "--qrels", tmp_path / str(number), *weights, *given)
        found.append(set(read_qrels(tmp_path / str(number))["1"]))
    assert len(found[0] | found[1]) == 2 and found[2] == found[0] | found[1]


def test_judgements_may_name_articles_by_their_path(index: Path, tmp_path: Path) -> None:
    judge("2\n", "--qrels", tmp_path / "q", "--index", index, "--id-field", "path", "quillwort")
    ((name, grade),) = read_qrels(tmp_path / "q")["1"].items()
    assert name.endswith("estuary-that-will-not-keep-still.html") and grade == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--qrels", "q", "no/such.tsv"), "no/such.tsv: no such file"),
        (("--qrels", "q", "--syntax", "(port"), "topic 1: its query at 0"),
        (("port",), "Missing option '--qrels'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_the_code_is_2(
    words: tuple[str, ...],
    said: str,
    index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = judge("", *words, "--index", index)
    assert done.code == 2 and said in done.err
