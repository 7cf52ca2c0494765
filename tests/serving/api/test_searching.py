"""Do search, count, lines and explain answer over HTTP what the archive answers?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searcher import Archive, Article
from tests.serving.conftest import Served, serving


def ask(served: Served, endpoint: str, **parameters: Any) -> Any:
    answer = served.get(f"/api/v1/{endpoint}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_search_finds_what_the_archive_finds(served: Served) -> None:
    for q in ("truce", '"humanitarian truce"', "oil price", "oil w/5 price", "source:reuters"):
        found = ask(served, "search", q=q, limit=5)
        results = served.archive.search(q, limit=5)
        assert [hit["id"] for hit in found["hits"]] == [hit.id for hit in results]
        assert (found["total"], found["matching_all"]) == (results.total, results.matching_all)
        assert found["understood"] == results.understood
        assert found["generation"] == results.generation
        assert [hit["score"] for hit in found["hits"]] == [hit.score for hit in results]


def test_a_passage_is_the_stored_text_and_marks_the_words_in_it(served: Served) -> None:
    found = ask(served, "search", q="truce")
    for hit in found["hits"]:
        (passage,) = hit["passages"]
        body = served.archive.get(hit["id"]).body
        assert body[passage["start"] : passage["end"]] == passage["text"]
        for start, end in passage["marks"]:
            assert "truce" in passage["text"][start:end].lower()
    without = ask(served, "search", q="truce", passages="0")
    assert all(hit["passages"] == [] for hit in without["hits"])


def test_a_client_that_follows_next_sees_every_hit_once(served: Served) -> None:
    path: str | None = "/api/v1/search?q=the&limit=7"
    seen: list[str] = []
    while path is not None:
        answer = served.get(path)
        found = answer.json()
        seen += [hit["id"] for hit in found["hits"]]
        path = found["next"]
        assert answer.links.get("next", {}).get("url") == path
    assert seen == served.archive.ids("the") and len(seen) > 14


def test_a_cursor_goes_on_in_the_same_commit_only(served: Served) -> None:
    from searcher.serving.cursors import make_cursor

    cursor = make_cursor(served.archive, 3)
    found = ask(served, "search", q="the", limit=3, cursor=cursor)
    assert [hit["id"] for hit in found["hits"]] == served.archive.ids("the")[3:6]
    answer = served.get("/api/v1/search", params={"q": "the", "cursor": "bm9uZQ"})
    assert answer.json()["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": " "}, "q"),
        ({"q": "a", "limit": "101"}, "limit"),
        ({"q": "a", "limit": "-1"}, "limit"),
        ({"q": "a", "limit": "１"}, "limit"),
        ({"q": "a", "offset": "9999", "limit": "2"}, "offset"),
        ({"q": "a", "sort": "up"}, "sort"),
        ({"q": "a", "passages": "yes"}, "passages"),
        ({"q": ["a", "b"]}, "q"),
        ({"q": "a", "lmit": "1"}, "lmit"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    served: Served, parameters: dict[str, str], wrong: str
) -> None:
    answer = served.get("/api/v1/search", params=parameters)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:searcher:problem:parameter"
    assert answer.json()["parameter"] == wrong


def test_a_query_that_cannot_be_read_says_where_and_what_was_meant(served: Served) -> None:
    answer = served.get("/api/v1/search", params={"q": "tilte:truce"})
    problem = answer.json()
    assert answer.status_code == 400
    assert problem["type"] == "urn:searcher:problem:query"
    assert (problem["position"], problem["end"]) == (0, 5)
    assert "title" in problem["suggestion"]


def test_nothing_found_says_why(served: Served) -> None:
    found = ask(served, "search", q="truce xyzzyqq")
    assert ask(served, "search", q="+truce +xyzzyqq")["nothing"]["failing"] == ["+xyzzyqq"]
    assert found["nothing"] is None


def test_counts_are_those_of_the_search(served: Served) -> None:
    assert ask(served, "count", q="truce")["total"] == served.archive.search("truce").total


def test_lines_stand_where_they_say(served: Served) -> None:
    found = ask(served, "lines", q="truce", limit=4, context=20, sort="right")
    lines = served.archive.lines("truce", limit=4, width=20, sort="right")
    assert found["total"] == lines.total and found["articles"] == lines.articles
    for shown, line in zip(found["lines"], lines, strict=True):
        assert (shown["id"], shown["start"], shown["left"]) == (line.id, line.start, line.left)
        article = served.archive.get(line.id)
        text = article.title if line.field == "title" else article.body
        assert text[shown["start"] : shown["end"]] == shown["match"]
        assert "path" not in shown


def test_an_explanation_names_the_part_that_fails(served: Served) -> None:
    found = ask(served, "explain", q="truce AND xyzzyqq")
    assert found["failing"] == "xyzzyqq"
    assert {part["text"] for part in found["parts"]} >= {"truce", "xyzzyqq"}


def test_who_has_the_answer_already_is_told_so_without_a_search(served: Served) -> None:
    path = "/api/v1/search?q=truce"
    tag = served.get(path).headers["etag"]
    again = served.get(path, headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert served.get("/api/v1/search?q=truces").headers["etag"] != tag


def test_a_set_of_names_that_changes_is_another_answer(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        with archive.writer() as writer:
            writer.add(Article("Haftar and Hifter", "Hafter spoke.", id="a"))
        archive.save_names("general", ["haftar"])
        with serving(tmp_path / "index") as served:
            for path in ("/api/v1/search?q=@general", "/search?q=@general"):
                tag = served.get(path).headers["etag"]
                assert served.get(path, headers={"If-None-Match": tag}).status_code == 304
                archive.save_names("general", ["haftar", "hafter" if "api" in path else "hifter"])
                again = served.get(path, headers={"If-None-Match": tag})
                assert again.status_code == 200 and again.headers["etag"] != tag
