"""Does a judgement outlast everything, and a session go on where it ended?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import EvaluationError, ReadError, Topic
from searcher.evaluation.judging import JudgementFile, Session, TopicFile, pooled
from searcher.evaluation.qrels import read_qrels

pytestmark = pytest.mark.same_without_core

TOPICS = [Topic("1", {"title": "a"}), Topic("2", {"title": "b"})]
POOLS = {"1": ["x", "y"], "2": ["y", "z"]}


def session(path: Path, *, shuffle: bool = False, topics: list[Topic] = TOPICS) -> Session:
    return Session(
        topics, lambda topic: POOLS[topic.id], str.upper, JudgementFile(path), shuffle=shuffle
    )


def shown(one: Session) -> list[tuple[str, str]]:
    found = []
    while candidate := one.current:
        found.append((candidate.topic.id, candidate.id))
        one.skip()
    return found


def test_each_grade_is_in_the_file_before_the_next_article(tmp_path: Path) -> None:
    path = tmp_path / "qrels"
    one = session(path)
    assert one.current is not None and not path.exists()
    one.grade(2)
    assert path.read_text() == "1 0 X 2\n"
    one.skip()
    one.grade(0)
    assert path.read_text() == "1 0 X 2\n2 0 Y 0\n" and (one.graded, one.skipped) == (2, 1)


def test_what_is_judged_is_not_asked_again_and_what_is_skipped_is(tmp_path: Path) -> None:
    one = session(tmp_path / "qrels")
    assert one.current
    one.grade(1)
    one.skip()
    assert shown(session(tmp_path / "qrels")) == [("1", "y"), ("2", "y"), ("2", "z")]


def test_undo_goes_back_over_grades_skips_and_topics(tmp_path: Path) -> None:
    path = tmp_path / "qrels"
    path.write_text("9 0 OLD 1\n")
    one = session(path)
    one.grade(1)
    one.skip()
    one.grade(3)
    assert one.undo() and path.read_text() == "9 0 OLD 1\n1 0 X 1\n"
    assert one.current and one.current.id == "y" and one.current.topic.id == "2"
    assert one.undo() and one.undo() and not one.undo()
    assert path.read_text() == "9 0 OLD 1\n" and (one.graded, one.skipped) == (0, 0)
    assert shown(one) == [("1", "x"), ("1", "y"), ("2", "y"), ("2", "z")]


@given(st.lists(st.sampled_from("0su"), max_size=12))
def test_the_file_holds_what_was_graded_and_not_taken_back(keys: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "qrels"
        one = session(path)
        stack: list[str] = []
        for key in keys:
            if key == "u":
                assert one.undo() == bool(stack)
                stack[-1:] = []
            elif candidate := one.current:
                stack.append(f"{candidate.topic.id} 0 {candidate.name} 0\n" if key == "0" else "")
                if key == "0":
                    one.grade(0)
                else:
                    one.skip()
        assert (path.read_text() if path.exists() else "") == "".join(stack)


def test_two_may_judge_into_one_file_and_only_ones_own_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "qrels"
    mine, theirs = session(path), session(path, topics=TOPICS[1:])
    assert mine.current and theirs.current
    mine.grade(1)
    theirs.grade(2)
    assert read_qrels(path) == {"1": {"X": 1}, "2": {"Y": 2}}
    with pytest.raises(EvaluationError, match="somebody else has written"):
        mine.undo()
    assert read_qrels(path) == {"1": {"X": 1}, "2": {"Y": 2}}


def test_a_file_without_a_last_line_feed_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("1 0 X 1")
    one = session(tmp_path / "qrels")
    assert one.current
    one.grade(2)
    assert (tmp_path / "qrels").read_text() == "1 0 X 1\n1 0 Y 2\n"
    assert one.undo() and read_qrels(tmp_path / "qrels") == {"1": {"X": 1}}


def test_a_shuffled_order_is_always_the_same(tmp_path: Path) -> None:
    topics = [Topic("1", {"title": "a"})]
    pool = [str(number) for number in range(20)]

    def order() -> list[tuple[str, str]]:
        file = JudgementFile(tmp_path / "qrels")
        return shown(Session(topics, lambda topic: pool, str, file, shuffle=True))

    assert order() == order() != [("1", id) for id in pool]
    assert sorted(order()) == sorted(("1", id) for id in pool)


def test_pools_take_from_each_ranking_in_turn() -> None:
    assert pooled([["a", "b", "c"], ["d", "a", "e"]], 2) == ["a", "d", "b"]
    assert pooled([], 3) == pooled([[]], 3) == []


def test_queries_are_kept_as_topics_once(tmp_path: Path) -> None:
    path = tmp_path / "topics.tsv"
    path.write_text("7\told ferries\n")
    file = TopicFile(path)
    assert file.topic_of("old  ferries").id == "7"
    assert file.topic_of("ports\n").id == "8" == file.topic_of("ports").id
    assert path.read_text() == "7\told ferries\n8\tports\n"
    assert [topic.text()[0] for topic in TopicFile(path).topics] == ["old ferries", "ports"]


def test_files_that_are_something_else_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("these are notes of mine\n")
    with pytest.raises(ReadError, match="line 1: no judgement"):
        JudgementFile(path)
    with pytest.raises(ReadError, match="line 1: not such a line"):
        TopicFile(path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadError, match="FIFO"):
        JudgementFile(tmp_path / "pipe")
    with pytest.raises(ReadError, match="folder"):
        JudgementFile(tmp_path)


def test_a_name_that_would_break_the_line_is_refused(tmp_path: Path) -> None:
    file = JudgementFile(tmp_path / "qrels")
    with pytest.raises(EvaluationError, match="cannot stand on a line"):
        file.put("1", "a\nb", 1)
    file.put("1", "a b", 1)
    assert read_qrels(tmp_path / "qrels") == {"1": {"a b": 1}}
