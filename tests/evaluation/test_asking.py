"""Is what topics and judgements say asked, and named, as they mean it?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import Archive, Article, EvaluationError, Topic, evaluate_run
from searcher.evaluation.asking import bare_words
from searcher.query import Group, Word, walk


def words(text: str) -> list[str]:
    query = bare_words(text)
    return [node.text for node in walk(query) if isinstance(node, Word)] if query else []


def test_no_sign_of_a_topic_is_an_operator() -> None:
    assert words('Old AND "new" (U.S./Soviet) cease-fire -x oil^2 title:z S&L*') == [
        *("Old", "AND", "new", "U.S", "Soviet", "cease", "fire", "x", "oil", "2", "title", "z"),
        "S&L",
    ]
    assert words("?! - ()") == [] and bare_words(" ") is None


@given(st.text())
def test_any_text_is_words_or_nothing(text: str) -> None:
    query = bare_words(text)
    assert query is None or isinstance(query, Word | Group)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("evaluation") / "index"
    with Archive.create(path, values=["docno"]) as archive:
        with archive.writer() as writer:
            for number, text in enumerate(("ferry late", "ferry sold", "port open", "port and")):
                docno = {"docno": f"D{number}"} if number else {}
                writer.add(
                    Article(
                        title=text,
                        body=f"{text} again",
                        id=f"id{number}",
                        path=f"/news/a/{number % 2}.txt" if number < 2 else "/news/all.jsonl",
                        record=number if number >= 2 else None,
                        url=f"http://x.example/{number}",
                        metadata=docno,
                    )
                )
        yield archive


def test_articles_are_judged_by_their_ids(archive: Archive) -> None:
    done = archive.evaluate([Topic("1", {"title": "Ferry!"})], {"1": {"id0": 1, "id1": 2}})
    assert done.means == {"AP": 1.0, "nDCG@10": done.means["nDCG@10"], "P@10": 0.2, "R@1000": 1.0}
    assert done.remarks == () and done.queries == {"1": "Ferry!"}


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("url", "http://x.example/2"),
        ("docno", "D2"),
        ("path", "all.jsonl#2"),
        ("path", "news/all.jsonl#2"),
        ("path", "/news/all.jsonl#2"),
    ],
)
def test_articles_are_judged_by_another_field(archive: Archive, field: str, name: str) -> None:
    topics = [Topic("1", {"title": "open"})]
    done = archive.evaluate(topics, {"1": {name: 1}}, id_field=field)
    assert done.means["AP"] == 1.0 and done.remarks == ()


def test_an_article_without_the_field_is_called_by_its_id(archive: Archive) -> None:
    topics = [Topic("1", {"title": "late"})]
    done = archive.evaluate(topics, {"1": {"D1": 1}}, id_field="docno")
    assert [name for name, _ in done.run["1"]] == ["id0"]


def test_a_field_that_nothing_has_is_an_error(archive: Archive) -> None:
    with pytest.raises(EvaluationError, match="field nowhere: no article has it"):
        archive.evaluate([Topic("1", {"title": "late"})], {"1": {"a": 1}}, id_field="nowhere")


def test_all_that_is_left_out_is_said(archive: Archive) -> None:
    topics = [
        Topic("1", {"title": "ferry"}),
        Topic("2", {"desc": "port"}),
        Topic("3", {"title": "?"}),
        Topic("4", {"title": "port"}),
        Topic("5", {"title": "port"}),
    ]
    qrels = {
        "1": {"id0": 1, "gone": 1},
        "2": {"id2": 1},
        "3": {"id2": 1},
        "4": {"id2": 0},
        "9": {"id2": 1},
    }
    done = archive.evaluate(topics, qrels)
    assert done.topics == ("1", "2", "3")
    assert done.remarks == (
        "1 topic (2): without title, and asked by desc",
        "1 topic (3): without a word to ask",
        "1 of 3 judged articles are not in the archive, 1 of 3 relevant ones",
        "1 topic (5): not judged, and left out",
        "1 topic (9): judged and not among the topics, and left out",
        "1 topic (4): without a relevant article, and left out",
        "1 topic (3): without any hit, and counted as 0",
    )


def test_judgements_that_count_topics_are_noticed(archive: Archive) -> None:
    topics = [Topic("1", {"title": "ferry"}), Topic("4", {"title": "port"})]
    qrels = {"1": {"id0": 1}, "2": {"id2": 1}}
    assert "--by-position" in archive.evaluate(topics, qrels).remarks[0]
    done = archive.evaluate(topics, qrels, by_position=True)
    assert done.topics == ("1", "2") and done.remarks == ()


def test_judgements_of_another_collection_are_noticed(archive: Archive) -> None:
    done = archive.evaluate([Topic("1", {"title": "ferry"})], {"1": {"x": 1}})
    assert "--id-field" in done.remarks[0]


def test_topics_may_be_queries(archive: Archive) -> None:
    topics = [Topic("1", {"title": "+ferry -sold"})]
    assert len(archive.evaluate(topics, {"1": {"id0": 1}}).run["1"]) == 2
    assert len(archive.evaluate(topics, {"1": {"id0": 1}}, syntax=True).run["1"]) == 1
    with pytest.raises(EvaluationError, match="topic 1: its query at 0"):
        archive.evaluate([Topic("1", {"title": "(ferry"})], {"1": {"a": 1}}, syntax=True)


def test_what_a_request_takes_an_evaluation_takes(archive: Archive) -> None:
    topics = [Topic("1", {"title": "port ferry"})]
    run = archive.evaluate(topics, {"1": {"id0": 1}}, limit=2, offset=1).run
    assert len(run["1"]) == 2
    with pytest.raises(TypeError):
        archive.evaluate(topics, {"1": {"id0": 1}}, nothing=1)


def test_two_runs_are_compared_by_topic() -> None:
    qrels = {str(topic): {"a": 1} for topic in range(5)}
    good = {str(topic): [("a", 1.0)] for topic in range(5)}
    bad = good | {"2": [("b", 2.0), ("a", 1.0)], "4": []}
    comparison = evaluate_run(bad, qrels, measures=["AP", "P@1"]).against(good)
    assert list(comparison.differences("AP").items())[:3] == [("4", -1.0), ("2", -0.5), ("0", 0.0)]
    change = comparison.changes[0]
    assert (change.mean, change.other_mean, change.better, change.worse) == (0.7, 1.0, 0, 2)
    assert change.p == 0.5 and change.difference == pytest.approx(-0.3)


def test_a_run_file_gives_what_the_search_gave(archive: Archive, tmp_path: Path) -> None:
    from searcher.evaluation.runs import read_run, write_run

    topics = [Topic("1", {"title": "port ferry"}), Topic("2", {"title": "again"})]
    qrels = {"1": {"id3": 1, "id0": 2}, "2": {"id1": 1}}
    done = archive.evaluate(topics, qrels)
    write_run(tmp_path / "run", done.run, tag="ours")
    assert evaluate_run(read_run(tmp_path / "run"), qrels).values == done.values
